// Jobs of albums that ended without a picture, tried again: what they make goes where it was wanted, or is not made.
import { beforeAll, expect, test } from 'vitest';

import { startServer, type Server } from './harness.ts';
import { openStream, type EventStream } from './sse.ts';

const SIZE = { width: 64, height: 64 };
const SLOW = 'slow:1500';

let server: Server;
let stream: EventStream;

beforeAll(async () => {
  server = await startServer({ config: 'backends:\n  fake:\n    type: mock\n  sketch:\n    type: sketch\n' });
  const me = await server.ok(200, 'GET', '/api/me');
  stream = await openStream(server.port, { token: server.token, query: `channel=user:${me.id}` });
  return () => stream.close();
});

const load = (album: any) => server.ok(200, 'GET', `/api/albums/${album.id}`);
const retry = (job: string) => server.api('POST', `/api/jobs/${job}/retry`);

/** That so many events of the type have told of the album. */
async function heard(type: string, album: any, count = 1): Promise<any[]> {
  const all = () => stream.events.filter((event) => event.data.type === type && event.data.result.albumId === album.id);
  expect(await stream.until(() => all().length >= count), `${count} of ${type}`).toBe(true);
  return all().map((event) => event.data.result);
}

const make = (shots: string[], extra: object = {}) =>
  server.ok(201, 'POST', '/api/albums', { name: 'Again', subjectDesc: 'a dot', backend: 'fake', shots: shots.map((direction) => ({ label: 'one', direction })), ...SIZE, ...extra });

async function withAnchor(shots: string[]): Promise<any> {
  const album = await make(shots);
  await server.ok(202, 'POST', `/api/albums/${album.id}/anchor`, { backend: 'sketch' });
  await heard('album_anchor_complete', album);
  return album;
}

/** A job that was cancelled while it waited. */
async function cancelled(path: string): Promise<string> {
  await server.ok(200, 'POST', '/api/queue/pause', { lane: 'fake' });
  const { jobId } = await server.ok(202, 'POST', path);
  expect(await server.ok(200, 'POST', `/api/jobs/${jobId}/cancel`)).toMatchObject({ status: 'cancelled' });
  await server.ok(200, 'POST', '/api/queue/resume', { lane: 'fake' });
  return jobId;
}

async function cancelledShot(album: any): Promise<string> {
  const job = await cancelled(`/api/albums/${album.id}/shots/0`);
  await heard('album_shot_failed', album);
  return job;
}

test('a shot that is tried again gets its picture', async () => {
  const album = await withAnchor([SLOW]);
  const job = await cancelledShot(album);
  expect((await load(album)).shots[0]).toMatchObject({ status: 'pending', jobId: job });
  expect((await retry(job)).status).toBe(200);
  expect((await load(album)).shots[0]).toMatchObject({ status: 'generating', jobId: job });
  await heard('album_shot_generating', album, 2);
  await heard('album_shot_complete', album);
  const { shots } = await load(album);
  expect(shots[0]).toMatchObject({ status: 'complete', jobId: job, error: null });
  expect(shots[0].imageUrl).toMatch(/^\/media\//);
});

test('one that fails again says so again, and all of a group go on', async () => {
  const album = await withAnchor(['refuse', 'refuse']);
  const { jobIds } = await server.ok(202, 'POST', `/api/albums/${album.id}/shots`);
  await heard('album_shot_failed', album, 2);
  expect((await retry(jobIds[1])).status).toBe(200);
  await heard('album_shot_failed', album, 3);
  const { groupId } = await server.ok(200, 'GET', `/api/jobs/${jobIds[0]}`);
  await server.ok(200, 'POST', `/api/groups/${groupId}/retry`);
  await heard('album_shot_failed', album, 5);
  expect((await load(album)).shots.map((shot: any) => shot.status)).toEqual(['failed', 'failed']);
});

test('a shot that another job has by now is not made by the old one', async () => {
  const album = await withAnchor([SLOW]);
  const old = await cancelledShot(album);
  const { jobId } = await server.ok(202, 'POST', `/api/albums/${album.id}/shots/0`);
  const refused = await retry(old);
  expect([refused.status, refused.json.error.message]).toEqual([409, 'shot 0 does not wait for this job any more: order it in the album']);
  expect(await server.ok(200, 'GET', `/api/jobs/${old}`)).toMatchObject({ status: 'cancelled' });
  await heard('album_shot_complete', album);
  expect((await load(album)).shots[0].jobId).toBe(jobId);
  expect((await retry(old)).status, 'when it is there').toBe(409);
});

test('a group is tried again without those whose shots were ordered anew', async () => {
  const album = await withAnchor(['refuse', 'refuse']);
  const { jobIds } = await server.ok(202, 'POST', `/api/albums/${album.id}/shots`);
  await heard('album_shot_failed', album, 2);
  const { groupId } = await server.ok(200, 'GET', `/api/jobs/${jobIds[0]}`);
  await server.ok(202, 'POST', `/api/albums/${album.id}/shots/0`);
  await heard('album_shot_failed', album, 3);
  expect(await server.ok(200, 'POST', `/api/groups/${groupId}/retry`)).toMatchObject({ failed: 1, open: 1 });
  await heard('album_shot_failed', album, 4);
  await server.ok(202, 'POST', `/api/albums/${album.id}/shots/1`);
  await heard('album_shot_failed', album, 5);
  const refused = await server.api('POST', `/api/groups/${groupId}/retry`);
  expect([refused.status, refused.json.error.message]).toEqual([409, 'shot 1 does not wait for this job any more: order it in the album']);
});

test('an anchor that is tried again becomes the anchor', async () => {
  const album = await make(['plain'], { subjectDesc: SLOW });
  const jobId = await cancelled(`/api/albums/${album.id}/anchor`);
  await heard('album_anchor_failed', album);
  expect((await retry(jobId)).status).toBe(200);
  expect(await load(album)).toMatchObject({ anchorJobId: jobId, anchorError: null });
  await heard('album_anchor_complete', album);
  expect((await load(album)).anchorUrl).toMatch(/^\/media\//);
});

test('an anchor that came otherwise is not replaced by an old job, and no album that is gone gets one', async () => {
  const album = await make(['plain'], { subjectDesc: 'refuse' });
  const { jobId } = await server.ok(202, 'POST', `/api/albums/${album.id}/anchor`);
  await heard('album_anchor_failed', album);
  await server.ok(202, 'POST', `/api/albums/${album.id}/anchor`, { backend: 'sketch' });
  await heard('album_anchor_complete', album);
  const refused = await retry(jobId);
  expect([refused.status, refused.json.error.code]).toEqual([409, 'conflict']);
  expect(refused.json.error.message).toContain('has got its anchor otherwise');
  await server.ok(204, 'DELETE', `/api/albums/${album.id}`);
  const gone = await retry(jobId);
  expect([gone.status, gone.json.error.message]).toEqual([409, 'the album that this job was for is deleted']);
});

test('an anchor is a picture that is there, or one that is made as it was said', async () => {
  const album = await withAnchor(['plain']);
  const { anchorImageId } = await load(album);
  for (const [field, value] of Object.entries({ seed: 7, backend: 'sketch' })) {
    const refused = await server.api('POST', `/api/albums/${album.id}/anchor`, { imageId: anchorImageId, [field]: value });
    expect([refused.status, refused.json.error.field]).toEqual([422, field]);
  }
});
