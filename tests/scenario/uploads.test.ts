// Pictures from outside: sent as they are, in a form, or fetched; judged, kept byte for byte, and read for their recipe.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { startServer, type Reply, type Server } from './harness.ts';
import { freshPng, INFOTEXT, pngChunk, sha256, until } from './png.ts';
import { isWhole, raw } from './raw.ts';

let server: Server;

beforeAll(async () => {
  server = await startServer({ config: 'server:\n  max_upload_bytes: 50000000\n' });
});
afterAll(async () => {
  await server.stop();
});

interface SendOptions {
  type?: string | null;
  query?: string;
  token?: string;
}

async function send(body: Buffer | FormData | string, { type, query = '', token = server.token }: SendOptions = {}): Promise<Reply> {
  const headers: Record<string, string> = { authorization: `Bearer ${token}` };
  if (type) headers['content-type'] = type;
  const payload = Buffer.isBuffer(body) ? new Uint8Array(body) : body;
  const reply = await fetch(`${server.url}/api/images${query}`, { method: 'POST', headers, body: payload });
  const text = await reply.text();
  return { status: reply.status, headers: reply.headers, text, json: text.startsWith('{') ? JSON.parse(text) : undefined };
}

async function sendPng(png: Buffer, options: SendOptions = {}): Promise<any> {
  const reply = await send(png, { type: 'image/png', ...options });
  expect(reply.status, reply.text).toBe(201);
  return reply.json;
}

async function bytesOf(url: string): Promise<Buffer> {
  const reply = await fetch(server.url + url, { headers: { authorization: `Bearer ${server.token}` } });
  expect(reply.status).toBe(200);
  return Buffer.from(await reply.arrayBuffer());
}

const recipeOf = async (id: string) => await server.ok(200, 'GET', `/api/images/${id}/recipe`);

async function member(name: string): Promise<string> {
  const { id } = await server.ok(201, 'POST', '/api/users', { name });
  const { url } = await server.ok(201, 'POST', `/api/users/${id}/login-link`);
  const reply = await server.api('POST', '/api/session', { code: url.split('#')[1] }, { token: null });
  const cookie = reply.headers.get('set-cookie')!.split(';')[0]!;
  const options = { token: null, headers: { cookie, origin: server.url } };
  const { token } = await server.ok(201, 'POST', '/api/tokens', { name: 'uploads', scope: 'write' }, options);
  return server.plant(token);
}

function formWith(...parts: [name: string, value: Buffer | string, fileName?: string][]): FormData {
  const form = new FormData();
  for (const [name, value, fileName] of parts) {
    if (typeof value === 'string') form.append(name, value);
    else form.append(name, new Blob([new Uint8Array(value)]), fileName ?? 'kite.png');
  }
  return form;
}

