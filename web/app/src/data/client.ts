// The studio's requests: in the browser's session.
import { createClient, type Client } from '@albumen/api';

import type { Loaded } from './cache.ts';
import type { Pages } from './pages.ts';

let onSignedOut: () => void = () => undefined;

/** Who is told when the session has ended. */
export function whenSignedOut(told: () => void): void {
  onSignedOut = told;
}

export const client: Client = createClient({ onSignedOut: () => onSignedOut() });

/** A list's answer as a page: its rows stand under the list's own name. */
export function pageOf<Name extends string, Item>(
  { answer, eventId }: { answer: Record<Name, Item[]> & { nextCursor: string | null }; eventId: number | null },
  name: Name,
): Loaded<Pages<Item>> {
  return { answer: { items: answer[name], nextCursor: answer.nextCursor }, eventId };
}
