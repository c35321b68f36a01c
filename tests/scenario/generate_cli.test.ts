// albumen generate: each option on the real program, into files that are looked at.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { asImagen, filesIn, hiddenIn, json, makeFolder, ok, runProgram, SMALL } from './cli.ts';
import { BINARY, makeHome, runCommand, startServer } from './harness.ts';
import { until } from './png.ts';

const PNG = '89504e470d0a1a0a';
const bytes = (...path: string[]) => readFileSync(join(...path));
const isPng = (data: Buffer) => data.subarray(0, 8).toString('hex') === PNG;
const sides = (data: Buffer) => [data.readUInt32BE(16), data.readUInt32BE(20)];

test('a prompt becomes a picture and its sidecar, with no configuration, and it is said what drew it', async () => {
  const home = makeHome();
  const made = await ok(home, 'generate', 'A red fox, in snow!', '--size', '64x48', '--seed', '7');
  const [name] = made.stdout.trim().split('\n');
  expect(name).toMatch(/^\d{4}-\d{2}-\d{2}-a-red-fox-in-snow-7\.png$/);
  expect(made.stderr).toBe("Drawn by 'sketch', the built-in renderer: no model, no network. Others are set up under 'backends' (albumen config init).\n");
  expect(sides(bytes(home.folder, name!))).toEqual([64, 48]);
  const sidecar = json(home.folder, name!.replace('.png', '.json'));
  expect(sidecar).toMatchObject({
    file: name,
    prompt: 'A red fox, in snow!',
    backend: 'sketch',
    provider: 'sketch',
    seed: 7,
    width: 64,
    height: 48,
    media_type: 'image/png',
    request: { prompt: 'A red fox, in snow!', width: 64, height: 48, seed: 7 },
    ignored: [],
    metadata: { style: 'illustration' },
  });
  expect(new Date(sidecar.created_at).toISOString()).toBe(sidecar.created_at);
  expect(hiddenIn(home.folder)).toEqual([]);
});

test('options reach the request, and what a backend ignores is said and written down', async () => {
  const home = makeHome();
  const made = await ok(
    home, 'generate', 'a cat', '--aspect', '16:9', '--size', '64', '--style', 'ink', '--negative', 'dogs', '--steps', '9', '--guidance', '2.5', '--seed', '-3', '--json',
  );
  const record = JSON.parse(made.stdout);
  expect(made.stderr).toBe('');
  expect(record.request).toEqual({ prompt: 'a cat', negative_prompt: 'dogs', style: 'ink', width: 64, height: 40, seed: -3, steps: 9, guidance: 2.5 });
  expect(record.ignored).toEqual(['steps', 'guidance']);
  expect(record.metadata.style).toBe('ink');
  const words = await ok(home, 'generate', 'a cat', '--size', '32', '--steps', '4');
  expect(words.stderr).toContain("'sketch' ignores: steps\n");
});

test('a style that the backend does not know is put in words', async () => {
  const home = makeHome();
  const made = JSON.parse((await ok(home, 'generate', 'a cat', '--style', 'noir', '--size', '32', '--json')).stdout);
  expect(made.style).toBe('noir');
  expect(made.prompt).toBe('a cat');
  expect(made.file).toMatch(/-a-cat-/);
  expect(made.request.prompt).toMatch(/^black and white film noir scene of a cat, /);
  expect(made.request.negative_prompt).toContain('cheerful');
  expect(made.request).not.toHaveProperty('style');
});

test('several pictures have seeds that follow each other, and none replaces another', async () => {
  const home = makeHome();
  const folder = makeFolder(home);
  await ok(home, 'generate', 'dot', '-n', '3', '--seed', '10', '-o', folder, ...SMALL, '--name', '{slug}-{seed}');
  expect(filesIn(folder)).toEqual(['dot-10.json', 'dot-10.png', 'dot-11.json', 'dot-11.png', 'dot-12.json', 'dot-12.png']);
  const before = bytes(folder, 'dot-10.png');
  await ok(home, 'generate', 'dot', '--seed', '10', '-o', folder, '--size', '48', '--quiet', '--name', '{slug}-{seed}');
  expect(bytes(folder, 'dot-10.png').equals(before)).toBe(true);
  expect(sides(bytes(folder, 'dot-10-2.png'))).toEqual([48, 48]);
  expect(json(folder, 'dot-10-2.json').file).toBe('dot-10-2.png');
});

