// @vitest-environment node
import { beforeEach, expect, test, vi } from 'vitest';

import type { Hub, Listener } from './hub.ts';
import { pollWhileDown } from './polling.ts';
import type { StreamStatus } from './source.ts';

let listener: Listener | null;
let begun: number;
let polls: number[];
const hub: Hub = {
  status: 'connecting',
  listen: (given) => {
    listener = given;
    given.onStatus!('connecting');
    return () => (listener = null);
  },
};
const tell = (status: StreamStatus) => listener?.onStatus!(status);
const poll = async () => void polls.push(Date.now() - begun);

beforeEach(() => {
  vi.useFakeTimers();
  polls = [];
  begun = Date.now();
});

test('asks after 1 s, then with pauses that grow by half to 10 s', async () => {
  pollWhileDown(hub, poll);
  tell('down');
  await vi.advanceTimersByTimeAsync(60_000);
  const pauses = polls.map((at, i) => at - (polls[i - 1] ?? 0));
  expect(pauses).toEqual([1000, 1500, 2250, 3375, 5062, 7593, 10_000, 10_000, 10_000]);
});

test('asks nothing while the stream is up or comes up', async () => {
  pollWhileDown(hub, poll);
  await vi.advanceTimersByTimeAsync(60_000);
  tell('open');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(polls).toEqual([]);
});

test('begins quickly again after each time that the stream was up', async () => {
  pollWhileDown(hub, poll);
  tell('down');
  await vi.advanceTimersByTimeAsync(3000);
  tell('open');
  await vi.advanceTimersByTimeAsync(7000);
  tell('down');
  tell('down');
  await vi.advanceTimersByTimeAsync(1000);
  expect(polls).toEqual([1000, 2500, 11_000]);
});

test('goes on when an answer fails, waits for one that is late, and stops when told to', async () => {
  let answer: (() => void) | undefined;
  const stop = pollWhileDown(hub, async () => {
    await poll();
    if (polls.length === 1) throw new Error('offline');
    if (polls.length === 2) await new Promise<void>((given) => (answer = given));
  });
  tell('down');
  await vi.advanceTimersByTimeAsync(30_000);
  expect(polls).toEqual([1000, 2500]);
  answer!();
  await vi.advanceTimersByTimeAsync(2250);
  expect(polls).toEqual([1000, 2500, 32_250]);
  stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(polls).toHaveLength(3);
});
