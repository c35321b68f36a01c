// One album as it is now: read from the server, kept so by its events, changed by its actions.
import { ApiError, createClient, messageOf, type Album, type Client, type Shot } from '@albumen/api';
import { createStore, type StoreApi } from 'zustand/vanilla';

import { applyAlbumEvent, isAlbumEvent } from './album_events.ts';
import { connect, type ConnectOptions } from './connect.ts';
import type { ServerEvent } from './events.ts';
import type { Hub } from './hub.ts';
import { pollWhileDown } from './polling.ts';

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
  private readonly client: Client;
  private readonly hub: Hub;
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
    this.client = createClient({ apiBase: options.apiBase, token: options.authToken });
    this.hub = hub;
  }

  /** Listens as long as somebody uses it. Gives what ends the use. */
  use(): () => void {
    if (this.users++ === 0) {
      this.stops = [
        this.hub.listen({ onEvent: (event) => this.take(event), onStatus: (status) => status === 'open' && this.takeOpening() }),
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
      const { jobId } = await this.client.call('POST /api/albums/{id}/anchor', { params: { id: this.albumId }, body: {} });
      this.change({ anchorJobId: jobId, anchorError: null });
      this.readAgain();
    });

  generateAllShots = (): Promise<void> =>
    this.try(async () => {
      await this.client.call('POST /api/albums/{id}/shots', { params: { id: this.albumId } });
      await this.read();
    });

  regenerateShot = (index: number): Promise<void> =>
    this.try(async () => {
      const { jobId } = await this.client.call('POST /api/albums/{id}/shots/{index}', { params: { id: this.albumId, index } });
      this.changeShot(index, { status: 'generating', jobId, error: null });
      this.readAgain();
    });

  resetShot = (index: number): Promise<void> =>
    this.try(async () => {
      this.changeShot(index, await this.client.call('DELETE /api/albums/{id}/shots/{index}', { params: { id: this.albumId, index } }));
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

  private change(change: Partial<Album>): void {
    this.version++;
    this.store.setState(({ album }) => ({ album: album && { ...album, ...change } }));
  }

  private changeShot(index: number, change: Partial<Shot>): void {
    const { album } = this.store.getState();
    if (album) this.change({ shots: album.shots.map((shot) => (shot.index === index ? { ...shot, ...change } : shot)) });
  }

  private take(event: ServerEvent): void {
    if (event.type === 'resync') return this.readAgain();
    if (!isAlbumEvent(event, this.albumId)) return;
    const { album } = this.store.getState();
    if (album) this.change(applyAlbumEvent(album, event));
    if (event.type === 'album_anchor_failed') this.store.setState({ error: event.result.error });
    this.readAgain();
  }

  /** A stream that comes back tells what was missed, not what could not be read. One that begins does not know what was read before. */
  private takeOpening(): void {
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
