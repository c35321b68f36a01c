// A database that does not answer for a while: the worker waits decently, and forgets no job that it may have.
import { expect, test } from 'vitest';

import { makeHome, startServer, type Server } from '../scenario/harness.ts';
import { openStream, type EventStream } from '../scenario/sse.ts';
import { ENDED } from './clients.ts';
import { Commander } from './commander.ts';

const CONFIG = 'backends:\n  scripted:\n    type: mock\n    concurrency: 8\n';
const CLAIM_AGAIN_MS = 500;
const LEASE_MS = 10_000;

async function submit(server: Server, prompt: string): Promise<string> {
  const body = { backend: 'scripted', request: { prompt, width: 32, height: 32 } };
  return (await server.ok(202, 'POST', '/api/jobs', body)).jobIds[0];
}

const states = (stream: EventStream, id: string): string[] =>
  stream.events.map(({ data }) => data.result).filter((job) => job.jobId === id).map((job) => job.status);

const hasEnded = (stream: EventStream, id: string) => states(stream, id).some((status) => ENDED.includes(status));

test('a claim that fails is made again after a pause, until it works', async () => {
  const home = makeHome();
  const commander = new Commander(home);
  const server = await startServer({ home, config: CONFIG, env: commander.env });
  const stream = await openStream(server.port, { token: server.token });
  const failures = () => server.log.filter((line) => line.msg === 'claim failed' && line.lane === 'scripted').map((line) => Date.parse(line.time));
  commander.set('job_claim:1:from');
  const id = await submit(server, 'late');
  await server.waitForOutput('stderr', /(claim failed[^\n]*"scripted"[^]*){3}/);
  commander.set('');
  expect(await stream.until(() => hasEnded(stream, id)), 'the job has ended').toBe(true);
  const times = failures();
  const pauses = times.slice(1).map((time, i) => time - times[i]!);
  expect(Math.min(...pauses), `pauses between ${times.length} claims`).toBeGreaterThanOrEqual(CLAIM_AGAIN_MS);
  stream.close();
  await server.stop();
});

test('jobs of a claim whose answer was lost are done, also while the worker is busy with others', async () => {
  const home = makeHome();
  const commander = new Commander(home);
  const server = await startServer({ home, config: CONFIG, env: commander.env });
  const stream = await openStream(server.port, { token: server.token });
  const busy = await submit(server, 'hang');
  await stream.until(() => states(stream, busy).includes('running'));
  commander.set('job_claimed:1:fail');
  const id = await submit(server, 'claimed by nobody');
  expect(await stream.until(() => hasEnded(stream, id), 2 * LEASE_MS), `it was ${states(stream, id)}`).toBe(true);
  expect(commander.hits()).toBe(1);
  expect(states(stream, id).at(-1)).toBe('completed');
  await server.ok(200, 'POST', `/api/jobs/${busy}/cancel`);
  await stream.until(() => hasEnded(stream, busy));
  stream.close();
  await server.stop();
});
