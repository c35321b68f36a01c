// The library beyond its lists: where pictures come from, which look alike, saved searches, and the commands.
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { makeFolder, ok } from './cli.ts';
import { makeHome, runCommand, startServer, type Server } from './harness.ts';
import { freshPng, makePng, until } from './png.ts';

let server: Server;

beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  await server.stop();
});

const get = async (path: string) => await server.ok(200, 'GET', path);

async function upload(png: Buffer, query = ''): Promise<any> {
  const reply = await fetch(`${server.url}/api/images?${query}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.token}`, 'content-type': 'image/png' },
    body: new Uint8Array(png),
  });
  return await reply.json();
}

async function generate(request: object): Promise<any> {
  const { jobIds } = await server.ok(202, 'POST', '/api/jobs', { request: { width: 32, height: 32, ...request } });
  await until('the job', async () => ((await get(`/api/jobs/${jobIds[0]}`)).status === 'completed' ? true : undefined));
  const { images } = await get('/api/images');
  return images.find((image: any) => image.jobId === jobIds[0]);
}

describe('lineage', () => {
  test('a picture knows what it was made from, and that what was made from it; deleting it warns', async () => {
    const parent = await upload(freshPng(), 'fileName=parent.png');
    const child = await generate({ prompt: 'the same, larger', references: [{ image: parent.id, role: 'subject' }] });
    await until('the edge', async () => ((await get(`/api/images/${parent.id}/lineage`)).children.length === 1 ? true : undefined));

    const up = await get(`/api/images/${child.id}/lineage`);
    expect(up).toMatchObject({ parents: [{ role: 'subject', image: { id: parent.id, name: 'parent.png' } }], children: [], fileName: null });
    const down = await get(`/api/images/${parent.id}/lineage`);
    expect(down).toMatchObject({ parents: [], children: [{ role: 'subject', image: { id: child.id } }], fileName: 'parent.png' });

    const refused = await server.api('DELETE', `/api/images/${parent.id}`);
    expect([refused.status, refused.json.error.field]).toEqual([409, 'force']);
    expect(refused.json.error.message).toContain('1 of your pictures');
    expect((await server.api('POST', '/api/images/change', { imageIds: [parent.id], trash: true })).status).toBe(409);
    expect((await get(`/api/images/${parent.id}`)).deletedAt).toBeNull();

    await server.ok(200, 'POST', '/api/images/change', { imageIds: [parent.id, child.id], trash: true }); // both go: nobody misses it
    await server.ok(200, 'POST', `/api/images/${child.id}/restore`);
    expect((await get(`/api/images/${child.id}/lineage`)).parents[0].image.deletedAt).not.toBeNull();
    await server.ok(200, 'POST', `/api/images/${parent.id}/restore`);
    await server.ok(204, 'DELETE', `/api/images/${parent.id}?force=true`);
  });
});

describe('pictures that look alike', () => {
  test('the nearest come first, far ones and the trash do not come', async () => {
    const picture = { width: 64, height: 64, seed: 4242 };
    const one = await upload(makePng(picture), 'fileName=one.png');
    const two = await upload(makePng({ ...picture, texts: { Comment: 'the same pixels' } }), 'fileName=two.png');
    const other = await upload(makePng({ width: 64, height: 64, seed: 99, noise: true }), 'fileName=other.png');
    const { images } = await get(`/api/images/${one.id}/similar`);
    expect(images[0]).toMatchObject({ distance: 0, image: { id: two.id } });
    expect(images.map((found: any) => found.image.id)).not.toContain(one.id);
    expect(images.map((found: any) => found.image.id)).not.toContain(other.id);
    await server.ok(204, 'DELETE', `/api/images/${two.id}`);
    expect((await get(`/api/images/${one.id}/similar`)).images.map((found: any) => found.image.id)).not.toContain(two.id);
    expect((await server.api('GET', `/api/images/${one.id}/similar?distance=8`)).status).toBe(422);
  });
});

describe('saved searches', () => {
  test('kept under a name, in order, until they are deleted', async () => {
    const sea = await server.ok(201, 'POST', '/api/images/searches', { name: 'Sea', q: 'tag:sea -storm', sort: 'newest' });
    const best = await server.ok(201, 'POST', '/api/images/searches', { name: 'Best', q: 'rating:5' });
    expect((await get('/api/images/searches')).searches).toMatchObject([{ name: 'Sea', q: 'tag:sea -storm', sort: 'newest' }, { name: 'Best', sort: null }]);
    const page = await get('/api/images/searches?limit=1');
    expect((await get(`/api/images/searches?limit=1&cursor=${page.nextCursor}`)).searches[0].id).toBe(best.id);
    const again = await server.api('POST', '/api/images/searches', { name: 'Sea', q: 'x' });
    expect([again.status, again.json.error.field]).toEqual([409, 'name']);
    const wrong = await server.api('POST', '/api/images/searches', { name: 'Wrong', q: 'before:never' });
    expect([wrong.status, wrong.json.error.field]).toEqual([422, 'q']);
    expect((await server.api('POST', '/api/images/searches', { name: 'Wrong', q: 'x', sort: 'size' })).json.error.field).toBe('sort');
    for (const [field, search] of [['sort', { q: 'fox', sort: 'oldest' }], ['q', { q: 'tag:a tag:b tag:c tag:d tag:e' }]] as const) {
      const never = await server.api('POST', '/api/images/searches', { name: 'Wrong', ...search });
      expect([never.status, never.json.error.field], 'what no list would take').toEqual([422, field]);
    }
    expect((await server.api('GET', '/api/images?tag=a,b,c,d,e')).json.error.field).toBe('tag');
    const later = await server.ok(201, 'POST', '/api/images/searches', { name: 'Later', q: 'album:"not there yet"' });
    await server.ok(204, 'DELETE', `/api/images/searches/${later.id}`);
    await server.ok(204, 'DELETE', `/api/images/searches/${sea.id}`);
    expect((await server.api('DELETE', `/api/images/searches/${sea.id}`)).status).toBe(404);
    expect((await get('/api/images/searches')).searches).toHaveLength(1);
  });
});

