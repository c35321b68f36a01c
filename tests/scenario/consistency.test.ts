// Consistency: every shot is measured against its anchor, what falls short can be made again, and no picture waits for it.
import { readdirSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';

import { startServer, type Server } from './harness.ts';
import { openStream, type EventStream } from './sse.ts';

const REMAKES = 1;
// Nothing but the anchor itself is wholly like it: every shot is an outlier.
const STRICT = `consistency:\n  mark_percent: 100\n  remakes: ${REMAKES}\nbackends:\n  sketch:\n    type: sketch\n  fake:\n    type: mock\n  paid:\n    type: mock\n    mode: in_process\n    price: unknown\n    price_per_image: 0.04\n`;

let server: Server;
let me: { id: string };

beforeAll(async () => {
  server = await startServer({ config: STRICT });
  me = await server.ok(200, 'GET', '/api/me');
});

const listen = () => openStream(server.port, { token: server.token, query: `channel=user:${me.id}` });
const load = (album: any) => server.ok(200, 'GET', `/api/albums/${album.id}`);

/** What is heard of the album's shots from now on, until there were `count` of the type. */
async function heard(stream: EventStream, album: any, type: string, count = 1): Promise<any[]> {
  const all = () => stream.events.filter((event) => event.data.type === type && event.data.result.albumId === album.id);
  expect(await stream.until(() => all().length >= count), `${count} of ${type}`).toBe(true);
  return all().map((event) => event.data.result);
}

async function withAnchor(stream: EventStream, extra: object = {}): Promise<any> {
  const album = await server.ok(201, 'POST', '/api/albums', { name: 'Cups', subjectDesc: 'A red cup', templateSet: 'product', width: 128, height: 128, ...extra });
  await server.ok(202, 'POST', `/api/albums/${album.id}/anchor`);
  await heard(stream, album, 'album_anchor_complete');
  return album;
}

async function measured(stream: EventStream, extra: object = {}): Promise<any> {
  const album = await withAnchor(stream, extra);
  await server.ok(202, 'POST', `/api/albums/${album.id}/shots`);
  await heard(stream, album, 'album_shot_measured', 4);
  return await load(album);
}

test('each shot is told of twice: that it is there, then how like the anchor it is', async () => {
  const stream = await listen();
  const album = await measured(stream);
  const told = await heard(stream, album, 'album_shot_measured', 4);
  const types = stream.events.filter((event) => event.data.result.albumId === album.id && event.data.result.shotIndex === 2).map((event) => event.data.type);
  expect(types).toEqual(['album_shot_generating', 'album_shot_complete', 'album_shot_measured']);
  for (const shot of album.shots) {
    expect(shot.consistency).toBeGreaterThan(0);
    expect(shot.consistency).toBeLessThan(1);
    expect(told.find((result) => result.shotIndex === shot.index)).toEqual({ albumId: album.id, shotIndex: shot.index, consistency: shot.consistency, faceConsistency: null });
  }
  const mean = album.shots.reduce((sum: number, shot: any) => sum + shot.consistency, 0) / 4;
  expect(album.consistency).toBeCloseTo(mean, 6);
  expect(album).toMatchObject({ consistencyMark: 1, outlierCount: 4, remakeCount: 4 });
  const listed = (await server.ok(200, 'GET', '/api/albums')).albums.find((one: any) => one.id === album.id);
  expect(listed.consistency).toBeCloseTo(mean, 6);
  expect((await server.ok(200, 'GET', '/api/jobs')).jobs.some((job: any) => job.kind === 'measure_shot'), 'a measure among the jobs that somebody asked for').toBe(false);
  stream.close();
});

test('the anchor as its own shot is wholly like it, and no outlier', async () => {
  const stream = await listen();
  const album = await measured(stream);
  // The shot's picture becomes the anchor: everything is measured anew, against it.
  const again = await listen();
  await server.ok(200, 'POST', `/api/albums/${album.id}/anchor`, { imageId: album.shots[1].imageId });
  await heard(again, album, 'album_shot_measured', 4);
  const now = await load(album);
  expect(now.shots[1]).toMatchObject({ consistency: 1, isOutlier: false });
  expect(now.shots.map((shot: any) => shot.consistency)).not.toEqual(album.shots.map((shot: any) => shot.consistency));
  expect(now).toMatchObject({ outlierCount: 3, remakeCount: 3 });
  stream.close();
  again.close();
});

/** A portrait of somebody who is drawn from the front, as the renderer's close portraits are. */
const PORTRAIT = { name: 'Ada', subjectDesc: 'close-up portrait of a woman with red hair', width: 256, height: 256, seed: 5 };

test('where the anchor and the shot show a face it has a figure of its own, which a new picture or another anchor makes void', async () => {
  const stream = await listen();
  const album = await server.ok(201, 'POST', '/api/albums', { ...PORTRAIT, shots: [{ label: 'Close', direction: 'close-up, smiling' }, { label: 'Away', direction: 'in the rain' }] });
  await server.ok(202, 'POST', `/api/albums/${album.id}/anchor`);
  await heard(stream, album, 'album_anchor_complete');
  await server.ok(202, 'POST', `/api/albums/${album.id}/shots`);
  const told = await heard(stream, album, 'album_shot_measured', 2);
  const shots = (await load(album)).shots;
  expect(shots[0].faceConsistency).toBeGreaterThan(0);
  for (const shot of shots) expect(told.find((result) => result.shotIndex === shot.index)).toEqual({ albumId: album.id, shotIndex: shot.index, consistency: shot.consistency, faceConsistency: shot.faceConsistency });

  const again = await listen();
  await server.ok(200, 'POST', `/api/albums/${album.id}/anchor`, { imageId: shots[0].imageId });
  await heard(again, album, 'album_shot_measured', 2);
  expect((await load(album)).shots[0]).toMatchObject({ consistency: 1, faceConsistency: 1 });
  expect(await server.ok(200, 'DELETE', `/api/albums/${album.id}/shots/0`)).toMatchObject({ consistency: null, faceConsistency: null });
  stream.close();
  again.close();
});

test('one call makes the outliers again, so often and no more, whoever else calls at the same time', async () => {
  const stream = await listen();
  const album = await measured(stream);
  const again = await listen();
  const replies = await Promise.all([1, 2, 3].map(() => server.api('POST', `/api/albums/${album.id}/outliers`)));
  expect(replies.every((reply) => reply.status === 202 || reply.status === 409), replies.map((reply) => reply.text).join()).toBe(true);
  expect(replies.flatMap((reply) => reply.json.jobIds ?? [])).toHaveLength(4);
  await heard(again, album, 'album_shot_measured', 4);
  const now = await load(album);
  expect(now.shots.map((shot: any) => [shot.remakes, shot.isOutlier])).toEqual(Array(4).fill([REMAKES, true]));
  for (const shot of now.shots) expect(shot.imageUrl).not.toBe(album.shots[shot.index].imageUrl);
  expect(now).toMatchObject({ outlierCount: 4, remakeCount: 0, imageCount: 5 });
  expect((await server.ok(202, 'POST', `/api/albums/${album.id}/outliers`)).jobIds).toEqual([]);
  await server.ok(200, 'GET', `/api/images/${album.shots[0].imageId}`); // the earlier pictures stay in the library

  // By hand it goes on; put back, it counts from the start.
  await server.ok(202, 'POST', `/api/albums/${album.id}/shots/0`);
  expect(await server.ok(200, 'DELETE', `/api/albums/${album.id}/shots/1`)).toMatchObject({ remakes: 0, consistency: null, isOutlier: false });
  stream.close();
  again.close();
});

test('outliers are made again within the budget: all that were asked for, or none', async () => {
  const stream = await listen();
  const album = await measured(stream, { backend: 'paid' });
  const spent = 5 * 40_000;
  await server.ok(200, 'PUT', '/api/budgets', { userId: me.id, period: 'day', limitMicros: spent + 3 * 40_000 });
  const refused = await server.api('POST', `/api/albums/${album.id}/outliers`);
  expect([refused.status, refused.json.error.code]).toEqual([402, 'budget_exhausted']);
  expect((await load(album)).shots).toEqual(album.shots);
  await server.ok(200, 'PUT', '/api/budgets', { userId: me.id, period: 'day', limitMicros: spent + 4 * 40_000 });
  const again = await listen();
  expect((await server.ok(202, 'POST', `/api/albums/${album.id}/outliers`)).jobIds).toHaveLength(4);
  await heard(again, album, 'album_shot_measured', 4);
  expect((await server.api('POST', `/api/albums/${album.id}/shots/0`)).status, 'one more').toBe(402);
  await server.ok(200, 'PUT', '/api/budgets', { userId: me.id, period: 'day', limitMicros: 1_000_000_000 });
  stream.close();
  again.close();
});

test('without an anchor there is nothing to be measured against', async () => {
  const album = await server.ok(201, 'POST', '/api/albums', { name: 'New', subjectDesc: 'A red cup', templateSet: 'product' });
  const early = await server.api('POST', `/api/albums/${album.id}/outliers`);
  expect([early.status, early.json.error.code]).toEqual([422, 'anchor_required']);
  expect(album).toMatchObject({ consistency: null, outlierCount: 0, remakeCount: 0 });
});

test('a picture is not lost because it cannot be measured', async () => {
  const stream = await listen();
  const album = await withAnchor(stream, { backend: 'fake' });
  const folder = join(server.data, 'blobs', 'albums', me.id, album.id);
  truncateSync(join(folder, readdirSync(folder).find((name) => name === 'anchor.png')!), 60);
  await server.ok(202, 'POST', `/api/albums/${album.id}/shots/0`);
  await heard(stream, album, 'album_shot_complete');
  await expect.poll(async () => (await server.ok(200, 'GET', '/api/jobs?kind=measure_shot&limit=1')).jobs[0]?.status, { timeout: 60_000 }).toBe('failed');
  const now = await load(album);
  expect(now.shots[0]).toMatchObject({ status: 'complete', consistency: null, isOutlier: false, error: null });
  expect(now).toMatchObject({ consistency: null, outlierCount: 0 });
  stream.close();
});

test('with a mark of 0 nothing is an outlier', async () => {
  const easy = await startServer({ config: 'consistency:\n  mark_percent: 0\n' });
  const id = (await easy.ok(200, 'GET', '/api/me')).id;
  const stream = await openStream(easy.port, { token: easy.token, query: `channel=user:${id}` });
  const album = await easy.ok(201, 'POST', '/api/albums', { name: 'Cups', subjectDesc: 'A red cup', shots: [{ label: 'a', direction: 'from below' }], width: 64, height: 64 });
  await easy.ok(202, 'POST', `/api/albums/${album.id}/anchor`);
  await heard(stream, album, 'album_anchor_complete');
  await easy.ok(202, 'POST', `/api/albums/${album.id}/shots`);
  await heard(stream, album, 'album_shot_measured');
  expect(await easy.ok(200, 'GET', `/api/albums/${album.id}`)).toMatchObject({ consistencyMark: 0, outlierCount: 0, remakeCount: 0 });
  expect((await easy.ok(202, 'POST', `/api/albums/${album.id}/outliers`)).jobIds).toEqual([]);
  stream.close();
});
