// One album, live.
import { useAlbumGeneration } from '@albumen/realtime';
import { AlbumGrid, Button, EmptyState, toasts } from '@albumen/ui';
import { useEffect } from 'react';
import { useLocation, useParams } from 'wouter';

import { useUser } from '../../data/session.ts';
import { Page } from '../../shell/Page.tsx';
import { AlbumView } from './components/AlbumView.tsx';
import { Back } from './components/Back.tsx';

/** What an action could not do goes by as a message; what the anchor could not, stands in its place. */
function useErrorMessages(error: string | null, anchorError: string | null | undefined): void {
  useEffect(() => {
    if (error && error !== anchorError) toasts.add(error, { tone: 'error' });
  }, [error, anchorError]);
}

export default function AlbumPage() {
  const { id = '' } = useParams();
  const [, navigate] = useLocation();
  const user = useUser();
  const generation = useAlbumGeneration({ apiBase: '/api', userId: user.id, albumId: id });
  const { album, error, isLoading, loadAlbum } = generation;
  useEffect(() => void loadAlbum(), [loadAlbum]);
  useErrorMessages(album ? error : null, album?.anchorError);
  if (album) return <AlbumView album={album} generation={generation} />;
  return (
    <Page title="Album" back={<Back />} subtitle={isLoading && <span aria-hidden="true">&nbsp;</span>}>
      {error && !isLoading ? (
        <EmptyState tone="error" title="This album cannot be shown" action={<><Button icon="redo" onClick={() => void loadAlbum()}>Try again</Button><Button variant="ghost" onClick={() => navigate('/albums')}>All albums</Button></>}>{error}</EmptyState>
      ) : (
        <AlbumGrid isLoading shots={[]} />
      )}
    </Page>
  );
}
