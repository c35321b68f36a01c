// What a server makes is copied, too, where that is configured: once, later, and without holding up anybody.
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { filesIn } from './cli.ts';
import { BINARY, cleanEnv, makeHome, runCommand, startServer, type Home, type Server, type StartOptions } from './harness.ts';
import { OWNER, restError, storageError, Supabase, TOKEN_KEY } from './supabase.ts';

let project: Supabase;
let home: Home;

beforeEach(async () => {
  project = await Supabase.start();
  home = makeHome();
});
afterEach(async () => {
  await project.stop();
});

const config = (more = '  from_server: true\n') => `cloud:\n  url: ${project.url}\n  service_key: ${TOKEN_KEY}\n  owner_user_id: ${OWNER}\n${more}`;

async function start(options: StartOptions = {}): Promise<Server> {
  const server = await startServer({ home, config: config(), ...options });
  server.plant(TOKEN_KEY);
  return server;
}

async function draw(server: Server, prompt = 'a red fox'): Promise<void> {
  await server.ok(202, 'POST', '/api/jobs', { backend: 'sketch', request: { prompt, width: 32, height: 32, seed: 7 } });
}

// Looks again until as many jobs of the kind have that state; each look is answered at once.
async function copies(server: Server, status: string, count: number): Promise<any[]> {
  const end = Date.now() + 30_000;
  for (;;) {
    const { jobs } = await server.ok(200, 'GET', `/api/jobs?kind=cloud_copy&status=${status}`);
    if (jobs.length === count) return jobs;
    if (Date.now() > end) throw new Error(`too late: ${JSON.stringify((await server.ok(200, 'GET', '/api/jobs?kind=cloud_copy')).jobs)}`);
  }
}

test('a picture is copied after it is safe, with its row', async () => {
  const server = await start();
  await draw(server);
  await copies(server, 'completed', 1);
  const { images } = await server.ok(200, 'GET', '/api/images');
  const [[path, object]] = [...project.objects] as any;
  expect(path).toMatch(new RegExp(`^\\d{4}-\\d\\d-\\d\\d/${images[0].id}\\.png$`));
  const bytes = await fetch(`${server.url}${images[0].url}`, { headers: { authorization: `Bearer ${server.token}` } });
  expect(object.bytes).toEqual(Buffer.from(await bytes.arrayBuffer()));
  expect([...project.rows.images!.values()]).toMatchObject([
    { id: images[0].id, owner_user_id: OWNER, storage_path: path, prompt: 'a red fox', seed: 7, backend: 'sketch', provider: 'sketch', width: 32, height: 32, sha256: images[0].sha256 },
  ]);
  await server.stop();
});

test('a copy that fails is tried again, told in its job, and sent when that is retried', async () => {
  project.troubles.object.push({ status: 503 }, { status: 500 }, { cut: true }, storageError('503', 'x', 'busy'));
  const server = await start();
  await draw(server, 'patience');
  await copies(server, 'completed', 1);
  expect([project.objects.size, project.rows.images!.size]).toEqual([1, 1]);

  project.troubles.row.push(restError(404, 'PGRST205', "Could not find the table 'imagen.images'"));
  await draw(server, 'no table');
  const [failed] = await copies(server, 'failed', 1);
  expect([failed.errorCode, failed.error]).toEqual(['misconfigured', "the picture is uploaded, but not its row: HTTP 404: Could not find the table 'imagen.images'"]);
  await server.ok(200, 'POST', `/api/jobs/${failed.id}/retry`);
  await copies(server, 'completed', 2);
  expect(project.rows.images!.size).toBe(2);
  await server.stop();
});

test('kill -9 in the middle of a copy makes no second row', async () => {
  const server = await start();
  for (const call of ['object', 'row'] as const) project.troubles[call].push({ holds: true });
  await draw(server);
  await project.held();
  await server.kill9();
  const next = await start();
  await project.held();
  await next.kill9();
  const last = await start();
  await copies(last, 'completed', 1);
  expect([project.objects.size, project.rows.images!.size]).toEqual([1, 1]);
  await last.stop();
});

test('a server that is stopped does not wait for the cloud', async () => {
  const server = await start();
  project.troubles.object.push({ holds: true });
  await draw(server);
  await project.held();
  await server.stop();
  expect(project.rows.images!.size).toBe(0);
  const next = await start();
  await copies(next, 'completed', 1);
  expect(project.rows.images!.size).toBe(1);
  await next.stop();
});

test.each([
  ['is not asked for', '', {}],
  ['is switched off', '  from_server: true\n', { IMAGEN_CLOUD_SYNC: 'off' }],
])('nothing is copied where it %s', async (_name, more, env) => {
  const server = await start({ config: config(more), env });
  await draw(server);
  const end = Date.now() + 30_000;
  while ((await server.ok(200, 'GET', '/api/images')).images.length === 0) expect(Date.now()).toBeLessThan(end);
  expect((await server.ok(200, 'GET', '/api/jobs?kind=cloud_copy')).jobs).toEqual([]);
  await server.stop();
  expect(project.requests).toEqual([]);
});

