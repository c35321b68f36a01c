// The ZIP of an album: names in their order, exact length, parts, and nobody else's.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';

import { startServer, type Server } from './harness.ts';
import { openStream } from './sse.ts';

const CONFIG = 'backends:\n  fake:\n    type: mock\n';

let server: Server;
let me: { id: string };

beforeAll(async () => {
  server = await startServer({ config: CONFIG });
  me = await server.ok(200, 'GET', '/api/me');
});

async function makeUser(name: string): Promise<string> {
  const user = await server.ok(201, 'POST', '/api/users', { name });
  const link = await server.ok(201, 'POST', `/api/users/${user.id}/login-link`);
  const signIn = await server.api('POST', '/api/session', { code: link.url.split('#')[1] }, { token: null });
  const headers = { cookie: server.plant(signIn.headers.get('set-cookie')!.split(';')[0]!), origin: server.url };
  return server.plant((await server.ok(201, 'POST', '/api/tokens', { name: 'zip', scope: 'write' }, { token: null, headers })).token);
}

/** A session whose shots are all there. */
async function session(shots: { label: string; direction: string }[]): Promise<any> {
  const stream = await openStream(server.port, { token: server.token, query: `channel=user:${me.id}` });
  const album = await server.ok(201, 'POST', '/api/albums', { name: 'Red fox / 狐', subjectDesc: 'a fox', shots });
  const done = (type: string, count: number) => stream.until(() => stream.events.filter((event) => event.data.type === type && event.data.result.albumId === album.id).length === count);
  await server.ok(202, 'POST', `/api/albums/${album.id}/anchor`);
  expect(await done('album_anchor_complete', 1)).toBe(true);
  await server.ok(202, 'POST', `/api/albums/${album.id}/shots`);
  expect(await done('album_shot_complete', shots.length)).toBe(true);
  stream.close();
  return await server.ok(200, 'GET', `/api/albums/${album.id}`);
}

async function fetchZip(id: string, headers: Record<string, string> = {}, token = server.token): Promise<{ status: number; headers: Headers; bytes: Buffer }> {
  const reply = await fetch(`${server.url}/api/albums/${id}/zip`, { headers: { authorization: `Bearer ${token}`, ...headers } });
  return { status: reply.status, headers: reply.headers, bytes: Buffer.from(await reply.arrayBuffer()) };
}

/** [name, sha256] of every entry, as Python's zipfile reads them after testing all checksums. */
function entries(bytes: Buffer): [string, string][] {
  const file = join(mkdtempSync(join(server.home.folder, 'zip-')), 'album.zip');
  writeFileSync(file, bytes);
  const script = 'import sys,json,zipfile,hashlib\nz=zipfile.ZipFile(sys.argv[1])\nassert z.testzip() is None\nprint(json.dumps([[n,hashlib.sha256(z.read(n)).hexdigest()] for n in z.namelist()]))';
  return JSON.parse(execFileSync('python3', ['-c', script, file], { encoding: 'utf8' }));
}

test('holds anchor and shots by their labels, in order, byte for byte', async () => {
  const album = await session([
    { label: 'Head/Shot', direction: 'close up' },
    { label: '狐 outside', direction: 'in the snow' },
    { label: '../..', direction: 'from above' },
  ]);
  const zip = await fetchZip(album.id);
  expect(zip.status).toBe(200);
  expect(zip.headers.get('content-type')).toBe('application/zip');
  expect(Number(zip.headers.get('content-length'))).toBe(zip.bytes.length);
  expect(zip.headers.get('content-disposition')).toMatch(/^attachment; filename=".*\.zip"/);
  const got = entries(zip.bytes);
  expect(got.map(([name]) => name)).toEqual(['01-anchor.png', '02-Head-Shot.png', expect.stringMatching(/^03-.*outside\.png$/), '04.png']);
  const sums = await Promise.all(album.images.map(async (image: any) => (await server.ok(200, 'GET', `/api/images/${image.id}`)).sha256));
  expect(got.map(([, sum]) => sum)).toEqual(sums);

  // A name in the alias is a name here, too.
  expect((await fetch(`${server.url}/api/example-api/albums/${album.id}/zip`, { method: 'HEAD', headers: { authorization: `Bearer ${server.token}` } })).headers.get('content-length')).toBe(String(zip.bytes.length));
});