describe('a picture that is sent', () => {
  test('is kept byte for byte, and told in full', async () => {
    const png = freshPng({ width: 300, height: 200 });
    const image = await sendPng(png);
    expect(image).toMatchObject({
      source: 'uploaded',
      backend: null,
      jobId: null,
      mediaType: 'image/png',
      width: 300,
      height: 200,
      sizeBytes: png.length,
      sha256: sha256(png),
      prompt: null,
    });
    expect((await bytesOf(image.url)).equals(png)).toBe(true);
    expect(await server.ok(200, 'GET', `/api/images/${image.id}`)).toEqual(image);
    const { images } = await server.ok(200, 'GET', '/api/images');
    expect(images.map((one: any) => one.id)).toContain(image.id);
  });

  test('gets its thumbnails', async () => {
    const image = await sendPng(freshPng({ width: 700, height: 300 }));
    await until('a thumbnail', async () => {
      const reply = await fetch(server.url + image.thumbUrl, { headers: { authorization: `Bearer ${server.token}` } });
      await reply.arrayBuffer();
      return reply.headers.get('content-type') === 'image/webp' || undefined;
    });
  });

  test.each([
    ['without a type', null],
    ['as bytes of any kind', 'application/octet-stream'],
    ['with a wrong type, because its bytes decide', 'image/jpeg'],
    ['with parameters behind its type', 'image/png; charset=binary'],
  ])('may come %s', async (_name, type) => {
    const reply = await send(freshPng(), { type });
    expect([reply.status, reply.json?.mediaType]).toEqual([201, 'image/png']);
  });

  test('may come in a form, and brings its name along', async () => {
    const png = freshPng();
    const reply = await send(formWith(['file', png, 'ein Drache über dem Meer.png']));
    expect(reply.status, reply.text).toBe(201);
    expect((await bytesOf(reply.json.url)).equals(png)).toBe(true);
    expect(await recipeOf(reply.json.id)).toMatchObject({ file_name: 'ein Drache über dem Meer.png', found: null, request: null });
  });

  test.each([
    ['../../etc/passwd.png', 'passwd.png'],
    ['C:\\Users\\ada\\kite.png', 'kite.png'],
    ['x'.repeat(300), 'x'.repeat(255)],
  ])('has of the name %s the last part', async (given, kept) => {
    const reply = await send(formWith(['picture', freshPng(), given]));
    expect((await recipeOf(reply.json.id)).file_name).toBe(kept);
  });

  test('may have its name beside it', async () => {
    const image = await sendPng(freshPng(), { query: '?fileName=a%2Fb%2Fkite.png' });
    expect((await recipeOf(image.id)).file_name).toBe('kite.png');
  });

  test('of many megabytes takes no memory here', async () => {
    const png = freshPng({ width: 3700, height: 3700, noise: true });
    expect(png.length).toBeGreaterThan(40e6);
    const residentKb = () => Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))![1]);
    await sendPng(freshPng()); // so that what the first one costs is not counted
    const before = residentKb();
    const image = await sendPng(png);
    const form = await send(formWith(['file', freshPng({ width: 3700, height: 3600, noise: true })]));
    expect(form.status, form.text).toBe(201);
    expect(residentKb() - before, 'kB more than before').toBeLessThan(16_000);
    expect(sha256(await bytesOf(image.url))).toBe(sha256(png));
  });

  test('and is cut off leaves nothing', async () => {
    const png = freshPng();
    const socket = connect(server.port, '127.0.0.1');
    const head = `POST /api/images HTTP/1.1\r\nHost: ${server.address}\r\nAuthorization: Bearer ${server.token}\r\n`;
    socket.write(`${head}Content-Type: image/png\r\nContent-Length: ${png.length + 1}\r\n\r\n`);
    await new Promise((done) => socket.end(png, () => done(undefined)));
    await new Promise((done) => socket.once('close', done).resume());
    const { sha256s } = await server.ok(200, 'POST', '/api/images/known', { sha256s: [sha256(png)] });
    expect(sha256s).toEqual([]);
  });
});

describe('the same bytes again', () => {
  test('are the same picture', async () => {
    const png = freshPng();
    const first = await sendPng(png);
    const again = await send(png, { type: 'image/png' });
    expect([again.status, again.json]).toEqual([200, first]);
    const form = await send(formWith(['file', png]));
    expect([form.status, form.json]).toEqual([200, first]);
  });

  test('at the same moment are one picture too', async () => {
    const png = freshPng({ width: 500, height: 500 });
    const replies = await Promise.all(Array.from({ length: 12 }, () => send(png, { type: 'image/png' })));
    expect(replies.map(({ status }) => status).sort()).toEqual([...Array(11).fill(200), 201]);
    expect(new Set(replies.map(({ json }) => json.id)).size).toBe(1);
  });

  test('of somebody else are a picture of his own', async () => {
    const png = freshPng();
    const mine = await sendPng(png);
    const token = await member('bob');
    const his = await sendPng(png, { token });
    expect(his.id).not.toBe(mine.id);
    await server.ok(404, 'GET', `/api/images/${mine.id}`, undefined, { token });
  });

  test('are known beforehand', async () => {
    const [there, absent] = [freshPng(), freshPng()];
    await sendPng(there);
    const { sha256s } = await server.ok(200, 'POST', '/api/images/known', { sha256s: [sha256(absent), sha256(there)] });
    expect(sha256s).toEqual([sha256(there)]);
    const token = await member('eve');
    expect((await server.ok(200, 'POST', '/api/images/known', { sha256s: [sha256(there)] }, { token })).sha256s).toEqual([]);
    const bad = await server.api('POST', '/api/images/known', { sha256s: ['ABC'] });
    expect([bad.status, bad.json.error.field]).toEqual([422, 'sha256s']);
  });
});

