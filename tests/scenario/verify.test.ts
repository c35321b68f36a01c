// albumen verify: a picture is made again from its recipe, wherever that is found, and compared.
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync, inflateSync } from 'node:zlib';
import { expect, test } from 'vitest';

import { json, ok } from './cli.ts';
import { makeHome, runCommand, startServer, type Home } from './harness.ts';
import { makePng, pngChunk, sha256 } from './png.ts';

async function make(home: Home, ...more: string[]): Promise<void> {
  await ok(home, 'generate', 'a red fox', '--size', '96', '--seed', '4', '--name', 'fox', '--quiet', ...more);
}

async function verify(home: Home, ...args: string[]): Promise<any> {
  const ended = await runCommand(['verify', '--json', ...args], home);
  expect(ended.stderr).toBe('');
  return { code: ended.code, ...JSON.parse(ended.stdout) };
}

/** The chunks of a PNG by their types; of several IDAT all data. */
function chunksOf(png: Buffer): Map<string, Buffer> {
  const chunks = new Map<string, Buffer>();
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    const type = png.toString('latin1', at + 4, at + 8);
    const data = png.subarray(at + 8, at + 8 + length);
    chunks.set(type, Buffer.concat([chunks.get(type) ?? Buffer.alloc(0), data]));
    at += 12 + length;
  }
  return chunks;
}

