// What must hold when the dust has settled: of every promise, row, file, number and purchase.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';

import { BINARY, type Home, type Server } from '../scenario/harness.ts';
import { ENDED, type Clients } from './clients.ts';
import type { Follower } from './follower.ts';
import { checkIntegrity, rows } from './rows.ts';
import { nameOf, type Upstream } from './upstream.ts';

const DRAIN_MS = 90_000; // leases of dead workers run out after 10 s, one after the other

const THUMB_SIZE = 256;
const SWEEP_MS = 20_000;

/** Reasons for which a job may end without its picture: it was in the hands of a process that was killed. */
const LAWFUL_FAILURES = ['outcome_unknown', 'internal'];

export interface World {
  home: Home;
  server: Server;
  clients: Clients;
  upstream: Upstream;
  follower: Follower;
  /** Another server works on the same database and store. */
  shared: boolean;
}

/** Until no job is open any more, those included that follow from others and that no client sees. */
export async function drain(home: Home): Promise<void> {
  const until = Date.now() + DRAIN_MS;
  for (;;) {
    const open = rows(home, `select id, kind, lane, state, attempt from job where state in ('queued', 'running')`);
    if (open.length === 0) return;
    if (Date.now() > until) throw new Error(`still open: ${JSON.stringify(open)}`);
    await new Promise(setImmediate);
  }
}

function checkJobs({ clients }: World, jobs: any[]): void {
  const byId = new Map(jobs.map((job) => [job.id, job]));
  for (const promised of clients.promised.values()) {
    const job = byId.get(promised.id);
    expect(job, `the acknowledged job ${promised.id} is gone`).toBeDefined();
    expect(ENDED, `job ${job.id} after the drain`).toContain(job.state);
    if (ENDED.includes(promised.status)) expect(job.state, `job ${job.id} was ${promised.status}`).toBe(promised.status);
    if (job.state === 'cancelled') expect(promised.cancelAsked, `job ${job.id} was cancelled by nobody`).toBe(true);
    if (job.state === 'failed') expect(LAWFUL_FAILURES, `job ${job.id}: ${job.error}`).toContain(job.error_code);
  }
  // Each request was done once: answered, sent again, or never answered.
  const made = new Map<string, number>();
  for (const job of jobs) {
    const tag = /tag-\d+-end/.exec(job.payload)![0];
    made.set(tag, (made.get(tag) ?? 0) + 1);
  }
  const asks = new Set([...clients.promised.values()].map((job) => job.ask));
  for (const ask of asks) expect(made.get(ask.tag), `jobs of ${ask.tag}`).toBe(ask.count);
  for (const ask of clients.unanswered) expect([0, ask.count], `jobs of ${ask.tag}`).toContain(made.get(ask.tag) ?? 0);
}

function checkImages({ home }: World, jobs: any[], images: any[], unmade: Set<string>): void {
  const ofJob = new Map<string, any[]>();
  for (const image of images) {
    const bytes = readFileSync(join(home.folder, 'data/blobs', image.key));
    expect(bytes.length, image.key).toBe(image.size_bytes);
    expect(createHash('sha256').update(bytes).digest('hex'), image.key).toBe(image.sha256);
    ofJob.set(image.job_id, [...(ofJob.get(image.job_id) ?? []), image]);
    if (unmade.has(image.id)) continue;
    expect(image.thumb_size, `the small version of ${image.key}`).toBe(THUMB_SIZE);
    expect(existsSync(join(home.folder, 'data/blobs', `${image.key}.${THUMB_SIZE}.webp`)), `the small version of ${image.key}`).toBe(true);
  }
  for (const job of jobs) {
    const own = (ofJob.get(job.id) ?? []).map((image) => image.id);
    expect(own.length, `pictures of the ${job.state} job ${job.id}`).toBe(job.state === 'completed' ? 1 : 0);
    if (job.state === 'completed') expect(JSON.parse(job.result).imageIds).toEqual(own);
  }
}

/** What was sent and taken is there; what was sent without an answer may be. */
function checkUploads({ clients }: World, images: any[]): void {
  const byId = new Map(images.map((image) => [image.id, image]));
  for (const [id, hash] of clients.uploaded) expect(byId.get(id)?.sha256, `the uploaded picture ${id}`).toBe(hash);
  const hashes = images.filter((image) => image.job_id === null).map((image) => image.sha256);
  expect(new Set(hashes).size, 'uploads that are there twice').toBe(hashes.length);
}

