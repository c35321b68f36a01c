// The pictures of an album: all of them in pages, and moved next to each other.
import { beforeAll, describe, expect, test } from 'vitest';

import { startServer, type Server } from './harness.ts';
import { makePng } from './png.ts';

const COUNT = 205;

let server: Server;
let ids: string[];
let large: string;

async function upload(picture: Buffer): Promise<string> {
  const reply = await fetch(`${server.url}/api/images`, { method: 'POST', headers: { authorization: `Bearer ${server.token}`, 'content-type': 'image/png' }, body: new Uint8Array(picture) });
  expect(reply.status).toBe(201);
  return ((await reply.json()) as { id: string }).id;
}

const order = (album: string, body: object) => server.api('PUT', `/api/albums/${album}/images/order`, body);

async function pages(album: string, limit: number): Promise<string[][]> {
  const found: string[][] = [];
  for (let cursor = ''; ; ) {
    const page = await server.ok(200, 'GET', `/api/albums/${album}/images?limit=${limit}${cursor && `&cursor=${cursor}`}`);
    found.push(page.images.map((image: any) => image.id));
    if (!page.nextCursor) return found;
    cursor = page.nextCursor;
  }
}

const all = async (album: string) => (await pages(album, 200)).flat();

async function albumOf(images: string[]): Promise<string> {
  const { id } = await server.ok(201, 'POST', '/api/albums', { name: 'Pictures' });
  await server.ok(200, 'POST', `/api/albums/${id}/images`, { imageIds: images });
  return id;
}

beforeAll(async () => {
  server = await startServer();
  ids = [];
  for (let i = 0; i < COUNT; i++) ids.push(await upload(makePng({ width: 16, height: 16, seed: i })));
  large = await albumOf(ids);
});

test('all are listed in their order, page by page', async () => {
  expect((await server.ok(200, 'GET', `/api/albums/${large}`)).images, 'the first of them').toHaveLength(200);
  expect(await pages(large, 100)).toEqual([ids.slice(0, 100), ids.slice(100, 200), ids.slice(200)]);
  const bad = await server.api('GET', `/api/albums/${large}/images?cursor=abc`);
  expect([bad.status, bad.json.error.field]).toEqual([400, 'cursor']);
  expect((await server.api('GET', '/api/albums/01900000-0000-7000-8000-000000000000/images')).status).toBe(404);
});

describe('some are moved', () => {
  test('before and behind another one, in the order given', async () => {
    const album = await albumOf(ids.slice(0, 6));
    const [a, b, c, d, e, f] = ids.slice(0, 6) as [string, string, string, string, string, string];
    const after = async (body: object) => {
      expect((await order(album, body)).status).toBe(200);
      return await all(album);
    };
    expect(await after({ imageIds: [f], before: a })).toEqual([f, a, b, c, d, e]);
    expect(await after({ imageIds: [f], after: e })).toEqual([a, b, c, d, e, f]);
    expect(await after({ imageIds: [e, a], after: c })).toEqual([b, c, e, a, d, f]);
    expect(await after({ imageIds: [b, c], before: f })).toEqual([e, a, d, b, c, f]);
    expect(await after({ imageIds: [a, b, c, d, e, f] }), 'all of them').toEqual([a, b, c, d, e, f]);
  });

  test('again and again to the same place, as often as one likes', async () => {
    const album = await albumOf(ids.slice(0, 4));
    let want = ids.slice(0, 4);
    for (let i = 0; i < 40; i++) {
      const last = want.at(-1)!;
      want = [want[0]!, last, ...want.slice(1, -1)];
      expect((await order(album, { imageIds: [last], after: want[0] })).status).toBe(200);
    }
    expect(await all(album)).toEqual(want);
  });

  test('among more than a page shows', async () => {
    expect((await order(large, { imageIds: [ids[204]], before: ids[0] })).status).toBe(200);
    expect((await order(large, { imageIds: [ids[204]], after: ids[203] })).status).toBe(200);
    expect(await all(large)).toEqual(ids);
  });

  test('what is wrong is named, and changes nothing', async () => {
    const album = await albumOf(ids.slice(0, 3));
    const [a, b] = ids as [string, string];
    const wrong: [object, string][] = [
      [{ imageIds: [a], before: ids[7] }, 'before'],
      [{ imageIds: [a], after: 'nothing' }, 'after'],
      [{ imageIds: [a, ids[7]], after: b }, 'imageIds'],
      [{ imageIds: [a], before: a }, 'imageIds'],
      [{ imageIds: [a], before: b, after: b }, 'after'],
    ];
    for (const [body, field] of wrong) {
      const refused = await order(album, body);
      expect([refused.status, refused.json.error.field], JSON.stringify(body)).toEqual([422, field]);
    }
    expect(await all(album)).toEqual(ids.slice(0, 3));
  });
});

describe('an order for an album', () => {
  const order = (albumId: string) => server.api('POST', '/api/jobs', { albumId, count: 2, request: { prompt: 'a dot', width: 16, height: 16 } });
  const done = (ids: string[]) =>
    expect.poll(async () => (await Promise.all(ids.map(async (id) => (await server.ok(200, 'GET', `/api/jobs/${id}`)).status))).every((status) => status === 'completed')).toBe(true);

  test('puts its pictures there', async () => {
    const album = await albumOf(ids.slice(0, 1));
    const { status, json } = await order(album);
    expect(status).toBe(202);
    await done(json.jobIds);
    const made = (await all(album)).slice(1);
    const jobs = await Promise.all(made.map(async (id) => (await server.ok(200, 'GET', `/api/images/${id}`)).jobId));
    expect(new Set(jobs)).toEqual(new Set(json.jobIds));
    expect((await server.ok(200, 'GET', `/api/albums/${album}`)).imageCount).toBe(3);
  });

  test('is kept in the library when the album is gone by then', async () => {
    const album = await albumOf(ids.slice(0, 1));
    await server.ok(200, 'POST', '/api/queue/pause', { lane: 'sketch' });
    const { json } = await order(album);
    await server.ok(204, 'DELETE', `/api/albums/${album}`);
    await server.ok(200, 'POST', '/api/queue/resume', { lane: 'sketch' });
    await done(json.jobIds);
  });

  test('is refused where there is no such album', async () => {
    for (const albumId of ['01900000-0000-7000-8000-000000000000', 'nothing']) {
      const refused = await order(albumId);
      expect([refused.status, refused.json.error.field]).toEqual([422, 'albumId']);
    }
  });
});

describe('the search in names', () => {
  const names = async (q: string) => (await server.ok(200, 'GET', `/api/albums?q=${encodeURIComponent(q)}`)).albums.map((album: any) => album.name);

  test('finds what was typed, whatever signs are in it', async () => {
    for (const name of ['card_deck_20251013', 'card deck', '50% off', 'back\\slash\\', 'Über uns']) await server.ok(201, 'POST', '/api/albums', { name });
    expect(await names('card_deck')).toEqual(['card_deck_20251013']);
    expect(await names('CARD D')).toEqual(['card deck']);
    expect(await names('%')).toEqual(['50% off']);
    expect(await names('K\\S')).toEqual(['back\\slash\\']);
    expect(await names('Über')).toEqual(['Über uns']);
    expect((await server.ok(200, 'GET', '/api/albums?limit=200')).albums.map((album: any) => album.name)).toContain('back\\slash\\');
  });
});