test('two calls at once under one name write two pictures with their sidecars', async () => {
  const home = makeHome();
  const folder = makeFolder(home);
  const server = await startServer({ home });
  const calls = Array.from({ length: 6 }, (_, i) => runCommand(['generate', `dot ${i}`, '-n', '4', '-o', folder, '--name', 'same', ...SMALL], home));
  for (const call of await Promise.all(calls)) expect([call.code, call.stderr]).toEqual([0, '']);
  const files = filesIn(folder);
  const names = Array.from({ length: 24 }, (_, i) => (i === 0 ? 'same' : `same-${i + 1}`));
  expect(files).toEqual(names.flatMap((name) => [`${name}.json`, `${name}.png`]).sort());
  expect(new Set(names.map((name) => json(folder, `${name}.json`).image)).size).toBe(24);
  for (const name of names) expect(json(folder, `${name}.json`).file).toBe(`${name}.png`);
  await server.stop();
});

test('a name keeps to the format of what came, in folders of its own', async () => {
  const home = makeHome();
  const folder = makeFolder(home);
  await ok(home, 'generate', 'dot', '-o', folder, '--name', '{backend}/{slug}.jpg', ...SMALL);
  expect(filesIn(join(folder, 'sketch'))).toEqual(['dot.json', 'dot.png']);
});

test('one file, a folder that is made, and standard output', async () => {
  const home = makeHome();
  await ok(home, 'generate', 'dot', '-o', 'new/deep/', '--name', 'x', ...SMALL);
  expect(filesIn(join(home.folder, 'new/deep'))).toEqual(['x.json', 'x.png']);
  expect((await ok(home, 'generate', 'dot', '-o', 'one/fox.png', ...SMALL)).stdout).toBe('one/fox.png\n');
  expect((await ok(home, 'generate', 'dot', '--output=one/fox.png', ...SMALL)).stdout).toBe('one/fox-2.png\n');
  const piped = await runProgram(BINARY, ['generate', 'dot', '-o', '-', ...SMALL], home);
  expect([piped.code, piped.stderr]).toEqual([0, '']);
  expect(isPng(piped.bytes)).toBe(true);
  expect(hiddenIn(home.folder)).toEqual([]);
  for (const wrong of [['-n', '2'], ['--json']]) expect((await runCommand(['generate', 'dot', '-o', '-', ...wrong], home)).code).toBe(2);
});

test('the configuration says folder and name, and whether there are sidecars', async () => {
  const home = makeHome();
  writeFileSync(join(home.folder, 'albumen.yaml'), 'output:\n  directory: ~/Pictures/imagen\n  naming: "{slug}.{ext}"\n  write_metadata_json: false\n');
  const made = await ok(home, 'generate', 'a dot', ...SMALL);
  expect(made.stdout).toBe(`${home.folder}/Pictures/imagen/a-dot.png\n`);
  expect(filesIn(join(home.folder, 'Pictures/imagen'))).toEqual(['a-dot.png']);
});

test('a prompt is read from standard input', async () => {
  const home = makeHome();
  const made = await runProgram(BINARY, ['generate', '-', '--json', '--size', '32'], home, 'a fox\n in two lines\n\n');
  expect(JSON.parse(made.stdout).prompt).toBe('a fox\n in two lines');
  const empty = await runProgram(BINARY, ['generate', '-'], home, ' \n');
  expect([empty.code, empty.stderr]).toEqual([2, 'albumen: the prompt is empty\n']);
});

test('several backends get one prompt and one seed, and their pictures are labelled', async () => {
  const home = makeHome();
  writeFileSync(join(home.folder, 'albumen.yaml'), 'backends:\n  fake:\n    type: mock\n  drawn:\n    type: sketch\n');
  const made = await ok(home, 'generate', 'dot', '--backend', 'fake', '--backend', 'drawn', '--size', '32', '--seed', '5');
  expect(made.stdout.split('\n').sort()).toEqual(['', expect.stringMatching(/^drawn: .*-dot-5(-2)?\.png$/), expect.stringMatching(/^fake: .*-dot-5(-2)?\.png$/)]);
  expect(made.stderr).toContain("Drawn by 'drawn', the built-in renderer");
  expect(made.stderr).toMatch(/2 pictures in \d+\.\d s, 0 not made\.\n$/);
});

test("the backend's own options are taken by their type", async () => {
  const home = makeHome();
  writeFileSync(join(home.folder, 'albumen.yaml'), 'backends:\n  fake:\n    type: mock\n');
  const wrong = await runCommand(['generate', 'dot', '--opt', 'nothing=1'], home);
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toContain("unknown field 'nothing'");
  const made = await ok(home, 'generate', 'dot', '--opt', 'script=count:2', '--json', '--size', '32');
  expect(made.stdout.trim().split('\n').map((line) => JSON.parse(line).request.options)).toEqual([{ script: 'count:2' }, { script: 'count:2' }]);
  for (const opt of ['x', '=x']) expect((await runCommand(['generate', 'dot', '--opt', opt], home)).stderr).toBe(`albumen: --opt is like key=value, not '${opt}'\n`);
});

