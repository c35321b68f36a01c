// 1,000 hostile names on the whole way: as names of uploads, pictures, albums and archives, through the server, into ZIPs and out again.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';

import { startServer, type Reply, type Server } from './harness.ts';
import { makePng } from './png.ts';

const COUNT = 1000;
const AT_ONCE = 8;

/** What attackers and accidents put into names. */
const PARTS = [
  '../', '..\\', '/', '\\', './', '//', '/etc/passwd', 'C:\\Windows\\system32', 'C:', '~', '~root', '.', '..', '...', '.git', '.ssh/authorized_keys',
  'CON', 'con.png', 'PRN', 'AUX', 'NUL', 'nul.txt', 'COM1', 'COM9.zip', 'LPT1', 'CONIN$', 'COM\u00b9', '\\\\server\\share', '\\\\?\\C:\\', 'a:stream',
  '\0', 'a\0.png', '\n', '\r\n', '\t', '\x1b[31m', '\x7f', '\u0085', '\u2028', '\ufeff', '\u200b', '\u200d', '\u202e', '\u2066', '\u061c', '\u00ad',
  '\u202egnp.exe', '\uff0e\uff0e\uff0f', '\u2215', '\u2044', '\u29f5', '\ufe68', '\ud83d\ude00', '\u0301', 'e\u0301', '\u00e9', '\u0130', '\u212a', '\ufffd',
  '=1+1', "=cmd|' /C calc'!A0", '@SUM(1)', '+1', '-1', '\t=1', '\uff1d1', '|', '>', '<', '"', "'", '`id`', '$(id)', ';ls', '&&', '*', '?', '%00', '%2e%2e%2f',
  '%s%n', '${HOME}', '{{7*7}}', '<script>alert(1)</script>', '-rf', '--checkpoint-action=exec=sh', ' ', '  ', 'a ', 'a.', '.a', 'FOX', 'fox', '0', '00', '007',
  'x'.repeat(300), '\u72d0'.repeat(100), '\ud83d\ude00'.repeat(75), '..'.repeat(150), '../'.repeat(100), 'a/'.repeat(150), 'Content-Disposition: x\r\n\r\n',
];

/** The same ones every time. */
function hostileNames(): string[] {
  const names = new Set(PARTS);
  for (let state = 7; names.size < COUNT; ) {
    const take = () => ((state = (Math.imul(state, 1103515245) + 12345) >>> 0), PARTS[(state >>> 8) % PARTS.length]!);
    names.add(Array.from({ length: 1 + ((state >>> 4) % 3) }, take).join(''));
  }
  return [...names];
}

const NAMES = hostileNames();
let server: Server;
let pictures: string[] = [];
let before: string[] = [];

/** Everything below the server's home, but its own files: what a name that leads out would leave. */
function strangers(): string[] {
  const own = /^(data|data\/(albumen\.db(-wal|-shm)?|lock|token|address|spool|blobs(\/.*)?))$|^albumen\.yaml$/;
  const found = readdirSync(server.home.folder, { recursive: true }) as string[];
  return found.filter((path) => !own.test(path.split(sep).join('/'))).sort();
}

async function forAll<T>(items: T[], act: (item: T, at: number) => Promise<void>): Promise<void> {
  let next = 0;
  const client = async () => {
    while (next < items.length) {
      const at = next++;
      await act(items[at]!, at);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, client));
}

async function post(path: string, body: Buffer, type: string): Promise<Reply> {
  const headers = { authorization: `Bearer ${server.token}`, 'content-type': type };
  const reply = await fetch(server.url + path, { method: 'POST', headers, body: new Uint8Array(body) });
  const text = await reply.text();
  return { status: reply.status, headers: reply.headers, text, json: JSON.parse(text) };
}

const png = (seed: number) => makePng({ width: 8, height: 8, seed });

/** By turns as a name in the address and as one in a form, with its bytes as they are. */
async function upload(name: string, seed: number): Promise<Reply> {
  if (seed % 2 === 0) return await post(`/api/images?fileName=${encodeURIComponent(name)}`, png(seed), 'image/png');
  const head = Buffer.concat([Buffer.from('--frontier\r\nContent-Disposition: form-data; name="file"; filename="'), Buffer.from(name), Buffer.from('"\r\n\r\n')]);
  const body = Buffer.concat([head, png(seed), Buffer.from('\r\n--frontier--\r\n')]);
  return await post('/api/images', body, 'multipart/form-data; boundary=frontier');
}

const RESERVED = /^(con|prn|aux|nul|com[0-9\u00b9\u00b2\u00b3]|lpt[0-9\u00b9\u00b2\u00b3]|conin\$|conout\$)(\.|$)/i;
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\ufffd]/u;

