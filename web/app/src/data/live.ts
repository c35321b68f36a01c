// What events do to the data, in one place; and what is done while none come.
import type { Job } from '@albumen/api';
import { connect, pollWhileDown, type Hub, type ServerEvent } from '@albumen/realtime';
import { toasts } from '@albumen/ui';

import { money } from '../format.ts';
import { cache } from './cache.ts';
import { client } from './client.ts';
import type { Pages } from './pages.ts';
import { useSession } from './session.ts';

function patchJob(event: Extract<ServerEvent, { type: 'job' }>, id: number): void {
  const { jobId, status, progress, note, previews, error } = event.result;
  cache.patch<Job>(`job/${jobId}`, (job) => ({ ...job, status, progress: progress ?? job.progress, note: note ?? null, previews: previews ?? 0, error: error ?? null }), id);
  cache.patch<Pages<Job>>('jobs', (list) => {
    const at = list.items.findIndex((job) => job.id === jobId);
    const job = list.items[at];
    if (!job) return list;
    const now: Job = { ...job, status, progress: progress ?? (status === 'completed' ? 1 : job.progress), error: error ?? null };
    return { ...list, items: list.items.with(at, now) };
  }, id);
}

const isNewsOfJobs = (() => {
  const seen = new Map<string, string>();
  /** Progress only moves a bar; anything else moves jobs between lists. */
  return ({ result }: Extract<ServerEvent, { type: 'job' }>): boolean => {
    const isNew = seen.get(result.jobId) !== result.status;
    seen.set(result.jobId, result.status);
    if (seen.size > 1000) seen.delete(seen.keys().next().value!);
    return isNew;
  };
})();

function warnOfBudget({ scope, period, spent, limit }: Extract<ServerEvent, { type: 'budget_warning' }>['result']): void {
  cache.invalidate('budgets');
  toasts.add(`${scope === 'total' ? 'The common budget' : 'The budget'} for this ${period} is used up to ${Math.floor((spent / limit) * 100)} %: ${money(spent)} of ${money(limit)}.`);
}

/** The one place where events meet data. */
export function applyEvent(event: ServerEvent, id: number): void {
  if (event.type === 'resync') return cache.invalidate('');
  if (event.type === 'job') {
    patchJob(event, id);
    if (!isNewsOfJobs(event)) return;
    cache.invalidate('jobs');
    cache.invalidate('queue');
    // What is held back, spent or given back with it.
    for (const key of ['quote', 'budgets', 'usage']) cache.invalidate(key);
  }
  if (event.type === 'image_added') {
    cache.invalidate('images');
    cache.invalidate('facets');
  }
  if (event.type === 'budget_warning') warnOfBudget(event.result);
  if (event.type.startsWith('album_')) cache.invalidate('albums');
}

/** Asks who is signed in: an answer 401 leads to the door, as it does from every request. */
export const checkSession = (): void => void client.call('GET /api/me').catch(() => undefined);

/** Follows a user's events until told to stop. */
export function follow(hub: Hub): () => void {
  let hasBegun = false;
  const stops = [
    hub.listen({
      onEvent: applyEvent,
      onPosition(id) {
        // The stream begins somewhere behind the first readings: nobody tells what happened between.
        if (!hasBegun) cache.refreshOlderThan(id);
        hasBegun = true;
      },
      onStatus(status) {
        if (status === 'open') cache.retry();
        // Whether the session has ended is said by an ordinary request, also on a page that would ask for nothing.
        if (status === 'refused' && useSession.getState().state === 'signedIn') checkSession();
      },
    }),
    pollWhileDown(hub, () => cache.refresh()),
  ];
  return () => stops.forEach((stop) => stop());
}

export const hubOf = (userId: string): Hub => connect({ apiBase: '/api', userId });