/** A command on another machine, with a configuration of its own; its picture's name is "DATE-a-red-fox-7.png". */
async function generateThere(server: Server, cloud: string, ...args: string[]): Promise<void> {
  const there = makeHome();
  writeFileSync(join(there.folder, 'albumen.yaml'), `${cloud}backends:\n  sketch: { type: sketch }\n`);
  const ended = await runCommand(['generate', 'a red fox', '--size', '32', '--seed', '7', '--quiet', '--server', server.url, ...args], there, { ALBUMEN_TOKEN: server.token });
  expect([ended.code, ended.stderr]).toEqual([0, '']);
}

describe('a command whose server makes copies, too: each place gets one', () => {
  const own = () => config('');
  const cases: [string, () => string, string[], RegExp[]][] = [
    ['of the file, by the command that writes it', own, [], [/^a-red-fox-7$/]],
    ['of the picture, by the server, where the command sends none', () => '', [], [/^[0-9a-f-]{36}$/]],
    ['of the picture, by the server, where there is no file', own, ['-o', '-'], [/^[0-9a-f-]{36}$/]],
    ['of the picture, by the server, where the command is told not to', () => `output:\n  cloud_sync: off\n${own()}`, [], [/^[0-9a-f-]{36}$/]],
    ['none, with --no-cloud', own, ['--no-cloud'], []],
  ];
  test.each(cases)('%s', async (_name, cloud, args, names) => {
    const server = await start();
    await generateThere(server, cloud(), ...args);
    // What was queued behind the picture is done when a later one's copy is.
    await draw(server, 'the last one');
    const count = names.filter((name) => name.source.includes('{36}')).length;
    await copies(server, 'completed', count + 1);
    const paths = [...project.objects.keys()].map((path) => path.replace(/^\d{4}-\d\d-\d\d\//, '').replace(/\.png$/, ''));
    const { images } = await server.ok(200, 'GET', '/api/images');
    const last = images.find((image: any) => image.prompt === 'the last one').id;
    const got = paths.filter((path) => path !== last).sort();
    expect(got).toEqual(names.map((name) => expect.stringMatching(name)));
    expect([...project.rows.images!.values()].filter((row) => row.id !== last)).toHaveLength(names.length);
    await server.stop();
  });
});

test('a server and a command that have a project each send to both', async () => {
  const server = await start();
  const other = await Supabase.start();
  await generateThere(server, config('').replace(project.url, other.url));
  await copies(server, 'completed', 1);
  const ids = [project, other].map((one) => [...one.rows.images!.values()].map((row) => row.id));
  expect([ids[0]!.length, ids[1]]).toEqual([1, ids[0]]);
  expect([...other.objects.keys()]).toEqual([expect.stringMatching(/\/a-red-fox-7\.png$/)]);
  await server.stop();
  await other.stop();
});

test('a call that was killed leaves its copies to the one that goes on with it, not to the server', async () => {
  project.troubles.object.push({ holds: true });
  writeFileSync(join(home.folder, 'albumen.yaml'), config());
  const env = { ALBUMEN_CONFIG: join(home.folder, 'albumen.yaml') };
  const child = spawn(BINARY, ['generate', 'a red fox', '--size', '32', '--quiet', '-n', '3', '-j', '3', '-o', join(home.folder, 'out')], { cwd: home.folder, env: cleanEnv(home, env), stdio: 'ignore' });
  await project.held();
  child.kill('SIGKILL');
  await new Promise((closed) => child.on('close', closed));
  const server = await start();
  const end = Date.now() + 30_000;
  while ((await server.ok(200, 'GET', '/api/images')).images.length < 3) expect(Date.now()).toBeLessThan(end);
  await server.stop();
  const ended = await runCommand(['generate', '--resume', '--quiet', '-o', join(home.folder, 'out')], home, env);
  expect([ended.code, ended.stderr]).toEqual([0, '']);
  expect((await runCommand(['cloud', 'sync'], home, env)).code).toBe(0);
  const rows = [...project.rows.images!.values()];
  expect([rows.length, new Set(rows.map((row) => row.id)).size, project.objects.size]).toEqual([3, 3, 3]);
  expect(rows.map((row) => row.slug)).toEqual(Array(3).fill('a-red-fox'));
});

test('what a call wanted of the cloud holds for the one that goes on with it', async () => {
  writeFileSync(join(home.folder, 'albumen.yaml'), config(''));
  const env = { ALBUMEN_CONFIG: join(home.folder, 'albumen.yaml') };
  const cut = await runCommand(['generate', 'a red fox', '--size', '32', '--quiet', '--no-cloud', '-o', 'out'], home, { ...env, ALBUMEN_FAULT: 'file_new_name:2:kill' });
  expect(cut.code).toBe('SIGKILL');
  expect((await runCommand(['generate', '--resume', '--quiet', '-o', 'out'], home, env)).code).toBe(0);
  expect([filesIn(join(home.folder, 'out')).length, project.requests]).toEqual([2, []]);
});

test('a command without a server copies its own file once', async () => {
  const server = await start();
  await server.stop();
  const ended = await runCommand(['generate', 'a red fox', '--size', '32', '--quiet', '-o', home.folder + '/'], home, { ALBUMEN_CONFIG: `${home.folder}/albumen.yaml` });
  expect([ended.code, ended.stderr, project.objects.size, project.rows.images!.size]).toEqual([0, '', 1, 1]);
});
