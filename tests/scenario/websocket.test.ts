// The WebSocket client against a mature implementation of the protocol: what that sends arrives, and what that refuses is refused.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createServer, type Server as TcpServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { resolve } from 'node:path';
import type { Writable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { expect, test } from 'vitest';
import * as ws from 'ws';
import { WebSocketServer, type WebSocket } from 'ws';

import { makeRandom, type Random } from '../faults/random.ts';

const LISTENER = resolve(process.env.ALBUMEN_BUILD ?? 'build-test', 'tests/scenario/websocket_listener');
const SEED = Number(process.env.ALBUMEN_TEST_SEED ?? Date.now() % 1_000_000);
const MIB = 1024 * 1024;
const MAX_MESSAGE = 8 * MIB;
// It is exported, but its types are not.
const { Receiver } = ws as unknown as { Receiver: new (options: object) => Writable };

/** What the client said of each connection, a list of lines. */
async function listen(url: string, times: number): Promise<string[][]> {
  const child = spawn(LISTENER, [url, String(times)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const said: string[][] = [[]];
  for await (const line of createInterface({ input: child.stdout })) {
    said.at(-1)!.push(line);
    if (/^(close|error) /.test(line)) said.push([]);
  }
  if (child.exitCode === null) await new Promise((ended) => child.on('close', ended));
  expect(child.exitCode).toBe(0);
  return said.slice(0, -1);
}

const told = (isText: boolean, bytes: Buffer) => `${isText ? 'text' : 'binary'} ${bytes.length} ${sum(bytes)}`;
/** A reason may have any letters, also such as end a line. */
const toldEnd = (code: number, reason: Buffer) => `close ${code} ${reason.length} ${sum(reason)}`;
const sum = (bytes: Buffer) => (crc32(bytes) >>> 0).toString(16).padStart(8, '0');

function randomBytes(random: Random, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let i = 0; i < length; i++) bytes[i] = random(256);
  return bytes;
}
const words = (random: Random, length: number) => Array.from({ length }, () => ['a', 'é', '€', '🦊', 'z'][random(5)]!).join('');

/** In parts, with pings between them. */
function sendInParts(socket: WebSocket, random: Random, data: Buffer, isText: boolean): void {
  const parts = 1 + random(4);
  for (let i = 0; i < parts; i++) {
    if (random(3) === 0) socket.ping(randomBytes(random, random(126)));
    const [from, to] = [Math.floor((data.length * i) / parts), Math.floor((data.length * (i + 1)) / parts)];
    socket.send(data.subarray(from, to), { binary: !isText, fin: i === parts - 1 });
  }
}

test('messages of every size and in every number of parts arrive, and come back', async () => {
  const random = makeRandom(SEED);
  const CONNECTIONS = 20;
  const expected: string[][] = [];
  const faults: string[] = [];
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: true });
  server.on('connection', (socket) => {
    const sent: Buffer[] = [];
    const lines: string[] = [];
    const count = 1 + random(8);
    let pings = 0;
    for (let i = 0; i < count; i++) {
      const isText = random(2) === 0;
      const length = [0, 1, 125, 126, 127, 65535, 65536, random(1000), random(200_000)][random(9)]!;
      const data = i === 0 && expected.length === 0 ? Buffer.alloc(5 * MIB, 'x') : isText ? Buffer.from(words(random, length % 2000)) : randomBytes(random, length);
      sent.push(data);
      lines.push(told(isText, data));
      sendInParts(socket, random, data, isText);
    }
    socket.ping('the last');
    socket.on('message', (data: Buffer) => {
      const want = sent.shift();
      if (want === undefined || !want.equals(data)) faults.push(`seed ${SEED}: what came back is not what was sent`);
      if (sent.length === 0) socket.close(4000, 'enough');
    });
    socket.on('pong', (data) => (pings += data.toString() === 'the last' ? 1 : 0));
    socket.on('error', (error) => faults.push(`seed ${SEED}: ${error.message}`));
    socket.on('close', (code) => {
      if (code !== 4000 || pings !== 1) faults.push(`seed ${SEED}: closed with ${code}, ${pings} pongs`);
    });
    expected.push([...lines, toldEnd(4000, Buffer.from('enough'))]);
  });
  await new Promise((ready) => server.on('listening', ready));
  const said = await listen(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, CONNECTIONS);
  await new Promise((closed) => server.close(closed));
  expect(faults).toEqual([]);
  expect(said, `seed ${SEED}`).toEqual(expected);
}, 120_000);

