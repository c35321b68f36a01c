// Server data in components.
import type { ApiError } from '@albumen/api';
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react';

import { asApiError, cache, type Entry, type Load } from './cache.ts';
import { loadHead, withNextPage, type LoadPage, type Pages } from './pages.ts';

export interface Query<T> extends Omit<Entry<T>, 'eventId'> {
  reload(): Promise<void>;
}

function useEntry<T>(key: string): Entry<T> {
  return useSyncExternalStore(cache.store.subscribe, () => cache.get<T>(key));
}

/** Data by their key: two components with the same key have the same data. `load` may be a new function each time. */
export function useQuery<T>(key: string, load: Load<T>): Query<T> {
  const latest = useRef(load);
  latest.current = load;
  useEffect(() => cache.use<T>(key, (before) => latest.current(before)), [key]);
  const { data, error, isLoading } = useEntry<T>(key);
  const reload = useCallback(() => cache.read(key), [key]);
  return { data, error, isLoading, reload };
}

export interface PagesQuery<T> extends Omit<Query<Pages<T>>, 'data'> {
  items: T[] | undefined;
  hasMore: boolean;
  isLoadingMore: boolean;
  /** Why the next page did not come; what is there stays. */
  moreError: ApiError | null;
  loadMore(): void;
}

/** How it stands with the next page of a list. */
interface More {
  key: string;
  isLoading: boolean;
  error: ApiError | null;
}

/** A list in pages. `loadMore` may be called as often as one likes. */
export function usePages<T extends { id: string }>(key: string, loadPage: LoadPage<T>): PagesQuery<T> {
  const latest = useRef(loadPage);
  latest.current = loadPage;
  const { data, error, isLoading, reload } = useQuery<Pages<T>>(key, (before) => loadHead(latest.current)(before));
  const [more, setMore] = useState<More>({ key, isLoading: false, error: null });
  const asked = useRef<string | null>(null);

  const loadMore = useCallback(() => {
    const cursor = cache.get<Pages<T>>(key).data?.nextCursor ?? null;
    if (cursor === null || asked.current === key + cursor) return;
    asked.current = key + cursor;
    setMore((now) => ({ key, isLoading: true, error: now.key === key ? now.error : null }));
    const end = (failure: ApiError | null) => setMore((now) => (now.key === key ? { key, isLoading: false, error: failure } : now));
    void latest.current(cursor)
      .then(({ answer }) => {
        cache.patch<Pages<T>>(key, (before) => (before.nextCursor === cursor ? withNextPage(before, answer) : before));
        end(null);
      })
      .catch((failure: unknown) => {
        // The next look at the end of the list asks again.
        asked.current = null;
        end(asApiError(failure));
      });
  }, [key]);

  const { isLoading: isLoadingMore, error: moreError } = more.key === key ? more : { isLoading: false, error: null };
  return { items: data?.items, hasMore: (data?.nextCursor ?? null) !== null, error, isLoading, isLoadingMore, moreError, reload, loadMore };
}

/** Something to do, with its busy flag: one at a time. The promise rejects with what went wrong. */
export function useAction<A extends unknown[]>(act: (...args: A) => Promise<void>): [(...args: A) => Promise<void>, boolean] {
  const [isBusy, setBusy] = useState(false);
  const latest = useRef(act);
  latest.current = act;
  const running = useRef(false);
  const run = useCallback(async (...args: A) => {
    if (running.current) return;
    running.current = true;
    setBusy(true);
    try {
      await latest.current(...args);
    } finally {
      running.current = false;
      setBusy(false);
    }
  }, []);
  return [run, isBusy];
}
