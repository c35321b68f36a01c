// Processes that only run jobs, beside the servers of one PostgreSQL database.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';

import { makeHome, makeNeighbour, runCommand, startServer, type Home, type Server } from './harness.ts';
import { openStream, type EventStream } from './sse.ts';
import { Worker } from './workers.ts';

const POSTGRES = process.env.ALBUMEN_TEST_DATABASE === 'postgres';
const BACKEND = 'backends:\n  fake:\n    type: mock\n    concurrency: 2\n';
// The lease that is built in, and the half minute of the promise, take their time: for the long run.
const LEASES = [
  { lease_ms: 1000, stopped_ms: 3000 },
  ...(process.env.ALBUMEN_TEST_LONG ? [{ lease_ms: 10_000, stopped_ms: 30_000 }] : []),
];
const LIMITS = 'limits:\n  requests_per_minute_per_token: 0\n  requests_per_minute_per_user: 0\n  requests_per_minute_per_address: 0\n';

const sameLimits = (queue = '') => `${LIMITS}${BACKEND}${queue}`;

async function submit(server: Server, prompt: string): Promise<string> {
  const body = { backend: 'fake', request: { prompt, width: 16, height: 16 } };
  return (await server.ok(202, 'POST', '/api/jobs', body)).jobIds[0];
}

/** Waits for the event that tells of this state of the job. */
async function became(stream: EventStream, jobId: string, status: string): Promise<void> {
  const holds = () =>
    stream.events.some(({ data }: any) => data.type === 'job' && data.result.jobId === jobId && data.result.status === status);
  expect(await stream.until(holds, 30_000), `${jobId} became ${status}: ${JSON.stringify(stream.events)}`).toBe(true);
}

/** Waits until it is so far that its backend could be asked for it again. */
async function isUnderWay(stream: EventStream, jobId: string): Promise<void> {
  const holds = () => stream.events.some(({ data }: any) => data.type === 'job' && data.result.jobId === jobId && data.result.progress > 0);
  expect(await stream.until(holds, 30_000), `${jobId} got on: ${JSON.stringify(stream.events)}`).toBe(true);
}

async function openEvents(server: Server): Promise<EventStream> {
  const me = await server.ok(200, 'GET', '/api/me');
  return await openStream(server.port, { path: `/api/events?channel=user:${me.id}`, token: server.token });
}

test('a worker on SQLite says why that cannot be, and what to do', async () => {
  const { code, stderr } = await runCommand(['worker'], makeHome('sqlite'));
  expect(code).toBe(3);
  expect(stderr).toContain('workers of their own need PostgreSQL');
  expect(stderr).toContain('ALBUMEN_DATABASE_URL');
});

test('a server that runs no jobs leaves them in the queue', async () => {
  const server = await startServer({ config: sameLimits('queue:\n  run_jobs: false\n') });
  const id = await submit(server, 'waits');
  const job = await server.ok(200, 'GET', `/api/jobs/${id}`);
  expect(job).toMatchObject({ status: 'queued', position: 0 });
  await server.stop();
});

