// An album that is there: its session or its pictures, and what can be done with it.
import { messageOf, type Album } from '@albumen/api';
import type { AlbumGeneration } from '@albumen/realtime';
import { Button, DropArea, IconButton, Menu, toasts } from '@albumen/ui';
import { useState } from 'react';

import { cache } from '../../../data/cache.ts';
import { useMay } from '../../../data/session.ts';
import { later } from '../../../later.tsx';
import { Page } from '../../../shell/Page.tsx';
import { ShowMore } from '../../../shell/ShowMore.tsx';
import { PICTURES } from '../../library/index.ts';
import { albumMenu, type AlbumDialog } from '../hooks/useAlbumMenu.ts';
import { useAdded, useMembers } from '../hooks/useMembers.ts';
import { takeFiles } from '../takeFiles.ts';
import { About } from './About.tsx';
import type { Shown } from './AlbumLightbox.tsx';
import { AlbumPictures } from './AlbumPictures.tsx';
import styles from './AlbumView.module.css';
import { Back } from './Back.tsx';
import { RemakeOutliers } from './RemakeOutliers.tsx';
import { Session } from './Session.tsx';

const AlbumDialogs = later(() => import('./AlbumDialogs.tsx'));
const AlbumLightbox = later(() => import('./AlbumLightbox.tsx'));

export function AlbumView({ album, generation }: { album: Album; generation: AlbumGeneration }) {
  const { loadAlbum, resetShot } = generation;
  const [dialog, setDialog] = useState<AlbumDialog | null>(null);
  const [shown, setShown] = useState<Shown | null>(null);
  const mayChange = useMay('member') && album.mine;
  const isSession = album.subjectDesc !== null;
  const members = useMembers(album);
  const added = useAdded(album, members.images);
  const images = isSession ? added : members.images;

  // Its card tells of its pictures, too.
  const changed = async () => {
    cache.invalidate('albums');
    await loadAlbum();
  };
  const reset = async (index: number) => {
    await resetShot(index);
    cache.invalidate('albums');
  };
  const askReset = (index: number) => {
    const shot = album.shots.find((each) => each.index === index);
    if (shot?.imageUrl) setDialog({ reset: shot });
    else void reset(index);
  };
  const add = mayChange ? () => setDialog('add') : null;
  const menu = mayChange && <Menu label="Album" trigger={<IconButton variant="quiet" icon="more" label="More" />} items={albumMenu(album, setDialog, changed)} />;
  const onFiles = (files: File[]) => void takeFiles(files, album).catch((error: unknown) => toasts.add(messageOf(error), { tone: 'error' })).then(changed);

  const content = (
    <Page title={album.name} back={<Back />} subtitle={<About album={album} />} actions={!isSession && <>{add && <Button icon="plus" onClick={add}>Add pictures</Button>}{menu}</>}>
      {isSession ? (
        <Session
          album={album}
          added={added}
          generation={generation}
          onReset={askReset}
          onOpen={setShown}
          onChanged={changed}
          onAdd={add}
          actions={<>{mayChange && <RemakeOutliers album={album} onChanged={loadAlbum} />}{menu}</>}
        />
      ) : (
        <AlbumPictures album={album} images={images} onChanged={changed} onOpen={(picture) => setShown({ picture })} onAdd={add} />
      )}
      <ShowMore of={members} what="pictures" className={styles.more} />
      {dialog && <AlbumDialogs album={album} open={dialog} onChanged={changed} onReset={reset} onClose={() => setDialog(null)} />}
      {shown && <AlbumLightbox album={album} images={images} shown={shown} onShow={setShown} onEnd={() => members.hasMore && members.loadMore()} onClose={() => setShown(null)} />}
    </Page>
  );
  if (!mayChange) return content;
  const label = isSession && album.anchorUrl === null ? 'Drop a picture to make it the anchor' : 'Drop pictures into this album';
  return <DropArea label={label} accept={PICTURES} onFiles={onFiles} className={styles.area}>{() => content}</DropArea>;
}
