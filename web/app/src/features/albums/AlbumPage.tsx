// One album, live.
import { useAlbumGeneration } from '@albumen/realtime';
import { AlbumGrid, Badge, Button, EmptyState, IconButton, Menu, toasts } from '@albumen/ui';
import { useEffect, useState } from 'react';
import { Link, useParams } from 'wouter';

import { useMay, useUser } from '../../data/session.ts';
import { later } from '../../later.tsx';
import { Page } from '../../shell/Page.tsx';
import styles from './AlbumPage.module.css';
import type { Shown } from './components/AlbumLightbox.tsx';
import { AlbumPictures } from './components/AlbumPictures.tsx';
import { albumMenu, type AlbumDialog } from './hooks/useAlbumMenu.ts';
import { SOURCES } from './hooks/useAlbums.ts';

const AlbumDialogs = later(() => import('./components/AlbumDialogs.tsx'));
const AlbumLightbox = later(() => import('./components/AlbumLightbox.tsx'));

const Back = () => <Link href="/albums" className={styles.back}>Albums</Link>;

/** What an action could not do goes by as a message; what the anchor could not, stands in its place. */
function useErrorMessages(error: string | null, anchorError: string | null | undefined): void {
  useEffect(() => {
    if (error && error !== anchorError) toasts.add(error, { tone: 'error' });
  }, [error, anchorError]);
}

export default function AlbumPage() {
  const { id = '' } = useParams();
  const user = useUser();
  const generation = useAlbumGeneration({ apiBase: '/api', userId: user.id, albumId: id });
  const { album, error, isLoading, loadAlbum } = generation;
  const [dialog, setDialog] = useState<AlbumDialog | null>(null);
  const [shown, setShown] = useState<Shown | null>(null);
  const mayChange = useMay('member') && album?.mine === true;
  useEffect(() => void loadAlbum(), [loadAlbum]);
  useErrorMessages(album ? error : null, album?.anchorError);

  if (!album) {
    return (
      <Page title="Album" back={<Back />}>
        {error && !isLoading ? (
          <EmptyState tone="error" title="This album cannot be shown" action={<Button icon="redo" onClick={() => void loadAlbum()}>Try again</Button>}>{error}</EmptyState>
        ) : (
          <AlbumGrid shots={[]} />
        )}
      </Page>
    );
  }
  const menu = mayChange && <Menu label="Album" trigger={<IconButton variant="quiet" icon="more" label="More" />} items={albumMenu(album, setDialog, loadAlbum)} />;
  const isSession = album.subjectDesc !== null;
  const add = mayChange ? () => setDialog('add') : null;
  const subtitle = (
    <p className={styles.about}>
      <Badge tone={isSession ? 'accent' : 'plain'}>{SOURCES[album.sourceType]}</Badge>
      {album.isPublic && <Badge tone="good">public</Badge>}
      <span>{album.subjectDesc ?? album.description}</span>
    </p>
  );
  return (
    <Page title={album.name} back={<Back />} subtitle={subtitle} actions={!isSession && <>{add && <Button icon="plus" onClick={add}>Add pictures</Button>}{menu}</>}>
      {isSession ? (
        <AlbumGrid
          anchorUrl={album.anchorUrl}
          anchorGenerating={album.anchorJobId !== null}
          anchorError={album.anchorError}
          shots={album.shots}
          actions={menu}
          onImageClick={(shot) => setShown({ shot })}
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
}
