// albumen job and albumen queue: tables for people, JSON for programs, with a running server and with none.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { BINARY, cleanEnv, makeHome, runCommand, startServer, type Server } from './harness.ts';

const MOCK = 'backends:\n  fake:\n    type: mock\n    concurrency: 1\n';

async function submit(server: Server, prompt: string): Promise<string> {
  const { jobIds } = await server.ok(202, 'POST', '/api/jobs', { backend: 'fake', request: { prompt } });
  return jobIds[0];
}

/** A command that goes on until it has seen enough; `saw` waits for a line of its output. */
function begin(server: Server, args: string[]) {
  const child = spawn(BINARY, args, { env: cleanEnv(server.home), stdio: ['ignore', 'pipe', 'pipe'] });
  const watchers = new Set<() => void>();
  const out = { stdout: '', stderr: '' };
  const note = (stream: 'stdout' | 'stderr') => (text: Buffer) => {
    out[stream] += text.toString();
    for (const watcher of watchers) watcher();
  };
  child.stdout.on('data', note('stdout'));
  child.stderr.on('data', note('stderr'));
  const ended = new Promise<number | string>((settle) => child.on('close', (code, signal) => settle(signal ?? code ?? 'unknown')));
  const saw = async (pattern: RegExp) =>
    await new Promise<void>((settle, fail) => {
      const late = setTimeout(() => fail(new Error(`no ${pattern} in\n${out.stdout}${out.stderr}`)), 20_000);
      const look = () => {
        if (!pattern.test(out.stdout)) return;
        clearTimeout(late);
        watchers.delete(look);
        settle();
      };
      watchers.add(look);
      look();
    });
  return { out, ended, saw };
}

test('jobs are listed, shown, cancelled and tried again', async () => {
  const server = await startServer({ config: MOCK });
  const run = async (...args: string[]) => await runCommand(args, server.home);
  const running = await submit(server, 'hang');
  const waiting = await submit(server, 'a fox');

  const list = await run('job', 'list');
  expect(list.stdout).toMatch(/^ID +STATUS +LANE +PROMPT +CREATED +KIND +ERROR\n/);
  expect(list.stdout).toMatch(new RegExp(`\n${waiting} +queued +fake +a fox +\\d{4}-`));
  expect((await run('job', 'list', '--status', 'failed')).stdout).not.toContain(waiting);
  const rows = (await run('job', 'list', '--json')).stdout.trim().split('\n').map((line) => JSON.parse(line));
  expect(rows.map((row) => row.id)).toEqual([waiting, running]);

  expect((await run('job', 'show', waiting)).stdout).toMatch(/Prompt: {3}a fox\nStatus: {3}queued, 0 ahead\n/);
  expect((await run('job', 'cancel', waiting)).stdout).toMatch(/Status: {3}cancelled\n/);
  expect(JSON.parse((await run('job', 'retry', waiting, '--json')).stdout).status).toBe('queued');
  await run('job', 'cancel', running);
  expect((await run('job', 'watch', waiting)).stdout).toMatch(new RegExp(`${waiting}  completed\n$`));
  const missing = await run('job', 'show', '01900000-0000-7000-8000-000000000000');
  expect([missing.code, missing.stderr]).toEqual([1, 'albumen: no such job\n']);
});

test('a watch hears what happens, also across a restart of the server, and its exit code tells of failures', async () => {
  let server = await startServer({ config: MOCK });
  await server.ok(200, 'POST', '/api/queue/pause', { lane: 'fake' });
  const good = await submit(server, 'a fox');
  const bad = await submit(server, 'refuse');
  const watch = begin(server, ['job', 'watch', '--json']);
  await watch.saw(/"queued"[^]*"queued"/);
  const address = server.address;
  await server.kill9();
  server = await startServer({ config: MOCK, home: server.home, env: { ALBUMEN_LISTEN: address } });
  await server.ok(200, 'POST', '/api/queue/resume', { lane: 'fake' });
  expect(await watch.ended, watch.out.stderr).toBe(1);
  const news = watch.out.stdout.trim().split('\n').map((line) => JSON.parse(line));
  const ends = news.filter(({ status }) => status === 'completed' || status === 'failed');
  expect(ends.map((one) => [one.jobId ?? one.id, one.status]).sort()).toEqual([[good, 'completed'], [bad, 'failed']]);
});

test('a lane is paused and resumed, and the table says so', async () => {
  const server = await startServer({ config: MOCK });
  const run = async (...args: string[]) => await runCommand(args, server.home);
  expect((await run('queue', 'pause', 'fake')).stdout).toMatch(/^fake +0 +0 +1 +- {2}paused$/m);
  const job = await submit(server, 'a fox');
  const table = await run('queue');
  expect(table.stdout).toMatch(/^LANE +WAITING +RUNNING +LIMIT +PER MIN +STATE\nfake +1 +0 +1 +- {2}paused\n/);
  expect(table.stdout).toContain(`Yours:\n${job}  queued `);
  expect(JSON.parse((await run('queue', '--json')).stdout).jobs[0].id).toBe(job);
  expect((await run('queue', 'resume', 'fake')).stdout).toMatch(/^fake +[01] +[01] +1 +- {2}open$/m);
  expect((await run('job', 'watch', job)).code).toBe(0);
  const wrong = await run('queue', 'pause', 'elsewhere');
  expect([wrong.code, wrong.stderr]).toEqual([1, "albumen: there is no lane 'elsewhere': a backend's name, or system\n"]);
});

test('without a server the jobs that wait are run by the one who watches', async () => {
  const home = makeHome();
  const nothing = await runCommand(['job', 'watch'], home);
  expect([nothing.code, nothing.stdout]).toEqual([0, 'Nothing of yours waits or runs.\n']);
  const server = await startServer({ config: MOCK, home });
  await server.ok(200, 'POST', '/api/queue/pause', { lane: 'fake' });
  const job = await submit(server, 'a fox');
  await server.stop();
  const env = { ALBUMEN_CONFIG: join(home.folder, 'albumen.yaml') };
  expect((await runCommand(['queue', 'resume', 'fake'], home, env)).code).toBe(0);
  const watch = await runCommand(['job', 'watch'], home, env);
  expect([watch.code, watch.stderr]).toEqual([0, '']);
  expect(JSON.parse((await runCommand(['job', 'show', job, '--json'], home, env)).stdout).status).toBe('completed');
});
