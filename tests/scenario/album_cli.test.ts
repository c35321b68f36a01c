// albumen album: with no server at all, and beside one that runs.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { makeHome, runCommand, startServer } from './harness.ts';

const SIZE = ['--width', '64', '--height', '64'];

test('a session is made from the first word to the last picture without a server', async () => {
  const home = makeHome();
  const run = async (...args: string[]) => await runCommand(args, home);
  const made = await run('album', 'create', 'Jordan', '--subject', 'A tall man', '--set', 'product', ...SIZE, '--json');
  expect(made.code, made.stderr).toBe(0);
  const album = JSON.parse(made.stdout);
  const early = await run('album', 'shots', album.id);
  expect([early.code, early.stderr]).toEqual([1, 'albumen: generate the anchor before the shots\n']);

  const anchor = await run('album', 'anchor', album.id);
  expect([anchor.code, anchor.stderr]).toEqual([0, '']);
  expect(anchor.stdout).toMatch(/^Jordan .*\nSubject: A tall man\nAnchor: {2}\/media\/.*anchor\.png\nShots: {3}0 of 4 complete\n/);
  const shots = await run('album', 'shots', album.id, '--json');
  expect(shots.code, shots.stderr).toBe(0);
  const full = JSON.parse(shots.stdout);
  expect(full.shots.map((shot: any) => shot.status)).toEqual(['complete', 'complete', 'complete', 'complete']);
  const key = full.shots[3].imageUrl.replace('/media/', '');
  expect(readFileSync(join(home.folder, 'data', 'blobs', key)).subarray(1, 4).toString()).toBe('PNG');

  const again = await run('album', 'shots', album.id, '--index', '3', '--json');
  expect(JSON.parse(again.stdout).shots[3].imageUrl).not.toBe(full.shots[3].imageUrl);
  expect((await run('album', 'list')).stdout).toMatch(/^ID .*\n.* session +5 +Jordan\n$/);
  expect((await run('album', 'rm', album.id)).stdout).toBe('Deleted. Its pictures are still in the library.\n');
  expect((await run('album', 'show', album.id)).stderr).toBe('albumen: no such album\n');
});

test('a list of several pages is whole, with a server and without', async () => {
  const server = await startServer();
  for (let i = 0; i < 410; i++) await server.ok(201, 'POST', '/api/albums', { name: `number ${i}` });
  const names = async () => (await runCommand(['album', 'list'], server.home)).stdout.trim().split('\n').slice(1).map((line) => line.replace(/.*(number \d+)$/, '$1'));
  const there = await names();
  await server.stop();
  expect(there).toEqual(Array.from({ length: 410 }, (_, i) => `number ${409 - i}`));
  expect(await names()).toEqual(there);
});

test('outliers are shown and made again, as often as is allowed', async () => {
  const config = 'consistency:\n  mark_percent: 100\n  remakes: 1\n';
  const server = await startServer({ config });
  const run = async (...args: string[]) => await runCommand(args, server.home);
  const { id } = JSON.parse((await run('album', 'create', 'Cups', '--subject', 'a cup', '--shot', 'One: from above', ...SIZE, '--json')).stdout);
  expect((await run('album', 'anchor', id)).code).toBe(0);
  expect((await run('album', 'shots', id)).code).toBe(0);
  const shown = async () => (await run('album', 'show', id)).stdout;
  await expect.poll(shown, { timeout: 60_000 }).toMatch(/\nLike the anchor: \d+ % on average, 1 below the mark\n +0 {2}complete {4}One +\d+ % /);
  const before = JSON.parse((await run('album', 'show', id, '--json')).stdout);
  const after = JSON.parse((await run('album', 'remake', id, '--json')).stdout);
  expect([after.shots[0].remakes, after.shots[0].imageId === before.shots[0].imageId]).toEqual([1, false]);
  await expect.poll(shown, { timeout: 60_000 }).toContain('1 below the mark');
  expect(JSON.parse((await run('album', 'remake', id, '--no-wait')).stdout).jobIds).toEqual([]);
});

