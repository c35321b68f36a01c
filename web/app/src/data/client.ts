// The studio's requests: in the browser's session.
import { createClient, errorOf, offlineError, type Client } from '@albumen/api';

import type { Loaded } from './cache.ts';
import type { Pages } from './pages.ts';

let onSignedOut: () => void = () => undefined;

/** Who is told when the session has ended. */
export function whenSignedOut(told: () => void): void {
  onSignedOut = told;
}

export const client: Client = createClient({ onSignedOut: () => onSignedOut() });

/** Throws why a file cannot be had, before a browser that is sent for it finds out without a word. */
export async function checkFile(url: string): Promise<void> {
  const ask = (method: string) => fetch(url, { method }).catch(() => Promise.reject(offlineError()));
  if ((await ask('HEAD')).ok) return;
  const reply = await ask('GET');
  if (reply.status === 401) onSignedOut();
  if (!reply.ok) throw await errorOf(reply);
  await reply.body?.cancel();
}

/** A list's answer as a page: its rows stand under the list's own name. */
export function pageOf<Name extends string, Item>(
  { answer, eventId }: { answer: Record<Name, Item[]> & { nextCursor: string | null }; eventId: number | null },
  name: Name,
): Loaded<Pages<Item>> {
  return { answer: { items: answer[name], nextCursor: answer.nextCursor }, eventId };
}