/** The same picture with one sample of the last row a little off, and without its texts. */
function nudged(png: Buffer): Buffer {
  const chunks = chunksOf(png);
  const rows = inflateSync(chunks.get('IDAT')!);
  rows[rows.length - 1] = (rows[rows.length - 1]! + 3) & 255;
  return Buffer.concat([
    png.subarray(0, 8),
    ...(['IHDR'] as const).map((type) => pngChunk(type, chunks.get(type)!)),
    pngChunk('IDAT', deflateSync(rows)),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

/** Puts other bytes in the place of the picture, and tells its sidecar. */
function replace(home: Home, bytes: Buffer): void {
  writeFileSync(join(home.folder, 'fox.png'), bytes);
  writeFileSync(join(home.folder, 'fox.json'), JSON.stringify({ ...json(home.folder, 'fox.json'), sha256: sha256(bytes) }));
}

test('a picture comes out the same from its sidecar, from the library, by its id, and from the file itself', async () => {
  const home = makeHome();
  await make(home, '--style', 'ink');
  const { image } = json(home.folder, 'fox.json');
  expect(await verify(home, 'fox.png')).toEqual({ code: 0, verdict: 'same', recipe: 'sidecar', backend: 'sketch', distance: 0, differs: [] });
  expect((await ok(home, 'verify', 'fox.png')).stdout).toBe('same: it comes out again, pixel by pixel\n');
  renameSync(join(home.folder, 'fox.json'), join(home.folder, 'other.json'));
  expect(await verify(home, 'fox.png')).toMatchObject({ code: 0, verdict: 'same', recipe: 'library' });
  expect(await verify(home, image)).toMatchObject({ code: 0, verdict: 'same', recipe: 'library' });
  const elsewhere = ['--data', join(home.folder, 'elsewhere'), '--database', `sqlite:${home.folder}/elsewhere/albumen.db`];
  expect(await verify(home, 'fox.png', ...elsewhere)).toMatchObject({ code: 0, verdict: 'same', recipe: 'file' });
});

test('with references it is made by them again', async () => {
  const home = makeHome();
  await make(home);
  await ok(home, 'generate', 'the fox sleeps', '--ref', 'fox.png', '--size', '96', '--name', 'two', '--quiet');
  expect(await verify(home, 'two.png')).toMatchObject({ verdict: 'same', recipe: 'sidecar' });
});

test('a small difference is close, another picture is drifted, and the fields that differ are named', async () => {
  const home = makeHome();
  await make(home);
  const original = readFileSync(join(home.folder, 'fox.png'));
  replace(home, nudged(original));
  expect(await verify(home, 'fox.png')).toMatchObject({ code: 0, verdict: 'close', distance: 0, differs: [] });
  replace(home, makePng({ width: 96, height: 96, seed: 5 }));
  expect(await verify(home, 'fox.png')).toMatchObject({ code: 1, verdict: 'drifted', differs: [] });
  replace(home, makePng({ width: 90, height: 96, seed: 5 }));
  expect((await verify(home, 'fox.png')).verdict).toBe('drifted');
  replace(home, original);
  const record = json(home.folder, 'fox.json');
  writeFileSync(join(home.folder, 'fox.json'), JSON.stringify({ ...record, provider: 'older', metadata: { ...record.metadata, style: 'oil' } }));
  expect(await verify(home, 'fox.png')).toMatchObject({
    verdict: 'same',
    differs: [
      { field: 'provider', was: '"older"', is: '"sketch"' },
      { field: 'metadata.style', was: '"oil"', is: '"illustration"' },
    ],
  });
  expect((await runCommand(['verify', 'fox.png'], home)).stdout).toContain('\n  provider: "older" -> "sketch"\n');
});

test('what cannot be made again is told with the reason', async () => {
  const home = makeHome();
  await make(home);
  writeFileSync(join(home.folder, 'plain.png'), makePng({ seed: 77 }));
  expect(await verify(home, 'plain.png')).toMatchObject({ code: 1, verdict: 'cannot', why: expect.stringContaining('nobody tells how this picture was made') });
  expect(await verify(home, 'gone.png')).toMatchObject({ code: 1, verdict: 'cannot' });
  const record = json(home.folder, 'fox.json');
  writeFileSync(join(home.folder, 'fox.json'), JSON.stringify({ ...record, backend: 'sold-out' }));
  expect(await verify(home, 'fox.png')).toMatchObject({ code: 4, verdict: 'cannot', why: "there is no backend 'sold-out'" });
  expect(await verify(home, 'fox.png', '--backend', 'sketch')).toMatchObject({ code: 0, verdict: 'same' });
  rmSync(join(home.folder, 'fox.json'));
  writeFileSync(join(home.folder, 'fox.png'), 'no picture');
  expect(await verify(home, 'fox.png')).toMatchObject({ code: 1, verdict: 'cannot' });
});

test('a running server makes it again, and what it costs is said', async () => {
  const server = await startServer({ config: 'backends:\n  paid:\n    type: mock\n    price: per_image\n    price_micros: 40000\n' });
  await make(server.home, '--backend', 'paid');
  const again = await runCommand(['verify', 'fox.png'], server.home);
  expect([again.code, again.stdout, again.stderr]).toEqual([0, 'same: it comes out again, pixel by pixel\n', 'Making it again costs 0.0400 USD.\n']);
  await server.stop();
});

test('a budget that is used up is told from a backend that fails', async () => {
  const home = makeHome();
  writeFileSync(join(home.folder, 'albumen.yaml'), 'backends:\n  paid:\n    type: mock\n    price: per_image\n    price_micros: 40000\n');
  await make(home, '--backend', 'paid');
  await ok(home, 'budget', 'set', '0.04');
  expect(await verify(home, 'fox.png')).toMatchObject({ code: 5, verdict: 'cannot', why: expect.stringMatching(/budget .* is used up/) });
});

test('a server that does not answer, or asks for a token that is not there, is no matter of the picture', async () => {
  const home = makeHome();
  await make(home);
  const there = ['verify', 'fox.png', '--server', 'http://127.0.0.1:9'];
  const silent = await runCommand(there, home, { ALBUMEN_TOKEN: 'alb_x' });
  expect([silent.code, silent.stdout, silent.stderr]).toEqual([4, '', "albumen: '127.0.0.1' refuses the connection\n"]);
  const nobody = await runCommand([...there, '--data', join(home.folder, 'other')], home);
  expect([nobody.code, nobody.stdout]).toEqual([3, '']);
});
