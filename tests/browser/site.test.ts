// How the built user interface is served: cached for ever where its name says so, at every path of its own, small.
import { beforeAll, expect, test } from 'vitest';

import { startServer, type Server } from '../scenario/harness.ts';

let server: Server;
let page = '';

beforeAll(async () => {
  server = await startServer();
  page = (await get('/')).text;
});

async function get(path: string, headers: Record<string, string> = {}) {
  return await server.api('GET', path, undefined, { token: null, headers });
}

const assets = () => [...page.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map((match) => match[1]!);

test('the page itself is asked for each time, its assets never again', async () => {
  expect((await get('/')).headers.get('cache-control')).toBe('no-cache');
  expect(assets().length).toBeGreaterThan(1);
  for (const path of assets()) {
    const reply = await get(path);
    expect(reply.status, path).toBe(200);
    expect(reply.headers.get('cache-control'), path).toBe('public, max-age=31536000, immutable');
  }
});

test('scripts and styles come compressed beforehand', async () => {
  for (const [accepted, coding] of [['br, gzip', 'br'], ['gzip', 'gzip'], ['identity', null]] as const) {
    for (const path of assets().filter((each) => /\.(js|css)$/.test(each))) {
      expect((await get(path, { 'accept-encoding': accepted })).headers.get('content-encoding'), path).toBe(coding);
    }
  }
});

test('a path of the application is the page, a path of the server is not', async () => {
  for (const path of ['/login', '/albums', '/albums/0190a0b0-0000-7000-8000-000000000000', '/settings/tokens', '/no/such/page']) {
    expect((await get(path)).text, path).toBe(page);
  }
  for (const path of ['/api/no-such', '/assets/no-such-12345678.js', '/media/no-such.png', '/favicon.ico']) {
    expect((await get(path)).status, path).toBeGreaterThanOrEqual(400);
  }
});

test('the page runs no script of its own text and may load nothing from elsewhere', async () => {
  const policy = (await get('/')).headers.get('content-security-policy')!;
  expect(policy).toContain("default-src 'self'");
  expect(policy).not.toMatch(/script-src|https?:|\*/);
  expect(page).not.toMatch(/<script(?![^>]*\ssrc=)/);
  expect(page).not.toMatch(/https?:\/\//);
});

test('the licenses of what is built in are told', async () => {
  expect((await get('/licenses.md')).text).toContain('react-dom');
});
