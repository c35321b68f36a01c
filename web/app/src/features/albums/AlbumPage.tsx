// One album, live.
import { useAlbumGeneration } from '@albumen/realtime';
import { AlbumGrid, Button, EmptyState, toasts } from '@albumen/ui';
import { useEffect } from 'react';
import { useLocation, useParams } from 'wouter';

import { checkSession } from '../../data/live.ts';
import { useMay, useUser } from '../../data/session.ts';
import { Page } from '../../shell/Page.tsx';
import { About } from './components/About.tsx';
import { BlankPictures } from './components/AlbumPictures.tsx';
import { AlbumView } from './components/AlbumView.tsx';
import { Back } from './components/Back.tsx';
import { knownAlbum } from './hooks/useAlbums.ts';

/** What an action could not do goes by as a message; what the anchor could not, stands in its place. */
function useErrorMessages(error: string | null, anchorError: string | null | undefined): void {
  useEffect(() => {
    if (error && error !== anchorError) toasts.add(error, { tone: 'error' });
  }, [error, anchorError]);
}

/** An album on its way: what the list told of it stands where it will stand, so nothing moves when the rest comes. */
function Coming({ id }: { id: string }) {
  const known = knownAlbum(id);
  const isCollection = known?.subjectDesc === null;
  const mayAdd = useMay('member') && isCollection && known.mine;
  return (
    <Page
      title={known?.name ?? 'Album'}
      back={<Back />}
      subtitle={known ? <About album={known} /> : <span aria-hidden="true">&nbsp;</span>}
      actions={mayAdd && <Button icon="plus" disabled>Add pictures</Button>}
    >
      {isCollection ? <BlankPictures count={known.imageCount} /> : <AlbumGrid isLoading shots={[]} />}
    </Page>
  );
}

export default function AlbumPage() {
  const { id = '' } = useParams();
  const [, navigate] = useLocation();
  const user = useUser();
  const generation = useAlbumGeneration({ apiBase: '/api', userId: user.id, albumId: id, onSignedOut: checkSession });
  const { album, error, isLoading, loadAlbum } = generation;
  useEffect(() => void loadAlbum(), [loadAlbum]);
  useErrorMessages(album ? error : null, album?.anchorError);
  if (album) return <AlbumView album={album} generation={generation} />;
  if (error && !isLoading) {
    return (
      <Page title="Album" back={<Back />}>
        <EmptyState tone="error" title="This album cannot be shown" action={<><Button icon="redo" onClick={() => void loadAlbum()}>Try again</Button><Button variant="ghost" onClick={() => navigate('/albums')}>All albums</Button></>}>{error}</EmptyState>
      </Page>
    );
  }
  return <Coming id={id} />;
}
