// The user's jobs, by state, and the lanes that they wait in.
import type { Job, Queue } from '@albumen/api';

import { client, pageOf } from '../../../data/client.ts';
import { usePages, useQuery, type PagesQuery, type Query } from '../../../data/hooks.ts';

export type JobFilter = 'all' | Job['status'];

export function useJobs(filter: JobFilter): PagesQuery<Job> {
  const status = filter === 'all' ? undefined : filter;
  return usePages(`jobs?status=${filter}`, async (cursor) => pageOf(await client.send('GET /api/jobs', { query: { status, limit: 50, cursor } }), 'jobs'));
}

/** Lanes, and where one's own jobs stand in them. */
export function useQueue(): Query<Queue> {
  return useQuery('queue', async () => await client.send('GET /api/queue'));
}
