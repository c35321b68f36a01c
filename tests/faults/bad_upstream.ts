// Stands before the fake paid service and spoils a part of its answers in more than twenty ways, from a seed.
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { afterAll } from 'vitest';

import type { Random } from './random.ts';
import type { Upstream } from './upstream.ts';

export type Stage = 'create' | 'ask' | 'fetch';

/** One request on its way. */
interface Visit {
  stage: Stage;
  /** What the same request will look like when it comes again. */
  key: string;
  body: Buffer;
  incoming: IncomingMessage;
  out: ServerResponse;
}

interface Answer {
  status: number;
  type: string;
  body: Buffer;
}

const RETRY_AFTER_S = 1;
const TOO_LARGE = 4 * 1024 * 1024;
const ALL: Stage[] = ['create', 'ask', 'fetch'];

interface Fault {
  name: string;
  stages: Stage[];
  /** Instead of passing the request on: nothing is bought. */
  before?: (visit: Visit, bad: BadUpstream) => void;
  /** Instead of the answer to what was done. */
  after?: (visit: Visit, answer: Answer, bad: BadUpstream) => void;
}

const say = ({ out }: Visit, status: number, headers: Record<string, string> = {}, body = '{"error":"as scripted"}') => {
  out.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
};

/** Bytes as they are, and then the end of the connection. */
const blurt = ({ out }: Visit, bytes: string | Buffer) => out.socket!.end(bytes);

const head = (answer: Answer, length: number) =>
  `HTTP/1.1 ${answer.status} X\r\nContent-Type: ${answer.type}\r\nContent-Length: ${length}\r\n\r\n`;

