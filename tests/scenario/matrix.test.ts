// Who may call what: every operation of the description, by every kind of caller. An operation without a row here fails.
import { beforeAll, expect, test } from 'vitest';

import { startServer, type Reply, type Server } from './harness.ts';
import { openStream } from './sse.ts';

type Role = 'viewer' | 'member' | 'admin';

interface Caller {
  id: string;
  token: string;
}

interface Row {
  /** Makes what {id} or {key} stands for, owned by the caller that is asked about, and gives its id. */
  id?: (owner: Caller) => Promise<string>;
  body?: (round: number) => unknown;
  /** What stands for the second parameter of the path. */
  second?: string;
  /** Another user's thing of this kind is a 404 for everybody else. */
  owned?: boolean;
}

interface Operation {
  name: string;
  method: string;
  path: string;
  who: 'anyone' | Role;
  kind: 'plain' | 'read' | 'write' | 'stream';
}

const RANK = { anyone: 0, viewer: 1, member: 2, admin: 3 } as const;

let server: Server;
const operations: Operation[] = [];
const callers: Record<Role, Caller> = {} as Record<Role, Caller>;
let other: Caller;
let revoked = '';
let round = 0;

async function makeToken(token: string, scope: string, name = 'matrix'): Promise<{ id: string; token: string }> {
  return await server.ok(201, 'POST', '/api/tokens', { name, scope }, { token });
}

async function makeCaller(role: Role): Promise<Caller> {
  const user = await server.ok(201, 'POST', '/api/users', { name: `${role}-${round++}`, role });
  const link = await server.ok(201, 'POST', `/api/users/${user.id}/login-link`);
  const signIn = await server.api('POST', '/api/session', { code: link.url.split('#')[1] }, { token: null });
  expect(signIn.status, signIn.text).toBe(201);
  const cookie = signIn.headers.get('set-cookie')!.split(';')[0]!;
  const options = { token: null, headers: { cookie, origin: server.url } };
  const { token } = await server.ok(201, 'POST', '/api/tokens', { name: 'matrix', scope: 'admin' }, options);
  return { id: user.id, token: server.plant(token) };
}

const freshUser = async () => (await makeCaller('viewer')).id;
const noSuchThing = async () => '01900000-0000-7000-8000-000000000000';
const ownToken = async (owner: Caller) => (await makeToken(owner.token, 'read')).id;

// Viewers make nothing, so there is nothing of theirs to ask for.
const ownJob = async (owner: Caller) => {
  const reply = await server.api('POST', '/api/jobs', { request: { prompt: 'a dot', width: 16, height: 16 } }, { token: owner.token });
  return reply.status === 202 ? reply.json.jobIds[0] : await noSuchThing();
};
const ownGroup = async (owner: Caller) => {
  const body = { request: { prompt: 'a dot', width: 16, height: 16 }, count: 2 };
  const reply = await server.api('POST', '/api/jobs', body, { token: owner.token });
  return reply.status === 202 ? reply.json.groupId : await noSuchThing();
};
const ownImage = async (owner: Caller, what: 'id' | 'url' = 'id') => {
  const job = await ownJob(owner);
  if (job === (await noSuchThing())) return job;
  for (let tries = 0; tries < 1000; tries++) {
    const { images } = await server.ok(200, 'GET', '/api/images', undefined, { token: owner.token });
    const image = images.find((one: any) => one.jobId === job);
    if (image) return image[what];
  }
  throw new Error(`job ${job} made no picture`);
};
const ownKey = async (owner: Caller) => (await ownImage(owner, 'url')).replace('/media/', '');

const ownZip = async (owner: Caller) => {
  const image = await ownImage(owner);
  const reply = await server.api('POST', '/api/images/zip', { imageIds: [image] }, { token: owner.token });
  return reply.status === 201 ? reply.json.id : await noSuchThing();
};
const ownSearch = async (owner: Caller) => {
  const reply = await server.api('POST', '/api/images/searches', { name: `own ${round++}`, q: 'kite' }, { token: owner.token });
  return reply.status === 201 ? reply.json.id : await noSuchThing();
};
const ownAlbum = async (owner: Caller) => {
  const body = { name: 'matrix', subjectDesc: 'a dot', templateSet: 'product', width: 16, height: 16 };
  const reply = await server.api('POST', '/api/albums', body, { token: owner.token });
  return reply.status === 201 ? reply.json.id : await noSuchThing();
};

const aBudget = async () => (await server.ok(200, 'PUT', '/api/budgets', { limitMicros: 1e12, period: 'week' })).id;

