// Who is signed in.
import { ApiError, messageOf, type User } from '@albumen/api';
import { toasts } from '@albumen/ui';
import { create } from 'zustand';

import { cache } from './cache.ts';
import { client, whenSignedOut } from './client.ts';

export interface Session {
  state: 'starting' | 'away' | 'signedOut' | 'signedIn';
  user: User | null;
  /** Whether the server takes passwords. */
  passwords: boolean;
  /** Why one is not signed in, or what is wrong with the server. */
  reason: string | null;
}

export const useSession = create<Session>(() => ({ state: 'starting', user: null, passwords: false, reason: null }));

/** The user of a page that only those see who are signed in. */
export function useUser(): User {
  const { user } = useSession();
  if (!user) throw new Error('nobody is signed in');
  return user;
}

const RANK = { viewer: 0, member: 1, admin: 2 };
export const useMay = (role: User['role']): boolean => RANK[useUser().role] >= RANK[role];

/** Tells that somebody else is signed in, or nobody any more. Gives what ends that. */
export function onUserChange(told: (user: User | null) => void): () => void {
  return useSession.subscribe(({ user }, before) => user?.id !== before.user?.id && told(user));
}

/** Who has signed in, or who is signed in as they are now. */
export function takeUser(user: User): void {
  useSession.setState({ state: 'signedIn', user, reason: null });
}

function leave(reason: string | null): void {
  cache.clear();
  // They tell of what is theirs, and offer to undo it.
  toasts.clear();
  useSession.setState({ state: 'signedOut', user: null, reason });
}

whenSignedOut(() => {
  if (useSession.getState().state === 'signedIn') leave('Your session has ended. Sign in again to go on.');
});

/** The code of a login link; it works once, so it leaves the address at once. */
function takeCode(): string {
  const code = location.pathname === '/login' ? location.hash.slice(1) : '';
  if (code) history.replaceState(null, '', '/');
  return code;
}

let starting: Promise<void> | null = null;

async function start(): Promise<void> {
  const code = takeCode();
  try {
    const { signedIn, passwords } = await client.call('GET /api/session');
    useSession.setState({ passwords });
    if (code) takeUser(await client.call('POST /api/session', { body: { code } }));
    else if (signedIn) takeUser(await client.call('GET /api/me'));
    else leave(null);
  } catch (error) {
    if (error instanceof ApiError && !error.isOffline && error.status < 500) return leave(messageOf(error));
    if (code) history.replaceState(null, '', `/login#${code}`);
    useSession.setState({ state: 'away', reason: messageOf(error) });
  }
}

/** Asks the server who this is; once at a time, since a code works once. */
export function startSession(): Promise<void> {
  useSession.setState({ state: 'starting', reason: null });
  starting ??= start().finally(() => (starting = null));
  return starting;
}

/** A login link that is opened in a tab that shows the door already changes nothing but the address. */
export function followLoginLinks(): void {
  addEventListener('hashchange', () => void (location.pathname === '/login' && location.hash && startSession()));
}

/** Throws what is wrong with name or password. */
export async function signIn(name: string, password: string): Promise<void> {
  takeUser(await client.call('POST /api/session', { body: { name, password } }));
}

export async function signOut(): Promise<void> {
  await client.call('DELETE /api/session');
  leave('You are signed out.');
}
