// A provider that misbehaves: every job comes to an end, little is sent twice and nothing bought twice, and one that is down
// is left alone until it is back.
import { afterEach, beforeEach, expect, test } from 'vitest';

import { makeHome, startServer, type Home, type Server } from '../scenario/harness.ts';
import { openStream, type EventStream } from '../scenario/sse.ts';
import { BadUpstream, FAULTS } from './bad_upstream.ts';
import { ENDED } from './clients.ts';
import { makeRandom } from './random.ts';
import { rows } from './rows.ts';
import { Upstream } from './upstream.ts';

const SEED = Number(process.env.ALBUMEN_TEST_SEED ?? Date.now() % 1_000_000);
/** For each way in which a call that was cut off is found again. */
const JOBS = Number(process.env.ALBUMEN_TEST_FAULTY_JOBS ?? 45);
const JOBS_BEFORE = 10;
const PERCENT = 30;
const TRAFFIC_MAX = 1.5; // times what a provider sees that behaves
const REMOTES = ['given', 'own', 'none'];
const CONCURRENCY = 8;
const END_MS = 270_000;

const configOf = (url: string) =>
  `backends:\n${REMOTES.map(
    (remote) => `  ${remote}:
    type: mock
    mode: http
    remote: ${remote}
    url: ${url}
    api_key: test-key
    poll_ms: 50
    concurrency: ${CONCURRENCY}
    timeout_ms: 3000
`,
  ).join('')}`;

let home: Home;
let upstream: Upstream;
let bad: BadUpstream;
let server: Server;
let stream: EventStream;
const ends = new Map<string, any>();

beforeEach(async () => {
  home = makeHome();
  upstream = await Upstream.start();
  bad = await BadUpstream.start(upstream, makeRandom(SEED));
  server = await startServer({ home, config: configOf(bad.url) });
  stream = await openStream(server.port, { token: server.token });
  ends.clear();
});

afterEach(async () => {
  stream.close();
  await server.stop();
  await bad.stop();
  await upstream.stop();
});

async function submit(count: number, backends: string[]): Promise<string[]> {
  const ids: string[] = [];
  for (let i = 0; i < count; i++) {
    for (const backend of backends) {
      const body = { backend, request: { prompt: `picture ${i} of ${backend}`, width: 32, height: 32 } };
      ids.push((await server.ok(202, 'POST', '/api/jobs', body)).jobIds[0]);
    }
  }
  return ids;
}

function noteEnds(): void {
  for (const { data } of stream.events.splice(0))
    if (data.type === 'job' && ENDED.includes(data.result.status)) ends.set(data.result.jobId, data.result);
}

/** Fails with those that have no end. */
async function allEnd(ids: string[]): Promise<void> {
  await stream.until(() => (noteEnds(), ids.every((id) => ends.has(id))), END_MS);
  expect(ids.filter((id) => !ends.has(id)), `jobs without an end, seed ${SEED}`).toEqual([]);
}

function checkPurchases(): void {
  expect([...upstream.bought()].filter(([, times]) => times > 1), 'bought more than once').toEqual([]);
}

function tell(ids: string[], traffic: number, jobs: any[]): void {
  const lanes = REMOTES.map((lane) => {
    const ends = jobs.filter((job) => job.lane === lane).map((job) => job.error_code ?? job.state);
    const counts = [...new Set(ends)].sort().map((end) => `${ends.filter((one) => one === end).length} ${end}`);
    return `${lane}: ${counts.join(', ')}`;
  });
  const faults = [...bad.met.values()].reduce((sum, count) => sum + count, 0);
  console.log(`seed ${SEED}: ${ids.length} jobs met ${faults} faults of ${bad.met.size} kinds, traffic ${traffic.toFixed(2)}; ${lanes.join('; ')}`);
}

test(`every job comes to an end with ${PERCENT} % of ${FAULTS.length} kinds of faults`, async () => {
  await allEnd(await submit(JOBS_BEFORE, REMOTES));
  const usual = bad.takeTotal() / (JOBS_BEFORE * REMOTES.length);
  bad.percent = PERCENT;
  const ids = await submit(JOBS, REMOTES);
  await allEnd(ids);
  const traffic = bad.takeTotal() / ids.length / usual;

  const jobs = rows(home, `select id, lane, state, error_code, error from job where kind = 'generate'`);
  tell(ids, traffic, jobs.filter((job) => ids.includes(job.id)));
  expect(jobs.filter((job) => job.state === 'failed' && !/\S{3}/.test(job.error ?? '')), 'failures that do not say why').toEqual([]);
  expect(jobs.filter((job) => job.error_code === 'too_large'), 'answers without end are no answers').toEqual([]);
  checkPurchases();
  expect(bad.early, 'requests that came again before it was time').toEqual([]);
  expect(FAULTS.map((fault) => fault.name).filter((name) => !bad.met.has(name)), 'kinds that were not met').toEqual([]);
  expect(traffic, 'requests for each job, by those to a provider that behaves').toBeLessThanOrEqual(TRAFFIC_MAX);
}, 300_000);

test('a provider that is down is left alone, and used again when it is back', async () => {
  const health = async (name: string) => {
    const { backends } = await server.ok(200, 'GET', '/api/backends');
    return backends.find((one: any) => one.name === name).health;
  };
  bad.isDown = true;
  const ids = await submit(4 * CONCURRENCY, ['own']);
  for (let state = 'closed'; state !== 'open'; ) state = (await health('own')).state;
  // Those that were on their way when it opened, and one now and then to look.
  const reached = bad.takeTotal();
  expect(reached, 'requests until it was left alone').toBeLessThanOrEqual(3 * CONCURRENCY);
  await stream.until(() => bad.requests.size > 0, END_MS);
  expect((await health('own')).state, 'after a look').toMatch(/open/);
  bad.isDown = false;
  const seen = bad.takeTotal();
  await allEnd(ids);
  expect(new Set([...ends.values()].map((job) => job.status)), 'ends').toEqual(new Set(['completed']));
  expect((await health('own')).state).toBe('closed');
  expect(seen, 'requests while it was known to be down').toBeLessThanOrEqual(2);
  checkPurchases();
  console.log(`${ids.length} jobs: ${reached} requests until it was left alone, ${seen} to look`);
}, 300_000);
