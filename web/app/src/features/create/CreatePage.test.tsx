// What is being made, from its place in the queue to its picture, and where the focus is meanwhile.
import type { Image, Job, User } from '@albumen/api';
import { act, fireEvent, render, screen } from '@testing-library/react';
import { beforeEach, expect, test, vi } from 'vitest';

import { cache } from '../../data/cache.ts';
import { client } from '../../data/client.ts';
import type { Pages } from '../../data/pages.ts';
import { useSession } from '../../data/session.ts';
import CreatePage from './CreatePage.tsx';

const job = (id: string, status: Job['status'], prompt: string): Job => ({ id, kind: 'generate', status, prompt, width: null, height: null, position: -1, progress: 0, previews: 0, note: null, error: null, createdAt: new Date().toISOString() }) as Job;
const image = (id: string, jobId: string): Image => ({ id, jobId, url: `/media/${id}`, prompt: `picture ${id}`, tags: [] }) as unknown as Image;

let jobs: Job[];
let queue: Job[];
let images: Image[];

beforeEach(() => {
  cache.clear();
  // A viewer: without the form, which has questions of its own.
  useSession.setState({ state: 'signedIn', user: { id: 'u1', role: 'viewer' } as User });
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: () => undefined, removeEventListener: () => undefined }));
  images = [];
  vi.spyOn(client, 'send').mockImplementation((async (route: string, input: { query?: { status?: string }; params?: { id: string } } = {}) => {
    const all = [...jobs, ...queue];
    const answers: Record<string, () => unknown> = {
      'GET /api/jobs': () => ({ jobs: input.query?.status ? queue.filter(({ status }) => status === input.query!.status) : jobs, nextCursor: null }),
      'GET /api/jobs/{id}': () => all.find(({ id }) => id === input.params!.id),
      'GET /api/queue': () => ({ lanes: [], jobs: queue }),
      'GET /api/images': () => ({ images, nextCursor: null }),
    };
    return { answer: answers[route]!(), eventId: null };
  }) as never);
});

const tiles = async () => (await screen.findByRole('list', { name: 'Pictures' })).querySelectorAll('li:not([aria-hidden])');
const cancel = (prompt: string) => screen.findByRole('button', { name: `Cancel ${prompt}` });
/** As an event does it. */
const becomes = (id: string, status: Job['status']) => act(() => cache.patch<Pages<Job>>('jobs', (list) => ({ ...list, items: list.items.map((each) => (each.id === id ? { ...each, status } : each)) })));

test('says the place in the queue, and shows what runs behind a long backlog', async () => {
  jobs = [job('3', 'queued', 'a kite'), job('2', 'queued', 'a crane')];
  queue = [job('1', 'running', 'a fox'), { ...jobs[1]!, position: 0 }, { ...jobs[0]!, position: 4 }];
  render(<CreatePage />);
  await cancel('a fox');
  const words = [...(await tiles())].map(({ textContent }) => textContent);
  expect(words).toEqual([expect.stringContaining('Waiting, 4 ahead'), expect.stringContaining('Next in its lane'), expect.stringContaining('Developing…')]);
});

test('a job that is done keeps its tile until its picture takes it, and the focus is not lost', async () => {
  jobs = [job('2', 'running', 'a kite'), job('1', 'running', 'a fox')];
  queue = [];
  render(<CreatePage />);
  (await cancel('a kite')).focus();
  const tile = (await tiles())[0]!;
  becomes('2', 'completed');
  expect([...(await tiles())]).toHaveLength(2);
  expect(tile.textContent).toContain('a kite');
  expect(screen.queryByRole('button', { name: 'Cancel a kite' })).toBeNull();
  images = [image('i', '2')];
  await act(() => cache.refresh());
  expect(tile.contains(screen.getByRole('button', { name: 'picture i' })), 'the same tile').toBe(true);
  expect(document.activeElement).toBe(screen.getByRole('region', { name: 'Made so far' }));
});

test('the focus of a tile that is cancelled goes to the next, and to the feed when there is none', async () => {
  jobs = [job('2', 'running', 'a kite'), job('1', 'running', 'a fox')];
  queue = [];
  render(<CreatePage />);
  (await cancel('a kite')).focus();
  becomes('2', 'cancelled');
  expect(document.activeElement).toBe(await cancel('a fox'));
  becomes('1', 'cancelled');
  expect(document.activeElement).toBe(screen.getByRole('region', { name: 'Made so far' }));
});

test('so does that of a failure that is put away', async () => {
  jobs = [job('2', 'failed', 'a kite'), job('1', 'running', 'a fox')];
  queue = [];
  render(<CreatePage />);
  const dismiss = await screen.findByRole('button', { name: 'Dismiss' });
  dismiss.focus();
  fireEvent.click(dismiss);
  expect(document.activeElement).toBe(await cancel('a fox'));
});