if (POSTGRES) {
  describe('a worker beside a server', () => {
    let home: Home;
    let server: Server;
    let events: EventStream;

    beforeAll(async () => {
      home = makeHome();
      server = await startServer({ home, config: sameLimits('queue:\n  run_jobs: false\n') });
      events = await openEvents(server);
    });

    async function submitAndWait(prompt: string): Promise<void> {
      const worker = await Worker.start(home, sameLimits());
      await became(events, await submit(server, prompt), 'completed');
      await worker.stop();
    }

    test('runs what the server has taken, and its pictures are served', async () => {
      const worker = await Worker.start(home, sameLimits());
      const id = await submit(server, 'a dot');
      await became(events, id, 'completed');
      await worker.said('stdout', new RegExp(`^started +generate on fake, job ${id}$`, 'm'));
      await worker.said('stdout', new RegExp(`^completed +generate on fake, job ${id}, after \\d+\\.\\d{3} s$`, 'm'));
      const { images } = await server.ok(200, 'GET', '/api/images');
      const image = images.find((one: any) => one.jobId === id);
      const picture = await fetch(server.url + image.url, { headers: { authorization: `Bearer ${server.token}` } });
      expect(picture.status).toBe(200);
      expect((await picture.arrayBuffer()).byteLength).toBe(image.sizeBytes);
      await worker.stop();
    });

    test('keeps the limit of a backend together with the others', async () => {
      const workers = [await Worker.start(home, sameLimits()), await Worker.start(home, sameLimits())];
      const ids = await Promise.all([1, 2, 3, 4, 5, 6].map((n) => submit(server, `slow:150ms number ${n}`)));
      await Promise.all(ids.map((id) => became(events, id, 'completed')));
      let running = 0;
      let most = 0;
      for (const { data } of events.events as any[]) {
        if (data.type !== 'job' || !ids.includes(data.result.jobId)) continue;
        if (data.result.status === 'running' && data.result.progress === 0) most = Math.max(most, ++running);
        if (data.result.status === 'completed') running--;
      }
      expect(most).toBe(2);
      for (const worker of workers) await worker.stop();
    });

    test('stops within ten seconds and gives back what it has not finished', async () => {
      const first = await Worker.start(home, sameLimits());
      const id = await submit(server, 'hang');
      await became(events, id, 'running');
      expect(await first.stop()).toBeLessThan(10_000);
      expect(first.stdout).toMatch(new RegExp(`^given back +generate on fake, job ${id}, `, 'm'));
      expect(await server.ok(200, 'GET', `/api/jobs/${id}`)).toMatchObject({ status: 'queued', attempt: 0 });
      await server.ok(200, 'POST', `/api/jobs/${id}/cancel`);
      await became(events, id, 'cancelled');
    });

    test('sleeps while there is nothing to do', async () => {
      const idle = await Worker.start(home, sameLimits('queue:\n  lease_ms: 1000\n'));
      const busy = await Worker.start(home, sameLimits('queue:\n  lease_ms: 1000\n'));
      await became(events, await submit(server, 'wakes them'), 'completed');
      await busy.stop();
      expect(await idle.isQuietFor(4000)).toBe(true);
      const before = idle.switches();
      await became(events, await submit(server, 'wakes it'), 'completed');
      expect(idle.switches()).toBeGreaterThan(before);
      await idle.stop();
    });

    describe.each(LEASES)('with a lease of $lease_ms ms', ({ lease_ms, stopped_ms }) => {
      const config = sameLimits(`queue:\n  lease_ms: ${lease_ms}\n`);
      const patience = stopped_ms + 4 * lease_ms + 20_000;

      /** Two workers, and the job in the hands of the first one that takes it. */
      async function takenByOne(prompt: string): Promise<{ id: string; holder: Worker; other: Worker }> {
        const workers = [await Worker.start(home, config), await Worker.start(home, config)] as const;
        const id = await submit(server, prompt);
        const started = new RegExp(`^started +generate on fake, job ${id}$`, 'm');
        const holder = await Promise.any(workers.map((worker) => worker.said('stdout', started).then(() => worker)));
        await isUnderWay(events, id);
        return { id, holder, other: workers.find((worker) => worker !== holder)! };
      }

      const count = (what: (data: any) => boolean) => events.events.filter(({ data }) => what(data)).length;

      test('a worker that is stopped for longer loses its job, and its late end is refused', async () => {
        const { id, holder, other } = await takenByOne(`resume slow:${lease_ms}ms`);
        const began = performance.now();
        holder.signal('SIGSTOP');
        await other.said('stdout', new RegExp(`^completed +generate on fake, job ${id}, `, 'm'), patience);
        await other.outlast(began + stopped_ms);
        holder.signal('SIGCONT');
        await holder.said('stdout', new RegExp(`^lost +generate on fake, job ${id}, `, 'm'), patience);
        await holder.said('stderr', /taken over by another worker/);

        await became(events, id, 'completed');
        expect(await server.ok(200, 'GET', `/api/jobs/${id}`)).toMatchObject({ status: 'completed', attempt: 2 });
        const { images } = await server.ok(200, 'GET', '/api/images?limit=200');
        expect(images.filter((image: any) => image.jobId === id)).toHaveLength(1);
        await submitAndWait('the last event of the stream');
        expect(count((data) => data.type === 'job' && data.result.jobId === id && data.result.status === 'completed')).toBe(1);
        expect(count((data) => data.type === 'image_added' && data.result.image.jobId === id)).toBe(1);
        await Promise.all([holder.stop(), other.stop()]);
      }, 4 * patience);

      test('a job ten times longer is not taken from a worker that lives', async () => {
        const { id, holder, other } = await takenByOne(`slow:${10 * lease_ms}ms`);
        await holder.said('stdout', new RegExp(`^completed +generate on fake, job ${id}, `, 'm'), patience + 10 * lease_ms);
        expect(await server.ok(200, 'GET', `/api/jobs/${id}`)).toMatchObject({ status: 'completed', attempt: 1 });
        expect(other.stdout).not.toContain(id);
        await Promise.all([holder.stop(), other.stop()]);
      }, 4 * patience + 11 * lease_ms);

      test('the job of a worker that is killed begins again within the lease', async () => {
        const { id, holder, other } = await takenByOne(`resume slow:${lease_ms}ms`);
        const began = performance.now();
        holder.signal('SIGKILL');
        expect(await holder.ended()).toBe('SIGKILL');
        await other.said('stdout', new RegExp(`^started +generate on fake, job ${id}$`, 'm'), patience);
        expect(performance.now() - began).toBeLessThan(lease_ms + 1000); // a second for a busy machine
        await other.said('stdout', new RegExp(`^completed +generate on fake, job ${id}, `, 'm'), patience);
        await other.stop();
      }, 4 * patience);
    });

    test('refuses a folder of pictures that is not the servers\'', async () => {
      const stranger = makeNeighbour(home);
      mkdirSync(join(stranger.folder, 'data'));
      const { code, stderr } = await runCommand(['worker'], stranger);
      expect(code).toBe(3);
      expect(stderr).toContain('does not hold the pictures of this database');
    });
  });
}
