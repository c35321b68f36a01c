// The user's pictures, newest first.
import type { Image } from '@albumen/api';

import { client, pageOf } from '../../../data/client.ts';
import { usePages, type PagesQuery } from '../../../data/hooks.ts';

export function useImages(): PagesQuery<Image> {
  return usePages('images', async (cursor) => pageOf(await client.send('GET /api/images', { query: { limit: 100, cursor } }), 'images'));
}

/** A picture's small form, or the picture itself where nobody can look into it. */
export const thumbOf = (image: Pick<Image, 'url' | 'thumbUrl'>, width: 256 | 512 | 1024): string => (image.thumbUrl ? `${image.url}?w=${width}` : image.url);

export const titleOf = (image: Pick<Image, 'prompt'>): string => image.prompt ?? 'Uploaded picture';
