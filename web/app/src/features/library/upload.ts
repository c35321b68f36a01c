// Pictures from the user's own disk.
import { messageOf, type Image } from '@albumen/api';
import { toasts } from '@albumen/ui';

import { cache } from '../../data/cache.ts';
import { client } from '../../data/client.ts';
import { onUserChange } from '../../data/session.ts';
import { counted } from '../../format.ts';

/** What the server takes; it looks into them itself. */
export const PICTURES = 'image/png,image/jpeg,image/webp';

const progressOf = (done: number, of: number): string => (of === 1 ? 'Uploading 1 picture…' : `Uploading ${done + 1} of ${of}…`);

/** Sends them one after the other, until it is told to stop. */
async function send(files: File[], signal: AbortSignal, onNext: (index: number) => void): Promise<Image[]> {
  const arrived: Image[] = [];
  for (const [index, file] of files.entries()) {
    if (signal.aborted) break;
    onNext(index);
    try {
      arrived.push(await client.call('POST /api/images', { body: file, query: { fileName: file.name }, signal }));
    } catch (error) {
      if (signal.aborted) break;
      toasts.add(`${file.name}: ${messageOf(error)}`, { tone: 'error' });
    }
  }
  return arrived;
}

/** Sends them in their order, and says how far that is and how it went. Gives those that arrived; none where somebody stopped it. */
export async function upload(files: File[]): Promise<Image[]> {
  const stop = new AbortController();
  // Who signs in next does not get what is left, nor is told of it.
  let isGone = false;
  const unsubscribe = onUserChange(() => {
    isGone = true;
    stop.abort();
  });
  const toast = toasts.addLasting(progressOf(0, files.length), { label: 'Cancel', onSelect: () => stop.abort() });
  const arrived = await send(files, stop.signal, (index) => toast.say(progressOf(index, files.length)));
  unsubscribe();
  toast.end();
  if (isGone) return [];
  if (stop.signal.aborted) toasts.add(`Cancelled: ${arrived.length} of ${counted(files.length, 'picture')} added to your library.`);
  else if (arrived.length > 0) toasts.add(`${counted(arrived.length, 'picture')} added to your library.`);
  cache.invalidate('images');
  cache.invalidate('facets');
  return stop.signal.aborted ? [] : arrived;
}
