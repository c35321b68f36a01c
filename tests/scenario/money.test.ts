// Prices, budgets and usage: what may be spent is what is spent, however many ask at once.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { makeHome, makeNeighbour, runCommand, startServer, type Home, type Server } from './harness.ts';
import { openStream } from './sse.ts';

const CONFIG = `backends:
  paid: { type: mock, mode: in_process, price: unknown, price_per_image: 0.04, concurrency: 8 }
  told: { type: mock, mode: in_process, price: told, price_micros: 55000, price_estimate: 0.05 }
  area: { type: mock, mode: in_process, price: unknown, price_per_megapixel: 0.01, script: "count:2" }
  helped: { type: sketch, fallback: [paid] }
  sketch: { type: sketch }
`;
const PRICE = 40_000;
const DOTS = { prompt: 'a dot', width: 16, height: 16 };

let home: Home;
let server: Server;

beforeAll(async () => {
  home = makeHome();
  server = await startServer({ home, config: CONFIG });
});
afterAll(async () => await server.stop());

interface User {
  id: string;
  name: string;
  token: string;
}

async function makeUser(name: string, role = 'member'): Promise<User> {
  const user = await server.ok(201, 'POST', '/api/users', { name, role });
  const link = await server.ok(201, 'POST', `/api/users/${user.id}/login-link`);
  const signIn = await server.api('POST', '/api/session', { code: link.url.split('#')[1] }, { token: null });
  const cookie = signIn.headers.get('set-cookie')!.split(';')[0]!;
  const options = { token: null, headers: { cookie, origin: server.url } };
  const { token } = await server.ok(201, 'POST', '/api/tokens', { name: 'money', scope: role === 'viewer' ? 'read' : 'write' }, options);
  return { id: user.id, name, token };
}

const submit = async (user: User, backend: string, more: object = {}) =>
  await server.api('POST', '/api/jobs', { backend, request: DOTS, ...more }, { token: user.token });

async function settled(user: User): Promise<any[]> {
  const until = Date.now() + 30_000;
  for (;;) {
    const { jobs } = await server.ok(200, 'GET', '/api/jobs?limit=200', undefined, { token: user.token });
    if (jobs.every((job: any) => ['completed', 'failed', 'cancelled'].includes(job.status))) return jobs;
    if (Date.now() > until) throw new Error(`still open: ${JSON.stringify(jobs)}`);
  }
}

const usage = async (query: string, token?: string) => await server.ok(200, 'GET', `/api/usage?${query}`, undefined, token ? { token } : {});
const budget = async (scope: object, limitMicros: number) => await server.ok(200, 'PUT', '/api/budgets', { ...scope, limitMicros });
const today = () => new Date().toISOString().slice(0, 10);

describe('a budget for ten pictures and two hundred submits at once', () => {
  const cases: [string, (user: User) => object][] = [
    ['of the user', (user) => ({ userId: user.id, period: 'day' })],
    ['of all together', () => ({ period: 'week' })],
  ];
  test.each(cases)('%s lets exactly ten pass', async (name, scope) => {
    const user = await makeUser(`ten-${name.length}`);
    const before = name === 'of the user' ? 0 : (await usage('by=day')).costMicros;
    const set = await budget(scope(user), 10 * PRICE + before);
    const replies = await Promise.all(Array.from({ length: 200 }, () => submit(user, 'paid')));
    expect(replies.filter((reply) => reply.status === 202)).toHaveLength(10);
    const refused = replies.filter((reply) => reply.status !== 202);
    expect(new Set(refused.map((reply) => `${reply.status} ${reply.json.error.code}`))).toEqual(new Set(['402 budget_exhausted']));
    expect(refused[0]!.json.error.message).toMatch(
      /^(your|the common) budget of \d+\.\d\d USD for this (day|week) is used up \(.* spent, .* held back\): wait until \d{4}-\d\d-\d\d, take a backend that costs nothing, or have an admin raise it/,
    );
    expect((await settled(user)).filter((job) => job.status === 'completed')).toHaveLength(10);
    const { budgets } = await server.ok(200, 'GET', '/api/budgets');
    expect(budgets.find((one: any) => one.id === set.id)).toMatchObject({ leftMicros: 0, reservedMicros: 0 });
    expect((await submit(user, 'sketch')).status, 'what costs nothing').toBe(202);
    expect((await submit(user, 'helped')).status, 'what may cost something, made by another').toBe(402);
    await server.ok(204, 'DELETE', `/api/budgets/${set.id}`);
    expect((await submit(user, 'paid')).status, 'without a budget').toBe(202);
    await settled(user);
  });
});

