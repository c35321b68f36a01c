// The user's jobs, by state.
import type { Job } from '@albumen/api';

import { client, pageOf } from '../../../data/client.ts';
import { usePages, type PagesQuery } from '../../../data/hooks.ts';

export type JobFilter = 'all' | Job['status'];

export function useJobs(filter: JobFilter): PagesQuery<Job> {
  const status = filter === 'all' ? undefined : filter;
  return usePages(`jobs?status=${filter}`, async (cursor) => pageOf(await client.send('GET /api/jobs', { query: { status, limit: 50, cursor } }), 'jobs'));
}
