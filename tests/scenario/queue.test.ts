// The queue over HTTP: what waits where, pauses, limits and their answers, groups, positions.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { makeHome, startServer, type Server } from './harness.ts';

const LIMITS = 'limits:\n  requests_per_minute_per_token: 0\n  requests_per_minute_per_user: 0\n  requests_per_minute_per_address: 0\n  login_attempts_per_minute: 1000\n';
const BACKENDS = 'backends:\n  fake:\n    type: mock\n    concurrency: 1\n  other:\n    type: mock\n    requests_per_minute: 30\n';

const body = (prompt: string, backend = 'fake', more = {}) => ({ backend, request: { prompt, width: 16, height: 16 }, ...more });

async function submit(server: Server, prompt: string, options = {}): Promise<string> {
  return (await server.ok(202, 'POST', '/api/jobs', body(prompt), options)).jobIds[0];
}

// Looks again until the job stands so; the server answers each look at once.
async function stands(server: Server, id: string, status: string): Promise<any> {
  const until = Date.now() + 20_000;
  for (;;) {
    const job = await server.ok(200, 'GET', `/api/jobs/${id}`);
    if (job.status === status) return job;
    if (Date.now() > until) throw new Error(`job ${id} is ${job.status}, not ${status}`);
  }
}

async function memberToken(server: Server, name: string): Promise<string> {
  const user = await server.ok(201, 'POST', '/api/users', { name, role: 'member' });
  const link = await server.ok(201, 'POST', `/api/users/${user.id}/login-link`);
  const signIn = await server.api('POST', '/api/session', { code: link.url.split('#')[1] }, { token: null });
  const cookie = signIn.headers.get('set-cookie')!.split(';')[0]!;
  const { token } = await server.ok(201, 'POST', '/api/tokens', { name: 'queue', scope: 'write' }, { token: null, headers: { cookie, origin: server.url } });
  return server.plant(token);
}

const laneOf = (queue: any, lane: string) => queue.lanes.find((one: any) => one.lane === lane);

describe('the lanes', () => {
  let server: Server;

  beforeAll(async () => {
    server = await startServer({ config: LIMITS + BACKENDS });
  });
  afterAll(async () => {
    await server.stop();
  });

  test('are there from the start, one for each backend and one for the house', async () => {
    const queue = await server.ok(200, 'GET', '/api/queue');
    expect(queue.lanes).toEqual([
      { lane: 'fake', waiting: 0, running: 0, limit: 1, requestsPerMinute: null, paused: false, pausedAt: null },
      { lane: 'other', waiting: 0, running: 0, limit: 2, requestsPerMinute: 30, paused: false, pausedAt: null },
      { lane: 'sketch', waiting: 0, running: 0, limit: 2, requestsPerMinute: null, paused: false, pausedAt: null },
      { lane: 'system', waiting: 0, running: 0, limit: null, requestsPerMinute: null, paused: false, pausedAt: null },
    ]);
    expect(queue.jobs).toEqual([]);
  });

  test('tell what waits and runs, and where my own jobs stand', async () => {
    const token = await memberToken(server, 'neighbour');
    const running = await submit(server, 'hang');
    await stands(server, running, 'running');
    const theirs = await submit(server, 'after it', { token });
    const mine = [await submit(server, 'one'), await submit(server, 'two')];
    const queue = await server.ok(200, 'GET', '/api/queue');
    expect(laneOf(queue, 'fake')).toMatchObject({ waiting: 3, running: 1 });
    expect(queue.jobs.map((job: any) => [job.id, job.status, job.prompt])).toEqual([
      [running, 'running', 'hang'],
      [mine[0], 'queued', 'one'],
      [mine[1], 'queued', 'two'],
    ]);
    for (const job of queue.jobs) {
      expect(job.position).toBe(job.status === 'running' ? -1 : (await server.ok(200, 'GET', `/api/jobs/${job.id}`)).position);
    }
    const { jobs } = await server.ok(200, 'GET', '/api/queue', undefined, { token });
    expect(jobs.map((job: any) => job.id)).toEqual([theirs]);
    await server.ok(200, 'POST', `/api/jobs/${running}/cancel`);
    for (const id of mine) await stands(server, id, 'completed');
  });

  test('can be paused, which outlives a restart', async () => {
    const home = makeHome();
    let own = await startServer({ home, config: LIMITS + BACKENDS });
    const paused = await own.ok(200, 'POST', '/api/queue/pause', { lane: 'fake' });
    expect(paused).toMatchObject({ lane: 'fake', paused: true });
    const id = await submit(own, 'waits');
    await own.stop();
    own = await startServer({ home, config: LIMITS + BACKENDS });
    expect(laneOf(await own.ok(200, 'GET', '/api/queue'), 'fake')).toMatchObject({ paused: true, pausedAt: paused.pausedAt, waiting: 1 });
    expect((await own.ok(200, 'GET', `/api/jobs/${id}`)).status).toBe('queued');
    expect(await own.ok(200, 'POST', '/api/queue/resume', { lane: 'fake' })).toMatchObject({ paused: false, pausedAt: null });
    await stands(own, id, 'completed');
    await own.stop();
  });

  test.each(['pause', 'resume'])('that do not exist cannot be asked to %s', async (what) => {
    const reply = await server.api('POST', `/api/queue/${what}`, { lane: 'nowhere' });
    expect(reply.status).toBe(422);
    expect(reply.json.error).toMatchObject({ field: 'lane', message: "there is no lane 'nowhere': a backend's name, or system" });
  });
});

