// The albums that pictures can be put into.
import type { AlbumSummary } from '@albumen/api';

import { client, pageOf } from '../../../data/client.ts';
import { usePages, type PagesQuery } from '../../../data/hooks.ts';

/** The list has the public albums of others too: those are left out. */
export function useOwnAlbums(q: string): PagesQuery<AlbumSummary> {
  const query = usePages(`albums?own=${q}`, async (cursor) => pageOf(await client.send('GET /api/albums', { query: { limit: 100, cursor, q: q || undefined } }), 'albums'));
  return { ...query, items: query.items?.filter(({ mine }) => mine) };
}
