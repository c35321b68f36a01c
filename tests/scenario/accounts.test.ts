// Signing in, one's own tokens, and users for admins.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { beforeAll, describe, expect, test } from 'vitest';

import { inTerminal } from './cli.ts';
import { makeHome, startServer, type Reply, type Server } from './harness.ts';
import { isWhole, raw } from './raw.ts';

const UUID7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

let server: Server;

beforeAll(async () => {
  server = await startServer({ config: 'login:\n  passwords: true\n' });
});

async function makeUser(name: string, role = 'member') {
  const user = await server.ok(201, 'POST', '/api/users', { name, role });
  const link = await server.ok(201, 'POST', `/api/users/${user.id}/login-link`);
  const cookie = cookieOf(await signIn({ code: link.url.split('#')[1] }));
  const { token } = await server.ok(201, 'POST', '/api/tokens', { name: 'test', scope: role === 'admin' ? 'admin' : 'write' }, asBrowser(cookie));
  return { ...user, cookie, token: server.plant(token as string) };
}

async function signIn(body: unknown): Promise<Reply> {
  return await server.api('POST', '/api/session', body, { token: null, headers: { origin: server.url } });
}

function cookieOf(reply: Reply): string {
  expect(reply.status, reply.text).toBe(201);
  return server.plant(reply.headers.get('set-cookie')!.split(';')[0]!.split('=')[1]!);
}

function asBrowser(cookie: string, origin = server.url) {
  return { token: null, headers: { cookie: `albumen_session=${cookie}`, origin } };
}

describe('the login link', () => {
  test('signs in once, as the first admin', async () => {
    const fresh = await startServer();
    const code = fresh.loginLink.split('#')[1];
    const first = await fresh.api('POST', '/api/session', { code }, { token: null });
    expect(first.status, first.text).toBe(201);
    expect(first.json).toMatchObject({ name: 'admin', role: 'admin', disabledAt: null });
    const second = await fresh.api('POST', '/api/session', { code }, { token: null });
    expect(second.status).toBe(401);
    expect(second.json.error.message).toMatch(/link/i);
    expect(second.headers.get('set-cookie')).toBeNull();
  });

  test('is used up by one of many that try at the same time', async () => {
    const user = await server.ok(201, 'POST', '/api/users', { name: 'raced' });
    const { url } = await server.ok(201, 'POST', `/api/users/${user.id}/login-link`);
    const replies = await Promise.all(Array.from({ length: 10 }, () => signIn({ code: url.split('#')[1] })));
    expect(replies.filter((reply) => reply.status === 201)).toHaveLength(1);
    expect(replies.filter((reply) => reply.status === 401)).toHaveLength(9);
  });

  test('sets a cookie that scripts and other sites do not get', async () => {
    const user = await server.ok(201, 'POST', '/api/users', { name: 'cookie' });
    const { url } = await server.ok(201, 'POST', `/api/users/${user.id}/login-link`);
    const header = (await signIn({ code: url.split('#')[1] })).headers.get('set-cookie')!;
    for (const attribute of ['HttpOnly', 'SameSite=Strict', 'Path=/']) expect(header).toContain(attribute);
  });
});