describe('the recipe that a picture carries', () => {
  test('is read, and is a request that makes it again', async () => {
    const image = await sendPng(freshPng({ texts: { parameters: INFOTEXT } }));
    expect(image.prompt).toBe('a kite over the sea, (red:1.2) <lora:ink:0.6>');
    const recipe = await recipeOf(image.id);
    expect(recipe.found).toMatchObject({
      format: 'a1111',
      program: 'AUTOMATIC1111',
      version: 'v1.10.1',
      sampler: 'DPM++ 2M',
      scheduler: 'Karras',
      model: 'sd_xl_base_1.0',
      model_hash: '31e35c80fc',
      seed: '1234567890',
      loras: [{ name: 'ink', weight: 0.6, hash: '7c6bad76eb54' }],
      settings: [{ name: 'Hires upscale', value: '2' }],
      raw: [{ keyword: 'parameters', text: INFOTEXT }],
    });
    expect(recipe.request).toMatchObject({
      prompt: image.prompt,
      negative_prompt: 'fog, "haze"',
      width: 512,
      height: 384,
      seed: 1234567890,
      steps: 24,
      guidance: 6.5,
    });
    const { jobIds } = await server.ok(202, 'POST', '/api/jobs', { backend: 'sketch', request: recipe.request });
    const again = await until('the picture made again', async () => {
      const { images } = await server.ok(200, 'GET', '/api/images');
      return images.find((one: any) => one.jobId === jobIds[0]);
    });
    expect(again).toMatchObject({ width: 512, height: 384, prompt: image.prompt, source: 'generated' });
  });

  test('is read of a graph, whose seed no number of JSON can hold', async () => {
    const graph = {
      3: { class_type: 'KSampler', inputs: { seed: 0, steps: 20, cfg: 8, sampler_name: 'euler', positive: ['6', 0], latent_image: ['5', 0] } },
      5: { class_type: 'EmptyLatentImage', inputs: { width: 640, height: 480, batch_size: 1 } },
      6: { class_type: 'CLIPTextEncode', inputs: { text: 'a graph of a kite' } },
      9: { class_type: 'SaveImage', inputs: { images: ['3', 0] } },
    };
    const text = JSON.stringify(graph).replace('"seed":0', '"seed":18446744073709551615');
    const image = await sendPng(freshPng({ texts: { prompt: text } }));
    const recipe = await recipeOf(image.id);
    expect(recipe.found).toMatchObject({ format: 'comfyui', seed: '18446744073709551615', width: 640, height: 480 });
    expect(recipe.request).toMatchObject({ prompt: 'a graph of a kite', seed: null });
  });

  test('that is too long to be kept whole goes without its raw text', async () => {
    const image = await sendPng(freshPng({ texts: { parameters: `${'kite '.repeat(20_000)}\n${INFOTEXT.split('\n')[2]}` } }));
    const recipe = await recipeOf(image.id);
    expect(recipe.found).toMatchObject({ seed: '1234567890', raw: [] });
    expect(image.prompt.length).toBeLessThanOrEqual(16_000);
  });

  test('that cannot be understood is none', async () => {
    const image = await sendPng(freshPng({ texts: { prompt: '{"broken', workflow: '[', Comment: 'a note' } }));
    expect((await recipeOf(image.id)).found).toBeNull();
  });
});

const HUGE = Buffer.alloc(13);
HUGE.writeUInt32BE(40_000, 0);
HUGE.writeUInt32BE(40_000, 4);
HUGE.set([8, 2, 0, 0, 0], 8);
const BOMB = Buffer.concat([
  Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
  pngChunk('IHDR', HUGE),
  pngChunk('IDAT', Buffer.alloc(10)),
  pngChunk('IEND', Buffer.alloc(0)),
]);

