// One generation from POST to picture, again and again, each time with another call failing: nobody hears of success
// without it, nothing hangs, crashes or leaks, and the next one works.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { makeHome, startServer, type Home, type Server } from '../scenario/harness.ts';
import { isWhole, raw } from '../scenario/raw.ts';
import { ENDED } from './clients.ts';
import { Commander } from './commander.ts';
import { Follower } from './follower.ts';
import { rows } from './rows.ts';
import { Upstream } from './upstream.ts';

const POSTGRES = process.env.ALBUMEN_TEST_DATABASE === 'postgres';
const LATE_MS = 40_000; // a lost lease is 10 s, and some attempts may be needed

/** Passes of one generation are walked one by one up to so many, and in growing steps behind them. */
const ONE_BY_ONE = 40;

/** The process ends by design: what is on the disk is unknown, or memory is out. */
const DEADLY = new Set(POSTGRES ? ['memory'] : ['memory', 'db_committed']);

interface Walk {
  point: string;
  /** A paid picture passes most of them, a drawn one the rest. */
  backend: 'paid' | 'sketch';
  before?: () => void;
}

const walks = (backend: Walk['backend'], points: string[]): Walk[] => points.map((point) => ({ point, backend }));

const WALKS: Walk[] = [
  ...walks('paid', ['db_begin', 'db_step', 'db_commit', 'db_committed', 'net_accept', 'net_read', 'net_write']),
  ...walks('paid', ['fetch_connect', 'fetch_read', 'file_write']),
  ...walks('sketch', ['blob_write', 'blob_sync', 'blob_rename', 'blob_folder_sync', 'file_read', 'image_exchange', 'job_claim', 'job_claimed', 'memory']),
  { point: 'image_start', backend: 'sketch', before: endHelpers },
];

let home: Home;
let upstream: Upstream;
let server: Server;
let commander: Commander;
let follower: Follower;
let round = 0;
const outcomes = new Map<string, number>();

async function start(): Promise<void> {
  const config = `backends:
  paid:
    type: mock
    mode: http
    url: ${upstream.url}
    api_key: test-key
    poll_ms: 20
`;
  server = await startServer({ home, config, env: commander.env, expectedErrors: [/fail|I\/O|io|EIO/i] });
  follower.follow(server);
}

beforeAll(async () => {
  home = makeHome();
  upstream = await Upstream.start();
  commander = new Commander(home);
  follower = new Follower(() => {});
  await start();
  await generate('warm-up', 'paid');
});

afterAll(async () => {
  await server.stop();
  await upstream.stop();
});

/** The picture helper is started when it is needed: let it be needed. */
function endHelpers(): void {
  for (const task of readdirSync(`/proc/${server.pid}/task`)) {
    const children = readFileSync(`/proc/${server.pid}/task/${task}/children`, 'utf8');
    for (const pid of children.split(' ').filter(Boolean)) process.kill(Number(pid), 'SIGKILL');
  }
}

/** The last state that the stream told of a job; it is opened again when it was cut. */
async function toldEnd(id: string): Promise<string> {
  const until = Date.now() + LATE_MS;
  const told = () => follower.events.map(({ data }) => data.result).find((job) => job.jobId === id && ENDED.includes(job.status));
  while (!told()) {
    if (Date.now() > until) throw new Error(`the job ${id} has no end`);
    await follower.until(() => told() !== undefined || Date.now() > until, server);
  }
  return told().status;
}

/** What an honest refusal looks like. */
function checkRefusal(reply: Answer): void {
  expect(reply.status, reply.text).toBeGreaterThanOrEqual(500);
  expect(reply.json.error.message, reply.text).toMatch(/\S{3}/);
}

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

/** On a connection of its own, so that each round makes the same calls. */
async function submit(name: string, backend: string): Promise<Made> {
  const prompt = `${name} round-${++round}-end`;
  const body = JSON.stringify({ backend, request: { prompt, width: 32, height: 32, seed: round } });
  const head = `POST /api/jobs HTTP/1.1\r\nHost: ${server.address}\r\nAuthorization: Bearer ${server.token}\r\nContent-Type: application/json`;
  const { status, text } = await raw(server.port, `${head}\r\nContent-Length: ${body.length}\r\n\r\n${body}`, { until: isWhole, waitMs: LATE_MS });
  if (!isWhole(text)) return { reply: undefined, prompt };
  return { reply: { status, text, json: JSON.parse(text.slice(text.indexOf('\r\n\r\n'))) }, prompt };
}

