// ZIP of a selection: what other programs read of it, whole and in parts, and what happens when something is not as it should be.
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';

import { startServer, type Reply, type Server } from './harness.ts';
import { change, plant, type Planted } from './pictures.ts';

const CONFIG = 'server:\n  max_json_bytes: 8388608\n';
// Without a sanitizer's quarantine, so that what is resident is what is used.
const ENV = { ASAN_OPTIONS: 'detect_leaks=1:exitcode=99:quarantine_size_mb=4' };
const MB = 1_000_000;
const THOUSAND = 1000;
const HOSTILE = [
  '../../etc/passwd', '..', 'CON', 'nul.txt', 'a/b\\c', '\u202egnp.exe', 'a\u200bb', "=cmd|' /C calc'!A0", '@x', '-rf', 'e\u0301', '\u00e9',
  'FOX', 'fox', '\u72d0'.repeat(300), 'a.', ' ', '\uff0e\uff0e\uff0f', '"', '\t=1', '<b>', '%2e%2e', 'x'.repeat(1000),
];

let server: Server;
let me = '';
let other: { id: string; token: string };
let large: string[] = []; // 1,000 of 2 MB
let hostile: string[] = [];
let small: string[] = []; // five of 100 bytes, with recipes
let fifty = ''; // 50 MB
let five = ''; // 5 MB
let foreign = '';

async function makeOther(): Promise<{ id: string; token: string }> {
  const { id } = await server.ok(201, 'POST', '/api/users', { name: 'other' });
  const { url } = await server.ok(201, 'POST', `/api/users/${id}/login-link`);
  const signIn = await server.api('POST', '/api/session', { code: url.split('#')[1] }, { token: null });
  const headers = { cookie: signIn.headers.get('set-cookie')!.split(';')[0]!, origin: server.url };
  const { token } = await server.ok(201, 'POST', '/api/tokens', { name: 'zip', scope: 'read' }, { token: null, headers });
  return { id, token };
}

beforeAll(async () => {
  server = await startServer({ config: CONFIG });
  me = (await server.ok(200, 'GET', '/api/me')).id;
  other = await makeOther();
  const many = (count: number, more: Partial<Planted> & { size: number }): Planted[] => Array.from({ length: count }, () => ({ user: me, ...more }));
  const planted = await plant(server, { config: CONFIG, env: ENV, expectedErrors: [/a reply broke off/] }, [
    ...many(THOUSAND, { size: 2 * MB, prompt: 'a red fox' }),
    ...HOSTILE.map((prompt) => ({ user: me, size: 50, prompt, mediaType: 'image/webp' })),
    ...many(5, { size: 100, prompt: null, recipe: '{"request":{"seed":7}}', mediaType: 'image/jpeg' }),
    { user: me, size: 50 * MB },
    { user: me, size: 5 * MB },
    { user: other.id, size: 100 },
  ]);
  server = planted.server;
  const ids = planted.ids;
  large = ids.splice(0, THOUSAND);
  hostile = ids.splice(0, HOSTILE.length);
  small = ids.splice(0, 5);
  [fifty, five, foreign] = ids as [string, string, string];
});

const select = (imageIds: string[], more: object = {}) => server.ok(201, 'POST', '/api/images/zip', { imageIds, ...more });
const get = (url: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Reply> => server.api(method, url, undefined, { headers });
const keyOf = (id: string, ending = 'png') => `library/${me}/${id}.${ending}`;
const blobOf = (id: string, ending = 'png') => join(server.data, 'blobs', keyOf(id, ending));
const brokenReplies = () => server.log.filter((entry) => entry.msg === 'a reply broke off');

/** Resident memory in KiB. */
const resident = () => Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))![1]);
const openFiles = () => readdirSync(`/proc/${server.pid}/fd`).length;

