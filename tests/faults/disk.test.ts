// A disk that is full or read-only: clear words, no loss, and everything goes on by itself once there is room again.
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';

import { makeHome, Server, startServer, type Reply } from '../scenario/harness.ts';
import { freshPng, sha256 } from '../scenario/png.ts';
import { openStream } from '../scenario/sse.ts';
import { ENDED } from './clients.ts';
import { Commander } from './commander.ts';
import { Disk } from './disk.ts';
import { Upstream } from './upstream.ts';

const WAIT_MS = 30_000;

/** Until the answer is as wanted; the server answers each look at once. */
async function until<T>(what: string, look: () => Promise<T>, wanted: (found: T) => boolean): Promise<T> {
  const late = Date.now() + WAIT_MS;
  for (;;) {
    const found = await look();
    if (wanted(found)) return found;
    if (Date.now() > late) throw new Error(`${what}: still ${JSON.stringify(found)}`);
  }
}

const submit = async (server: Server, request: object, backend = 'sketch') =>
  await server.api('POST', '/api/jobs', { backend, request: { width: 64, height: 64, ...request } });

const jobOf = (reply: Reply): string => {
  expect(reply.status, reply.text).toBe(202);
  return reply.json.jobIds[0];
};

const look = (server: Server, id: string) => async () => await server.ok(200, 'GET', `/api/jobs/${id}`);

const ended = async (server: Server, id: string) =>
  await until(`job ${id}`, look(server, id), (job) => ENDED.includes(job.status));

async function upload(server: Server, png: Buffer): Promise<{ status: number; json: any }> {
  const headers = { authorization: `Bearer ${server.token}`, 'content-type': 'image/png' };
  const reply = await fetch(`${server.url}/api/images`, { method: 'POST', headers, body: new Uint8Array(png) });
  return { status: reply.status, json: await reply.json() };
}

/** The bytes of a job's picture, which must be what its row says. */
async function picture(server: Server, jobId: string): Promise<string> {
  const { images } = await server.ok(200, 'GET', '/api/images?limit=200');
  const image = images.find((one: any) => one.jobId === jobId);
  expect(image, `the picture of job ${jobId}`).toBeDefined();
  const reply = await fetch(server.url + image.url, { headers: { authorization: `Bearer ${server.token}` } });
  expect(reply.status, image.url).toBe(200);
  const bytes = Buffer.from(await reply.arrayBuffer());
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(image.sha256);
  return image.sha256;
}

interface Trouble {
  name: string;
  begin: (disk: Disk) => void;
  end: (disk: Disk) => void;
  status: number;
  says: RegExp;
}

const TROUBLES: Trouble[] = [
  { name: 'full', begin: (disk) => disk.fill(), end: (disk) => disk.empty(), status: 507, says: /space/i },
  {
    name: 'read-only',
    begin: (disk) => disk.setReadOnly(true),
    end: (disk) => disk.setReadOnly(false),
    status: 503,
    says: /read-only/i,
  },
];

test.each(TROUBLES)('jobs wait for a $name folder of pictures, and cost nothing twice', async ({ name, begin, end, status, says }) => {
  const upstream = await Upstream.start();
  const home = makeHome();
  const disk = await Disk.mount(home, 'data/blobs', '2m');
  const config = `backends:
  paid:
    type: mock
    mode: http
    url: ${upstream.url}
    api_key: test-key
    poll_ms: 20
`;
  const server = await startServer({ home, config });
  const before = jobOf(await submit(server, { prompt: 'before' }));
  await ended(server, before);
  const kept = await picture(server, before);

  begin(disk);
  const stream = await openStream(server.port, { token: server.token });
  const waiting = [jobOf(await submit(server, { prompt: 'drawn' })), jobOf(await submit(server, { prompt: 'paid' }, 'paid'))];
  const told = (id: string) => stream.events.map(({ data }) => data.result).filter((job) => job.jobId === id);
  const waits = (id: string) => told(id).filter((job) => job.status === 'running' && says.test(job.error ?? ''));
  await stream.until(() => waiting.every((id) => waits(id).length >= 3), WAIT_MS);
  for (const id of waiting) {
    expect(waits(id).length, `tries to keep the picture of ${id}`).toBeGreaterThanOrEqual(3);
    expect(await look(server, id)()).toMatchObject({ status: 'running', error: expect.stringMatching(says) });
  }
  expect(await picture(server, before), 'reading goes on').toBe(kept);
  expect((await server.api('GET', '/readyz')).status).toBe(200);
  const sent = freshPng();
  const refused = await upload(server, sent);
  expect(refused, 'an upload').toMatchObject({ status, json: { error: { message: expect.stringMatching(says) } } });

  end(disk);
  const taken = await upload(server, sent);
  expect(taken, 'the upload again').toMatchObject({ status: 201, json: { sha256: sha256(sent) } });
  for (const id of waiting) {
    expect(await ended(server, id)).toMatchObject({ status: 'completed', error: null });
    await picture(server, id);
    expect(told(id).filter((job) => job.status === 'queued'), 'it was done in one go').toHaveLength(1);
  }
  expect([...upstream.bought().values()], `purchases while the folder was ${name}`).toEqual([1]);
  stream.close();
  await server.stop();
  await disk.unmount();
  await upstream.stop();
});