if (process.env.ALBUMEN_TEST_DATABASE === 'postgres') {
  test('two servers on one database let ten pass together', async () => {
    const other = await startServer({ home: makeNeighbour(home), config: CONFIG });
    const user = await makeUser('two-servers');
    await budget({ userId: user.id }, 10 * PRICE);
    const body = { backend: 'paid', request: DOTS };
    const replies = await Promise.all(
      Array.from({ length: 200 }, (_, i) => (i % 2 === 0 ? server : other).api('POST', '/api/jobs', body, { token: user.token })),
    );
    const statuses = replies.map((reply) => reply.status);
    expect(statuses.filter((status) => status === 202)).toHaveLength(10);
    expect(new Set(statuses)).toEqual(new Set([202, 402]));
    await settled(user);
    expect(await usage('', user.token)).toMatchObject({ jobs: 10, costMicros: 10 * PRICE });
    await other.stop();
  });
}

test('an order of several is taken as a whole or not at all', async () => {
  const user = await makeUser('several');
  await budget({ userId: user.id }, 3 * PRICE);
  expect((await submit(user, 'paid', { count: 4 })).status).toBe(402);
  expect((await submit(user, 'paid', { count: 3 })).status).toBe(202);
  expect(await settled(user)).toHaveLength(3);
});

test('everybody sees the budgets that hold for himself, and no others', async () => {
  const [user, stranger] = [await makeUser('thrifty'), await makeUser('stranger')];
  const own = await budget({ userId: user.id, period: 'day' }, 5 * PRICE);
  const common = await budget({ period: 'month' }, 1e12);
  const mine = async ({ token }: User) => (await server.ok(200, 'GET', '/api/budgets/mine', undefined, { token })).budgets.map(({ id }: { id: string }) => id);
  expect(new Set(await mine(user))).toEqual(new Set([own.id, common.id]));
  expect(await mine(stranger)).toEqual([common.id]);
  await server.ok(204, 'DELETE', `/api/budgets/${common.id}`);
});

describe('a quote', () => {
  let user: User;
  beforeAll(async () => {
    user = await makeUser('quoted');
    await budget({ userId: user.id }, 100_000);
  });
  const cases: [string, object, number, object][] = [
    ['sketch', {}, 3, { costMicros: 0, reservedMicros: null, basis: 'free', covered: true }],
    ['paid', {}, 3, { costMicros: 3 * PRICE, reservedMicros: 3 * PRICE, basis: 'per_image', covered: false }],
    ['paid', {}, 2, { costMicros: 2 * PRICE, reservedMicros: 2 * PRICE, basis: 'per_image', covered: true }],
    ['told', {}, 1, { costMicros: null, reservedMicros: 50_000, basis: 'told', covered: true }],
    ['area', { width: 1000, height: 2000 }, 1, { costMicros: 40_000, reservedMicros: 40_000, basis: 'per_megapixel', covered: true }],
    ['paid', { options: { script: 'count:2' } }, 1, { costMicros: 2 * PRICE, reservedMicros: 2 * PRICE, basis: 'per_image', covered: true }],
    ['paid', { options: { script: 'count:2' } }, 2, { costMicros: 4 * PRICE, reservedMicros: 4 * PRICE, basis: 'per_image', covered: false }],
    ['helped', {}, 1, { costMicros: 0, reservedMicros: PRICE, basis: 'free', covered: true }],
  ];
  test.each(cases)('of %s for %o, %i times', async (backend, size, count, want) => {
    const order = { backend, count, request: { ...DOTS, ...size } };
    const own = await server.ok(200, 'POST', '/api/quote', order, { token: user.token });
    expect(own).toEqual({ backend, currency: 'USD', leftMicros: 100_000, ...want });
    const admin = await server.ok(200, 'POST', '/api/quote', order);
    expect(admin, 'without a budget').toEqual({ ...own, covered: true, leftMicros: null });
  });
  test('names the field that is wrong, as an order does', async () => {
    const reply = await server.api('POST', '/api/quote', { backend: 'paid', request: { ...DOTS, width: 5000 } });
    expect([reply.status, reply.json.error.field]).toEqual([422, 'request.width']);
  });
});

