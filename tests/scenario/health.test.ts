// What every client meets first: health, errors in one shape, request ids, the description of the API.
import { Validator } from '@seriousme/openapi-schema-validator';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';

import { makeHome, runCommand, startServer, type Server } from './harness.ts';

let server: Server;

beforeAll(async () => {
  server = await startServer();
});

describe('health', () => {
  test('healthz and readyz answer without credentials, under any host name', async () => {
    for (const path of ['/healthz', '/readyz']) {
      const reply = await server.api('GET', path, undefined, { token: null });
      expect(reply.status, path).toBe(200);
      expect(reply.headers.get('content-type')).toContain('text/plain');
    }
  });

  test('a server whose store is gone is alive, and not ready', async () => {
    const lost = await startServer();
    rmSync(join(lost.data, 'blobs'), { recursive: true });
    const reply = await lost.api('GET', '/readyz', undefined, { token: null });
    expect([reply.status, reply.json.error.code]).toEqual([503, 'unavailable']);
    expect(reply.json.error.message).toContain('the store does not answer');
    expect((await lost.api('GET', '/healthz', undefined, { token: null })).status).toBe(200);
  });

  test('HEAD has the headers of GET and no body', async () => {
    const get = await server.api('GET', '/healthz');
    const head = await server.api('HEAD', '/healthz');
    expect(head.status).toBe(200);
    expect(head.text).toBe('');
    expect(head.headers.get('content-length')).toBe(get.headers.get('content-length'));
  });

  test('metrics are given to this machine, in the text format of Prometheus', async () => {
    const reply = await server.api('GET', '/metrics', undefined, { token: null });
    expect(reply.status).toBe(200);
    expect(reply.text).toMatch(/^# TYPE \S+ (counter|gauge|histogram|summary)$/m);
  });
});

describe('errors', () => {
  test('an unknown path is a 404 in the shape of all errors', async () => {
    const reply = await server.api('GET', '/api/no-such-thing');
    expect(reply.status).toBe(404);
    expect(reply.headers.get('content-type')).toBe('application/json');
    expect(reply.headers.get('x-content-type-options')).toBe('nosniff');
    expect(reply.json).toEqual({ error: { code: 'not_found', message: expect.any(String), field: null } });
  });

  test('a wrong method is a 405 that names the right ones', async () => {
    const reply = await server.api('DELETE', '/api/me');
    expect(reply.status).toBe(405);
    expect(reply.headers.get('allow')?.split(', ').sort()).toEqual(['GET', 'HEAD', 'PATCH']);
  });

  test('an error names the field that is wrong, in the spelling of the API', async () => {
    const cases: [unknown, string][] = [
      [{ name: 'x', scope: 'everything' }, 'scope'],
      [{ name: '' }, 'name'],
      [{ name: 'x', days: 0 }, 'days'],
      [{ name: 'x', colour: 'red' }, 'colour'],
      [{}, 'name'],
      [{ name: 7 }, 'name'],
      [{ name: null }, 'name'],
    ];
    for (const [body, field] of cases) {
      const reply = await server.api('POST', '/api/tokens', body);
      expect(reply.status, `${JSON.stringify(body)}: ${reply.text}`).toBe(422);
      expect(reply.json.error.field, JSON.stringify(body)).toBe(field);
      expect(reply.json.error.message).toContain(field);
    }
  });
});

describe('request ids', () => {
  test('each reply has one, and no two are the same', async () => {
    const replies = await Promise.all(Array.from({ length: 50 }, () => server.api('GET', '/healthz')));
    const ids = replies.map((reply) => reply.headers.get('x-request-id'));
    expect(ids.every((id) => id !== null && id.length >= 8)).toBe(true);
    expect(new Set(ids).size).toBe(50);
  });

  test('a plain id of the caller is taken over, anything else is replaced', async () => {
    const given = await server.api('GET', '/healthz', undefined, { headers: { 'x-request-id': 'front-42.a' } });
    expect(given.headers.get('x-request-id')).toBe('front-42.a');
    for (const bad of ['a b', 'x'.repeat(65), '"quoted"', 'a{b}']) {
      const reply = await server.api('GET', '/healthz', undefined, { headers: { 'x-request-id': bad } });
      expect(reply.headers.get('x-request-id'), bad).toMatch(/^[0-9a-f]{16,}$/);
    }
  });
});

describe('the description of the API', () => {
  test('names the headers that a route takes, and the bodies that may be left out', async () => {
    const { paths } = await server.ok(200, 'GET', '/api/openapi.json');
    const headers = (operation: any) => operation.parameters.filter((one: any) => one.in === 'header').map((one: any) => one.name);
    expect(headers(paths['/api/jobs'].post)).toEqual(['Idempotency-Key']);
    expect(headers(paths['/api/jobs'].get)).toEqual([]);
    expect(headers(paths['/api/events'].get)).toEqual(['Last-Event-ID']);
    expect(paths['/api/jobs'].post.requestBody.required).toBe(true);
    expect(paths['/api/albums/{id}/anchor'].post.requestBody.required).toBe(false);
  });

  test('is valid OpenAPI 3.1', async () => {
    const { json } = await server.api('GET', '/api/openapi.json', undefined, { token: null });
    expect(json.openapi).toMatch(/^3\.1\./);
    const { valid, errors } = await new Validator().validate(json);
    expect(valid, JSON.stringify(errors, null, 2)).toBe(true);
  });

  test('has an operation id of its own, a summary and a role for each operation', async () => {
    const { json } = await server.api('GET', '/api/openapi.json');
    const operations = Object.values(json.paths).flatMap((methods: any) => Object.values(methods)) as any[];
    expect(operations.length).toBeGreaterThan(10);
    expect(new Set(operations.map((operation) => operation.operationId)).size).toBe(operations.length);
    for (const operation of operations) {
      expect(operation.summary, operation.operationId).toMatch(/\S/);
      expect(['anyone', 'viewer', 'member', 'admin']).toContain(operation['x-albumen-who']);
    }
  });
});

describe('the data folder', () => {
  test('holds the token for its owner alone', () => {
    expect(statSync(join(server.data, 'token')).mode & 0o777).toBe(0o600);
    expect(statSync(server.data).mode & 0o077).toBe(0);
  });

  test('holds the database only when no other one is configured', () => {
    expect(existsSync(join(server.data, 'albumen.db'))).toBe(server.home.databaseUrl === undefined);
  });

  test('is refused to a second server, in words', async () => {
    const second = await runCommand(['serve'], server.home);
    expect(second.code).not.toBe(0);
    expect(second.stderr).toContain('in use');
  });

  test('keeps token and accounts over a restart, and frees the address file', async () => {
    const first = await startServer();
    const token = first.token;
    await first.ok(201, 'POST', '/api/users', { name: 'kept' });
    await first.stop();
    expect(() => readFileSync(join(first.data, 'address'))).toThrow();
    const second = await startServer({ home: first.home });
    expect(second.token).toBe(token);
    expect((await second.ok(200, 'GET', '/api/users?name=kept')).users).toHaveLength(1);
  });
});

test('a server for the whole network is refused without behind_proxy, and says how to go on', async () => {
  const result = await runCommand(['serve', '--listen', '0.0.0.0:0'], makeHome('sqlite'));
  expect(result.code).not.toBe(0);
  expect(result.stderr).toContain('behind_proxy');
});

function folder(path: string): string {
  mkdirSync(path);
  return path;
}

describe('a start that cannot be ends with the name of what is in the way', () => {
  const cases: [string, (data: string) => void, RegExp][] = [
    ['a file for the data folder', (data) => writeFileSync(data, ''), /data' is a file where a folder is needed$/],
    ['a file for the store', (data) => writeFileSync(join(folder(data), 'blobs'), ''), /blobs' is a file where a folder is needed$/],
    ['a folder for the database', (data) => mkdirSync(join(data, 'albumen.db'), { recursive: true }), /albumen\.db/],
    ['a database that is none', (data) => writeFileSync(join(folder(data), 'albumen.db'), 'x'.repeat(5000)), /albumen\.db: .*file is not a database$/],
    ['a folder for the token', (data) => mkdirSync(join(data, 'token'), { recursive: true }), /token'/],
  ];
  test.each(cases)('%s', async (_name, prepare, says) => {
    const home = makeHome('sqlite');
    prepare(join(home.folder, 'data'));
    const { code, stderr } = await runCommand(['serve'], home);
    expect([code, stderr.trim().split('\n').length], stderr).toEqual([1, 1]);
    expect(stderr.trim()).toMatch(says);
  });
});
