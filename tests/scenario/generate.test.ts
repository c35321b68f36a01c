// Paid pictures while the server comes and goes: nothing is bought twice, and what can be had by asking is asked for.
import { afterAll, beforeAll, expect, test } from 'vitest';

import { Upstream } from '../faults/upstream.ts';
import { makeHome, startServer, type Server } from './harness.ts';

let upstream: Upstream;

beforeAll(async () => {
  upstream = await Upstream.start();
});
afterAll(async () => {
  await upstream.stop();
});

const backend = (name: string, remote: string) => `  ${name}:
    type: mock
    mode: http
    remote: ${remote}
    url: ${upstream.url}
    api_key: test-key
    poll_ms: 20
`;
const config = () => `backends:\n${backend('once', 'none')}${backend('given', 'given')}${backend('own', 'own')}`;

const ask = async (path: string) => (await fetch(upstream.url + path)).json() as Promise<Record<string, number>>;

// Looks again until it holds; each look is answered at once.
async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 30_000;
  while (!(await holds())) if (Date.now() > end) throw new Error(`too late: ${what}`);
}

async function submit(server: Server, name: string, prompt: string): Promise<string> {
  const { jobIds } = await server.ok(202, 'POST', '/api/jobs', { backend: name, request: { prompt, seed: 1 } });
  return jobIds[0];
}

async function ended(server: Server, id: string): Promise<any> {
  let job: any;
  await until(`the end of job ${id}`, async () => {
    job = await server.ok(200, 'GET', `/api/jobs/${id}`);
    return ['completed', 'failed', 'cancelled'].includes(job.status);
  });
  return job;
}

test('kill -9 in the middle of a purchase buys nothing twice', async () => {
  const home = makeHome();
  const server = await startServer({ home, config: config() });
  const cases = [
    { backend: 'once', prompt: 'a slow:90000ms', status: 'failed' },
    { backend: 'given', prompt: 'b late:90000ms', status: 'failed' },
    { backend: 'given', prompt: 'c slow:2000ms', status: 'completed' },
    { backend: 'own', prompt: 'd late:90000ms', status: 'completed' },
  ];
  const ids: string[] = [];
  for (const one of cases) ids.push(await submit(server, one.backend, one.prompt));
  await until('every purchase', async () => Object.keys(await ask('/bought')).length === cases.length);
  await until('the first question about the one with an id', async () => (await ask('/counters')).polls! > 0);
  await server.kill9();

  const next = await startServer({ home, config: config() });
  for (const [i, one] of cases.entries()) {
    const job = await ended(next, ids[i]!);
    expect([one.prompt, job.status, job.error]).toEqual([
      one.prompt,
      one.status,
      one.status === 'completed'
        ? null
        : `'${one.backend}' may have made the picture and been paid for it, so it is not asked again by itself: ` +
          'retry the job for that (the server ended before the answer came)',
    ]);
    if (one.status === 'failed') expect(job.errorCode).toBe('outcome_unknown');
  }
  expect(Object.values(await ask('/bought'))).toEqual(cases.map(() => 1));
  await next.stop();
});

test('a server that is stopped leaves the work at the provider to the next one', async () => {
  const home = makeHome();
  const server = await startServer({ home, config: config() });
  const before = (await ask('/counters')).cancels ?? 0;
  const prompt = 'left slow:8000ms';
  const id = await submit(server, 'given', prompt);
  await until('the purchase', async () => (await ask('/bought'))[prompt] === 1);
  await server.stop();

  const next = await startServer({ home, config: config() });
  expect((await ended(next, id)).status).toBe('completed');
  expect((await ask('/counters')).cancels ?? 0).toBe(before);
  expect((await ask('/bought'))[prompt]).toBe(1);
  await next.stop();
});

test('a cancel is passed on to the provider', async () => {
  const server = await startServer({ config: config() });
  const before = (await ask('/counters')).cancels ?? 0;
  const polls = (await ask('/counters')).polls ?? 0;
  const id = await submit(server, 'given', 'unwanted hang');
  await until('the first question', async () => (await ask('/counters')).polls! > polls);
  await server.ok(200, 'POST', `/api/jobs/${id}/cancel`);
  expect((await ended(server, id)).status).toBe('cancelled');
  expect((await ask('/counters')).cancels).toBe(before + 1);
  await server.stop();
});