function expectSafe(name: string, what: string): void {
  const why = `${what}: ${JSON.stringify(name)}`;
  expect(Buffer.byteLength(name), why).toBeLessThanOrEqual(255);
  expect(name, why).not.toMatch(/[/\\:*?"<>|]/);
  expect(name, why).not.toMatch(UNSEEN);
  expect(name, why).not.toMatch(/^[.\s~=+@-]|[.\s]$/);
  expect(name, why).not.toMatch(RESERVED);
}

beforeAll(async () => {
  server = await startServer({ config: 'server:\n  max_json_bytes: 8388608\n' });
  before = strangers();
});

describe('hostile names', () => {
  test('of uploads are taken or refused, and leave nothing but a picture under a key of ours', { timeout: 120_000 }, async () => {
    const ids: string[] = [];
    let taken = 0;
    await forAll(NAMES, async (name, at) => {
      const reply = await upload(name, at);
      expect([201, 400, 422], `${JSON.stringify(name)}: ${reply.text}`).toContain(reply.status);
      if (reply.status !== 201) {
        const plain = await post('/api/images', png(at), 'image/png');
        expect(plain.status, plain.text).toBe(201);
        ids[at] = plain.json.id;
      } else {
        ids[at] = reply.json.id;
        taken++;
      }
    });
    pictures = ids;
    expect(taken).toBeGreaterThan(COUNT / 2);
    expect(new Set(pictures).size).toBe(COUNT);
    const blobs = join(server.data, 'blobs');
    const key = /^library\/[0-9a-f-]{36}\/[0-9a-f-]{36}\.png(\.\d+\.webp)?$/;
    // What begins with a dot is on its way in: thumbnails are made meanwhile.
    const found = readdirSync(blobs, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const files = found.map((entry) => relative(blobs, join(entry.parentPath, entry.name))).filter((path) => !path.startsWith('.'));
    expect(files.filter((path) => !key.test(path))).toEqual([]);
    expect(files.filter((path) => path.endsWith('.png'))).toHaveLength(COUNT);
  });

  test('of pictures, albums and shots are kept as they are, or refused', { timeout: 120_000 }, async () => {
    await forAll(NAMES, async (name, at) => {
      const renamed = await server.api('PATCH', `/api/images/${pictures[at]}`, { name });
      expect([200, 400, 422], `${JSON.stringify(name)}: ${renamed.text}`).toContain(renamed.status);
      if (renamed.status === 200) expect(renamed.json.name).toBe(name);
      const made = await server.api('POST', '/api/albums', { name, subjectDesc: 'a dot', shots: [{ label: name, direction: name }] });
      expect([201, 400, 422], `${JSON.stringify(name)}: ${made.text}`).toContain(made.status);
      if (made.status === 201) expect([made.json.name, made.json.shots[0].label]).toEqual([name, name]);
    });
    expect(strangers()).toEqual(before);
  });

  test('of archives become names that every system takes, also in the header', { timeout: 120_000 }, async () => {
    await forAll(NAMES, async (name, at) => {
      const made = await server.api('POST', '/api/images/zip', { imageIds: [pictures[at]], name });
      expect([201, 400, 422], `${JSON.stringify(name)}: ${made.text}`).toContain(made.status);
      if (made.status !== 201) return;
      expectSafe(made.json.fileName, name);
      if (at % 10 !== 0) return;
      const reply = await server.api('GET', made.json.url);
      const header = reply.headers.get('content-disposition')!;
      expect(header).toMatch(/^attachment; filename="[\x20-\x7e]*"(; filename\*=UTF-8''[A-Za-z0-9!#$&+.^_`|~%-]*)?$/);
      const encoded = /filename\*=UTF-8''(.*)$/.exec(header);
      if (encoded) expectSafe(decodeURIComponent(encoded[1]!), name);
    });
  });

  test('inside an archive stay below its root, differ on every system, and run in no spreadsheet', { timeout: 120_000 }, async () => {
    const album = await server.ok(201, 'POST', '/api/albums', { name: '../../\u202e=1+1' });
    for (let at = 0; at < COUNT; at += 100) await server.ok(200, 'POST', `/api/albums/${album.id}/images`, { imageIds: pictures.slice(at, at + 100) });
    const selection = await server.ok(201, 'POST', '/api/images/zip', { imageIds: pictures, sidecars: true });
    for (const [url, entries] of [[selection.url, null], [`/api/albums/${album.id}/zip`, COUNT]] as const) {
      const reply = await fetch(server.url + url, { headers: { authorization: `Bearer ${server.token}` } });
      expect(reply.status).toBe(200);
      const folder = join(server.home.folder, 'out');
      mkdirSync(folder, { recursive: true });
      const file = join(folder, 'archive.zip');
      writeFileSync(file, Buffer.from(await reply.arrayBuffer()));
      const run = (program: string, ...args: string[]) => execFileSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 26, env: { ...process.env, LC_ALL: 'C.UTF-8' } });
      run('unzip', '-tq', file);
      // Python reads the names as they are; unzip -Z1 shows those that it would write.
      const names: string[] = JSON.parse(run('python3', '-c', 'import json,sys,zipfile; print(json.dumps(zipfile.ZipFile(sys.argv[1]).namelist()))', file));
      expect(run('unzip', '-Z1', file).trimEnd().split('\n')).toHaveLength(names.length);
      expect(names.length).toBeGreaterThanOrEqual(entries ?? COUNT);
      for (const name of names) expectSafe(name, url);
      expect(names.filter((name) => /^\d+-.*(fox|FOX|passwd|calc)/.test(name)).length, 'harmless letters stay').toBeGreaterThan(20);
      const folded = names.map((name) => name.normalize('NFKC').toLowerCase().toUpperCase().normalize('NFKC'));
      expect(new Set(folded).size).toBe(names.length);
      const target = join(folder, 'unpacked');
      run('unzip', '-q', '-d', target, file);
      const unpacked = readdirSync(target, { recursive: true }) as string[];
      expect(unpacked.sort()).toEqual([...names].sort());
      execFileSync('rm', ['-r', folder]);
    }
    expect(strangers()).toEqual(before);
  });
});
