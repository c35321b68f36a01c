// The user's pictures: all, or what a search finds.
import type { Image } from '@albumen/api';

import { client, pageOf } from '../../../data/client.ts';
import { usePages, type PagesQuery } from '../../../data/hooks.ts';

export type Sort = 'relevance' | 'newest' | 'oldest' | 'rating';

export interface Search {
  q: string;
  /** Null: as the list has it by itself. */
  sort: Sort | null;
  /** What is in the trash instead. */
  trash: boolean;
}

export const ALL: Search = { q: '', sort: null, trash: false };

export function useImages({ q, sort, trash }: Search = ALL): PagesQuery<Image> {
  const asked = { q: q.trim() || null, ...(sort && { sort }), ...(trash && { trash }) };
  return usePages(`images${JSON.stringify(asked)}`, async (cursor) => pageOf(await client.send('GET /api/images', { query: { limit: 100, cursor, ...asked } }), 'images'));
}

/** A picture's small form, or the picture itself where nobody can look into it. */
export const thumbOf = (image: Pick<Image, 'url' | 'thumbUrl'>, width: 256 | 512 | 1024): string => (image.thumbUrl ? `${image.url}?w=${width}` : image.url);

export const titleOf = (image: Pick<Image, 'prompt'> & { name?: string | null }): string => image.name ?? image.prompt ?? 'Uploaded picture';
