// Where events come from: the network, or another tab that has them from there.
import { readEvent, type ServerEvent } from './events.ts';
import { createSseReader } from './sse.ts';

/** refused: the server will not have us, and asking again would not help. */
export type StreamStatus = 'connecting' | 'open' | 'down' | 'refused';

export interface Sink {
  onStatus(status: StreamStatus): void;
  /** Events in the order of their numbers; null: only the number is news. */
  onEvent(id: number, event: ServerEvent | null): void;
}

export interface Source {
  /** Begins behind an event, or now. Gives what ends it; after that the sink hears nothing. */
  start(after: number | null, sink: Sink): () => void;
}

export interface StreamOptions {
  /** The stream's address, channel included. */
  url: string;
  /** For the Authorization header; without it the browser's session counts. */
  token?: string | null | undefined;
  fetch?: typeof fetch;
}

/** The server says something every 15 s; a connection that is silent for longer is dead, whatever TCP thinks. */
const SILENCE_MAX_MS = 40_000;
const ANSWER_MAX_MS = 10_000;
const RETRY_FIRST_MS = 1000;
const RETRY_MAX_MS = 10_000;
const REFUSALS = [400, 401, 403, 404];

class Refused extends Error {}

function headersOf(token: string | null | undefined, after: number | null): Record<string, string> {
  const headers: Record<string, string> = { Accept: 'text/event-stream' };
  if (token) headers.Authorization = `Bearer ${token}`;
  if (after !== null) headers['Last-Event-ID'] = String(after);
  return headers;
}

/** One connection at a time, made again whenever it ends, with the last number that was heard. */
class Connection {
  private readonly stopped = new AbortController();
  private failures = 0;
  private retryMs = RETRY_FIRST_MS;

  constructor(
    private readonly options: StreamOptions,
    private after: number | null,
    private readonly sink: Sink,
  ) {}

  stop(): void {
    this.stopped.abort();
  }

  async run(): Promise<void> {
    const { signal } = this.stopped;
    this.tell('connecting');
    while (!signal.aborted) {
      try {
        await this.listen();
      } catch (error) {
        if (error instanceof Refused) return this.tell('refused');
      }
      this.tell('down');
      await this.pause();
    }
  }

  private tell(status: StreamStatus): void {
    if (!this.stopped.signal.aborted) this.sink.onStatus(status);
  }

  private async listen(): Promise<void> {
    const attempt = new AbortController();
    const giveUp = () => attempt.abort();
    let watchdog = setTimeout(giveUp, ANSWER_MAX_MS);
    this.stopped.signal.addEventListener('abort', giveUp);
    // Without a network nobody says that the connection is gone: only a new one tells.
    globalThis.addEventListener?.('offline', giveUp);
    try {
      const body = await this.ask(attempt.signal);
      const reader = createSseReader();
      this.failures = 0;
      this.tell('open');
      for (;;) {
        clearTimeout(watchdog);
        watchdog = setTimeout(giveUp, SILENCE_MAX_MS);
        const { done, value } = await body.read();
        if (done) return;
        for (const frame of reader.read(value)) this.take(frame.id, frame.data);
        this.retryMs = reader.retryMs ?? this.retryMs;
      }
    } finally {
      clearTimeout(watchdog);
      this.stopped.signal.removeEventListener('abort', giveUp);
      globalThis.removeEventListener?.('offline', giveUp);
      attempt.abort();
    }
  }

  private async ask(signal: AbortSignal): Promise<ReadableStreamDefaultReader<Uint8Array>> {
    const { url, token } = this.options;
    const ask = this.options.fetch ?? fetch;
    const reply = await ask(url, { headers: headersOf(token, this.after), credentials: 'same-origin', cache: 'no-store', signal });
    if (REFUSALS.includes(reply.status)) throw new Refused();
    if (!reply.ok || !reply.body) throw new Error(`status ${reply.status}`);
    return reply.body.getReader();
  }

  private take(id: string | null, data: string | null): void {
    const number = id !== null && /^\d+$/.test(id) ? Number(id) : null;
    if (number === null || this.stopped.signal.aborted) return;
    const event = data === null ? null : readEvent(data);
    // A replay may begin with what is known; a resync may begin anew, at a lower number.
    if (event?.type !== 'resync' && event !== null && this.after !== null && number <= this.after) return;
    this.after = number;
    this.sink.onEvent(number, event);
  }

  /** Longer after each failure; over at once when the network is back. */
  private async pause(): Promise<void> {
    const delay = Math.min(this.retryMs * 1.5 ** this.failures++, RETRY_MAX_MS);
    const { signal } = this.stopped;
    await new Promise<void>((goOn) => {
      const end = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        globalThis.removeEventListener?.('online', end);
        goOn();
      };
      const timer = setTimeout(end, delay);
      signal.addEventListener('abort', end);
      globalThis.addEventListener?.('online', end);
      if (signal.aborted) end();
    });
  }
}

/** Straight from the server, by fetch: an EventSource could not carry a token. */
export function networkSource(options: StreamOptions): Source {
  return {
    start(after, sink) {
      const connection = new Connection(options, after, sink);
      void connection.run();
      return () => connection.stop();
    },
  };
}
