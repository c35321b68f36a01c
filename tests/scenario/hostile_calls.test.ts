// Every operation of the description with values that nobody should send: each answer is below 500, in our own words.
import { beforeAll, expect, test } from 'vitest';

import { startServer, type Server } from './harness.ts';
import { raw } from './raw.ts';

const CONFIG = `login:
  passwords: true
backends:
  sketch:
    type: sketch
  fake:
    type: mock
`;

interface Schema {
  $ref?: string;
  type?: string | string[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  enum?: string[];
  minLength?: number;
  minimum?: number;
}

interface Operation {
  name: string;
  method: string;
  path: string;
  kind: string;
  parameters: { name: string; in: string }[];
  body: Schema | undefined;
}

let server: Server;
let schemas: Record<string, Schema>;
const operations: Operation[] = [];

/** As text of JSON, because some of them are not JSON. */
const VALUES: [string, string][] = [
  ['null', 'null'],
  ['true', 'true'],
  ['a negative number', '-1'],
  ['the largest integer', '9223372036854775807'],
  ['the least integer', '-9223372036854775808'],
  ['past 64 bits', '18446744073709551616'],
  ['a fraction', '0.5'],
  ['a huge number', '1e308'],
  ['past all numbers', '1e999'],
  ['no text', '""'],
  ['a NUL', '"a\\u0000b"'],
  ['a lone surrogate', '"\\udc00"'],
  ['a line of a log', '"x\\r\\n{\\"level\\":\\"error\\"}"'],
  ['a way up', '"../../../../etc/passwd"'],
  ['signs of SQL and patterns', '"\'; DROP TABLE album; --%_\\\\"'],
  ['marks and directions', '"\\u202e\\ufeff\\u200d\\u0301\\ud83d\\udc69\\u200d\\ud83d\\udcbb"'],
  ['a not-a-character', '"\\uffff\\ufffe"'],
  ['an empty list', '[]'],
  ['entries of text', '["a","a","\\u0000"]'],
  ['an empty object', '{}'],
  ['an object in an object', '{"a":{"b":{"c":[{}]}}}'],
];

/** Once for each operation: they take their time. */
const LARGE: [string, string][] = [
  ['nearly 1 MB of text', `"${'x'.repeat(1_000_000)}"`],
  ['100,000 entries', `[${'1,'.repeat(99_999)}1]`],
];

const WORDS = ['', '%00', '%2e%2e%2f%2e%2e%2fetc%2fpasswd', '..', "'%20OR%201=1", '%ff%fe', '%F0%9F%A6%8A', '-1', '0', '9223372036854775808', '1e9',
  'NaN', '%E2%80%AE', '%0d%0aSet-Cookie:%20a=b', 'x'.repeat(4000), '01900000-0000-7000-8000-000000000000', 'null', '%25', '+', ';', '~'];

function follow(schema: Schema): Schema {
  return schema.$ref ? schemas[schema.$ref.split('/').at(-1)!]! : schema;
}

/** Something that the schema allows. */
function sample(given: Schema): unknown {
  const schema = follow(given);
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  if (schema.enum) return schema.enum[0];
  if (type === 'object') return Object.fromEntries((schema.required ?? []).map((name) => [name, sample(schema.properties![name]!)]));
  if (type === 'array') return schema.items ? [sample(schema.items)] : [];
  if (type === 'string') return 'x'.repeat(Math.max(schema.minLength ?? 1, 1));
  if (type === 'boolean') return false;
  return schema.minimum ?? 1;
}

/** Where each value of a body stands: ["request", "prompt"]. */
function places(given: Schema, before: string[] = []): string[][] {
  const schema = follow(given);
  return Object.entries(schema.properties ?? {}).flatMap(([name, one]) => [[...before, name], ...places(one, [...before, name])]);
}

/** The sample with one value replaced, as text. */
function withValue(body: Schema, place: string[], value: string): string {
  const whole = sample(body) as Record<string, unknown>;
  let at = whole;
  for (const name of place.slice(0, -1)) at = (at[name] ??= sample({ type: 'object' })) as Record<string, unknown>;
  at[place.at(-1)!] = '\u0001';
  return JSON.stringify(whole).replace('"\\u0001"', () => value);
}

beforeAll(async () => {
  server = await startServer({ config: CONFIG });
  const description = await server.ok(200, 'GET', '/api/openapi.json');
  schemas = description.components.schemas;
  for (const [path, methods] of Object.entries<any>(description.paths)) {
    for (const [method, operation] of Object.entries<any>(methods)) {
      operations.push({
        name: `${method.toUpperCase()} ${path}`,
        method: method.toUpperCase(),
        path,
        kind: operation['x-albumen-kind'],
        parameters: operation.parameters,
        body: operation.requestBody?.content['application/json']?.schema,
      });
    }
  }
});

/** What is wrong with the answer, in words, or nothing. */
function judge(status: number, text: string): string | undefined {
  if (status >= 500 && status !== 503) return `a ${status}: ${text}`;
  if (status < 400) return undefined;
  const { error } = JSON.parse(text) as { error: { code: string; message: string; field: string | null } };
  if (!/\S/.test(error.message) || !/^[a-z_]+$/.test(error.code)) return `no words: ${text}`;
  if (/[\0-\x1f]/.test(error.message)) return `control characters in the message: ${text}`;
  return undefined;
}

const NOBODY = '01900000-0000-7000-8000-000000000000';

test('as values of bodies', { timeout: 300_000 }, async () => {
  const wrong: string[] = [];
  let count = 0;
  for (const operation of operations) {
    if (!operation.body) continue;
    const path = operation.path.replace(/\{\w+\}/g, NOBODY);
    const calls = places(operation.body).flatMap((place, at) =>
      [...VALUES, ...(at === 0 ? LARGE : [])].map(([name, value]) => async () => {
        const reply = await server.api(operation.method, path, withValue(operation.body!, place, value));
        const what = judge(reply.status, reply.text);
        if (what !== undefined) wrong.push(`${operation.name} ${place.join('.')} ${name}: ${what}`);
        count++;
      }),
    );
    for (let i = 0; i < calls.length; i += 16) await Promise.all(calls.slice(i, i + 16).map((call) => call()));
  }
  expect(wrong).toEqual([]);
  expect(count).toBeGreaterThan(2000);
});

test('as parameters of paths and queries', { timeout: 300_000 }, async () => {
  const wrong: string[] = [];
  for (const operation of operations) {
    for (const parameter of operation.parameters) {
      for (const word of parameter.in === 'header' ? [] : WORDS) {
        const target = parameter.in === 'path' ? operation.path.replace(`{${parameter.name}}`, word) : `${operation.path}?${parameter.name}=${word}`;
        const path = target.replace(/\{\w+\}/g, NOBODY);
        const head = `${operation.method} ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${server.token}\r\nConnection: close\r\n`;
        const reply = await raw(server.port, `${head}Content-Length: 0\r\n\r\n`, operation.kind === 'stream' ? { until: (text) => text.includes('\r\n\r\n') } : {});
        const [headers, text] = [reply.text.slice(0, reply.text.indexOf('\r\n\r\n')), reply.text.slice(reply.text.indexOf('\r\n\r\n') + 4)];
        const what = /^set-cookie: a=b/im.test(headers) ? 'a header of the caller' : judge(reply.status, text);
        if (what !== undefined || reply.status === 0) wrong.push(`${operation.name} ${parameter.name}=${word.slice(0, 60)}: ${what ?? 'no answer'}`);
      }
    }
  }
  expect(wrong).toEqual([]);
});

test('as cursors: of another list, of another user, cut, and made up', async () => {
  for (const name of ['one', 'two']) await server.ok(201, 'POST', '/api/tokens', { name });
  const { nextCursor } = await server.ok(200, 'GET', '/api/tokens?limit=1');
  expect(nextCursor).toMatch(/^[\w-]+$/);
  const user = await server.ok(201, 'POST', '/api/users', { name: 'reader', role: 'admin', password: 'long enough to read' });
  const signIn = await server.api('POST', '/api/session', { name: user.name, password: 'long enough to read' }, { token: null });
  const cookie = server.plant(signIn.headers.get('set-cookie')!.split(';')[0]!);
  const lists = operations.filter((operation) => operation.parameters.some((one) => one.name === 'cursor')).map((operation) => operation.path);
  expect(lists.length).toBeGreaterThan(5);
  for (const path of lists) {
    const mine = path === '/api/tokens';
    for (const cursor of mine ? [nextCursor] : [nextCursor, nextCursor.slice(1), `${nextCursor}A`, 'AAAA', '"]']) {
      const reply = await server.api('GET', `${path}?limit=1&cursor=${encodeURIComponent(cursor)}`);
      expect([path, reply.status, reply.json.error?.field], reply.text).toEqual([path, mine ? 200 : 400, mine ? undefined : 'cursor']);
    }
    const reply = await server.api('GET', `${path}?limit=1&cursor=${nextCursor}`, undefined, { token: null, headers: { cookie } });
    expect(reply.status, `${path}: ${reply.text}`).toBe(400);
  }
});

test('as keys of a body: twice, in both spellings, unknown, and in another family', async () => {
  const wrong: string[] = [];
  for (const operation of operations) {
    if (!operation.body) continue;
    const path = operation.path.replace(/\{\w+\}/g, NOBODY);
    const [first] = places(operation.body).filter((place) => place.length === 1);
    const name = first![0]!;
    const snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    const value = JSON.stringify((sample(operation.body) as any)[name] ?? 'x');
    for (const body of [`{"${name}":${value},"${name}":${value}}`, `{"${snake}":${value},"${name}":${value}}`, `{"${name}":${value},"isAdmin":true}`, `{"__proto__":${value}}`]) {
      const reply = await server.api(operation.method, path, body);
      const what = judge(reply.status, reply.text);
      if (what !== undefined || ![400, 422].includes(reply.status)) wrong.push(`${operation.name} ${body}: ${what ?? reply.text}`);
    }
  }
  expect(wrong).toEqual([]);
});
