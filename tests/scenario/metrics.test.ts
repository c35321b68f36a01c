// /metrics: read by a parser that takes nothing but what Prometheus specifies, and compared with what has happened.
import { expect, test } from 'vitest';

import { startServer, type Server } from './harness.ts';

interface Family {
  type: string;
  help: string;
  samples: { name: string; labels: Record<string, string>; value: number }[];
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const LABEL = `[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\\\n]|\\\\["\\\\n])*"`;
const SAMPLE = new RegExp(`^(${NAME})(?:\\{(${LABEL}(?:,${LABEL})*)?\\})? ([-+0-9.e]+|\\+Inf|NaN)$`);
const SUFFIXES: Record<string, string[]> = {
  counter: [''],
  gauge: [''],
  summary: ['', '_sum', '_count'],
  histogram: ['_bucket', '_sum', '_count'],
};

function readLabels(text: string | undefined): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const [, name, value] of (text ?? '').matchAll(/([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g)) {
    expect(labels[name!], `label ${name} twice in ${text}`).toBeUndefined();
    labels[name!] = value!.replace(/\\(.)/g, (_, c) => (c === 'n' ? '\n' : c));
  }
  return labels;
}

/** The text format, version 0.0.4: every family once, in one piece, with its head before its samples. */
function parse(text: string): Map<string, Family> {
  const families = new Map<string, Family>();
  let current: [string, Family] | undefined;
  let help: [string, string] | undefined;
  expect(text.endsWith('\n')).toBe(true);
  for (const line of text.slice(0, -1).split('\n')) {
    const head = new RegExp(`^# (HELP|TYPE) (${NAME}) (.+)$`).exec(line);
    if (head?.[1] === 'HELP') {
      help = [head[2]!, head[3]!];
      continue;
    }
    if (head) {
      expect(help?.[0], line).toBe(head[2]);
      expect(families.has(head[2]!), `${head[2]} begins twice`).toBe(false);
      expect(Object.keys(SUFFIXES), line).toContain(head[3]);
      current = [head[2]!, { type: head[3]!, help: help![1], samples: [] }];
      families.set(...current);
      continue;
    }
    const sample = SAMPLE.exec(line);
    expect(sample, `no sample: ${line}`).not.toBeNull();
    const [, name, labels, value] = sample!;
    const [family, { type, samples }] = current!;
    expect(SUFFIXES[type]!.map((suffix) => family + suffix), `${line} below ${family}`).toContain(name);
    samples.push({ name: name!, labels: readLabels(labels), value: value === '+Inf' ? Infinity : Number(value) });
  }
  return families;
}

function checkConventions(families: Map<string, Family>): void {
  for (const [name, { type, samples, help }] of families) {
    expect(name).toMatch(/^albumen_[a-z][a-z0-9_]*$/);
    expect(help.length).toBeGreaterThan(5);
    expect(name.endsWith('_total'), `${name} is a ${type}`).toBe(type === 'counter');
    expect(name, 'base units: seconds, bytes, dollars').not.toMatch(/_(ms|milliseconds|us|kb|mb|micros|minutes|cents)(_|$)/);
    const keys = samples.map((one) => one.name + JSON.stringify(one.labels));
    expect(new Set(keys).size, `${name} has a sample twice`).toBe(keys.length);
    for (const { value } of samples) expect(value, name).toBeGreaterThanOrEqual(0);
    if (type === 'histogram') checkHistogram(name, samples);
  }
}

function checkHistogram(name: string, samples: Family['samples']): void {
  const series = new Map<string, Family['samples']>();
  for (const sample of samples) {
    const { le, ...rest } = sample.labels;
    expect(le !== undefined, `${sample.name}`).toBe(sample.name.endsWith('_bucket'));
    const key = JSON.stringify(rest);
    series.set(key, [...(series.get(key) ?? []), sample]);
  }
  for (const [key, all] of series) {
    const buckets = all.filter((one) => one.name === `${name}_bucket`);
    const bounds = buckets.map(({ labels }) => (labels.le === '+Inf' ? Infinity : Number(labels.le)));
    expect(bounds, key).toEqual([...bounds].sort((a, b) => a - b));
    expect(bounds.at(-1), key).toBe(Infinity);
    buckets.reduce((before, { value }) => (expect(value, key).toBeGreaterThanOrEqual(before), value), 0);
    expect(all.filter((one) => one.name === `${name}_count`).map(({ value }) => value), key).toEqual([buckets.at(-1)!.value]);
    expect(all.filter((one) => one.name === `${name}_sum`), key).toHaveLength(1);
  }
}

async function metrics(server: Server): Promise<(name: string, labels?: Record<string, string>) => number | undefined> {
  const reply = await server.api('GET', '/metrics', undefined, { token: null });
  expect([reply.status, reply.headers.get('content-type')]).toEqual([200, 'text/plain; version=0.0.4']);
  const families = parse(reply.text);
  checkConventions(families);
  return (name, labels = {}) => {
    const all = [...families.values()].flatMap(({ samples }) => samples);
    return all.find((one) => one.name === name && Object.entries(labels).every(([key, value]) => one.labels[key] === value))?.value;
  };
}

async function run(server: Server, prompt: string): Promise<string> {
  const { jobIds } = await server.ok(202, 'POST', '/api/jobs', { backend: 'fake', request: { prompt } });
  for (const end = Date.now() + 20_000; ; ) {
    const { status } = await server.ok(200, 'GET', `/api/jobs/${jobIds[0]}`);
    if (status === 'completed' || status === 'failed') return status;
    if (Date.now() > end) throw new Error('too late');
  }
}

const CONFIG = 'backends:\n  fake:\n    type: mock\n    price: per_image\n    price_micros: 40000\n';

test('everything that an operator watches is there, in the format and with the names of Prometheus', async () => {
  const server = await startServer({ config: CONFIG });
  expect(await run(server, 'a fox')).toBe('completed');
  expect(await run(server, 'slow:60ms')).toBe('completed');
  expect(await run(server, 'refuse')).toBe('failed');
  await server.ok(200, 'POST', '/api/queue/pause', { lane: 'fake' });
  for (let i = 0; i < 3; i++) await server.ok(202, 'POST', '/api/jobs', { backend: 'fake', request: { prompt: 'a fox' } });
  const value = await metrics(server);
  const fake = { backend: 'fake' };
  const lane = { lane: 'fake' };
  expect(value('albumen_queue_waiting', lane)).toBe(3);
  expect(value('albumen_queue_running', lane)).toBe(0);
  expect(value('albumen_queue_paused', lane)).toBe(1);
  expect(value('albumen_queue_waiting', { lane: 'system' })).toBeDefined();
  expect(value('albumen_job_wait_seconds_count', lane)).toBe(3);
  expect(value('albumen_job_ends_total', { ...lane, end: 'completed' })).toBe(2);
  expect(value('albumen_job_ends_total', { ...lane, end: 'failed' })).toBe(1);
  expect(value('albumen_provider_seconds_count', fake)).toBe(3);
  expect(value('albumen_provider_seconds_sum', fake)).toBeGreaterThan(0.06);
  expect(value('albumen_provider_seconds_bucket', { ...fake, le: '0.05' })).toBeLessThan(3);
  expect(value('albumen_provider_errors_total', { ...fake, code: 'refused' })).toBe(1);
  expect(value('albumen_provider_resting', fake)).toBe(0);
  expect(value('albumen_spent_dollars', { period: 'day' })).toBe(0.08);
  expect(value('albumen_spent_dollars', { period: 'month' })).toBe(0.08);
  expect(value('albumen_reserved_dollars')).toBe(0.12);
  expect(value('albumen_made_pictures', fake)).toBe(2);
  expect(value('albumen_made_jobs_failed', fake)).toBe(1);
  expect(value('albumen_made_work_seconds', fake)).toBeGreaterThanOrEqual(0.06);
  expect(value('albumen_disk_free_bytes')).toBeGreaterThan(0);
  expect(value('albumen_http_responses_total', { class: '2xx' })).toBeGreaterThan(5);
  expect(value('albumen_http_request_seconds_count', { method: 'POST', path: '/api/jobs' })).toBe(6);
});

test('pictures and stored bytes are told from sums that are kept', async () => {
  let server = await startServer({ config: CONFIG });
  await run(server, 'a fox');
  await run(server, 'another fox');
  const [image] = (await server.ok(200, 'GET', '/api/images')).images;
  for (const end = Date.now() + 20_000; (await metrics(server))('albumen_pictures') !== 2; ) {
    if (Date.now() > end) throw new Error('the catalogue is late');
  }
  await server.ok(204, 'DELETE', `/api/images/${image.id}`);
  for (const end = Date.now() + 20_000; (await metrics(server))('albumen_pictures_trashed') !== 1; ) {
    if (Date.now() > end) throw new Error('the catalogue is late');
  }
  expect((await metrics(server))('albumen_pictures')).toBe(1);
  await server.stop();
  server = await startServer({ config: CONFIG, home: server.home });
  await server.waitForOutput('stderr', /swept the store/);
  expect((await metrics(server))('albumen_store_files')).toBeGreaterThanOrEqual(2);
  expect((await metrics(server))('albumen_store_bytes')).toBeGreaterThan(100);
});

test('what a proxy hands on is not from this machine, also when nobody told us of the proxy', async () => {
  const server = await startServer();
  const ask = async (token: string | null, headers: Record<string, string>) => (await server.api('GET', '/metrics', undefined, { token, headers })).status;
  expect(await ask(null, {})).toBe(200);
  expect(await ask(null, { 'x-forwarded-for': '203.0.113.9' })).toBe(401);
  expect(await ask(server.token, { 'x-forwarded-for': '203.0.113.9' })).toBe(200);
});
