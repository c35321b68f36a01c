// The same bytes to our reader and to Node's: whatever ours takes, Node takes too and understands the same.
import { spawn, type ChildProcess } from 'node:child_process';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const ECHO = resolve(process.env.ALBUMEN_BUILD ?? 'build-test', 'tests/scenario/http_echo');
const SEED = 20261121;
const AT_ONCE = 16;

let ours: ChildProcess;
let ourPort = 0;
let node: Server;
let nodePort = 0;

const hex = (text: string): string => Buffer.from(text, 'latin1').toString('hex');

/** What Node understood, in the words of http_echo.c. */
function describe(request: IncomingMessage, body: Buffer): string {
  const target = request.url!.replace(/^https?:\/\/[^/?]*/i, '');
  const cut = target.indexOf('?');
  const path = (cut < 0 ? target : target.slice(0, cut)) || '/';
  const query = cut < 0 ? '' : target.slice(cut + 1);
  let text = `${request.method}|${hex(path)}|${hex(query)}|${body.toString('hex')}|`;
  for (let i = 0; i < request.rawHeaders.length; i += 2) text += `${hex(request.rawHeaders[i]!)}=${hex(request.rawHeaders[i + 1]!)},`;
  return text;
}

/** What Node understood, by the client's port: a broken request behind a good one takes the good one's reply away. */
const nodeUnderstood = new Map<number, string[]>();

function answer(request: IncomingMessage, response: ServerResponse): void {
  const pieces: Buffer[] = [];
  request.on('error', () => undefined);
  request.on('data', (piece: Buffer) => pieces.push(piece));
  request.on('end', () => {
    nodeUnderstood.get(request.socket.remotePort!)!.push(describe(request, Buffer.concat(pieces)));
    response.end();
  });
}

beforeAll(async () => {
  ours = spawn(ECHO, { stdio: ['pipe', 'pipe', 'inherit'] });
  ourPort = await new Promise((found, failed) => {
    ours.on('error', failed);
    ours.on('exit', (code) => failed(new Error(`http_echo ended with ${code}`)));
    ours.stdout!.setEncoding('utf8').on('data', (text: string) => found(Number(/:(\d+)\n/.exec(text)![1])));
  });
  node = createServer(answer);
  node.on('connection', (socket) => nodeUnderstood.set(socket.remotePort!, []));
  node.on('checkExpectation', (_request, response) => response.writeHead(417, { Connection: 'close' }).end());
  node.on('clientError', (_error, socket) => (socket.writable ? socket.end('HTTP/1.1 400 Bad Request\r\n\r\n') : socket.destroy()));
  await new Promise<void>((done) => node.listen(0, '127.0.0.1', done));
  nodePort = (node.address() as AddressInfo).port;
});

afterAll(async () => {
  const code = await new Promise((ended) => {
    ours.on('exit', ended);
    ours.stdin!.end();
  });
  node.closeAllConnections();
  await new Promise((done) => node.close(done));
  expect(code, 'http_echo ends without a finding of a sanitizer').toBe(0);
});

/** Sends everything, says that nothing follows, and gives what came back until the end, and the own port. */
async function exchange(port: number, bytes: string): Promise<[string, number]> {
  return await new Promise((settle, failed) => {
    let text = '';
    let own = 0;
    const socket = connect(port, '127.0.0.1', () => {
      own = socket.localPort!;
      socket.end(Buffer.from(bytes, 'latin1'));
    });
    const late = setTimeout(() => failed(new Error(`no end: ${JSON.stringify(bytes)} gave ${JSON.stringify(text)}`)), 20_000);
    socket.setEncoding('latin1').on('data', (more: string) => (text += more));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(late);
      settle([text, own]);
    });
  });
}

async function understoodByOurs(bytes: string): Promise<string[]> {
  const [text] = await exchange(ourPort, bytes);
  return [...text.matchAll(/^X-Understood: (\S+)\r$/gm)].map((match) => match[1]!);
}

async function understoodByNode(bytes: string): Promise<string[]> {
  const [, port] = await exchange(nodePort, bytes);
  const list = nodeUnderstood.get(port)!;
  nodeUnderstood.delete(port);
  return list;
}

