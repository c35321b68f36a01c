// Pictures from the user's own disk.
import { messageOf, type Image } from '@albumen/api';
import { toasts } from '@albumen/ui';

import { cache } from '../../data/cache.ts';
import { client } from '../../data/client.ts';
import { counted } from '../../format.ts';

/** What the server takes; it looks into them itself. */
export const PICTURES = 'image/png,image/jpeg,image/webp';

/** Sends them one after the other, in their order, and says how that went. Gives those that arrived. */
export async function upload(files: File[]): Promise<Image[]> {
  const arrived: Image[] = [];
  const done = toasts.add(`Uploading ${counted(files.length, 'picture')}…`);
  for (const file of files) {
    try {
      arrived.push(await client.call('POST /api/images', { body: file, query: { fileName: file.name } }));
    } catch (error) {
      toasts.add(`${file.name}: ${messageOf(error)}`, { tone: 'error' });
    }
  }
  done();
  if (arrived.length > 0) toasts.add(`${counted(arrived.length, 'picture')} added to your library.`);
  cache.invalidate('images');
  cache.invalidate('facets');
  return arrived;
}
