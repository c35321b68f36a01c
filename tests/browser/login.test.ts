// Signing in with a real browser: the link works once, the session lasts, and another site cannot use it.
import { createServer, type Server as HttpServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { startServer, type Server } from '../scenario/harness.ts';
import { openBrowser, see, type Tab } from './browser.ts';

let server: Server;
let tab: Tab;

beforeAll(async () => {
  server = await startServer();
  tab = await openBrowser();
});

const seeStudio = async ({ page }: Tab) => await page.getByRole('navigation', { name: 'Pages' }).waitFor();

describe.sequential('the login link', () => {
  test('signs the browser in and leaves no code in the address', async () => {
    await tab.page.goto(server.loginLink);
    await seeStudio(tab);
    expect(tab.page.url()).not.toContain('#');
    expect(tab.problems).toEqual([]);
  });

  test('makes a session that outlasts a reload and that scripts cannot read', async () => {
    await tab.page.reload();
    await seeStudio(tab);
    expect(await tab.page.evaluate('document.cookie')).toBe('');
  });

  test('does not work twice, and the page says how to get another one', async () => {
    const second = await openBrowser();
    await second.page.goto(server.loginLink);
    await see(second.page, /link/i);
    await see(second.page, 'albumen user link admin');
    expect(await second.page.getByRole('alert').first().innerText()).toMatch(/link|used|sign/i);
    expect(second.problems).toEqual([]);
  });

  test('signs in a tab that shows the door already', async () => {
    const waiting = await openBrowser();
    await waiting.page.goto(`${server.url}/login`);
    await see(waiting.page, 'albumen user link admin');
    const me = await server.ok(200, 'GET', '/api/me');
    const { url } = await server.ok(201, 'POST', `/api/users/${me.id}/login-link`);
    server.plant(url.split('#')[1]);
    await waiting.page.goto(url);
    await seeStudio(waiting);
    expect(waiting.problems).toEqual([]);
  });

  test('someone without a session is asked to sign in', async () => {
    const stranger = await openBrowser();
    await stranger.page.goto(server.url);
    await stranger.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(stranger.problems).toEqual([]);
  });
});

describe.sequential('the account page', () => {
  test('makes a token that works, and revokes it', async () => {
    await tab.page.goto(`${server.url}/settings`);
    await tab.page.getByLabel('What for').fill('from the browser');
    await tab.page.getByRole('button', { name: 'Make a token' }).click();
    const made = tab.page.getByRole('status').filter({ hasText: 'not shown again' }).locator('code');
    await made.waitFor();
    const token = server.plant(await made.innerText());
    await server.ok(200, 'GET', '/api/me', undefined, { token });

    await tab.page.getByRole('button', { name: 'Revoke from the browser' }).click();
    await tab.page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await tab.page.getByRole('dialog').waitFor({ state: 'detached' });
    await tab.page.getByRole('button', { name: 'Revoke from the browser' }).waitFor({ state: 'detached' });
    await server.ok(401, 'GET', '/api/me', undefined, { token });
    expect(tab.problems).toEqual([]);
  });
});

describe.sequential('a hostile page on this machine', () => {
  let evil: HttpServer;
  let evilUrl = '';

  beforeAll(async () => {
    // The same site for cookies (ports do not count), but another origin.
    evil = createServer((_request, reply) => reply.setHeader('content-type', 'text/html').end('<!doctype html><title>evil</title>'));
    await new Promise<void>((done) => evil.listen(0, '127.0.0.1', done));
    evilUrl = `http://127.0.0.1:${(evil.address() as { port: number }).port}/`;
  });

  afterAll(() => evil.close());

  test('can neither change anything nor read anything with the session', async () => {
    const page = await tab.context.newPage();
    await page.goto(evilUrl);
    const read = await page.evaluate(async (target) => {
      const tries: [string, RequestInit][] = [
        ['/api/tokens', { method: 'POST', mode: 'no-cors', body: '{"name":"stolen-1"}' }],
        ['/api/tokens', { method: 'POST', body: '{"name":"stolen-2"}', headers: { 'content-type': 'application/json' } }],
        ['/api/session', { method: 'DELETE' }],
        ['/api/me', { method: 'GET' }],
      ];
      const seen: string[] = [];
      for (const [path, init] of tries) {
        const reply = await fetch(target + path, { ...init, credentials: 'include' }).catch(() => null);
        if (reply && reply.type !== 'opaque') seen.push(await reply.text());
      }
      return seen;
    }, server.url);
    expect(read).toEqual([]);

    await page.setContent(`<form method="post" enctype="text/plain" action="${server.url}/api/tokens">
      <input name='{"name":"stolen-3","a":"' value='"}'></form>`);
    const [reply] = await Promise.all([
      page.waitForResponse(/\/api\/tokens$/),
      page.evaluate('document.forms[0].submit()'),
    ]);
    expect(reply.status()).toBe(403);
    // The page stays open: Chromium may never answer a close in the middle of a navigation.
    await page.waitForLoadState();

    const { tokens } = await server.ok(200, 'GET', '/api/tokens?limit=200');
    expect(tokens.filter((token: any) => token.name.startsWith('stolen'))).toEqual([]);
    await tab.page.reload();
    await seeStudio(tab);
  });
});

describe.sequential('signing out', () => {
  test('ends the session in the browser and on the server', async () => {
    const cookie = (await tab.context.cookies(server.url)).find(({ name }) => name === 'albumen_session')!;
    server.plant(cookie.value);
    await tab.page.goto(`${server.url}/settings`);
    await tab.page.getByRole('button', { name: 'Sign out' }).click();
    await see(tab.page, 'You are signed out.');
    expect(await tab.page.getByRole('navigation').isVisible()).toBe(false);
    const headers = { cookie: `albumen_session=${cookie.value}` };
    await server.ok(401, 'GET', '/api/me', undefined, { token: null, headers });
  });
});
