// One job while it runs: what lists do not tell of it, kept so by its events.
import type { Job, Queue } from '@albumen/api';

import { client } from './client.ts';
import { useQuery, type Query } from './hooks.ts';

export interface Glimpse {
  /** 0 to 1; null: not known. */
  progress: number | null;
  /** What is being done, in words. */
  words: string | null;
  /** The picture so far. */
  previewUrl: string | null;
}

export const glimpseOf = ({ id, status, progress, note, previews }: Job): Glimpse => ({
  progress: progress > 0 ? progress : null,
  words: status === 'queued' ? 'Waiting for its turn' : note,
  // Each preview has an address of its own, or the browser would go on showing the first.
  previewUrl: status === 'running' && previews > 0 ? `/api/jobs/${encodeURIComponent(id)}/preview?number=${previews}` : null,
});

const NOTHING: Glimpse = { progress: null, words: null, previewUrl: null };

/** Lanes, and one's own jobs that run or are next in them, with their places. */
export function useQueue(): Query<Queue> {
  return useQuery('queue', async () => await client.send('GET /api/queue'));
}

/** Lists know no places: those are the queue's. */
export function withPlaces(jobs: Job[], queue: Queue | undefined): Job[] {
  const places = new Map(queue?.jobs.map(({ id, position }) => [id, position]));
  return jobs.map((job) => (job.status === 'queued' && places.has(job.id) ? { ...job, position: places.get(job.id)! } : job));
}

/** What can be seen of a job that is not over. */
export function useGlimpse(jobId: string): Glimpse {
  const { data } = useQuery(`job/${jobId}`, async () => await client.send('GET /api/jobs/{id}', { params: { id: jobId } }));
  return data ? glimpseOf(data) : NOTHING;
}
