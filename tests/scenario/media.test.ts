// The bytes of pictures: thumbnails that appear by themselves, ranges, addresses for others, and what is swept.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { makeHome, Server, startServer } from './harness.ts';

let server: Server;

// At its most talkative: no signature may turn up in the log.
beforeAll(async () => {
  server = await startServer({ env: { ALBUMEN_LOG_LEVEL: 'debug' } });
});
afterAll(async () => {
  await server.stop();
});

const PATIENCE_MS = 30_000;

/** Asks again until it is so. */
async function until<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
  const late = Date.now() + PATIENCE_MS;
  for (;;) {
    const found = await ask();
    if (found !== undefined) return found;
    if (Date.now() > late) throw new Error(`too late: ${what}`);
  }
}

interface Bytes {
  status: number;
  headers: Headers;
  bytes: Buffer;
}

async function get(url: string, headers: Record<string, string> = {}, init: RequestInit = {}, at = server): Promise<Bytes> {
  const reply = await fetch(new URL(url, at.url), { ...init, headers });
  return { status: reply.status, headers: reply.headers, bytes: Buffer.from(await reply.arrayBuffer()) };
}

const mine = (at = server) => ({ authorization: `Bearer ${at.token}` });

async function makeImage(request: object, at = server): Promise<any> {
  const { jobIds } = await at.ok(202, 'POST', '/api/jobs', { request });
  return await until(`the picture of ${jobIds[0]}`, async () => {
    const { images } = await at.ok(200, 'GET', '/api/images');
    return images.find((one: any) => one.jobId === jobIds[0]);
  });
}

async function thumbnail(url: string, at = server): Promise<Bytes> {
  return await until(`a thumbnail at ${url}`, async () => {
    const reply = await get(url, mine(at), {}, at);
    expect(reply.status).toBe(200);
    return reply.headers.get('content-type') === 'image/webp' ? reply : undefined;
  });
}

/** Width and height of a WebP, by its first chunk. */
function webpSize(bytes: Buffer): [number, number] {
  expect([bytes.toString('latin1', 0, 4), bytes.toString('latin1', 8, 12)]).toEqual(['RIFF', 'WEBP']);
  expect(bytes.readUInt32LE(4)).toBe(bytes.length - 8);
  const kind = bytes.toString('latin1', 12, 16);
  if (kind === 'VP8X') return [bytes.readUIntLE(24, 3) + 1, bytes.readUIntLE(27, 3) + 1];
  if (kind === 'VP8L') return [(bytes.readUInt32LE(21) & 0x3fff) + 1, ((bytes.readUInt32LE(21) >> 14) & 0x3fff) + 1];
  expect(kind).toBe('VP8 ');
  return [bytes.readUInt16LE(26) & 0x3fff, bytes.readUInt16LE(28) & 0x3fff];
}