describe('a job that nobody wants any more', () => {
  let server: Server;

  beforeAll(async () => {
    server = await startServer({ config: LIMITS + BACKENDS });
  });
  afterAll(async () => {
    await server.stop();
  });

  test('ends at once in the queue, and within a second when it runs', async () => {
    const running = await submit(server, 'hang');
    await stands(server, running, 'running');
    const waiting = await submit(server, 'hang');
    expect((await server.ok(200, 'POST', `/api/jobs/${waiting}/cancel`)).status).toBe('cancelled');
    const began = performance.now();
    expect((await server.ok(200, 'POST', `/api/jobs/${running}/cancel`)).status).toBe('running');
    await stands(server, running, 'cancelled');
    expect(performance.now() - began).toBeLessThan(1000);
    expect((await server.ok(200, 'POST', `/api/jobs/${running}/cancel`)).status).toBe('cancelled');
  });

  test('ends with its group, in one answer', async () => {
    const { groupId, jobIds } = await server.ok(202, 'POST', '/api/jobs', body('hang', 'fake', { count: 4 }));
    await stands(server, jobIds[0], 'running');
    const group = await server.ok(200, 'POST', `/api/groups/${groupId}/cancel`);
    expect(group).toMatchObject({ id: groupId, kind: 'jobs', total: 4, open: 1, cancelled: 3, settledAt: null });
    await stands(server, jobIds[0], 'cancelled');
    const settled = await server.ok(200, 'POST', `/api/groups/${groupId}/cancel`);
    expect(settled).toMatchObject({ open: 0, cancelled: 4 });
    expect(settled.settledAt).not.toBeNull();
    const { groups } = await server.ok(200, 'GET', '/api/groups');
    expect(groups[0]).toEqual(settled);
  });

  test('and can be wanted again: one by itself, or all of a group', async () => {
    const { groupId, jobIds } = await server.ok(202, 'POST', '/api/jobs', body('refuse', 'fake', { count: 2 }));
    for (const id of jobIds) await stands(server, id, 'failed');
    expect(await server.ok(200, 'GET', `/api/groups/${groupId}`)).toMatchObject({ failed: 2, open: 0 });
    await server.ok(200, 'POST', '/api/queue/pause', { lane: 'fake' });
    expect(await server.ok(200, 'POST', `/api/jobs/${jobIds[0]}/retry`)).toMatchObject({ status: 'queued', attempt: 0, position: 0, error: null });
    expect(await server.ok(200, 'POST', `/api/groups/${groupId}/retry`)).toMatchObject({ failed: 0, open: 2, settledAt: null });
    const reply = await server.api('POST', `/api/groups/${groupId}/retry`);
    expect(reply.status, reply.text).toBe(409);
    await server.ok(200, 'POST', '/api/queue/resume', { lane: 'fake' });
    for (const id of jobIds) await stands(server, id, 'failed');
    expect(await server.ok(200, 'GET', `/api/groups/${groupId}`)).toMatchObject({ failed: 2, open: 0 });
  });
});

