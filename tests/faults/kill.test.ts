// kill -9 at the worst moments: what was acknowledged is there afterwards, on either database.
import { expect, test } from 'vitest';

import { makeHome, Server, startServer, type Home } from '../scenario/harness.ts';
import { openStream } from '../scenario/sse.ts';
import { ENDED } from './clients.ts';
import { makeRandom } from './random.ts';

// The database layer has 200 of its own (db_kill.py), and jobs have theirs (kill_loop.test.ts).
const KILLS = 20;

/** A step of the schema is made as a whole or not at all, whichever of its statements was the last. */
const STRIDE = process.env.ALBUMEN_TEST_DATABASE === 'postgres' ? 8 : 3;

/** Starts with a fault; true when it was killed by it before it listened. */
async function diesWhileStarting(home: Home, fault: string): Promise<boolean> {
  const server = new Server({ home, env: { ALBUMEN_FAULT: fault } });
  try {
    await server.waitUntilListening();
  } catch {
    expect(await server.ended(), server.stderr).toBe('SIGKILL');
    return true;
  }
  await server.stop();
  return false;
}

test('a kill during each statement of the migrations leaves a database that the next start completes', async () => {
  let statement = 1;
  for (; ; statement += STRIDE) {
    const home = makeHome();
    const died = await diesWhileStarting(home, `db_migrate_statement:${statement}:kill`);
    const server = await startServer({ home });
    await server.ok(200, 'GET', '/api/me');
    await server.ok(201, 'POST', '/api/users', { name: 'after' });
    await server.stop();
    if (!died) break;
  }
  expect(statement, 'statements that were tried').toBeGreaterThan(3);
}, 600_000);

/** Adds users until the server is gone; gives the names that it acknowledged. */
async function writeUntilKilled(server: Server, prefix: string, killAfter: number): Promise<string[]> {
  const acknowledged: string[] = [];
  const writer = async (lane: number) => {
    for (let i = 0; i < 1000; i++) {
      const name = `${prefix}-${lane}-${i}`;
      const reply = await server.api('POST', '/api/users', { name }, { token }).catch(() => null);
      if (reply === null) return;
      expect(reply.status, reply.text).toBe(201);
      acknowledged.push(name);
      if (killAfter > 0 && acknowledged.length >= killAfter) void server.kill9();
    }
  };
  const token = server.token;
  await Promise.all([0, 1, 2, 3].map(writer));
  return acknowledged;
}

test(`no acknowledged write is lost over ${KILLS} kills`, async () => {
  const seed = Number(process.env.ALBUMEN_TEST_SEED ?? 20260101);
  const random = makeRandom(seed);
  const home = makeHome();
  const promised = new Set<string>();
  for (let round = 0; round < KILLS; round++) {
    // From inside at a named point, or from outside at any moment.
    const point = ['db_step', 'db_begin', 'db_commit', 'db_committed', ''][random(5)]!;
    const pass = point === 'db_step' ? 60 + random(200) : 15 + random(30);
    const env: Record<string, string> = point ? { ALBUMEN_FAULT: `${point}:${pass}:kill` } : {};
    const server = new Server({ home, env });
    try {
      await server.waitUntilListening();
    } catch {
      expect(await server.ended(), `seed ${seed}, round ${round}: ${server.stderr}`).toBe('SIGKILL');
      continue;
    }
    for (const name of await writeUntilKilled(server, `r${round}`, point ? 0 : 1 + random(30))) promised.add(name);
    expect(await server.ended(), `seed ${seed}, round ${round}: ${server.stderr}`).toBe('SIGKILL');
  }

  const server = await startServer({ home });
  const found = new Set<string>();
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: any = await server.ok(200, 'GET', `/api/users?limit=200${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
    for (const user of page.users) {
      expect(found.has(user.name), `${user.name} is there twice`).toBe(false);
      found.add(user.name);
    }
    cursor = page.nextCursor;
  }
  expect(promised.size).toBeGreaterThan(KILLS);
  expect([...promised].filter((name) => !found.has(name)), `lost, seed ${seed}`).toEqual([]);
}, 900_000);

if (process.env.ALBUMEN_TEST_DATABASE !== 'postgres') {
  test('a server that is alone with its database goes on at once with what a killed one had', async () => {
    const home = makeHome();
    const config = 'backends:\n  scripted:\n    type: mock\n    concurrency: 1\n';
    const first = await startServer({ home, config });
    const stream = await openStream(first.port, { token: first.token });
    const submit = { backend: 'scripted', request: { prompt: 'resume slow:300ms', width: 32, height: 32 } };
    const [id] = (await first.ok(202, 'POST', '/api/jobs', submit)).jobIds;
    await stream.until(() => stream.events.some(({ data }) => data.result.status === 'running'));
    await first.kill9();
    const began = performance.now();
    const second = await startServer({ home, config });
    const again = await openStream(second.port, { token: second.token, lastEventId: `${stream.lastId}` });
    await again.until(() => again.events.some(({ data }) => data.result.jobId === id && ENDED.includes(data.result.status)));
    const tookMs = performance.now() - began;
    expect(tookMs, 'until it was done, although its lease was good for 10 s').toBeLessThan(8000);
    again.close();
    await second.stop();
  });
}
