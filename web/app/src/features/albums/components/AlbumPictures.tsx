// The pictures of a collection, in their order.
import { messageOf, type Album } from '@albumen/api';
import { Button, EmptyState, IconButton, Picture, toasts } from '@albumen/ui';
import { useState } from 'react';

import { client } from '../../../data/client.ts';
import { titleOf } from '../../library/index.ts';
import styles from './AlbumPictures.module.css';

export interface AlbumPicturesProps {
  album: Album;
  onChanged(): Promise<void>;
  onOpen(index: number): void;
  /** Not for those who only look. */
  onAdd: (() => void) | null;
}

/** More than a window shows. */
const BLANKS_MAX = 60;

/** Their places, before they are known. */
export const BlankPictures = ({ count }: { count: number }) => (
  <ol className={styles.grid} aria-label="Pictures" aria-busy="true">{Array.from({ length: Math.min(count, BLANKS_MAX) }, (_, i) => <li key={i} className={styles.blank} />)}</ol>
);

export function AlbumPictures({ album, onChanged, onOpen, onAdd }: AlbumPicturesProps) {
  // An order is shown before it is kept: putting it back costs nothing.
  const [order, setOrder] = useState<string[] | null>(null);
  const images = order ? order.flatMap((id) => album.images.find((image) => image.id === id) ?? []) : album.images;
  const attempt = async (work: () => Promise<unknown>) => {
    try {
      await work();
    } catch (error) {
      toasts.add(messageOf(error), { tone: 'error' });
    }
    await onChanged();
    setOrder(null);
  };
  const move = (from: number, to: number) => {
    const ids = images.map(({ id }) => id);
    ids.splice(to, 0, ...ids.splice(from, 1));
    setOrder(ids);
    return attempt(() => client.call('PUT /api/albums/{id}/images/order', { params: { id: album.id }, body: { imageIds: ids } }));
  };
  const add = (imageIds: string[]) => client.call('POST /api/albums/{id}/images', { params: { id: album.id }, body: { imageIds } });
  const remove = async (imageId: string) => {
    const before = images.map(({ id }) => id);
    setOrder(before.filter((id) => id !== imageId));
    await attempt(() => client.call('DELETE /api/albums/{id}/images/{image}', { params: { id: album.id, image: imageId } }));
    const undo = () => attempt(async () => {
      await add([imageId]);
      await client.call('PUT /api/albums/{id}/images/order', { params: { id: album.id }, body: { imageIds: before } });
    });
    toasts.add('Taken out of the album.', { action: { label: 'Undo', onSelect: () => void undo() } });
  };
  if (images.length === 0) {
    return (
      <EmptyState title="No pictures in it yet" icon="albums" action={onAdd && <Button variant="primary" icon="plus" onClick={onAdd}>Add pictures</Button>}>
        {onAdd && 'Choose some out of your library.'}
      </EmptyState>
    );
  }
  return (
    <ol className={styles.grid} aria-label="Pictures">
      {images.map((image, index) => (
        <li key={image.id} className={styles.cell}>
          <button type="button" className={styles.open} onClick={() => onOpen(index)} aria-label={titleOf(image)}>
            <Picture src={image.thumbUrl} alt="" />
          </button>
          {onAdd && (
            <div className={styles.tools}>
              <IconButton size="small" icon="arrowLeft" label="Move forward" disabled={index === 0} onClick={() => void move(index, index - 1)} />
              <IconButton size="small" icon="arrowRight" label="Move back" disabled={index === images.length - 1} onClick={() => void move(index, index + 1)} />
              <IconButton size="small" icon="close" label="Take out of the album" onClick={() => void remove(image.id)} />
            </div>
          )}
        </li>
      ))}
    </ol>
  );
}
