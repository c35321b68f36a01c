// A server with an armed fault, and one generation after the other from POST to picture, each judged by what is really there.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';

import { makeHome, startServer, type Home, type Server } from '../scenario/harness.ts';
import { isWhole, raw } from '../scenario/raw.ts';
import { ENDED } from './clients.ts';
import { Commander } from './commander.ts';
import { Follower } from './follower.ts';
import { rows } from './rows.ts';
import { Upstream } from './upstream.ts';

const HOUSE_MS = 1000;
const LATE_MS = 60_000; // a lost lease is 10 s, and some attempts may be needed

export type Backend = 'paid' | 'sketch';

interface Answer {
  status: number;
  text: string;
  json: any;
}

interface Made {
  /** Undefined: the connection was cut. */
  reply: Answer | undefined;
  prompt: string;
}

/** After what is due now. */
const soon = () => new Promise<boolean>((go) => setImmediate(go, false));

export class World {
  readonly commander: Commander;
  readonly follower = new Follower(() => {});
  readonly outcomes = new Map<string, number>();
  server!: Server;
  private readonly home: Home;
  private readonly upstream: Upstream;
  /** The process ends by design when this fails. */
  private readonly isDeadly: boolean;
  private round = 0;

  private constructor(home: Home, upstream: Upstream, isDeadly: boolean) {
    this.home = home;
    this.upstream = upstream;
    this.isDeadly = isDeadly;
    this.commander = new Commander(home);
  }

  static async open(isDeadly: boolean): Promise<World> {
    const world = new World(makeHome(), await Upstream.start(), isDeadly);
    await world.start();
    return world;
  }

  private async start(): Promise<void> {
    const config = `backends:
  paid:
    type: mock
    mode: http
    url: ${this.upstream.url}
    api_key: test-key
    poll_ms: 20
`;
    const { home, commander } = this;
    this.server = await startServer({ home, config, env: commander.env, expectedErrors: [/fail|I\/O|cannot/i] });
    this.follower.follow(this.server);
  }

  async close(): Promise<void> {
    expect(this.follower.wrong, 'events out of turn').toEqual([]);
    this.follower.close();
    await this.server.stop();
    await this.upstream.stop();
  }

  /** The picture helper is started when it is needed: let it be needed. */
  endHelpers(): void {
    const tasks = `/proc/${this.server.pid}/task`;
    for (const task of readdirSync(tasks)) {
      const children = existsSync(join(tasks, task)) ? readFileSync(join(tasks, task, 'children'), 'utf8') : '';
      for (const pid of children.split(' ').filter(Boolean)) process.kill(Number(pid), 'SIGKILL');
    }
  }

  /** On a connection of its own, so that each round makes the same calls. */
  private async submit(backend: Backend, words = ''): Promise<Made> {
    const { server } = this;
    const seed = ++this.round;
    const prompt = `round-${seed}-end${words}`;
    const body = JSON.stringify({ backend, request: { prompt, width: 32, height: 32, seed } });
    const head = [
      'POST /api/jobs HTTP/1.1',
      `Host: ${server.address}`,
      `Authorization: Bearer ${server.token}`,
      'Content-Type: application/json',
      `Content-Length: ${body.length}`,
    ].join('\r\n');
    const { status, text } = await raw(server.port, `${head}\r\n\r\n${body}`, { until: isWhole, waitMs: LATE_MS });
    if (!isWhole(text)) return { reply: undefined, prompt };
    return { reply: { status, text, json: JSON.parse(text.slice(text.indexOf('\r\n\r\n'))) }, prompt };
  }

  /** The state in which a job has ended, as the stream tells it, which is opened again when it was cut. */
  private async toldEnd(id: string): Promise<string> {
    const until = Date.now() + LATE_MS;
    const told = () =>
      this.follower.events.map(({ data }) => data.result).find((job) => job.jobId === id && ENDED.includes(job.status));
    while (!told()) {
      if (Date.now() > until) throw new Error(`the job ${id} has no end\n${this.server.stderr}`);
      await this.follower.until(() => told() !== undefined || Date.now() > until, this.server);
    }
    return told().status;
  }