if (process.env.ALBUMEN_TEST_DATABASE !== 'postgres') {
  test('a full disk refuses what is new, keeps what it has, and goes on when there is room', async () => {
    const upstream = await Upstream.start();
    const home = makeHome();
    const disk = await Disk.mount(home, 'data', '12m');
    const config = `backends:
  paid:
    type: mock
    mode: http
    url: ${upstream.url}
    api_key: test-key
    poll_ms: 20
`;
    const commander = new Commander(home);
    const server = await startServer({ home, config, env: commander.env });
    const before = jobOf(await submit(server, { prompt: 'before' }));
    await ended(server, before);
    const kept = await picture(server, before);
    // The disk is full between the purchase and its answer: from then on nobody else knows of it.
    const running = jobOf(await submit(server, { prompt: 'late:500ms' }, 'paid'));
    await until('a purchase', async () => upstream.bought().size, (count) => count === 1);

    disk.fill();
    const accepted: string[] = [];
    const refused = await until('a submission', async () => await submit(server, { prompt: 'x'.repeat(3000) }), (reply) => {
      if (reply.status === 202) accepted.push(jobOf(reply));
      return reply.status !== 202;
    });
    expect(refused.status, refused.text).toBe(507);
    expect((await upload(server, freshPng({ width: 64, height: 64, noise: true }))).status, 'an upload').toBe(507);
    expect(refused.json.error).toMatchObject({ code: 'storage_full' });
    expect(refused.json.error.message).toMatch(/full|space/i);
    expect(await picture(server, before), 'reading goes on').toBe(kept);
    expect((await server.api('GET', '/readyz')).status).toBe(200);
    for (const id of accepted) await look(server, id)();

    // The mark before the purchase, and at least two tries to save what came of it.
    await until('tries to save the purchase', async () => commander.passes('job_trail'), (passes) => passes >= 3);

    disk.empty();
    for (const id of [running, ...accepted]) {
      expect(await ended(server, id)).toMatchObject({ status: 'completed', error: null });
      await picture(server, id);
    }
    await ended(server, jobOf(await submit(server, { prompt: 'after' })));
    expect([...upstream.bought().values()]).toEqual([1]);
    await server.stop();
    await disk.unmount();
    await upstream.stop();
  });

  test('a server that cannot write at all says so and ends, and starts again when it can', async () => {
    for (const { name, begin, end, says } of TROUBLES) {
      const home = makeHome();
      const disk = await Disk.mount(home, 'data', '4m');
      const first = await startServer({ home });
      const id = jobOf(await submit(first, { prompt: name }));
      await ended(first, id);
      await first.stop();
      begin(disk);
      const refused = new Server({ home });
      const code = await refused.ended();
      expect(typeof code === 'number' && code > 0 && code < 90, `it ended with ${code}\n${refused.stderr}`).toBe(true);
      expect(refused.stderr, name).toMatch(says);
      end(disk);
      const again = await startServer({ home });
      await picture(again, id);
      await again.stop();
      await disk.unmount();
    }
  });
}
