// What a server refuses for now is asked for again when it says, by every command; nothing is done twice, and Ctrl-C ends a wait.
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { filesIn, makeFolder } from './cli.ts';
import { startFront, type Front, type Refuse } from './front.ts';
import { BINARY, cleanEnv, runCommand, startServer, type Server } from './harness.ts';
import { makePng, sha256, until } from './png.ts';

const MOCK = 'backends:\n  fake:\n    type: mock\n    concurrency: 20\n';
/** With it the harness lifts none of the others: they are as they are by default. */
const DEFAULT_LIMITS = 'limits:\n  login_attempts_per_minute: 10\n';
const WAITING = 'albumen: waiting: too many requests from this account\n';
const SIZE = ['--size', '32'];

const firstTime = (pattern: RegExp, status = 429): Refuse => ({ path }, times) => (times === 1 && pattern.test(path) ? { status, retryAfter: '1' } : undefined);

async function through(front: Front, server: Server, ...args: string[]) {
  return await runCommand([...args, '--server', front.url], server.home, { ALBUMEN_TOKEN: server.token });
}

/** A command that is interrupted once it has come so far. */
function begin(front: Front, server: Server, ...args: string[]) {
  const env = cleanEnv(server.home, { ALBUMEN_TOKEN: server.token });
  const child = spawn(BINARY, [...args, '--server', front.url], { cwd: server.home.folder, env, stdio: ['ignore', 'ignore', 'pipe'] });
  const out = { stderr: '' };
  child.stderr.setEncoding('utf8').on('data', (text: string) => (out.stderr += text));
  const ended = new Promise<number | string>((settle) => child.on('close', (code, signal) => settle(signal ?? code ?? 'unknown')));
  return { out, ended, interrupt: () => child.kill('SIGINT') };
}

const runningJob = async (server: Server): Promise<any> =>
  await until('a running job', async () => (await server.ok(200, 'GET', '/api/jobs?status=running')).jobs[0]);

test('more requests than the limits allow at once are slower, and that is all', async () => {
  const server = await startServer({ config: 'limits:\n  requests_per_minute_per_token: 120\n' });
  writeFileSync(join(server.home.folder, 'x.png'), makePng());
  const put = await runCommand(['image', 'put', ...Array.from({ length: 24 }, () => 'x.png'), '--json'], server.home);
  expect([put.code, put.stderr]).toEqual([0, WAITING]);
  expect(put.stdout.trim().split('\n')).toHaveLength(24);
});

test('twenty slow shots are waited for within the default limits', async () => {
  const server = await startServer({ config: MOCK + DEFAULT_LIMITS });
  const run = async (...args: string[]) => await runCommand(args, server.home);
  const shots = Array.from({ length: 20 }, (_, i) => ['--shot', `${i}: slow:1500ms`]).flat();
  const made = await run('album', 'create', 'Cups', '--subject', 'a cup', ...shots, '--width', '32', '--height', '32', '--json');
  const { id } = JSON.parse(made.stdout);
  expect((await run('album', 'anchor', id)).code).toBe(0);
  const ended = await run('album', 'shots', id);
  expect([ended.code, ended.stderr]).toEqual([0, '']);
  expect(ended.stdout).toMatch(/20 of 20 complete/);
});

test('every job of many is heard of, also where others have come since', async () => {
  const server = await startServer({ config: MOCK });
  await server.ok(200, 'POST', '/api/queue/pause', { lane: 'fake' });
  const submit = async (prompt: string, count: number): Promise<string[]> =>
    (await server.ok(202, 'POST', '/api/jobs', { backend: 'fake', request: { prompt, width: 32, height: 32 }, count })).jobIds;
  const wanted = [...(await submit('refuse', 2)), ...(await submit('a fox', 14))];
  for (let i = 0; i < 11; i++) await submit('a dot', 16);
  const front = await startFront(server, () => undefined);
  const watch = through(front, server, 'job', 'watch', '--json', ...wanted);
  await expect.poll(() => front.seen.filter(({ path }) => path.startsWith('/api/jobs')).length, { timeout: 20_000 }).toBeGreaterThan(1);
  await server.ok(200, 'POST', '/api/queue/resume', { lane: 'fake' });
  const ended = await watch;
  expect(ended.code, ended.stderr).toBe(1);
  const ends = ended.stdout.trim().split('\n').map((line) => JSON.parse(line)).filter(({ status }) => status === 'completed' || status === 'failed');
  expect(ends.map((one) => one.jobId ?? one.id).sort()).toEqual([...wanted].sort());
  expect(front.seen.filter(({ path }) => path.startsWith('/api/jobs')).length).toBeLessThan(wanted.length);
  front.close();
});

