// What the library can be filtered by, and the searches that were kept.
import type { ImageFacets, SavedSearch } from '@albumen/api';

import { client, pageOf } from '../../../data/client.ts';
import { usePages, useQuery, type PagesQuery, type Query } from '../../../data/hooks.ts';

export function useFacets(): Query<ImageFacets> {
  return useQuery('facets', async () => await client.send('GET /api/images/facets'));
}

export function useSavedSearches(): PagesQuery<SavedSearch> {
  return usePages('searches', async (cursor) => pageOf(await client.send('GET /api/images/searches', { query: { limit: 100, cursor } }), 'searches'));
}
