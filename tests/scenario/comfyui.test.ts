// ComfyUI by way of the whole server: pictures, references, cancels, and `kill -9` between any two calls.
import { afterAll, beforeAll, expect, test } from 'vitest';

import { Upstream } from '../faults/upstream.ts';
import { makeHome, startServer, type CallOptions, type Server } from './harness.ts';
import { openStream } from './sse.ts';

const ENDED = ['completed', 'failed', 'cancelled'];

let upstream: Upstream;

beforeAll(async () => {
  upstream = await Upstream.start([], 'comfyui_upstream.py');
});
afterAll(async () => {
  await upstream.stop();
});

/** A backend whose ComfyUI is scripted by its words. */
const backend = (name: string, words: string) => `  ${name}:
    type: comfyui
    base_url: ${upstream.url}/${encodeURIComponent(words)}
    model: model.safetensors
    default_width: 64
    default_height: 64
    poll_ms: 20
`;
const ask = async (words: string, what: string) => (await fetch(`${upstream.url}/${encodeURIComponent(words)}/${what}`)).json() as Promise<any>;

// Looks again until it holds; each look is answered at once.
async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 45_000;
  while (!(await holds())) if (Date.now() > end) throw new Error(`too late: ${what}`);
}

async function submit(server: Server, name: string, request: object): Promise<string> {
  const { jobIds } = await server.ok(202, 'POST', '/api/jobs', { backend: name, request });
  return jobIds[0];
}

async function ended(server: Server, id: string): Promise<any> {
  let job: any;
  await until(`the end of job ${id}`, async () => {
    job = await server.ok(200, 'GET', `/api/jobs/${id}`);
    return ENDED.includes(job.status);
  });
  return job;
}

/** A picture to go by. */
async function draw(server: Server): Promise<string> {
  const job = await ended(server, await submit(server, 'sketch', { prompt: 'a subject', width: 32, height: 32 }));
  expect([job.status, job.error]).toEqual(['completed', null]);
  const { images } = await server.ok(200, 'GET', '/api/images');
  return images[0].id;
}

/** How somebody else's browser calls. */
async function makeMember(server: Server): Promise<CallOptions> {
  const user = await server.ok(201, 'POST', '/api/users', { name: 'somebody', role: 'member' });
  const link = await server.ok(201, 'POST', `/api/users/${user.id}/login-link`);
  const signIn = await server.api('POST', '/api/session', { code: link.url.split('#')[1] }, { token: null });
  const [name, secret] = signIn.headers.get('set-cookie')!.split(';')[0]!.split('=') as [string, string];
  return { token: null, headers: { cookie: `${name}=${server.plant(secret)}`, origin: server.url } };
}

test('kill -9 between any two calls makes no second job', async () => {
  const stages = ['greet', 'upload', 'submit', 'queue', 'history', 'view'];
  const cases = stages.flatMap((stage) => ['before', 'after'].map((when) => `hold:${stage}:${when}`));
  // On a server that gives ids of its own, the moments in which they are not known yet.
  cases.push('old hold:submit:after', 'old hold:history:before', 'hold:ws:before');
  const config = `backends:\n  sketch: { type: sketch }\n${cases.map((words, i) => backend(`b${i}`, words)).join('')}`;
  const home = makeHome();
  const server = await startServer({ home, config });
  const reference = await draw(server);
  const ids: string[] = [];
  for (const i of cases.keys()) ids.push(await submit(server, `b${i}`, { prompt: `picture ${i}`, seed: 1, references: [reference] }));
  for (const words of cases) await until(`the call of ${words}`, async () => (await ask(words, 'held')).length > 0);
  await server.kill9();

  const next = await startServer({ home, config });
  for (const [i, words] of cases.entries()) {
    const job = await ended(next, ids[i]!);
    expect([words, job.status, job.error]).toEqual([words, 'completed', null]);
    expect([words, (await ask(words, 'counters')).purchases]).toEqual([words, 1]);
  }
  await next.stop();
});

test('a job waits in the queue of ComfyUI, has its pictures, and says how they were made', async () => {
  const words = 'plain slow:1500ms';
  const server = await startServer({ config: `backends:\n${backend('gpu', words)}` });
  const { backends } = await server.ok(200, 'GET', '/api/backends');
  expect(backends[0]).toMatchObject({
    type: 'comfyui',
    honours: ['negativePrompt', 'size', 'seed', 'steps', 'guidance', 'references'],
    maxReferences: 1,
    resume: 'own',
    price: { kind: 'free', costMicros: 0 },
  });
  expect(await server.ok(200, 'POST', '/api/backends/gpu/test')).toMatchObject({ ok: true });
  const request = { prompt: 'a lighthouse', negativePrompt: 'fog', width: 64, height: 48, seed: 7, steps: 9, guidance: 5, options: { count: 3 } };
  const job = await ended(server, await submit(server, 'gpu', request));
  expect([job.status, job.error]).toEqual(['completed', null]);
  const { images } = await server.ok(200, 'GET', '/api/images');
  expect(images).toHaveLength(3);
  for (const image of images) expect(image).toMatchObject({ width: 64, height: 48 });
  const [made] = await ask(words, 'jobs');
  expect(made.graph.sampler.inputs).toMatchObject({ seed: 7, steps: 9, cfg: 5 });
  expect(made.graph.save.inputs.filename_prefix).toBe(`albumen_${made.client_id}`);
  await server.stop();
});