test('the ZIP comes from a running server, whole and under a name of its own', async () => {
  const server = await startServer({ config: 'backends:\n  fake:\n    type: mock\n' });
  const run = async (...args: string[]) => await runCommand(args, server.home);
  const { id } = JSON.parse((await run('album', 'create', 'Red / fox', '--subject', 'a fox', '--shot', 'One: from above', '--json')).stdout);
  const file = join(server.home.folder, 'fox.zip');
  const early = await run('album', 'zip', id, file);
  expect([early.code, early.stderr, existsSync(file)]).toEqual([1, 'albumen: there are no pictures in this album yet\n', false]);
  expect((await run('album', 'anchor', id)).code).toBe(0);
  expect((await run('album', 'shots', id)).code).toBe(0);
  const written = JSON.parse((await run('album', 'zip', id, file, '--json')).stdout);
  expect(written).toEqual({ file, sizeBytes: statSync(file).size });
  expect(execFileSync('python3', ['-m', 'zipfile', '-l', file], { encoding: 'utf8' })).toMatch(/01-anchor\.png[^]*02-One\.png/);
  const again = await run('album', 'zip', id, file);
  expect([again.code, again.stderr]).toEqual([1, `albumen: there is a '${file}' already: name another file\n`]);
  await server.stop();
  const alone = await run('album', 'zip', id, `${file}2`);
  expect([alone.code, existsSync(`${file}2`)]).toEqual([1, false]);
  expect(alone.stderr).toMatch(/^albumen: a ZIP comes from a running server: start one \(albumen serve\), or name one \(--server\)$/m);
});

test('own shots are taken as words, wrong ones refused before anything is made', async () => {
  const home = makeHome();
  const made = await runCommand(['album', 'create', 'Two', '--subject', 'A cup', '--shot', 'Hero: from above', '--shot', 'Side: from the side'], home);
  expect(made.stdout).toMatch(/0 {2}pending {4,}Hero[^]*1 {2}pending {4,}Side/);
  const wrong = await runCommand(['album', 'create', 'Two', '--subject', 'A cup', '--shot', 'no colon'], home);
  expect([wrong.code, wrong.stderr]).toEqual([2, "albumen: --shot takes 'Label: direction', not 'no colon'\n"]);
  const group = await runCommand(['album', 'xyzzy'], home);
  expect([group.code, group.stderr]).toEqual([2, "albumen: 'album' goes on with one of: create, list, show, anchor, shots, remake, zip, rm\n"]);
});

test('a running server is asked instead, and what fails is said with its reason', async () => {
  const server = await startServer({ config: 'backends:\n  fake:\n    type: mock\n' });
  const run = async (...args: string[]) => await runCommand(args, server.home);
  const { id } = JSON.parse((await run('album', 'create', 'Bad', '--subject', 'a dot', '--shot', 'no: refuse', '--json')).stdout);
  const anchor = await run('album', 'anchor', id);
  expect(anchor.code, anchor.stderr).toBe(0);
  const shots = await run('album', 'shots', id);
  expect(shots.code).toBe(1);
  expect(shots.stderr).toMatch(/^job [0-9a-f-]+ failed: \S/);
  expect(shots.stdout).toMatch(/0 of 1 complete\n +0 {2}failed/);
  const later = await run('album', 'shots', id, '--no-wait');
  expect(JSON.parse(later.stdout).jobIds).toHaveLength(1);
});

test('names of other people move no cursor', async () => {
  const server = await startServer({ config: 'login:\n  passwords: true\n' });
  const password = server.plant('long enough for a prank');
  await server.ok(201, 'POST', '/api/users', { name: 'prankster', password });
  const signIn = await server.api('POST', '/api/session', { name: 'prankster', password }, { token: null });
  const cookie = server.plant(signIn.headers.get('set-cookie')!.split(';')[0]!);
  const theirs = { token: null, headers: { cookie, origin: server.url } };
  const name = '\x1b]0;owned\x07\x1b[2J\r\nID  \u009b31mred';
  const { id } = await server.ok(201, 'POST', '/api/albums', { name, isPublic: true, subjectDesc: name, shots: [{ label: name, direction: name }] }, theirs);
  for (const args of [['album', 'list'], ['album', 'show', id]]) {
    const { code, stdout, stderr } = await runCommand(args, server.home);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('?]0;owned??[2J??ID  ??31mred');
    expect(stdout.replaceAll('\n', '')).not.toMatch(/[\0-\x1f\x7f-\x9f]/);
  }
});
