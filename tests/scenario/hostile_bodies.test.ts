// Bodies that nobody has to take: of strangers, without end, and too slow. Others are served meanwhile.
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { startServer, type Server } from './harness.ts';
import { isWhole, raw, type RawReply } from './raw.ts';

const MIB = 1024 * 1024;

let server: Server;

beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  await server.stop();
});

const head = (target: string, bytes: number, ...more: string[]) =>
  [`POST ${target} HTTP/1.1`, 'Host: localhost', `Content-Length: ${bytes}`, ...more, '', ''].join('\r\n');
const JSON_TYPE = 'Content-Type: application/json';
const bearer = (token: string) => `Authorization: Bearer ${token}`;

const unknown: [string, string][] = [
  ['an upload', head('/api/images', 50_000_000, 'Content-Type: image/png', bearer('nobody'))],
  ['JSON', head('/api/tokens', 1_000_000, JSON_TYPE, bearer('nobody'))],
  ['a few bytes', head('/api/tokens', 20, JSON_TYPE, bearer('nobody'))],
  ['what a session would send', head('/api/tokens', 20, JSON_TYPE, 'Cookie: albumen_session=nobody', 'Origin: http://localhost')],
  ['chunks', head('/api/images', 0, 'Content-Type: image/png', bearer('nobody')).replace('Content-Length: 0', 'Transfer-Encoding: chunked')],
  ['what waits to be asked for', head('/api/images', 50_000_000, 'Expect: 100-continue', bearer('nobody'))],
];
test.each(unknown)('of a caller whom nobody knows nothing is taken: %s', async (_name, bytes) => {
  const reply = await raw(server.port, bytes, { until: isWhole });
  expect([reply.status, reply.count], reply.text).toEqual([401, 1]);
  expect(JSON.parse(reply.text.slice(reply.text.indexOf('\r\n\r\n') + 4)).error.code).toBe('unauthenticated');
});

test('of one who is known it is asked for, the first time and the next', async () => {
  const { token } = await server.ok(201, 'POST', '/api/tokens', { name: 'new here', scope: 'admin' });
  const body = '{"name":"one more"}';
  const bytes = head('/api/tokens', body.length, JSON_TYPE, 'Expect: 100-continue', bearer(server.plant(token)));
  for (let i = 0; i < 2; i++) {
    const reply = await raw(server.port, bytes, { until: (text) => text.includes('\r\n\r\n') });
    expect(reply.text).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    const whole = await raw(server.port, bytes + body, { until: (text) => /^HTTP\/1\.1 [^1].*"token"/ms.test(text) });
    expect(whole.text).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 201 /);
    server.plant(/"token":"([^"]+)"/.exec(whole.text)![1]!);
  }
});

test('a revoked token opens nothing any more', async () => {
  const { id, token } = await server.ok(201, 'POST', '/api/tokens', { name: 'short-lived', scope: 'admin' });
  server.plant(token);
  await server.ok(201, 'POST', '/api/tokens', { name: 'by the short-lived' }, { token });
  await server.ok(204, 'DELETE', `/api/tokens/${id}`);
  await server.ok(401, 'POST', '/api/tokens', { name: 'too late' }, { token });
});

test('to sign in takes little, and more than that is refused', async () => {
  const reply = await raw(server.port, head('/api/session', 65_537, JSON_TYPE), { until: isWhole });
  expect(reply.status, reply.text).toBe(413);
  await server.ok(401, 'POST', '/api/session', { code: 'x'.repeat(60) }, { token: null });
});

test('strangers who send half of what they announce keep nobody from being served', async () => {
  const half = '{"code":"' + 'x'.repeat(520 * 1024);
  let settled = false;
  const strangers = Promise.all(
    Array.from({ length: 80 }, () => raw(server.port, head('/api/session', MIB, JSON_TYPE) + half, { until: isWhole, waitMs: 10_000 })),
  ).finally(() => (settled = true));
  const statuses: number[] = [];
  do statuses.push((await server.api('POST', '/api/jobs/check', { backend: 'none', prompt: 'x'.repeat(3000) })).status);
  while (!settled);
  expect(statuses).not.toContain(503);
  expect((await strangers).map((reply: RawReply) => reply.status)).toEqual(Array(80).fill(413));
});

test('a body that trickles is given up, though it never stops', { timeout: 90_000 }, async () => {
  const started = performance.now();
  const said = await new Promise<string>((end) => {
    let text = '';
    const socket = connect(server.port, '127.0.0.1', () => socket.write(`${head('/api/session', 1000, JSON_TYPE)}{"code":"`));
    const trickle = setInterval(() => socket.write('x'), 1_000);
    const late = setTimeout(() => socket.destroy(), 60_000);
    socket.setEncoding('latin1').on('data', (more: string) => (text += more));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearInterval(trickle);
      clearTimeout(late);
      end(text);
    });
  });
  expect(said).toMatch(/^HTTP\/1\.1 408 /);
  expect(performance.now() - started).toBeGreaterThan(25_000);
});