test('how far a job is comes from the socket, which little is asked beside, also after kill -9', async () => {
  const words = 'told';
  const home = makeHome();
  const config = `backends:\n${backend('gpu', words)}`;
  const server = await startServer({ home, config });
  const stream = await openStream(server.port, { token: server.token });
  const progressOf = (id: string, events = stream.events) =>
    events.filter(({ data }) => data.type === 'job' && data.result.jobId === id && data.result.status === 'running').map(({ data }) => data.result.progress);
  const id = await submit(server, 'gpu', { prompt: 'a fox slow:2500ms sockets:2', steps: 25 });
  await stream.until(() => progressOf(id).filter((progress) => progress > 0).length >= 2);
  await server.kill9();
  stream.close();
  expect((await ask(words, 'counters')).ws).toBe(1);

  const next = await startServer({ home, config });
  const nextStream = await openStream(next.port, { token: next.token });
  const job = await ended(next, id);
  expect([job.status, job.error]).toEqual(['completed', null]);
  const counters = await ask(words, 'counters');
  expect(counters).toMatchObject({ purchases: 1, submit: 1, ws: 2 });
  expect(counters.queue, 'questions').toBeLessThan(15);
  const told = [...progressOf(id), ...progressOf(id, nextStream.events)];
  expect(progressOf(id, nextStream.events).length).toBeGreaterThan(0);
  expect(told, 'never back').toEqual([...told].sort((a, b) => a - b));
  nextStream.close();
  await next.stop();
});

test('who waits sees what is being done and the picture so far, and nobody else does', async () => {
  const server = await startServer({ config: `backends:\n${backend('gpu', 'shown')}` });
  const stream = await openStream(server.port, { token: server.token });
  const stranger = await makeMember(server);
  const id = await submit(server, 'gpu', { prompt: 'a fox hang', steps: 10 });
  const news = () => stream.events.map(({ data }) => data).filter(({ type, result }) => type === 'job' && result.jobId === id);
  await stream.until(() => news().some(({ result }) => result.previews > 0 && /^drawing/.test(result.note)));
  expect(await server.ok(200, 'GET', `/api/jobs/${id}`)).toMatchObject({ status: 'running', note: expect.stringMatching(/^drawing/), previews: 1 });

  const preview = await fetch(`http://127.0.0.1:${server.port}/api/jobs/${id}/preview`, { headers: { authorization: `Bearer ${server.token}` } });
  expect([preview.status, preview.headers.get('content-type'), preview.headers.get('x-content-type-options')]).toEqual([200, 'image/png', 'nosniff']);
  expect(preview.headers.get('content-security-policy')).toBe("sandbox; default-src 'none'");
  expect(Buffer.from(await preview.arrayBuffer()).subarray(1, 4).toString()).toBe('PNG');
  expect((await server.api('GET', `/api/jobs/${id}/preview`, undefined, stranger)).status).toBe(404);
  const { jobs } = await server.ok(200, 'GET', '/api/jobs');
  expect(jobs[0]).toMatchObject({ id, note: null, previews: 0 });

  await server.ok(200, 'POST', `/api/jobs/${id}/cancel`);
  expect(await ended(server, id)).toMatchObject({ status: 'cancelled', note: null, previews: 0 });
  expect((await server.api('GET', `/api/jobs/${id}/preview`)).status).toBe(404);
  stream.close();
  await server.stop();
});

test('a cancel takes a job out of the queue or interrupts it, and leaves those of others alone', async () => {
  const cases = [
    { words: 'shared waits', deletes: 1, interrupts: undefined },
    { words: 'hang', deletes: undefined, interrupts: 1 },
  ];
  const server = await startServer({ config: `backends:\n${cases.map(({ words }, i) => backend(`b${i}`, words)).join('')}` });
  for (const [i, { words, deletes, interrupts }] of cases.entries()) {
    const id = await submit(server, `b${i}`, { prompt: 'unwanted' });
    await until('the first question', async () => (await ask(words, 'counters')).queue > 0);
    await server.ok(200, 'POST', `/api/jobs/${id}/cancel`);
    expect((await ended(server, id)).status).toBe('cancelled');
    await until('the end upstream', async () => !['running', 'pending'].includes((await ask(words, 'jobs'))[0].state));
    expect(await ask(words, 'counters')).toMatchObject({ purchases: 1, ...(deletes && { delete: deletes }), ...(interrupts && { interrupt: interrupts }) });
    expect((await ask(words, 'counters')).interrupt).toBe(interrupts);
  }
  await server.stop();
});

test('a failure that passes is tried again, one that does not is told in words', async () => {
  const config = `backends:\n${backend('flaky', 'flaky fail-times:1')}${backend('small', 'small oom')}${backend('gone', 'gone forgets')}`;
  const server = await startServer({ config });
  const flaky = await ended(server, await submit(server, 'flaky', { prompt: 'a' }));
  expect([flaky.status, (await ask('flaky fail-times:1', 'counters')).purchases]).toEqual(['completed', 1]);
  const small = await ended(server, await submit(server, 'small', { prompt: 'a' }));
  expect([small.status, small.errorCode, small.error]).toEqual([
    'failed',
    'rejected',
    'ComfyUI has run out of graphics memory: ask for a smaller picture, or take a smaller model',
  ]);
  const gone = await ended(server, await submit(server, 'gone', { prompt: 'a' }));
  expect([gone.status, gone.error]).toEqual([
    'failed',
    'ComfyUI does not know the job any more: it was restarted, or somebody has removed it',
  ]);
  await server.stop();
});

test('a server that is down leaves its jobs to the one that stands in for it', async () => {
  const down = backend('down', 'x').replace(upstream.url, 'http://127.0.0.1:9') + '    fallback: [up]\n';
  const server = await startServer({ config: `backends:\n${down}${backend('up', 'up')}` });
  const job = await ended(server, await submit(server, 'down', { prompt: 'a' }));
  expect([job.status, job.error]).toEqual(['completed', null]);
  expect((await ask('up', 'counters')).purchases).toBe(1);
  await server.stop();
});
