// What is being made and what was made, in one row.
import type { Image, Job } from '@albumen/api';
import { useEffect, useMemo, useRef, useState } from 'react';

import { client, pageOf } from '../../../data/client.ts';
import { usePages, type PagesQuery } from '../../../data/hooks.ts';
import { useQueue, withPlaces } from '../../../data/job.ts';
import { useImages } from '../../library/index.ts';
import { useCreate } from '../store.ts';

export type FeedItem = { key: string; job: Job } | { key: string; image: Image };

/** Failed jobs are shown for a day, or until they are put away. */
const FAILED_MS = 24 * 3600 * 1000;

/** A picture is read a moment after its job is over: for so long its tile stays. */
const COMING_MS = 5000;

/** Jobs without a picture, and until when their tiles stay: for ever while they are open. */
export type Coming = ReadonlyMap<string, { job: Job; until: number }>;

const isOpen = ({ status }: Job): boolean => status === 'queued' || status === 'running';

/** The jobs that are open, and those that were and ended well a moment ago: they may be in no list any more. */
export function comingOf(before: Coming, jobs: Job[], now: number): Coming {
  const listed = new Set(jobs.map(({ id }) => id));
  const unlisted = [...before.values()].map(({ job }) => job).filter(({ id }) => !listed.has(id));
  const until = (job: Job): number => {
    if (isOpen(job) && listed.has(job.id)) return Infinity;
    const known = job.status === 'completed' || isOpen(job) ? (before.get(job.id)?.until ?? 0) : 0;
    return known === Infinity ? now + COMING_MS : known;
  };
  const all = [...jobs, ...unlisted].map((job) => ({ job, until: until(job) }));
  return new Map(all.filter((each) => each.until > now).map((each) => [each.job.id, each]));
}

/** The lists as one, newest first; of a job in both the first list counts. */
export function joined(jobs: Job[], others: Job[]): Job[] {
  const known = new Set(jobs.map(({ id }) => id));
  // Ids begin with the time when they were made.
  return [...jobs, ...others.filter(({ id }) => !known.has(id))].sort((a, b) => (a.id < b.id ? 1 : -1));
}

/** Jobs that have no picture yet, newest first, then pictures; a picture takes its job's key, so that its tile stays. */
export function feedOf(jobs: Job[], images: Image[], dismissed: Record<string, true>, coming: Coming, now: number): FeedItem[] {
  const made = new Set(images.map(({ jobId }) => jobId));
  const isShown = (job: Job) => !made.has(job.id) && (coming.has(job.id) || (job.status === 'failed' && !dismissed[job.id] && now - Date.parse(job.createdAt) < FAILED_MS));
  return [
    ...jobs.filter(isShown).map((job) => ({ key: job.id, job })),
    ...images.map((image) => ({ key: image.jobId ?? image.id, image })),
  ];
}

function useFeedJobs(status?: 'running'): PagesQuery<Job> {
  const query = { kind: 'generate', ...(status && { status }) };
  return usePages(`jobs?${new URLSearchParams(query).toString()}`, async (cursor) => pageOf(await client.send('GET /api/jobs', { query: { ...query, limit: 100, cursor } }), 'jobs'));
}

/** Follows what is coming, and looks again when it should have come. */
function useComing(jobs: Job[]): Coming {
  const [now, setNow] = useState(Date.now);
  const before = useRef<Coming>(new Map());
  before.current = useMemo(() => comingOf(before.current, jobs, Math.max(now, Date.now())), [jobs, now]);
  const coming = before.current;
  const isEnding = [...coming.values()].some(({ until }) => until < Infinity);
  useEffect(() => {
    if (!isEnding) return undefined;
    const timer = setTimeout(() => setNow(Date.now()), COMING_MS);
    return () => clearTimeout(timer);
  }, [coming, isEnding]);
  return coming;
}

export interface Feed {
  items: FeedItem[] | undefined;
  images: PagesQuery<Image>;
}

export function useFeed(): Feed {
  const newest = useFeedJobs();
  // Where many wait, those that run are not among the newest.
  const running = useFeedJobs('running');
  const queue = useQueue();
  const images = useImages();
  const dismissed = useCreate((state) => state.dismissed);
  const jobs = useMemo(() => withPlaces(joined(newest.items ?? [], running.items ?? []), queue.data), [newest.items, running.items, queue.data]);
  const coming = useComing(jobs);
  const items = useMemo(
    () => (newest.items && images.items ? uniqueKeys(feedOf(joined(jobs, [...coming.values()].map(({ job }) => job)), images.items, dismissed, coming, Date.now())) : undefined),
    [jobs, newest.items, images.items, dismissed, coming],
  );
  const reload = async () => void (await Promise.all([images.reload(), newest.reload()]));
  return { items, images: { ...images, error: images.error ?? newest.error, reload } };
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
