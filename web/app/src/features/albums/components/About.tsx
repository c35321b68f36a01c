// What an album is, below its name.
import type { AlbumSummary } from '@albumen/api';
import { Badge } from '@albumen/ui';
import { Link } from 'wouter';

import { SOURCES } from '../hooks/useAlbums.ts';
import styles from './About.module.css';

export function About({ album }: { album: Pick<AlbumSummary, 'sourceType' | 'isPublic' | 'subjectDesc' | 'description'> }) {
  return (
    <p className={styles.about}>
      <Link href={`/albums?source=${album.sourceType}`} className={styles.source} title={`All albums of this kind: ${SOURCES[album.sourceType]}`}>
        <Badge tone={album.sourceType === 'session' ? 'accent' : 'plain'}>{SOURCES[album.sourceType]}</Badge>
      </Link>
      {album.isPublic && <Badge tone="good">public</Badge>}
      <span>{album.subjectDesc ?? album.description}</span>
    </p>
  );
}