test('comes in parts, which fit together as long as the album stays as it is', async () => {
  const album = await session([{ label: 'One', direction: 'bytes:50000' }, { label: 'Two', direction: 'bytes:30000' }]);
  const whole = await fetchZip(album.id);
  const etag = whole.headers.get('etag')!;
  const half = Math.floor(whole.bytes.length / 2);
  const first = await fetchZip(album.id, { range: `bytes=0-${half - 1}` });
  const second = await fetchZip(album.id, { range: `bytes=${half}-`, 'if-range': etag });
  expect([first.status, second.status]).toEqual([206, 206]);
  expect(second.headers.get('content-range')).toBe(`bytes ${half}-${whole.bytes.length - 1}/${whole.bytes.length}`);
  expect(Buffer.concat([first.bytes, second.bytes]).equals(whole.bytes)).toBe(true);
  expect((await fetchZip(album.id, { 'if-none-match': etag })).status).toBe(304);
  expect((await fetchZip(album.id, { range: `bytes=${whole.bytes.length}-` })).status).toBe(416);

  await server.ok(204, 'DELETE', `/api/albums/${album.id}/images/${album.shots[0].imageId}`);
  const changed = await fetchZip(album.id, { range: `bytes=${half}-`, 'if-range': etag });
  expect([changed.status, entries(changed.bytes).map(([name]) => name)]).toEqual([200, ['01-anchor.png', '02-Two.png']]);
});

test('a manual album goes by its prompts, and by its own order', async () => {
  const { jobIds } = await server.ok(202, 'POST', '/api/jobs', { backend: 'fake', request: { prompt: 'a vase' }, count: 3 });
  await expect.poll(async () => (await Promise.all(jobIds.map((id: string) => server.ok(200, 'GET', `/api/jobs/${id}`)))).every((job: any) => job.status === 'completed'), { timeout: 30_000 }).toBe(true);
  const { images } = await server.ok(200, 'GET', '/api/images');
  const ids = images.filter((image: any) => jobIds.includes(image.jobId)).map((image: any) => image.id);
  const album = await server.ok(201, 'POST', '/api/albums', { name: 'Vases' });
  const empty = await fetchZip(album.id);
  expect([empty.status, JSON.parse(empty.bytes.toString()).error.message]).toEqual([404, 'there are no pictures in this album yet']);
  await server.ok(200, 'POST', `/api/albums/${album.id}/images`, { imageIds: ids });
  await server.ok(200, 'PUT', `/api/albums/${album.id}/images/order`, { imageIds: [ids[2], ids[0], ids[1]] });
  const got = entries((await fetchZip(album.id)).bytes);
  expect(got.map(([name]) => name)).toEqual(['01-a-vase.png', '02-a-vase.png', '03-a-vase.png']);
  expect(got[0]![1]).toBe((await server.ok(200, 'GET', `/api/images/${ids[2]}`)).sha256);
});

test('is of nobody else, unless the album is public', async () => {
  const album = await session([{ label: 'One', direction: 'plain' }]);
  const other = await makeUser('looks');
  expect((await fetchZip(album.id, {}, other)).status).toBe(404);
  expect((await fetch(`${server.url}/api/albums/${album.id}/zip`)).status).toBe(401);
  await server.ok(200, 'PATCH', `/api/albums/${album.id}`, { isPublic: true });
  const seen = await fetchZip(album.id, {}, other);
  expect([seen.status, entries(seen.bytes).length]).toEqual([200, 2]);
});

test('no picture is left out where many share a place', async () => {
  const album = await session([{ label: 'One', direction: 'plain' }]);
  const { jobIds } = await server.ok(202, 'POST', '/api/jobs', { backend: 'fake', request: { prompt: 'more' }, count: 16 });
  await expect.poll(async () => (await server.ok(200, 'GET', `/api/jobs?kind=generate&limit=200`)).jobs.filter((job: any) => jobIds.includes(job.id) && job.status === 'completed').length, { timeout: 30_000 }).toBe(16);
  const { images } = await server.ok(200, 'GET', '/api/images?limit=200');
  await server.ok(200, 'POST', `/api/albums/${album.id}/images`, { imageIds: images.filter((image: any) => jobIds.includes(image.jobId)).map((image: any) => image.id) });
  expect(entries((await fetchZip(album.id)).bytes)).toHaveLength(18);
});
