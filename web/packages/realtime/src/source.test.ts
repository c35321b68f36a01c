// @vitest-environment node
import { beforeEach, expect, test, vi } from 'vitest';

import { FakeServer } from '../../../tools/fake_server.ts';
import { networkSource, type StreamStatus } from './source.ts';

let server: FakeServer;
let heard: (StreamStatus | [number, string | null])[];

beforeEach(() => {
  vi.useFakeTimers();
  server = new FakeServer();
  heard = [];
});

function open(after: number | null = null, token: string | null = null, fetch: typeof globalThis.fetch = server.fetch as typeof globalThis.fetch) {
  return networkSource({ url: 'http://studio.test/api/events?channel=user:u1', token, fetch }).start(after, {
    onStatus: (status) => heard.push(status),
    onEvent: (id, event) => heard.push([id, event && event.type]),
  });
}

const settle = (ms = 0) => vi.advanceTimersByTimeAsync(ms);

test('begins now, and hears what comes', async () => {
  server.publish('job', {});
  open();
  await settle();
  server.publish('image_added', {});
  await settle();
  expect(heard).toEqual(['connecting', 'open', [1, null], [2, 'image_added']]);
});

test('begins behind a number, with what was missed', async () => {
  for (const type of ['job', 'job', 'image_added']) server.publish(type, {});
  open(1);
  await settle();
  expect(heard).toEqual(['connecting', 'open', [1, null], [2, 'job'], [3, 'image_added']]);
});

test('comes back after a cut with the last number it heard, and nothing is lost or doubled', async () => {
  open();
  await settle();
  server.publish('job', {});
  await settle();
  server.cut();
  await settle();
  server.publish('image_added', {});
  expect(heard.splice(0)).toEqual(['connecting', 'open', [0, null], [1, 'job'], 'down']);
  await settle(999);
  expect(heard).toEqual([]);
  await settle(1);
  expect(server.asked.at(-1)!.headers.get('Last-Event-ID')).toBe('1');
  expect(heard).toEqual(['open', [1, null], [2, 'image_added']]);
});

test('asks again at once when the network is said to be gone, and says so if it is', async () => {
  const page = new EventTarget();
  vi.stubGlobal('addEventListener', page.addEventListener.bind(page));
  vi.stubGlobal('removeEventListener', page.removeEventListener.bind(page));
  open();
  await settle();
  server.isDown = true;
  page.dispatchEvent(new Event('offline'));
  await settle();
  expect(heard.splice(0)).toEqual(['connecting', 'open', [0, null], 'down']);
  server.isDown = false;
  page.dispatchEvent(new Event('online'));
  await settle();
  expect(heard).toEqual(['open', [0, null]]);
  vi.unstubAllGlobals();
});

test('hears one resync when too much was missed, and goes on from there', async () => {
  open();
  await settle();
  server.cut();
  server.keptFrom = 50;
  await settle(1000);
  server.publish('job', {});
  await settle();
  expect(heard).toEqual(['connecting', 'open', [0, null], 'down', 'open', [50, 'resync'], [51, 'job']]);
});

test('waits longer after each failure, to 10 s, and as the server asks after a success', async () => {
  const times: number[] = [];
  server.isDown = true;
  open(null, null, ((...request) => (times.push(Date.now()), server.fetch(...request))) as typeof fetch);
  await settle(45_000);
  const pauses = times.slice(1).map((time, i) => time - times[i]!);
  expect(pauses).toEqual([1000, 1500, 2250, 3375, 5062, 7593, 10_000, 10_000]);
  server.isDown = false;
  await settle(10_000);
  server.cut();
  await settle(1000);
  expect(heard.slice(-3)).toEqual(['down', 'open', [0, null]]);
});

test('comes back at once when the network does', async () => {
  const online = new EventTarget();
  vi.stubGlobal('addEventListener', online.addEventListener.bind(online));
  vi.stubGlobal('removeEventListener', online.removeEventListener.bind(online));
  server.isDown = true;
  open();
  await settle(5000);
  server.isDown = false;
  online.dispatchEvent(new Event('online'));
  await settle();
  expect(heard.at(-2)).toBe('open');
});

test('a connection that says nothing for 40 s is made again', async () => {
  open();
  await settle(39_000);
  for (const stream of server.streams) stream.send(': still here\n\n');
  await settle(39_000);
  expect(heard).toEqual(['connecting', 'open', [0, null]]);
  await settle(2000);
  expect(heard.slice(3)).toEqual(['down', 'open', [0, null]]);
});

test('a server that takes the connection and does not answer is down after 10 s', async () => {
  const hanging = ((_url: unknown, init: RequestInit) =>
    new Promise((_, reject) => init.signal!.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError'))))) as typeof fetch;
  open(null, null, hanging);
  await settle(9999);
  expect(heard).toEqual(['connecting']);
  await settle(1);
  expect(heard).toEqual(['connecting', 'down']);
});

test('a token goes in a header; one that does not hold is refused for good', async () => {
  open(null, server.token);
  open(null, 'alb_wrong');
  await settle(60_000);
  expect(server.asked.map(({ headers }) => headers.get('Authorization'))).toEqual(['Bearer alb_test', 'Bearer alb_wrong', 'Bearer alb_test']);
  expect(heard.filter((entry) => entry === 'refused')).toHaveLength(1);
});

test('a stream that was stopped is silent, wherever it was', async () => {
  const stopOpen = open();
  await settle();
  stopOpen();
  server.publish('job', {});
  server.isDown = true;
  const stopDown = open();
  await settle(1500);
  stopDown();
  const asked = server.asked.length;
  heard = [];
  await settle(60_000);
  expect(heard).toEqual([]);
  expect(server.asked.length).toBe(asked);
  expect(server.streams.size).toBe(0);
});
