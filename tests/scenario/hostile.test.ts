// What attackers send: each gets the right 4xx at once, nothing gets a 5xx, and the server stays small and alive.
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { startServer, type Server } from './harness.ts';
import { isWhole, raw } from './raw.ts';

let server: Server;
let residentBefore = 0;

/** Resident memory in KiB. */
function resident(): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))![1]);
}

beforeAll(async () => {
  server = await startServer();
  await server.api('GET', '/api/me');
  residentBefore = resident();
});

afterAll(async () => {
  await server.ok(200, 'GET', '/api/me');
  // Sanitizers keep freed memory in quarantine, up to 256 MiB; the bound says "flat" for both kinds of build.
  expect(resident() - residentBefore, 'growth of resident memory in KiB').toBeLessThan(300 * 1024);
});

const HEAD = 'POST /api/session HTTP/1.1\r\nHost: localhost\r\n';
const SMUGGLED = 'GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n';

describe('requests that a front and a server could read differently', () => {
  const cases: [string, string, number][] = [
    ['two differing Content-Length', `${HEAD}Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!`, 400],
    ['two equal Content-Length', `${HEAD}Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello`, 400],
    ['Content-Length "5, 6"', `${HEAD}Content-Length: 5, 6\r\n\r\nhello!`, 400],
    ['Content-Length "5, 5"', `${HEAD}Content-Length: 5, 5\r\n\r\nhello`, 400],
    ['Content-Length "+5"', `${HEAD}Content-Length: +5\r\n\r\nhello`, 400],
    ['Content-Length "-1"', `${HEAD}Content-Length: -1\r\n\r\n`, 400],
    ['Content-Length "0x5"', `${HEAD}Content-Length: 0x5\r\n\r\nhello`, 400],
    ['Content-Length that is empty', `${HEAD}Content-Length:\r\n\r\n`, 400],
    ['Content-Length past 64 bits', `${HEAD}Content-Length: 18446744073709551621\r\n\r\nhello`, 400],
    ['Content-Length and chunked', `${HEAD}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, 400],
    ['unknown Transfer-Encoding', `${HEAD}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`, 501],
    ['chunked before another coding', `${HEAD}Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n`, 501],
    ['chunked twice', `${HEAD}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, 400],
    ['Transfer-Encoding in HTTP/1.0', 'POST / HTTP/1.0\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', 400],
    ['a space before the colon', `${HEAD}Content-Length : 5\r\n\r\nhello`, 400],
    ['a folded header', `${HEAD}X-Folded: a\r\n b\r\n\r\n`, 400],
    ['a folded first header', 'GET / HTTP/1.1\r\n Host: localhost\r\n\r\n', 400],
    ['a bare CR in a value', `${HEAD}X-A: a\rb\r\n\r\n`, 400],
    ['a NUL in a value', `${HEAD}X-A: a\0b\r\n\r\n`, 400],
    ['a control character in a name', `${HEAD}X\x01A: b\r\n\r\n`, 400],
    ['a header without a name', `${HEAD}: b\r\n\r\n`, 400],
    ['a header without a colon', `${HEAD}Host localhost\r\n\r\n`, 400],
    ['no Host', 'GET / HTTP/1.1\r\n\r\n', 400],
    ['two Hosts', 'GET / HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n', 400],
    ['a Host with a path', 'GET / HTTP/1.1\r\nHost: localhost/x\r\n\r\n', 400],
    ['a chunk size past 64 bits', `${HEAD}Transfer-Encoding: chunked\r\n\r\n10000000000000005\r\nhello\r\n0\r\n\r\n`, 400],
    ['a chunk size "0x5"', `${HEAD}Transfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n`, 400],
    ['a chunk size "-5"', `${HEAD}Transfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n0\r\n\r\n`, 400],
    ['a chunk longer than its size', `${HEAD}Transfer-Encoding: chunked\r\n\r\n2\r\nhello\r\n0\r\n\r\n`, 400],
    ['bare LF line ends in the head', 'GET / HTTP/1.1\nHost: localhost\n\n', 400],
    ['a bare LF after a chunk size', `${HEAD}Transfer-Encoding: chunked\r\n\r\n5\nhello\r\n0\r\n\r\n`, 400],
    ['two spaces in the request line', 'GET  / HTTP/1.1\r\nHost: localhost\r\n\r\n', 400],
    ['a space in the path', 'GET /a b HTTP/1.1\r\nHost: localhost\r\n\r\n', 400],
    ['a byte of Latin-1 in the path', 'GET /\xe9 HTTP/1.1\r\nHost: localhost\r\n\r\n', 400],
    ['an unknown version', 'GET / HTTP/3.0\r\nHost: localhost\r\n\r\n', 505],
    ['an unknown method', 'BREW / HTTP/1.1\r\nHost: localhost\r\n\r\n', 501],
    ['CONNECT', 'CONNECT localhost:80 HTTP/1.1\r\nHost: localhost:80\r\n\r\n', 501],
    ['a first line that is no request', 'hello there\r\n\r\n', 400],
    ['TLS to a plain port', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400],
  ];
  test.each(cases)('%s', async (_name, bytes, status) => {
    const reply = await raw(server.port, bytes + SMUGGLED);
    expect([status, 400], `answered ${reply.status || 'nothing'}: ${reply.text.slice(0, 300)}`).toContain(reply.status);
    expect(reply.count, 'what follows must not be taken for another request').toBe(1);
    expect(reply.closed, 'the connection must end').toBe(true);
    expect(reply.text).not.toContain('smuggled');
  });

  test('pipelined requests that are right are all answered, in order', async () => {
    const one = (id: string) => `GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: ${id}\r\n\r\n`;
    const last = 'GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: last\r\nConnection: close\r\n\r\n';
    const reply = await raw(server.port, one('first') + one('second') + one('third') + last);
    expect([...reply.text.matchAll(/^x-request-id: (\w+)\r$/gim)].map((match) => match[1])).toEqual(['first', 'second', 'third', 'last']);
    expect(reply.closed).toBe(true);
  });

  test('a request that comes byte by byte is read like any other', async () => {
    const bytes = 'GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';
    const reply = await raw(server.port, '', { pieces: [...bytes] });
    expect(reply.status).toBe(200);
  });
});

