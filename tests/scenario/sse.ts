// A client of Server-Sent Events over plain http: reads, notes, reconnects by its last id when told to.
import { request, type ClientRequest, type IncomingMessage } from 'node:http';

export interface SseEvent {
  id: number;
  data: any;
}

export interface SseOptions {
  token?: string;
  cookie?: string;
  /** Appended to the path: "channel=admin&after=3". */
  query?: string;
  lastEventId?: string;
  path?: string;
  /** Instead of the list of events; nothing comes after close(). */
  onEvent?: (event: SseEvent) => void;
}

/** One connection. */
export class EventStream {
  status = 0;
  headers: Record<string, string | string[] | undefined> = {};
  /** The body of a refusal. */
  text = '';
  events: SseEvent[] = [];
  /** The number of the last id that came, with or without data. */
  lastId: number | undefined;
  retryMs = 0;
  comments = 0;
  ended = false;
  private closed = false;
  /** Lines that a stream of ours must not hold. */
  strange: string[] = [];
  private readonly request: ClientRequest;
  private readonly onEvent: (event: SseEvent) => void;
  private rest = '';
  private id: number | undefined;
  private data: string[] = [];
  private readonly watchers = new Set<() => void>();

  constructor(port: number, options: SseOptions = {}) {
    this.onEvent = options.onEvent ?? ((event) => this.events.push(event));
    const headers: Record<string, string> = { accept: 'text/event-stream' };
    if (options.token) headers.authorization = `Bearer ${options.token}`;
    if (options.cookie) headers.cookie = options.cookie;
    if (options.lastEventId !== undefined) headers['last-event-id'] = options.lastEventId;
    const path = (options.path ?? '/api/events') + (options.query ? `?${options.query}` : '');
    this.request = request({ host: '127.0.0.1', port, path, headers, agent: false }, (reply) => this.begin(reply));
    this.request.on('error', () => this.end());
    this.request.on('close', () => this.end());
    this.request.end();
  }

  private begin(reply: IncomingMessage): void {
    this.status = reply.statusCode ?? 0;
    this.headers = reply.headers;
    reply.setEncoding('utf8').on('data', (text: string) => this.take(text));
    reply.on('error', () => this.end());
    reply.on('close', () => this.end());
    this.tell();
  }

  private end(): void {
    this.ended = true;
    this.tell();
  }

  private tell(): void {
    for (const watcher of this.watchers) watcher();
  }

  private take(text: string): void {
    if (this.status !== 200) {
      this.text += text;
      return;
    }
    const lines = (this.rest + text).split('\n');
    this.rest = lines.pop()!;
    for (const line of lines) this.line(line);
    this.tell();
  }

  private line(line: string): void {
    const [, name, value] = /^([a-z]*): ?(.*)$/.exec(line) ?? [];
    if (line === '') this.dispatch();
    else if (name === '') this.comments++;
    else if (name === 'id') this.id = Number(value);
    else if (name === 'data') this.data.push(value!);
    else if (name === 'retry') this.retryMs = Number(value);
    else this.strange.push(line);
  }

  private dispatch(): void {
    if (this.id !== undefined) this.lastId = this.id;
    const event = { id: this.id ?? -1, data: this.data.join('\n') };
    this.id = undefined;
    this.data = [];
    if (event.data && !this.closed) this.onEvent({ id: event.id, data: JSON.parse(event.data) });
  }

  /** Waits until it holds; false when the stream ended before, or the time is over. */
  async until(holds: () => boolean, waitMs = 20_000): Promise<boolean> {
    return await new Promise((settle) => {
      const finish = (value: boolean) => {
        clearTimeout(deadline);
        this.watchers.delete(look);
        settle(value);
      };
      const look = () => {
        if (holds()) finish(true);
        else if (this.ended) finish(false);
      };
      const deadline = setTimeout(() => finish(holds()), waitMs);
      this.watchers.add(look);
      look();
    });
  }

  async opened(): Promise<this> {
    await this.until(() => this.status !== 0 && (this.status !== 200 || this.lastId !== undefined));
    return this;
  }

  /** The first `count` events, when they came. */
  async first(count: number): Promise<SseEvent[]> {
    await this.until(() => this.events.length >= count);
    return this.events.slice(0, count);
  }

  async gone(waitMs?: number): Promise<boolean> {
    return (await this.until(() => this.ended, waitMs)) || this.ended;
  }

  close(): void {
    this.closed = true;
    this.request.destroy();
  }
}

export async function openStream(port: number, options: SseOptions = {}): Promise<EventStream> {
  return await new EventStream(port, options).opened();
}