test('a file, an address that is refused, and an id are pictures to go by', async () => {
  const home = makeHome();
  await ok(home, 'generate', 'a cat', '-o', 'cat.png', ...SMALL);
  const first = JSON.parse((await ok(home, 'generate', 'a dog', '--ref', 'cat.png', '--size', '32', '--json')).stdout);
  expect(first.references).toEqual([expect.objectContaining({ image: json(home.folder, 'cat.json').image, sha256: json(home.folder, 'cat.json').sha256 })]);
  const again = JSON.parse((await ok(home, 'generate', 'a dog', '--ref', first.image, '--size', '32', '--json')).stdout);
  expect(again.references[0].image).toBe(first.image);
  const refused = await runCommand(['generate', 'a dog', '--ref', 'http://127.0.0.1:9/x.png?key=secret'], home);
  expect(refused.code).toBe(2);
  expect(refused.stderr).not.toContain('secret');
  writeFileSync(join(home.folder, 'x.png'), 'no picture');
  expect((await runCommand(['generate', 'a dog', '--ref', 'x.png'], home)).stderr).toBe("albumen: --ref: 'x.png' is no PNG, JPEG or WebP\n");
  expect((await runCommand(['generate', 'a dog', '--ref', 'gone.png'], home)).code).toBe(2);
});

test('as many are asked for at a time as -j says', async () => {
  const server = await startServer({ config: 'backends:\n  fake:\n    type: mock\n    concurrency: 8\n' });
  let over = false;
  const call = runCommand(['generate', 'slow:1500ms', '-n', '6', '-j', '3', ...SMALL], server.home).finally(() => (over = true));
  const seen = [];
  while (!over) {
    const { jobs } = await server.ok(200, 'GET', '/api/queue');
    seen.push(jobs.filter((job: any) => job.kind === 'generate').length);
  }
  expect([(await call).code, Math.max(...seen)]).toEqual([0, 3]);
  expect(filesIn(server.home.folder).filter((name) => name.endsWith('.png'))).toHaveLength(6);
  await server.stop();
});

test('a dry run says what would be sent, where, at which price, and sends nothing', async () => {
  const home = makeHome();
  writeFileSync(join(home.folder, 'albumen.yaml'), 'backends:\n  paid:\n    type: mock\n    price: per_image\n    price_micros: 40000\n');
  const words = await ok(home, 'generate', 'a cat', '--dry-run', '-n', '2', '--style', 'noir', '--seed', '7');
  expect(words.stdout).toMatch(/^paid \(.*\)\n {2}prompt {10}black and white film noir scene of a cat/);
  expect(words.stdout).toMatch(/ {2}seed {12}7\n[^]* {2}seed {12}8\n/);
  expect(words.stdout).toMatch(/ {2}price {11}0\.0400 USD\n {2}goes to {9}\.\/\{date\}/);
  expect(words.stdout).toMatch(/\n2 pictures, 0\.0800 USD\. Nothing was sent\.\n$/);
  expect(filesIn(home.folder)).toEqual(['albumen.yaml', 'data']);
  const data = JSON.parse((await ok(home, 'generate', 'a cat', '--dry-run', '--json', '--steps', '3', '--backend', 'sketch')).stdout);
  expect(data).toMatchObject({ backend: 'sketch', provider: 'sketch', ignored: ['steps'], quote: { costMicros: 0, basis: 'free' } });
  const jobs = await ok(home, 'generate', 'x', '--size', '32', '--json', '--backend', 'sketch');
  expect(JSON.parse(jobs.stdout).seed).toBeTypeOf('number');
});

test('pictures go into an album of that name, which is made once', async () => {
  const home = makeHome();
  for (const prompt of ['one', 'two']) await ok(home, 'generate', prompt, '--album', 'My dots & more', ...SMALL);
  const albums = (await ok(home, 'album', 'list', '--json')).stdout.trim().split('\n').map((line) => JSON.parse(line));
  expect(albums).toEqual([expect.objectContaining({ name: 'My dots & more', imageCount: 2, sourceType: 'manual' })]);
});

