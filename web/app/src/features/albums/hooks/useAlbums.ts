// Albums: one's own, and the public ones of others.
import type { AlbumSource, AlbumSummary, TemplateSet } from '@albumen/api';

import { cache } from '../../../data/cache.ts';
import { client, pageOf } from '../../../data/client.ts';
import { usePages, useQuery, type PagesQuery, type Query } from '../../../data/hooks.ts';
import type { Pages } from '../../../data/pages.ts';

export type SourceFilter = 'all' | AlbumSource;

export const SOURCES: Record<AlbumSource, string> = { session: 'Session', batch_generation: 'Run', scrape: 'Scraped', manual: 'Collection' };

export function useAlbums(source: SourceFilter, q: string): PagesQuery<AlbumSummary> {
  const sourceType = source === 'all' ? undefined : source;
  return usePages(`albums?${JSON.stringify([source, q])}`, async (cursor) =>
    pageOf(await client.send('GET /api/albums', { query: { limit: 60, cursor, sourceType, q: q || undefined } }), 'albums'));
}

/** What a list of albums told of one already. */
export const knownAlbum = (id: string): AlbumSummary | undefined => cache.known<Pages<AlbumSummary>>('albums?').flatMap(({ items }) => items).find((album) => album.id === id);

export function useTemplateSets(): Query<TemplateSet[]> {
  return useQuery('template-sets', async () => {
    const { answer, eventId } = await client.send('GET /api/albums/template-sets');
    return { answer: answer.templateSets, eventId };
  });
}