function checkGroups({ clients }: World, jobs: any[], groups: any[]): void {
  for (const group of groups) {
    const members = jobs.filter((job) => job.group_id === group.id);
    const of = (state: string) => members.filter((job) => job.state === state).length;
    expect(group, `group ${group.id}`).toMatchObject({
      total: members.length,
      open: 0,
      completed: of('completed'),
      failed: of('failed'),
      cancelled: of('cancelled'),
    });
    expect(group.settled_at, `group ${group.id} has settled`).not.toBeNull();
  }
  const known = new Set(groups.map((group) => group.id));
  for (const job of clients.promised.values()) if (job.groupId) expect(known.has(job.groupId)).toBe(true);
}

/** Each picture was paid once at most: its prompt and seed together are its own. */
function checkPurchases({ upstream }: World, jobs: any[]): number {
  const bought = upstream.bought();
  const twice = [...bought].filter(([, times]) => times > 1);
  expect(twice, 'bought more than once').toEqual([]);
  for (const job of jobs) {
    const { backend, request } = JSON.parse(job.payload);
    const times = bought.get(nameOf(request)) ?? 0;
    if (backend !== 'sketch' && job.state === 'completed') expect(times, `purchases for job ${job.id}`).toBe(1);
  }
  return bought.size;
}

/** Every job that ended with a picture or without one is counted once, and what was spent is what the ledger says. */
function checkUsage(home: Home, jobs: any[], spent: number): void {
  const assumed = new Set(rows(home, `select job_id from ledger where outcome = 'assumed'`).map((entry) => entry.job_id));
  const completed = jobs.filter((job) => job.state === 'completed').length;
  const failed = jobs.filter((job) => job.state === 'failed' || assumed.has(job.id)).length;
  const want = { jobs: completed + failed, failed, pictures: completed, spent };
  const sums = Object.keys(want).map((name) => `cast(coalesce(sum(${name}), 0) as bigint) as ${name}`).join(', ');
  for (const part of [`user_id = ''`, `user_id <> '' and backend <> ''`, `user_id <> '' and backend = ''`])
    expect(rows(home, `select ${sums} from usage_tally where ${part}`), `the usage where ${part}`).toEqual([want]);
}

/**
 * What the ledger says was spent is what is on the bill, to the cent, wherever an answer has come. What ended without one
 * is taken for paid: then the bill may be less, never more.
 */
function checkLedger({ home, upstream }: World, jobs: any[]): object {
  const bills = upstream.billed();
  const entries = rows(home, 'select job_id, user_id, outcome, reserved, spent from ledger');
  const ofJob = new Map(entries.map((entry) => [entry.job_id, entry]));
  expect(ofJob.size, 'entries, one a job').toBe(entries.length);
  const sums = { billed: 0, spent: 0, assumed: 0 };
  for (const job of jobs) {
    const { backend, request } = JSON.parse(job.payload);
    const entry = ofJob.get(job.id);
    expect(entry !== undefined, `${backend} is in the ledger`).toBe(backend !== 'sketch');
    if (!entry) continue;
    const bill = bills.get(nameOf(request)) ?? 0;
    const hasId = backend === 'given' && job.remote !== null && JSON.parse(job.remote).remote !== undefined && JSON.parse(job.remote).remote !== null;
    const what = `the ${entry.outcome} entry of the ${job.state} job ${job.id} (${backend}: ${job.remote})`;
    expect(['spent', 'refunded', 'assumed'], what).toContain(entry.outcome);
    if (job.state === 'completed') expect(entry.outcome, what).toBe('spent');
    if (entry.outcome === 'assumed' && !hasId) expect(entry.spent, what).toBeGreaterThanOrEqual(bill);
    else expect(entry.spent, what).toBe(bill);
    sums.billed += bill;
    sums.spent += entry.spent;
    sums.assumed += entry.outcome === 'assumed' ? entry.spent - bill : 0;
  }
  expect(sums.billed, 'all that is on the bill').toBe([...bills.values()].reduce((sum, one) => sum + one, 0));
  expect(sums.spent - sums.assumed, 'spent, but for what is only assumed').toBe(sums.billed);
  expect(rows(home, 'select user_id from spending where reserved <> 0'), 'held back for nothing').toEqual([]);
  checkUsage(home, jobs, sums.spent);
  return sums;
}

function checkToldOnce(what: string, told: Map<string, number>, happened: string[]): void {
  expect(happened.filter((one) => told.get(one) !== 1), `${what} that the reader heard of not once`).toEqual([]);
  expect([...told.keys()].filter((one) => !happened.includes(one)), `${what} that never were`).toEqual([]);
}

