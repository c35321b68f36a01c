// The configurations in docs/ as they are shipped, in the real nginx and Caddy, with TLS and HTTP/2.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type ClientHttp2Session } from 'node:http2';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { startServer, type Server } from './harness.ts';

const NAME = 'studio.example.org';
const ECHO = resolve(process.env.ALBUMEN_BUILD ?? 'build-test', 'tests/scenario/echo_server');
const folder = mkdtempSync(join(tmpdir(), 'albumen-proxy-'));
const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
const children: ChildProcess[] = [];
const sessions: ClientHttp2Session[] = [];

async function freePort(): Promise<number> {
  return await new Promise((settle) => {
    const socket = createServer().listen(0, '127.0.0.1', () => {
      const { port } = socket.address() as { port: number };
      socket.close(() => settle(port));
    });
  });
}

/** Starts a program and collects what it says. */
function start(command: string, args: string[], env: Record<string, string> = {}) {
  const child = spawn(command, args, { env: { PATH: process.env.PATH!, HOME: folder, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const program = { child, output: '', waiting: new Set<() => void>() };
  const note = (text: string) => {
    program.output += text;
    for (const look of program.waiting) look();
  };
  child.stdout.setEncoding('utf8').on('data', note);
  child.stderr.setEncoding('utf8').on('data', note);
  child.on('close', (code, signal) => note(`\nended with ${signal ?? code}\n`));
  children.push(child);
  return program;
}

type Program = ReturnType<typeof start>;

async function waitFor(program: Program, pattern: RegExp, from = 0): Promise<RegExpMatchArray> {
  return await new Promise((found, failed) => {
    const look = () => {
      const match = program.output.slice(from).match(pattern);
      if (!match && !/^ended with/m.test(program.output)) return;
      clearTimeout(deadline);
      program.waiting.delete(look);
      if (match) found(match);
      else failed(new Error(`waited for ${pattern}\n${program.output}`));
    };
    const deadline = setTimeout(() => failed(new Error(`too late; waited for ${pattern}\n${program.output}`)), 20_000);
    program.waiting.add(look);
    look();
  });
}

/** Replaces what an administrator would replace, and insists that it was there. */
function fill(text: string, replacements: [string, string][]): string {
  for (const [from, to] of replacements) {
    expect(text, `docs must hold '${from}'`).toContain(from);
    text = text.replaceAll(from, to);
  }
  return text;
}

async function startNginx(upstream: string): Promise<number> {
  const [tls, plain] = [await freePort(), await freePort()];
  const site = fill(readFileSync('docs/nginx.conf', 'utf8'), [
    ['listen 443 ssl', `listen 127.0.0.1:${tls} ssl`],
    ['listen 80;', `listen 127.0.0.1:${plain};`],
    ['127.0.0.1:8001', upstream],
    ['/etc/ssl/albumen/fullchain.pem', certificate],
    ['/etc/ssl/albumen/privkey.pem', key],
  ]);
  const own = join(folder, `nginx-${tls}`);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${own}-${kind};`);
  const main = `daemon off; pid ${own}.pid; error_log stderr notice; events {} http { access_log off; ${temporary.join(' ')}\n${site}\n}\n`;
  writeFileSync(`${own}.conf`, main);
  await waitFor(start('/usr/sbin/nginx', ['-p', folder, '-c', `${own}.conf`]), /start worker process \d/);
  return tls;
}

async function startCaddy(upstream: string): Promise<number> {
  const port = await freePort();
  const site = fill(readFileSync('docs/Caddyfile', 'utf8'), [
    [`${NAME} {`, `https://${NAME}:${port} {\n\tbind 127.0.0.1\n\ttls ${certificate} ${key}`],
    ['127.0.0.1:8001', upstream],
  ]);
  const file = join(folder, `Caddyfile-${port}`);
  writeFileSync(file, `{\n\tadmin off\n\tauto_https disable_redirects\n\tservers {\n\t\tprotocols h1 h2\n\t}\n}\n${site}`);
  const program = start('caddy', ['run', '--adapter', 'caddyfile', '--config', file], { XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder });
  await waitFor(program, /serving initial configuration/);
  return port;
}

function open(port: number): ClientHttp2Session {
  const session = connect(`https://${NAME}:${port}`, {
    ca: readFileSync(certificate),
    // The name is looked up nowhere: it is the loopback's here.
    lookup: (_name: string, options: any, done: any) => done(null, options.all ? [{ address: '127.0.0.1', family: 4 }] : '127.0.0.1', 4),
  } as any);
  sessions.push(session);
  return session;
}

interface Answer {
  status: number;
  text: string;
}

/** One request over HTTP/2; `send` may write the body in its own time. */
async function ask(session: ClientHttp2Session, headers: Record<string, string>, send?: (stream: any) => Promise<void>): Promise<Answer> {
  return await new Promise((settle, failed) => {
    const stream = session.request({ ':method': send ? 'POST' : 'GET', ...headers }, { endStream: !send });
    const answer: Answer = { status: 0, text: '' };
    stream.on('response', (reply) => (answer.status = Number(reply[':status'])));
    stream.setEncoding('utf8').on('data', (text: string) => (answer.text += text));
    stream.on('end', () => settle(answer)).on('error', failed);
    if (send) send(stream).then(() => stream.end(), failed);
  });
}

async function write(stream: any, bytes: Buffer): Promise<void> {
  await new Promise<void>((done, failed) => stream.write(bytes, (error: Error | null | undefined) => (error ? failed(error) : done())));
}

beforeAll(() => {
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-keyout', key,
    '-out', certificate, '-subj', `/CN=${NAME}`, '-addext', `subjectAltName=DNS:${NAME}`], { stdio: 'pipe' });
});

