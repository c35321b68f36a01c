import { useAlbumGeneration } from '@albumen/realtime';
import { AlbumGrid } from '@albumen/ui';
import { useEffect } from 'react';

import { useAuth } from './auth.ts';

export function AlbumPage({ albumId }: { albumId: string }) {
  const { user, token } = useAuth();
  const {
    album,
    isLoading,
    error,
    loadAlbum,
    generateAnchor,
    generateAllShots,
    regenerateShot,
    resetShot,
  } = useAlbumGeneration({
    apiBase: '/api/example-api',
    userId: user.id,
    albumId,
    authToken: token,
  });

  // Load on mount
  useEffect(() => { void loadAlbum(); }, [loadAlbum]);

  if (isLoading && !album) return <p>Loading…</p>;
  if (error && !album) return <p role="alert">{error}</p>;
  return (
    <AlbumGrid
      name={album?.name}
      anchorUrl={album?.anchorUrl}
      shots={album?.shots ?? []}
      onGenerateAnchor={generateAnchor}
      onGenerateAllShots={generateAllShots}
      onRegenerateShot={regenerateShot}
      onResetShot={resetShot}
    />
  );
}