export const FAULTS: Fault[] = [
  { name: 'says 500', stages: ALL, before: (visit) => say(visit, 500) },
  { name: 'says 502 with a page', stages: ALL, before: (visit) => say(visit, 502, { 'content-type': 'text/html' }, '<h1>Bad gateway</h1>') },
  { name: 'says 503', stages: ALL, before: (visit) => say(visit, 503) },
  { name: 'says 503 and when to come again', stages: ALL, before: (visit, bad) => bad.sendAway(visit, 503, `${RETRY_AFTER_S}`) },
  { name: 'says 529', stages: ALL, before: (visit) => say(visit, 529) },
  { name: 'says 429 and when to come again', stages: ALL, before: (visit, bad) => bad.sendAway(visit, 429, `${RETRY_AFTER_S}`) },
  {
    name: 'says 429 and the date to come again',
    stages: ALL,
    before: (visit, bad) => bad.sendAway(visit, 429, new Date(Date.now() + 1000 * (RETRY_AFTER_S + 1)).toUTCString()),
  },
  { name: 'says 408', stages: ALL, before: (visit) => say(visit, 408) },
  { name: 'says 400', stages: ['create'], before: (visit) => say(visit, 400) },
  { name: 'points elsewhere', stages: ['create'], before: (visit) => say(visit, 302, { location: 'http://192.0.2.1/' }) },
  { name: 'hangs up at once', stages: ALL, before: ({ out }) => out.socket!.destroy() },
  { name: 'resets', stages: ALL, before: ({ out }) => out.socket!.resetAndDestroy() },
  { name: 'hangs up when it is done', stages: ALL, after: ({ out }) => out.socket!.destroy() },
  { name: 'says 504 when it is done', stages: ALL, after: (visit) => say(visit, 504) },
  { name: 'cuts the head', stages: ALL, after: (visit) => blurt(visit, 'HTTP/1.1 200 OK\r\nContent-Ty') },
  {
    name: 'cuts the body',
    stages: ALL,
    after: (visit, answer) =>
      blurt(visit, Buffer.concat([Buffer.from(head(answer, answer.body.length)), answer.body.subarray(0, answer.body.length >> 1)])),
  },
  { name: 'speaks no HTTP', stages: ALL, after: (visit) => blurt(visit, '220 mail.example.com ESMTP\r\n') },
  { name: 'sends a page', stages: ALL, after: (visit) => say(visit, 200, { 'content-type': 'text/html' }, '<h1>Welcome</h1>') },
  { name: 'sends nothing', stages: ALL, after: (visit) => say(visit, 200, {}, '') },
  { name: 'sends another shape', stages: ['create', 'ask'], after: (visit) => say(visit, 200, {}, '[{"id":7},null]') },
  { name: 'sends half of the JSON', stages: ['create', 'ask'], after: (visit, answer) => say(visit, 200, {}, answer.body.toString().slice(0, -3)) },
  {
    name: 'breaks off in a chunk',
    stages: ALL,
    after: (visit) => blurt(visit, 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{"id":"'),
  },
  { name: 'sends without end', stages: ALL, after: (visit) => say(visit, 200, {}, '"'.padEnd(TOO_LARGE, 'x')) },
  { name: 'tells an id that it does not know', stages: ['create'], after: (visit) => say(visit, 201, {}, `{"id":"${crypto.randomUUID()}"}`) },
  {
    name: 'is slow',
    stages: ALL,
    after: (visit, answer) => setTimeout(() => visit.out.writeHead(answer.status, { 'content-type': answer.type }).end(answer.body), 400),
  },
  { name: 'never answers', stages: ALL, after: () => {} },
];

/** What becomes of a WebSocket: a part of the answer to its handshake, and of what comes behind it. */
const SOCKET_FAULTS: Record<string, (client: Duplex, upstream: Socket, random: Random) => void> = {
  'refuses the socket': (client) => void client.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n'),
  'answers the socket with nonsense': (client) => void client.end('HTTP/1.1 101 X\r\nUpgrade: h2c\r\n\r\n'),
  'never answers the socket': () => {},
  'cuts the socket': (client, upstream, random) => {
    upstream.pipe(client).pipe(upstream);
    setTimeout(() => (client.destroy(), upstream.destroy()), random(1000));
  },
  'spoils the socket': (client, upstream, random) => {
    client.pipe(upstream);
    upstream.on('data', (bytes: Buffer) => {
      bytes[random(bytes.length)] = random(256);
      client.write(bytes);
    });
  },
  'lets the socket stall': (client, upstream, random) => {
    upstream.pipe(client).pipe(upstream);
    setTimeout(() => upstream.pause().unpipe(client), random(500));
  },
};

const proxies = new Set<BadUpstream>();

export class BadUpstream {
  /** Of a hundred requests. */
  percent = 0;
  /** Says 503 to everybody. */
  isDown = false;
  readonly requests = new Map<Stage, number>();
  readonly met = new Map<string, number>();
  /** Requests that came again before they should have. */
  readonly early: string[] = [];
  private readonly notBefore = new Map<string, number>();
  private readonly server: Server;
  private readonly upstream: Upstream;
  private readonly random: Random;
  private readonly tunnels = new Set<Duplex>();

  private constructor(upstream: Upstream, random: Random) {
    this.upstream = upstream;
    this.random = random;
    this.server = createServer((incoming, out) => this.take(incoming, out));
    this.server.on('upgrade', (incoming, client) => this.tunnel(incoming, client));
    proxies.add(this);
  }

  static async start(upstream: Upstream, random: Random): Promise<BadUpstream> {
    const bad = new BadUpstream(upstream, random);
    await new Promise<void>((listening) => bad.server.listen(0, '127.0.0.1', listening));
    return bad;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The requests since the last call. */
  takeTotal(): number {
    const total = [...this.requests.values()].reduce((sum, count) => sum + count, 0);
    this.requests.clear();
    return total;
  }

  sendAway(visit: Visit, status: number, retryAfter: string): void {
    const seconds = Number(retryAfter);
    const until = Number.isNaN(seconds) ? Date.parse(retryAfter) : Date.now() + seconds * 1000;
    this.notBefore.set(visit.key, until);
    say(visit, status, { 'retry-after': retryAfter });
  }

  private take(incoming: IncomingMessage, out: ServerResponse): void {
    const pieces: Buffer[] = [];
    incoming.on('error', () => {});
    out.on('error', () => {});
    incoming.on('data', (piece: Buffer) => pieces.push(piece));
    incoming.on('end', () => this.judge(incoming, out, Buffer.concat(pieces)));
  }

  private judge(incoming: IncomingMessage, out: ServerResponse, body: Buffer): void {
    const path = incoming.url!;
    const stage: Stage = incoming.method !== 'GET' ? 'create' : /\/images\/|^\/view\b/.test(path) ? 'fetch' : 'ask';
    const visit: Visit = { stage, key: `${incoming.method} ${path} ${body}`, body, incoming, out };
    if (path.endsWith('/cancel')) return this.pass(visit, (answer) => out.writeHead(answer.status).end(answer.body));
    this.requests.set(stage, (this.requests.get(stage) ?? 0) + 1);
    const missing = (this.notBefore.get(visit.key) ?? 0) - Date.now();
    if (missing > 20) this.early.push(`${visit.key.slice(0, 80)}: ${missing} ms too early`);
    this.notBefore.delete(visit.key);
    if (this.isDown) return say(visit, 503);
    const fault = this.random(100) < this.percent ? this.pick(stage) : undefined;
    if (fault?.before) return fault.before(visit, this);
    this.pass(visit, (answer) => {
      if (fault?.after) fault.after(visit, answer, this);
      else out.writeHead(answer.status, { 'content-type': answer.type }).end(answer.body);
    });
  }

  private tunnel(incoming: IncomingMessage, client: Duplex): void {
    const { hostname, port } = new URL(this.upstream.url);
    const lines = incoming.rawHeaders.flatMap((name, i) => (i % 2 === 0 ? [`${name}: ${incoming.rawHeaders[i + 1]}`] : []));
    const upstream = connect(Number(port), hostname);
    const names = Object.keys(SOCKET_FAULTS);
    const name = this.random(100) < this.percent ? names[this.random(names.length)]! : undefined;
    for (const [one, other] of [[client, upstream] as const, [upstream, client] as const]) {
      this.tunnels.add(one);
      one.on('error', () => {});
      one.on('close', () => (this.tunnels.delete(one), other.destroy()));
    }
    upstream.write(`GET ${incoming.url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
    if (name === undefined) return void upstream.pipe(client).pipe(upstream);
    this.met.set(name, (this.met.get(name) ?? 0) + 1);
    SOCKET_FAULTS[name]!(client, upstream, this.random);
  }

  /** One of those that were met the least. */
  private pick(stage: Stage): Fault {
    const times = (fault: Fault) => this.met.get(fault.name) ?? 0;
    const faults = FAULTS.filter((fault) => fault.stages.includes(stage));
    const least = Math.min(...faults.map(times));
    const rare = faults.filter((fault) => times(fault) === least);
    const fault = rare[this.random(rare.length)]!;
    this.met.set(fault.name, times(fault) + 1);
    return fault;
  }

  private pass({ incoming, body }: Visit, done: (answer: Answer) => void): void {
    const { authorization = '', 'content-type': type = 'application/json' } = incoming.headers;
    const headers = { authorization, 'content-type': type, 'content-length': body.length };
    const onward = request(this.upstream.url + incoming.url!, { method: incoming.method!, headers }, (reply) => {
      const pieces: Buffer[] = [];
      reply.on('data', (piece: Buffer) => pieces.push(piece));
      reply.on('end', () => done({ status: reply.statusCode!, type: reply.headers['content-type'] ?? '', body: Buffer.concat(pieces) }));
    });
    onward.end(body);
  }

  async stop(): Promise<void> {
    proxies.delete(this);
    this.server.closeAllConnections();
    for (const tunnel of this.tunnels) tunnel.destroy();
    await new Promise((closed) => this.server.close(closed));
  }
}

afterAll(async () => {
  for (const proxy of proxies) await proxy.stop();
});
