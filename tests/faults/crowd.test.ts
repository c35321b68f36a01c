// Many people at once, who do everything that the API offers in any order and leave in the middle: nobody gets a 5xx,
// and afterwards everything adds up.
import { expect, test } from 'vitest';

import { startServer, type Reply, type Server } from '../scenario/harness.ts';
import { openStream } from '../scenario/sse.ts';
import { makeRandom, type Random } from './random.ts';

const CONFIG = `login:
  passwords: true
backends:
  fake:
    type: mock
    concurrency: 4
    price: unknown
    price_per_image: 0.01
`;
const PEOPLE = 6;
const ACTS = Number(process.env.ALBUMEN_CROWD_ACTS ?? 120);
const PASSWORD = 'long enough for a crowd';
const PROMPTS = ['a dot', 'slow:30ms', 'fail:429', 'fail:400'];
const SIZE = { width: 16, height: 16 };

interface Person {
  id: string;
  name: string;
  token: string;
  random: Random;
}

/** Where everybody goes: the server of now. */
interface Place {
  server: Promise<Server>;
  acts: number;
}

type Act = (server: Server, who: Person) => Promise<unknown>;

const wrong: string[] = [];

async function call(server: Server, who: Person, method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply> {
  const reply = await server.api(method, path, body, { token: who.token, ...(headers ? { headers } : {}) });
  if (reply.status >= 500) wrong.push(`${method} ${path} ${JSON.stringify(body)}: ${reply.status} ${reply.text}`);
  return reply;
}

/** One of the list's things, or one that never was. */
async function pick(server: Server, who: Person, path: string, list: string): Promise<any> {
  const reply = await call(server, who, 'GET', path);
  const things = reply.json?.[list] ?? [];
  return things.length > 0 ? things[who.random(things.length)]! : { id: '01900000-0000-7000-8000-000000000000', url: '/media/nothing.png' };
}

const album = (server: Server, who: Person) => pick(server, who, '/api/albums?limit=5', 'albums');
const image = (server: Server, who: Person) => pick(server, who, '/api/images?limit=20', 'images');
const job = (server: Server, who: Person) => pick(server, who, '/api/jobs?limit=10', 'jobs');

/** Leaves after a while, whatever has come. */
async function leave(server: Server, who: Person, path: string): Promise<void> {
  const gone = AbortSignal.timeout(1 + who.random(30));
  await fetch(server.url + path, { headers: { authorization: `Bearer ${who.token}` }, signal: gone })
    .then((reply) => reply.arrayBuffer())
    .catch(() => undefined);
}

const ACTS_OF_PEOPLE: Record<string, Act> = {
  make: (s, p) => call(s, p, 'POST', '/api/jobs', { request: { prompt: PROMPTS[p.random(PROMPTS.length)], ...SIZE }, count: 1 + p.random(4) }, { 'idempotency-key': `${p.random(20)}` }),
  cancel: async (s, p) => call(s, p, 'POST', `/api/jobs/${(await job(s, p)).id}/cancel`),
  retry: async (s, p) => call(s, p, 'POST', `/api/jobs/${(await job(s, p)).id}/retry`),
  cancelGroup: async (s, p) => call(s, p, 'POST', `/api/groups/${(await pick(s, p, '/api/groups?limit=5', 'groups')).id}/cancel`),
  retryGroup: async (s, p) => call(s, p, 'POST', `/api/groups/${(await pick(s, p, '/api/groups?limit=5', 'groups')).id}/retry`),
  album: (s, p) => call(s, p, 'POST', '/api/albums', { name: `of ${p.name}`, subjectDesc: 'a cat', templateSet: 'product', isPublic: p.random(2) === 0, ...SIZE }),
  manual: (s, p) => call(s, p, 'POST', '/api/albums', { name: `by ${p.name}` }),
  rename: async (s, p) => call(s, p, 'PATCH', `/api/albums/${(await album(s, p)).id}`, { name: `again ${p.random(9)}` }),
  anchor: async (s, p) => call(s, p, 'POST', `/api/albums/${(await album(s, p)).id}/anchor`),
  anchorOf: async (s, p) => call(s, p, 'POST', `/api/albums/${(await album(s, p)).id}/anchor`, { imageId: (await image(s, p)).id }),
  shots: async (s, p) => call(s, p, 'POST', `/api/albums/${(await album(s, p)).id}/shots`),
  shot: async (s, p) => call(s, p, 'POST', `/api/albums/${(await album(s, p)).id}/shots/${p.random(5)}`),
  noShot: async (s, p) => call(s, p, 'DELETE', `/api/albums/${(await album(s, p)).id}/shots/${p.random(5)}`),
  plan: async (s, p) => call(s, p, 'PUT', `/api/albums/${(await album(s, p)).id}/shots`, { shots: [{ label: 'one', direction: 'up' }, { label: 'two', direction: 'down' }] }),
  stop: async (s, p) => call(s, p, 'POST', `/api/albums/${(await album(s, p)).id}/cancel`),
  put: async (s, p) => call(s, p, 'POST', `/api/albums/${(await album(s, p)).id}/images`, { imageIds: [(await image(s, p)).id] }),
  take: async (s, p) => call(s, p, 'DELETE', `/api/albums/${(await album(s, p)).id}/images/${(await image(s, p)).id}`),
  order: async (s, p) => {
    const { id } = await album(s, p);
    const whole = await call(s, p, 'GET', `/api/albums/${id}`);
    const ids = (whole.json?.images ?? []).map((one: any) => one.id).reverse();
    if (ids.length > 0) await call(s, p, 'PUT', `/api/albums/${id}/images/order`, { imageIds: ids });
  },
  drop: async (s, p) => call(s, p, 'DELETE', `/api/albums/${(await album(s, p)).id}`),
  zip: async (s, p) => leave(s, p, `/api/albums/${(await album(s, p)).id}/zip`),
  look: async (s, p) => leave(s, p, (await image(s, p)).url),
  trash: async (s, p) => call(s, p, 'DELETE', `/api/images/${(await image(s, p)).id}?force=true`),
  restore: async (s, p) => call(s, p, 'POST', `/api/images/${(await pick(s, p, '/api/images?trash=true', 'images')).id}/restore`),
  tag: async (s, p) => call(s, p, 'PATCH', `/api/images/${(await image(s, p)).id}`, { tags: ['crowd', p.name], starred: true }),
  search: (s, p) => call(s, p, 'GET', '/api/images?q=tag:crowd dot'),
  hear: async (s, p) => {
    const stream = await openStream(s.port, { token: p.token, query: `after=${p.random(50)}` });
    stream.close();
  },
  token: async (s, p) => {
    const made = await call(s, p, 'POST', '/api/tokens', { name: 'brief', scope: 'read' });
    if (made.status === 201) await call(s, p, 'DELETE', `/api/tokens/${made.json.id}`);
  },
  queue: (s, p) => call(s, p, 'GET', '/api/queue'),
  quote: (s, p) => call(s, p, 'POST', '/api/quote', { request: { prompt: 'a dot', ...SIZE } }),
  usage: (s, p) => call(s, p, 'GET', '/api/usage?by=backend'),
};

async function makePerson(server: Server, name: string, seed: number): Promise<Person> {
  const user = await server.ok(201, 'POST', '/api/users', { name, password: PASSWORD });
  const signIn = await server.api('POST', '/api/session', { name, password: PASSWORD }, { token: null });
  const cookie = signIn.headers.get('set-cookie')!.split(';')[0]!;
  const { token } = await server.ok(201, 'POST', '/api/tokens', { name: 'crowd', scope: 'admin' }, { token: null, headers: { cookie, origin: server.url } });
  return { id: user.id, name, token, random: makeRandom(seed) };
}

/** Ends what is left, and waits for it. */
async function settle(server: Server, people: Person[], seed: number): Promise<void> {
  for (const who of people) {
    const open = async (status: string) => (await call(server, who, 'GET', `/api/jobs?limit=200&status=${status}`)).json.jobs;
    const cancelled = async () => {
      const left = [...(await open('queued')), ...(await open('running'))];
      for (const one of left) await call(server, who, 'POST', `/api/jobs/${one.id}/cancel`);
      return left.map((one) => ({ id: one.id, status: one.status, kind: one.kind, attempt: one.attempt, error: one.error }));
    };
    await expect.poll(cancelled, { timeout: 60_000, interval: 200, message: `seed ${seed}, open jobs` }).toEqual([]);
  }
}

/** What somebody does; who is cut off by a kill waits until the next server is there. */
async function actUntilDone(place: Place, who: Person): Promise<void> {
  const names = Object.keys(ACTS_OF_PEOPLE);
  for (let act = 0; act < ACTS; act++) {
    const server = await place.server;
    try {
      await ACTS_OF_PEOPLE[names[who.random(names.length)]!]!(server, who);
    } catch (error) {
      if ((await place.server) === server) throw error;
    }
    place.acts++;
  }
}

async function checkAlbums(server: Server, who: Person, seed: number): Promise<void> {
  const { albums } = (await call(server, who, 'GET', '/api/albums?limit=200')).json;
  const trash = new Set((await call(server, who, 'GET', '/api/images?trash=true&limit=200')).json.images.map((one: any) => one.id));
  for (const { id } of albums.filter((one: any) => one.mine)) {
    const whole = (await call(server, who, 'GET', `/api/albums/${id}`)).json;
    const where = `seed ${seed}, album ${id}`;
    expect(whole.shots.filter((shot: any) => shot.status === 'generating'), where).toEqual([]);
    expect(whole.anchorJobId, where).toBe(null);
    expect(whole.imageCount, where).toBeGreaterThanOrEqual(whole.images.length);
    expect(whole.imageCount, where).toBeLessThanOrEqual(whole.images.length + trash.size);
    for (const shot of whole.shots) if (shot.status === 'complete' && !trash.has(shot.imageId)) expect(shot.imageUrl, where).not.toBe(null);
  }
}

async function checkStore(server: Server, seed: number): Promise<void> {
  const findings = [];
  for (let cursor: string | undefined = ''; cursor !== undefined; ) {
    const step: any = await server.ok(200, 'POST', '/api/fsck', { deep: true, ...(cursor === '' ? {} : { cursor }) });
    findings.push(...step.findings.filter((one: any) => one.kind !== 'missing_thumbnail'));
    cursor = step.cursor ?? undefined;
  }
  expect(findings, `seed ${seed}`).toEqual([]);
}

/** Kills the server each time that so much was done, and starts it again. */
async function killNowAndThen(place: Place, kills: number): Promise<void> {
  for (let kill = 1; kill <= kills; kill++) {
    const server = await place.server;
    await expect.poll(() => place.acts, { timeout: 120_000, interval: 5 }).toBeGreaterThan((PEOPLE * ACTS * kill) / (kills + 1));
    place.server = server.kill9().then(() => startServer({ config: CONFIG, home: server.home }));
  }
}

test.each([0, 5])(`${PEOPLE} people do ${ACTS} things each, over %i kills, and it all adds up`, { timeout: 300_000 }, async (kills) => {
  const seed = Number(process.env.ALBUMEN_CROWD_SEED ?? Date.now() % 1e9);
  const first = await startServer({ config: CONFIG });
  const place: Place = { server: Promise.resolve(first), acts: 0 };
  const people = await Promise.all(Array.from({ length: PEOPLE }, (_, i) => makePerson(first, `person-${i}`, seed + i * 7919)));
  await Promise.all([killNowAndThen(place, kills), ...people.map((who) => actUntilDone(place, who))]);

  const server = await place.server;
  await settle(server, people, seed);
  expect(wrong, `seed ${seed}`).toEqual([]);
  for (const who of people) await checkAlbums(server, who, seed);
  await checkStore(server, seed);
  for (const who of people.slice(0, PEOPLE / 2)) await server.ok(204, 'DELETE', `/api/users/${who.id}`);
});
