// Albums: the guide's session from the first request to the last picture, its order, its ends, and who may look.
import { beforeAll, describe, expect, test } from 'vitest';

import { startServer, type Server } from './harness.ts';
import { openStream, type EventStream } from './sse.ts';

const CONFIG = `backends:
  sketch:
    type: sketch
  fake:
    type: mock
`;
const SIZE = { width: 64, height: 64 };

let server: Server;
let me: { id: string };

beforeAll(async () => {
  server = await startServer({ config: CONFIG });
  me = await server.ok(200, 'GET', '/api/me');
});

const api = '/api/example-api/albums';

async function makeUser(name: string, role = 'member') {
  const user = await server.ok(201, 'POST', '/api/users', { name, role });
  const link = await server.ok(201, 'POST', `/api/users/${user.id}/login-link`);
  const signIn = await server.api('POST', '/api/session', { code: link.url.split('#')[1] }, { token: null });
  const cookie = server.plant(signIn.headers.get('set-cookie')!.split(';')[0]!);
  const options = { token: null, headers: { cookie, origin: server.url } };
  const { token } = await server.ok(201, 'POST', '/api/tokens', { name: 'test', scope: 'write' }, options);
  return { id: user.id as string, token: server.plant(token as string) };
}

async function listen(): Promise<EventStream> {
  return await openStream(server.port, { token: server.token, query: `channel=user:${me.id}` });
}

/** The first event of the type that is about this album, and shot. */
async function heard(stream: EventStream, type: string, album: any, shot?: number): Promise<any> {
  const is = (event: any) => event.data.type === type && event.data.result.albumId === album.id && (shot === undefined || event.data.result.shotIndex === shot);
  expect(await stream.until(() => stream.events.some(is)), `${type} of ${shot ?? 'the album'}`).toBe(true);
  return stream.events.find(is)!.data;
}

async function withAnchor(stream: EventStream, extra: object = {}): Promise<any> {
  const album = await server.ok(201, 'POST', api, { name: 'Jordan', subjectDesc: 'A cat', templateSet: 'portrait', ...SIZE, ...extra });
  await server.ok(202, 'POST', `${api}/${album.id}/anchor`);
  await heard(stream, 'album_anchor_complete', album);
  return await server.ok(200, 'GET', `${api}/${album.id}`);
}