test('the usage tells what was made and spent, by whom, where and for what, also what is free', async () => {
  const user = await makeUser('@spender');
  await submit(user, 'paid');
  await submit(user, 'told');
  await submit(user, 'area', { request: { prompt: 'a dot', width: 1000, height: 500 } });
  await submit(user, 'sketch');
  await submit(user, 'paid', { request: { ...DOTS, prompt: 'refuse' } });
  await settled(user);
  const spent = PRICE + 55_000 + 10_000;
  const sums = { jobs: 5, failed: 1, pictures: 5, costMicros: spent, tookMs: expect.any(Number) };
  const own = async (by: string) => await usage(`by=${by}`, user.token);
  expect(await own('day')).toMatchObject({ from: `${today().slice(0, 8)}01`, to: today(), currency: 'USD', rows: [{ name: today(), label: null, ...sums }], ...sums });
  expect((await own('backend')).rows).toEqual([
    { name: 'told', label: null, jobs: 1, failed: 0, pictures: 1, costMicros: 55_000, tookMs: expect.any(Number) },
    { name: 'paid', label: null, jobs: 2, failed: 1, pictures: 1, costMicros: PRICE, tookMs: expect.any(Number) },
    { name: 'area', label: null, jobs: 1, failed: 0, pictures: 2, costMicros: 10_000, tookMs: expect.any(Number) },
    { name: 'sketch', label: null, jobs: 1, failed: 0, pictures: 1, costMicros: 0, tookMs: expect.any(Number) },
  ]);
  expect((await own('door')).rows).toEqual([{ name: 'jobs', label: null, ...sums }]);
  expect((await own('user')).rows).toEqual([{ name: user.id, label: '@spender', ...sums }]);
  expect((await usage('by=user')).rows.find((row: any) => row.name === user.id), 'for the admin').toMatchObject(sums);
  expect(await usage(`user=${user.id}`), 'for the admin').toMatchObject(sums);
  expect((await usage('from=2020-01-01&to=2020-12-31')).rows).toEqual([]);

  const other = await makeUser('onlooker', 'viewer');
  expect((await usage('', other.token)).rows).toEqual([]);
  const unknown = { code: 'not_found', message: 'there is no such user', field: 'user' };
  const questions: [string, string][] = [
    [other.token, user.id],
    [other.token, 'nobody'],
    [server.token, 'nobody'],
    [server.token, '01900000-0000-7000-8000-000000000000'],
  ];
  for (const [token, id] of questions) {
    for (const path of ['usage', 'usage.csv']) {
      const reply = await server.api('GET', `/api/${path}?user=${id}`, undefined, { token });
      expect([reply.status, reply.json.error]).toEqual([404, unknown]);
    }
  }

  const csv = await server.api('GET', '/api/usage.csv?by=user');
  expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8');
  expect(csv.headers.get('content-disposition')).toMatch(/attachment; filename="usage-.*\.csv"/);
  expect(csv.text).toMatch(/^user_id,user,jobs,failed,pictures,seconds,cost_usd\r\n/);
  expect(csv.text).toMatch(new RegExp(`\r\n${user.id},"'@spender",5,1,5,\\d+\\.\\d{6},0\\.105000\r\n`));

  await server.ok(204, 'DELETE', `/api/users/${user.id}`);
  expect(await usage(`user=${user.id}`), 'when he is gone').toMatchObject(sums);
  expect((await usage('by=user')).rows.find((row: any) => row.name === user.id)).toMatchObject({ label: null, ...sums });
});

