// Backends as their users see them: what they can do and cost, how they are, and a test that costs nothing.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { Upstream } from '../faults/upstream.ts';
import { startServer, type Server } from './harness.ts';

let upstream: Upstream;
let server: Server;

beforeAll(async () => {
  upstream = await Upstream.start();
  const mock = (key: string, url: string, more: string) =>
    `{ type: mock, mode: http, url: ${url}, api_key: ${key}, ${more} }`;
  server = await startServer({
    config: `backends:
  paid: ${mock('test-key', upstream.url, 'price: per_image, price_micros: 40000, concurrency: 3, fallback: [sketch]')}
  wrong: ${mock('no-such-key', upstream.url, 'price: unknown')}
  gone: ${mock('test-key', 'http://127.0.0.1:9', 'remote: none')}
  drawn: { type: sketch }
  sketch: { type: sketch }
`,
  });
});
afterAll(async () => {
  await server.stop();
  await upstream.stop();
});

const backend = async (name: string) => {
  const { backends } = await server.ok(200, 'GET', '/api/backends');
  return backends.find((one: any) => one.name === name);
};

test('the list says what each can do, ignores and costs', async () => {
  expect(await backend('paid')).toMatchObject({
    type: 'mock',
    honours: expect.arrayContaining(['size', 'seed']),
    ignores: expect.arrayContaining(['negativePrompt', 'style', 'steps', 'guidance']),
    sizes: { minSide: 1, maxSide: 2048, sideStep: 1 },
    resume: 'given',
    price: { kind: 'per_image', costMicros: 40000, estimateMicros: null, currency: 'USD' },
    limits: { concurrency: 3, requestsPerMinute: 0, timeoutMs: 600000, maxImageBytes: 64 * 1024 * 1024 },
    fallback: ['sketch'],
    health: { state: 'closed', failuresInARow: 0, running: 0, lastError: null },
  });
  expect(await backend('sketch')).toMatchObject({
    honours: ['negativePrompt', 'style', 'size', 'seed', 'references'],
    ignores: ['steps', 'guidance'],
    sizes: { minSide: 16, maxSide: 4096 },
    maxReferences: 1,
    resume: 'none',
    price: { kind: 'free', costMicros: 0 },
  });
  expect((await backend('wrong')).price).toEqual({ kind: 'unknown', costMicros: null, estimateMicros: null, currency: 'USD' });
  expect((await backend('gone')).resume).toBe('none');
});

test('a check names what would have no effect as the request does', async () => {
  const request = { prompt: 'a fox', negativePrompt: 'a hound', seed: 1, steps: 3 };
  const check = (name: string) => server.ok(200, 'POST', '/api/jobs/check', { backend: name, request });
  expect((await check('paid')).ignored).toEqual(['negativePrompt', 'steps']);
  expect((await check('sketch')).ignored).toEqual(['steps']);
});

describe('a test', () => {
  const cases: [string, object][] = [
    ['paid', { ok: true, code: null, message: null }],
    ['sketch', { ok: true, code: null, message: null }],
    ['wrong', { ok: false, code: 'misconfigured', message: 'HTTP 401: the key Bearer *** is wrong' }],
    ['gone', { ok: false, code: 'upstream', message: expect.stringContaining("'127.0.0.1'") }],
  ];
  test.each(cases)('of %s says how it went', async (name, expected) => {
    const result = await server.ok(200, 'POST', `/api/backends/${name}/test`);
    expect(result).toEqual({ latencyMs: expect.any(Number), ...expected });
  });

  test('of a backend that is not there is a 404', async () => {
    const reply = await server.api('POST', '/api/backends/nowhere/test');
    expect([reply.status, reply.json.error.message]).toEqual([404, "there is no backend 'nowhere'"]);
  });

  test('buys nothing', async () => {
    expect([...upstream.bought()]).toEqual([]);
  });
});

test('a call that fails shows in the health of its backend', async () => {
  const { jobIds } = await server.ok(202, 'POST', '/api/jobs', { backend: 'wrong', request: { prompt: 'x' } });
  const until = Date.now() + 20_000;
  while ((await server.ok(200, 'GET', `/api/jobs/${jobIds[0]}`)).status !== 'failed') expect(Date.now()).toBeLessThan(until);
  expect((await backend('wrong')).health).toMatchObject({
    state: 'closed',
    failuresInARow: 1,
    lastFailureAt: expect.stringMatching(/^20/),
    lastSuccessAt: null,
    lastError: 'HTTP 401: the key Bearer *** is wrong',
  });
});

test('the styles are listed with the backends that know them', async () => {
  const { styles } = await server.ok(200, 'GET', '/api/styles');
  expect(styles.length).toBeGreaterThanOrEqual(10);
  expect(styles).toContainEqual(expect.objectContaining({ name: 'stained-glass', title: 'Stained glass', backends: ['drawn', 'sketch'], suffix: null }));
  expect(styles).toContainEqual(expect.objectContaining({ name: 'cinematic', title: 'Cinematic', backends: [], prefix: 'film still of', width: 1344, builtIn: true }));
  expect(new Set(styles.map((one: any) => one.name)).size).toBe(styles.length);
});
