// A server in the test's own process, after the wire contract: albums, and an event stream that can be cut and replayed.
import type { Album, AlbumNew, Shot } from '@albumen/api';

export interface Asked {
  method: string;
  path: string;
  headers: Headers;
  body: any;
}

type Handler = (asked: Asked, params: string[]) => unknown;

class Failure extends Error {
  constructor(readonly status: number, readonly code: string, message: string) {
    super(message);
  }
}

const SETS: Record<string, number> = { portrait: 6, product: 4, character: 4 };

export class FakeServer {
  readonly asked: Asked[] = [];
  readonly albums = new Map<string, Album>();
  readonly streams = new Set<{ close(): void; send(text: string): void }>();
  readonly token = 'alb_test';
  /** No answer at all. */
  isDown = false;
  /** Events before this one are forgotten. */
  keptFrom = 0;
  private readonly events: { id: number; text: string }[] = [];
  private routes: [RegExp, Handler][] = [];
  private made = 0;

  constructor(readonly userId = 'u1') {
    this.on('POST /albums', ({ body }) => this.addAlbum(body));
    this.on('GET /albums/:id', (_, [id]) => this.album(id));
    this.on('POST /albums/:id/anchor', (_, [id]) => {
      const album = this.album(id);
      album.anchorJobId = this.id('job');
      return { jobId: album.anchorJobId };
    });
    this.on('POST /albums/:id/shots', (_, [id]) => {
      const album = this.album(id);
      if (!album.anchorUrl) throw new Failure(422, 'anchor_required', 'Generate the anchor before the shots');
      const waiting = album.shots.filter(({ status }) => status === 'pending' || status === 'failed');
      for (const shot of waiting) Object.assign(shot, { status: 'generating', jobId: this.id('job'), error: null });
      return { jobIds: waiting.map(({ jobId }) => jobId) };
    });
    this.on('POST /albums/:id/shots/:index', (_, [id, index]) => {
      const shot = this.shot(id, index);
      Object.assign(shot, { status: 'generating', jobId: this.id('job') });
      return { jobId: shot.jobId };
    });
    this.on('DELETE /albums/:id/shots/:index', (_, [id, index]) =>
      Object.assign(this.shot(id, index), { status: 'pending', imageUrl: null, thumbUrl: null, imageId: null, jobId: null, error: null, consistency: null, faceConsistency: null, isOutlier: false, remakes: 0 }));
  }

  /** `METHOD /path/:name` under any base; a later one goes first. */
  on(route: string, handler: Handler): void {
    const [method, path = ''] = route.split(' ');
    this.routes.unshift([new RegExp(`^${method} .*/api(?:/example-api)?${path.replace(/:\w+/g, '([^/]+)')}$`), handler]);
  }

  id(kind: string): string {
    return `${kind}-${++this.made}`;
  }

  addAlbum({ name, subjectDesc = '', shots, templateSet }: Partial<AlbumNew>): Album {
    const directed = shots ?? Array.from({ length: SETS[templateSet ?? ''] ?? 0 }, (_, i) => ({ label: `Shot ${i + 1}`, direction: `direction ${i + 1}` }));
    const album: Album = {
      id: this.id('album'), name: name ?? '', description: null, subjectDesc, sourceType: 'session', sourceId: null, anchorUrl: null, anchorThumbUrl: null,
      anchorImageId: null, anchorJobId: null, anchorError: null, coverUrl: null, backend: 'sketch', style: null, width: 1024, height: 1024, seed: 7,
      isPublic: false, isTrainingSource: false, imageCount: 0, mine: true, images: [], consistency: null, consistencyMark: 0.45, outlierCount: 0, remakeCount: 0,
      shots: directed.map((shot, index): Shot => ({ ...shot, index, status: 'pending', imageUrl: null, thumbUrl: null, imageId: null, jobId: null, error: null, consistency: null, faceConsistency: null, isOutlier: false, remakes: 0 })),
      createdAt: '2026-11-21T05:00:00.000Z', updatedAt: '2026-11-21T05:00:00.000Z',
    };
    this.albums.set(album.id, album);
    return album;
  }

  album(id = ''): Album {
    const album = this.albums.get(id);
    if (!album) throw new Failure(404, 'not_found', 'no such album');
    return album;
  }

  private shot(id = '', index = ''): Shot {
    const shot = this.album(id).shots[Number(index)];
    if (!shot) throw new Failure(404, 'not_found', 'no such shot');
    return shot;
  }

  get position(): number {
    return this.events.at(-1)?.id ?? this.keptFrom;
  }