describe('a session', () => {
  test('goes as the guide says', async () => {
    const stream = await listen();
    const album = await server.ok(201, 'POST', api, { name: 'Test', subjectDesc: 'A cat', templateSet: 'portrait', ...SIZE });
    expect(album).toMatchObject({ name: 'Test', subjectDesc: 'A cat', sourceType: 'session', anchorUrl: null, imageCount: 0, mine: true });
    expect(album.shots.map((shot: any) => [shot.index, shot.status])).toEqual([0, 1, 2, 3, 4, 5].map((index) => [index, 'pending']));

    const early = await server.api('POST', `${api}/${album.id}/shots`);
    expect([early.status, early.json.error.code]).toEqual([422, 'anchor_required']);
    expect((await server.api('POST', `${api}/${album.id}/shots/0`)).json.error.code).toBe('anchor_required');

    const { jobId } = await server.ok(202, 'POST', `${api}/${album.id}/anchor`);
    expect(await heard(stream, 'album_anchor_complete', album)).toEqual({
      type: 'album_anchor_complete',
      result: { albumId: album.id, anchorUrl: `/media/albums/${me.id}/${album.id}/anchor.png` },
    });
    expect((await server.ok(200, 'GET', `/api/jobs/${jobId}`)).kind).toBe('generate_anchor');

    const { jobIds } = await server.ok(202, 'POST', `${api}/${album.id}/shots`);
    expect(jobIds).toHaveLength(6);
    for (let shot = 0; shot < 6; shot++) {
      expect(await heard(stream, 'album_shot_generating', album, shot)).toEqual({ type: 'album_shot_generating', result: { albumId: album.id, shotIndex: shot } });
      const done = await heard(stream, 'album_shot_complete', album, shot);
      expect(done.result).toEqual({ albumId: album.id, shotIndex: shot, imageUrl: expect.stringMatching(`^/media/albums/${me.id}/${album.id}/shots/${shot}-`) });
    }
    const whole = await server.ok(200, 'GET', `${api}/${album.id}`);
    expect(whole.shots.every((shot: any) => shot.status === 'complete' && shot.imageUrl && shot.imageId && shot.error === null)).toBe(true);
    expect(whole.imageCount).toBe(7);
    expect(whole.images.map((image: any) => image.id)).toEqual([whole.anchorImageId, ...whole.shots.map((shot: any) => shot.imageId)]);

    const job = await server.ok(200, 'GET', `/api/images/${whole.shots[0].imageId}/recipe`);
    expect(job.request.prompt).toMatch(/^A cat\. .*studio|^A cat\. .*eye contact/);
    expect(job.request.references).toMatchObject([{ image: whole.anchorImageId, role: 'subject' }]);
    expect((await server.ok(202, 'POST', `${api}/${album.id}/shots`)).jobIds).toEqual([]);
    stream.close();
  });

  test('makes one shot again with another picture, and puts one back', async () => {
    const stream = await listen();
    const album = await withAnchor(stream, { templateSet: 'product' });
    await server.ok(202, 'POST', `${api}/${album.id}/shots`);
    for (let shot = 0; shot < 4; shot++) await heard(stream, 'album_shot_complete', album, shot);
    const before = await server.ok(200, 'GET', `${api}/${album.id}`);

    const again = await listen();
    await server.ok(202, 'POST', `${api}/${album.id}/shots/2`);
    await heard(again, 'album_shot_complete', album, 2);
    const after = await server.ok(200, 'GET', `${api}/${album.id}`);
    expect(after.shots[2].imageUrl).not.toBe(before.shots[2].imageUrl);
    expect(after.images.map((image: any) => image.id)).toEqual([after.anchorImageId, ...after.shots.map((shot: any) => shot.imageId)]);
    expect(after.imageCount).toBe(5);
    await server.ok(200, 'GET', `/api/images/${before.shots[2].imageId}`); // it stays in the library

    expect(await server.ok(200, 'DELETE', `${api}/${album.id}/shots/1`)).toMatchObject({ index: 1, status: 'pending', imageUrl: null });
    expect((await server.ok(200, 'GET', `${api}/${album.id}`)).imageCount).toBe(4);
    await server.ok(404, 'POST', `${api}/${album.id}/shots/9`);
    await server.ok(404, 'DELETE', `${api}/${album.id}/shots/x`);
    stream.close();
    again.close();
  });

  test('keeps every anchor that was made, and uses the last', async () => {
    const stream = await listen();
    const album = await withAnchor(stream);
    const again = await listen();
    await server.ok(202, 'POST', `${api}/${album.id}/anchor`, { seed: 99 });
    const { result } = await heard(again, 'album_anchor_complete', album);
    expect(result.anchorUrl).toBe(`/media/albums/${me.id}/${album.id}/anchor-2.png`);
    const now = await server.ok(200, 'GET', `${api}/${album.id}`);
    expect(now.anchorUrl).toBe(result.anchorUrl);
    expect(now.anchorImageId).not.toBe(album.anchorImageId);
    await server.ok(200, 'GET', `/api/images/${album.anchorImageId}`);
    stream.close();
    again.close();
  });

  test('takes a picture that is there as its anchor', async () => {
    const stream = await listen();
    const first = await withAnchor(stream);
    const album = await server.ok(201, 'POST', api, { name: 'Second', subjectDesc: 'A dog', templateSet: 'character', ...SIZE });
    const taken = await server.ok(200, 'POST', `${api}/${album.id}/anchor`, { imageId: first.anchorImageId });
    expect(taken).toMatchObject({ id: album.id, anchorImageId: first.anchorImageId, anchorUrl: first.anchorUrl });
    expect((await heard(stream, 'album_anchor_complete', album)).result.anchorUrl).toBe(first.anchorUrl);
    const wrong = await server.api('POST', `${api}/${album.id}/anchor`, { imageId: '01900000-0000-7000-8000-000000000000' });
    expect([wrong.status, wrong.json.error.field]).toEqual([422, 'imageId']);
    stream.close();
  });

  test('takes one of its own shots as its anchor, which stays in the album whatever becomes of the shot', async () => {
    const stream = await listen();
    const album = await withAnchor(stream, { templateSet: 'product' });
    await server.ok(202, 'POST', `${api}/${album.id}/shots`);
    for (let shot = 0; shot < 4; shot++) await heard(stream, 'album_shot_complete', album, shot);
    const { shots } = await server.ok(200, 'GET', `${api}/${album.id}`);
    const taken = await server.ok(200, 'POST', `${api}/${album.id}/anchor`, { imageId: shots[2].imageId });
    expect(taken.images.map((image: any) => image.id), 'the old anchor leaves').toEqual(shots.map((shot: any) => shot.imageId));
    const again = await listen();
    await server.ok(202, 'POST', `${api}/${album.id}/shots/2`);
    await heard(again, 'album_shot_complete', album, 2);
    const now = await server.ok(200, 'GET', `${api}/${album.id}`);
    expect(new Set(now.images.map((image: any) => image.id))).toEqual(new Set([shots[2].imageId, ...now.shots.map((shot: any) => shot.imageId)]));
    expect(now.imageCount).toBe(5);
    await server.ok(200, 'POST', `${api}/${album.id}/anchor`, { imageId: shots[2].imageId });
    await server.ok(200, 'DELETE', `${api}/${album.id}/shots/2`);
    expect((await server.ok(200, 'GET', `${api}/${album.id}`)).imageCount).toBe(4);
    stream.close();
    again.close();
  });

  test('tells of failures, and goes on after them', async () => {
    const stream = await listen();
    const album = await server.ok(201, 'POST', api, {
      name: 'Fails', subjectDesc: 'a dot', backend: 'fake', shots: [{ label: 'good', direction: 'plain' }, { label: 'bad', direction: 'refuse' }],
    });
    await server.ok(202, 'POST', `${api}/${album.id}/anchor`);
    await heard(stream, 'album_anchor_complete', album);
    await server.ok(202, 'POST', `${api}/${album.id}/shots`);
    await heard(stream, 'album_shot_complete', album, 0);
    const failed = await heard(stream, 'album_shot_failed', album, 1);
    expect(failed.result.error.length).toBeGreaterThan(5);
    const now = await server.ok(200, 'GET', `${api}/${album.id}`);
    expect(now.shots.map((shot: any) => shot.status)).toEqual(['complete', 'failed']);
    expect(now.shots[1].error).toBe(failed.result.error);
    expect((await server.ok(202, 'POST', `${api}/${album.id}/shots`)).jobIds).toHaveLength(1);
    stream.close();
  });

  test('is cancelled as a whole, running and waiting', async () => {
    const stream = await listen();
    const album = await server.ok(201, 'POST', api, {
      name: 'Hangs', subjectDesc: 'a dot', backend: 'fake', shots: ['a', 'b', 'c', 'd'].map((label) => ({ label, direction: 'hang' })),
    });
    await server.ok(202, 'POST', `${api}/${album.id}/anchor`);
    await heard(stream, 'album_anchor_complete', album);
    const { jobIds } = await server.ok(202, 'POST', `${api}/${album.id}/shots`);
    expect(await stream.until(() => stream.events.some((event) => event.data.type === 'job' && jobIds.includes(event.data.result.jobId) && event.data.result.status === 'running')), 'a running shot').toBe(true);
    await server.ok(409, 'POST', `${api}/${album.id}/shots/0`);
    await server.ok(200, 'POST', `${api}/${album.id}/cancel`);
    for (let shot = 0; shot < 4; shot++) expect((await heard(stream, 'album_shot_failed', album, shot)).result.error).toBe('cancelled');
    const now = await server.ok(200, 'GET', `${api}/${album.id}`);
    expect(now.shots.map((shot: any) => shot.status)).toEqual(['pending', 'pending', 'pending', 'pending']);
    stream.close();
  });

  test('can be deleted while its shots are made; their jobs end', async () => {
    const stream = await listen();
    const album = await server.ok(201, 'POST', api, { name: 'Gone', subjectDesc: 'a dot', backend: 'fake', shots: [{ label: 'a', direction: 'hang' }] });
    await server.ok(202, 'POST', `${api}/${album.id}/anchor`);
    await heard(stream, 'album_anchor_complete', album);
    const { jobId } = await server.ok(202, 'POST', `${api}/${album.id}/shots/0`);
    await server.ok(204, 'DELETE', `${api}/${album.id}`);
    expect(await stream.until(() => stream.events.some((event) => event.data.result.jobId === jobId && event.data.result.status === 'cancelled')), 'the end of the job').toBe(true);
    await server.ok(404, 'GET', `${api}/${album.id}`);
    stream.close();
  });

  test('keeps its subject once the anchor is there, and its finished shots when others are planned', async () => {
    const stream = await listen();
    const album = await withAnchor(stream, { templateSet: 'product' });
    await server.ok(202, 'POST', `${api}/${album.id}/shots/0`);
    await heard(stream, 'album_shot_complete', album, 0);
    const refused = await server.api('PATCH', `${api}/${album.id}`, { subjectDesc: 'A dog' });
    expect([refused.status, refused.json.error.field]).toEqual([409, 'subjectDesc']);
    const planned = await server.ok(200, 'PUT', `${api}/${album.id}/shots`, { shots: [{ label: 'New', direction: 'upside down' }] });
    expect(planned.shots.map((shot: any) => [shot.index, shot.label, shot.status])).toEqual([[0, 'Hero', 'complete'], [1, 'New', 'pending']]);
    stream.close();
  });
});

