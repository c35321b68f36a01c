// Pictures that are fetched from the public internet: what is kept of it, what is refused, and who waits for whom.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { makeHome, startServer, type Server } from './harness.ts';
import { freshPng, INFOTEXT, sha256, until } from './png.ts';

// A network of its own, in which an address of the public internet is this machine's: there pictures can be fetched.
const PUBLIC = '198.41.0.4';
const WEB_PAGES = `
import http.server, sys, time

class Pages(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        path = self.path.split('?')[0]
        if path == '/slow.png':
            print('slow', flush=True)
            time.sleep(60)
        status, headers, body = 200, {}, open(sys.argv[1], 'rb').read()
        if path.startswith('/moved'):
            status, headers, body = 302, {'Location': {'/moved': '/a/kite.png', '/moved-in': 'http://127.0.0.1/kite.png'}[path]}, b''
        elif path == '/missing.png':
            status, body = 404, b'not here'
        elif path == '/page':
            body = b'<!doctype html><p>no picture</p>'
        elif path == '/large.png':
            body = body + bytes(60000000)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            pass

    def log_message(self, *arguments):
        pass

server = http.server.ThreadingHTTPServer(('${PUBLIC}', 80), Pages)
print('ready', flush=True)
server.serve_forever()
`;

const png = freshPng({ width: 64, height: 48, texts: { parameters: INFOTEXT } });
let apart: Server;
let web: ChildProcess;
let said = '';
const inside = (command: string[]) => ['nsenter', '--preserve-credentials', '-U', '-n', '-t', String(apart.pid), ...command];

beforeAll(async () => {
  const home = makeHome('sqlite');
  const setUp = `ip link set lo up && ip addr add ${PUBLIC}/32 dev lo && exec "$@"`;
  home.disk = { enter: ['unshare', '-Urn', 'sh', '-c', setUp, 'sh'], view: '/' };
  apart = await startServer({ home, config: 'server:\n  max_upload_bytes: 50000000\n' });
  writeFileSync(join(home.folder, 'kite.png'), png);
  writeFileSync(join(home.folder, 'pages.py'), WEB_PAGES);
  const [program, ...args] = inside(['python3', join(home.folder, 'pages.py'), join(home.folder, 'kite.png')]);
  web = spawn(program!, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  web.stdout!.setEncoding('utf8').on('data', (text: string) => (said += text));
  await saidBy(/ready/);
});
afterAll(async () => {
  web.kill();
  await apart.stop();
});

const saidBy = async (pattern: RegExp) =>
  await until(`${pattern} of the other server`, async () => {
    if (pattern.test(said)) return true;
    await new Promise((more) => web.stdout!.once('data', more));
    return undefined;
  });

function curl(path: string, body?: object): string[] {
  const sent = body ? ['-H', 'Content-Type: application/json', '-d', JSON.stringify(body)] : [];
  const head = ['-s', '-H', `Authorization: Bearer ${apart.token}`, '-w', '\\n%{http_code}'];
  return inside(['curl', ...head, ...sent, apart.url + path]);
}

function ask(path: string, body?: object): { status: number; json: any } {
  const [program, ...args] = curl(path, body);
  const lines = spawnSync(program!, args, { encoding: 'utf8' }).stdout.trimEnd().split('\n');
  return { status: Number(lines.at(-1)), json: JSON.parse(lines.slice(0, -1).join('\n')) };
}

const add = (page: string) => ask('/api/images', { url: `http://${PUBLIC}${page}` });

test('a fetched picture is kept, and remembers where it came from, without what may be secret', () => {
  const reply = add('/a/ein%20Drache.png?signature=secret#there');
  expect([reply.status, reply.json.sha256]).toEqual([201, sha256(png)]);
  const recipe = ask(`/api/images/${reply.json.id}/recipe`).json;
  expect(recipe).toMatchObject({ file_name: 'ein Drache.png', origin: `http://${PUBLIC}/a/ein%20Drache.png`, found: { steps: 24 } });
  expect(JSON.stringify(recipe)).not.toContain('secret');
  expect(add('/moved').status, 'the same bytes by way of a redirect').toBe(200);
});

test.each([
  ['/missing.png', 422, /status 404/],
  ['/moved-in', 422, /cannot be fetched/],
  ['/page', 415, /HTML/],
  ['/large.png', 413, /more than/],
])('what is fetched from %s is refused with %i', (page, status, message) => {
  const reply = add(page);
  expect([reply.status, reply.json.error?.message]).toEqual([status, expect.stringMatching(message)]);
});

test('a slow server does not keep others waiting: not those who send theirs, and few who fetch', async () => {
  const [program, ...args] = curl('/api/images', { url: `http://${PUBLIC}/slow.png` });
  const slow = [1, 2].map(() => spawn(program!, args, { stdio: 'ignore' }));
  await saidBy(/(slow\s*){2}/);
  const third = add('/a/kite.png');
  expect([third.status, third.json.error?.code]).toEqual([503, 'busy']);
  const bytes = inside(['curl', '-s', '-H', `Authorization: Bearer ${apart.token}`, '-H', 'Content-Type: image/png', '-o', '/dev/null']);
  const sent = spawnSync(bytes[0]!, [...bytes.slice(1), '-w', '%{http_code}', '--data-binary', `@${join(apart.home.folder, 'kite.png')}`, `${apart.url}/api/images`], {
    encoding: 'utf8',
  });
  expect(['200', '201']).toContain(sent.stdout);
  for (const one of slow) one.kill();
  await until('room for another fetch, once those hang up', async () => (add('/a/kite.png').status === 200 ? true : undefined));
});
