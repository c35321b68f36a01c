// One album as it is now: read from the server, kept so by its events, changed by its actions.
import { ApiError, createClient, messageOf, type Album, type Client, type Shot } from '@albumen/api';
import { createStore, type StoreApi } from 'zustand/vanilla';

import { applyAlbumEvent, isAlbumEvent } from './album_events.ts';
import { connect, type ConnectOptions } from './connect.ts';
import type { ServerEvent } from './events.ts';
import type { Hub } from './hub.ts';
import { onceKeys } from './once.ts';
import { pollWhileDown } from './polling.ts';
import type { StreamStatus } from './source.ts';

export interface AlbumState {
  album: Album | null;
  /** Somebody asked for the album and has no answer yet. */
  isLoading: boolean;
  /** Why the last reading or action failed, in words for people. */
  error: string | null;
}

export interface AlbumActions {
  loadAlbum(): Promise<void>;
  generateAnchor(): Promise<void>;
  generateAllShots(): Promise<void>;
  regenerateShot(index: number): Promise<void>;
  resetShot(index: number): Promise<void>;
}

/** Events tell what to show at once; the rest (sizes, scores, small pictures) is read a little later, once for many. */
const READ_AGAIN_MS = 250;
/** A reading that is older than an event is thrown away this many times, then taken: the next one follows anyway. */
const STALE_MAX = 3;

export class AlbumSession implements AlbumActions {
  readonly store: StoreApi<AlbumState> = createStore(() => ({ album: null, isLoading: false, error: null }));
  /** Told when an answer says that the session has ended. */
  onSignedOut: (() => void) | undefined;
  private readonly client: Client;
  private readonly hub: Hub;
  private readonly once = onceKeys();
  private users = 0;
  private stops: (() => void)[] = [];
  private readTimer: ReturnType<typeof setTimeout> | undefined;
  private version = 0;
  private stale = 0;
  private wasOpen = false;
  private isGone = false;
  private readFailed = false;

  constructor(
    options: ConnectOptions,
    private readonly albumId: string,
    hub: Hub = connect(options),
  ) {
    this.client = createClient({ apiBase: options.apiBase, token: options.authToken, onSignedOut: () => this.onSignedOut?.() });
    this.hub = hub;
  }

  /** Listens as long as somebody uses it. Gives what ends the use. */
  use(): () => void {
    if (this.users++ === 0) {
      this.stops = [
        this.hub.listen({ onEvent: (event) => this.take(event), onStatus: (status) => this.takeStatus(status) }),
        pollWhileDown(this.hub, () => this.read()),
      ];
    }
    return () => {
      if (--this.users > 0) return;
      for (const stop of this.stops.splice(0)) stop();
      clearTimeout(this.readTimer);
      this.readTimer = undefined;
      this.wasOpen = false;
    };
  }

  get isUsed(): boolean {
    return this.users > 0;
  }

  // Arrow functions: they are handed to buttons as they are.
  loadAlbum = async (): Promise<void> => {
    this.isGone = false;
    this.store.setState({ isLoading: true });
    await this.try(() => this.read());
    this.store.setState({ isLoading: false });
  };

  generateAnchor = (): Promise<void> =>
    this.try(async () => {
      const { jobId } = await this.order('anchor', (idempotencyKey) => this.client.call('POST /api/albums/{id}/anchor', { params: { id: this.albumId }, body: {}, idempotencyKey }));
      this.change({ anchorJobId: jobId, anchorError: null });
      this.readAgain();
    });

  generateAllShots = (): Promise<void> =>
    this.try(async () => {
      await this.order('shots', (idempotencyKey) => this.client.call('POST /api/albums/{id}/shots', { params: { id: this.albumId }, idempotencyKey }));
      await this.read();
    });

  regenerateShot = (index: number): Promise<void> =>
    this.try(async () => {
      const { jobId } = await this.order(['shot', index], (idempotencyKey) => this.client.call('POST /api/albums/{id}/shots/{index}', { params: { id: this.albumId, index }, idempotencyKey }));
      this.changeShot(index, { status: 'generating', jobId, error: null });
      this.readAgain();
    });

  resetShot = (index: number): Promise<void> =>
    this.try(async () => {
      this.changeShot(index, await this.client.call('DELETE /api/albums/{id}/shots/{index}', { params: { id: this.albumId, index } }));
      // The album's likeness and its outliers were counted with it, and no event tells them.
      this.readAgain();
    });

  /** An action's failure is a sentence in the state, never an exception in a button's handler. */
  private async try(act: () => Promise<void>): Promise<void> {
    this.store.setState({ error: null });
    try {
      await act();
    } catch (error) {
      this.store.setState({ error: messageOf(error) });
    }
  }

  /** Sends what costs money, once. Without an answer it may have been taken all the same: the album tells. */
  private async order<T>(act: unknown, request: (idempotencyKey: string) => Promise<T>): Promise<T> {
    try {
      return await this.once.send(act, request);
    } catch (error) {
      this.readAgain();
      throw error;
    }
  }

  /** What is told of an order says that it was taken: the next press is another one. */
  private forgetOrder(event: ServerEvent): void {
    if (event.type === 'resync') this.once.forget();
    if (event.type === 'album_anchor_complete' || event.type === 'album_anchor_failed') this.once.forget('anchor');
    if (event.type !== 'album_shot_generating') return;
    this.once.forget('shots');
    this.once.forget(['shot', event.result.shotIndex]);
  }

  private change(change: Partial<Album>): void {
    this.version++;
    this.store.setState(({ album }) => ({ album: album && { ...album, ...change } }));
  }

  private changeShot(index: number, change: Partial<Shot>): void {
    const { album } = this.store.getState();
    if (album) this.change({ shots: album.shots.map((shot) => (shot.index === index ? { ...shot, ...change } : shot)) });
  }

  private take(event: ServerEvent): void {
    if (event.type !== 'resync' && !isAlbumEvent(event, this.albumId)) return;
    this.forgetOrder(event);
    if (event.type === 'resync') return this.readAgain();
    const { album } = this.store.getState();
    if (album) this.change(applyAlbumEvent(album, event));
    if (event.type === 'album_anchor_failed') this.store.setState({ error: event.result.error });
    this.readAgain();
  }

  /**
   * A stream that comes back tells what was missed, not what could not be read. One that begins does not know what was read before.
   * Why one is refused is said by an ordinary answer.
   */
  private takeStatus(status: StreamStatus): void {
    if (status === 'refused') this.readAgain();
    if (status !== 'open') return;
    if (!this.wasOpen || this.readFailed) this.readAgain();
    this.wasOpen = true;
  }

  /** Only what somebody has asked for once; one timer for all reasons. */
  private readAgain(): void {
    const wasAsked = this.store.getState().album !== null || this.readFailed;
    if (!wasAsked || this.readTimer !== undefined) return;
    this.readTimer = setTimeout(() => {
      this.readTimer = undefined;
      // What fails here is asked again by the next event, or by the polling that follows a cut.
      void this.read().catch(() => undefined);
    }, READ_AGAIN_MS);
  }

  private async read(): Promise<void> {
    if (this.isGone) return;
    const { version } = this;
    let album;
    try {
      album = await this.client.call('GET /api/albums/{id}', { params: { id: this.albumId } });
    } catch (error) {
      this.isGone = error instanceof ApiError && error.status === 404;
      this.readFailed = true;
      throw error;
    }
    if (version !== this.version && ++this.stale <= STALE_MAX) return this.readAgain();
    this.stale = 0;
    this.store.setState(this.readFailed ? { album, error: null } : { album });
    this.readFailed = false;
  }
}
