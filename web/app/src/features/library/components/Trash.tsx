// What is in the trash: its files cannot be fetched any more, so it is a list of words.
import type { Image } from '@albumen/api';
import { Button, EmptyState, Panel, useFocusInRows } from '@albumen/ui';

import { useAction, type PagesQuery } from '../../../data/hooks.ts';
import { ago, bytes } from '../../../format.ts';
import { ShowMore } from '../../../shell/ShowMore.tsx';
import { restore } from '../changes.ts';
import { titleOf } from '../hooks/useImages.ts';
import styles from './Trash.module.css';

function Row({ image }: { image: Image }) {
  const [bringBack, isBusy] = useAction(() => restore(image));
  return (
    <li className={styles.row}>
      <div className={styles.words}>
        <p className={styles.name}>{titleOf(image)}</p>
        <p className={styles.note}>Deleted {ago(image.deletedAt ?? image.createdAt)}{image.purgeAt && `, gone for good ${ago(image.purgeAt)}`}, {bytes(image.sizeBytes)}</p>
      </div>
      <Button size="small" icon="undo" isBusy={isBusy} onClick={() => void bringBack()} aria-label={`Restore ${titleOf(image)}`}>Restore</Button>
    </li>
  );
}

export function Trash({ query }: { query: PagesQuery<Image> }) {
  const rows = useFocusInRows<HTMLDivElement>();
  if (query.items?.length === 0) {
    return <div {...rows}><EmptyState title="The trash is empty" icon="trash">What you delete stays here for a while, and can be brought back.</EmptyState></div>;
  }
  return (
    <div {...rows} className={styles.trash}>
      <p className={styles.about}>What is here is in no list and no album, until it is gone for good.</p>
      <Panel aria-label="Trash">
        <ul aria-busy={!query.items} className={styles.list}>{query.items?.map((image) => <Row key={image.id} image={image} />)}</ul>
      </Panel>
      <ShowMore of={query} what="pictures" className={styles.more} />
    </div>
  );
}