test('calls at once that want one album of a name share it', async () => {
  const server = await startServer();
  const calls = Array.from({ length: 5 }, (_, i) => runCommand(['generate', `dot ${i}`, '--album', 'Shared', ...SMALL], server.home));
  for (const call of await Promise.all(calls)) expect([call.code, call.stderr]).toEqual([0, '']);
  const albums = (await ok(server.home, 'album', 'list', '--json')).stdout.trim().split('\n').map((line) => JSON.parse(line));
  expect(albums).toEqual([expect.objectContaining({ name: 'Shared', imageCount: 5 })]);
  await server.stop();
});

test('it is the same with a running server, and with one that is named', async () => {
  const server = await startServer();
  const here = JSON.parse((await ok(server.home, 'generate', 'dot', '--seed', '3', '--size', '32', '--json')).stdout);
  const far = makeHome('sqlite');
  writeFileSync(join(far.folder, 'token'), `${server.token}\n`);
  const env = { ALBUMEN_TOKEN_FILE: join(far.folder, 'token') };
  const named = await runCommand(['generate', 'dot', '--seed', '3', '--size', '32', '--json', '--server', server.url], far, env);
  expect([named.code, named.stderr]).toEqual([0, '']);
  const there = JSON.parse(named.stdout);
  expect(there.sha256).toBe(here.sha256);
  expect(Object.keys(there)).toEqual(Object.keys(here));
  expect(bytes(far.folder, there.file).equals(bytes(server.home.folder, here.file))).toBe(true);
  const byVariable = await runCommand(['generate', 'dot', ...SMALL], far, { ...env, ALBUMEN_SERVER: server.url });
  expect(byVariable.code, byVariable.stderr).toBe(0);
  expect(filesIn(far.folder)).not.toContain('data');
  const stranger = await runCommand(['generate', 'dot', '--server', server.url], far, { ALBUMEN_TOKEN: 'alb_no' });
  expect(stranger.code).toBe(1);
  await server.stop();
});

test('every way to end has its exit code', async () => {
  const home = makeHome();
  writeFileSync(join(home.folder, 'albumen.yaml'), 'backends:\n  fake:\n    type: mock\n');
  const cases: [number, RegExp, ...string[]][] = [
    [2, /^albumen: what shall be made\?/],
    [2, /'--sed' \(did you mean '--seed'\?\)/, 'x', '--sed', '1'],
    [2, /--size is like 1024x768/, 'x', '--size', 'big'],
    [2, /--preview is auto, on or off/, 'x', '--preview', 'maybe'],
    [2, /there is no backend 'nobody'/, 'x', '--backend', 'nobody'],
    [2, /exclude each other/, 'x', '--from-file', 'y'],
    [2, /'from_file'|cannot open 'gone.txt'/, '--from-file', 'gone.txt'],
    [2, /--name has the unknown placeholder \{slog\}/, 'x', '--name', '{slog}'],
    [4, /^albumen: the prompt asks for a refusal\n$/, 'refuse', '--backend', 'fake'],
    [1, /^albumen: no call has left anything to do in '\.'/, '--resume'],
  ];
  for (const [code, message, ...args] of cases) {
    const ended = await runCommand(['generate', ...args], home);
    expect([args.join(' '), ended.code, ended.stderr]).toEqual([args.join(' '), code, expect.stringMatching(message)]);
  }
  writeFileSync(join(home.folder, 'albumen.yaml'), 'nonsense: 1\n');
  expect((await runCommand(['generate', 'x'], home)).code).toBe(3);
});

test('some of several fail: the others are kept, each failure is said, and json tells both', async () => {
  const home = makeHome();
  writeFileSync(join(home.folder, 'albumen.yaml'), 'backends:\n  fake:\n    type: mock\n');
  writeFileSync(join(home.folder, 'p.txt'), 'good one\nrefuse\ngood two\n');
  const folder = makeFolder(home);
  const made = await runCommand(['generate', '--from-file', 'p.txt', '-o', folder, '--json'], home);
  expect(made.code).toBe(1);
  const lines = made.stdout.trim().split('\n').map((line) => JSON.parse(line));
  expect(lines.filter((line) => line.error)).toEqual([expect.objectContaining({ prompt: 'refuse', error: { code: 'refused', message: expect.any(String) } })]);
  expect(filesIn(folder).filter((name) => name.endsWith('.png'))).toHaveLength(2);
});

test('with --json a job that somebody else cancels has its line too', async () => {
  const server = await startServer({ config: 'backends:\n  fake:\n    type: mock\n' });
  const making = runCommand(['generate', 'hang', '--size', '32', '--json', '-o', makeFolder(server.home)], server.home);
  const { id } = await until('a running job', async () => (await server.ok(200, 'GET', '/api/jobs?status=running')).jobs[0]);
  await server.ok(200, 'POST', `/api/jobs/${id}/cancel`);
  const made = await making;
  expect([made.code, made.stderr]).toEqual([1, '']);
  expect(JSON.parse(made.stdout)).toEqual({ prompt: 'hang', job: id, error: { code: 'cancelled', message: 'the job was cancelled' } });
});

