// A list that comes in pages: more behind its end, news at its head.
import type { Load, Loaded } from './cache.ts';

export interface Pages<T> {
  items: T[];
  /** Where the next page begins; null: this is all. */
  nextCursor: string | null;
}

export type LoadPage<T> = (cursor: string | null) => Promise<Loaded<Pages<T>>>;

type WithId = { id: string };

/** The list with its first page read again: news in front, what left the page gone, the pages behind it kept. */
export function withFreshHead<T extends WithId>(before: Pages<T> | undefined, head: Pages<T>): Pages<T> {
  const last = head.items.at(-1);
  const end = before && last ? before.items.findIndex(({ id }) => id === last.id) : -1;
  // No common end: so much is new that the pages behind do not follow on.
  if (!before || end < 0 || head.nextCursor === null) return head;
  return { items: [...head.items, ...before.items.slice(end + 1)], nextCursor: end + 1 === before.items.length ? head.nextCursor : before.nextCursor };
}

export function withNextPage<T extends WithId>(before: Pages<T>, page: Pages<T>): Pages<T> {
  const known = new Set(before.items.map(({ id }) => id));
  return { items: [...before.items, ...page.items.filter(({ id }) => !known.has(id))], nextCursor: page.nextCursor };
}

export function loadHead<T extends WithId>(loadPage: LoadPage<T>): Load<Pages<T>> {
  return async (before) => {
    const { answer, eventId } = await loadPage(null);
    return { answer: withFreshHead(before, answer), eventId };
  };
}
