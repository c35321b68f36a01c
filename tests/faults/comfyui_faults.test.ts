// A ComfyUI that misbehaves: every job comes to an end that says why, and none is made twice.
import { expect, test } from 'vitest';

import { makeHome, startServer } from '../scenario/harness.ts';
import { openStream } from '../scenario/sse.ts';
import { BadUpstream } from './bad_upstream.ts';
import { ENDED } from './clients.ts';
import { makeRandom } from './random.ts';
import { rows } from './rows.ts';
import { Upstream } from './upstream.ts';

const SEED = Number(process.env.ALBUMEN_TEST_SEED ?? Date.now() % 1_000_000);
const JOBS = Number(process.env.ALBUMEN_TEST_FAULTY_JOBS ?? 20);
const PERCENT = 30;
const END_MS = 270_000;

const configOf = (url: string) => `backends:
  gpu:
    type: comfyui
    base_url: ${url}
    model: model.safetensors
    default_width: 32
    default_height: 32
    poll_ms: 50
    concurrency: 8
    timeout_ms: 3000
`;

test(`every job comes to an end with ${PERCENT} % of faults, and none is made twice`, async () => {
  const upstream = await Upstream.start([], 'comfyui_upstream.py');
  const bad = await BadUpstream.start(upstream, makeRandom(SEED));
  bad.percent = PERCENT;
  const home = makeHome();
  const server = await startServer({ home, config: configOf(bad.url) });
  const stream = await openStream(server.port, { token: server.token });
  const ended = new Set<string>();
  const ids: string[] = [];
  for (let i = 0; i < JOBS; i++)
    ids.push((await server.ok(202, 'POST', '/api/jobs', { backend: 'gpu', request: { prompt: `picture ${i}`, seed: i } })).jobIds[0]);
  const note = () => {
    for (const { data } of stream.events.splice(0)) if (data.type === 'job' && ENDED.includes(data.result.status)) ended.add(data.result.jobId);
  };
  await stream.until(() => (note(), ids.every((id) => ended.has(id))), END_MS);
  expect(ids.filter((id) => !ended.has(id)), `jobs without an end, seed ${SEED}`).toEqual([]);

  const jobs = rows(home, `select state, error_code, error from job where kind = 'generate'`);
  expect(jobs.filter((job) => job.state === 'failed' && !/\S{3}/.test(job.error ?? '')), 'failures that do not say why').toEqual([]);
  const made: any[] = await (await fetch(`${upstream.url}/jobs`)).json();
  const times = new Map<string, number>();
  for (const { text } of made) times.set(text, (times.get(text) ?? 0) + 1);
  expect([...times].filter(([, count]) => count > 1), `made twice, seed ${SEED}`).toEqual([]);
  const completed = jobs.filter((job) => job.state === 'completed').length;
  expect(completed, 'completed in spite of all').toBeGreaterThan(JOBS / 3);
  console.log(`seed ${SEED}: ${completed} of ${JOBS} completed, ${made.length} made, ${[...bad.met.values()].reduce((sum, count) => sum + count, 0)} faults of ${bad.met.size} kinds`);
  stream.close();
  await server.stop();
  await bad.stop();
  await upstream.stop();
}, 300_000);
