// What others have named, drawn and answered is shown on a terminal that obeys control characters: none of theirs may get there.
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { inTerminal, makeFolder, ok, runProgram, SMALL } from './cli.ts';
import { BINARY, makeHome, runCommand, startServer } from './harness.ts';
import { freshPng } from './png.ts';

/** The screen cleared, a title set, colours, the same in one byte beyond ASCII, text that runs backwards, a bell. */
const EVIL = '\u001b[2J\u001b]0;owned\u0007\u001b[31m\u009b31m\u202eevil\u2066\r';
const OBEYED = /\x1b\[2J|\x1b\]|\x1b\[31m|[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/;

let liar: HttpServer;

/** Speaks like a server of ours, and lies. */
beforeAll(async () => {
  const answers: Record<string, unknown> = {
    '/api/me': { id: 'x', name: EVIL },
    '/api/albums': { albums: [{ id: EVIL, name: EVIL, sourceType: EVIL, imageCount: 1 }], nextCursor: null },
    '/api/jobs': { jobs: [{ id: EVIL, status: EVIL, kind: EVIL, lane: EVIL, prompt: EVIL, error: EVIL, createdAt: EVIL }], nextCursor: null },
    '/api/images': { images: [{ id: EVIL, name: EVIL, prompt: EVIL, createdAt: EVIL, width: 1, height: 1 }], nextCursor: null },
    '/api/styles': { styles: [{ name: 'x', title: EVIL, prefix: EVIL, suffix: EVIL, backends: [EVIL] }] },
    '/api/users': { users: [{ id: EVIL, name: EVIL, role: EVIL, plan: EVIL, createdAt: EVIL }], nextCursor: null },
    '/api/tokens': { tokens: [{ id: EVIL, name: EVIL, scope: EVIL, lastUsedAt: EVIL }], nextCursor: null },
    '/api/budgets': { budgets: [{ id: EVIL, userName: EVIL, period: EVIL, limitMicros: 1 }], nextCursor: null },
    '/api/queue': { lanes: [{ lane: EVIL }], jobs: [{ id: EVIL, status: EVIL, kind: EVIL, lane: EVIL, position: 1 }] },
    '/api/backends': { backends: [{ name: EVIL, type: EVIL, model: EVIL, price: { kind: 'per_image', currency: EVIL }, honours: [EVIL], ignores: [EVIL], health: { state: EVIL, lastError: EVIL } }] },
    '/api/jobs/x': { id: EVIL, status: EVIL, kind: EVIL, lane: EVIL, prompt: EVIL, error: EVIL, createdAt: EVIL },
    '/api/albums/x': { id: EVIL, name: EVIL, subjectDesc: EVIL, anchorUrl: EVIL, shots: [{ index: 1, status: EVIL, label: EVIL, error: EVIL, imageUrl: EVIL }] },
    '/api/usage': { by: 'backend', from: '2026-01-01', to: '2026-01-02', currency: 'USD', rows: [{ name: EVIL, label: EVIL, jobs: 1, failed: 0, pictures: 1, costMicros: 1, tookMs: 1 }], jobs: 1, failed: 0, pictures: 1, costMicros: 1, tookMs: 1 },
    '/api/images/x': { id: EVIL, name: EVIL, prompt: EVIL, tags: [EVIL], backend: EVIL, mediaType: EVIL, sha256: EVIL, url: EVIL, createdAt: EVIL, note: EVIL },
  };
  liar = createServer((incoming, out) => {
    const path = incoming.url!.split('?')[0]!;
    const check = { backend: EVIL, title: EVIL, provider: EVIL, request: { prompt: EVIL, options: { [EVIL]: EVIL } }, ignored: [EVIL], quote: { costMicros: 1, currency: EVIL } };
    const known = incoming.method === 'POST' ? { '/api/jobs/check': check, '/api/images/known': { sha256s: [] } }[path] : undefined;
    const isRefused = incoming.method === 'POST' && path === '/api/images';
    const answer = isRefused ? undefined : known ?? answers[path];
    out.writeHead(answer ? 200 : isRefused ? 422 : 404, { 'content-type': 'application/json' });
    out.end(JSON.stringify(answer ?? { error: { code: 'not_found', message: EVIL } }));
  });
  await new Promise<void>((listening) => liar.listen(0, '127.0.0.1', listening));
});
afterAll(() => {
  liar.closeAllConnections();
  liar.close();
});

test('whatever a server says', { timeout: 120_000 }, async () => {
  const home = makeHome('sqlite');
  const env = { ALBUMEN_TOKEN: 'alb_x', ALBUMEN_SERVER: `http://127.0.0.1:${(liar.address() as AddressInfo).port}` };
  mkdirSync(join(home.folder, 'pictures'));
  writeFileSync(join(home.folder, 'pictures', 'x.png'), freshPng());
  const commands = [
    ['import', 'pictures'], ['album', 'list'], ['album', 'show', 'x'], ['album', 'show', 'gone'], ['job', 'list'], ['job', 'show', 'x'], ['image', 'list'], ['image', 'show', 'x'], ['style', 'list'],
    ['style', 'show', 'x'], ['user', 'list'], ['token', 'list'], ['budget', 'list'], ['queue'], ['backends'], ['usage'], ['job', 'watch', 'x'], ['verify', 'x'], ['generate', 'a dot', '--dry-run'], ['generate', 'a dot'],
  ];
  for (const command of commands) {
    const ended = await runCommand(command, home, env);
    expect(ended.stdout + ended.stderr, command.join(' ')).not.toBe('');
    expect(ended.stdout + ended.stderr, command.join(' ')).not.toMatch(OBEYED);
    const shown = await inTerminal(command, home, env);
    expect(shown.screen.toString('utf8'), command.join(' ')).not.toMatch(OBEYED);
  }
});

test('whatever the kinds of its answers are', { timeout: 120_000 }, async () => {
  const home = makeHome('sqlite');
  const commands = [
    ['album', 'list'], ['album', 'show', 'x'], ['album', 'shots', 'x'], ['job', 'list'], ['job', 'show', 'x'], ['image', 'list'], ['image', 'show', 'x'], ['style', 'list'], ['style', 'show', 'x'],
    ['user', 'list'], ['budget', 'list'], ['queue'], ['backends'], ['backends', 'test', 'x'], ['usage'], ['fsck'], ['verify', 'x'], ['generate', 'a dot', '--dry-run'], ['generate', 'a dot'],
  ];
  const names = ['albums', 'shots', 'jobs', 'jobIds', 'images', 'tags', 'styles', 'backends', 'users', 'budgets', 'lanes', 'rows', 'findings', 'ignored', 'honours', 'starred', 'ok', 'id', 'name', 'status', 'request', 'quote', 'recipe'];
  for (const value of ['text', 7, { items: 1 }, [7], [[]], [{}], true, null]) {
    const strange = createServer((_incoming, out) => out.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(Object.fromEntries(names.map((name) => [name, value])))));
    await new Promise<void>((listening) => strange.listen(0, '127.0.0.1', listening));
    const env = { ALBUMEN_TOKEN: 'alb_x', ALBUMEN_SERVER: `http://127.0.0.1:${(strange.address() as AddressInfo).port}` };
    await Promise.all(commands.map(async (command) => {
      const { code, stderr } = await runCommand(command, home, env);
      expect(stderr, `${command.join(' ')} on ${JSON.stringify(value)}`).not.toMatch(/runtime error|Sanitizer/);
      expect([0, 1, 2, 4], `${command.join(' ')} on ${JSON.stringify(value)}: ${stderr}`).toContain(code);
    }));
    strange.closeAllConnections();
    strange.close();
  }
});

test('whatever stands in the cells of a file of prompts, and what comes of it', async () => {
  const home = makeHome('sqlite');
  writeFileSync(join(home.folder, 'albumen.yaml'), 'backends:\n  fake:\n    type: mock\n');
  const cell = (text: string) => `"${text.replaceAll('"', '""')}"`;
  writeFileSync(join(home.folder, 'p.csv'), `prompt,negative\n${[`refuse ${EVIL}`, `fail:400 ${EVIL}`, `slow:400ms ${EVIL}`].map((prompt) => `${cell(prompt)},${cell(EVIL)}`).join('\n')}\n`);
  const shown = await inTerminal(['generate', '--from-file', 'p.csv', '--size', '32', '--preview', 'off', '-o', makeFolder(home)], home);
  expect(shown.code).toBe(1);
  expect(shown.screen.toString('utf8')).toContain('evil');
  expect(shown.screen.toString('utf8')).not.toMatch(OBEYED);
  for (const [name, text] of [['h.csv', `prompt,${EVIL}\nx,y\n`], ['j.jsonl', `{"prompt":"x","${EVIL.replaceAll('\u001b', '\\u001b').replaceAll('\u0007', '\\u0007').replaceAll('\r', '\\r')}":1}\n`], ['b.csv', `prompt,backend\nx,${cell(EVIL)}\n`]] as const) {
    writeFileSync(join(home.folder, name), text);
    const ended = await runCommand(['generate', '--from-file', name], home);
    expect([ended.code, ended.stderr]).toEqual([2, expect.stringContaining(name)]);
    expect(ended.stderr).not.toMatch(OBEYED);
  }
});

test('whatever files are called', async () => {
  const home = makeHome('sqlite');
  const folder = join(home.folder, 'pictures');
  mkdirSync(folder);
  const name = EVIL.replaceAll('/', '');
  writeFileSync(join(folder, `${name}.png`), freshPng());
  writeFileSync(join(folder, `${name}-2.png`), freshPng().subarray(0, 150));
  for (const command of [['import', folder], ['image', 'list'], ['generate', 'x', '--ref', join(folder, `${name}-3.png`)], ['verify', join(folder, `${name}-2.png`)], ['preview', join(folder, `${name}-3.png`)], ['generate', 'x', '--from-file', `${name}.csv`], [EVIL], ['generate', `--${EVIL}`], ['generate', 'x', EVIL]]) {
    const shown = await inTerminal(command, home);
    expect(shown.screen.toString('utf8'), JSON.stringify(command)).not.toMatch(OBEYED);
  }
});

test('whatever an upstream answers, as the reason of a job that failed', async () => {
  const lies = createServer((_incoming, out) => out.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify({ error: EVIL, message: EVIL, detail: EVIL })));
  await new Promise<void>((listening) => lies.listen(0, '127.0.0.1', listening));
  const url = `http://127.0.0.1:${(lies.address() as AddressInfo).port}`;
  const server = await startServer({ home: makeHome('sqlite'), config: `backends:\n  remote:\n    type: mock\n    mode: http\n    url: ${url}\n` });
  const shown = await inTerminal(['generate', 'a dot', ...SMALL.slice(0, 2), '--preview', 'off'], server.home);
  expect([shown.code, shown.screen.toString('utf8')]).toEqual([4, expect.stringContaining('evil')]);
  const list = await inTerminal(['job', 'list'], server.home);
  const backends = await ok(server.home, 'backends');
  const asked = await runProgram(BINARY, ['backends', 'test', 'remote'], server.home);
  for (const text of [shown.screen.toString('utf8'), list.screen.toString('utf8'), backends.stdout, asked.stdout + asked.stderr]) expect(text).not.toMatch(OBEYED);
  await server.stop();
  lies.closeAllConnections();
  lies.close();
});
