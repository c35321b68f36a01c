import { act, renderHook, waitFor } from '@testing-library/react';
import { StrictMode } from 'react';
import { beforeEach, describe, expect, test, vi } from 'vitest';

import { FakeServer } from '../../../tools/fake_server.ts';
import { useAlbumGeneration } from './useAlbumGeneration.ts';

let server: FakeServer;
let albumId: string;
let round = 0;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], shouldAdvanceTime: true });
  // Hubs outlive tests: each test is a user of its own.
  server = new FakeServer(`u${++round}`);
  vi.stubGlobal('fetch', server.fetch);
  vi.stubGlobal('BroadcastChannel', undefined);
  albumId = server.addAlbum({ name: 'Jordan Headshots', subjectDesc: 'a woman', templateSet: 'portrait' }).id;
});

const settle = (ms = 0) => act(() => vi.advanceTimersByTimeAsync(ms));

/** Time in which nothing happens but the server's sign of life. */
async function idle(ms: number) {
  for (let passed = 0; passed < ms; passed += 15_000) {
    for (const stream of server.streams) stream.send(':\n\n');
    await settle(15_000);
  }
}

async function open(id = albumId) {
  const view = renderHook(({ albumId }) => useAlbumGeneration({ apiBase: 'http://studio.test/api/example-api', userId: server.userId, albumId, authToken: server.token }), {
    initialProps: { albumId: id },
    wrapper: StrictMode,
  });
  await settle();
  return { ...view, now: () => view.result.current, statuses: () => view.result.current.album?.shots.map(({ status }) => status) };
}

async function openLoaded() {
  const view = await open();
  await act(() => view.now().loadAlbum());
  await settle(1000);
  return view;
}

const reads = () => server.count(`GET /api/example-api/albums/${albumId}`);

describe('an album', () => {
  test('is read when it is asked for, and says that it is being read', async () => {
    const { now } = await open();
    expect(reads()).toBe(0);
    expect(now()).toMatchObject({ album: null, isLoading: false, error: null });
    let loading: Promise<void>;
    act(() => void (loading = now().loadAlbum()));
    expect(now().isLoading).toBe(true);
    await act(() => loading);
    expect(now()).toMatchObject({ album: { name: 'Jordan Headshots' }, isLoading: false, error: null });
    expect(server.asked.every(({ headers }) => headers.get('Authorization') === 'Bearer alb_test')).toBe(true);
  });

  test('goes from nothing to six shots by its events', async () => {
    const { now, statuses } = await openLoaded();
    await act(() => now().generateAnchor());
    expect(now().album!.anchorJobId).toMatch(/^job/);
    act(() => server.finishAnchor(albumId));
    await waitFor(() => expect(now().album).toMatchObject({ anchorJobId: null, anchorUrl: `/media/${albumId}/anchor.png` }));
    await act(() => now().generateAllShots());
    await waitFor(() => expect(new Set(statuses())).toEqual(new Set(['generating'])));
    act(() => {
      server.finishShot(albumId, 0);
      server.failShot(albumId, 1, 'the model refused');
    });
    await waitFor(() => expect(statuses()).toEqual(['complete', 'failed', 'generating', 'generating', 'generating', 'generating']));
    expect(now().album!.shots[1]!.error).toBe('the model refused');
    await settle(300);
    expect(now().album!.shots[0], 'what events do not tell is read once more').toMatchObject({ thumbUrl: `/media/${albumId}/shot-0.png?w=512`, consistency: null, faceConsistency: null, isOutlier: false });
    act(() => server.measureShot(albumId, 0, 0.31, 0.2));
    await waitFor(() => expect(now().album!.shots[0]).toMatchObject({ status: 'complete', consistency: 0.31, faceConsistency: 0.2, isOutlier: true }));
  });

  test('is not asked for while the stream is up and nothing happens', async () => {
    await openLoaded();
    const before = reads();
    const streams = server.count('/events');
    await idle(120_000);
    expect(reads()).toBe(before);
    expect(server.count('/events')).toBe(streams);
  });

  test('is asked for with growing pauses while the stream is down, and comes back to the right state', async () => {
    const { statuses } = await openLoaded();
    server.finishAnchor(albumId);
    await settle(1000);
    server.isDown = true;
    server.cut();
    await settle();
    const before = reads();
    for (let i = 0; i < 4; i++) server.finishShot(albumId, i);
    await settle(4800);
    expect(reads() - before).toBe(3);
    expect(statuses()![0]).toBe('pending');
    server.isDown = false;
    await settle(10_000);
    expect(statuses()).toEqual(['complete', 'complete', 'complete', 'complete', 'pending', 'pending']);
    const after = reads();
    await idle(60_000);
    expect(reads()).toBe(after);
  });

  test('is read again after a resync', async () => {
    const { statuses } = await openLoaded();
    server.cut();
    server.finishShot(albumId, 5);
    server.keptFrom = 1000;
    await settle(3000);
    expect(statuses()![5]).toBe('complete');
  });

  test('is not set back by an answer that is older than an event', async () => {
    const { now, statuses } = await openLoaded();
    let answer!: () => void;
    const asked = server.fetch;
    const old = await asked(`http://studio.test/api/example-api/albums/${albumId}`);
    vi.stubGlobal('fetch', async () => {
      await new Promise<void>((given) => (answer = given));
      vi.stubGlobal('fetch', asked);
      return old;
    });
    let loading!: Promise<void>;
    act(() => void (loading = now().loadAlbum()));
    act(() => server.finishShot(albumId, 2));
    await waitFor(() => expect(statuses()![2]).toBe('complete'));
    answer();
    await act(() => loading);
    expect(statuses()![2]).toBe('complete');
  });

  test('shows a shot that another tab has begun', async () => {
    const { statuses } = await openLoaded();
    act(() => server.beginShot(albumId, 4));
    await waitFor(() => expect(statuses()![4]).toBe('generating'));
  });

  test('of another page is not touched by these events', async () => {
    const { now } = await openLoaded();
    const other = server.addAlbum({ name: 'Other', templateSet: 'product' });
    act(() => server.finishAnchor(other.id));
    await settle(1000);
    expect(now().album!.anchorUrl).toBeNull();
  });
});