describe('too much is refused with a time to come back', () => {
  test('503 past the depth of a lane', async () => {
    const server = await startServer({ config: `${LIMITS}${BACKENDS}queue:\n  depth: 2\n` });
    await stands(server, await submit(server, 'hang'), 'running');
    await submit(server, 'one');
    await submit(server, 'two');
    const reply = await server.api('POST', '/api/jobs', body('three'));
    expect(reply.status).toBe(503);
    expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(reply.json.error.message).toBe("the queue of 'fake' is full");
    await server.ok(202, 'POST', '/api/jobs', body('elsewhere', 'other'));
    await server.stop();
  });

  test('503 for a batch that would not fit, and none of it is queued', async () => {
    const server = await startServer({ config: `${LIMITS}${BACKENDS}queue:\n  depth: 3\n` });
    await server.ok(200, 'POST', '/api/queue/pause', { lane: 'fake' });
    expect((await server.api('POST', '/api/jobs', body('four', 'fake', { count: 4 }))).status).toBe(503);
    expect((await server.ok(200, 'GET', '/api/jobs')).jobs).toEqual([]);
    await server.ok(202, 'POST', '/api/jobs', body('three', 'fake', { count: 3 }));
    await server.stop();
  });

  test('429 for more jobs in a minute than an account may submit', async () => {
    const server = await startServer({ config: `${LIMITS}  jobs_per_minute_per_user: 3\n${BACKENDS}` });
    const token = await memberToken(server, 'another');
    const never = await server.api('POST', '/api/jobs', body('four', 'fake', { count: 4 }));
    expect([never.status, never.json.error.field], 'what waiting does not help').toEqual([422, 'count']);
    for (let n = 0; n < 3; n++) await submit(server, `number ${n}`);
    const reply = await server.api('POST', '/api/jobs', body('one more'));
    expect(reply.status).toBe(429);
    expect(Number(reply.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(Number(reply.headers.get('retry-after'))).toBeLessThanOrEqual(20);
    await submit(server, 'mine', { token });
    await server.stop();
  });
});

test('a backend with a rate gets its calls spread over the minute, and no attempt is lost to it', async () => {
  const server = await startServer({ config: `${LIMITS}backends:\n  slow:\n    type: mock\n    concurrency: 4\n    requests_per_minute: 120\n` });
  const began = performance.now();
  const { jobIds } = await server.ok(202, 'POST', '/api/jobs', { backend: 'slow', request: { prompt: 'x', width: 16, height: 16 }, count: 16 });
  for (const id of jobIds) expect((await stands(server, id, 'completed')).attempt).toBe(1);
  expect(performance.now() - began).toBeGreaterThan(1500); // twelve at once, the others half a second apart
  await server.stop();
});

test('one account runs no more jobs at a time than allowed, in all lanes', async () => {
  const server = await startServer({ config: `${LIMITS}  running_jobs_per_user: 1\n${BACKENDS}` });
  const token = await memberToken(server, 'limited');
  const hanging = await submit(server, 'hang', { token });
  const waiting = (await server.ok(202, 'POST', '/api/jobs', body('waits', 'other'), { token })).jobIds[0];
  const mine = (await server.ok(202, 'POST', '/api/jobs', body('mine', 'other'))).jobIds[0];
  await stands(server, mine, 'completed');
  expect((await server.ok(200, 'GET', `/api/jobs/${waiting}`, undefined, { token })).status).toBe('queued');
  await server.ok(200, 'POST', `/api/jobs/${hanging}/cancel`, undefined, { token });
  const until = Date.now() + 10_000;
  let status = '';
  while (status !== 'completed' && Date.now() < until) {
    ({ status } = await server.ok(200, 'GET', `/api/jobs/${waiting}`, undefined, { token }));
  }
  expect(status).toBe('completed');
  await server.stop();
});
