// What an album's actions send, and what is asked when its stream is refused.
// @vitest-environment node
import { beforeEach, expect, test, vi } from 'vitest';

import { FakeServer } from '../../../tools/fake_server.ts';
import { AlbumSession } from './album_session.ts';
import type { ServerEvent } from './events.ts';
import type { Hub, Listener } from './hub.ts';

let server: FakeServer;
let session: AlbumSession;
let albumId: string;
const listeners = new Set<Listener>();
const hub: Hub = { status: 'connecting', listen: (listener) => (listeners.add(listener), () => listeners.delete(listener)) };
const tell = (event: ServerEvent) => listeners.forEach((listener) => listener.onEvent?.(event, 1));
const settle = () => vi.advanceTimersByTimeAsync(1000);

beforeEach(async () => {
  vi.useFakeTimers();
  listeners.clear();
  server = new FakeServer();
  vi.stubGlobal('fetch', server.fetch);
  albumId = server.addAlbum({ name: 'Jordan', templateSet: 'product' }).id;
  session = new AlbumSession({ apiBase: 'http://studio.test/api', userId: 'u1' }, albumId, hub);
  session.use();
  await session.loadAlbum();
});

/** The server takes it, and its answer is lost. */
async function losing(act: () => Promise<void>): Promise<void> {
  vi.stubGlobal('fetch', async (input: unknown, init: RequestInit = {}) => {
    const reply = await server.fetch(input, init);
    if (init.method === 'POST') throw new TypeError('the network is gone');
    return reply;
  });
  await act();
  vi.stubGlobal('fetch', server.fetch);
}

const keys = () => server.asked.filter(({ method }) => method === 'POST').map(({ headers }) => headers.get('Idempotency-Key'));
const sameKeys = () => keys().map((key) => keys().indexOf(key)).join('');

test('an order whose answer was lost is sent again as the same one, and the next press is another', async () => {
  const orders: [string, () => Promise<void>][] = [
    ['the anchor', () => session.generateAnchor()],
    ['all shots', () => session.generateAllShots()],
    ['one shot', () => session.regenerateShot(2)],
  ];
  server.finishAnchor(albumId);
  for (const [what, order] of orders) {
    server.asked.length = 0;
    await losing(order);
    expect(session.store.getState().error, what).toMatch(/does not answer/);
    await order();
    await order();
    expect(keys()[0], what).toMatch(/^[0-9a-f]{32}$/);
    expect(sameKeys(), what).toBe('002');
  }
});

test('another shot is another order', async () => {
  await losing(() => session.regenerateShot(1));
  await session.regenerateShot(2);
  expect(sameKeys()).toBe('01');
});

test('what an event tells of was taken: the next press is another order', async () => {
  const cases: [() => Promise<void>, ServerEvent, string][] = [
    [() => session.generateAnchor(), { type: 'album_anchor_complete', result: { albumId, anchorUrl: '/a.png' } }, '01'],
    [() => session.generateAnchor(), { type: 'album_anchor_failed', result: { albumId, error: 'no' } }, '01'],
    [() => session.regenerateShot(1), { type: 'album_shot_generating', result: { albumId, shotIndex: 1 } }, '01'],
    [() => session.regenerateShot(1), { type: 'album_shot_generating', result: { albumId, shotIndex: 2 } }, '00'],
    [() => session.regenerateShot(1), { type: 'album_shot_generating', result: { albumId: 'another', shotIndex: 1 } }, '00'],
    [() => session.regenerateShot(1), { type: 'resync' }, '01'],
  ];
  for (const [order, event, expected] of cases) {
    server.asked.length = 0;
    await losing(order);
    tell(event);
    await order();
    expect(sameKeys(), JSON.stringify(event)).toBe(expected);
  }
});

test('after a lost answer the album itself tells what became of it', async () => {
  await losing(() => session.generateAnchor());
  await settle();
  expect(session.store.getState().album!.anchorJobId).toMatch(/^job/);
});

test('a shot that is reset is counted no more', async () => {
  Object.assign(server.album(albumId), { consistency: 0.4, outlierCount: 1, remakeCount: 1 });
  await session.loadAlbum();
  server.on('DELETE /albums/:id/shots/:index', () => {
    const album = Object.assign(server.album(albumId), { consistency: null, outlierCount: 0, remakeCount: 0 });
    return Object.assign(album.shots[0]!, { status: 'pending' });
  });
  await session.resetShot(0);
  await settle();
  expect(session.store.getState().album).toMatchObject({ consistency: null, outlierCount: 0, remakeCount: 0 });
});

test('a stream that is refused lets the album find out that the session has ended', async () => {
  session.onSignedOut = vi.fn();
  vi.stubGlobal('fetch', async () => ({ ok: false, status: 401, headers: new Headers(), json: async () => null }));
  listeners.forEach((listener) => listener.onStatus?.('refused'));
  await settle();
  expect(session.onSignedOut).toHaveBeenCalledOnce();
});
