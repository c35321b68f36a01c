// What a server makes is copied, too, where that is configured: once, later, and without holding up anybody.
import { afterEach, beforeEach, expect, test } from 'vitest';

import { makeHome, runCommand, startServer, type Home, type Server, type StartOptions } from './harness.ts';
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

test('a command without a server copies its own file once', async () => {
  const server = await start();
  await server.stop();
  const ended = await runCommand(['generate', 'a red fox', '--size', '32', '--quiet', '-o', home.folder + '/'], home, { ALBUMEN_CONFIG: `${home.folder}/albumen.yaml` });
  expect([ended.code, ended.stderr, project.objects.size, project.rows.images!.size]).toEqual([0, '', 1, 1]);
});
