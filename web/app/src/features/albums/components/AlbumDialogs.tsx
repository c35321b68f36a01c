// The windows that an album's menu opens.
import type { Album } from '@albumen/api';
import { Confirm, toasts } from '@albumen/ui';
import { useLocation } from 'wouter';

import { cache } from '../../../data/cache.ts';
import { client } from '../../../data/client.ts';
import { ImagePicker } from '../../library/index.ts';
import type { AlbumDialog } from '../hooks/useAlbumMenu.ts';
import { EditAlbum } from './EditAlbum.tsx';
import { EditShots } from './EditShots.tsx';

export interface AlbumDialogsProps {
  album: Album;
  open: AlbumDialog;
  onChanged(): Promise<void>;
  onReset(index: number): Promise<void>;
  onClose(): void;
}

export default function AlbumDialogs({ album, open, onChanged, onReset, onClose }: AlbumDialogsProps) {
  const [, navigate] = useLocation();
  const params = { id: album.id };
  if (typeof open === 'object') {
    const { index, label } = open.reset;
    return <Confirm title={`Reset ${label}?`} action="Reset" onClose={onClose} onConfirm={() => onReset(index)}>Its picture leaves the album and stays in your library.</Confirm>;
  }
  switch (open) {
    case 'edit':
      return <EditAlbum album={album} onChanged={onChanged} onClose={onClose} />;
    case 'shots':
      return <EditShots album={album} onChanged={onChanged} onClose={onClose} />;
    case 'add':
      return (
        <ImagePicker
          title="Add pictures"
          onClose={onClose}
          onPick={async (images) => {
            await client.call('POST /api/albums/{id}/images', { params, body: { imageIds: images.map(({ id }) => id) } });
            await onChanged();
          }}
        />
      );
    case 'anchor':
      return (
        <ImagePicker
          title="Take an anchor from the library"
          isSingle
          onClose={onClose}
          onPick={async ([image]) => {
            if (image) await client.call('POST /api/albums/{id}/anchor', { params, body: { imageId: image.id } });
            await onChanged();
          }}
        />
      );
    case 'delete':
      return (
        <Confirm
          title={`Delete ${album.name}?`}
          action="Delete"
          onClose={onClose}
          onConfirm={async () => {
            await client.call('DELETE /api/albums/{id}', { params });
            cache.invalidate('albums');
            toasts.add('The album is deleted.');
            navigate('/albums', { replace: true });
          }}
        >
          What is still being made is cancelled. Its pictures stay in your library.
        </Confirm>
      );
  }
}
