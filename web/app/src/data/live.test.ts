// @vitest-environment node
import type { Hub, Listener, ServerEvent, StreamStatus } from '@albumen/realtime';
import { beforeEach, expect, test, vi } from 'vitest';

import { cache } from './cache.ts';
import { follow } from './live.ts';
import { useSession } from './session.ts';

const listeners = new Set<Listener>();
const hub: Hub = {
  status: 'connecting',
  listen(listener) {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};
const tell = (event: ServerEvent, id: number) => listeners.forEach((listener) => listener.onEvent?.(event, id));
const tellStatus = (status: StreamStatus) => listeners.forEach((listener) => listener.onStatus?.(status));
const job = (jobId: string, status: 'queued' | 'running' | 'completed', progress?: number): ServerEvent => ({ type: 'job', result: { jobId, kind: 'generate', status, ...(progress === undefined ? {} : { progress }) } });

let reads: string[] = [];

beforeEach(async () => {
  vi.useFakeTimers();
  cache.clear();
  listeners.clear();
  follow(hub);
  for (const key of ['jobs?status=all', 'images', 'albums?', 'tokens']) {
    cache.use(key, async () => {
      reads.push(key);
      return { answer: { items: [{ id: 'j1', status: 'queued', progress: 0, error: null }], nextCursor: null }, eventId: 10 };
    });
  }
  await settle();
  reads = [];
});

const settle = (ms = 0) => vi.advanceTimersByTimeAsync(ms);
const shown = () => cache.get<{ items: unknown[] }>('jobs?status=all').data!.items[0];

test('a job moves at once, and lists of jobs are read when it changes its state', async () => {
  tell(job('j1', 'running', 0.25), 11);
  expect(shown()).toMatchObject({ status: 'running', progress: 0.25 });
  await settle(300);
  expect(reads).toEqual(['jobs?status=all']);
  tell(job('j1', 'running', 0.5), 12);
  expect(shown()).toMatchObject({ progress: 0.5 });
  await settle(1000);
  expect(reads, 'progress alone reads nothing').toHaveLength(1);
  tell(job('j1', 'completed'), 13);
  expect(shown()).toMatchObject({ status: 'completed', progress: 1 });
});

test('what can be seen of a job that runs is kept up to date, and needs no reading', async () => {
  let reading = 0;
  cache.use('job/j1', async () => ({ answer: { id: 'j1', status: 'queued', progress: 0, note: null, previews: 0, error: null }, eventId: 10 + reading++ }));
  await settle();
  const seen = () => cache.get<object>('job/j1').data;
  tell({ type: 'job', result: { jobId: 'j1', kind: 'generate', status: 'running', progress: 0.25, note: 'sampling', previews: 3 } }, 11);
  expect(seen()).toMatchObject({ status: 'running', progress: 0.25, note: 'sampling', previews: 3 });
  tell({ type: 'job', result: { jobId: 'j10', kind: 'generate', status: 'running', note: 'of another' } }, 12);
  expect(seen()).toMatchObject({ note: 'sampling' });
  tell(job('j1', 'completed'), 13);
  expect(seen()).toMatchObject({ status: 'completed', note: null, previews: 0 });
  await settle(1000);
  expect(reading).toBe(1);
});

test('an event that the data know of changes nothing', () => {
  tell(job('j1', 'running', 0.25), 10);
  expect(shown()).toMatchObject({ status: 'queued' });
});

test('each event reads what it is about', async () => {
  const cases: [ServerEvent, string[]][] = [
    [{ type: 'image_added', result: { image: { id: 'i', jobId: null, thumbUrl: null, url: '/media/i.png', width: 1, height: 1 } } }, ['images']],
    [{ type: 'album_anchor_complete', result: { albumId: 'a', anchorUrl: '/media/a.png' } }, ['albums?']],
    [{ type: 'budget_warning', result: { scope: 'user', period: 'month', spent: 1, limit: 2 } }, []],
    [{ type: 'resync' }, ['jobs?status=all', 'images', 'albums?', 'tokens']],
  ];
  for (const [event, expected] of cases) {
    reads = [];
    tell(event, 20);
    await settle(300);
    expect(reads, event.type).toEqual(expected);
  }
});

test('what was read before the stream began is read again, once', async () => {
  for (const position of [12, 30]) listeners.forEach((listener) => listener.onPosition?.(position));
  await settle(300);
  expect(reads).toEqual(['jobs?status=all', 'images', 'albums?', 'tokens']);
});

test('what could not be read while the server was away is read when the stream is back', async () => {
  let isAway = true;
  cache.use('queue', async () => {
    if (isAway) throw new Error('away');
    return { answer: 'here', eventId: 1 };
  });
  await settle();
  isAway = false;
  tellStatus('open');
  await settle(300);
  expect(cache.get('queue')).toMatchObject({ data: 'here', error: null });
});

test('a stream that is refused asks who is signed in, also where nothing else would ask', async () => {
  cache.clear();
  const asked: string[] = [];
  vi.stubGlobal('fetch', async (url: string) => {
    asked.push(url);
    return new Response('{"error":{"code":"unauthorized","message":"sign in"}}', { status: 401 });
  });
  useSession.setState({ state: 'signedOut' });
  tellStatus('refused');
  expect(asked).toEqual([]);
  useSession.setState({ state: 'signedIn' });
  tellStatus('refused');
  await settle();
  expect(asked).toEqual(['/api/me']);
  expect(useSession.getState()).toMatchObject({ state: 'signedOut', reason: expect.stringMatching(/has ended/) });
});

test('while the stream is down everything is asked for, more and more rarely', async () => {
  tellStatus('down');
  await settle(5000);
  expect(reads.filter((key) => key === 'images')).toHaveLength(3);
  tellStatus('open');
  reads = [];
  await settle(60_000);
  expect(reads).toEqual([]);
});
