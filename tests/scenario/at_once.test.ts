// Two callers at the same time: whatever both were told has happened, and nothing of it twice.
import { beforeAll, describe, expect, test } from 'vitest';

import { startServer, type Reply, type Server } from './harness.ts';
import { openStream } from './sse.ts';

const CONFIG = `login:
  passwords: true
backends:
  fake:
    type: mock
    concurrency: 8
`;
const ROUNDS = 12;
const SHOTS = 24;

let server: Server;

beforeAll(async () => {
  server = await startServer({ config: CONFIG });
});

const statuses = (replies: Reply[]) => replies.map((reply) => reply.status).sort();

async function makeUser(name: string, role: string): Promise<{ id: string; token: string }> {
  const user = await server.ok(201, 'POST', '/api/users', { name, role });
  const link = await server.ok(201, 'POST', `/api/users/${user.id}/login-link`);
  const reply = await server.api('POST', '/api/session', { code: link.url.split('#')[1] }, { token: null });
  const cookie = server.plant(reply.headers.get('set-cookie')!.split(';')[0]!);
  const browser = { token: null, headers: { cookie, origin: server.url } };
  const { token } = await server.ok(201, 'POST', '/api/tokens', { name: 'test', scope: role === 'admin' ? 'admin' : 'write' }, browser);
  return { id: user.id, token: server.plant(token) };
}

/** Makes pictures and gives their ids. */
async function makePictures(count: number): Promise<string[]> {
  const stream = await openStream(server.port, { token: server.token });
  const { jobIds } = await server.ok(202, 'POST', '/api/jobs', { request: { prompt: 'a dot', width: 16, height: 16 }, count });
  const ends = () => stream.events.filter((event) => event.data.type === 'job' && event.data.result.status === 'completed' && jobIds.includes(event.data.result.jobId));
  expect(await stream.until(() => ends().length === count), 'pictures').toBe(true);
  stream.close();
  const pages = await Promise.all(jobIds.map((id: string) => server.ok(200, 'GET', `/api/jobs/${id}/images`)));
  return pages.map((page: any) => page.images[0].id);
}

async function makeSession(extra: object = {}): Promise<any> {
  return await server.ok(201, 'POST', '/api/albums', { name: 'Twins', subjectDesc: 'a cat', templateSet: 'portrait', width: 16, height: 16, ...extra });
}

async function waitForAlbum(id: string, is: (album: any) => boolean): Promise<any> {
  const stream = await openStream(server.port, { token: server.token });
  let album = await server.ok(200, 'GET', `/api/albums/${id}`);
  for (let seen = 0; !is(album); album = await server.ok(200, 'GET', `/api/albums/${id}`)) {
    expect(await stream.until(() => stream.events.length > seen), 'news of the album').toBe(true);
    seen = stream.events.length;
  }
  stream.close();
  return album;
}