async function checkEvents({ home, follower }: World, jobs: any[], images: any[]): Promise<number> {
  const [channel] = rows(home, `select name, last_number from channel where name like 'user:%'`);
  const [kept] = rows(home, `select count(*) as kept, min(number) as least, max(number) as most from event where channel = '${channel.name}'`);
  expect(kept.most, 'the newest event').toBe(channel.last_number);
  expect(kept.kept, 'events without a gap').toBe(kept.most - kept.least + 1);

  await follower.reach(channel.last_number);
  expect(follower.wrong, 'numbers that the reader saw out of turn').toEqual([]);
  const told = (type: string, id: (result: any) => string) => {
    const times = new Map<string, number>();
    for (const { data } of follower.events)
      if (data.type === type && id(data.result)) times.set(id(data.result), (times.get(id(data.result)) ?? 0) + 1);
    return times;
  };
  const asked = new Set(jobs.map((job) => job.id));
  const ends = told('job', (job) => (asked.has(job.jobId) && ENDED.includes(job.status) ? `${job.jobId} ${job.status}` : ''));
  checkToldOnce('ends of jobs', ends, jobs.map((job) => `${job.id} ${job.state}`));
  checkToldOnce('pictures', told('image_added', ({ image }) => image.id), images.map((image) => image.id));
  return channel.last_number;
}

/** Files that no row knows of; thumbnails stand beside their pictures, and .albumen is the store's own. */
export function orphans(home: Home, images: any[]): string[] {
  const folder = join(home.folder, 'data/blobs');
  const known = new Set([...images.map((image) => image.key), '.albumen']); // and the store's own mark
  const files = (readdirSync(folder, { recursive: true }) as string[]).filter((name) => statSync(join(folder, name)).isFile());
  return files.filter((name) => name !== '.albumen' && !known.has(name) && !known.has(name.replace(/\.\d+\.webp$/, '')));
}

/** After the sweep there are none, save where others may be about to write their rows. */
async function swept(home: Home, images: any[], shared: boolean): Promise<number> {
  const until = Date.now() + SWEEP_MS;
  let left = orphans(home, images);
  while (!shared && left.length > 0 && Date.now() < until) {
    await new Promise(setImmediate);
    left = orphans(home, images);
  }
  if (!shared) expect(left, 'files that belong to no picture').toEqual([]);
  return left.length;
}

/** Helpers of servers that were killed, which should have gone with them. */
function helpersLeft(home: Home, server: Server): number {
  const theirs = (pid: string) => {
    try {
      const parent = /^PPid:\t(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1];
      return readlinkSync(`/proc/${pid}/exe`) === `${BINARY}-image` && readlinkSync(`/proc/${pid}/cwd`) === home.folder && Number(parent) !== server.pid;
    } catch {
      return false; // gone meanwhile, or not ours to look at
    }
  };
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name) && theirs(name)).length;
}

/** Fails on what does not hold; gives figures to tell. */
export async function checkAftermath(world: World): Promise<object> {
  const { home, server, clients } = world;
  checkIntegrity(home);
  const all = rows(home, 'select id, kind, group_id, state, remote, payload, result, error_code, error from job');
  const jobs = all.filter((job) => job.kind === 'generate');
  // A small version whose maker was killed too often is left out: the original stands in for it.
  const given = all.filter((job) => job.kind === 'thumbnail' && /^given up/.test(job.error ?? ''));
  const unmade = new Set<string>(given.map((job) => JSON.parse(job.payload).image_id));
  expect(all.filter((job) => job.kind !== 'generate' && job.state !== 'completed' && !given.includes(job)), 'what follows').toEqual([]);
  const images = rows(home, 'select id, job_id, key, size_bytes, sha256, thumb_size from image');
  const groups = rows(home, 'select id, total, open, completed, failed, cancelled, settled_at from job_group');
  checkJobs(world, jobs);
  checkImages(world, jobs, images, unmade);
  checkUploads(world, images);
  checkGroups(world, jobs, groups);
  const purchases = checkPurchases(world, jobs);
  const money = checkLedger(world, jobs);
  const events = await checkEvents(world, jobs, images);
  const of = (state: string) => jobs.filter((job) => job.state === state).length;
  expect(of('completed'), 'jobs that were completed').toBeGreaterThan(0);
  expect(helpersLeft(home, server), 'picture helpers whose server is dead').toBe(0);
  return {
    acknowledged: clients.promised.size,
    completed: of('completed'),
    failed: of('failed'),
    ofUnknownOutcome: jobs.filter((job) => job.error_code === 'outcome_unknown').length,
    thumbnailsGivenUp: given.length,
    cancelled: of('cancelled'),
    uploaded: clients.uploaded.size,
    unanswered: clients.unanswered.length,
    replayed: clients.replayed,
    groups: groups.length,
    purchases,
    ...money,
    events,
    orphans: await swept(home, images, world.shared),
  };
}
