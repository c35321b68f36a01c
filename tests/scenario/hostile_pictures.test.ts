// What a provider sends is judged: bombs, truncations, polyglots and strangers end in words, or as files that run nowhere.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { Upstream } from '../faults/upstream.ts';
import { startServer, type Server } from './harness.ts';

interface Case {
  name: string;
  expectation: 'ok' | 'bad' | 'any';
  bytes: Buffer;
}

/** Pictures and films that nobody here decodes: kept, and a download. */
const KEPT = ['stranger_gif', 'stranger_gif_script', 'stranger_avif', 'stranger_heic', 'stranger_mp4', 'stranger_bmp', 'stranger_tiff'];
const SHOWN = ['image/png', 'image/jpeg', 'image/webp'];

const folder = mkdtempSync(join(tmpdir(), 'albumen-hostile-'));
const cases: Case[] = [];
const jobs: any[] = [];
let images: any[] = [];
let upstream: Upstream;
let server: Server;

function readCases(path: string): void {
  const all = readFileSync(path);
  for (let at = 0; at < all.length; ) {
    const end = all.indexOf('\n', at);
    const [name, expectation, length] = all.subarray(at, end).toString().split(' ');
    at = end + 1 + Number(length);
    cases.push({ name: name!, expectation: expectation as Case['expectation'], bytes: all.subarray(end + 1, at) });
  }
}

async function submit(prompt: string): Promise<string> {
  return (await server.ok(202, 'POST', '/api/jobs', { backend: 'cloud', request: { prompt } })).jobIds[0];
}

// The job that was submitted last ends among the last: looking at the others meanwhile would only cost time.
async function ended(id: string): Promise<any> {
  const until = Date.now() + 200_000;
  for (;;) {
    const job = await server.ok(200, 'GET', `/api/jobs/${id}`);
    if (['completed', 'failed', 'cancelled'].includes(job.status)) return job;
    if (Date.now() > until) throw new Error(`job ${id} is still ${job.status}: ${job.error}`);
  }
}

async function allImages(): Promise<any[]> {
  const found: any[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: any = await server.ok(200, 'GET', `/api/images?limit=200${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
    found.push(...page.images);
    cursor = page.nextCursor;
  }
  return found;
}

const imageOf = (i: number) => images.find((image) => image.jobId === jobs[i].id);

beforeAll(async () => {
  const path = join(folder, 'hostile.bin');
  execFileSync('python3', ['-B', 'tests/unit/image/hostile.py', path]);
  readCases(path);
  upstream = await Upstream.start(['--files', path]);
  server = await startServer({
    config: `backends:
  cloud: { type: mock, mode: http, url: ${upstream.url}, api_key: test-key, poll_ms: 5, concurrency: 4 }
`,
  });
  const ids: string[] = [];
  for (const i of cases.keys()) ids.push(await submit(`file:${i + 1}`));
  for (const id of ids.reverse()) jobs.unshift(await ended(id));
  images = await allImages();
}, 300_000);

afterAll(async () => {
  await server.stop();
  await upstream.stop();
  rmSync(folder, { recursive: true });
});

test('there are hundreds of them', () => {
  expect(cases.length).toBeGreaterThanOrEqual(300);
});

test('each ends as a stored picture, or in words', () => {
  const wrong: unknown[] = [];
  for (const [i, { name, expectation }] of cases.entries()) {
    const { status, error, errorCode, attempt } = jobs[i];
    const kept = status === 'completed';
    const wanted = KEPT.includes(name) || expectation === 'ok' ? true : expectation === 'bad' ? false : kept;
    const said = kept || (/^the backend('s picture: .{10,}| sent .* instead of a picture)$/.test(error) && /^(invalid|too_large|rejected)$/.test(errorCode));
    if (kept !== wanted || !said || attempt !== 1 || (imageOf(i) !== undefined) !== kept) wrong.push([name, expectation, status, error, errorCode, attempt]);
  }
  expect(wrong).toEqual([]);
  expect(new Set(jobs.map((job) => job.status))).toEqual(new Set(['completed', 'failed']));
});

test('what nobody decodes is kept byte for byte, without a size', () => {
  for (const name of KEPT) {
    const image = imageOf(cases.findIndex((one) => one.name === name));
    expect(image, name).toMatchObject({ width: null, height: null });
  }
});

test('nothing is sent so that a browser would run it, and every byte is as it came', async () => {
  const wrong: unknown[] = [];
  for (const [i, { name, bytes }] of cases.entries()) {
    const image = imageOf(i);
    if (!image) continue;
    const reply = await fetch(server.url + image.url, { headers: { authorization: `Bearer ${server.token}` } });
    const sent = Buffer.from(await reply.arrayBuffer());
    const header = (what: string) => reply.headers.get(what) ?? '';
    const shown = header('content-disposition').startsWith('inline');
    const safe =
      reply.status === 200 &&
      sent.equals(bytes) &&
      (shown ? SHOWN.includes(header('content-type')) : header('content-type') === 'application/octet-stream') &&
      shown === !KEPT.includes(name) &&
      header('x-content-type-options') === 'nosniff' &&
      /sandbox/.test(header('content-security-policy')) &&
      /default-src 'none'/.test(header('content-security-policy'));
    if (!safe) wrong.push([name, reply.status, sent.length, bytes.length, header('content-type'), header('content-disposition')]);
  }
  expect(wrong).toEqual([]);
});

test('nothing is left of what was refused', () => {
  const blobs = join(server.data, 'blobs');
  const files = (readdirSync(blobs, { recursive: true, withFileTypes: true }) as any[]).filter((entry) => entry.isFile());
  const keys = new Set(images.map((image) => image.url.replace('/media/', '')));
  const names = files.map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(blobs.length + 1));
  expect(names.filter((name) => !keys.has(name) && !keys.has(name.replace(/\.\d+\.webp$/, '')))).toEqual([]);
});

test('of several pictures the good ones are kept', async () => {
  const at = cases.findIndex(({ name }, i) => name === 'jpeg_sound' && cases[i + 1]!.expectation === 'bad');
  const job = await ended(await submit(`file:${at + 1} count:2`));
  expect(job.status).toBe('completed');
  expect((await allImages()).filter((image) => image.jobId === job.id)).toHaveLength(1);
  const none = await ended(await submit(`file:${at + 2} count:2`));
  expect([none.status, none.errorCode]).toEqual(['failed', 'invalid']);
});