const ROWS: Record<string, Row> = {
  'GET /healthz': {},
  'GET /readyz': {},
  'GET /metrics': {},
  'GET /api/openapi.json': {},
  'POST /api/session': { body: () => ({ code: 'no-such-code' }) },
  'DELETE /api/session': {},
  'GET /api/session': {},
  'GET /api/me': {},
  'PATCH /api/me': { body: (n) => ({ password: `a long password ${n}` }) },
  'GET /api/events': {},
  'GET /api/tokens': {},
  'POST /api/tokens': { body: () => ({ name: 'matrix', scope: 'read' }) },
  'DELETE /api/tokens/{id}': { id: ownToken, owned: true },
  'GET /api/users': {},
  'POST /api/users': { body: (n) => ({ name: `made-${n}` }) },
  'GET /api/users/{id}': { id: freshUser },
  'PATCH /api/users/{id}': { id: freshUser, body: () => ({ plan: 'standard' }) },
  'DELETE /api/users/{id}': { id: freshUser },
  'POST /api/users/{id}/login-link': { id: freshUser },
  'GET /api/jobs': {},
  'POST /api/jobs': { body: () => ({ request: { prompt: 'a dot', width: 16, height: 16 } }) },
  'POST /api/jobs/check': { body: () => ({ request: { prompt: 'a dot', width: 16, height: 16 } }) },
  'POST /api/quote': { body: () => ({ request: { prompt: 'a dot', width: 16, height: 16 } }) },
  'GET /api/usage': {},
  'GET /api/usage.csv': {},
  'GET /api/budgets': {},
  'GET /api/budgets/mine': {},
  'PUT /api/budgets': { body: (n) => ({ limitMicros: 1e12 + n }) },
  'DELETE /api/budgets/{id}': { id: aBudget },
  'GET /api/jobs/{id}': { id: ownJob, owned: true },
  'GET /api/jobs/{id}/images': { id: ownJob, owned: true },
  'GET /api/jobs/{id}/preview': { id: ownJob, owned: true },
  'POST /api/jobs/{id}/cancel': { id: ownJob, owned: true },
  'POST /api/jobs/{id}/retry': { id: ownJob, owned: true },
  'GET /api/backends': {},
  'POST /api/backends/{name}/test': { id: async () => 'sketch' },
  'GET /api/styles': {},
  'GET /api/images': {},
  'POST /api/images': { body: () => ({ url: 'http://127.0.0.1:9/kite.png' }) },
  'POST /api/images/known': { body: () => ({ sha256s: [] }) },
  'GET /api/images/facets': {},
  'POST /api/images/change': { body: () => ({ imageIds: ['01900000-0000-7000-8000-000000000000'], starred: true }) },
  'GET /api/images/{id}': { id: ownImage, owned: true },
  'PATCH /api/images/{id}': { id: ownImage, owned: true, body: () => ({ starred: true }) },
  'DELETE /api/images/{id}': { id: ownImage, owned: true },
  'POST /api/images/{id}/restore': { id: ownImage, owned: true },
  'GET /api/images/{id}/lineage': { id: ownImage, owned: true },
  'GET /api/images/{id}/similar': { id: ownImage, owned: true },
  'GET /api/images/searches': {},
  'POST /api/images/searches': { body: (n) => ({ name: `matrix ${n}`, q: 'kite' }) },
  'DELETE /api/images/searches/{id}': { id: ownSearch, owned: true },
  'GET /api/images/{id}/recipe': { id: ownImage, owned: true },
  'POST /api/images/{id}/link': { id: ownImage, body: () => ({ seconds: 60 }), owned: true },
  'GET /media/{key}': { id: ownKey, owned: true },
  'POST /api/images/zip': { body: () => ({ imageIds: ['01900000-0000-7000-8000-000000000000'] }) },
  'GET /api/images/zip/{id}': { id: ownZip, owned: true },
  'GET /api/albums': {},
  'POST /api/albums': { body: () => ({ name: 'matrix' }) },
  'GET /api/albums/template-sets': {},
  'GET /api/albums/{id}': { id: ownAlbum, owned: true },
  'PATCH /api/albums/{id}': { id: ownAlbum, owned: true, body: () => ({ name: 'other' }) },
  'DELETE /api/albums/{id}': { id: ownAlbum, owned: true },
  'POST /api/albums/{id}/cancel': { id: ownAlbum, owned: true },
  'POST /api/albums/{id}/anchor': { id: ownAlbum, owned: true },
  'POST /api/albums/{id}/shots': { id: ownAlbum, owned: true },
  'PUT /api/albums/{id}/shots': { id: ownAlbum, owned: true, body: () => ({ shots: [{ label: 'a', direction: 'b' }] }) },
  'POST /api/albums/{id}/shots/{index}': { id: ownAlbum, owned: true, second: '0' },
  'DELETE /api/albums/{id}/shots/{index}': { id: ownAlbum, owned: true, second: '0' },
  'POST /api/albums/{id}/outliers': { id: ownAlbum, owned: true },
  'GET /api/albums/{id}/zip': { id: ownAlbum, owned: true },
  'GET /api/albums/{id}/images': { id: ownAlbum, owned: true },
  'POST /api/albums/{id}/images': { id: ownAlbum, owned: true, body: () => ({ imageIds: ['01900000-0000-7000-8000-000000000000'] }) },
  'PUT /api/albums/{id}/images/order': { id: ownAlbum, owned: true, body: () => ({ imageIds: ['01900000-0000-7000-8000-000000000000'] }) },
  'DELETE /api/albums/{id}/images/{image}': { id: ownAlbum, owned: true, second: '01900000-0000-7000-8000-000000000000' },
  'GET /api/groups': {},
  'GET /api/groups/{id}': { id: ownGroup, owned: true },
  'POST /api/groups/{id}/cancel': { id: ownGroup, owned: true },
  'POST /api/groups/{id}/retry': { id: ownGroup, owned: true },
  'POST /api/backup': {},
  'POST /api/fsck': { body: () => ({}) },
  'GET /api/queue': {},
  'POST /api/queue/pause': { body: () => ({ lane: 'matrix' }) },
  'POST /api/queue/resume': { body: () => ({ lane: 'matrix' }) },
};

