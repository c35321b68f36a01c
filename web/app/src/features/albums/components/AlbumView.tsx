// An album that is there: its session or its pictures, and what can be done with it.
import { messageOf, type Album } from '@albumen/api';
import type { AlbumGeneration } from '@albumen/realtime';
import { AlbumGrid, Button, DropArea, IconButton, Menu, toasts } from '@albumen/ui';
import { useState } from 'react';

import { useMay } from '../../../data/session.ts';
import { later } from '../../../later.tsx';
import { Page } from '../../../shell/Page.tsx';
import { PICTURES } from '../../library/index.ts';
import { albumMenu, type AlbumDialog } from '../hooks/useAlbumMenu.ts';
import { takeFiles } from '../takeFiles.ts';
import { About } from './About.tsx';
import type { Shown } from './AlbumLightbox.tsx';
import { AlbumPictures } from './AlbumPictures.tsx';
import styles from './AlbumView.module.css';
import { Back } from './Back.tsx';
import { Making } from './Making.tsx';
import { RemakeOutliers } from './RemakeOutliers.tsx';

const AlbumDialogs = later(() => import('./AlbumDialogs.tsx'));
const AlbumLightbox = later(() => import('./AlbumLightbox.tsx'));

export function AlbumView({ album, generation }: { album: Album; generation: AlbumGeneration }) {
  const { loadAlbum } = generation;
  const [dialog, setDialog] = useState<AlbumDialog | null>(null);
  const [shown, setShown] = useState<Shown | null>(null);
  const mayChange = useMay('member') && album.mine;
  const isSession = album.subjectDesc !== null;
  const add = mayChange ? () => setDialog('add') : null;
  const menu = mayChange && <Menu label="Album" trigger={<IconButton variant="quiet" icon="more" label="More" />} items={albumMenu(album, setDialog, loadAlbum)} />;
  const onFiles = (files: File[]) => void takeFiles(files, album).catch((error: unknown) => toasts.add(messageOf(error), { tone: 'error' })).then(loadAlbum);

  const content = (
    <Page title={album.name} back={<Back />} subtitle={<About album={album} />} actions={!isSession && <>{add && <Button icon="plus" onClick={add}>Add pictures</Button>}{menu}</>}>
      {isSession ? (
        <AlbumGrid
          anchorUrl={album.anchorUrl}
          anchorGenerating={album.anchorJobId !== null}
          anchorError={album.anchorError}
          shots={album.shots}
          consistency={album.consistency}
          actions={<>{mayChange && <RemakeOutliers album={album} onChanged={loadAlbum} />}{menu}</>}
          onImageClick={(shot) => setShown({ shot })}
          developing={(shot) => <Making album={album} shot={shot} />}
          {...(mayChange && {
            onGenerateAnchor: generation.generateAnchor,
            onRegenerateAnchor: generation.generateAnchor,
            onGenerateAllShots: generation.generateAllShots,
            onRegenerateShot: generation.regenerateShot,
            onResetShot: generation.resetShot,
          })}
        />
      ) : (
        <AlbumPictures album={album} onChanged={loadAlbum} onOpen={(picture) => setShown({ picture })} onAdd={add} />
      )}
      {dialog && <AlbumDialogs album={album} open={dialog} onChanged={loadAlbum} onClose={() => setDialog(null)} />}
      {shown && <AlbumLightbox album={album} shown={shown} onShow={setShown} onClose={() => setShown(null)} />}
    </Page>
  );
  if (!mayChange) return content;
  const label = isSession && album.anchorUrl === null ? 'Drop a picture to make it the anchor' : 'Drop pictures into this album';
  return <DropArea label={label} accept={PICTURES} onFiles={onFiles} className={styles.area}>{() => content}</DropArea>;
}
