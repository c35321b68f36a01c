// Changing pictures. What costs nothing to put back is shown before the server has said yes.
import { ApiError, messageOf, type Image, type ImageChange, type ImagesChange } from '@albumen/api';
import { toasts } from '@albumen/ui';

import { cache } from '../../data/cache.ts';
import { client } from '../../data/client.ts';
import type { Pages } from '../../data/pages.ts';
import { counted } from '../../format.ts';

function patch(ids: ReadonlySet<string>, change: (image: Image) => Image): void {
  cache.patch<Pages<Image>>('images', (list) =>
    list.items.some(({ id }) => ids.has(id)) ? { ...list, items: list.items.map((image) => (ids.has(image.id) ? change(image) : image)) } : list);
}

/** Stars, rates or tags one picture. */
export async function change(image: Image, wanted: Pick<ImageChange, 'starred' | 'rating' | 'tags'>): Promise<void> {
  const ids = new Set([image.id]);
  patch(ids, (now) => ({ ...now, ...(wanted as Partial<Image>) }));
  try {
    const changed = await client.call('PATCH /api/images/{id}', { params: { id: image.id }, body: wanted });
    patch(ids, () => changed);
    cache.invalidate('facets');
  } catch (error) {
    patch(ids, () => image);
    toasts.add(messageOf(error), { tone: 'error' });
  }
}

export interface ManyChange {
  starred?: boolean;
  addTags?: string[];
}

/** The server changes so many at once: all of them or none. */
const AT_ONCE_MAX = 500;

/** Changes any number, part by part, and tells of each part that is done. */
async function send(images: Image[], wanted: Omit<ImagesChange, 'imageIds'>, onDone: (part: Image[]) => void): Promise<void> {
  for (let first = 0; first < images.length; first += AT_ONCE_MAX) {
    const part = images.slice(first, first + AT_ONCE_MAX);
    await client.call('POST /api/images/change', { body: { imageIds: part.map(({ id }) => id), ...wanted } });
    onDone(part);
  }
}

/** Stars or tags many. Throws at the first part that is refused: those before it are changed. */
export async function changeMany(images: Image[], wanted: ManyChange): Promise<void> {
  const { starred, addTags = [] } = wanted;
  try {
    await send(images, wanted, (part) => patch(new Set(part.map(({ id }) => id)), (image) => ({ ...image, starred: starred ?? image.starred, tags: [...new Set([...image.tags, ...addTags])] })));
  } finally {
    cache.invalidate('facets');
    cache.invalidate('images');
  }
}

/** Out of every list at once. Gives what puts them back in their places. */
function hide(images: Image[]): () => void {
  const ids = new Set(images.map(({ id }) => id));
  const changed = new Map<Pages<Image>, Pages<Image>>();
  cache.patch<Pages<Image>>('images', (list) => {
    if (!list.items.some(({ id }) => ids.has(id))) return list;
    const rest = { ...list, items: list.items.filter(({ id }) => !ids.has(id)) };
    changed.set(rest, list);
    return rest;
  });
  return () => {
    cache.patch<Pages<Image>>('images', (list) => changed.get(list) ?? list);
    readAgain();
  };
}

function readAgain(): void {
  for (const key of ['images', 'facets', 'albums']) cache.invalidate(key);
}

async function putBack(images: Image[], show: () => void): Promise<void> {
  try {
    await send(images, { trash: false }, () => undefined);
    show();
  } catch (error) {
    readAgain();
    toasts.add(messageOf(error), { tone: 'error' });
  }
}

function tellOfTrash(images: Image[], show: () => void): void {
  readAgain();
  toasts.add(images.length === 1 ? 'The picture is in the trash.' : `${counted(images.length, 'picture')} are in the trash.`, {
    action: { label: 'Undo', isUndo: true, onSelect: () => void putBack(images, show) },
  });
}

/**
 * Into the trash, from where Undo brings them back. Pictures that others were made from go there only when told so again.
 * Gives whether all of them are there.
 */
export async function remove(images: Image[], force = false): Promise<boolean> {
  const gone: Image[] = [];
  const show = hide(images);
  try {
    await send(images, { trash: true, force }, (part) => gone.push(...part));
  } catch (error) {
    show();
    const rest = images.slice(gone.length);
    const isParent = error instanceof ApiError && error.status === 409 && !force;
    if (gone.length > 0) tellOfTrash(gone, hide(gone));
    const message = isParent ? 'Other pictures were made from this: they could not tell any more where they come from.' : messageOf(error);
    toasts.add(message, { tone: 'error', ...(isParent && { action: { label: 'Delete all the same', onSelect: () => void remove(rest, true) } }) });
    return false;
  }
  tellOfTrash(images, show);
  return true;
}

export async function restore(image: Image): Promise<void> {
  const show = hide([image]);
  try {
    await client.call('POST /api/images/{id}/restore', { params: { id: image.id } });
    readAgain();
    toasts.add('The picture is back in your library.');
  } catch (error) {
    show();
    toasts.add(messageOf(error), { tone: 'error' });
  }
}