async function call(operation: Operation, token: string | null, owner: Caller): Promise<Reply> {
  const row = ROWS[operation.name]!;
  const first = row.id ? operation.path.replace(/\{\w+\}/, await row.id(owner)) : operation.path;
  const path = first.replace(/\{\w+\}/, row.second ?? '$&');
  if (operation.kind === 'stream') {
    const stream = await openStream(server.port, { path, ...(token === null ? {} : { token }) });
    stream.close();
    return { status: stream.status, headers: new Headers(), text: stream.text, json: undefined };
  }
  return await server.api(operation.method, path, row.body?.(round++), { token });
}

/** Calls each operation as one caller and compares with what is expected of its role and kind. */
async function judge(token: string | null, owner: Caller, expected: (operation: Operation) => number | 'allowed') {
  const wrong: string[] = [];
  for (const operation of operations) {
    const reply = await call(operation, token, owner);
    const want = expected(operation);
    // Signing in with a wrong code is a 401 of its own, for everybody.
    const refusals = operation.name === 'POST /api/session' ? [403] : [401, 403];
    const right = want === 'allowed' ? !refusals.includes(reply.status) && reply.status < 500 : reply.status === want;
    if (!right) wrong.push(`${operation.name}: expected ${want}, got ${reply.status} ${reply.text}`);
  }
  expect(wrong).toEqual([]);
}

beforeAll(async () => {
  server = await startServer({ config: 'login:\n  passwords: true\n' });
  const { paths } = await server.ok(200, 'GET', '/api/openapi.json');
  for (const [path, methods] of Object.entries<any>(paths)) {
    for (const [method, operation] of Object.entries<any>(methods)) {
      const [who, kind] = [operation['x-albumen-who'], operation['x-albumen-kind']];
      operations.push({ name: `${method.toUpperCase()} ${path}`, method: method.toUpperCase(), path, who, kind });
    }
  }
  for (const role of ['viewer', 'member', 'admin'] as const) callers[role] = await makeCaller(role);
  other = await makeCaller('member');
  const gone = await makeToken(server.token, 'admin');
  revoked = server.plant(gone.token);
  await server.ok(204, 'DELETE', `/api/tokens/${gone.id}`);
});

test('every operation has a row, and every row an operation', () => {
  expect(Object.keys(ROWS).sort()).toEqual(operations.map((operation) => operation.name).sort());
});

test('anonymous callers get what is for anyone, and a 401 for the rest', async () => {
  await judge(null, callers.member, ({ who }) => (who === 'anyone' ? 'allowed' : 401));
});

test('a revoked token is worth nothing', async () => {
  await judge(revoked, callers.member, ({ who }) => (who === 'anyone' ? 'allowed' : 401));
});

test.each(['viewer', 'member', 'admin'] as const)('a %s gets what the role may, and a 403 for the rest', async (role) => {
  const caller = callers[role];
  await judge(caller.token, caller, ({ who }) => (RANK[role] >= RANK[who] ? 'allowed' : 403));
});

test('a token that may only read changes nothing, not even for an admin', async () => {
  const reader = server.plant((await makeToken(callers.admin.token, 'read')).token);
  await judge(reader, callers.admin, ({ who, kind }) => {
    if (who === 'anyone') return 'allowed';
    return who === 'admin' || kind === 'write' ? 403 : 'allowed';
  });
});

test("another user's things are not found", async () => {
  const owned = operations.filter(({ name }) => ROWS[name]?.owned);
  expect(owned.length).toBeGreaterThan(0);
  for (const operation of owned) {
    for (const stranger of [other, callers.admin]) {
      const reply = await call(operation, stranger.token, callers.member);
      expect(reply.status, `${operation.name}: ${reply.text}`).toBe(404);
    }
  }
});