describe('manual albums', () => {
  test('hold pictures of mine in my order', async () => {
    const { jobIds } = await server.ok(202, 'POST', '/api/jobs', { request: { prompt: 'a vase', ...SIZE }, count: 3 });
    const stream = await openStream(server.port, { token: server.token, query: `channel=user:${me.id}&after=0` });
    expect(await stream.until(() => jobIds.every((id: string) => stream.events.some((event) => event.data.result.jobId === id && event.data.result.status === 'completed'))), 'three pictures').toBe(true);
    const { images } = await server.ok(200, 'GET', '/api/images?limit=200');
    const ids = images.filter((image: any) => jobIds.includes(image.jobId)).map((image: any) => image.id);
    const album = await server.ok(201, 'POST', '/api/albums', { name: 'Vases', description: 'three of them' });
    expect(album).toMatchObject({ sourceType: 'manual', subjectDesc: null, shots: [] });

    const full = await server.ok(200, 'POST', `/api/albums/${album.id}/images`, { imageIds: ids });
    expect(full.images.map((image: any) => image.id)).toEqual(ids);
    expect(full.imageCount).toBe(3);
    expect((await server.ok(200, 'POST', `/api/albums/${album.id}/images`, { imageIds: [ids[0]] })).imageCount).toBe(3);
    const turned = [ids[2], ids[0], ids[1]];
    expect((await server.ok(200, 'PUT', `/api/albums/${album.id}/images/order`, { imageIds: turned })).images.map((image: any) => image.id)).toEqual(turned);
    for (const wrong of [[ids[0]], [ids[0], ids[0], ids[1]], [...ids, '01900000-0000-7000-8000-000000000000']])
      expect((await server.api('PUT', `/api/albums/${album.id}/images/order`, { imageIds: wrong })).status).toBe(422);

    await server.ok(204, 'DELETE', `/api/images/${ids[1]}`);
    const others = await server.ok(200, 'PUT', `/api/albums/${album.id}/images/order`, { imageIds: [ids[0], ids[2]] });
    expect(others.images.map((image: any) => image.id), 'what is in the trash needs no place').toEqual([ids[0], ids[2]]);
    const counted = async () => {
      const { albums } = await server.ok(200, 'GET', '/api/albums');
      const one = await server.ok(200, 'GET', `/api/albums/${album.id}`);
      return [one.imageCount, albums.find(({ id }: any) => id === album.id).imageCount];
    };
    expect(await counted(), 'what is in the trash is not counted').toEqual([2, 2]);
    await server.ok(204, 'DELETE', `/api/images/${ids[1]}`);
    expect(await counted(), 'and not twice').toEqual([2, 2]);
    expect((await server.ok(200, 'POST', `/api/albums/${album.id}/images`, { imageIds: [ids[0]] })).imageCount, 'counted anew').toBe(2);
    await server.ok(200, 'POST', `/api/images/${ids[1]}/restore`);
    expect(await counted(), 'what is back').toEqual([3, 3]);
    await server.ok(200, 'PUT', `/api/albums/${album.id}/images/order`, { imageIds: turned });

    await server.ok(204, 'DELETE', `/api/albums/${album.id}/images/${ids[0]}`);
    await server.ok(404, 'DELETE', `/api/albums/${album.id}/images/${ids[0]}`);
    expect((await server.ok(200, 'GET', `/api/albums/${album.id}`)).images.map((image: any) => image.id)).toEqual([ids[2], ids[1]]);
    expect((await server.api('POST', `/api/albums/${album.id}/anchor`)).status).toBe(422);
    stream.close();
  });
});