  /** With all faults gone: the jobs are what was promised, and the picture is there or an error says why not. */
  private async judge({ reply, prompt }: Made): Promise<string> {
    const jobs = rows(this.home, `select id from job where payload like '%${prompt}%'`);
    if (reply?.status === 202) expect(jobs.map((job) => job.id), 'acknowledged').toEqual(reply.json.jobIds);
    else if (reply) this.checkRefusal(reply, jobs);
    if (jobs.length === 0) return reply ? 'refused' : 'cut';

    const status = await this.toldEnd(jobs[0].id);
    const job = await this.server.ok(200, 'GET', `/api/jobs/${jobs[0].id}`);
    expect(job.status, 'as the event said').toBe(status);
    if (status !== 'completed') expect(job.error, 'why it failed').toMatch(/\S{3}/);
    await this.checkPicture(job);
    const bought = [...this.upstream.bought()].filter(([what, times]) => what.startsWith(prompt) && times > 1);
    expect(bought, 'bought more than once').toEqual([]);
    return status;
  }

  private checkRefusal(reply: Answer, jobs: any[]): void {
    expect(reply.status, reply.text).toBeGreaterThanOrEqual(500);
    expect(reply.json.error.message, reply.text).toMatch(/\S{3}/);
    if (!/outcome is unknown/.test(reply.text)) expect(jobs, 'refused, and yet there').toEqual([]);
  }

  private async checkPicture(job: any): Promise<void> {
    const images = rows(this.home, `select key, sha256 from image where job_id = '${job.id}'`);
    expect(images, `pictures of a job that is ${job.status}`).toHaveLength(job.status === 'completed' ? 1 : 0);
    for (const image of images) {
      const bytes = readFileSync(join(this.home.folder, 'data/blobs', image.key));
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(image.sha256);
      expect((await this.server.api('GET', `/media/${image.key}`)).status).toBe(200);
    }
  }

  async generate(backend: Backend): Promise<string> {
    return await this.judge(await this.submit(backend));
  }

  /** What the house makes of a picture (its thumbnails) passes points, too, behind the end of the job; it may have to wait for a lease. */
  private async endOfHouseJobs(): Promise<void> {
    const query = "select count(*) as n from job where lane = 'system' and hold = 0 and state in ('queued', 'running')";
    for (const until = Date.now() + HOUSE_MS; !this.server.hasEnded && Date.now() < until; await soon()) {
      if (Number(rows(this.home, query)[0].n) === 0) return;
    }
  }

  /** A generation under a fault, which is lifted when `over` says so, or at the end; false when it was not met. */
  async under(spec: string, backend: Backend, words: string, over: () => boolean): Promise<boolean> {
    this.commander.set(spec);
    const died = this.server.ended().then(() => true);
    const made = this.submit(backend, words);
    const end = made.then(async ({ reply }) => {
      if (reply?.status === 202) await this.toldEnd(reply.json.jobIds[0]);
      return true;
    });
    end.catch(() => {}); // it is asked for again below
    for (let done = false; !done && !over(); ) done = await Promise.race([end, died, soon()]);
    await this.endOfHouseJobs();
    const met = this.commander.hits() > 0;
    this.commander.set('');
    if (!this.isDeadly) expect(this.server.hasEnded, `${spec} ended the server\n${this.server.stderr}`).toBe(false);
    if (this.isDeadly && met) {
      expect(await this.server.ended(), `${spec}\n${this.server.stderr}`).toBe('SIGABRT');
      await this.start();
    }
    const outcome = await this.judge(await made);
    this.outcomes.set(outcome, (this.outcomes.get(outcome) ?? 0) + 1);
    return met;
  }
}
