// Stands between a command and its server, sees each request, and refuses those that it is told to.
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { Server } from './harness.ts';

export interface Seen {
  method: string;
  path: string;
  key: string | undefined;
}

export interface Refusal {
  status: number;
  retryAfter?: string;
  code?: string;
}

export interface Front {
  url: string;
  seen: Seen[];
  close(): void;
}

/** Told of a request and of how often it has come, with this time. */
export type Refuse = (seen: Seen, times: number) => Refusal | undefined;

const CODES: Record<number, string> = { 429: 'rate_limited', 503: 'busy' };

function sayNo(incoming: IncomingMessage, out: ServerResponse, refusal: Refusal): void {
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (refusal.retryAfter !== undefined) headers['retry-after'] = refusal.retryAfter;
  incoming.resume().on('end', () => {
    out.writeHead(refusal.status, headers);
    out.end(JSON.stringify({ error: { code: refusal.code ?? CODES[refusal.status] ?? 'upstream', message: 'too many requests' } }));
  });
}

export async function startFront(server: Server, refuse: Refuse): Promise<Front> {
  const { hostname, port } = new URL(server.url);
  const seen: Seen[] = [];
  const front = createServer((incoming, out) => {
    const one = { method: incoming.method!, path: incoming.url!, key: incoming.headers['idempotency-key'] as string | undefined };
    seen.push(one);
    const refusal = refuse(one, seen.filter(({ method, path }) => method === one.method && path === one.path).length);
    if (refusal) return sayNo(incoming, out, refusal);
    const onward = request({ hostname, port, path: one.path, method: one.method, headers: { ...incoming.headers, host: `${hostname}:${port}` } }, (answer) => {
      out.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(out);
    });
    onward.on('error', () => out.destroy());
    out.on('close', () => onward.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((listening) => front.listen(0, '127.0.0.1', listening));
  return { url: `http://127.0.0.1:${(front.address() as AddressInfo).port}`, seen, close: () => (front.closeAllConnections(), front.close()) };
}
