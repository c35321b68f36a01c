// A session: its anchor and shots, and below them what somebody added.
import type { Album, AlbumImage } from '@albumen/api';
import type { AlbumGeneration } from '@albumen/realtime';
import { AlbumGrid } from '@albumen/ui';
import type { ReactNode } from 'react';

import { later } from '../../../later.tsx';
import type { Shown } from './AlbumLightbox.tsx';
import { AlbumPictures } from './AlbumPictures.tsx';
import { Making } from './Making.tsx';
import styles from './Session.module.css';

// They wait for the server's answers anyway.
const Price = later(async () => ({ default: (await import('./Price.tsx')).Price }));
const BackendNote = later(async () => ({ default: (await import('./Price.tsx')).BackendNote }));

export interface SessionProps {
  album: Album;
  /** Its pictures that are neither anchor nor shot. */
  added: AlbumImage[];
  generation: AlbumGeneration;
  onReset(index: number): void;
  onOpen(shown: Shown): void;
  onChanged(): Promise<void>;
  /** Not for those who only look. */
  onAdd: (() => void) | null;
  actions: ReactNode;
}

export function Session({ album, added, generation, onReset, onOpen, onChanged, onAdd, actions }: SessionProps) {
  const open = album.shots.filter(({ status }) => status === 'pending' || status === 'failed');
  return (
    <>
      <AlbumGrid
        anchorUrl={album.anchorUrl}
        anchorGenerating={album.anchorJobId !== null}
        anchorError={album.anchorError}
        shots={album.shots}
        consistency={album.consistency}
        actions={actions}
        onImageClick={(shot) => onOpen({ shot })}
        developing={(shot) => <Making album={album} shot={shot} />}
        {...(onAdd && {
          onGenerateAnchor: generation.generateAnchor,
          onRegenerateAnchor: generation.generateAnchor,
          onGenerateAllShots: generation.generateAllShots,
          onRegenerateShot: generation.regenerateShot,
          onResetShot: onReset,
          anchorCost: <Price album={album} count={1} />,
          shotsCost: <Price album={album} count={open.length} />,
          note: <BackendNote album={album} />,
        })}
      />
      {added.length > 0 && (
        <section className={styles.added}>
          <h2 className={styles.title}>Added pictures</h2>
          <AlbumPictures album={album} images={added} label="Added pictures" onChanged={onChanged} onOpen={(picture) => onOpen({ picture })} onAdd={onAdd} />
        </section>
      )}
    </>
  );
}