test('what the provider says may be more than was thought: then the budget is overdrawn, and says so', async () => {
  const user = await makeUser('overdrawn');
  await budget({ userId: user.id }, 50_000);
  expect((await submit(user, 'told')).status).toBe(202);
  await settled(user);
  const { budgets } = await server.ok(200, 'GET', '/api/budgets');
  expect(budgets.find((one: any) => one.userId === user.id)).toMatchObject({ spentMicros: 55_000, leftMicros: -5_000, userName: 'overdrawn', scope: 'user' });
  expect((await submit(user, 'told')).status).toBe(402);
});

test('who nears the end of a budget is warned, and so are admins', async () => {
  const user = await makeUser('warned');
  const admins = await openStream(server.port, { token: server.token, query: 'channel=admin' });
  const own = await openStream(server.port, { token: user.token });
  await budget({ userId: user.id }, 10 * PRICE);
  await submit(user, 'paid', { count: 8 });
  const warning = { scope: 'user', userId: user.id, period: 'month', spent: 8 * PRICE, limit: 10 * PRICE };
  for (const stream of [own, admins]) {
    const warnings = () => stream.events.filter(({ data }) => data.type === 'budget_warning' && data.result.userId === user.id);
    await stream.until(() => warnings().length > 0);
    expect(warnings().map(({ data }) => data.result)).toEqual([warning]);
    stream.close();
  }
  await settled(user);
});

describe('wrong questions and wrong budgets are refused in words', () => {
  const cases: [string, string, object | undefined, number, string][] = [
    ['GET', '/api/usage?from=yesterday', undefined, 422, "'from' must be a day, as 2026-11-01"],
    ['GET', '/api/usage?to=2026-13-01', undefined, 422, "'to' must be a day, as 2026-11-01"],
    ['GET', '/api/usage?from=2026-02-02&to=2026-02-01', undefined, 422, "'to' must not lie before 'from'"],
    ['GET', '/api/usage?from=1990-01-01&to=2026-02-01', undefined, 422, 'at most 3660 days at once'],
    ['GET', '/api/usage?user=', undefined, 422, "'user' is empty"],
    ['GET', '/api/usage?by=colour', undefined, 422, "'by' must be one of backend, door, user, day"],
    ['PUT', '/api/budgets', {}, 422, "'limitMicros' is missing"],
    ['PUT', '/api/budgets', { limitMicros: -1 }, 422, "'limitMicros' must be from 0 to 1e+15"],
    ['PUT', '/api/budgets', { limitMicros: 1, period: 'year' }, 422, "'period' must be one of day, week, month"],
    ['PUT', '/api/budgets', { limitMicros: 1, userId: 'nobody' }, 422, 'there is no such user'],
    ['DELETE', '/api/budgets/nothing', undefined, 404, 'no such budget'],
  ];
  test.each(cases)('%s %s %o', async (method, path, body, status, message) => {
    const reply = await server.api(method, path, body);
    expect([reply.status, reply.json.error.message]).toEqual([status, message]);
  });
});