describe('sessions', () => {
  test('are the user until they sign out', async () => {
    const user = await makeUser('signs-out');
    expect(await server.ok(200, 'GET', '/api/me', undefined, asBrowser(user.cookie))).toMatchObject({ id: user.id });
    const out = await server.api('DELETE', '/api/session', undefined, asBrowser(user.cookie));
    expect(out.status).toBe(204);
    expect(out.headers.get('set-cookie')).toContain('Max-Age=0');
    await server.ok(401, 'GET', '/api/me', undefined, asBrowser(user.cookie));
  });

  test('cannot be driven by another site or without an Origin', async () => {
    const user = await makeUser('driven');
    const body = { name: 'stolen' };
    await server.ok(403, 'POST', '/api/tokens', body, asBrowser(user.cookie, 'https://evil.example'));
    await server.ok(403, 'POST', '/api/tokens', body, asBrowser(user.cookie, 'null'));
    await server.ok(403, 'POST', '/api/tokens', body, { token: null, headers: { cookie: `albumen_session=${user.cookie}` } });
    await server.ok(201, 'POST', '/api/tokens', body, asBrowser(user.cookie));
  });

  test('take a password when the server allows it, and none of the wrong ones', async () => {
    const password = server.plant('correct horse battery');
    await server.ok(201, 'POST', '/api/users', { name: 'by-password', password });
    expect((await signIn({ name: 'by-password', password })).status).toBe(201);
    const wrong = await signIn({ name: 'by-password', password: 'wrong horse battery' });
    const nobody = await signIn({ name: 'no-such-user', password });
    expect([wrong.status, nobody.status]).toEqual([401, 401]);
    expect(wrong.json.error.message).toBe(nobody.json.error.message);
  });

  test('of other browsers end when the password changes', async () => {
    const old = server.plant('first password here');
    await server.ok(201, 'POST', '/api/users', { name: 'changes', password: old });
    const here = cookieOf(await signIn({ name: 'changes', password: old }));
    const there = cookieOf(await signIn({ name: 'changes', password: old }));
    const next = server.plant('second password here');
    await server.ok(403, 'PATCH', '/api/me', { password: next, currentPassword: 'not this one' }, asBrowser(here));
    await server.ok(200, 'PATCH', '/api/me', { password: next, currentPassword: old }, asBrowser(here));
    await server.ok(200, 'GET', '/api/me', undefined, asBrowser(here));
    await server.ok(401, 'GET', '/api/me', undefined, asBrowser(there));
    expect((await signIn({ name: 'changes', password: old })).status).toBe(401);
  });

  test('end when an administrator replaces a forgotten password; his own goes on', async () => {
    const old = server.plant('forgotten password');
    const user = await server.ok(201, 'POST', '/api/users', { name: 'forgets', password: old });
    const there = cookieOf(await signIn({ name: 'forgets', password: old }));
    const next = server.plant('another password');
    const path = `/api/users/${user.id}`;
    expect((await server.ok(422, 'PATCH', path, { password: 'short' })).error.field).toBe('password');
    await server.ok(200, 'GET', '/api/me', undefined, asBrowser(there));
    await server.ok(200, 'PATCH', path, { password: next, plan: 'large' });
    await server.ok(401, 'GET', '/api/me', undefined, asBrowser(there));
    expect((await signIn({ name: 'forgets', password: old })).status).toBe(401);
    const again = await signIn({ name: 'forgets', password: next });
    expect([again.status, (again.json as { plan: string }).plan]).toEqual([201, 'large']);
    await server.ok(403, 'PATCH', path, { password: old }, asBrowser(cookieOf(again)));

    const chief = await makeUser('chief', 'admin');
    await server.ok(200, 'PATCH', `/api/users/${chief.id}`, { password: next }, asBrowser(chief.cookie));
    await server.ok(200, 'GET', '/api/me', undefined, asBrowser(chief.cookie));
    await server.ok(204, 'DELETE', `/api/users/${chief.id}`);
  });
});

/** Enough ways in with the old password that some are still being compared when the new one is set. */
test('by an old password none outlives its replacement, however close the two come', async () => {
  const passwords = [1, 2, 3, 4].map((n) => server.plant(`password of round ${n}`));
  const user = await server.ok(201, 'POST', '/api/users', { name: 'hurries', password: passwords[0] });
  for (const [round, next] of passwords.slice(1).entries()) {
    const first = signIn({ name: 'hurries', password: passwords[round] });
    const replaced = server.ok(200, 'PATCH', `/api/users/${user.id}`, { password: next });
    const more = Array.from({ length: 8 }, () => signIn({ name: 'hurries', password: passwords[round] }));
    const replies = await Promise.all([first, ...more]);
    await replaced;
    for (const reply of replies.filter(({ status }) => status === 201)) await server.ok(401, 'GET', '/api/me', undefined, asBrowser(cookieOf(reply)));
  }
  expect((await signIn({ name: 'hurries', password: passwords[3] })).status).toBe(201);
});