async function signIn(name: string): Promise<{ cookie: string }> {
  const { id } = await server.ok(201, 'POST', '/api/users', { name });
  const { url } = await server.ok(201, 'POST', `/api/users/${id}/login-link`);
  const reply = await fetch(`${server.url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: server.url },
    body: JSON.stringify({ code: url.split('#')[1] }),
  });
  return { cookie: reply.headers.get('set-cookie')!.split(';')[0]! };
}

describe('thumbnails', () => {
  let image: any;

  beforeAll(async () => {
    image = await makeImage({ prompt: 'a lighthouse at dawn', width: 1200, height: 800, seed: 5 });
  });

  test('appear by themselves, as WebP of the right size', async () => {
    expect(image.thumbUrl).toBe(`${image.url}?w=256`);
    expect(webpSize((await thumbnail(image.thumbUrl)).bytes)).toEqual([256, 171]);
    expect(webpSize((await thumbnail(`${image.url}?w=512`)).bytes)).toEqual([512, 341]);
    expect(webpSize((await thumbnail(`${image.url}?w=1024`)).bytes)).toEqual([1024, 683]);
  });

  test('never change, so they are kept for ever, under a tag of their own', async () => {
    const { headers, bytes } = await thumbnail(image.thumbUrl);
    const original = await get(image.url, mine());
    expect(headers.get('cache-control')).toBe('private, max-age=31536000, immutable');
    expect(headers.get('etag')).toMatch(/^"[0-9a-f]{64}-256"$/);
    expect(original.headers.get('etag')).toBe(`"${image.sha256}"`);
    expect(original.headers.get('cache-control')).toBe('private, max-age=31536000, immutable');
    expect((await get(image.thumbUrl, { ...mine(), 'if-none-match': headers.get('etag')! })).status).toBe(304);
    expect((await get(image.url, { ...mine(), 'if-none-match': headers.get('etag')! })).status).toBe(200);

    const head = await get(image.thumbUrl, mine(), { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length'), head.bytes.length]).toEqual([200, String(bytes.length), 0]);
    const part = await get(image.thumbUrl, { ...mine(), range: 'bytes=8-11' });
    expect([part.status, part.bytes.toString()]).toEqual([206, 'WEBP']);
    expect(part.headers.get('content-range')).toBe(`bytes 8-11/${bytes.length}`);
    expect((await get(image.thumbUrl, { ...mine(), range: `bytes=${bytes.length}-` })).status).toBe(416);
  });

  test('of a small picture are never larger than it is', async () => {
    const small = await makeImage({ prompt: 'a button', width: 96, height: 64 });
    for (const w of [256, 512, 1024]) expect(webpSize((await thumbnail(`${small.url}?w=${w}`)).bytes)).toEqual([96, 64]);
  });

  test('that are not there yet are stood in for by the original, which is asked for again', async () => {
    await server.ok(200, 'POST', '/api/queue/pause', { lane: 'system' });
    const late = await makeImage({ prompt: 'a late picture', width: 300, height: 300 });
    const reply = await get(late.thumbUrl, mine());
    expect([reply.status, reply.headers.get('content-type')]).toEqual([200, 'image/png']);
    expect(reply.headers.get('cache-control')).toBe('private, no-cache');
    expect(reply.bytes.length).toBe(late.sizeBytes);
    const again = { ...mine(), 'if-none-match': reply.headers.get('etag')! };
    expect((await get(late.thumbUrl, again)).status).toBe(304);

    await server.ok(200, 'POST', '/api/queue/resume', { lane: 'system' });
    await thumbnail(late.thumbUrl);
    expect((await get(late.thumbUrl, again)).status).toBe(200);
  });

  test.each(['0', '255', '257', '2048', '-256', '9223372036854775807', 'large', ''])('w=%s is refused by name', async (w) => {
    const answer = await server.ok(422, 'GET', `${image.url}?w=${w}`);
    expect(answer.error.field).toBe('w');
  });

  test('are work of the house: listed by their kind alone', async () => {
    const { jobs } = await server.ok(200, 'GET', '/api/jobs?limit=200');
    expect(jobs.filter((job: any) => job.kind === 'thumbnail')).toEqual([]);
    const { jobs: chores } = await server.ok(200, 'GET', '/api/jobs?limit=200&kind=thumbnail');
    expect(chores.length).toBeGreaterThan(0);
    expect(chores[0]).toMatchObject({ kind: 'thumbnail', lane: 'system' });
  });

  test('of another user are not found', async () => {
    const other = await signIn('thumbless');
    for (const url of [image.url, image.thumbUrl]) expect((await get(url, other)).status).toBe(404);
  });
});

describe('a link', () => {
  const ANOTHER = 'this link is not as it was made: ask whoever gave it to you for another';
  let image: any;

  beforeAll(async () => {
    image = await makeImage({ prompt: 'a picture to show', width: 400, height: 300, seed: 2 });
    await thumbnail(image.thumbUrl);
  });

  async function link(body: object = {}): Promise<{ url: string; expiresAt: string }> {
    const made = await server.ok(200, 'POST', `/api/images/${image.id}/link`, body);
    server.plant(new URL(made.url).searchParams.get('signature')!);
    return made;
  }

  test('shows the picture to whoever has it, and to other sites, as long as it lives', async () => {
    const before = Date.now();
    const { url, expiresAt } = await link();
    const lives = Date.parse(expiresAt) - before;
    expect(lives).toBeGreaterThan(3_590_000);
    expect(lives).toBeLessThan(3_610_000);
    expect(url.startsWith(`${server.url}${image.url}?expires=`)).toBe(true);

    const reply = await get(url);
    expect([reply.status, reply.bytes.length]).toEqual([200, image.sizeBytes]);
    expect(reply.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
    expect(Number(reply.headers.get('cache-control')!.match(/^private, max-age=(\d+), immutable$/)![1])).toBeLessThanOrEqual(3600);
    expect((await get(url, {}, { method: 'HEAD' })).status).toBe(200);
    expect((await get(url, { range: 'bytes=1-3' })).bytes.toString()).toBe('PNG');
    expect((await get(url, { 'if-none-match': reply.headers.get('etag')! })).status).toBe(304);
    expect((await get(url, { authorization: 'Bearer worth-nothing' })).status).toBe(200);
  });

  test('to a thumbnail shows that alone', async () => {
    const { url } = await link({ w: 256 });
    expect(webpSize((await get(url)).bytes)).toEqual([256, 192]);
    expect((await get(url.replace('w=256&', ''))).status).toBe(403);
    expect((await get(url.replace('w=256', 'w=512'))).status).toBe(403);
  });

  test('ends by itself', async () => {
    const { url } = await link({ seconds: 1 });
    const refused = await until('the end of a link', async () => {
      const reply = await get(url);
      return reply.status === 200 ? undefined : reply;
    });
    expect([refused.status, JSON.parse(refused.bytes.toString()).error]).toEqual([
      403,
      { code: 'forbidden', message: 'this link has expired: ask whoever gave it to you for another', field: 'expires' },
    ]);
    // A link that has expired is no obstacle to its owner, and a right of his none to its end.
    expect((await get(url, mine())).status).toBe(403);
    expect((await get(image.url, mine())).status).toBe(200);
  });

  test('that was changed in any part is refused, and tells nothing of what is there', async () => {
    const other = await makeImage({ prompt: 'another picture', width: 64, height: 64 });
    const { url } = await link();
    const { searchParams } = new URL(url);
    const [expires, signature] = [searchParams.get('expires')!, searchParams.get('signature')!];
    const query = (changes: object) => new URLSearchParams({ expires, signature, ...changes });
    const altered = (signature[0] === 'A' ? 'B' : 'A') + signature.slice(1);
    const cases = [
      `${image.url}?${query({ expires: Number(expires) + 1 })}`,
      `${image.url}?${query({ w: 256 })}`,
      `${image.url}?${query({ signature: altered })}`,
      `${image.url}?${query({ signature: '' })}`,
      `${image.url}?signature=${signature}`,
      `${other.url}?${query({})}`,
      `/media/library/nobody/nothing.png?${query({})}`,
    ];
    for (const path of cases) {
      const reply = await get(path);
      expect([path, reply.status, JSON.parse(reply.bytes.toString()).error.message]).toEqual([path, 403, ANOTHER]);
    }
    expect((await get(`${image.url}?expires=${expires}`)).status).toBe(401);
  });

  test('opens nothing but pictures, and changes nothing', async () => {
    const { url } = await link();
    const { search } = new URL(url);
    expect((await get(`/api/images/${image.id}${search}`)).status).toBe(401);
    expect((await get(`/api/images${search}`)).status).toBe(401);
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) expect((await get(url, {}, { method })).status, method).toBe(405);
  });

  test.each([
    [{ seconds: 0 }, 'seconds'],
    [{ seconds: 604_801 }, 'seconds'],
    [{ w: 100 }, 'w'],
    [{ days: 1 }, 'days'],
  ])('is not made for %j', async (body, field) => {
    const answer = await server.ok(422, 'POST', `/api/images/${image.id}/link`, body);
    expect(answer.error.field).toBe(field);
  });

  test("is not made for another user's picture, and ends with its owner's account", async () => {
    const other = await signIn('linker');
    const headers = { ...other, origin: server.url, 'content-type': 'application/json' };
    const asOther = (path: string, body: object) => get(path, headers, { method: 'POST', body: JSON.stringify(body) });
    expect((await asOther(`/api/images/${image.id}/link`, {})).status).toBe(404);

    const made = await asOther('/api/jobs', { request: { prompt: 'his own', width: 32, height: 32 } });
    expect(made.status).toBe(202);
    const own = await until('his picture', async () => {
      const list = await get('/api/images', other);
      return JSON.parse(list.bytes.toString()).images[0];
    });
    const { url } = JSON.parse((await asOther(`/api/images/${own.id}/link`, {})).bytes.toString());
    expect((await get(url)).status).toBe(200);
    const { users } = await server.ok(200, 'GET', '/api/users?limit=200');
    await server.ok(200, 'PATCH', `/api/users/${users.find((one: any) => one.name === 'linker').id}`, { disabled: true });
    expect((await get(url)).status).toBe(403);
  });
});

describe('the sweep', () => {
  const ALONE = 'store:\n  orphan_grace_minutes: 0\n';

  /** Every file of the store by its key. */
  function blobs(at: Server): string[] {
    const folder = join(at.data, 'blobs');
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile() && one.name !== '.albumen'); // but for the store's own mark
    return files.map((one) => join(one.parentPath, one.name).slice(folder.length + 1)).sort();
  }

  function plant(at: Server, path: string): void {
    const file = join(at.data, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, 'left behind');
  }

  async function swept(at: Server): Promise<any> {
    await at.waitForOutput('stderr', /swept the store/);
    return at.log.find((line) => line.msg === 'swept the store');
  }

  test('removes after a start what no picture knows, and leaves the rest', async () => {
    const home = makeHome();
    const first = await startServer({ home, config: ALONE });
    const image = await makeImage({ prompt: 'a keeper', width: 600, height: 400 }, first);
    await thumbnail(image.thumbUrl, first);
    const kept = blobs(first);
    expect(kept.map((key) => key.replace(/^.*?\.png/, ''))).toEqual(['', '.1024.webp', '.256.webp', '.512.webp']);
    await first.stop();

    const id = '01900000-0000-7000-8000-000000000000';
    for (const key of ['stray.png', 'stray.png.256.webp', `library/${id}/${id}.png`, `${kept[0]}.99.webp`]) plant(first, `blobs/${key}`);
    plant(first, `blobs/.incoming/${id}`);
    plant(first, `token.${id}.tmp`);
    plant(first, 'notes.tmp');
    const second = await startServer({ home, config: ALONE });
    expect(await swept(second)).toMatchObject({ level: 'info', blobs: 8, orphans_removed: 4, leftovers_removed: 1 });
    expect(blobs(second)).toEqual(kept);
    expect(readdirSync(second.data).filter((name) => name.endsWith('.tmp'))).toEqual(['notes.tmp']);
    expect((await second.api('GET', '/metrics')).text).toContain('\nalbumen_orphans_removed_total 4\n');
    expect((await get(image.url, mine(second), {}, second)).bytes.length).toBe(image.sizeBytes);
    await second.stop();
  });

  test('removes the bytes of a picture whose server was killed before it wrote their row', async () => {
    const home = makeHome();
    // The third: library, the user's folder in it, and then the folder with the picture in it.
    const first = await startServer({ home, config: ALONE, env: { ALBUMEN_FAULT: 'blob_folder_sync:3:kill' } });
    const request = { prompt: 'lost between two steps', width: 64, height: 64 };
    await first.api('POST', '/api/jobs', { request }).catch(() => 'killed before it could answer');
    expect(await first.ended()).toBe('SIGKILL');
    expect(blobs(first).filter((key) => key.endsWith('.png'))).toHaveLength(1);
    const [orphan] = blobs(first);

    const second = await startServer({ home, config: ALONE });
    expect((await swept(second)).orphans_removed).toBe(1);
    expect(blobs(second)).not.toContain(orphan);
    await second.stop();
  });
});