describe('an album', () => {
  test('keeps both of two changes to different members', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const { id } = await server.ok(201, 'POST', '/api/albums', { name: 'before' });
      const replies = await Promise.all([
        server.api('PATCH', `/api/albums/${id}`, { name: 'after' }),
        server.api('PATCH', `/api/albums/${id}`, { description: 'written' }),
        server.api('PATCH', `/api/albums/${id}`, { isPublic: true }),
        server.api('PATCH', `/api/albums/${id}`, { isTrainingSource: true }),
      ]);
      expect(statuses(replies)).toEqual([200, 200, 200, 200]);
      const album = await server.ok(200, 'GET', `/api/albums/${id}`);
      expect(album, `round ${round}`).toMatchObject({ name: 'after', description: 'written', isPublic: true, isTrainingSource: true });
    }
  });

  test('orders one anchor, however often it is asked for', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const { id } = await makeSession({ subjectDesc: 'a cat slow:300ms' });
      const replies = await Promise.all([1, 2, 3].map(() => server.api('POST', `/api/albums/${id}/anchor`)));
      expect(statuses(replies), replies.map((reply) => reply.text).join()).toEqual([202, 409, 409]);
      await waitForAlbum(id, (album) => album.anchorUrl !== null);
    }
  });

  test('orders each shot once', async () => {
    const { id } = await makeSession();
    await server.ok(202, 'POST', `/api/albums/${id}/anchor`);
    await waitForAlbum(id, (album) => album.anchorUrl !== null);
    const replies = await Promise.all([1, 2, 3, 4].map(() => server.api('POST', `/api/albums/${id}/shots`)));
    const jobs = replies.filter((reply) => reply.status === 202).flatMap((reply) => reply.json.jobIds);
    expect(jobs).toHaveLength(6);
    for (const reply of replies) expect([202, 409]).toContain(reply.status);
  });

  test('counts the pictures of shots that end together', async () => {
    const shots = Array.from({ length: SHOTS }, (_, i) => ({ label: `shot ${i}`, direction: `look ${i}` }));
    const { id } = await makeSession({ templateSet: undefined, shots });
    await server.ok(202, 'POST', `/api/albums/${id}/anchor`);
    await waitForAlbum(id, (album) => album.anchorUrl !== null);
    await server.ok(202, 'POST', `/api/albums/${id}/shots`);
    const album = await waitForAlbum(id, ({ shots }) => shots.every((shot: any) => shot.status === 'complete'));
    expect(album.images).toHaveLength(SHOTS + 1);
    expect(album.imageCount).toBe(SHOTS + 1);
  });

  test('counts pictures that several callers add', async () => {
    const pictures = await makePictures(8);
    for (let round = 0; round < ROUNDS; round++) {
      const { id } = await server.ok(201, 'POST', '/api/albums', { name: 'filled' });
      const replies = await Promise.all(pictures.map((one) => server.api('POST', `/api/albums/${id}/images`, { imageIds: [one] })));
      expect(statuses(replies)).toEqual(pictures.map(() => 200));
      const album = await server.ok(200, 'GET', `/api/albums/${id}`);
      expect(album.imageCount, `round ${round}`).toBe(pictures.length);
      expect(album.images.map((image: any) => image.id).sort()).toEqual([...pictures].sort());
    }
  });
});

describe('a user', () => {
  test('keeps both of two changes', async () => {
    const { id } = await server.ok(201, 'POST', '/api/users', { name: 'changed-twice' });
    for (let round = 0; round < ROUNDS; round++) {
      await server.ok(200, 'PATCH', `/api/users/${id}`, { disabled: false, role: 'member', plan: 'standard' });
      const replies = await Promise.all([
        server.api('PATCH', `/api/users/${id}`, { disabled: true }),
        server.api('PATCH', `/api/users/${id}`, { role: 'viewer' }),
        server.api('PATCH', `/api/users/${id}`, { plan: 'pro' }),
      ]);
      expect(statuses(replies)).toEqual([200, 200, 200]);
      const user = await server.ok(200, 'GET', `/api/users/${id}`);
      expect(user, `round ${round}`).toMatchObject({ role: 'viewer', plan: 'pro', disabledAt: expect.any(String) });
    }
  });

  test('who is an admin can be demoted by another one, but the last two not by each other', async () => {
    const first = await server.ok(200, 'GET', '/api/me');
    const rival = await makeUser('rival', 'admin');
    for (let round = 0; round < 4; round++) {
      const replies = await Promise.all([
        server.api('PATCH', `/api/users/${rival.id}`, { role: 'member' }),
        server.api('PATCH', `/api/users/${first.id}`, { role: 'member' }, { token: rival.token }),
      ]);
      expect(replies.filter((reply) => reply.status === 200), replies.map((reply) => reply.text).join()).toHaveLength(1);
      const [loser, token] = replies[0]!.status === 200 ? [rival.id, server.token] : [first.id, rival.token];
      await server.ok(200, 'PATCH', `/api/users/${loser}`, { role: 'admin' }, { token });
    }
    await server.ok(204, 'DELETE', `/api/users/${rival.id}`);
  });
});
