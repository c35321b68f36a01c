// One connection for all tabs, where there is no SharedWorker: the tab that holds a lock has it, and tells the others.
import type { ServerEvent } from './events.ts';
import type { Sink, Source, StreamStatus } from './source.ts';

/** What tabs tell each other; hello: a new tab asks where the stream stands. */
type Message =
  | { type: 'hello' }
  | { type: 'status'; status: StreamStatus; position: number | null }
  | { type: 'event'; id: number; event: ServerEvent | null };

/** The parts of the browser that are used; tests have their own. */
export interface TabWorld {
  locks: { request(name: string, options: { signal: AbortSignal }, held: () => Promise<void>): Promise<unknown> };
  channel(name: string): Pick<BroadcastChannel, 'postMessage' | 'addEventListener' | 'close'>;
}

const browser = (): TabWorld => ({ locks: navigator.locks, channel: (name) => new BroadcastChannel(name) });

class Tab {
  private readonly stopped = new AbortController();
  private readonly channel: ReturnType<TabWorld['channel']>;
  private stopLeading: (() => void) | null = null;
  private status: StreamStatus = 'connecting';

  constructor(
    private readonly network: Source,
    private last: number | null,
    private readonly sink: Sink,
    name: string,
    world: TabWorld,
  ) {
    this.channel = world.channel(name);
    this.channel.addEventListener('message', (message) => this.hear((message as MessageEvent<Message>).data));
    this.post({ type: 'hello' });
    sink.onStatus('connecting');
    const waiting = world.locks.request(name, { signal: this.stopped.signal }, () => this.lead());
    // Given up while it waited: another tab leads, and this one has left.
    waiting.catch(() => undefined);
  }

  stop(): void {
    this.stopped.abort();
    this.stopLeading?.();
    this.channel.close();
  }

  private post(message: Message): void {
    this.channel.postMessage(message);
  }

  /** Holds the lock until the tab leaves; the browser gives it to the next when the tab dies. */
  private async lead(): Promise<void> {
    if (this.stopped.signal.aborted) return;
    await new Promise<void>((left) => {
      const stop = this.network.start(this.last, {
        onStatus: (status) => {
          this.take({ type: 'status', status, position: this.last });
          this.post({ type: 'status', status, position: this.last });
        },
        onEvent: (id, event) => {
          this.take({ type: 'event', id, event });
          this.post({ type: 'event', id, event });
        },
      });
      this.stopLeading = () => {
        stop();
        left();
      };
    });
  }

  private hear(message: Message): void {
    if (this.stopped.signal.aborted) return;
    if (message.type !== 'hello') {
      if (!this.stopLeading) this.take(message);
    } else if (this.stopLeading) {
      this.post({ type: 'status', status: this.status, position: this.last });
    }
  }

  private take(message: Exclude<Message, { type: 'hello' }>): void {
    if (this.stopped.signal.aborted) return;
    if (message.type === 'status') {
      if (message.status !== this.status) this.sink.onStatus(message.status);
      this.status = message.status;
      if (message.position !== null && message.status === 'open') this.stand(message.position);
      return;
    }
    const isNew = message.event?.type === 'resync' || this.last === null || message.id > this.last || message.event === null;
    if (!isNew) return;
    this.last = message.id;
    this.sink.onEvent(message.id, message.event);
  }

  /** Where the leader's stream stands: what lies between, nobody can tell any more. */
  private stand(position: number): void {
    if (this.stopLeading || this.last === position) return;
    const missed = this.last !== null && this.last < position;
    this.last = position;
    this.sink.onEvent(position, missed ? { type: 'resync' } : null);
  }
}

export function leaderTabSource(name: string, network: Source, world: TabWorld = browser()): Source {
  return {
    start(after, sink) {
      const tab = new Tab(network, after, sink, name, world);
      return () => tab.stop();
    },
  };
}