/** With all faults gone: the jobs are what was promised, and the picture is there or an error says why not. */
async function judge({ reply, prompt }: Made): Promise<string> {
  const jobs = rows(home, `select id, state, error from job where payload like '%${prompt}%'`);
  if (reply?.status === 202) expect(jobs.map((job) => job.id), 'acknowledged').toEqual(reply.json.jobIds);
  else if (reply) checkRefusal(reply);
  if (reply && reply.status !== 202 && !/outcome is unknown/.test(reply.text)) expect(jobs, 'refused, and yet there').toEqual([]);
  if (jobs.length === 0) return reply ? 'refused' : 'cut';

  const status = await toldEnd(jobs[0].id);
  const job = await server.ok(200, 'GET', `/api/jobs/${jobs[0].id}`);
  expect(job.status, 'as the event said').toBe(status);
  const images = rows(home, `select id, key, sha256, size_bytes from image where job_id = '${job.id}'`);
  expect(images, `pictures of a job that is ${status}`).toHaveLength(status === 'completed' ? 1 : 0);
  if (status === 'completed') {
    const bytes = readFileSync(join(home.folder, 'data/blobs', images[0].key));
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(images[0].sha256);
    const media = await server.api('GET', `/media/${images[0].key}`);
    expect(media.status).toBe(200);
  } else {
    expect(job.error, 'why it failed').toMatch(/\S{3}/);
  }
  const bought = [...upstream.bought()].filter(([what]) => what.startsWith(prompt));
  expect(bought.map(([, times]) => times).filter((times) => times > 1), `purchases for '${prompt}'`).toEqual([]);
  return status;
}

async function generate(name: string, backend: string): Promise<string> {
  const made = await submit(name, backend);
  if (made.reply?.status === 202) await toldEnd(made.reply.json.jobIds[0]);
  return await judge(made);
}

/** One round with the n-th pass failing; false when it was not met. */
async function fail(point: string, pass: number, backend: string): Promise<boolean> {
  commander.set(`${point}:${pass}:fail`);
  const made = await submit(point, backend);
  let died = false;
  if (made.reply?.status === 202) {
    const end = toldEnd(made.reply.json.jobIds[0]).then(() => false);
    died = await Promise.race([end, server.ended().then(() => true)]);
    end.catch(() => {});
  }
  const met = commander.hits() > 0;
  commander.set('');
  if (died || (made.reply === undefined && DEADLY.has(point) && met)) {
    expect(DEADLY, `${point}:${pass} has ended the server\n${server.stderr}`).toContain(point);
    expect(await server.ended(), `${point}:${pass}\n${server.stderr}`).toBe('SIGABRT');
    await start();
  }
  const outcome = await judge(made);
  outcomes.set(`${point} ${outcome}`, (outcomes.get(`${point} ${outcome}`) ?? 0) + 1);
  return met;
}

test.each(WALKS)('a failing $point is told or mended', async ({ point, backend, before }) => {
  let met = 0;
  let pass = 1;
  for (let missed = 0; missed < 2; pass += pass < ONE_BY_ONE ? 1 : Math.ceil(pass / 8)) {
    before?.();
    if (await fail(point, pass, backend)) met++;
    else missed++;
  }
  expect(await generate(`after ${point}`, backend), 'the next one works').toBe('completed');
  expect(met, `failing passes of ${point}`).toBeGreaterThan(0);
  console.log(`${point}: ${met} failed; ${[...outcomes].filter(([key]) => key.startsWith(`${point} `)).map((pair) => pair.join(' ')).join(', ')}`);
  expect((await server.api('GET', '/readyz')).status).toBe(200);
  expect(follower.wrong, 'events out of turn').toEqual([]);
}, 600_000);
