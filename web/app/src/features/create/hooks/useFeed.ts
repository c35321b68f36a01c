// What is being made and what was made, in one row.
import type { Image, Job } from '@albumen/api';
import { useMemo } from 'react';

import { client, pageOf } from '../../../data/client.ts';
import { usePages, type PagesQuery } from '../../../data/hooks.ts';
import { useImages } from '../../library/index.ts';
import { useCreate } from '../store.ts';

export type FeedItem = { key: string; job: Job } | { key: string; image: Image };

/** Failed jobs are shown for a day, or until they are put away. */
const FAILED_MS = 24 * 3600 * 1000;

/** Jobs that have no picture yet, newest first, then pictures; a picture takes its job's key, so that its tile stays. */
export function feedOf(jobs: Job[], images: Image[], dismissed: Record<string, true>, now: number): FeedItem[] {
  const made = new Set(images.map(({ jobId }) => jobId));
  const isShown = (job: Job) =>
    !made.has(job.id) && (job.status === 'queued' || job.status === 'running' || (job.status === 'failed' && !dismissed[job.id] && now - Date.parse(job.createdAt) < FAILED_MS));
  return [
    ...jobs.filter(isShown).map((job) => ({ key: job.id, job })),
    ...images.map((image) => ({ key: image.jobId ?? image.id, image })),
  ];
}

export interface Feed {
  items: FeedItem[] | undefined;
  images: PagesQuery<Image>;
}

export function useFeed(): Feed {
  const jobs = usePages('jobs?kind=generate', async (cursor) => pageOf(await client.send('GET /api/jobs', { query: { kind: 'generate', limit: 100, cursor } }), 'jobs'));
  const images = useImages();
  const dismissed = useCreate((state) => state.dismissed);
  const items = useMemo(
    () => (jobs.items && images.items ? uniqueKeys(feedOf(jobs.items, images.items, dismissed, Date.now())) : undefined),
    [jobs.items, images.items, dismissed],
  );
  const reload = async () => void (await Promise.all([images.reload(), jobs.reload()]));
  return { items, images: { ...images, error: images.error ?? jobs.error, reload } };
}

/** A job may have made several pictures. */
function uniqueKeys(items: FeedItem[]): FeedItem[] {
  const seen = new Set<string>();
  return items.map((item) => {
    const key = seen.has(item.key) && 'image' in item ? item.image.id : item.key;
    seen.add(key);
    return { ...item, key };
  });
}
