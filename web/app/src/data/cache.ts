// What the server said, in one place: read once for all who show it, changed by events, read again when it may be stale.
import { ApiError, offlineError } from '@albumen/api';
import { createStore } from 'zustand/vanilla';

export interface Entry<T = unknown> {
  data: T | undefined;
  error: ApiError | null;
  isLoading: boolean;
  /** The newest event that the data know of; null: the server did not say. */
  eventId: number | null;
}

export interface Loaded<T> {
  answer: T;
  eventId: number | null;
}

/** Reads it; `before` is what is known so far, so that a list can keep the pages behind its first. */
export type Load<T> = (before: T | undefined) => Promise<Loaded<T>>;

interface Reader {
  load: Load<unknown>;
  users: number;
  running: Promise<void> | null;
  /** It changed while it was read: read once more. */
  again: boolean;
  /** What was changed here meanwhile may be missing in what comes. */
  isOvertaken: boolean;
  isStale: boolean;
}

const NOTHING: Entry = { data: undefined, error: null, isLoading: false, eventId: null };
/** Many events make one reading. */
const GATHER_MS = 300;

export function asApiError(error: unknown): ApiError {
  return error instanceof ApiError ? error : Object.assign(offlineError(), { cause: error });
}

export class Cache {
  readonly store = createStore<Record<string, Entry>>(() => ({}));
  private readonly readers = new Map<string, Reader>();
  private readonly gathered = new Set<string>();
  private timer: ReturnType<typeof setTimeout> | undefined;

  get<T>(key: string): Entry<T> {
    return (this.store.getState()[key] ?? NOTHING) as Entry<T>;
  }

  /** What is known under every key that begins so. */
  known<T>(prefix: string): T[] {
    return this.matching(prefix).flatMap(([, { data }]) => (data === undefined ? [] : [data as T]));
  }

  /** Shows the entry from now on: reads it unless it is fresh. Gives what ends that. */
  use<T>(key: string, load: Load<T>): () => void {
    const reader = this.readers.get(key) ?? { load: load as Load<unknown>, users: 0, running: null, again: false, isOvertaken: false, isStale: true };
    reader.load = load as Load<unknown>;
    reader.users++;
    this.readers.set(key, reader);
    if (reader.isStale) void this.read(key);
    return () => void reader.users--;
  }

  async read(key: string): Promise<void> {
    const reader = this.readers.get(key);
    if (!reader) return;
    reader.again = reader.running !== null;
    reader.running ??= this.readNow(key, reader);
    await reader.running;
  }

  private async readNow(key: string, reader: Reader): Promise<void> {
    do {
      reader.again = false;
      reader.isOvertaken = false;
      reader.isStale = false;
      this.set(key, { isLoading: true });
      try {
        const { answer, eventId } = await reader.load(this.get(key).data);
        if (reader.isOvertaken) reader.again = true;
        else this.set(key, { data: answer, eventId, error: null });
      } catch (error) {
        reader.isStale = true;
        this.set(key, { error: asApiError(error) });
      }
    } while (reader.again && !reader.isStale);
    reader.running = null;
    this.set(key, { isLoading: false });
  }

  /**
   * Changes what is known, as an event or an answer tells it; `eventId` is the event's: data that know of it stay.
   * Without one it counts more than what is being read just then: that is read again.
   */
  patch<T>(prefix: string, change: (data: T) => T, eventId: number | null = null): void {
    for (const [key, entry] of this.matching(prefix)) {
      if (entry.data === undefined || (eventId !== null && entry.eventId !== null && entry.eventId >= eventId)) continue;
      const data = change(entry.data as T);
      if (data === entry.data) continue;
      this.set(key, { data });
      const reader = this.readers.get(key);
      if (reader && eventId === null) reader.isOvertaken = true;
    }
  }

  /** What it names is read again: soon if somebody looks at it, else when somebody does. */
  invalidate(prefix: string): void {
    for (const [key, reader] of this.readers) {
      if (key.startsWith(prefix)) reader.isStale = true;
    }
    this.gathered.add(prefix);
    this.timer ??= setTimeout(() => this.readGathered(), GATHER_MS);
  }

  /** Reads everything again that is looked at, and waits for it. */
  async refresh(): Promise<void> {
    for (const reader of this.readers.values()) reader.isStale = true;
    await Promise.all(this.lookedAt('').map((key) => this.read(key)));
  }

  /** Reads again what is looked at and could not be read. */
  retry(): void {
    for (const [key, { error }] of this.matching('')) {
      if (error) this.invalidate(key);
    }
  }

  /** What was read before this event, or nobody knows when, is read again. */
  refreshOlderThan(eventId: number): void {
    for (const [key, entry] of this.matching('')) {
      if (entry.data !== undefined && (entry.eventId === null || entry.eventId < eventId)) this.invalidate(key);
    }
  }

  /** Another user: nothing of the one before may be seen. */
  clear(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.gathered.clear();
    this.readers.clear();
    this.store.setState({}, true);
  }

  private readGathered(): void {
    this.timer = undefined;
    const prefixes = [...this.gathered];
    // A page that nobody sees reads when it is seen again.
    if (globalThis.document?.hidden) {
      document.addEventListener('visibilitychange', () => this.readGathered(), { once: true });
      return;
    }
    this.gathered.clear();
    const keys = new Set(prefixes.flatMap((prefix) => this.lookedAt(prefix)));
    for (const key of keys) void this.read(key);
  }

  private lookedAt(prefix: string): string[] {
    return [...this.readers].filter(([key, { users }]) => users > 0 && key.startsWith(prefix)).map(([key]) => key);
  }

  private matching(prefix: string): [string, Entry][] {
    return Object.entries(this.store.getState()).filter(([key]) => key.startsWith(prefix));
  }

  private set(key: string, change: Partial<Entry>): void {
    // Cleared meanwhile: an answer for the user before.
    if (!this.readers.has(key)) return;
    this.store.setState({ [key]: { ...this.get(key), ...change } });
  }
}

export const cache = new Cache();
