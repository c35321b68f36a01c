// Clients that go on asking for pictures while their server is killed, and the book of what they were promised.
import { expect } from 'vitest';

import type { Reply, Server } from '../scenario/harness.ts';
import { freshPng, sha256 } from '../scenario/png.ts';
import type { Random } from './random.ts';

export const ENDED = ['completed', 'failed', 'cancelled'];

/** A request as it is sent, again and again until there is an answer. */
interface Ask {
  /** In its prompt and in no other. */
  tag: string;
  key: string | undefined;
  backend: string;
  count: number;
  body: object;
}

/** One acknowledged job. */
export interface Promised {
  id: string;
  ask: Ask;
  groupId: string | null;
  cancelAsked: boolean;
  /** As it was seen last; what has ended never changes. */
  status: string;
}

/** Opens while there is a server, and passes on that something has happened there. */
export class Gate {
  private server: Server | undefined;
  private over = false;
  private readonly opened: (() => void)[] = [];
  private readonly changed: (() => void)[] = [];
  private left = 0;
  private enough: () => void = () => {};

  open(server: Server): void {
    this.server = server;
    for (const go of this.opened.splice(0)) go();
  }

  close(): void {
    this.server = undefined;
    this.change();
  }

  /** No more work: the clients finish what they began. */
  end(): void {
    this.over = true;
    this.change();
  }

  get ended(): boolean {
    return this.over;
  }

  async up(): Promise<Server> {
    while (!this.server) await new Promise<void>((go) => this.opened.push(go));
    return this.server;
  }

  private change(): void {
    for (const go of this.changed.splice(0)) go();
  }

  /** An event has come. */
  heard(): void {
    this.change();
    if (--this.left === 0) this.enough();
  }

  /** Until so many more events have come. */
  async events(count: number): Promise<void> {
    this.left = count;
    await new Promise<void>((enough) => (this.enough = enough));
  }

  /** Until an event comes, or the server is gone. */
  async next(): Promise<void> {
    if (this.server && !this.over) await new Promise<void>((go) => this.changed.push(go));
  }
}

export class Clients {
  readonly promised = new Map<string, Promised>();
  /** Pictures that were sent and taken: id to SHA-256. */
  readonly uploaded = new Map<string, string>();
  /** Without an answer and without a key: nobody knows, but it is all or nothing. */
  readonly unanswered: Ask[] = [];
  replayed = 0;
  private readonly gate: Gate;
  private readonly random: Random;
  private readonly backends: string[];
  private readonly open: Promised[] = [];
  private tags = 0;

  constructor(gate: Gate, random: Random, backends: string[]) {
    this.gate = gate;
    this.random = random;
    this.backends = backends;
  }

  async run(count: number, openMax: number): Promise<void> {
    await Promise.all(Array.from({ length: count }, () => this.work(openMax)));
  }

  private async work(openMax: number): Promise<void> {
    while (!this.gate.ended) {
      const dice = this.random(100);
      if (this.open.length >= openMax || dice < 20) await this.look();
      else if (dice < 30) await this.cancel();
      else if (dice < 37) await this.upload();
      else await this.ask(dice);
    }
  }

  /** The answer; undefined when the server died before it came. */
  private async call(method: string, path: string, body?: object, key?: string): Promise<Reply | undefined> {
    const server = await this.gate.up();
    const headers: Record<string, string> = key ? { 'idempotency-key': key } : {};
    return await server.api(method, path, body, { headers }).catch(() => undefined);
  }

  /** Sent until it is taken; the same bytes are the same picture. */
  private async upload(): Promise<void> {
    const png = freshPng();
    for (;;) {
      const server = await this.gate.up();
      const headers = { authorization: `Bearer ${server.token}`, 'content-type': 'image/png' };
      const body = new Uint8Array(png);
      const reply = await fetch(`${server.url}/api/images`, { method: 'POST', headers, body }).catch(() => undefined);
      const image = await reply?.json().catch(() => undefined);
      if (image === undefined) continue;
      if (reply!.status >= 500) continue;
      expect([200, 201], JSON.stringify(image)).toContain(reply!.status);
      expect(image.sha256).toBe(sha256(png));
      this.uploaded.set(image.id, image.sha256);
      return;
    }
  }

  /** For a third of the drawn ones: a picture to go by. */
  private references(backend: string): string[] {
    const known = [...this.uploaded.keys()];
    return backend === 'sketch' && known.length > 0 && this.random(3) === 0 ? [known[this.random(known.length)]!] : [];
  }

  private makeAsk(dice: number): Ask {
    const tag = `tag-${this.tags++}-end`;
    const backend = this.backends[this.random(this.backends.length)]!;
    const count = dice < 52 ? 2 + this.random(3) : 1;
    const prompt = backend === 'sketch' ? `a lamp ${tag}` : `${tag} slow:${this.random(150)}ms`;
    const references = this.references(backend);
    const body = { backend, count, request: { prompt, width: 64, height: 64, ...(references.length > 0 ? { references } : {}) } };
    return { tag, backend, count, body, key: dice < 90 ? `key-${tag}` : undefined };
  }

  private async ask(dice: number): Promise<void> {
    const ask = this.makeAsk(dice);
    let reply = await this.call('POST', '/api/jobs', ask.body, ask.key);
    while (reply?.status !== 202) {
      // What an armed fault point makes of a request on a server that is about to die is an honest 5xx.
      if (reply) expect(reply.status, reply.text).toBeGreaterThanOrEqual(500);
      if (!ask.key) {
        this.unanswered.push(ask);
        return;
      }
      reply = await this.call('POST', '/api/jobs', ask.body, ask.key);
    }
    if (reply.headers.get('idempotent-replay') === 'true') this.replayed++;
    this.note(ask, reply.json);
  }

  private note(ask: Ask, answer: { jobIds: string[]; groupId: string | null }): void {
    expect(answer.jobIds, `jobs of ${ask.tag}`).toHaveLength(ask.count);
    for (const id of answer.jobIds) {
      const job = { id, ask, groupId: answer.groupId, cancelAsked: false, status: 'queued' };
      expect(this.promised.has(id), `the id ${id} was given twice`).toBe(false);
      this.promised.set(id, job);
      this.open.push(job);
    }
  }

  private async cancel(): Promise<void> {
    const job = this.open[this.random(this.open.length || 1)];
    if (!job) return await this.look();
    job.cancelAsked = true; // also when the answer is lost: it may be done
    await this.call('POST', `/api/jobs/${job.id}/cancel`);
  }

  /** Looks at the job that waits longest. */
  private async look(): Promise<void> {
    const job = this.open.shift();
    if (!job) return await this.ask(50);
    const reply = await this.call('GET', `/api/jobs/${job.id}`);
    if (reply && reply.status < 500) {
      expect(reply.status, `the job ${job.id} was promised: ${reply.text}`).toBe(200);
      job.status = reply.json.status;
    }
    if (ENDED.includes(job.status)) return;
    this.open.push(job);
    await this.gate.next();
  }
}
