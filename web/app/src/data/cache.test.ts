// @vitest-environment node
import { ApiError } from '@albumen/api';
import { beforeEach, describe, expect, test, vi } from 'vitest';

import { Cache } from './cache.ts';

let cache: Cache;
let reads: number;
let answers: (() => Promise<string>)[];

beforeEach(() => {
  vi.useFakeTimers();
  cache = new Cache();
  reads = 0;
  answers = [];
});

const load = async () => {
  reads++;
  return { answer: (await answers.shift()?.()) ?? `answer ${reads}`, eventId: reads * 10 };
};
const settle = (ms = 0) => vi.advanceTimersByTimeAsync(ms);
const data = (key = 'jobs') => cache.get<string>(key).data;

describe('an entry', () => {
  test('is read once for all who show it', async () => {
    cache.use('jobs', load);
    cache.use('jobs', load);
    expect(cache.get('jobs')).toMatchObject({ data: undefined, isLoading: true });
    await settle();
    expect(cache.get('jobs')).toEqual({ data: 'answer 1', error: null, isLoading: false, eventId: 10 });
    cache.use('jobs', load);
    await settle();
    expect(reads).toBe(1);
  });

  test('that cannot be read keeps what is known, and is read again by the next who shows it', async () => {
    cache.use('jobs', load);
    await settle();
    answers.push(() => Promise.reject(new ApiError('slow down', { status: 429, code: 'rate_limited' })));
    await cache.read('jobs');
    expect(cache.get('jobs')).toMatchObject({ data: 'answer 1', error: { status: 429 }, isLoading: false });
    cache.use('jobs', load);
    await settle();
    expect(cache.get('jobs')).toMatchObject({ data: 'answer 3', error: null });
  });

  test('whose loading throws something else is offline, not lost', async () => {
    answers.push(() => Promise.reject(new TypeError('broken')));
    cache.use('jobs', load);
    await settle();
    expect(cache.get('jobs').error).toBeInstanceOf(ApiError);
  });

  test('that is asked for while it is read is read once more, for it may have changed since', async () => {
    let answer!: (text: string) => void;
    answers.push(() => new Promise((given) => (answer = given)));
    cache.use('jobs', load);
    void cache.read('jobs');
    void cache.read('jobs');
    answer('old');
    await settle();
    expect([data(), reads]).toEqual(['answer 2', 2]);
  });
});

describe('an invalidation', () => {
  test('reads soon what is looked at, once for many, and nothing else', async () => {
    cache.use('jobs?all', load);
    cache.use('images', load);
    const leave = cache.use('jobs?failed', load);
    await settle();
    leave();
    reads = 0;
    for (let i = 0; i < 50; i++) cache.invalidate('jobs');
    await settle(299);
    expect(reads).toBe(0);
    await settle(1);
    expect(reads).toBe(1);
    cache.use('jobs?failed', load);
    await settle();
    expect(reads, 'what was not looked at is read when it is').toBe(2);
  });

  test('waits while nobody sees the page', async () => {
    const page = Object.assign(new EventTarget(), { hidden: true });
    vi.stubGlobal('document', page);
    cache.use('jobs', load);
    await settle();
    cache.invalidate('jobs');
    await settle(10_000);
    expect(reads).toBe(1);
    page.hidden = false;
    page.dispatchEvent(new Event('visibilitychange'));
    await settle();
    expect(reads).toBe(2);
  });
});

test('a patch changes what is older than its event, and leaves what knows of it', async () => {
  cache.use('jobs?a', load);
  await settle();
  cache.use('jobs?b', load);
  await settle();
  cache.patch<string>('jobs', (text) => `${text}, patched`, 15);
  expect([data('jobs?a'), data('jobs?b')]).toEqual(['answer 1, patched', 'answer 2']);
  cache.patch<string>('jobs', (text) => `${text}!`);
  expect([data('jobs?a'), data('jobs?b')]).toEqual(['answer 1, patched!', 'answer 2!']);
});

test('a change that no event tells counts more than what is being read: that is read again', async () => {
  cache.use('jobs', load);
  await settle();
  let answer!: (text: string) => void;
  answers.push(() => new Promise((given) => (answer = given)));
  void cache.read('jobs');
  cache.patch<string>('jobs', () => 'changed here');
  answer('as it was before');
  expect(data()).toBe('changed here');
  await settle();
  expect([data(), reads]).toEqual(['answer 3', 3]);
});

test('a stream that begins behind a reading has it done again', async () => {
  cache.use('jobs', load);
  await settle();
  cache.refreshOlderThan(10);
  await settle(300);
  expect(reads).toBe(1);
  cache.refreshOlderThan(11);
  await settle(300);
  expect(reads).toBe(2);
});

test('what could not be read is read again when there is reason to hope', async () => {
  answers.push(() => Promise.reject(new ApiError('away', { status: 0, code: 'offline' })));
  cache.use('albums', load);
  cache.use('images', load);
  await settle();
  reads = 0;
  cache.retry();
  await settle(300);
  expect(reads).toBe(1);
  expect(cache.get('albums').error).toBeNull();
});

test('a refresh reads all that is looked at, and waits for it', async () => {
  cache.use('jobs', load);
  cache.use('images', load)();
  await settle();
  reads = 0;
  await cache.refresh();
  expect(reads).toBe(1);
});

test('after another user signed in, nothing of the one before comes in', async () => {
  let answer!: (text: string) => void;
  answers.push(() => new Promise((given) => (answer = given)));
  cache.use('jobs', load);
  cache.invalidate('jobs');
  cache.clear();
  answer('secret');
  await settle(1000);
  expect(cache.store.getState()).toEqual({});
  expect(reads).toBe(1);
});