describe('what is wrong is named', () => {
  test.each([
    [{ subjectDesc: 'A cat', templateSet: 'portrait' }, 'name'],
    [{ name: 'x', subjectDesc: 'A cat', templateSet: 'weddings' }, 'templateSet'],
    [{ name: 'x', subjectDesc: 'A cat', templateSet: 'portrait', shots: [{ label: 'a', direction: 'b' }] }, 'templateSet'],
    [{ name: 'x', shots: [{ label: 'a', direction: 'b' }] }, 'subjectDesc'],
    [{ name: 'x', subjectDesc: 'A cat' }, 'shots'],
    [{ name: 'x', subjectDesc: 'A cat', shots: [{ label: 'a' }] }, 'shots[0].direction'],
    [{ name: 'x', subjectDesc: 'A cat', templateSet: 'portrait', backend: 'nobody' }, 'backend'],
    [{ name: 'x', subjectDesc: 'A cat', templateSet: 'portrait', width: 64 }, 'height'],
  ])('%j', async (body, field) => {
    const reply = await server.api('POST', '/api/albums', body);
    expect([reply.status, reply.json.error.field], reply.text).toEqual([422, field]);
  });
});

describe('others', () => {
  test('find neither the album nor its pictures, unless it is public', async () => {
    const stream = await listen();
    const album = await withAnchor(stream);
    const other = await makeUser('looks');
    const as = { token: other.token };
    for (const [method, path] of [['GET', ''], ['PATCH', ''], ['DELETE', ''], ['POST', '/anchor'], ['POST', '/shots'], ['POST', '/shots/0'], ['DELETE', '/shots/0'], ['POST', '/cancel'], ['POST', '/outliers'], ['GET', '/zip']] as const)
      expect((await server.api(method, `/api/albums/${album.id}${path}`, method === 'PATCH' ? { name: 'x' } : undefined, as)).status, `${method} ${path}`).toBe(404);
    expect((await server.ok(200, 'GET', '/api/albums', undefined, as)).albums).toEqual([]);
    for (const media of [album.anchorUrl, album.anchorThumbUrl]) expect((await fetch(server.url + media, { headers: { authorization: `Bearer ${other.token}` } })).status, media).toBe(404);
    expect((await openStream(server.port, { token: other.token, query: `channel=user:${me.id}` })).status, 'the stream of events').toBe(404);
    const own = await openStream(server.port, { token: other.token, query: `channel=user:${other.id}&after=0` });
    expect(own.events.filter((event) => event.data.result?.albumId === album.id), 'its events among those of others').toEqual([]);
    own.close();

    await server.ok(200, 'PATCH', `/api/albums/${album.id}`, { isPublic: true });
    const { albums } = await server.ok(200, 'GET', '/api/albums', undefined, as);
    expect(albums).toMatchObject([{ id: album.id, mine: false }]);
    const seen = await server.ok(200, 'GET', `/api/albums/${album.id}`, undefined, as);
    expect((await fetch(server.url + seen.anchorUrl, { headers: { authorization: `Bearer ${other.token}` } })).status).toBe(200);
    await server.ok(404, 'PATCH', `/api/albums/${album.id}`, { name: 'mine now' }, as);
    await server.ok(404, 'POST', `/api/albums/${album.id}/shots`, undefined, as);
    stream.close();
  });
});