  /** Something happened: every open stream hears it, and those that come back. */
  publish(type: string, result?: unknown): number {
    const id = this.position + 1;
    const text = `id: ${id}\ndata: ${JSON.stringify(result === undefined ? { type } : { type, result })}\n\n`;
    this.events.push({ id, text });
    for (const stream of this.streams) stream.send(text);
    return id;
  }

  finishAnchor(albumId: string): void {
    const album = this.album(albumId);
    Object.assign(album, { anchorUrl: `/media/${albumId}/anchor.png`, anchorImageId: this.id('image'), anchorJobId: null });
    this.publish('album_anchor_complete', { albumId, anchorUrl: album.anchorUrl });
  }

  beginShot(albumId: string, shotIndex: number): void {
    Object.assign(this.shot(albumId, String(shotIndex)), { status: 'generating' });
    this.publish('album_shot_generating', { albumId, shotIndex });
  }

  finishShot(albumId: string, shotIndex: number): void {
    const imageUrl = `/media/${albumId}/shot-${shotIndex}.png`;
    Object.assign(this.shot(albumId, String(shotIndex)), { status: 'complete', imageUrl, thumbUrl: `${imageUrl}?w=512`, imageId: this.id('image'), consistency: null, faceConsistency: null });
    this.publish('album_shot_complete', { albumId, shotIndex, imageUrl });
  }

  measureShot(albumId: string, shotIndex: number, consistency: number, faceConsistency: number | null = null): void {
    Object.assign(this.shot(albumId, String(shotIndex)), { consistency, faceConsistency, isOutlier: consistency < this.album(albumId).consistencyMark });
    this.publish('album_shot_measured', { albumId, shotIndex, consistency, faceConsistency });
  }

  failShot(albumId: string, shotIndex: number, error: string): void {
    Object.assign(this.shot(albumId, String(shotIndex)), { status: 'failed', error });
    this.publish('album_shot_failed', { albumId, shotIndex, error });
  }

  /** Ends every stream, as a lost network does. */
  cut(): void {
    for (const stream of [...this.streams]) stream.close();
  }

  count(route: string): number {
    return this.asked.filter(({ method, path }) => `${method} ${path}`.endsWith(route)).length;
  }

  fetch = async (input: unknown, init: RequestInit = {}): Promise<Response> => {
    const url = new URL(String(input), 'http://studio.test');
    const headers = new Headers(init.headers);
    const asked: Asked = { method: init.method ?? 'GET', path: url.pathname, headers, body: typeof init.body === 'string' ? JSON.parse(init.body) : undefined };
    this.asked.push(asked);
    if (this.isDown) throw new TypeError('fetch failed');
    if (url.pathname.endsWith('/events')) return this.stream(url, headers, init.signal ?? null);
    return this.answer(asked);
  };

  private answer(asked: Asked): Response {
    const json = (status: number, body: unknown) =>
      ({ status, ok: status < 300, headers: new Headers({ 'Content-Type': 'application/json', 'Albumen-Event-Id': String(this.position) }),
        json: async () => structuredClone(body) }) as unknown as Response;
    for (const [pattern, handle] of this.routes) {
      const match = pattern.exec(`${asked.method} ${asked.path}`);
      if (!match) continue;
      try {
        const body = handle(asked, match.slice(1));
        return body === undefined ? json(204, null) : json(asked.method === 'POST' ? 202 : 200, body);
      } catch (error) {
        if (error instanceof Failure) return json(error.status, { error: { code: error.code, message: error.message, field: null } });
        throw error;
      }
    }
    return json(404, { error: { code: 'not_found', message: 'no such route', field: null } });
  }

  private stream(url: URL, headers: Headers, signal: AbortSignal | null): Response {
    const known = headers.get('Authorization');
    if (known !== null && known !== `Bearer ${this.token}`) return { status: 401, ok: false, headers: new Headers() } as Response;
    if (url.searchParams.get('channel') !== `user:${this.userId}`) return { status: 404, ok: false, headers: new Headers() } as Response;
    const told = headers.get('Last-Event-ID') ?? url.searchParams.get('after');
    const after = told === null ? this.position : Number(told);
    const encoder = new TextEncoder();
    const streams = this.streams;
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        const send = (text: string) => controller.enqueue(encoder.encode(text));
        const stream = { send, close: () => streams.delete(stream) && controller.close() };
        streams.add(stream);
        signal?.addEventListener('abort', () => streams.delete(stream) && controller.error(new DOMException('aborted', 'AbortError')));
        if (after < this.keptFrom) return send(`retry: 1000\nid: ${this.position}\ndata: {"type":"resync"}\n\n`);
        send(`retry: 1000\nid: ${after}\n\n`);
        for (const event of this.events) if (event.id > after) send(event.text);
      },
    });
    return { status: 200, ok: true, headers: new Headers({ 'Content-Type': 'text/event-stream' }), body } as Response;
  }
}