test('called imagen it reads imagen.yaml where there is no albumen.yaml', async () => {
  const home = makeHome();
  const imagen = asImagen(home);
  writeFileSync(join(home.folder, 'imagen.yaml'), 'backends:\n  drawn:\n    type: sketch\noutput:\n  directory: ~/Pictures/imagen\n  naming: "{date}-{slug}-{seed}.png"\n  write_metadata_json: true\n');
  const made = await runProgram(imagen, ['generate', 'a dot', '--size', '32', '--seed', '1'], home);
  expect(made.code, made.stderr).toBe(0);
  expect(made.stdout).toMatch(new RegExp(`^${home.folder}/Pictures/imagen/\\d{4}-\\d{2}-\\d{2}-a-dot-1\\.png\n$`));
  expect(made.stderr).toContain("Drawn by 'drawn'");
  expect(made.stderr).toContain('(imagen config init)');
  expect(filesIn(home.folder)).toContain('data');

  const other = makeHome('sqlite');
  const anywhere = await runProgram(asImagen(other), ['generate', 'a dot', ...SMALL, '--name', 'x'], other, '', { ALBUMEN_DATA: '' });
  expect([anywhere.code, anywhere.stderr, filesIn(other.folder)]).toEqual([0, '', ['bin', 'x.json', 'x.png']]);
  expect(filesIn(join(other.folder, '.local/share/albumen'))).toContain('albumen.db');
});

test('styles are listed and shown, also those of the own folder', async () => {
  const home = makeHome();
  writeFileSync(join(makeFolder(home, 'data/styles'), 'house.yaml'), 'title: House style\nsuffix: teal and orange\nsteps: 12\n');
  const list = await ok(home, 'style', 'list');
  expect(list.stdout).toMatch(/^NAME +TITLE +WHERE\n/);
  expect(list.stdout).toMatch(/\nhouse +House style +every backend\n/);
  expect(list.stdout).toMatch(/\nink +Ink drawing +every backend; its own at sketch\n/);
  expect((await ok(home, 'style', 'show', 'house')).stdout).toBe("house (House style), from the folder 'styles'\n  suffix     teal and orange\n  steps      12\n");
  const made = JSON.parse((await ok(home, 'generate', 'a cat', '--style', 'house', '--size', '32', '--json')).stdout);
  expect(made.request.prompt).toBe('a cat, teal and orange');
  const wrong = await runCommand(['style', 'show', 'hous'], home);
  expect([wrong.code, wrong.stderr]).toEqual([2, "albumen: there is no style 'hous' (did you mean 'house'?)\n"]);
});

test('a budget that is used up ends a call with its own exit code, and keeps what was made', async () => {
  const home = makeHome();
  const folder = makeFolder(home);
  writeFileSync(join(home.folder, 'albumen.yaml'), 'backends:\n  paid:\n    type: mock\n    price: unknown\n    price_per_megapixel: 0.01\n');
  const dry = JSON.parse((await ok(home, 'generate', 'a dot', '--style', 'cinematic', '--dry-run', '--json')).stdout);
  expect(dry.quote.costMicros).toBe(Math.ceil((1344 * 768 * 10_000) / 1_000_000));
  await ok(home, 'budget', 'set', '0.025', '--per', 'day');
  const made = await runCommand(['generate', 'a dot', '--size', '1000', '-n', '5', '-j', '1', '-o', folder, '--json'], home);
  expect([made.code, made.stderr]).toEqual([5, '']);
  expect(filesIn(folder).filter((name) => name.endsWith('.png'))).toHaveLength(2);
  expect(made.stdout.trim().split('\n').map((line) => JSON.parse(line).error?.code ?? 'made')).toEqual(['made', 'made', 'budget_exhausted']);
});

test('commands without a server take turns in one data folder, also after a server was killed', async () => {
  const server = await startServer({ home: makeHome('sqlite') });
  const home = server.home;
  await server.kill9();
  const calls = Array.from({ length: 4 }, (_, i) => runCommand(['generate', `dot ${i}`, '-n', '3', ...SMALL], home));
  for (const call of await Promise.all(calls)) expect([call.code, call.stderr.replace(/^Another command .*\n/, '')]).toEqual([0, '']);
  expect(filesIn(home.folder).filter((name) => name.endsWith('.png'))).toHaveLength(12);
});