/** A frame as a server writes it, now and then with something that it must not have. */
function frame(random: Random): Buffer {
  const wrong = random(12);
  const kinds = wrong === 0 ? [3, 5, 7, 11, 15] : [0, 0, 1, 1, 2, 2, 8, 9, 10];
  const kind = kinds[random(kinds.length)]!;
  const isControl = kind >= 8 && wrong !== 1;
  const payload = [Buffer.alloc(0), Buffer.from(words(random, random(20))), randomBytes(random, random(isControl ? 100 : 400))][random(3)]!;
  const code = Buffer.from([0x03, 0xe8 + random(16)]);
  const body = (kind === 8 && random(2) === 0 ? Buffer.concat([code, payload]) : payload).subarray(0, isControl ? 125 : undefined);
  const first = kind | (kind >= 8 || random(2) === 0 ? 0x80 : 0) | (wrong === 2 ? 0x10 << random(3) : 0);
  const mask = wrong === 3 ? 0x80 : 0;
  const length = body.length < 126 ? [mask | body.length] : [mask | 126, body.length >> 8, body.length & 255];
  return Buffer.concat([Buffer.from([first, ...length]), body]);
}

/** What the other implementation makes of the same bytes. */
async function judge(bytes: Buffer): Promise<string[]> {
  const receiver = new Receiver({ isServer: false, maxPayload: MAX_MESSAGE });
  const lines: string[] = [];
  receiver.on('message', (data: Buffer, isBinary: boolean) => lines.push(told(!isBinary, Buffer.from(data))));
  receiver.on('conclude', (code: number, reason: Buffer) => lines.push(toldEnd(code === 1005 ? 0 : code, Buffer.from(reason))));
  const broke = await new Promise<boolean>((decided) => {
    receiver.on('error', () => decided(true));
    receiver.on('finish', () => decided(false));
    receiver.end(bytes);
  });
  const end = lines.at(-1)?.startsWith('close ') ? [] : [broke ? 'error the WebSocket sent' : 'error gone'];
  return [...lines, ...end];
}

/** Answers every handshake, sends the next bytes, and ends. */
function startRaw(streams: Buffer[]): Promise<TcpServer> {
  let next = 0;
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', (head) => {
      const key = /sec-websocket-key: (\S+)/i.exec(head.toString())![1];
      const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
      socket.write(`HTTP/1.1 101 Up\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
      socket.on('data', () => {});
      socket.end(streams[next++]!);
    });
  });
  return new Promise((ready) => server.listen(0, '127.0.0.1', () => ready(server)));
}

test('what the other implementation takes or refuses is taken or refused here', async () => {
  const random = makeRandom(SEED);
  const streams = Array.from({ length: 400 }, () => Buffer.concat(Array.from({ length: 1 + random(6) }, () => frame(random))));
  const server = await startRaw(streams);
  const said = await listen(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, streams.length);
  await new Promise((closed) => server.close(closed));
  // The words are ours; that there is a fault, and where, is what has to be the same.
  const same = said.map((lines) => lines.map((line) => line.replace(/^(error the WebSocket sent) .*/, '$1').replace(/^error '127.*/, 'error gone')));
  const expected = await Promise.all(streams.map(judge));
  for (const [i, lines] of expected.entries()) expect(same[i], `seed ${SEED}, ${streams[i]!.toString('hex')}`).toEqual(lines);
  expect(expected.filter((lines) => lines.at(-1)!.includes('sent')).length, 'refused').toBeGreaterThan(50);
  expect(expected.filter((lines) => !lines.at(-1)!.includes('sent')).length, 'taken').toBeGreaterThan(50);
}, 120_000);