test('a picture is fetched, written and put into its album, whatever is refused on the way', async () => {
  const server = await startServer({ config: MOCK });
  const front = await startFront(server, firstTime(/^\/media\/|\/recipe$|^\/api\/albums\/[^/]+\/images$/));
  const folder = makeFolder(server.home);
  const made = await through(front, server, 'generate', 'a dot', ...SIZE, '--album', 'Dots', '--name', 'x', '-o', folder);
  expect([made.code, filesIn(folder)], made.stderr).toEqual([0, ['x.json', 'x.png']]);
  expect(made.stderr.match(/^albumen: waiting: /gm)).toHaveLength(1);
  const { sha256: wanted } = JSON.parse(readFileSync(join(folder, 'x.json'), 'utf8'));
  expect(sha256(readFileSync(join(folder, 'x.png')))).toBe(wanted);
  expect((await server.ok(200, 'GET', '/api/albums')).albums[0]).toMatchObject({ name: 'Dots', imageCount: 1 });
  front.close();
});

test('an order that was refused is sent again under its key, and is one job', async () => {
  const server = await startServer({ config: MOCK });
  const front = await startFront(server, firstTime(/^\/api\/jobs$/, 503));
  const made = await through(front, server, 'generate', 'a dot', ...SIZE, '-o', makeFolder(server.home));
  expect(made.code, made.stderr).toBe(0);
  const keys = front.seen.filter(({ method, path }) => method === 'POST' && path === '/api/jobs').map(({ key }) => key);
  expect([keys.length, new Set(keys).size, keys.includes(undefined)]).toEqual([2, 1, false]);
  expect((await server.ok(200, 'GET', '/api/jobs')).jobs).toHaveLength(1);
  front.close();
});

test('a change whose end nobody knows is not sent twice; what reads, or has a key, is', async () => {
  const server = await startServer({ config: MOCK });
  const away: Refuse = (_, times) => (times === 1 ? { status: 503, retryAfter: '1', code: 'unavailable' } : undefined);
  const front = await startFront(server, away);
  const made = await through(front, server, 'album', 'create', 'Once');
  expect([made.code, made.stderr], made.stderr).toEqual([1, 'albumen: too many requests\n']);
  expect(front.seen.filter(({ method }) => method === 'POST')).toHaveLength(1);
  const listed = await through(front, server, 'album', 'list', '--json');
  expect([listed.code, listed.stdout], listed.stderr).toEqual([0, '']);
  const picture = await through(front, server, 'generate', 'a dot', ...SIZE, '-o', makeFolder(server.home));
  expect(picture.code, picture.stderr).toBe(0);
  front.close();
});

test('a file whose sending was refused is sent again from its beginning', async () => {
  const server = await startServer();
  const front = await startFront(server, firstTime(/^\/api\/images/));
  const bytes = makePng({ width: 300, height: 200, noise: true });
  writeFileSync(join(server.home.folder, 'x.png'), bytes);
  const put = await through(front, server, 'image', 'put', 'x.png', '--json');
  expect([put.code, JSON.parse(put.stdout).sha256], put.stderr).toEqual([0, sha256(bytes)]);
  front.close();
});

test('a 503 that does not say when to come again is an error', async () => {
  const server = await startServer();
  const front = await startFront(server, () => ({ status: 503 }));
  const list = await through(front, server, 'image', 'list');
  expect([list.code, list.stderr, front.seen.length]).toEqual([1, 'albumen: too many requests\n', 1]);
  front.close();
});

test('an interrupt ends a wait at once, and what is under way is cancelled however patient that has to be', async () => {
  const server = await startServer({ config: MOCK });
  const out = makeFolder(server.home);
  const full = await startFront(server, ({ method, path }) => (method === 'POST' && path === '/api/jobs' ? { status: 429, retryAfter: '300' } : undefined));
  const waits = begin(full, server, 'generate', 'a dot', ...SIZE, '-o', out);
  await expect.poll(() => waits.out.stderr, { timeout: 20_000 }).toContain('waiting: too many requests');
  waits.interrupt();
  expect(await waits.ended, waits.out.stderr).toBe(130);
  full.close();

  const busy = await startFront(server, firstTime(/\/cancel$/));
  const hangs = begin(busy, server, 'generate', 'hang', ...SIZE, '-o', out);
  const { id } = await runningJob(server);
  await expect.poll(() => busy.seen.some(({ path }) => path === `/api/jobs/${id}`), { timeout: 20_000 }).toBe(true);
  hangs.interrupt();
  expect(await hangs.ended, hangs.out.stderr).toBe(130);
  expect((await server.ok(200, 'GET', `/api/jobs/${id}`)).status).toBe('cancelled');
  busy.close();
});

test('a job that cannot be cancelled after an interrupt is named', async () => {
  const server = await startServer({ config: MOCK });
  const front = await startFront(server, ({ path }) => (path.endsWith('/cancel') ? { status: 502 } : undefined));
  const hangs = begin(front, server, 'generate', 'hang', ...SIZE, '-o', makeFolder(server.home));
  const { id } = await runningJob(server);
  await expect.poll(() => front.seen.some(({ path }) => path === `/api/jobs/${id}`), { timeout: 20_000 }).toBe(true);
  hangs.interrupt();
  await expect.poll(() => hangs.out.stderr, { timeout: 20_000 }).toContain(`albumen: the job ${id} could not be cancelled: too many requests\n`);
  await server.ok(200, 'POST', `/api/jobs/${id}/cancel`);
  expect(await hangs.ended, hangs.out.stderr).toBe(130);
  front.close();
});
