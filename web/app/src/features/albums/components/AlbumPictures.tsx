// Pictures of an album, in their order.
import { messageOf, type Album, type AlbumImage } from '@albumen/api';
import { Button, EmptyState, IconButton, Picture, toasts } from '@albumen/ui';
import { useState } from 'react';

import { client } from '../../../data/client.ts';
import { titleOf } from '../../library/index.ts';
import styles from './AlbumPictures.module.css';

export interface AlbumPicturesProps {
  album: Pick<Album, 'id'>;
  images: AlbumImage[];
  label?: string;
  onChanged(): Promise<void>;
  onOpen(imageId: string): void;
  /** Not for those who only look. */
  onAdd: (() => void) | null;
}

/** More than a window shows. */
const BLANKS_MAX = 60;

/** Their places, before they are known. */
export const BlankPictures = ({ count }: { count: number }) => (
  <ol className={styles.grid} aria-label="Pictures" aria-busy="true">{Array.from({ length: Math.min(count, BLANKS_MAX) }, (_, i) => <li key={i} className={styles.blank} />)}</ol>
);

/** Where a picture stands, told by a neighbour; null: it is alone. */
function spotOf(images: AlbumImage[], index: number): { before: string } | { after: string } | null {
  const [previous, next] = [images[index - 1], images[index + 1]];
  return next ? { before: next.id } : previous ? { after: previous.id } : null;
}

export function AlbumPictures({ album, images: known, label = 'Pictures', onChanged, onOpen, onAdd }: AlbumPicturesProps) {
  // A change is shown before it is kept, until the pictures are read again: putting it back costs nothing.
  const [changed, setChanged] = useState<{ from: AlbumImage[]; to: AlbumImage[] } | null>(null);
  const images = changed?.from === known ? changed.to : known;
  const params = { id: album.id };
  const show = (to: AlbumImage[]) => setChanged({ from: known, to });
  const attempt = async (work: () => Promise<unknown>) => {
    const isDone = await work().then(() => true, (error: unknown) => {
      setChanged(null);
      toasts.add(messageOf(error), { tone: 'error' });
      return false;
    });
    await onChanged();
    return isDone;
  };
  const move = (from: number, to: number) => {
    const moved = images.toSpliced(from, 1).toSpliced(to, 0, images[from]!);
    show(moved);
    return attempt(() => client.call('PUT /api/albums/{id}/images/order', { params, body: { imageIds: [images[from]!.id], ...spotOf(moved, to) } }));
  };
  const remove = async (index: number) => {
    const { id } = images[index]!;
    const spot = spotOf(images, index);
    show(images.toSpliced(index, 1));
    const isOut = await attempt(() => client.call('DELETE /api/albums/{id}/images/{image}', { params: { ...params, image: id } }));
    const undo = () => attempt(async () => {
      await client.call('POST /api/albums/{id}/images', { params, body: { imageIds: [id] } });
      if (spot) await client.call('PUT /api/albums/{id}/images/order', { params, body: { imageIds: [id], ...spot } });
    });
    if (isOut) toasts.add('Taken out of the album.', { action: { label: 'Undo', isUndo: true, onSelect: () => void undo() } });
  };
  if (images.length === 0) {
    return (
      <EmptyState title="No pictures in it yet" icon="albums" action={onAdd && <Button variant="primary" icon="plus" onClick={onAdd}>Add pictures</Button>}>
        {onAdd && 'Choose some out of your library.'}
      </EmptyState>
    );
  }
  return (
    <ol className={styles.grid} aria-label={label}>
      {images.map((image, index) => (
        <li key={image.id} className={styles.cell}>
          <button type="button" className={styles.open} onClick={() => onOpen(image.id)} aria-label={titleOf(image)}>
            <Picture src={image.thumbUrl} alt="" />
          </button>
          {onAdd && (
            <div className={styles.tools}>
              <IconButton size="small" icon="arrowLeft" label="Move forward" disabled={index === 0} onClick={() => void move(index, index - 1)} />
              <IconButton size="small" icon="arrowRight" label="Move back" disabled={index === images.length - 1} onClick={() => void move(index, index + 1)} />
              <IconButton size="small" icon="close" label="Take out of the album" onClick={() => void remove(index)} />
            </div>
          )}
        </li>
      ))}
    </ol>
  );
}