test('the commands set budgets and tell what was spent', async () => {
  const user = await makeUser('console');
  const run = async (...args: string[]) => await runCommand(args, home);
  await submit(user, 'paid', { count: 2 });
  await settled(user);

  expect((await run('budget', 'set', '0.1', '--user', 'console')).stdout).toMatch(/^console +month +0\.10 +0\.08 +0\.00 +0\.02\n$/);
  expect((await run('budget', 'set', '12.345678', '--user', 'console', '--per', 'day', '--json')).stdout).toContain('"limitMicros":12345678,');
  expect((await run('budget', 'list')).stdout).toMatch(/^USER +PER +LIMIT USD +SPENT +RESERVED +LEFT\n[^]*console +month +0\.10 +0\.08 +0\.00 +0\.02\n/);
  expect((await submit(user, 'paid')).status).toBe(402);
  expect((await run('budget', 'rm', '--user', 'console')).stdout).toBe('Deleted.\n');
  expect(await run('budget', 'rm', '--user', 'console')).toMatchObject({ code: 1, stderr: 'albumen: there is no such budget for a month\n' });
  expect((await run('budget', 'set', '1,5')).code).toBe(2);
  expect((await run('budget', 'set', '1', '--user', 'nobody-here')).stderr).toBe("albumen: there is no user 'nobody-here'\n");

  expect((await run('usage', 'today', '--user', 'console')).stdout).toMatch(
    new RegExp(`^DAY +JOBS +FAILED +PICTURES +TIME +COST USD\n${today()} +2 +0 +2 +\\d+\\.\\d s +0\\.0800\nTOTAL +2 +0 +2 +\\d+\\.\\d s +0\\.0800\n$`),
  );
  expect((await run('usage', '--by', 'backend', '--user', 'console', '--csv')).stdout).toMatch(/^backend,jobs,failed,pictures,seconds,cost_usd\r\npaid,2,0,2,\d+\.\d{6},0\.080000\r\n$/);
  const row = { name: user.id, label: 'console', jobs: 2, failed: 0, pictures: 2, costMicros: 80_000, tookMs: expect.any(Number) };
  expect(JSON.parse((await run('usage', 'week', '--by', 'user', '--json')).stdout).rows).toContainEqual(row);
  await submit(user, 'sketch');
  await settled(user);
  expect((await run('usage', '--by', 'backend', '--user', 'console', '--csv')).stdout).toMatch(/\r\nsketch,1,0,1,\d+\.\d{6},0\.000000\r\n$/);
  expect(await run('usage', 'year')).toMatchObject({ code: 2, stderr: "albumen: 'year' is none of today, week, month\n" });
  expect((await run('usage', '--csv', '--json')).code).toBe(2);
  expect((await run('backends')).stdout).toMatch(/^paid .* 0\.0400 USD {2}[^]*\ntold .* told later [^]*\narea .* 0\.0100 USD \/ MP [^]*\nhelped .* free /m);
});

test('a user who is deleted takes along what runs for him: the log says so, and what may be paid counts', async () => {
  const user = await makeUser('leaving');
  const { jobIds } = (await submit(user, 'told', { request: { ...DOTS, prompt: 'slow:1500ms' } })).json;
  const progress = async () => (await server.ok(200, 'GET', `/api/jobs/${jobIds[0]}`, undefined, { token: user.token })).progress;
  for (const until = Date.now() + 20_000; !((await progress()) > 0); ) if (Date.now() > until) throw new Error('it never ran');
  await server.ok(204, 'DELETE', `/api/users/${user.id}`);
  await server.waitForOutput('stderr', new RegExp(`"the job is gone: its user was deleted"[^\n]*${jobIds[0]}`));
  expect(server.log.filter(({ job, msg }) => job === jobIds[0] && /taken over/.test(msg))).toEqual([]);
  expect(await usage(`user=${user.id}`)).toMatchObject({ jobs: 1, failed: 1, pictures: 0, costMicros: 50_000 });
});

test('a job says what it has cost once it is over, and only then', async () => {
  const user = await makeUser('curious');
  const cases: [string, object, number][] = [
    ['paid', {}, PRICE],
    ['told', {}, 55_000],
    ['sketch', {}, 0],
  ];
  for (const [backend, more, costMicros] of cases) {
    const { jobIds } = (await submit(user, backend, more)).json;
    await settled(user);
    expect(await server.ok(200, 'GET', `/api/jobs/${jobIds[0]}`, undefined, { token: user.token })).toMatchObject({ status: 'completed', costMicros });
  }
  const { jobIds } = (await submit(user, 'paid', { request: { ...DOTS, prompt: 'hang' } })).json;
  expect((await server.ok(200, 'GET', `/api/jobs/${jobIds[0]}`, undefined, { token: user.token })).costMicros).toBeNull();
  await server.ok(200, 'POST', `/api/jobs/${jobIds[0]}/cancel`, undefined, { token: user.token });
  await settled(user);
});
