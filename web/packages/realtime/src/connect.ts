// The event stream of one user, shared by all tabs of the browser as well as it can.
import { createHub, type Hub } from './hub.ts';
import { leaderTabSource } from './leader_tab.ts';
import { sharedWorkerSource, type StreamKey } from './shared_worker.ts';
import { networkSource, type Source } from './source.ts';

export interface ConnectOptions {
  /** Where the API is: `/api`, `/api/example-api`, or with a host. */
  apiBase: string;
  userId: string;
  /** Without a token the browser's session counts. */
  authToken?: string | null | undefined;
}

const hubs = new Map<string, Hub>();

/** Web Locks need a secure page; a phone that has neither on plain HTTP has a connection for each tab. */
function sourceOf(stream: StreamKey, name: string): Source {
  const network = networkSource(stream);
  const amongTabs = typeof BroadcastChannel === 'function' && globalThis.navigator?.locks ? leaderTabSource(name, network) : network;
  return typeof SharedWorker === 'function' ? sharedWorkerSource(stream, amongTabs) : amongTabs;
}

/** Always the same hub for the same user; it connects when somebody listens. */
export function connect({ apiBase, userId, authToken }: ConnectOptions): Hub {
  const url = new URL(`${apiBase}/events?channel=${encodeURIComponent(`user:${userId}`)}`, globalThis.location?.href).href;
  const stream = { url, token: authToken ?? null };
  const name = `albumen-events ${JSON.stringify([stream.url, stream.token])}`;
  const hub = hubs.get(name) ?? createHub(sourceOf(stream, name));
  hubs.set(name, hub);
  return hub;
}
