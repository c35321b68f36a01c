// Pictures that go by others: the subject stays the same, whoever asks, and nobody goes by what is not his.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { startServer, type Server } from './harness.ts';

let server: Server;

beforeAll(async () => {
  server = await startServer({ config: 'backends:\n  plain: { type: mock }\n  sketch: { type: sketch }\n' });
});
afterAll(async () => {
  await server.stop();
});

interface Made {
  image: any;
  recipe: any;
}

async function make(request: object): Promise<Made> {
  const { jobIds } = await server.ok(202, 'POST', '/api/jobs', { backend: 'sketch', request: { width: 128, height: 128, ...request } });
  const until = Date.now() + 30_000;
  let job: any;
  do {
    job = await server.ok(200, 'GET', `/api/jobs/${jobIds[0]}`);
    expect(Date.now(), `job ${job.id} is still ${job.status}`).toBeLessThan(until);
  } while (!['completed', 'failed'].includes(job.status));
  expect(job.status, job.error).toBe('completed');
  const { images } = await server.ok(200, 'GET', '/api/images?limit=200');
  const image = images.find((one: any) => one.jobId === job.id);
  return { image, recipe: await server.ok(200, 'GET', `/api/images/${image.id}/recipe`) };
}

test('a shot shows the subject of the picture that it goes by, and so does the shot of a shot', async () => {
  const anchor = await make({ prompt: 'portrait of a woman with curly red hair and glasses', style: 'watercolor', seed: 5 });
  const request = { prompt: 'smiling, side view', seed: 9 };
  const alone = await make(request);
  const shot = await make({ ...request, references: [anchor.image.id] });
  const next = await make({ prompt: 'at night', seed: 10, references: [{ image: shot.image.url, role: 'subject' }] });

  expect(shot.image.sha256).not.toBe(alone.image.sha256);
  for (const { recipe } of [shot, next])
    expect(recipe.metadata).toMatchObject({ style: 'watercolor', composition: expect.stringMatching(/^portrait: woman, .*curly/) });
  expect(alone.recipe.metadata.composition).not.toMatch(/curly/);
  expect(shot.recipe.references).toEqual([{ image: anchor.image.id, role: null, sha256: anchor.image.sha256 }]);
  expect(next.recipe.references).toEqual([{ image: shot.image.id, role: 'subject', sha256: shot.image.sha256 }]);
  expect(shot.recipe.ignored).toEqual([]);
});

test('the same request with the same reference gives the same bytes', async () => {
  const anchor = await make({ prompt: 'a lighthouse', seed: 1 });
  const request = { prompt: 'in a storm', seed: 2, references: [`${server.url}${anchor.image.url}?w=256`] };
  expect((await make(request)).image.sha256).toBe((await make(request)).image.sha256);
});

describe('what is wrong with a reference is named', () => {
  const nobodys = '01900000-0000-7000-8000-000000000000';
  const cases: [unknown, string, string][] = [
    [[nobodys], 'request.references[0]', 'is no picture of yours'],
    [['/media/library/nothing.png'], 'request.references[0]', 'is no picture of yours'],
    [['http://127.0.0.1/x.png'], 'request.references[0]', 'not in the public internet'],
    [[{ url: 'http://localhost:8001/x.png', role: 'style' }], 'request.references[0]', 'not in the public internet'],
    [['ftp://example.org/x.png'], 'request.references[0]', 'neither the id of a picture nor an http(s) address'],
    [[{ role: 'style' }], 'request.references[0]', "needs 'image' or 'url'"],
    [[{ image: nobodys, rôle: 'x' }], 'request.references[0].rôle', 'unknown field'],
    [[{ image: nobodys, role: '' }], 'request.references[0].role', 'is empty'],
    [[5], 'request.references[0]', 'must be an object'],
    [nobodys, 'request.references', 'must be a list'],
    [[nobodys, nobodys], 'request.references', 'there are 2 references, and this backend takes 1'],
    [Array(17).fill(nobodys), 'request.references', 'must have from 0 to 16'],
  ];
  test.each(cases)('%j', async (references, field, message) => {
    const reply = await server.api('POST', '/api/jobs', { backend: 'sketch', request: { prompt: 'x', references } });
    expect([reply.status, reply.json.error.field]).toEqual([422, field]);
    expect(reply.json.error.message).toContain(message);
  });

  test('a width that the backend cannot do, too', async () => {
    const reply = await server.api('POST', '/api/jobs', { backend: 'plain', request: { prompt: 'x', width: 4096, height: 64 } });
    expect([reply.status, reply.json.error.field]).toEqual([422, 'request.width']);
  });
});

test("another user's picture is none", async () => {
  const mine = await make({ prompt: 'a key', seed: 1 });
  const { id } = await server.ok(201, 'POST', '/api/users', { name: 'other' });
  const { url } = await server.ok(201, 'POST', `/api/users/${id}/login-link`);
  const signIn = await server.api('POST', '/api/session', { code: url.split('#')[1] }, { token: null });
  const options = { token: null, headers: { cookie: signIn.headers.get('set-cookie')!.split(';')[0]!, origin: server.url } };
  for (const reference of [mine.image.id, mine.image.url, server.url + mine.image.url]) {
    const reply = await server.api('POST', '/api/jobs', { backend: 'sketch', request: { prompt: 'x', references: [reference] } }, options);
    expect([reply.status, reply.json.error.message]).toEqual([422, "'references[0]' is no picture of yours"]);
  }
});