/** The same numbers in every run. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const random = randomFrom(SEED);
const pick = <T>(list: readonly T[]): T => list[random(list.length)]!;

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const TARGETS = ['/', '/a/b?c=d', '/?', '/%20%C3%A4?x=%00', '/a//b/../c', '/~!$&()*+,;=:@', '/[x]{y}|z', 'http://a.test/x?y', 'http://a.test', '/?a=b?c'];
const HEADERS = ['Accept: */*', 'X-Empty:', 'X-Blank: \t ', 'x-lower:no space', 'X-Latin: \xe4\xff', 'Cookie: a=b; c=d', 'Connection: keep-alive', 'X-Tab: a\tb', "X!#$%&'*+-.^_`|~: odd", 'X-Colon: a:b::c'];

function chunked(body: string): string {
  let text = '';
  for (let at = 0; at < body.length; ) {
    const size = 1 + random(body.length - at);
    text += `${pick(['', '0', '00'])}${pick([size.toString(16), size.toString(16).toUpperCase()])}${pick(['', '', ';a', ';a=b', ';a=b;c'])}\r\n${body.slice(at, at + size)}\r\n`;
    at += size;
  }
  return `${text}0\r\n${pick(['', '', 'X-Trailer: a\r\n'])}\r\n`;
}

/** A request that is right in every reading of the standard. */
function valid(): string {
  const headers = ['Host: a.test', ...Array.from({ length: random(4) }, () => pick(HEADERS))];
  const body = pick(['', 'x', 'hello', 'a\r\n\r\nb', '0\r\n\r\n', '\0\xff'.repeat(20)]);
  const kind = random(3);
  let sent = '';
  if (kind === 1) headers.push(`Content-Length: ${pick(['', '0'])}${body.length}`);
  if (kind === 2) headers.push(`${pick(['Transfer-Encoding', 'transfer-encoding'])}: ${pick(['chunked', 'Chunked'])}`);
  if (kind === 1) sent = body;
  if (kind === 2) sent = chunked(body);
  headers.sort(() => random(3) - 1);
  return `${pick(METHODS)} ${pick(TARGETS)} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n${sent}`;
}

const PIECES = ['\r', '\n', '\r\n', '\r\n\r\n', '\0', ' ', '\t', ':', ',', ';', '=', '\x0b', '\x7f', '\x80', '+', '-', '0x', '#', '"', 'Content-Length: 5\r\n', 'Content-Length: 3\r\n',
  'Transfer-Encoding: chunked\r\n', 'Transfer-Encoding: gzip, chunked\r\n', 'Transfer-Encoding: identity\r\n', 'Host: b.test\r\n', 'Expect: 100-continue\r\n', 'Expect: x\r\n', 'Connection: close\r\n',
  'Upgrade: x\r\n', ' folded\r\n', '0\r\n\r\n', '5\r\nhello\r\n', 'HTTP/1.0', 'GET / HTTP/1.1\r\nHost: a.test\r\n\r\n', 'ffffffffffffffff', '1', '9'];

function mutated(text: string): string {
  for (let left = 1 + random(3); left > 0; left--) {
    const at = random(text.length + 1);
    const length = random(4) === 0 ? random(20) : random(2);
    const kind = random(4);
    if (kind === 0) text = text.slice(0, at) + text.slice(at + 1 + length);
    if (kind === 1) text = text.slice(0, at) + pick(PIECES) + text.slice(at);
    if (kind === 2) text = text.slice(0, at) + String.fromCharCode(random(256)) + text.slice(at + 1);
    if (kind === 3) text = insertLine(text, pick(PIECES));
  }
  return text;
}

/** Pieces do most where a line begins. */
function insertLine(text: string, piece: string): string {
  const lines = text.split('\r\n');
  const before = random(lines.length);
  return `${lines.slice(0, before).join('\r\n')}${before > 0 ? '\r\n' : ''}${piece}${lines.slice(before).join('\r\n')}`;
}

async function compare(inputs: string[], check: (input: string, our: string[], their: string[]) => void): Promise<void> {
  const waiting = inputs.values();
  const work = async () => {
    for (const input of waiting) check(input, ...(await Promise.all([understoodByOurs(input), understoodByNode(input)])));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

test('requests that are right are understood alike', async () => {
  const inputs = Array.from({ length: 1_500 }, () => valid() + (random(3) === 0 ? valid() : ''));
  await compare(inputs, (input, our, their) => {
    expect(our.length, JSON.stringify(input)).toBeGreaterThan(0);
    expect(our, JSON.stringify(input)).toEqual(their);
  });
});

// Ours may refuse more, and does: other methods than it knows, a fragment or raw bytes past ASCII in the target, a Host that
// is none, two hosts in one request, quoted chunk extensions, a tab beside a Content-Length. Never less.
test('what ours takes of broken requests, Node takes and understands alike', async () => {
  let taken = 0;
  let refused = 0;
  const inputs = Array.from({ length: 6_000 }, () => mutated(valid() + (random(4) === 0 ? valid() : '')));
  await compare(inputs, (input, our, their) => {
    expect(their.slice(0, our.length), JSON.stringify(input)).toEqual(our);
    if (our.length > 0) taken++;
    else refused++;
  });
  expect(taken, 'the mutations leave something to compare').toBeGreaterThan(500);
  expect(refused, 'the mutations break something').toBeGreaterThan(500);
});
