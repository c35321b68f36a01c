// The pictures of an album in their order: those that came with it, and behind them as many pages as were asked for.
import type { Album, AlbumImage, ApiError } from '@albumen/api';
import { useEffect, useMemo, useRef, useState } from 'react';

import { asApiError, cache, type Loaded } from '../../../data/cache.ts';
import { client, pageOf } from '../../../data/client.ts';
import { useAction, useQuery } from '../../../data/hooks.ts';
import { withNextPage, type Pages } from '../../../data/pages.ts';
import type { MoreOf } from '../../../shell/ShowMore.tsx';

export interface Members extends MoreOf {
  images: AlbumImage[];
}

const PAGE = 200;
const NOTHING: Loaded<Pages<AlbumImage>> = { answer: { items: [], nextCursor: null }, eventId: null };

const loadPage = async (id: string, cursor: string | null) =>
  pageOf(await client.send('GET /api/albums/{id}/images', { params: { id }, query: { limit: PAGE, cursor } }), 'images');

/** As many as were shown, from the first on: an order may change anywhere. */
async function loadAgain(id: string, shown: number): Promise<Loaded<Pages<AlbumImage>>> {
  const { answer: head, eventId } = await loadPage(id, null);
  let answer = head;
  while (answer.nextCursor !== null && answer.items.length < shown) answer = withNextPage(answer, (await loadPage(id, answer.nextCursor)).answer);
  return { answer, eventId };
}

export function useMembers({ id, images, imageCount }: Pick<Album, 'id' | 'images' | 'imageCount'>): Members {
  const key = `album/${id}/images`;
  // An album comes with its first 200 pictures: few have more.
  const isWhole = images.length >= imageCount;
  const { data, error, reload } = useQuery<Pages<AlbumImage>>(key, async (before) => (isWhole ? NOTHING : loadAgain(id, before?.items.length ?? 0)));
  const pages = isWhole || !data || data.items.length === 0 ? null : data;

  // The album was read again: what is behind its first pictures may be another now.
  const known = useRef(images);
  useEffect(() => {
    if (known.current !== images && !isWhole) void reload();
    known.current = images;
  }, [images, isWhole, reload]);
  useEffect(() => () => cache.invalidate(key), [key]);

  const [moreError, setMoreError] = useState<ApiError | null>(null);
  const [loadMore, isLoadingMore] = useAction(async () => {
    setMoreError(null);
    const cursor = pages?.nextCursor ?? null;
    if (cursor === null || error) return reload();
    try {
      const { answer } = await loadPage(id, cursor);
      cache.patch<Pages<AlbumImage>>(key, (before) => (before.nextCursor === cursor ? withNextPage(before, answer) : before));
    } catch (failure) {
      setMoreError(asApiError(failure));
    }
  });
  return {
    images: pages?.items ?? images,
    hasMore: pages ? pages.nextCursor !== null : !isWhole,
    isLoadingMore,
    moreError: moreError ?? (isWhole ? null : error),
    loadMore: () => void loadMore(),
  };
}

/** The pictures of a session that are neither its anchor nor a shot: somebody added them. */
export function addedTo({ anchorImageId, shots }: Pick<Album, 'anchorImageId' | 'shots'>, images: AlbumImage[]): AlbumImage[] {
  const own = new Set([anchorImageId, ...shots.map(({ imageId }) => imageId)]);
  return images.filter(({ id }) => !own.has(id));
}

export function useAdded({ anchorImageId, shots }: Album, images: AlbumImage[]): AlbumImage[] {
  return useMemo(() => addedTo({ anchorImageId, shots }, images), [anchorImageId, shots, images]);
}
