// HTTP by hand over a plain socket, for what no client library would send.
import { connect } from 'node:net';

export interface RawReply {
  text: string;
  /** Of the first reply; 0 when there was none. */
  status: number;
  /** How many replies came. */
  count: number;
  /** The server ended the connection. */
  closed: boolean;
  elapsedMs: number;
}

export interface RawOptions {
  /** Pieces are sent one by one, each when the one before has left. */
  pieces?: (string | Buffer)[];
  /** Ends the wait as soon as the reply is whole, for connections that stay open. */
  until?: (text: string) => boolean;
  waitMs?: number;
}

/** A reply whose Content-Length is all there. */
export function isWhole(text: string): boolean {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return false;
  const length = /^content-length: (\d+)$/im.exec(text.slice(0, end));
  return length !== null && text.length >= end + 4 + Number(length[1]);
}

/** Sends bytes (strings as latin1) and collects what comes back until the server closes or the wait is over. */
export async function raw(port: number, bytes: string | Buffer, options: RawOptions = {}): Promise<RawReply> {
  const started = performance.now();
  return await new Promise((settle) => {
    let text = '';
    const finish = (closed: boolean) => {
      clearTimeout(deadline);
      socket.destroy();
      const statuses = [...text.matchAll(/^HTTP\/1\.1 (\d{3}) /gm)].map((match) => Number(match[1]));
      settle({ text, status: statuses[0] ?? 0, count: statuses.length, closed, elapsedMs: performance.now() - started });
    };
    const socket = connect({ port, host: '127.0.0.1' }, () => {
      socket.write(Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes, 'latin1'));
      for (const piece of options.pieces ?? []) socket.write(Buffer.isBuffer(piece) ? piece : Buffer.from(piece, 'latin1'));
    });
    const deadline = setTimeout(() => finish(false), options.waitMs ?? 5_000);
    socket.setNoDelay(true);
    socket.setEncoding('latin1').on('data', (more: string) => {
      text += more;
      if (options.until?.(text)) finish(false);
    });
    socket.on('close', () => finish(true));
    socket.on('error', () => finish(true));
  });
}