afterAll(async () => {
  for (const session of sessions) session.destroy();
  const ends = children.map((child) => new Promise((end) => (child.exitCode ?? child.signalCode) === null ? child.on('close', end) : end(0)));
  for (const child of children) child.kill('SIGTERM');
  await Promise.all(ends);
  rmSync(folder, { recursive: true, force: true });
});

describe.each([['nginx', startNginx], ['Caddy', startCaddy]] as const)('%s', (_name, startFront) => {
  let server: Server;
  let echo: Program;
  let studio: ClientHttp2Session;
  let probe: ClientHttp2Session;
  let studioPort: number;
  let probePort: number;

  beforeAll(async () => {
    server = await startServer({ config: `server:\n  behind_proxy: true\n  public_url: https://${NAME}\n` });
    echo = start(ECHO, []);
    const address = (await waitFor(echo, /^listening (\S+)$/m))[1]!;
    [studioPort, probePort] = [await startFront(server.address), await startFront(address)];
    [studio, probe] = [open(studioPort), open(probePort)];
  });

  test('serves the API over HTTPS and HTTP/2', async () => {
    const reply = await ask(studio, { ':path': '/api/me', authorization: `Bearer ${server.token}` });
    expect(studio.alpnProtocol).toBe('h2');
    expect(reply.status).toBe(200);
    expect(JSON.parse(reply.text).role).toBe('admin');
  });

  test('gives a browser a Secure session, and keeps other sites out', async () => {
    const { url } = await server.ok(201, 'POST', `/api/users/${(await server.ok(200, 'GET', '/api/me')).id}/login-link`);
    expect(url).toMatch(new RegExp(`^https://${NAME}/login#`));
    const signIn = (origin: string) => new Promise<{ status: number; cookie: string }>((settle, failed) => {
      const stream = studio.request({ ':method': 'POST', ':path': '/api/session', 'content-type': 'application/json', origin });
      stream.on('response', (reply) => settle({ status: Number(reply[':status']), cookie: String(reply['set-cookie'] ?? '') })).on('error', failed);
      stream.end(JSON.stringify({ code: url.split('#')[1] }));
    });
    expect((await signIn('https://evil.example')).status).toBe(403);
    const right = await signIn(`https://${NAME}:${studioPort}`);
    expect(right.status).toBe(201);
    expect(right.cookie).toContain('; Secure');
  });

  test('lets the server answer a body that is too large', async () => {
    const headers = { ':path': '/api/tokens', 'content-type': 'application/json', authorization: `Bearer ${server.token}` };
    const reply = await ask(studio, headers, async (stream) => write(stream, Buffer.alloc(2 << 20, ' ')));
    expect(reply.status).toBe(413);
    expect(JSON.parse(reply.text).error.code).toBe('too_large');
  });

  test('passes an upload of 60 MB on while it comes', async () => {
    const piece = randomBytes(1 << 20);
    const hash = createHash('sha256');
    const before = echo.output.length;
    const reply = await ask(probe, { ':path': '/upload', 'content-length': String(60 << 20) }, async (stream) => {
      for (let i = 0; i < 60; i++) {
        await write(stream, piece);
        hash.update(piece);
        // The rest stays here until the head has arrived there: a front that collects the body first would hang.
        if (i === 1) await waitFor(echo, /^head \/upload$/m, before);
      }
    });
    expect(reply).toEqual({ status: 200, text: `${60 << 20} ${hash.digest('hex')}` });
  });

  test('passes each event on before the next one happens', async () => {
    const stream = probe.request({ ':path': '/events' });
    let text = '';
    const waiting = new Set<() => void>();
    stream.setEncoding('utf8').on('data', (more: string) => {
      text += more;
      for (const look of waiting) look();
    });
    const arrived = (part: string) => new Promise<void>((found, late) => {
      const deadline = setTimeout(() => late(new Error(`'${part}' did not arrive; got ${text}`)), 10_000);
      const look = () => {
        if (!text.includes(part)) return;
        clearTimeout(deadline);
        waiting.delete(look);
        found();
      };
      waiting.add(look);
      look();
    });
    await arrived(': open\n\n');
    for (let i = 1; i <= 5; i++) {
      expect((await ask(probe, { ':path': `/publish?${i}` })).status).toBe(200);
      await arrived(`id: ${i}\ndata: ${i}\n\n`);
    }
    stream.close();
  });

  test('says who the client is, and does not believe what the client says', async () => {
    const reply = await ask(probe, { ':path': '/peer', 'x-forwarded-for': '203.0.113.9', 'x-forwarded-proto': 'http' });
    expect(reply.text).toBe(`peer=127.0.0.1 secure=1 host=${NAME}:${probePort}`);
  });
});
