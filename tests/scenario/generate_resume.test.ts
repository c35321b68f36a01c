// albumen generate --from-file: interrupted in every way, resumed, and each picture there once.
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { Upstream } from '../faults/upstream.ts';
import { filesIn, hiddenIn, json, makeFolder, ok } from './cli.ts';
import { BINARY, cleanEnv, makeHome, runCommand, startServer, type Home } from './harness.ts';

let upstream: Upstream;

beforeAll(async () => {
  upstream = await Upstream.start();
});
afterAll(async () => {
  await upstream.stop();
});

const COUNT = Number(process.env.ALBUMEN_TEST_PROMPTS ?? 40);
const pictures = (folder: string) => filesIn(folder).filter((name) => name.endsWith('.png'));
const ask = async (path: string) => (await fetch(upstream.url + path)).json() as Promise<any>;

function writePrompts(home: Home, count: number, more = ''): string {
  const file = join(home.folder, 'prompts.csv');
  writeFileSync(file, `prompt,seed\n${Array.from({ length: count }, (_, i) => `"thing number ${i}, ${more}",${i}\n`).join('')}`);
  return file;
}

/** Starts a call, and ends it by a signal once so many pictures are there. */
async function interrupt(home: Home, args: string[], folder: string, pictureCount: number, signal: NodeJS.Signals): Promise<{ code: number | string; stderr: string }> {
  const child = spawn(BINARY, args, { cwd: home.folder, env: cleanEnv(home), stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const closed = new Promise<number | string>((settle) => child.on('close', (exit, by) => settle(by ?? exit ?? 'unknown')));
  let ended = false;
  void closed.then(() => (ended = true));
  const deadline = Date.now() + 120_000;
  while (!ended && pictures(folder).length < pictureCount) {
    if (Date.now() > deadline) throw new Error(`only ${pictures(folder).length} pictures`);
    await new Promise((next) => setImmediate(next));
  }
  child.kill(signal);
  return { code: await closed, stderr };
}

function expectAll(folder: string, count: number): void {
  const records = pictures(folder).map((name) => json(folder, name.replace('.png', '.json')));
  expect(records.map((record) => record.seed).sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
  expect(new Set(records.map((record) => record.image)).size).toBe(count);
  expect(filesIn(folder)).toHaveLength(2 * count);
  expect(hiddenIn(folder)).toEqual([]);
}

test(`${COUNT} prompts, killed twice and resumed, are ${COUNT} pictures once each`, async () => {
  const home = makeHome();
  const folder = makeFolder(home);
  const file = writePrompts(home, COUNT, 'in ink');
  const killed = ['generate', '--from-file', file, '-j', '8', '-o', folder, '--size', '32'];
  expect((await interrupt(home, killed, folder, Math.floor(COUNT / 4), 'SIGKILL')).code).toBe('SIGKILL');
  expect(hiddenIn(folder).filter((name) => name.endsWith('.jsonl'))).toHaveLength(1);
  expect((await interrupt(home, ['generate', '--resume', '-j', '8', '-o', folder], folder, Math.floor(COUNT / 2), 'SIGKILL')).code).toBe('SIGKILL');
  await ok(home, 'generate', '--resume', '-j', '8', '-o', folder, '--quiet');
  expectAll(folder, COUNT);
  const images = await allImages(home);
  expect(images).toBe(COUNT);
}, 600_000);

test('against a server, which is killed too, the same prompts are the same number of pictures', async () => {
  const first = await startServer();
  const home = first.home;
  const folder = makeFolder(home);
  const file = writePrompts(home, COUNT, 'in ink');
  // Killed with little done, with some of it made by the next server, and asked to end.
  await interrupt(home, ['generate', '--from-file', file, '-j', '8', '-o', folder, '--size', '32'], folder, 1, 'SIGKILL');
  await first.kill9();
  const second = await startServer({ home });
  await interrupt(home, ['generate', '--resume', '-j', '4', '-o', folder], folder, Math.floor(COUNT / 3), 'SIGKILL');
  await interrupt(home, ['generate', '--resume', '-j', '1', '-o', folder], folder, pictures(folder).length + 1, 'SIGTERM');
  await ok(home, 'generate', '--resume', '-j', '8', '-o', folder, '--quiet');
  expectAll(folder, COUNT);
  await second.stop();
  expect(await allImages(home)).toBe(COUNT);
}, 600_000);

test('what the interrupted call has cancelled, and did not live to see, is made by the one that goes on', async () => {
  const server = await startServer({ config: 'backends:\n  fake:\n    type: mock\n    concurrency: 2\n' });
  const { home } = server;
  const folder = makeFolder(home);
  const file = writePrompts(home, 6, 'slow:900ms');
  await interrupt(home, ['generate', '--from-file', file, '-j', '4', '-o', folder, '--size', '32'], folder, 1, 'SIGKILL');
  const { jobs } = await server.ok(200, 'GET', '/api/jobs?limit=50');
  for (const { id } of jobs) await server.ok(200, 'POST', `/api/jobs/${id}/cancel`);
  await expect.poll(async () => (await server.ok(200, 'GET', '/api/jobs?limit=50')).jobs.filter(({ status }: any) => status === 'running' || status === 'queued')).toEqual([]);
  expect((await server.ok(200, 'GET', '/api/jobs?status=cancelled')).jobs.length).toBeGreaterThan(0);
  await ok(home, 'generate', '--resume', '-j', '2', '-o', folder, '--quiet');
  expectAll(folder, 6);
  await server.stop();
});

/** Pictures in the library, page by page. */
async function allImages(home: Home): Promise<number> {
  const server = await startServer({ home });
  let count = 0;
  let cursor = '';
  do {
    const page = await server.ok(200, 'GET', `/api/images?limit=200${cursor}`);
    count += page.images.length;
    cursor = page.nextCursor ? `&cursor=${page.nextCursor}` : '';
  } while (cursor);
  await server.stop();
  return count;
}

test('what was bought before a kill is fetched, not bought again', async () => {
  const home = makeHome();
  const folder = makeFolder(home);
  writeFileSync(
    join(home.folder, 'albumen.yaml'),
    `backends:\n  paid:\n    type: mock\n    mode: http\n    remote: own\n    url: ${upstream.url}\n    api_key: test-key\n    poll_ms: 20\n    price: per_image\n    price_micros: 40000\n    concurrency: 8\n`,
  );
  const file = writePrompts(home, 12, 'slow:60ms');
  const before = Object.keys(await ask('/bought')).length;
  await interrupt(home, ['generate', '--from-file', file, '-j', '4', '-o', folder], folder, 3, 'SIGKILL');
  await interrupt(home, ['generate', '--resume', '-o', folder], folder, 6, 'SIGKILL');
  await ok(home, 'generate', '--resume', '-o', folder, '--quiet');
  expectAll(folder, 12);
  const bought = await ask('/bought');
  expect(Object.keys(bought)).toHaveLength(before + 12);
  expect(new Set(Object.values(bought))).toEqual(new Set([1]));
}, 120_000);

test('an interrupt cancels what is under way, says what is kept, and leaves the rest to a resume', async () => {
  const home = makeHome();
  const folder = makeFolder(home);
  writeFileSync(join(home.folder, 'albumen.yaml'), 'backends:\n  fake:\n    type: mock\n    concurrency: 2\n');
  const file = writePrompts(home, 10, 'slow:100ms');
  const ended = await interrupt(home, ['generate', '--from-file', file, '-j', '2', '-o', folder], folder, 3, 'SIGINT');
  expect(ended.code).toBe(130);
  const said = ended.stderr.match(/albumen: interrupted\. (\d+) pictures are kept, (\d+) left\.\nalbumen generate --resume goes on with them\.\n$/);
  expect(said, ended.stderr).not.toBeNull();
  expect(Number(said![1])).toBe(pictures(folder).length);
  expect(Number(said![1]) + Number(said![2])).toBe(10);
  await ok(home, 'generate', '--resume', '-o', folder, '--quiet');
  expectAll(folder, 10);
}, 60_000);

test('a resume tries again what failed, and leaves alone what may have been bought', async () => {
  const home = makeHome();
  const folder = makeFolder(home);
  const config = (script: string) => `backends:\n  fake:\n    type: mock\n    price: per_image\n    price_micros: 40000\n${script}`;
  writeFileSync(join(home.folder, 'albumen.yaml'), config('    script: refuse\n'));
  writeFileSync(join(home.folder, 'p.txt'), 'one\ntwo\n');
  const refused = await runCommand(['generate', '--from-file', 'p.txt', '-o', folder], home);
  expect([refused.code, filesIn(folder)]).toEqual([4, []]);
  expect(refused.stderr).toMatch(/albumen: one: the prompt asks for a refusal\n[^]*albumen generate --resume goes on with them\.\n$/);
  writeFileSync(join(home.folder, 'albumen.yaml'), config('    script: unknown\n'));
  const unknown = await runCommand(['generate', '--resume', '-o', folder], home);
  expect([unknown.code, filesIn(folder)]).toEqual([4, []]);
  writeFileSync(join(home.folder, 'albumen.yaml'), config(''));
  const again = await runCommand(['generate', '--resume', '-o', folder], home);
  expect([again.code, filesIn(folder)]).toEqual([1, []]);
}, 60_000);

test('a call killed between its files takes up its own names', async () => {
  const home = makeHome();
  const folder = makeFolder(home);
  writeFileSync(join(home.folder, 'p.txt'), 'one\ntwo\nthree\n');
  const args = ['generate', '--from-file', 'p.txt', '-j', '1', '-o', folder, '--size', '32', '--name', 'same'];
  // The point is passed for the journal, then for each sidecar and each picture; the folder's sync comes behind each.
  for (let pass = 2; pass <= 7; pass++) {
    const one = makeFolder(home, `out-${pass}`);
    const cut = await runCommand(args.with(args.indexOf(folder), one), home, { ALBUMEN_FAULT: `file_new_name:${pass}:kill` });
    expect(cut.code).toBe('SIGKILL');
    await ok(home, 'generate', '--resume', '-o', one, '--quiet');
    expect(filesIn(one)).toEqual(['same-2.json', 'same-2.png', 'same-3.json', 'same-3.png', 'same.json', 'same.png']);
    for (const name of ['same', 'same-2', 'same-3']) expect(json(one, `${name}.json`).file).toBe(`${name}.png`);
    expect(hiddenIn(one)).toEqual([]);
  }
}, 120_000);

test('every kind of file of prompts is read, and its mistakes are named with their lines', async () => {
  const home = makeHome();
  const folder = makeFolder(home);
  writeFileSync(join(home.folder, 'p.txt'), '# two\nfirst\n\nsecond\n');
  writeFileSync(join(home.folder, 'p.jsonl'), '{"prompt":"third","seed":9,"size":"48x32","name":"own-{seed}","style":"ink"}\n');
  writeFileSync(join(home.folder, 'p.csv'), 'prompt,aspect,size\n"fourth, with a comma",2:1,64\n');
  for (const file of ['p.txt', 'p.jsonl', 'p.csv']) await ok(home, 'generate', '--from-file', file, '--size', '32', '-o', folder, '--quiet', '--name', '{slug}');
  expect(pictures(folder)).toEqual(['first.png', 'fourth-with-a-comma.png', 'own-9.png', 'second.png']);
  expect(json(folder, 'own-9.json').request).toMatchObject({ width: 48, height: 32, style: 'ink', seed: 9 });
  expect(json(folder, 'fourth-with-a-comma.json')).toMatchObject({ width: 64, height: 32 });
  writeFileSync(join(home.folder, 'bad.csv'), 'prompt,sede\nx,1\n');
  const bad = await runCommand(['generate', '--from-file', 'bad.csv'], home);
  expect([bad.code, bad.stderr]).toEqual([2, "albumen: bad.csv:1: unknown column 'sede' (did you mean 'seed'?)\n"]);
  expect(readdirSync(home.folder).filter((name) => name.startsWith('.albumen'))).toEqual([]);
});

test('a resume at another place is refused', async () => {
  const home = makeHome();
  const folder = makeFolder(home);
  const file = writePrompts(home, 20);
  await interrupt(home, ['generate', '--from-file', file, '-o', folder, '--size', '32'], folder, 2, 'SIGKILL');
  const other = await runCommand(['generate', '--resume', '-o', folder, '--data', join(home.folder, 'other')], home);
  expect([other.code, other.stderr]).toEqual([2, `albumen: that call asked ${home.folder}/data: go on there (--server, --data)\n`]);
  expect(readFileSync(join(folder, hiddenIn(folder)[0]!), 'utf8')).toContain('thing number 19');
});