/** Downloads and judges with zip_client.py. */
async function judge(url: string, keys: string[] | null, args: string[] = []): Promise<any> {
  const folder = mkdtempSync(join(server.home.folder, 'zip-'));
  if (keys) {
    writeFileSync(join(folder, 'keys'), JSON.stringify(keys));
    args = [...args, '--blobs', join(server.data, 'blobs'), '--keys', join(folder, 'keys')];
  }
  const command = [join(import.meta.dirname, 'zip_client.py'), server.url + url, server.token, join(folder, 'zip'), ...args];
  try {
    return JSON.parse((await promisify(execFile)('python3', command, { maxBuffer: 64 * MB })).stdout);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const readers = new Set<Reader>();
afterEach(() => {
  for (const reader of readers) reader.socket.destroy();
  readers.clear();
});

/** A client that sends a request and reads only when it is told to. */
class Reader {
  readonly socket: Socket;
  /** Of the body. */
  bytes = 0;
  ended = false;
  private head = '';
  private wake = () => {};

  constructor(url: string) {
    this.socket = connect({ port: server.port, host: '127.0.0.1' });
    this.socket.on('data', (piece) => {
      if (this.bytes === 0) this.head += piece.toString('latin1');
      this.bytes = this.bytes > 0 ? this.bytes + piece.length : Math.max(this.head.length - this.head.indexOf('\r\n\r\n') - 4, 0);
      this.wake();
    });
    this.socket.on('close', () => {
      this.ended = true;
      this.wake();
    });
    this.socket.on('error', () => {});
    readers.add(this);
    this.socket.write(`GET ${url} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${server.token}\r\n\r\n`);
  }

  /** Reads until there are so many bytes, or to the end. */
  async read(bytes: number): Promise<void> {
    this.socket.resume();
    while (this.bytes < bytes && !this.ended) await new Promise<void>((settle) => (this.wake = settle));
    this.socket.pause();
  }
}

describe('a thousand pictures of 2 MB', () => {
  test('are what Python, unzip and zipinfo read, and come again from any of 200 places', { timeout: 300_000 }, async () => {
    const zip = await select(large, { name: 'Füchse im Schnee' });
    expect(zip).toMatchObject({ fileName: 'Füchse-im-Schnee.zip', pictures: THOUSAND });
    const before = resident();
    const found = await judge(zip.url, large.map((id) => keyOf(id)), ['--resume', '200', '--unzip']);
    expect(found).toMatchObject({
      status: 200, length: zip.sizeBytes, got: zip.sizeBytes, entries: THOUSAND, first: ['0001-a-red-fox.png', '0002-a-red-fox.png', '0003-a-red-fox.png'],
      last: '1000-a-red-fox.png', stored: true, unlike: [], wrong: [], unzip: 0, zipinfo: THOUSAND,
    });
    expect(found.disk, 'of a file that is mostly holes').toBeLessThan(200 * MB);
    expect(resident() - before, 'growth in KiB while 2 GB went through').toBeLessThan(64 * 1024);
  });

  test('70,000 files and 5 GB work', { timeout: 300_000 }, async () => {
    const ids = Array.from({ length: 70_000 }, (_, i) => (i % 70 === 7 ? five : small[i % 5]!));
    const zip = await select(ids);
    expect(zip.pictures).toBe(70_000);
    expect(zip.sizeBytes).toBeGreaterThan(5 * 1000 * MB);
    const found = await judge(zip.url, null, ['--resume', '10', '--unzip']);
    expect(found).toMatchObject({ got: zip.sizeBytes, entries: 70_000, last: '70000.jpg', wrong: [], unzip: 0, zipinfo: 70_000 });
  });
});

describe('a ZIP as a reply', () => {
  let zip: any;
  let whole: Reply;
  beforeAll(async () => {
    zip = await select(small);
    whole = await get(zip.url);
  });

  test('has its length, its name and a tag', async () => {
    expect(whole.status).toBe(200);
    const wanted = {
      'content-length': `${zip.sizeBytes}`, 'content-type': 'application/zip', 'accept-ranges': 'bytes', 'x-content-type-options': 'nosniff',
      'content-disposition': "attachment; filename=\"pictures.zip\"; filename*=UTF-8''pictures.zip",
    };
    for (const [name, value] of Object.entries(wanted)) expect(whole.headers.get(name), name).toBe(value);
    expect(whole.headers.get('etag')).toMatch(/^"[0-9a-f]{32}"$/);
    expect((await get(zip.url)).text).toBe(whole.text);
  });

  test('HEAD tells the same without the body', async () => {
    const head = await get(zip.url, {}, 'HEAD');
    expect([head.status, head.text, head.headers.get('content-length')]).toEqual([200, '', `${zip.sizeBytes}`]);
  });

  test.each([
    ['a part', { range: 'bytes=1-3' }, 206, 'bytes 1-3/'],
    ['the end', { range: 'bytes=-22' }, 206, 'bytes '],
    ['past the end', { range: 'bytes=99999999-' }, 416, 'bytes */'],
    ['two ranges at once', { range: 'bytes=0-1,5-6' }, 200, null],
    ['a range of what it was', { range: 'bytes=1-3', 'if-range': '"another"' }, 200, null],
    ['what is known already', { 'if-none-match': '*' }, 304, null],
  ])('%s', async (_name, headers, status, range) => {
    const reply = await get(zip.url, headers as Record<string, string>);
    expect(reply.status).toBe(status);
    if (range) expect(reply.headers.get('content-range')).toContain(range);
    if (status === 200) expect(reply.text).toBe(whole.text);
  });

  test('is its owner\'s alone', async () => {
    expect((await server.api('GET', zip.url, undefined, { token: other.token })).status).toBe(404);
    expect((await server.api('GET', zip.url, undefined, { token: null })).status).toBe(401);
    expect((await get('/api/images/zip/01900000-0000-7000-8000-000000000000')).status).toBe(404);
    expect((await get('/api/images/zip/..%2f..%2fsecret')).status).toBe(404);
  });

  test('names are safe whatever the prompts were', async () => {
    const found = await judge((await select(hostile)).url, hostile.map((id) => keyOf(id, 'webp')), ['--unzip']);
    expect(found).toMatchObject({ entries: HOSTILE.length, unlike: [], unzip: 0, first: ['01-etc-passwd.webp', '02.webp', '03-CON.webp'] });
  });

  test('recipes stand beside their pictures when they are asked for', async () => {
    const reply = await get((await select(small.slice(0, 2), { sidecars: true })).url);
    for (const name of ['01.jpg', '01.json', '02.jpg', '02.json']) expect(reply.text).toContain(name);
    expect(reply.text).toContain('"recipe":{"request":{"seed":7}}');
    expect(reply.text).toContain(`"id":"${small[1]}"`);
  });
});

describe('what cannot be selected is named', () => {
  const cases: [string, () => unknown, number, string | null][] = [
    ["another user's picture", () => ({ imageIds: [small[0], small[1], foreign] }), 404, 'imageIds[2]'],
    ['a picture that is not there', () => ({ imageIds: ['01900000-0000-7000-8000-000000000000', small[1]] }), 404, 'imageIds[0]'],
    ['the last of many', () => ({ imageIds: [...large, ...large, foreign] }), 404, 'imageIds[2000]'],
    ['what is no id', () => ({ imageIds: [small[0], '../x'] }), 422, 'imageIds[1]'],
    ['nothing', () => ({ imageIds: [] }), 422, 'imageIds'],
    ['no list', () => ({}), 422, 'imageIds'],
    ['more than an archive takes', () => ({ imageIds: Array(100_001).fill(small[0]) }), 422, 'imageIds'],
    ['a name that is too long', () => ({ imageIds: small, name: 'x'.repeat(101) }), 422, 'name'],
  ];
  test.each(cases)('%s', async (_name, body, status, field) => {
    const answer = await server.ok(status, 'POST', '/api/images/zip', body());
    expect(answer.error.field).toBe(field);
  });
});

describe('when something goes wrong on the way', () => {
  test('a picture whose bytes are missing ends the download, and is told once', async () => {
    const zip = await select([small[0]!, small[1]!, small[2]!]);
    const whole = (await get(zip.url)).text;
    const path = blobOf(small[1]!, 'jpg');
    const bytes = readFileSync(path);
    const before = brokenReplies().length;
    unlinkSync(path);
    try {
      const reader = new Reader(zip.url);
      await reader.read(Infinity);
      expect(reader.bytes).toBeGreaterThan(100);
      expect(reader.bytes).toBeLessThan(2 * 100);
      await expect.poll(() => brokenReplies().length).toBe(before + 1);
      expect(brokenReplies().at(-1)!.error).toContain(keyOf(small[1]!, 'jpg'));
    } finally {
      writeFileSync(path, bytes);
    }
    expect((await get(zip.url)).text).toBe(whole);
  });

  test('a file that was cut on the disk is never sent as if it were whole', async () => {
    const zip = await select([small[3]!, small[4]!]);
    const path = blobOf(small[3]!, 'jpg');
    const bytes = readFileSync(path);
    const before = brokenReplies().length;
    truncateSync(path, 99);
    try {
      const reader = new Reader(zip.url);
      await reader.read(Infinity);
      expect(reader.bytes, 'the header at most').toBeLessThan(60);
      await expect.poll(() => brokenReplies().length).toBe(before + 1);
      expect(brokenReplies().at(-1)!.error).toContain('has 99 bytes in the store, not 100');
    } finally {
      writeFileSync(path, bytes);
    }
  });

  test('a file that is cut while it is sent ends the download', async () => {
    const zip = await select([fifty, small[0]!]);
    const before = brokenReplies().length;
    const reader = new Reader(zip.url);
    await reader.read(MB);
    truncateSync(blobOf(fifty), 30 * MB);
    try {
      await reader.read(Infinity);
      expect(reader.bytes).toBeGreaterThan(30 * MB);
      expect(reader.bytes).toBeLessThan(30 * MB + 100);
      await expect.poll(() => brokenReplies().length).toBe(before + 1);
    } finally {
      truncateSync(blobOf(fifty), 50 * MB);
    }
  });

  test('slow and vanished clients cost their connection and little else', async () => {
    const zip = await select([fifty, ...large]);
    const [memory, files] = [resident(), openFiles()];
    const slow = Array.from({ length: 50 }, () => new Reader(zip.url));
    for (const reader of slow) await reader.read(1);
    expect(openFiles() - files, 'a socket, a file and the next one each').toBeLessThan(3 * slow.length + 10);
    expect(resident() - memory, 'growth in KiB').toBeLessThan(100 * 1024);
    await server.ok(200, 'GET', '/api/me');
    for (const reader of slow) reader.socket.destroy();
    const until = Date.now() + 20_000;
    while (openFiles() > files + 10 && Date.now() < until) await server.ok(200, 'GET', '/api/me');
    expect(openFiles()).toBeLessThanOrEqual(files + 10);
  });

  test('others are answered while somebody reads as fast as he can', async () => {
    const zip = await select(large);
    const reader = new Reader(zip.url);
    await reader.read(1);
    reader.socket.resume();
    for (let i = 0; i < 100; i++) await server.ok(200, 'GET', '/api/me');
    expect(reader.ended).toBe(false);
    reader.socket.destroy();
  });
});

describe('selections', () => {
  test('only the latest sixteen of a user are kept', async () => {
    const zips = [];
    for (let i = 0; i < 17; i++) zips.push(await select([small[0]!]));
    expect((await get(zips[0].url)).status).toBe(404);
    for (const zip of zips.slice(1)) expect((await get(zip.url)).status).toBe(200);
    expect(readdirSync(join(server.data, 'blobs/brief/zips', me))).toHaveLength(16);
  });

  test('a day later they are over', async () => {
    const zip = await select([small[0]!]);
    const path = join(server.data, 'blobs/brief/zips', me, zip.id);
    const kept = JSON.parse(readFileSync(path, 'utf8'));
    writeFileSync(path, JSON.stringify({ ...kept, created_at: new Date(Date.now() - 25 * 3600_000).toISOString() }));
    expect((await get(zip.url)).status).toBe(404);
    expect(Date.parse(zip.expiresAt) - Date.parse(kept.created_at)).toBe(24 * 3600_000);
  });

  // The last test: it leaves a picture in the trash.
  test('a download goes on after a restart, and begins anew when a picture has gone', async () => {
    const zip = await select(small);
    const whole = await get(zip.url);
    const etag = whole.headers.get('etag')!;
    await server.stop();
    server = await startServer({ config: CONFIG, home: server.home });
    const part = await get(zip.url, { range: 'bytes=200-', 'if-range': etag });
    expect([part.status, part.headers.get('etag')]).toEqual([206, etag]);
    expect(part.headers.get('content-length')).toBe(`${zip.sizeBytes - 200}`);

    await server.stop();
    change(server.home, `UPDATE image SET deleted_at = ${Date.now()} WHERE id = '${small[1]}'`);
    server = await startServer({ config: CONFIG, home: server.home });
    const again = await get(zip.url, { range: 'bytes=200-', 'if-range': etag });
    expect(again.status).toBe(200);
    expect(again.headers.get('etag')).not.toBe(etag);
    for (const name of ['01.jpg', '03.jpg', '04.jpg', '05.jpg']) expect(again.text).toContain(name);
    expect(again.text).not.toContain('02.jpg');
    expect((await server.ok(404, 'POST', '/api/images/zip', { imageIds: small })).error.field).toBe('imageIds[1]');
    expect(statSync(blobOf(small[1]!, 'jpg')).size).toBe(100);
  });
});