/** Seconds of CPU that the server has used. */
function cpu(): number {
  const fields = readFileSync(`/proc/${server.pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

describe('passwords', () => {
  test('are no way from a narrow token to all that the account may', async () => {
    const narrow = await makeUser('narrow');
    const wanted = { password: server.plant('long enough for all') };
    const reply = await server.api('PATCH', '/api/me', wanted, { token: narrow.token });
    expect([reply.status, reply.json.error.code]).toEqual([403, 'forbidden']);
    expect((await signIn({ name: 'narrow', ...wanted })).status).toBe(401);
    await server.ok(200, 'PATCH', '/api/me', wanted, asBrowser(narrow.cookie));
    expect((await signIn({ name: 'narrow', ...wanted })).status).toBe(201);
  });

  test('change once, of many that try at the same time', async () => {
    const { cookie } = await makeUser('changes-once');
    const wanted = [1, 2, 3, 4].map((n) => server.plant(`password number ${n}`));
    const replies = await Promise.all(wanted.map((password) => server.api('PATCH', '/api/me', { password }, asBrowser(cookie))));
    expect(replies.filter((reply) => reply.status === 200), replies.map((reply) => reply.text).join()).toHaveLength(1);
    const works = wanted[replies.findIndex((reply) => reply.status === 200)];
    expect((await signIn({ name: 'changes-once', password: works })).status).toBe(201);
  });

  test('are hashed for nobody who may not set them', async () => {
    const viewer = await makeUser('poor-viewer', 'viewer');
    const add = (n: number, token: string) => server.api('POST', '/api/users', { name: `hashed-${n}`, password: server.plant('long enough to hash') }, { token });
    let before = cpu();
    for (let n = 0; n < 4; n++) expect((await add(n, server.token)).status).toBe(201);
    const taken = cpu() - before;
    before = cpu();
    for (let n = 0; n < 40; n++) expect((await add(n, n % 2 ? viewer.token : 'alb_nobody')).status).toBe(n % 2 ? 403 : 401);
    expect(cpu() - before, 'CPU of 40 that were refused, and of 4 that were not').toBeLessThan(taken);
  });

  test('cannot be guessed at by who is signed in, nor by another spelling of a name', async () => {
    const limits = 'login:\n  passwords: true\nlimits:\n  login_attempts_per_minute: 3\n';
    const strict = await startServer({ config: limits });
    const password = 'long enough to guess';
    await strict.ok(200, 'PATCH', '/api/me', { password: strict.plant(password) });
    const guesses = [];
    for (let n = 0; n < 8; n++) guesses.push(await strict.api('PATCH', '/api/me', { password, currentPassword: `guess ${n}` }));
    expect([guesses[0]!.status, guesses.at(-1)!.status]).toEqual([403, 429]);
    expect(Number(guesses.at(-1)!.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await strict.api('POST', '/api/session', { name: 'ADMIN', password }, { token: null })).status).toBe(429);
  });
});

test('a password that is typed into a terminal is not shown', async () => {
  const home = makeHome();
  const password = 'typed in the dark';
  const add = () => inTerminal(['user', 'add', 'typist', '--password-stdin'], home, {}, { after: 'Password: ', type: `${password}\n` });
  const refused = await add();
  expect([refused.code, refused.screen.toString()]).toEqual([1, expect.stringContaining('this server does not take passwords (login.passwords): make a login link')]);
  const config = 'login:\n  passwords: true\n';
  writeFileSync(join(home.folder, 'albumen.yaml'), config);
  const { code, screen } = await add();
  expect([code, screen.toString()]).toEqual([0, expect.stringMatching(/^Password: \r\ntypist +member /)]);
  const signInAt = (to: Server, password: string) => to.api('POST', '/api/session', { name: 'typist', password: to.plant(password) }, { token: null });
  const first = await startServer({ home, config });
  const there = asBrowser(cookieOf(await signInAt(first, password)));
  await first.ok(200, 'GET', '/api/me', undefined, there);
  await first.stop();

  const another = 'typed in the dark again';
  const set = await inTerminal(['user', 'set', 'typist', '--password-stdin'], home, {}, { after: 'Password: ', type: `${another}\n` });
  expect([set.code, set.screen.toString()]).toEqual([0, expect.stringMatching(/^Password: \r\ntypist +member /)]);
  const second = await startServer({ home, config });
  await second.ok(401, 'GET', '/api/me', undefined, there);
  expect([(await signInAt(second, password)).status, (await signInAt(second, another)).status]).toEqual([401, 201]);
});

describe('tokens', () => {
  test('are shown once, listed without their secret, and can be revoked', async () => {
    const made = await server.ok(201, 'POST', '/api/tokens', { name: 'laptop', scope: 'read', days: 30 });
    expect(made).toMatchObject({ id: expect.stringMatching(UUID7), name: 'laptop', scope: 'read', createdAt: expect.stringMatching(TIME), expiresAt: expect.stringMatching(TIME) });
    const secret = server.plant(made.token);
    await server.ok(200, 'GET', '/api/me', undefined, { token: secret });
    const list = await server.api('GET', '/api/tokens');
    expect(list.json.tokens.map((token: any) => token.id)).toContain(made.id);
    expect(list.text).not.toContain(secret);
    await server.ok(204, 'DELETE', `/api/tokens/${made.id}`);
    await server.ok(401, 'GET', '/api/me', undefined, { token: secret });
    await server.ok(404, 'DELETE', `/api/tokens/${made.id}`);
  });

  test('may do no more than their scope', async () => {
    const { token } = await server.ok(201, 'POST', '/api/tokens', { name: 'reader', scope: 'read' });
    await server.ok(200, 'GET', '/api/tokens', undefined, { token });
    await server.ok(403, 'POST', '/api/tokens', { name: 'more', scope: 'read' }, { token });
    await server.ok(403, 'GET', '/api/users', undefined, { token });
  });

  test('cannot make a stronger one', async () => {
    const user = await makeUser('climber');
    const reply = await server.api('POST', '/api/tokens', { name: 'up', scope: 'admin' }, { token: user.token });
    expect(reply.status).toBe(403);
    expect(reply.json.error.field).toBe('scope');
  });

  test('of another user are not found', async () => {
    const [one, other] = [await makeUser('owner'), await makeUser('stranger')];
    const { tokens } = await server.ok(200, 'GET', '/api/tokens', undefined, { token: one.token });
    await server.ok(404, 'DELETE', `/api/tokens/${tokens[0].id}`, undefined, { token: other.token });
    await server.ok(200, 'GET', '/api/me', undefined, { token: one.token });
  });

  test('in a wrong form are refused', async () => {
    for (const authorization of ['Bearer', 'Bearer ', 'Bearer x', 'Basic YTpi', `bearer${server.token}`, `Token ${server.token}`]) {
      const reply = await server.api('GET', '/api/me', undefined, { token: null, headers: { authorization } });
      expect(reply.status, authorization).toBe(401);
      expect(reply.headers.get('www-authenticate')).toBe('Bearer');
    }
  });
});

describe('users', () => {
  test('are made, read, changed and deleted by admins', async () => {
    const made = await server.ok(201, 'POST', '/api/users', { name: 'Ada', role: 'viewer' });
    expect(made).toMatchObject({ id: expect.stringMatching(UUID7), name: 'ada', role: 'viewer', createdAt: expect.stringMatching(TIME) });
    expect(await server.ok(200, 'GET', `/api/users/${made.id}`)).toEqual(made);
    expect(await server.ok(200, 'PATCH', `/api/users/${made.id}`, { role: 'member' })).toMatchObject({ role: 'member' });
    await server.ok(204, 'DELETE', `/api/users/${made.id}`);
    await server.ok(404, 'GET', `/api/users/${made.id}`);
  });

  test('have names of their own, whatever their case', async () => {
    await server.ok(201, 'POST', '/api/users', { name: 'grace' });
    await server.ok(409, 'POST', '/api/users', { name: 'GRACE' });
    const replies = await Promise.all(Array.from({ length: 8 }, () => server.api('POST', '/api/users', { name: 'twin' })));
    expect(replies.map((reply) => reply.status).sort()).toEqual([201, 409, 409, 409, 409, 409, 409, 409]);
  });

  test('that are disabled or deleted are signed out at once', async () => {
    const user = await makeUser('leaver');
    await server.ok(200, 'PATCH', `/api/users/${user.id}`, { disabled: true });
    await server.ok(401, 'GET', '/api/me', undefined, { token: user.token });
    await server.ok(401, 'GET', '/api/me', undefined, asBrowser(user.cookie));
    await server.ok(200, 'PATCH', `/api/users/${user.id}`, { disabled: false });
    await server.ok(200, 'GET', '/api/me', undefined, { token: user.token });
    await server.ok(204, 'DELETE', `/api/users/${user.id}`);
    await server.ok(401, 'GET', '/api/me', undefined, { token: user.token });
  });

  test('lose a right with the answer to the change, however often they ask', async () => {
    const user = await makeUser('demoted', 'admin');
    let changed = false;
    const late: number[] = [];
    const ask = async () => {
      for (let rounds = 0; rounds < 1000 && !late.includes(403); rounds++) {
        const came = changed;
        const { status } = await server.api('GET', '/api/users', undefined, { token: user.token });
        if (came) late.push(status);
        else expect([200, 403]).toContain(status);
      }
    };
    const askers = Array.from({ length: 4 }, ask);
    await server.ok(200, 'GET', '/api/users', undefined, { token: user.token });
    await server.ok(200, 'PATCH', `/api/users/${user.id}`, { role: 'member', plan: 'large' });
    changed = true;
    await Promise.all(askers);
    expect(new Set(late)).toEqual(new Set([403]));
    expect(await server.ok(200, 'GET', '/api/me', undefined, { token: user.token })).toMatchObject({ role: 'member', plan: 'large' });
  });

  test('never lose their last admin', async () => {
    const me = await server.ok(200, 'GET', '/api/me');
    await server.ok(409, 'PATCH', `/api/users/${me.id}`, { role: 'member' });
    await server.ok(409, 'PATCH', `/api/users/${me.id}`, { disabled: true });
    await server.ok(409, 'DELETE', `/api/users/${me.id}`);
  });

  test('come in pages that hold all of them once', async () => {
    await Promise.all(Array.from({ length: 12 }, (_, i) => server.ok(201, 'POST', '/api/users', { name: `page-${i}` })));
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const query: string = cursor ? `limit=5&cursor=${encodeURIComponent(cursor)}` : 'limit=5';
      const page: any = await server.ok(200, 'GET', `/api/users?${query}`);
      expect(page.users.length).toBeLessThanOrEqual(5);
      seen.push(...page.users.map((user: any) => user.name));
      cursor = page.nextCursor;
    } while (cursor);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.filter((name) => name.startsWith('page-'))).toHaveLength(12);
  });

  test('refuse a cursor that was made up, changed, or belongs to another list', async () => {
    const { nextCursor } = await server.ok(200, 'GET', '/api/users?limit=1');
    const changed = nextCursor.slice(0, -1) + (nextCursor.endsWith('A') ? 'B' : 'A');
    for (const path of ['/api/users?cursor=x', `/api/users?cursor=${changed}`, `/api/tokens?cursor=${nextCursor}`]) {
      const reply = await server.api('GET', path);
      expect([400, 422], `${path}: ${reply.text}`).toContain(reply.status);
    }
  });

  test('refuse limits outside of 1 to 200', async () => {
    for (const limit of ['0', '201', '-1', 'x', '1e2', '99999999999999999999']) {
      const reply = await server.api('GET', `/api/users?limit=${limit}`);
      expect([400, 422], limit).toContain(reply.status);
    }
  });
});

describe('Idempotency-Key', () => {
  const key = (value: string) => ({ headers: { 'idempotency-key': value } });

  test('gives the first answer again, and makes nothing twice', async () => {
    const first = await server.ok(201, 'POST', '/api/users', { name: 'once' }, key('a-1'));
    const again = await server.api('POST', '/api/users', { name: 'once' }, key('a-1'));
    expect(again.status).toBe(201);
    expect(again.json).toEqual(first);
    expect([again.headers.get('idempotent-replay'), again.headers.get('cache-control')]).toEqual(['true', 'no-store']);
  });

  test('with another body is a conflict', async () => {
    await server.ok(201, 'POST', '/api/users', { name: 'key-one' }, key('a-2'));
    await server.ok(409, 'POST', '/api/users', { name: 'key-two' }, key('a-2'));
  });

  test('used by many at the same time makes one', async () => {
    const replies = await Promise.all(
      Array.from({ length: 10 }, () => server.api('POST', '/api/users', { name: 'at-once' }, key('a-3'))),
    );
    const made = replies.filter((reply) => reply.status === 201);
    expect(made.length).toBeGreaterThan(0);
    expect(new Set(made.map((reply) => reply.json.id)).size).toBe(1);
    expect(replies.every((reply) => [201, 409, 503].includes(reply.status))).toBe(true);
  });
});

describe('limits', () => {
  test('a token that asks too often is told when to come back', async () => {
    const limits = 'limits:\n  requests_per_minute_per_token: 5\n  requests_per_minute_per_user: 0\n';
    const strict = await startServer({ config: `${limits}  requests_per_minute_per_address: 0\n` });
    const replies = [];
    for (let i = 0; i < 12; i++) replies.push(await strict.api('GET', '/api/me'));
    const late = replies.filter((reply) => reply.status === 429);
    expect(late.length).toBeGreaterThan(0);
    expect(replies[0]!.status).toBe(200);
    expect(Number(late[0]!.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(late[0]!.json.error.code).toBe('rate_limited');
  });

  test('a request counts once, also when somebody asks twice who sent it', async () => {
    const limits = 'limits:\n  requests_per_minute_per_token: 6\n  requests_per_minute_per_user: 0\n';
    const strict = await startServer({ config: limits });
    const statuses = [];
    for (let i = 0; i < 8; i++) statuses.push((await strict.api('POST', '/api/fsck', {})).status);
    expect(statuses.slice(0, 5)).toEqual([200, 200, 200, 200, 200]);
    expect(statuses.at(-1)).toBe(429);
  });

  test('guessing at sign-ins is slowed down', async () => {
    const limits = 'limits:\n  login_attempts_per_minute: 3\n';
    const strict = await startServer({ config: limits });
    const statuses = [];
    for (let i = 0; i < 8; i++) {
      statuses.push((await strict.api('POST', '/api/session', { code: `guess-${i}` }, { token: null })).status);
    }
    expect(statuses[0]).toBe(401);
    expect(statuses.at(-1)).toBe(429);
  });

  test('a line of IPv6 is one guesser, whatever address it takes', async () => {
    const front = 'server:\n  behind_proxy: true\n  public_url: https://albumen.example\n';
    const strict = await startServer({ config: `${front}limits:\n  login_attempts_per_minute: 3\n` });
    const guess = async (address: string) => {
      const headers = { 'x-forwarded-for': address, 'x-forwarded-proto': 'https' };
      return (await strict.api('POST', '/api/session', { code: `of ${address}` }, { token: null, headers })).status;
    };
    const statuses = [];
    for (let i = 0; i < 8; i++) statuses.push(await guess(`2001:db8:1:2::${i}`));
    expect(statuses[0]).toBe(401);
    expect(statuses.at(-1)).toBe(429);
    expect(await guess('2001:db8:1:3::1')).toBe(401);
  });
});

describe('host names', () => {
  test('that were not configured are not answered, so that a rebound name gets nothing', async () => {
    for (const host of ['evil.example', 'evil.example:80', '127.0.0.1.evil.example', 'localhost.evil.example']) {
      const reply = await raw(server.port, `GET /api/openapi.json HTTP/1.1\r\nHost: ${host}\r\n\r\n`, { until: isWhole });
      expect(reply.status, host).toBe(421);
    }
    for (const host of ['localhost', `127.0.0.1:${server.port}`, '[::1]']) {
      const reply = await raw(server.port, `GET /api/openapi.json HTTP/1.1\r\nHost: ${host}\r\n\r\n`, { until: isWhole });
      expect(reply.status, host).toBe(200);
    }
  });
});

if (process.env.ALBUMEN_TEST_DATABASE === 'postgres') {
  test('what one server takes from somebody, or gives him, holds at once at another that knows him', async () => {
    const second = await startServer({ home: { folder: makeHome('sqlite').folder, databaseUrl: server.home.databaseUrl } });
    const user = await makeUser('far', 'admin');
    const byToken = { token: user.token };
    const byCookie = asBrowser(user.cookie, second.url);
    /** Most of what follows is asked twice: the first answer is remembered for the second. */
    const ask = async (path: string, ...statuses: number[]) => {
      for (const who of [byToken, byCookie]) {
        for (const status of statuses) await second.ok(status, 'GET', path, undefined, who);
      }
    };

    for (const change of [{ role: 'member' }, { role: 'admin' }, { role: 'viewer' }, { disabled: true }, { disabled: false }, { role: 'admin' }]) {
      const now = await server.ok(200, 'PATCH', `/api/users/${user.id}`, change);
      const [me, all] = now.disabledAt !== null ? [401, 401] : now.role === 'admin' ? [200, 200] : [200, 403];
      await ask('/api/users', all, all);
      await ask('/api/me', me, me);
    }
    await server.ok(200, 'PATCH', `/api/users/${user.id}`, { plan: 'other' });
    expect(await second.ok(200, 'GET', '/api/me', undefined, byToken)).toMatchObject({ plan: 'other' });
    const { tokens } = await server.ok(200, 'GET', '/api/tokens', undefined, byToken);
    await server.ok(204, 'DELETE', `/api/tokens/${tokens[0].id}`, undefined, byToken);
    await second.ok(401, 'GET', '/api/images?cursor=broken', undefined, byToken);
    await second.ok(401, 'GET', '/api/me', undefined, byToken);
    await second.ok(200, 'GET', '/api/me', undefined, byCookie);
    await server.ok(204, 'DELETE', '/api/session', undefined, asBrowser(user.cookie));
    await second.ok(401, 'GET', '/api/me', undefined, byCookie);
    await second.stop();
  });

  test('who asks too often does so whatever another server has changed of him', async () => {
    const home = { folder: makeHome('sqlite').folder, databaseUrl: server.home.databaseUrl };
    const strict = await startServer({ home, config: 'limits:\n  requests_per_minute_per_token: 3\n  requests_per_minute_per_user: 0\n' });
    const user = await makeUser('often');

    while ((await strict.api('GET', '/api/me', undefined, { token: user.token })).status === 200);
    await server.ok(200, 'PATCH', `/api/users/${user.id}`, { plan: 'other' });
    for (let i = 0; i < 3; i++) await strict.ok(429, 'GET', '/api/me', undefined, { token: user.token });
    await strict.stop();
  });
}
