// Puts chosen pictures into an album that there is, or into a new one.
import { messageOf, type Image } from '@albumen/api';
import { Button, Dialog, EmptyState, TextField, toasts } from '@albumen/ui';
import { useState } from 'react';

import { cache } from '../../../data/cache.ts';
import { client } from '../../../data/client.ts';
import { useForm } from '../../../data/form.ts';
import { useAction } from '../../../data/hooks.ts';
import { counted } from '../../../format.ts';
import { LoadFailure } from '../../../shell/Page.tsx';
import { ShowMore } from '../../../shell/ShowMore.tsx';
import { useOwnAlbums } from '../hooks/useOwnAlbums.ts';
import { useTyped } from '../hooks/useSearch.ts';
import styles from './AddToAlbum.module.css';

async function addTo(album: { id: string; name: string }, images: Image[]): Promise<void> {
  await client.call('POST /api/albums/{id}/images', { params: { id: album.id }, body: { imageIds: images.map(({ id }) => id) } });
  cache.invalidate('albums');
  toasts.add(`${counted(images.length, 'picture')} added to “${album.name}”.`);
}

function NewAlbum({ chosen, onClose }: { chosen: Image[]; onClose(): void }) {
  const { onSubmit, isBusy, failure } = useForm(async (fields) => {
    // Tried again after a lost answer it is the same one.
    const album = await client.call('POST /api/albums', { body: { name: String(fields.get('name')), reuse: true } });
    await addTo(album, chosen);
    onClose();
  });
  return (
    <form className={styles.fresh} onSubmit={onSubmit}>
      <TextField label="New album" name="name" required maxLength={200} placeholder="Best of autumn" error={failure} />
      <Button type="submit" icon="plus" isBusy={isBusy}>Create and add</Button>
    </form>
  );
}

export function AddToAlbum({ chosen, onClose }: { chosen: Image[]; onClose(): void }) {
  const [q, setQ] = useState('');
  const [typed, setTyped] = useTyped(q, setQ);
  const albums = useOwnAlbums(q.trim());
  const [failure, setFailure] = useState<string | null>(null);
  const [add] = useAction(async (album: { id: string; name: string }) => {
    setFailure(null);
    await addTo(album, chosen).then(onClose, (error: unknown) => setFailure(messageOf(error)));
  });
  return (
    <Dialog isOpen onClose={onClose} title={`Add ${counted(chosen.length, 'picture')} to an album`} actions={<Button onClick={onClose}>Cancel</Button>}>
      <TextField label="Find an album" type="search" maxLength={200} value={typed} onChange={(event) => setTyped(event.target.value)} />
      <div className={styles.albums} aria-busy={!albums.items && !albums.error}>
        {albums.error && !albums.items && <LoadFailure error={albums.error} what="Your albums" onRetry={() => void albums.reload()} />}
        {albums.items?.length === 0 && !albums.hasMore && <EmptyState title={q.trim() ? 'No album of yours is called so' : 'No albums yet'} />}
        <ul aria-label="Albums">
          {albums.items?.map((album) => (
            <li key={album.id}>
              <button type="button" className={styles.album} onClick={() => void add(album)}>
                <span className={styles.name}>{album.name}</span>
                <span className={styles.count}>{counted(album.imageCount, 'picture')}</span>
              </button>
            </li>
          ))}
        </ul>
        <ShowMore of={albums} what="albums" />
      </div>
      {failure && <p role="alert" className={styles.failure}>{failure}</p>}
      <NewAlbum chosen={chosen} onClose={onClose} />
    </Dialog>
  );
}