describe.each(['at a server', 'without one'])('commands, %s', (where) => {
  const home = () => (where === 'at a server' ? server.home : alone);
  const alone = makeHome();
  const lines = (text: string) => text.trim().split('\n').map((line) => JSON.parse(line));
  const list = async (...args: string[]) => {
    const { stdout } = await ok(home(), 'image', ...args, '--json');
    return stdout.trim() === '' ? [] : lines(stdout);
  };

  test('pictures go in, are found, changed, deleted, restored, and come out byte for byte', async () => {
    const folder = makeFolder(home(), where);
    const kite = freshPng({ texts: { parameters: 'a kite over the sea\nSteps: 20, Sampler: Euler, Seed: 1, Size: 32x24' } });
    writeFileSync(join(folder, 'kite.png'), kite);
    writeFileSync(join(folder, 'boat.png'), freshPng());
    const [first, second] = await list('put', join(folder, 'kite.png'), join(folder, 'boat.png'), '--tag', `Sea, ${where}`);
    expect(first).toMatchObject({ name: 'kite.png', prompt: 'a kite over the sea' });
    const tag = first.tags.find((name: string) => name.includes(where.split(' ')[1]!));

    expect((await list('list', '--tag', tag)).map((image: any) => image.name)).toEqual(['boat.png', 'kite.png']);
    expect(await list('search', 'kite', `tag:"${tag}"`)).toHaveLength(1);
    expect(await list('search', 'kite', `tag:"${tag}" -sea`)).toEqual([]);
    expect(await list('tag', first.id, '--tag', 'sky', '--untag', tag, '--star', '--rating', '4')).toEqual([{ changed: 1 }]);
    expect((await list('list', '--starred', '--rating', '4', '--tag', 'sky', '--limit', '1'))[0].id).toBe(first.id);
    const shown = await ok(home(), 'image', 'show', first.id);
    expect(shown.stdout).toMatch(/Name +kite\.png\n[^]*Rating +4\nTags +.*sky/);
    const table = await ok(home(), 'image', 'list');
    expect(table.stdout).toMatch(/^ID +CREATED +SIZE +R +NAME +PROMPT\n/);
    expect(table.stdout).toContain(`${first.id}  `);

    await ok(home(), 'image', 'rm', first.id, second.id);
    expect((await list('list', '--trash')).map((image: any) => image.id)).toEqual(expect.arrayContaining([first.id, second.id]));
    await ok(home(), 'image', 'restore', first.id);
    await ok(home(), 'image', 'get', first.id, '-o', join(folder, 'back.png'));
    expect(readFileSync(join(folder, 'back.png')).equals(kite)).toBe(true);
    mkdirSync(join(folder, 'into'));
    await ok(home(), 'image', 'get', first.id, '-o', join(folder, 'into'));
    expect(statSync(join(folder, 'into', `${first.id}.png`)).size).toBe(kite.length);
    const taken = await runCommand(['image', 'get', first.id, '-o', join(folder, 'back.png')], home());
    expect(taken.code).not.toBe(0);
    const missing = await runCommand(['image', 'show', '01900000-0000-7000-8000-000000000000'], home());
    expect([missing.code, missing.stderr]).toEqual([1, expect.stringContaining('no such image')]);
  });

  test('whole folders are imported with a tag', async () => {
    const folder = makeFolder(home(), `${where} import`);
    writeFileSync(join(folder, 'a.png'), freshPng());
    writeFileSync(join(folder, 'b.png'), freshPng());
    await ok(home(), 'import', folder, '--tag', `Holiday ${where}`, '--tag', 'all');
    expect(await list('list', '--tag', `holiday ${where}`, '--tag', 'all')).toHaveLength(2);
  });

  test('names and prompts say nothing to a terminal', async () => {
    const folder = makeFolder(home(), `${where} hostile`);
    const texts = { parameters: 'a \u001b[31mred\u0007 kite\u009b2J\nSteps: 20, Sampler: Euler, Seed: 1, Size: 32x24' };
    writeFileSync(join(folder, '\u001b[31mred\u0007.png'), freshPng({ texts }));
    await ok(home(), 'image', 'put', join(folder, '\u001b[31mred\u0007.png'));
    const { stdout } = await ok(home(), 'image', 'list', '-n', '1');
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    expect(stdout).toContain('red');
  });
});

test('a selection comes as one ZIP', async () => {
  const folder = makeFolder(server.home, 'zip');
  const image = await upload(freshPng(), 'fileName=zebra.png&tags=zipped');
  await ok(server.home, 'image', 'zip', image.id, '-o', join(folder, 'one.zip'));
  expect(readFileSync(join(folder, 'one.zip')).subarray(0, 4).toString('latin1')).toBe('PK\u0003\u0004');
  await ok(server.home, 'image', 'zip', '-q', 'zebra tag:zipped', '--name', 'Stripes', '-o', folder, '--sidecars');
  expect(statSync(join(folder, 'Stripes.zip')).size).toBeGreaterThan(statSync(join(folder, 'one.zip')).size);
  const none = await runCommand(['image', 'zip', '-q', 'no such thing anywhere'], server.home);
  expect([none.code, none.stderr]).toEqual([1, expect.stringContaining('nothing is found')]);
});