describe('too much', () => {
  const cases: [string, string, number[]][] = [
    ['a header of 200 kB', `GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-A: ${'a'.repeat(200_000)}\r\n\r\n`, [431]],
    ['10,000 headers', `GET /healthz HTTP/1.1\r\nHost: localhost\r\n${'X-A: b\r\n'.repeat(10_000)}\r\n`, [431]],
    ['a path of 100 kB', `GET /${'a'.repeat(100_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`, [414, 431]],
    ['a body announced at 10 GB', `${HEAD}Content-Type: application/json\r\nContent-Length: 10737418240\r\n\r\n{`, [413]],
    ['a chunked body past the limit', `${HEAD}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n${('10000\r\n' + ' '.repeat(65_536) + '\r\n').repeat(20)}`, [413]],
  ];
  test.each(cases)('%s', async (_name, bytes, statuses) => {
    const reply = await raw(server.port, bytes);
    expect(statuses, reply.text.slice(0, 200)).toContain(reply.status);
    expect(reply.closed).toBe(true);
  });
});

describe('bodies', () => {
  const deep = (open: string, close: string, depth: number) => open.repeat(depth) + close.repeat(depth);
  const cases: [string, string | Buffer, number[]][] = [
    ['no JSON', '{"name":', [400]],
    ['two values', '{"name":"a"}{"name":"b"}', [400]],
    ['bad UTF-8', Buffer.from('{"name":"\xff\xfe"}', 'latin1'), [400]],
    ['an overlong form', Buffer.from('{"name":"\xc0\xaf"}', 'latin1'), [400]],
    ['a lone surrogate', '{"name":"\\ud800"}', [400]],
    ['a raw control character', '{"name":"a\nb"}', [400]],
    ['a NUL after the value', '{"name":"a"}\0', [400]],
    ['100,000 nested arrays', deep('[', ']', 100_000), [400, 422]],
    ['100,000 nested objects', deep('{"a":', '}', 100_000), [400, 422]],
    ['nested arrays in a field', `{"name":${deep('[', ']', 50)}}`, [400, 422]],
    ['a duplicate key', '{"name":"a","name":"b"}', [400, 422]],
    ['a duplicate key in two spellings', '{"expires_at":1,"expiresAt":1}', [400, 422]],
    ['an unknown field', '{"name":"a","admin":true}', [422]],
    ['a wrong type', '{"name":{"a":1}}', [422]],
    ['an array for an object', '[]', [400, 422]],
    ['a bare null', 'null', [400, 422]],
    ['a number past all ranges', '{"name":"a","days":1e999}', [400, 422]],
    ['an integer past 64 bits', '{"name":"a","days":99999999999999999999}', [400, 422]],
    ['a fraction for an integer', '{"name":"a","days":1.5}', [422]],
    ['a NUL in a text', '{"name":"a\\u0000b"}', [400, 422]],
    ['10,000 keys', `{${Array.from({ length: 10_000 }, (_, i) => `"k${i}":1`).join(',')}}`, [400, 422]],
    ['no body', '', [400, 422]],
  ];
  test.each(cases)('%s', async (_name, body, statuses) => {
    const bytes = Buffer.isBuffer(body) ? body : Buffer.from(body, 'utf8');
    const head = `POST /api/tokens HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${server.token}\r\nContent-Type: application/json\r\nContent-Length: ${bytes.length}\r\nConnection: close\r\n\r\n`;
    const reply = await raw(server.port, Buffer.concat([Buffer.from(head), bytes]));
    expect(statuses, reply.text).toContain(reply.status);
    expect(JSON.parse(reply.text.slice(reply.text.indexOf('\r\n\r\n') + 4)).error.message).toMatch(/\S/);
  });

  test('of another content type are refused', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/jsonx', '']) {
      const reply = await server.api('POST', '/api/tokens', '{"name":"a"}', { headers: { 'content-type': type } });
      expect(reply.status, type).toBe(415);
    }
  });
});