describe('actions', () => {
  test('regenerate and reset one shot', async () => {
    const { now } = await openLoaded();
    server.finishAnchor(albumId);
    server.finishShot(albumId, 3);
    await settle(1000);
    await act(() => now().regenerateShot(3));
    expect(now().album!.shots[3]!).toMatchObject({ status: 'generating', jobId: expect.stringMatching(/^job/) });
    await act(() => now().resetShot(3));
    expect(now().album!.shots[3]).toMatchObject({ status: 'pending', imageUrl: null, jobId: null });
  });

  test('that fail say why, never throw, and the next one that works clears it', async () => {
    const { now } = await openLoaded();
    await act(() => now().generateAllShots());
    expect(now().error).toBe('Generate the anchor before the shots');
    server.isDown = true;
    await act(() => now().regenerateShot(0));
    expect(now().error).toMatch(/does not answer/);
    server.isDown = false;
    await act(() => now().generateAnchor());
    expect(now().error).toBeNull();
  });

  test('an anchor that fails is told, and stays told', async () => {
    const { now } = await openLoaded();
    await act(() => now().generateAnchor());
    server.album(albumId).anchorJobId = null;
    act(() => void server.publish('album_anchor_failed', { albumId, error: 'the model refused' }));
    await settle(1000);
    expect(now()).toMatchObject({ error: 'the model refused', album: { anchorJobId: null } });
  });

  test('stay the same functions, so that effects on them run once', async () => {
    const { now, rerender } = await openLoaded();
    const { loadAlbum, regenerateShot } = now();
    rerender({ albumId });
    expect(now()).toMatchObject({ loadAlbum, regenerateShot });
  });
});

describe('an album that cannot be read', () => {
  test('says so, and is not asked for again by itself when it is gone', async () => {
    const { now } = await open('album-none');
    await act(() => now().loadAlbum());
    expect(now()).toMatchObject({ album: null, isLoading: false, error: 'no such album' });
    server.isDown = true;
    server.cut();
    await settle(30_000);
    expect(server.count('GET /api/example-api/albums/album-none')).toBe(1);
  });

  test('because the server is away appears when it is back', async () => {
    server.isDown = true;
    const { now } = await open();
    await act(() => now().loadAlbum());
    expect(now().error).toMatch(/does not answer/);
    // The stream is back before it is asked again.
    await settle(3500);
    server.isDown = false;
    await settle(1500);
    expect(server.streams.size).toBe(1);
    expect(now()).toMatchObject({ error: null, album: { id: albumId } });
  });
});

test('two components that show the same album have one copy; the last one to leave ends the stream', async () => {
  const [one, other] = [await openLoaded(), await open()];
  expect(other.now().album).toBe(one.now().album);
  one.unmount();
  act(() => server.finishAnchor(albumId));
  await waitFor(() => expect(other.now().album!.anchorUrl).not.toBeNull());
  other.unmount();
  expect(server.streams.size).toBe(0);
});

test('an answer that the session has ended is told to who asks for it now', async () => {
  const [before, now] = [vi.fn(), vi.fn()];
  const view = renderHook(({ onSignedOut }) => useAlbumGeneration({ apiBase: 'http://studio.test/api', userId: server.userId, albumId, onSignedOut }), { initialProps: { onSignedOut: before } });
  view.rerender({ onSignedOut: now });
  vi.stubGlobal('fetch', async () => ({ ok: false, status: 401, headers: new Headers(), json: async () => null }));
  await act(() => view.result.current.loadAlbum());
  expect([before.mock.calls.length, now.mock.calls.length]).toEqual([0, 1]);
});

test('another album is another state at once', async () => {
  const view = await openLoaded();
  view.rerender({ albumId: server.addAlbum({ name: 'Second', templateSet: 'product' }).id });
  expect(view.now().album).toBeNull();
  await act(() => view.now().loadAlbum());
  expect(view.now().album!.name).toBe('Second');
});