describe('what is refused, and why', () => {
  test.each<[string, () => Promise<Reply>, number, RegExp]>([
    ['nothing', () => send(Buffer.alloc(0), { type: 'image/png' }), 422, /empty/],
    ['a text', () => send(Buffer.from('a kite'), { type: 'image/png' }), 415, /no picture/],
    ['a GIF', () => send(Buffer.from('GIF89a...........'), { type: 'image/gif' }), 415, /GIF/],
    ['a page', () => send(Buffer.from('<!doctype html><p>kite'), { type: 'image/png' }), 415, /HTML/],
    ['a drawing that may hold scripts', () => send(Buffer.from('<svg xmlns="x"><script/></svg>'), { type: 'image/svg+xml' }), 415, /SVG/],
    ['half a picture', () => send(freshPng().subarray(0, 200), { type: 'image/png' }), 422, /damaged/],
    ['a picture of too many pixels', () => send(BOMB, { type: 'image/png' }), 413, /40000/],
    ['another type of body', () => send('kite', { type: 'text/plain' }), 415, /multipart/],
    ['JSON without an address', () => send('{}', { type: 'application/json' }), 422, /url/],
    ['JSON with more than an address', () => send('{"url":"https://a.example/","x":1}', { type: 'application/json' }), 422, /unknown/],
    ['a form without a file', () => send(formWith(['name', 'kite'])), 422, /name/],
    ['a form with two files', () => send(formWith(['a', freshPng()], ['b', freshPng()])), 422, /two/],
    ['an empty file in a form', () => send(formWith(['a', Buffer.alloc(0)])), 422, /empty/],
    ['a form that does not end', () => send('--x\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\nb', { type: 'multipart/form-data; boundary=x' }), 400, /./],
    ['a form without a boundary', () => send('x', { type: 'multipart/form-data' }), 400, /boundary/],
    ['a name that is too long', () => send(freshPng(), { type: 'image/png', query: `?fileName=${'x'.repeat(256)}` }), 422, /file/],
  ])('%s', async (_name, attempt, status, message) => {
    const reply = await attempt();
    expect([reply.status, reply.json?.error?.message]).toEqual([status, expect.stringMatching(message)]);
  });

  test('more bytes than allowed, before they are sent', async () => {
    const head = `POST /api/images HTTP/1.1\r\nHost: ${server.address}\r\nAuthorization: Bearer ${server.token}\r\nContent-Type: image/png\r\n`;
    const reply = await raw(server.port, `${head}Content-Length: 50000001\r\n\r\n`, { until: isWhole });
    expect([reply.status, reply.text]).toEqual([413, expect.stringContaining('50000000')]);
  });

  test('addresses that are not of the public internet, without a knock at them', async () => {
    let knocks = 0;
    const inside = createServer((_request, response) => {
      knocks++;
      response.end(freshPng());
    });
    await new Promise((ready) => inside.listen(0, '127.0.0.1', () => ready(undefined)));
    const port = (inside.address() as AddressInfo).port;
    const addresses = [
      `http://127.0.0.1:${port}/kite.png`,
      `http://localhost:${port}/kite.png`,
      `http://[::1]:${port}/`,
      `http://[::ffff:127.0.0.1]:${port}/`,
      `http://2130706433:${port}/`,
      `http://0x7f.1:${port}/`,
      `http://0.0.0.0:${port}/`,
      'http://169.254.169.254/latest/meta-data/',
      'http://10.0.0.1/a.png',
      'http://192.168.1.1/a.png',
      `http://ada:secret@127.0.0.1:${port}/`,
      'file:///etc/passwd',
      'ftp://example.org/a.png',
      'kite.png',
      'https://',
    ];
    for (const url of addresses) {
      const reply = await send(JSON.stringify({ url }), { type: 'application/json' });
      expect([url, reply.status, reply.json?.error?.field]).toEqual([url, 422, 'url']);
      expect(reply.text).not.toContain('secret');
    }
    expect(knocks).toBe(0);
    await new Promise((closed) => inside.close(closed));
  });
});
