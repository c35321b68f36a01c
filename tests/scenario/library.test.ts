// The library: lists by every filter and order, what they can be filtered by, search by words, changes, and the trash.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { startServer, type Reply, type Server } from './harness.ts';
import { freshPng, until } from './png.ts';

let server: Server;

beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  await server.stop();
});

/** Somebody with a library of his own, so that tests do not meet. */
async function newUser(): Promise<string> {
  const { id } = await server.ok(201, 'POST', '/api/users', { name: `user-${Math.random().toString(36).slice(2)}` });
  const { url } = await server.ok(201, 'POST', `/api/users/${id}/login-link`);
  const reply = await server.api('POST', '/api/session', { code: url.split('#')[1] }, { token: null });
  const cookie = reply.headers.get('set-cookie')!.split(';')[0]!;
  const options = { token: null, headers: { cookie, origin: server.url } };
  const { token } = await server.ok(201, 'POST', '/api/tokens', { name: 'library', scope: 'write' }, options);
  return server.plant(token);
}

async function upload(token: string, fileName: string, prompt = ''): Promise<any> {
  const png = freshPng({ texts: prompt ? { parameters: `${prompt}\nSteps: 20, Sampler: Euler, Seed: 1, Size: 32x24` } : {} });
  const reply = await fetch(`${server.url}/api/images?fileName=${encodeURIComponent(fileName)}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'image/png' },
    body: new Uint8Array(png),
  });
  expect(reply.status).toBe(201);
  return await reply.json();
}

interface Library {
  token: string;
  call: (method: string, path: string, body?: unknown) => Promise<Reply>;
  ok: (status: number, method: string, path: string, body?: unknown) => Promise<any>;
  /** The names in a list. */
  names: (query: string) => Promise<string[]>;
  ids: Record<string, string>;
}

/** A library of pictures with these names and prompts, the first one the oldest. */
async function makeLibrary(pictures: Record<string, string>): Promise<Library> {
  const token = await newUser();
  const ids: Record<string, string> = {};
  for (const [name, prompt] of Object.entries(pictures)) ids[name] = (await upload(token, name, prompt)).id;
  const ok = async (status: number, method: string, path: string, body?: unknown) => await server.ok(status, method, path, body, { token });
  return {
    token,
    ids,
    ok,
    call: async (method, path, body) => await server.api(method, path, body, { token }),
    names: async (query) => (await ok(200, 'GET', `/api/images?${query}`)).images.map((image: any) => image.name),
  };
}

const letters = { a: 'one', b: 'two', c: 'three', d: 'four', e: 'five' };

describe('lists', () => {
  test('stars, ratings and tags are seen at once, in the picture and in every list', async () => {
    const l = await makeLibrary(letters);
    const changed = await l.ok(200, 'PATCH', `/api/images/${l.ids.b}`, { starred: true, rating: 4, tags: ['Sea ', 'sky', 'sea'], name: 'b' });
    expect(changed).toMatchObject({ starred: true, rating: 4, tags: ['sea', 'sky'], name: 'b' });
    await l.ok(200, 'PATCH', `/api/images/${l.ids.d}`, { rating: 2, addTags: ['sea'] });

    expect(await l.names('starred=true')).toEqual(['b']);
    expect(await l.names('rating=2')).toEqual(['d', 'b']);
    expect(await l.names('rating=3')).toEqual(['b']);
    expect(await l.names('tag=sea')).toEqual(['d', 'b']);
    expect(await l.names('tag=sea,sea&q=-tag:sky%20-tag:sky')).toEqual(['d']);
    expect(await l.names('tag=SEA,sky')).toEqual(['b']);
    expect(await l.names('tag=sea&starred=true&source=uploaded&rating=1')).toEqual(['b']);
    expect(await l.names('tag=nothing')).toEqual([]);
    expect(await l.names('source=generated')).toEqual([]);

    await l.ok(200, 'PATCH', `/api/images/${l.ids.b}`, { starred: false, rating: 0, removeTags: ['sea'] });
    expect(await l.names('starred=true')).toEqual([]);
    expect(await l.names('rating=1')).toEqual(['d']);
    expect(await l.names('tag=sky')).toEqual(['b']);
    expect(await l.names('tag=sea')).toEqual(['d']);
  });

  test.each([
    ['newest', ['e', 'd', 'c', 'b', 'a']],
    ['oldest', ['a', 'b', 'c', 'd', 'e']],
    ['rating', ['b', 'd', 'a', 'e', 'c']],
  ])('%s first, whole and in pages of any size', async (sort, expected) => {
    const l = await makeLibrary(letters);
    for (const [name, rating] of [['b', 5], ['a', 3], ['d', 3]] as const) await l.ok(200, 'PATCH', `/api/images/${l.ids[name]}`, { rating });
    for (const filter of ['', '&source=uploaded', '&q=source:uploaded%20-tag:x']) {
      expect(await l.names(`sort=${sort}${filter}`)).toEqual(expected);
      for (const limit of [1, 2, 3, 5]) {
        const seen: string[] = [];
        let cursor = '';
        do {
          const page = await l.ok(200, 'GET', `/api/images?sort=${sort}${filter}&limit=${limit}${cursor && `&cursor=${cursor}`}`);
          expect(page.images.length).toBeLessThanOrEqual(limit);
          seen.push(...page.images.map((image: any) => image.name));
          cursor = page.nextCursor;
        } while (cursor);
        expect(seen, `limit ${limit}`).toEqual(expected);
      }
    }
  });

  test('a list tells of a picture what its own page tells, to the byte', async () => {
    const l = await makeLibrary(letters);
    const text = async (path: string) => await (await fetch(server.url + path, { headers: { authorization: `Bearer ${l.token}` } })).text();
    await l.ok(202, 'POST', '/api/jobs', { request: { prompt: 'a "fox" \\ in snow', width: 64, height: 64 } });
    await until('its picture', async () => ((await l.names('source=generated')).length > 0 ? true : undefined));
    await until('its words', async () => ((await l.names('q=fox')).length > 0 ? true : undefined));
    await l.ok(200, 'PATCH', `/api/images/${l.ids.b}`, { starred: true, rating: 4, tags: ['sea', 'a "b"'], name: 'b\\"ü' });
    await l.ok(204, 'DELETE', `/api/images/${l.ids.c}`);
    for (const query of ['', 'sort=rating', 'starred=true', 'q=-tag:sea', 'q=fox', 'trash=true']) {
      const list = await text(`/api/images?${query}`);
      const ids = JSON.parse(list).images.map((image: any) => image.id);
      expect(ids.length, query).toBeGreaterThan(0);
      for (const id of ids) expect(list, query).toContain(await text(`/api/images/${id}`));
    }
  });

  test('from and to are moments of the picture itself', async () => {
    const l = await makeLibrary(letters);
    const { createdAt } = await l.ok(200, 'GET', `/api/images/${l.ids.c}`);
    expect(await l.names(`from=${createdAt}`)).toEqual(['e', 'd', 'c']);
    expect(await l.names(`to=${createdAt}`)).toEqual(['b', 'a']);
    expect(await l.names(`from=${createdAt}&sort=oldest&source=uploaded`)).toEqual(['c', 'd', 'e']);
    expect(await l.names('q=after:2020')).toHaveLength(5);
    expect(await l.names('q=before:2020-01-01')).toEqual([]);
  });

  test('an album is a filter, by its id and by its name', async () => {
    const l = await makeLibrary(letters);
    const album = await l.ok(201, 'POST', '/api/albums', { name: 'The Fleet' });
    await l.ok(200, 'POST', `/api/albums/${album.id}/images`, { imageIds: [l.ids.e, l.ids.a, l.ids.c] });
    await l.ok(200, 'PATCH', `/api/images/${l.ids.a}`, { starred: true });
    expect(await l.names(`album=${album.id}`)).toEqual(['e', 'c', 'a']);
    expect(await l.names('album=the%20fleet&sort=oldest')).toEqual(['a', 'c', 'e']);
    expect(await l.names(`album=${album.id}&starred=true`)).toEqual(['a']);
    expect(await l.names('q=album:"The Fleet" -is:starred')).toEqual(['e', 'c']);
    expect((await l.call('GET', '/api/images?album=nowhere')).status).toBe(404);
    expect((await l.call('GET', '/api/images?album=01900000-0000-7000-8000-000000000000')).status).toBe(404);
    const other = await l.ok(201, 'POST', '/api/albums', { name: '01900000-0000-7000-8000-000000000000' });
    expect(await l.names(`album=${other.id}`)).toEqual([]);
    await l.ok(200, 'POST', `/api/albums/${other.id}/images`, { imageIds: [l.ids.b, l.ids.d] });
    expect(await l.names(`album=${other.name}`), 'by a name that could be an id').toEqual(['d', 'b']);
    await until('words in it', async () => ((await l.names(`album=${other.name}&q=two`)).join() === 'b' ? true : undefined));
    await l.ok(200, 'PATCH', `/api/images/${l.ids.b}`, { rating: 3 });
    expect(await l.names(`album=${other.id}&sort=rating`)).toEqual(['b', 'd']);
    await l.ok(200, 'PATCH', `/api/images/${l.ids.d}`, { rating: 4 });
    expect(await l.names(`album=${other.id}&sort=rating`)).toEqual(['d', 'b']);
    await l.ok(204, 'DELETE', `/api/images/${l.ids.d}`);
    expect(await l.names(`album=${other.id}&sort=rating`)).toEqual(['b']);
    const stranger = await newUser();
    expect((await server.api('GET', `/api/images?album=${album.id}`, undefined, { token: stranger })).status).toBe(404);
    await until('words of the album', async () => ((await l.names('q=fleet')).length === 3 ? true : undefined));
    await l.ok(200, 'PATCH', `/api/albums/${album.id}`, { name: 'Harbour' });
    await until('its new name', async () => ((await l.names('q=harbour')).length === 3 ? true : undefined));
    expect(await l.names('q=fleet')).toEqual([]);
  });

  test.each([
    ['rating=6', 'rating'],
    ['source=stolen', 'source'],
    ['sort=size', 'sort'],
    ['colour=red', 'colour'],
    ['trash=true&starred=true', 'trash'],
    ['q=kite&sort=oldest', 'sort'],
    ['q=before:yesterday', 'q'],
    ['q=rating:9', 'q'],
    ['q=is:nice', 'q'],
    [`q=${'x'.repeat(1001)}`, 'q'],
  ])('%s is refused by its name', async (query, field) => {
    const reply = await server.api('GET', `/api/images?${query}`);
    expect(reply.status).toBe(422);
    expect(reply.json.error.field).toBe(field);
  });

  test('what was generated is found within a second', async () => {
    const token = await newUser();
    const { jobIds } = await server.ok(202, 'POST', '/api/jobs', { request: { prompt: 'an otter', width: 16, height: 16 } }, { token });
    await until('the job', async () => ((await server.ok(200, 'GET', `/api/jobs/${jobIds[0]}`, undefined, { token })).status === 'completed' ? true : undefined));
    const began = Date.now();
    const list = async (query: string) => (await server.ok(200, 'GET', `/api/images?${query}`, undefined, { token })).images.length;
    expect(await list('')).toBe(1);
    await until('the catalog', async () => ((await list('q=otter&backend=sketch&source=generated')) === 1 ? true : undefined));
    expect(Date.now() - began).toBeLessThan(1000);
  });
});

describe('facets', () => {
  test('they count what is there, and nothing that is in the trash', async () => {
    const l = await makeLibrary(letters);
    expect(await l.ok(200, 'GET', '/api/images/facets')).toMatchObject({
      total: 5, starred: 0, trash: 0, sources: [{ value: 'uploaded', count: 5 }], backends: [], ratings: [{ value: '0', count: 5 }], tags: [],
    });
    await l.ok(200, 'POST', '/api/images/change', { imageIds: [l.ids.a, l.ids.b, l.ids.c], addTags: ['sea'], starred: true, rating: 4 });
    await l.ok(200, 'PATCH', `/api/images/${l.ids.a}`, { addTags: ['sky'] });
    await l.ok(204, 'DELETE', `/api/images/${l.ids.c}`);
    const facets = await l.ok(200, 'GET', '/api/images/facets');
    expect(facets).toMatchObject({ total: 4, starred: 2, trash: 1, tags: [{ value: 'sea', count: 2 }, { value: 'sky', count: 1 }] });
    expect(facets.ratings).toEqual(expect.arrayContaining([{ value: '4', count: 2 }, { value: '0', count: 2 }]));
    expect(facets.months).toEqual([{ value: new Date().toISOString().slice(0, 7), count: 4 }]);
  });
});

describe('the trash', () => {
  test('a deleted picture is in no list but that of the trash, and comes back as it was', async () => {
    const l = await makeLibrary(letters);
    await l.ok(200, 'PATCH', `/api/images/${l.ids.c}`, { starred: true, tags: ['sea'] });
    await l.ok(204, 'DELETE', `/api/images/${l.ids.c}`);
    await l.ok(204, 'DELETE', `/api/images/${l.ids.c}`);
    for (const query of ['', 'starred=true', 'tag=sea', 'source=uploaded', 'q=three', 'rating=1']) expect(await l.names(query)).not.toContain('c');
    expect(await l.names('trash=true')).toEqual(['c']);
    const { deletedAt, purgeAt } = await l.ok(200, 'GET', `/api/images/${l.ids.c}`);
    expect(Date.parse(purgeAt) - Date.parse(deletedAt), 'as long as retention.trash_days says').toBe(30 * 24 * 3600 * 1000);
    const refused = await l.call('PATCH', `/api/images/${l.ids.c}`, { rating: 1 });
    expect([refused.status, refused.json.error.message]).toEqual([409, 'the picture is in the trash: restore it first']);

    expect(await l.ok(200, 'POST', `/api/images/${l.ids.c}/restore`)).toMatchObject({ deletedAt: null, purgeAt: null, starred: true, tags: ['sea'] });
    for (const query of ['starred=true', 'tag=sea', 'q=three']) expect(await l.names(query)).toEqual(['c']);
    expect(await l.names('source=uploaded')).toEqual(['e', 'd', 'c', 'b', 'a']);
    expect(await l.names('trash=true')).toEqual([]);
  });

  test('many at once: all of them or none', async () => {
    const l = await makeLibrary(letters);
    const imageIds = [l.ids.a, l.ids.b, l.ids.d];
    expect(await l.ok(200, 'POST', '/api/images/change', { imageIds, trash: true })).toEqual({ changed: 3 });
    expect(await l.names('')).toEqual(['e', 'c']);
    expect(await l.ok(200, 'POST', '/api/images/change', { imageIds, trash: false })).toEqual({ changed: 3 });
    const reply = await l.call('POST', '/api/images/change', { imageIds: [l.ids.a, '01900000-0000-7000-8000-000000000000'], starred: true });
    expect([reply.status, reply.json.error.field]).toEqual([404, 'imageIds[1]']);
    expect(await l.names('starred=true')).toEqual([]);
  });

  test('another user finds nothing of it, and changes nothing', async () => {
    const l = await makeLibrary({ a: 'one' });
    const token = await newUser();
    for (const [method, path, body] of [
      ['PATCH', `/api/images/${l.ids.a}`, { starred: true }],
      ['DELETE', `/api/images/${l.ids.a}`, undefined],
      ['POST', `/api/images/${l.ids.a}/restore`, undefined],
      ['POST', '/api/images/change', { imageIds: [l.ids.a], trash: true }],
    ] as const) expect((await server.api(method, path, body, { token })).status).toBe(404);
    expect((await server.ok(200, 'GET', '/api/images?q=one', undefined, { token })).images).toEqual([]);
    expect(await l.names('')).toEqual(['a']);
  });
});

describe('words', () => {
  const harbour = {
    'dawn.png': 'a lighthouse beside a harbour at dawn',
    'kite.png': 'a red kite over the sea',
    'lighthouse.png': 'ships in a storm',
    'oil.png': 'café in Orléans, oil-on-canvas, Straße',
    'cat.png': '猫耳の少女, don\'t panic',
  };

  test.each([
    ['lighthouse', ['lighthouse.png', 'dawn.png']],
    ['LIGHTHOUSE harbour', ['dawn.png']],
    ['"beside a harbour"', ['dawn.png']],
    ['"harbour beside"', []],
    ['light*', ['lighthouse.png', 'dawn.png']],
    ['light', []],
    ['lighthouse -storm', ['dawn.png']],
    ['-lighthouse', ['cat.png', 'oil.png', 'kite.png']],
    ['-png', []],
    ['cafe', ['oil.png']],
    ['CAFÉ orleans', ['oil.png']],
    ['"oil on canvas"', ['oil.png']],
    ['oil-on-canvas', ['oil.png']],
    ['strase', ['oil.png']],
    ['猫', ['cat.png']],
    ['少女', ['cat.png']],
    ['dont', ['cat.png']],
    ['kite source:uploaded', ['kite.png']],
    ['kite source:generated', []],
    ['colour:red', []],
    ['"', []],
    ['"red kite', ['kite.png']],
    ['"sea kite"', []],
    ['"sea" "kite"', ['kite.png']],
    ['AND OR NOT NEAR', []],
    ['words:kite', []],
    ['kite\' OR 1=1 --', []],
    ['(((', []],
    ['* ^ + { } [ ] \\ / # % & | ! ~', []],
  ])('%s', async (q, expected) => {
    shared ??= makeLibrary(harbour);
    const l = await shared;
    const found = await l.names(`q=${encodeURIComponent(q)}`);
    const isAll = /^["*^+{}[\]\\/#%&|!~( ]+$/.test(q); // no words: no condition
    expect(found).toEqual(isAll ? ['cat.png', 'oil.png', 'lighthouse.png', 'kite.png', 'dawn.png'] : expected);
  });
  let shared: Promise<Library> | undefined;

  test('a name counts more than a tag, a tag more than a prompt, and pages go on', async () => {
    const l = await makeLibrary({ 'otter.png': 'water', 'a.png': 'an otter', 'b.png': 'a river', 'c.png': 'nothing', 'd.png': 'far away there is an otter' });
    await l.ok(200, 'PATCH', `/api/images/${l.ids['b.png']}`, { tags: ['Otter'] });
    const expected = ['otter.png', 'b.png', 'a.png', 'd.png'];
    expect(await l.names('q=otter')).toEqual(expected);
    expect(await l.names('q=otter&sort=newest')).toEqual(['d.png', 'b.png', 'a.png', 'otter.png']);
    for (const sort of ['relevance', 'newest']) {
      const seen: string[] = [];
      let cursor = '';
      do {
        const page = await l.ok(200, 'GET', `/api/images?q=otter&sort=${sort}&limit=1${cursor && `&cursor=${cursor}`}`);
        seen.push(...page.images.map((image: any) => image.name));
        cursor = page.nextCursor;
      } while (cursor);
      expect(seen).toEqual(sort === 'newest' ? ['d.png', 'b.png', 'a.png', 'otter.png'] : expected);
    }
    await l.ok(200, 'PATCH', `/api/images/${l.ids['c.png']}`, { name: 'an otter again', starred: true });
    expect(await l.names('q=otter%20is:starred')).toEqual(['an otter again']);
  });
});
