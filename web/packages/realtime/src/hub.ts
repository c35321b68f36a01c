// One source of events, many listeners: each hears what comes behind the number that it knows.
import type { ServerEvent } from './events.ts';
import type { Source, StreamStatus } from './source.ts';

export interface Listener {
  /** The number that the listener's data stand at: what comes later is told, once and in order. Without it: from now on. */
  after?: number | null;
  onEvent?(event: ServerEvent, id: number): void;
  /** The number that the stream stands at, without an event. */
  onPosition?(id: number): void;
  /** Told at once, and at every change. */
  onStatus?(status: StreamStatus): void;
}

export interface Hub {
  readonly status: StreamStatus;
  /** Gives what ends it. The source runs as long as somebody listens. */
  listen(listener: Listener): () => void;
}

/** How many events are kept for listeners that come a little late. */
const KEPT = 512;

interface Seat {
  listener: Listener;
  last: number | null;
}

class SharedHub implements Hub {
  status: StreamStatus = 'connecting';
  private readonly seats = new Set<Seat>();
  private kept: { id: number; event: ServerEvent }[] = [];
  /** The number behind which `kept` is complete; null: the source has told none yet. */
  private keptFrom: number | null = null;
  private position: number | null = null;
  private stopSource: (() => void) | null = null;
  private starting = false;

  constructor(private readonly source: Source) {}

  listen(listener: Listener): () => void {
    // A new listener may have a new session.
    if (this.status === 'refused') this.stop();
    const seat: Seat = { listener, last: listener.after ?? this.position };
    this.seats.add(seat);
    listener.onStatus?.(this.status);
    if (this.position !== null) {
      this.catchUp(seat, this.position);
      listener.onPosition?.(this.position);
    }
    this.start();
    return () => {
      this.seats.delete(seat);
      if (this.seats.size === 0) this.stop();
    };
  }

  /** A moment later, so that those who come together begin at the lowest number among them. */
  private start(): void {
    if (this.stopSource || this.starting) return;
    this.starting = true;
    queueMicrotask(() => {
      this.starting = false;
      if (this.seats.size === 0 || this.stopSource) return;
      const known = [...this.seats].map(({ last }) => last).filter((last) => last !== null);
      this.stopSource = this.source.start(known.length > 0 ? Math.min(...known) : null, {
        onStatus: (status) => this.setStatus(status),
        onEvent: (id, event) => this.take(id, event),
      });
    });
  }

  private stop(): void {
    this.stopSource?.();
    this.stopSource = null;
    this.kept = [];
    this.keptFrom = null;
    this.position = null;
    this.setStatus('connecting');
  }

  private setStatus(status: StreamStatus): void {
    if (status === this.status) return;
    this.status = status;
    for (const { listener } of [...this.seats]) listener.onStatus?.(status);
  }

  private take(id: number, event: ServerEvent | null): void {
    if (this.position === null) this.keptFrom = event === null ? id : id - 1;
    this.position = id;
    if (event?.type === 'resync') this.keptFrom = id;
    if (event) this.keep(id, event);
    for (const seat of [...this.seats]) {
      if (event?.type === 'resync') this.tell(seat, id, event);
      else this.catchUp(seat, id);
      if (event === null) seat.listener.onPosition?.(id);
    }
  }

  private keep(id: number, event: ServerEvent): void {
    if (event.type === 'resync') {
      this.kept = [];
      return;
    }
    this.kept.push({ id, event });
    if (this.kept.length > KEPT) this.keptFrom = this.kept.shift()!.id;
  }

  /** Tells a listener what lies between its number and this one; that it is too far behind when it is not kept any more. */
  private catchUp(seat: Seat, position: number): void {
    if (seat.last === null) {
      seat.last = this.keptFrom ?? position;
    } else if (this.keptFrom !== null && seat.last < this.keptFrom) {
      return this.tell(seat, position, { type: 'resync' });
    }
    const from = this.kept.findIndex(({ id }) => id > seat.last!);
    for (const { id, event } of from < 0 ? [] : this.kept.slice(from)) this.tell(seat, id, event);
    seat.last = Math.max(seat.last, position);
  }

  private tell(seat: Seat, id: number, event: ServerEvent): void {
    seat.last = id;
    if (this.seats.has(seat)) seat.listener.onEvent?.(event, id);
  }
}

export function createHub(source: Source): Hub {
  return new SharedHub(source);
}