describe('a manual album that is to be reused', () => {
  const post = (body: object, token = server.token) => server.api('POST', api, body, { token });

  test('is made once, however many ask at once, and found as it is from then on', async () => {
    const replies = await Promise.all(Array.from({ length: 16 }, () => post({ name: 'Once', reuse: true, description: 'first' })));
    expect(new Set(replies.map((reply) => reply.json.id)).size).toBe(1);
    expect(replies.map((reply) => reply.status).sort()).toEqual([...Array(15).fill(200), 201]);
    const again = await post({ name: 'Once', reuse: true, description: 'second' });
    expect([again.status, again.json.description]).toEqual([200, 'first']);
    const { albums } = await server.ok(200, 'GET', `${api}?q=once`);
    expect(albums).toHaveLength(1);
  });

  test('is the newest of that very name that is mine, and never a session', async () => {
    const [first, second] = [await server.ok(201, 'POST', api, { name: 'Twice' }), await server.ok(201, 'POST', api, { name: 'Twice' })];
    expect(first.id).not.toBe(second.id);
    await server.ok(201, 'POST', api, { name: 'Twice', subjectDesc: 'a cat', templateSet: 'portrait' });
    expect((await post({ name: 'Twice', reuse: true })).json.id).toBe(second.id);
    expect((await post({ name: 'twice', reuse: true })).status).toBe(201);
    const other = await makeUser('reuses');
    await server.ok(200, 'PATCH', `${api}/${second.id}`, { isPublic: true });
    const theirs = await post({ name: 'Twice', reuse: true }, other.token);
    expect([theirs.status, theirs.json.mine]).toEqual([201, true]);
    const session = await post({ name: 'Twice', reuse: true, subjectDesc: 'a cat', templateSet: 'portrait' });
    expect([session.status, session.json.error.field]).toEqual([422, 'reuse']);
  });
});