describe('paths and queries', () => {
  const paths = ['/%', '/%zz', '/%00', '/api/users/%2e%2e', '/api/../api/me', '/api//me', '/api/users/%ff', '//', '/api/users/' + 'a'.repeat(5000),
    '/api/users?limit=%', '/api/users?limit=1&limit=2', '/api/users?unknown=1', '/api/users?name=%ff', '/api/users?cursor=' + 'A'.repeat(2000), '/api/users/..%2f..%2fetc%2fpasswd'];
  test.each(paths)('%s is a 4xx', async (path) => {
    const request = `GET ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${server.token}\r\nConnection: close\r\n\r\n`;
    const reply = await raw(server.port, request);
    expect(reply.status, reply.text.slice(0, 200)).toBeGreaterThanOrEqual(400);
    expect(reply.status).toBeLessThan(500);
  });
});

describe('clients that stop in the middle', () => {
  // These wait for the server's own timeouts, side by side.
  test.concurrent('half a head is given up within 15 s', async () => {
    const reply = await raw(server.port, 'GET /healthz HTTP/1.1\r\nHost: local', { waitMs: 15_000 });
    expect(reply.closed).toBe(true);
    expect([0, 408]).toContain(reply.status);
  });

  test.concurrent('a head that trickles is given up just as soon', async () => {
    const started = performance.now();
    await new Promise<void>((closed, late) => {
      const socket = connect(server.port, '127.0.0.1', () => socket.write('GET /healthz HTTP/1.1\r\n'));
      const trickle = setInterval(() => socket.write('X-A: b\r\n'), 500);
      const deadline = setTimeout(() => late(new Error('still open after 15 s')), 15_000);
      socket.on('error', () => undefined).resume();
      socket.on('close', () => {
        clearInterval(trickle);
        clearTimeout(deadline);
        closed();
      });
    });
    expect(performance.now() - started).toBeGreaterThan(1_000);
  });

  test.concurrent('half a body is given up within 40 s', async () => {
    const reply = await raw(server.port, `${HEAD}Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"code":`, { waitMs: 40_000 });
    expect(reply.closed).toBe(true);
    expect([0, 408]).toContain(reply.status);
  });

  test.concurrent('others are served meanwhile, quickly', async () => {
    const idle = Array.from({ length: 200 }, () => raw(server.port, 'GET / HTTP/1.1\r\nHost: loc', { waitMs: 3_000 }));
    const reply = await raw(server.port, 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n', { until: isWhole });
    expect(reply.status).toBe(200);
    expect(reply.elapsedMs).toBeLessThan(2_000);
    await Promise.all(idle);
  });

  test.concurrent('a connection that is cut in the middle of a reply harms nobody', async () => {
    await Promise.all(
      Array.from({ length: 100 }, () =>
        raw(server.port, 'GET /api/openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n', { until: (text) => text.length > 0 })),
    );
    expect((await server.api('GET', '/healthz')).status).toBe(200);
  });
});
