// The feed as a contact sheet: rows of equal height, each picture in its own shape.
import { ShowMore } from '../../../shell/ShowMore.tsx';
import type { Feed, FeedItem } from '../hooks/useFeed.ts';
import styles from './FeedGrid.module.css';
import { JobTile, PictureTile } from './FeedTile.tsx';

function ratioOf(item: FeedItem): number {
  const { width, height } = 'job' in item ? item.job : item.image;
  return width && height ? Math.min(Math.max(width / height, 0.4), 3) : 1;
}

export function FeedGrid({ feed, onOpen }: { feed: Feed; onOpen(imageId: string): void }) {
  const { items, images } = feed;
  return (
    <>
      <ul className={styles.sheet} aria-label="Pictures" aria-busy={!items}>
        {items
          ? items.map((item) => {
              const ratio = ratioOf(item);
              return (
                <li key={item.key} className={styles.cell} style={{ flexGrow: ratio, flexBasis: `calc(var(--row) * ${ratio})`, aspectRatio: ratio }}>
                  {'job' in item ? <JobTile job={item.job} /> : <PictureTile image={item.image} onOpen={() => onOpen(item.image.id)} />}
                </li>
              );
            })
          : Array.from({ length: 8 }, (_, i) => <li key={i} className={styles.cell} style={{ flexGrow: 1, flexBasis: 'var(--row)', aspectRatio: 1 }}><div className={styles.blank} /></li>)}
        <li className={styles.rest} aria-hidden="true" />
      </ul>
      <ShowMore of={images} what="pictures" className={styles.more} />
    </>
  );
}
