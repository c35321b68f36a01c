// From POST to picture: the plain way to generate, with the renderer that is built in.
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startServer, type Server } from './harness.ts';

let server: Server;

beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  await server.stop();
});

// Looks again until the job has ended; the server answers each look at once.
async function ended(id: string, options = {}): Promise<any> {
  const until = Date.now() + 20_000;
  for (;;) {
    const job = await server.ok(200, 'GET', `/api/jobs/${id}`, undefined, options);
    if (['completed', 'failed', 'cancelled'].includes(job.status)) return job;
    if (Date.now() > until) throw new Error(`job ${id} is still ${job.status}`);
  }
}

async function generate(body: object): Promise<any[]> {
  const { jobIds } = await server.ok(202, 'POST', '/api/jobs', body);
  return Promise.all(jobIds.map((id: string) => ended(id)));
}

const media = (path: string, headers: Record<string, string> = {}) =>
  fetch(server.url + path, { headers: { authorization: `Bearer ${server.token}`, ...headers } });

describe('a request becomes a picture', () => {
  test('with its row, its bytes and its recipe', async () => {
    const [job] = await generate({ request: { prompt: 'a red fox in snow', width: 256, height: 192, seed: 7 } });
    expect(job).toMatchObject({ status: 'completed', lane: 'sketch', progress: 1, error: null, prompt: 'a red fox in snow', width: 256, height: 192 });
    const { jobs } = await server.ok(200, 'GET', '/api/jobs');
    expect(jobs.find((one: any) => one.id === job.id)).toMatchObject({ prompt: 'a red fox in snow', width: 256, height: 192 });

    const { images } = await server.ok(200, 'GET', '/api/images');
    const image = images.find((one: any) => one.jobId === job.id);
    expect(image).toMatchObject({ width: 256, height: 192, mediaType: 'image/png', prompt: 'a red fox in snow' });

    const reply = await media(image.url);
    const bytes = Buffer.from(await reply.arrayBuffer());
    expect(reply.headers.get('content-type')).toBe('image/png');
    expect(bytes.length).toBe(image.sizeBytes);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(image.sha256);

    const recipe = await server.ok(200, 'GET', `/api/images/${image.id}/recipe`);
    expect(recipe).toMatchObject({ backend: 'sketch', request: { prompt: 'a red fox in snow', seed: 7 } });
  });

  test('and its job tells what was asked for, whatever the words are', async () => {
    const asked = { prompt: 'a sign: "prompt":"no", "width":9, \\" and \\\\ \u00e9\n', width: 64, height: 48 };
    const [job] = await generate({ request: { ...asked, negativePrompt: '"height":7,' } });
    expect(job).toMatchObject(asked);
    const { jobs } = await server.ok(200, 'GET', '/api/jobs?kind=thumbnail');
    expect(jobs[0]).toMatchObject({ prompt: null, width: null, height: null });
  });

  test('of the size that the backend likes, when none is asked for', async () => {
    const [job] = await generate({ request: { prompt: 'a boat' } });
    expect(job).toMatchObject({ status: 'completed', error: null, prompt: 'a boat', width: null, height: null });
    const { images } = await server.ok(200, 'GET', '/api/images?limit=200');
    const image = images.find((one: any) => one.jobId === job.id);
    expect(Math.min(image.width, image.height)).toBeGreaterThanOrEqual(512);
    const { request } = await server.ok(200, 'GET', `/api/images/${image.id}/recipe`);
    expect([request.width, request.height]).toEqual([null, null]); // as it was sent
  });

test('a shape stands for a size', async () => {
    const sizes: [string, string, number, number][] = [
      ['sketch', '1:1', 1024, 1024],
      ['sketch', '16:9', 1344, 768],
      ['sketch', '2:3', 832, 1280],
    ];
    for (const [backend, aspectRatio, width, height] of sizes) {
      const { request } = await server.ok(200, 'POST', '/api/jobs/check', { backend, request: { prompt: 'a dot', aspectRatio } });
      expect([request.width, request.height], aspectRatio).toEqual([width, height]);
    }
    const wrong: [object, string][] = [
      [{ aspectRatio: 'wide' }, 'request.aspectRatio'],
      [{ aspectRatio: '1:1000' }, 'request.aspectRatio'],
      [{ aspectRatio: '1:1', width: 64, height: 64 }, 'request.aspectRatio'],
    ];
    for (const [more, field] of wrong) {
      const refused = await server.api('POST', '/api/jobs', { request: { prompt: 'a dot', ...more } });
      expect([refused.status, refused.json.error.field], JSON.stringify(more)).toEqual([422, field]);
    }
  });

  test('the same request gives the same bytes, another seed gives others', async () => {
    const request = { prompt: 'mountains at dusk', width: 128, height: 128, seed: 3 };
    const jobs = [...(await generate({ request })), ...(await generate({ request })), ...(await generate({ request: { ...request, seed: 4 } }))];
    const { images } = await server.ok(200, 'GET', '/api/images?limit=200');
    const [first, again, other] = jobs.map((job) => images.find((one: any) => one.jobId === job.id).sha256);
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  test('several at once form a group', async () => {
    const answer = await server.ok(202, 'POST', '/api/jobs', { request: { prompt: 'a vase', width: 64, height: 64 }, count: 4 });
    expect(answer.jobIds).toHaveLength(4);
    await Promise.all(answer.jobIds.map((id: string) => ended(id)));
    const { jobs } = await server.ok(200, 'GET', `/api/jobs?groupId=${answer.groupId}`);
    expect(jobs.map((job: any) => job.status)).toEqual(['completed', 'completed', 'completed', 'completed']);
  });

  test('is answered by ETag and Range', async () => {
    const { images } = await server.ok(200, 'GET', '/api/images?limit=1');
    const whole = await media(images[0].url);
    const etag = whole.headers.get('etag')!;
    expect((await media(images[0].url, { 'if-none-match': etag })).status).toBe(304);
    const part = await media(images[0].url, { range: 'bytes=1-3' });
    expect(part.status).toBe(206);
    expect(await part.text()).toBe('PNG');
  });
});

describe('what is wrong is named', () => {
  const cases: [object, string][] = [
    [{ request: { prompt: '' } }, 'request.prompt'],
    [{ request: {} }, 'request.prompt'],
    [{}, 'request'],
    [{ backend: 'nowhere', request: { prompt: 'x' } }, 'backend'],
    [{ request: { prompt: 'x', width: 9 } }, 'request.width'],
    [{ request: { prompt: 'x' }, count: 17 }, 'count'],
    [{ request: { prompt: 'x' }, priority: 'now' }, 'priority'],
  ];
  test.each(cases)('%j', async (body, field) => {
    const answer = await server.ok(422, 'POST', '/api/jobs', body);
    expect(answer.error.field).toBe(field);
  });
});

describe('another user', () => {
  test('finds neither job nor picture', async () => {
    const { jobs } = await server.ok(200, 'GET', '/api/jobs?limit=1');
    const { images } = await server.ok(200, 'GET', '/api/images?limit=1');
    const { id } = await server.ok(201, 'POST', '/api/users', { name: 'other' });
    const { url } = await server.ok(201, 'POST', `/api/users/${id}/login-link`);
    const reply = await fetch(`${server.url}/api/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: server.url },
      body: JSON.stringify({ code: url.split('#')[1] }),
    });
    const cookie = reply.headers.get('set-cookie')!.split(';')[0]!;
    for (const path of [`/api/jobs/${jobs[0].id}`, `/api/images/${images[0].id}`, `/api/images/${images[0].id}/recipe`, images[0].url])
      expect([path, (await fetch(server.url + path, { headers: { cookie } })).status]).toEqual([path, 404]);
  });
});