describe('the list', () => {
  test('has filters and pages', async () => {
    const user = await makeUser('lister');
    const as = { token: user.token };
    for (let i = 0; i < 5; i++) await server.ok(201, 'POST', '/api/albums', { name: `Album ${i}`, ...(i % 2 ? { subjectDesc: 'A cat', templateSet: 'product' } : {}) }, as);
    const names = async (query: string) => (await server.ok(200, 'GET', `/api/albums?${query}`, undefined, as)).albums.filter((album: any) => album.mine).map((album: any) => album.name);
    expect(await names('source_type=session')).toEqual(['Album 3', 'Album 1']);
    expect(await names('sourceType=manual')).toEqual(['Album 4', 'Album 2', 'Album 0']);
    expect(await names('q=album%203')).toEqual(['Album 3']);
    expect(await names('q=%25')).toEqual([]);
    expect((await server.api('GET', '/api/albums?source_type=dream', undefined, as)).status).toBe(422);
    const paged: string[] = [];
    for (let cursor = ''; ; ) {
      const page = await server.ok(200, 'GET', `/api/albums?limit=2${cursor && `&cursor=${cursor}`}`, undefined, as);
      paged.push(...page.albums.filter((album: any) => album.mine).map((album: any) => album.name));
      if (!page.nextCursor) break;
      cursor = page.nextCursor;
    }
    expect(paged).toEqual(['Album 4', 'Album 3', 'Album 2', 'Album 1', 'Album 0']);
  });
});
