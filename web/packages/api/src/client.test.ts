// @vitest-environment node
import { expect, expectTypeOf, test, vi } from 'vitest';

import { expectExamples } from '../../../tools/readme.ts';
import { generate } from '../examples/generate.ts';
import { ApiError, createClient, type Album, type Job, type User } from './index.ts';

interface Sent {
  url: string;
  init: RequestInit;
}

/** A server that answers one thing and notes what it was asked. */
function serverThat(answer: () => Response | Promise<Response>): { fetch: typeof fetch; sent: Sent[] } {
  const sent: Sent[] = [];
  return {
    sent,
    fetch: async (url, init = {}) => {
      sent.push({ url: String(url), init });
      return await answer();
    },
  };
}

const json = (body: unknown, init: ResponseInit = {}) =>
  new Response(JSON.stringify(body), { ...init, headers: { 'Content-Type': 'application/json', ...init.headers } });

test('a route, its parameters and its query become one URL', async () => {
  const cases: [Promise<unknown> | (() => Promise<unknown>), string, string][] = [];
  const { fetch, sent } = serverThat(() => json({}));
  const plain = createClient({ fetch });
  const guide = createClient({ fetch, apiBase: 'https://studio.example/api/example-api' });
  cases.push(
    [plain.call('GET /api/me'), 'GET', '/api/me'],
    [plain.call('GET /api/jobs', { query: { limit: 20, cursor: null, status: 'queued', kind: undefined } }), 'GET', '/api/jobs?limit=20&status=queued'],
    [plain.call('GET /api/images/{id}', { params: { id: '../me?x' } }), 'GET', '/api/images/..%2Fme%3Fx'],
    [guide.call('GET /api/albums', { query: { q: 'red & blue' } }), 'GET', 'https://studio.example/api/example-api/albums?q=red+%26+blue'],
    [guide.call('DELETE /api/albums/{id}/shots/{index}', { params: { id: 'a', index: 0 } }), 'DELETE', 'https://studio.example/api/example-api/albums/a/shots/0'],
  );
  await Promise.all(cases.map(([call]) => call));
  expect(sent.map(({ url, init }) => [init.method, url])).toEqual(cases.map(([, method, url]) => [method, url]));
});

test('a body goes as JSON, a file as it is, a token and a key as headers', async () => {
  const { fetch, sent } = serverThat(() => json({ jobIds: [] }, { status: 202 }));
  await createClient({ fetch, token: 'alb_1' }).call('POST /api/jobs', { body: { request: { prompt: 'a cat' } }, idempotencyKey: 'k' });
  await createClient({ fetch }).call('DELETE /api/session');
  expect(sent[0]!.init).toMatchObject({
    body: '{"request":{"prompt":"a cat"}}',
    headers: { Authorization: 'Bearer alb_1', 'Content-Type': 'application/json', 'Idempotency-Key': 'k' },
  });
  expect(sent[1]!.init).toEqual({ method: 'DELETE', headers: {}, credentials: 'same-origin' });
});

test('an answer is its JSON, nothing, or the reply itself, with the number of the newest event', async () => {
  const numbered = createClient(serverThat(() => json({ jobs: [] }, { headers: { 'Albumen-Event-Id': '41' } })));
  expect(await numbered.send('GET /api/jobs')).toEqual({ answer: { jobs: [] }, eventId: 41 });
  const silent = createClient(serverThat(() => json({ jobs: [] })));
  expect(await silent.send('GET /api/jobs')).toEqual({ answer: { jobs: [] }, eventId: null });
  const empty = createClient(serverThat(() => new Response(null, { status: 204 })));
  expect(await empty.call('DELETE /api/session')).toBeUndefined();
  const text = createClient(serverThat(() => new Response('up 1\n', { headers: { 'Content-Type': 'text/plain' } })));
  expect(await (await text.call('GET /metrics')).text()).toBe('up 1\n');
});

test('what goes wrong is an ApiError that says what, where, and when to come again', async () => {
  const cases: [() => Response | Promise<Response>, Partial<ApiError>][] = [
    [() => json({ error: { code: 'anchor_required', message: 'Generate the anchor first', field: null } }, { status: 422 }),
      { status: 422, code: 'anchor_required', field: null, message: 'Generate the anchor first', retryAfterMs: null, isOffline: false }],
    [() => json({ error: { code: 'invalid', message: 'too long', field: 'name' } }, { status: 422 }), { code: 'invalid', field: 'name' }],
    [() => json({ error: { code: 'rate_limited', message: 'slow down', field: null } }, { status: 429, headers: { 'Retry-After': '7' } }),
      { status: 429, retryAfterMs: 7000 }],
    [() => new Response('<h1>Bad gateway</h1>', { status: 502 }), { status: 502, code: 'status_502', message: 'The server answered with status 502.' }],
    [() => json({ error: 'no' }, { status: 500 }), { status: 500, code: 'status_500' }],
    [() => Promise.reject(new TypeError('fetch failed')), { status: 0, code: 'offline', isOffline: true }],
    [() => new Response('{"half', { headers: { 'Content-Type': 'application/json' } }), { status: 0, code: 'offline' }],
  ];
  for (const [answer, expected] of cases) {
    const error = await createClient(serverThat(answer)).call('GET /api/me').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject(expected);
  }
});

test('a request that was given up is no error of the server', async () => {
  const stop = new AbortController();
  const client = createClient(serverThat(() => Promise.reject(new TypeError('cut'))));
  stop.abort(new Error('left the page'));
  await expect(client.call('GET /api/me', { signal: stop.signal })).rejects.toThrow('left the page');
});

test('an ended session is told at once', async () => {
  const onSignedOut = vi.fn();
  const client = createClient({ ...serverThat(() => json({}, { status: 401 })), onSignedOut });
  await expect(client.call('GET /api/me')).rejects.toMatchObject({ status: 401 });
  expect(onSignedOut).toHaveBeenCalledOnce();
});

test('the compiler knows what a route takes and answers', () => {
  const client = createClient();
  expectTypeOf(client.call<'GET /api/me'>).returns.resolves.toEqualTypeOf<User>();
  expectTypeOf(client.call<'POST /api/jobs/{id}/cancel'>).returns.resolves.toEqualTypeOf<Job>();
  expectTypeOf(client.call<'GET /api/albums/{id}'>).returns.resolves.toEqualTypeOf<Album>();
  expectTypeOf(client.call<'DELETE /api/session'>).returns.resolves.toEqualTypeOf<void>();
  // @ts-expect-error: the id is missing
  const withoutId = () => client.call('GET /api/jobs/{id}');
  // @ts-expect-error: a prompt is needed
  const withoutPrompt = () => client.call('POST /api/jobs', { body: { request: {} } });
  // @ts-expect-error: there is no such route
  const nowhere = () => client.call('GET /api/nowhere');
  expect([withoutId, withoutPrompt, nowhere]).toHaveLength(3);
});

test('the example of the README works as written', async () => {
  expectExamples('api', ['generate.ts']);
  const { fetch, sent } = serverThat(() => json({ jobIds: ['1'], groupId: null }, { status: 202 }));
  vi.stubGlobal('fetch', fetch);
  expect(await generate('http://localhost:8001/api', 'alb_1', 'a lighthouse')).toEqual(['1']);
  expect(sent[0]!.url).toBe('http://localhost:8001/api/jobs');
  vi.stubGlobal('fetch', serverThat(() => json({ error: { code: 'invalid', message: 'x', field: 'request.prompt' } }, { status: 422 })).fetch);
  await expect(generate('/api', 'alb_1', '')).rejects.toThrow('Say what the picture shows');
});
