// An album among others: its cover, its name, where it came from.
import type { AlbumSummary } from '@albumen/api';
import { Badge, Icon, Picture } from '@albumen/ui';
import { Link } from 'wouter';

import { counted } from '../../../format.ts';
import { SOURCES } from '../hooks/useAlbums.ts';
import styles from './AlbumCard.module.css';

export function AlbumCard({ album }: { album: AlbumSummary }) {
  const cover = album.coverUrl ?? album.anchorThumbUrl ?? album.anchorUrl;
  return (
    <li className={styles.card}>
      <Link href={`/albums/${album.id}`} className={styles.link}>
        <div className={styles.cover}>
          {cover ? <Picture src={cover} alt="" /> : <span className={styles.empty}><Icon name={album.anchorJobId ? 'create' : 'albums'} size={28} /></span>}
        </div>
        <div className={styles.words}>
          <h2 className={styles.name}>{album.name}</h2>
          <p className={styles.about}>{album.subjectDesc ?? album.description ?? ' '}</p>
          <p className={styles.facts}>
            <Badge tone={album.sourceType === 'session' ? 'accent' : 'plain'}>{SOURCES[album.sourceType]}</Badge>
            {!album.mine && <Badge>public</Badge>}
            {album.mine && album.isPublic && <Badge tone="good">public</Badge>}
            <span>{album.imageCount === 0 ? 'No pictures yet' : counted(album.imageCount, 'picture')}{album.consistency !== null && ` · ${Math.round(album.consistency * 100)} % alike`}</span>
          </p>
        </div>
      </Link>
    </li>
  );
}
