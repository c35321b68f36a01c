// albumen fsck: every kind of drift is found and repaired, with a running server and with none; nothing sound is touched.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

import { rows } from '../faults/rows.ts';
import { BINARY, cleanEnv, runCommand, startServer, type Home, type Server } from './harness.ts';
import { change } from './pictures.ts';

interface Picture {
  id: string;
  key: string;
  file: string;
}

const OLD = new Date(Date.now() - 3 * 3600 * 1000);

async function until<T>(look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  for (const end = Date.now() + 20_000; ; ) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error('too late');
  }
}

const blobOf = (home: Home, key: string) => join(home.folder, 'data', 'blobs', key);

/** Until every picture has its thumbnails. */
async function thumbnailsAreThere(server: Server): Promise<void> {
  await until(async () => {
    const waiting = (await server.ok(200, 'GET', '/api/jobs?kind=thumbnail')).jobs.filter((job: any) => job.status !== 'completed');
    return waiting.length === 0 ? true : undefined;
  });
}

async function makePictures(server: Server, count: number): Promise<Picture[]> {
  const before = (await server.ok(200, 'GET', '/api/images?limit=200')).images.length;
  for (let left = count; left > 0; left -= 16) {
    await server.ok(202, 'POST', '/api/jobs', { request: { prompt: 'a dot', width: 320, height: 16 }, count: Math.min(left, 16) });
  }
  const images = await until(async () => {
    const page = (await server.ok(200, 'GET', '/api/images?limit=200')).images;
    return page.length >= before + count ? page.slice(0, count) : undefined;
  });
  await thumbnailsAreThere(server);
  return images.map((image: any) => {
    const key = image.url.replace('/media/', '');
    return { id: image.id, key, file: blobOf(server.home, key) };
  });
}

async function fsck(home: Home, ...args: string[]) {
  const { code, stdout, stderr } = await runCommand(['fsck', '--json', ...args], home);
  expect(stderr).toBe('');
  const lines = stdout.trim().split('\n').map((line) => JSON.parse(line));
  return { code, summary: lines.at(-1), findings: lines.slice(0, -1), kinds: lines.slice(0, -1).map(({ kind }) => kind) };
}

function put(home: Home, path: string): string {
  const file = join(home.folder, 'data', path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, 'left behind');
  utimesSync(file, OLD, OLD);
  return file;
}

const thumb = (picture: Picture, size: number) => `${picture.file}.${size}.webp`;

/** What is wrong, how it comes about, and what a repair makes of it. */
const DRIFTS: {
  kind: string;
  deep?: boolean;
  plant: (home: Home, picture: Picture) => string;
  repaired: (home: Home, picture: Picture, planted: string) => void;
}[] = [
  {
    kind: 'missing_blob',
    plant: (_, { file, key }) => {
      unlinkSync(file);
      return key;
    },
    repaired: (home, { id }) => {
      expect(rows(home, `select defect from image_defect where image_id = '${id}'`)).toEqual([{ defect: 'missing' }]);
      const told = rows(home, `select body from event where body like '%image_damaged%'`).map(({ body }) => JSON.parse(body).result);
      expect(told).toEqual([{ imageId: id, defect: 'missing' }]);
    },
  },
  {
    kind: 'changed_blob',
    deep: true,
    plant: (_, { file, key }) => {
      const bytes = readFileSync(file);
      bytes[bytes.length - 20]! ^= 1;
      writeFileSync(file, bytes);
      return key;
    },
    repaired: (home, { id, file }) => {
      expect(rows(home, `select defect from image_defect where image_id = '${id}'`)).toEqual([{ defect: 'changed' }]);
      expect(existsSync(file), 'the bytes stay where they are').toBe(true);
    },
  },
  {
    kind: 'changed_blob',
    plant: (_, { file, key }) => {
      writeFileSync(file, readFileSync(file).subarray(0, 40));
      return key;
    },
    repaired: (home, { id }) => {
      expect(rows(home, `select defect from image_defect where image_id = '${id}'`)).toEqual([{ defect: 'changed' }]);
    },
  },
  {
    kind: 'missing_thumbnail',
    plant: (_, picture) => {
      unlinkSync(thumb(picture, 512));
      return picture.key;
    },
    repaired: (home, { id }) => {
      expect(rows(home, `select count(*) as n from job where kind = 'thumbnail' and payload like '%${id}%'`)).toEqual([{ n: 2 }]);
    },
  },
  {
    kind: 'orphan_blob',
    plant: (home) => {
      put(home, 'blobs/library/nobody/orphan.png');
      return 'library/nobody/orphan.png';
    },
    repaired: (home, _, key) => expect(existsSync(blobOf(home, key))).toBe(false),
  },
  {
    kind: 'half_written',
    plant: (home) => {
      const name = `token.${randomUUID().replace(/^(.{14})./, '$17')}.tmp`;
      put(home, name);
      return name;
    },
    repaired: (home, _, name) => expect(existsSync(join(home.folder, 'data', name))).toBe(false),
  },
];

test('a sound installation is clean, with a server and without', async () => {
  const server = await startServer();
  await makePictures(server, 3);
  const beside = await fsck(server.home, '--deep');
  expect([beside.code, beside.findings]).toEqual([0, []]);
  expect(beside.summary).toMatchObject({ rows: 3, files: 9, findings: 0, repaired: 0, knownDefects: 0 });
  expect(beside.summary.bytes).toBeGreaterThan(0);
  await server.stop();
  const alone = await fsck(server.home);
  expect([alone.code, alone.summary.rows, alone.summary.bytes]).toEqual([0, 3, 0]);
  const people = await runCommand(['fsck'], server.home);
  expect([people.code, people.stdout, people.stderr]).toEqual([0, '3 pictures and 9 files: all is well\n', '']);
});

test.each([true, false])('each planted drift is found and repaired; a server runs: %s', async (runs) => {
  let server = await startServer();
  const home = server.home;
  const pictures = await makePictures(server, DRIFTS.length);
  if (!runs) await server.stop();
  const original = new Map(pictures.map(({ file }) => [file, readFileSync(file)]));
  for (const [at, drift] of DRIFTS.entries()) {
    const picture = pictures[at]!;
    const title = `${drift.kind} of ${picture.key}`;
    const how = drift.deep ? ['--deep'] : [];
    const planted = drift.plant(home, picture);
    const expected = [1, [[drift.kind, planted, false]]];
    const found = await fsck(home, ...how);
    expect([found.code, found.findings.map((one) => [one.kind, one.key, one.repaired])], title).toEqual(expected);
    const again = await fsck(home, ...how);
    expect([again.code, again.kinds], `${title}: only looked at`).toEqual([1, [drift.kind]]);
    const mended = await fsck(home, '--repair', ...how);
    expect([mended.code, mended.findings.map((one) => [one.kind, one.repaired])], title).toEqual([1, [[drift.kind, true]]]);
    drift.repaired(home, picture, planted);
    expect(await fsck(home, ...how), title).toMatchObject({ code: 0, findings: [] });
    if (drift.kind.endsWith('_blob') && original.has(picture.file) && drift.kind !== 'orphan_blob') {
      writeFileSync(picture.file, original.get(picture.file)!);
      expect((await fsck(home, '--repair')).kinds, title).toEqual(['restored_blob']);
      expect(rows(home, `select * from image_defect`), title).toEqual([]);
    }
  }
  if (!runs) server = await startServer({ home });
  await thumbnailsAreThere(server);
  expect(await fsck(home, '--deep')).toMatchObject({ code: 0, summary: { rows: DRIFTS.length, files: 3 * DRIFTS.length } });
});

test('thumbnails that nobody has made or is about to make are made; those that cannot be are asked for once', async () => {
  let server = await startServer();
  const home = server.home;
  const [never, broken] = await makePictures(server, 2);
  await server.stop();
  change(home, 'update image set thumb_size = null');
  for (const size of [256, 512]) unlinkSync(thumb(never!, size));
  const bytes = readFileSync(broken!.file).fill(0, 60);
  writeFileSync(broken!.file, bytes);
  expect((await fsck(home, '--repair')).kinds).toEqual(['missing_thumbnail', 'missing_thumbnail']);
  expect((await fsck(home)).code, 'their jobs wait').toBe(0);
  server = await startServer({ home });
  await until(async () => {
    const jobs = (await server.ok(200, 'GET', '/api/jobs?kind=thumbnail')).jobs;
    return jobs.every((job: any) => job.status === 'completed' || job.status === 'failed') ? true : undefined;
  });
  expect(existsSync(thumb(never!, 512))).toBe(true);
  expect(rows(home, 'select image_id, defect from image_defect')).toEqual([{ image_id: broken!.id, defect: 'undrawable' }]);
  expect((await fsck(home)).code).toBe(0);
});

test('money that is held back for a job that is gone is found and given back', async () => {
  const server = await startServer();
  const home = server.home;
  await makePictures(server, 1);
  await server.stop();
  const [{ id }] = rows(home, 'select id from app_user');
  const job = '01900000-0000-7000-8000-000000000000';
  change(home, `insert into ledger (id, job_id, user_id, backend, door, reserved, opened_at) values ('entry', '${job}', '${id}', 'fake', 'jobs', 40000, 1)`);
  for (const user of ['', id]) change(home, `insert into spending values ('${user}', 40000, 0, 0, 0, 0, 0, 0)`);
  const found = await fsck(home);
  expect([found.code, found.findings]).toEqual([1, [{ kind: 'stale_reservation', key: job, imageId: null, userId: id, detail: '0.040000 USD for a job that is over', repaired: false }]]);
  expect((await fsck(home, '--repair')).findings.map(({ kind, repaired }) => [kind, repaired])).toEqual([['stale_reservation', true]]);
  expect((await fsck(home)).code).toBe(0);
  expect(rows(home, 'select reserved from spending')).toEqual([{ reserved: 0 }, { reserved: 0 }]);
});

test('what was put lately is not taken for an orphan', async () => {
  const server = await startServer();
  const file = put(server.home, 'blobs/library/somebody/new.png');
  utimesSync(file, new Date(), new Date());
  expect(await fsck(server.home, '--repair')).toMatchObject({ code: 0, summary: { files: 1 } });
  expect(existsSync(file)).toBe(true);
});

test('a repair that is killed anywhere is simply done again', async () => {
  let server = await startServer();
  const home = server.home;
  const pictures = await makePictures(server, 30);
  await server.stop();
  const sound = pictures.slice(0, 10);
  pictures.slice(10, 20).forEach(({ file }) => unlinkSync(file));
  pictures.slice(20).forEach((picture) => unlinkSync(thumb(picture, 256)));
  for (let i = 0; i < 300; i++) put(home, `blobs/library/nobody/${i}.png`);
  for (let tries = 0; tries < 8; tries++) {
    const child = spawn(BINARY, ['fsck', '--repair', '--json'], { env: cleanEnv(home), stdio: ['ignore', 'pipe', 'ignore'] });
    // From right after the start to well into the work: the child's own speed decides where it is met.
    const late = setTimeout(() => child.kill('SIGKILL'), 20 * tries);
    await new Promise((settle) => child.on('close', settle));
    clearTimeout(late);
  }
  await fsck(home, '--repair');
  expect(await fsck(home)).toMatchObject({ code: 0, summary: { rows: 30, knownDefects: 10 } });
  expect(rows(home, 'select count(*) as n from image_defect')).toEqual([{ n: 10 }]);
  server = await startServer({ home });
  await thumbnailsAreThere(server);
  expect(await fsck(home, '--deep')).toMatchObject({ code: 0, summary: { findings: 0, knownDefects: 10 } });
  for (const { file } of sound) expect(existsSync(file)).toBe(true);
});

test('money that is held back for nothing is found and settled', async () => {
  const config = 'backends:\n  paid: { type: mock, mode: in_process, price: unknown, price_per_image: 0.04 }\n';
  const server = await startServer({ config });
  const home = server.home;
  const request = { prompt: 'a dot', width: 16, height: 16 };
  for (const prompt of ['a dot', 'refuse']) await server.ok(202, 'POST', '/api/jobs', { backend: 'paid', request: { ...request, prompt } });
  const jobs = await until(async () => {
    const found = (await server.ok(200, 'GET', '/api/jobs')).jobs;
    return found.every((job: any) => ['completed', 'failed'].includes(job.status)) ? found : undefined;
  });
  await server.stop();
  expect((await fsck(home)).code).toBe(0);
  // As if the ends of both jobs had not been entered, and the sum of all were not that of the users.
  change(home, "update ledger set outcome = 'open', settled_at = null, spent = 0");
  change(home, "update spending set reserved = reserved + 80000 where user_id <> ''");
  const drift = { code: 1, summary: { findings: 4 } };
  const found = await fsck(home);
  expect(found).toMatchObject(drift);
  expect(found.findings.filter(({ kind }) => kind === 'stale_reservation').map(({ key, detail }) => [key, detail]).sort()).toEqual(
    jobs.map((job: any) => [job.id, '0.040000 USD for a job that is over']).sort(),
  );
  expect(found.findings.find(({ kind }) => kind === 'wrong_sum')).toMatchObject({ key: 'total', userId: null, detail: '0.080000 USD too little', repaired: false });
  const today = new Date().toISOString().slice(0, 10);
  const [{ id }] = rows(home, 'select id from app_user');
  expect(found.findings.find(({ kind }) => kind === 'wrong_usage')).toEqual(
    { kind: 'wrong_usage', key: today, imageId: null, userId: id, detail: "0.040000 USD too much, made by 'paid'", repaired: false },
  );
  expect(await fsck(home, '--repair')).toMatchObject({ summary: { findings: 4, repaired: 4 } });
  expect(await fsck(home)).toMatchObject({ code: 0, summary: { findings: 0 } });
  expect(rows(home, 'select reserved from spending where reserved <> 0')).toEqual([]);
  expect(rows(home, 'select outcome, spent from ledger order by spent')).toEqual([{ outcome: 'refunded', spent: 0 }, { outcome: 'spent', spent: 40000 }]);
  expect(rows(home, "select spent from usage_tally where user_id = ''")).toEqual([{ spent: 40000 }]);
  // The sum of all users alone.
  change(home, "update usage_tally set pictures = 99 where user_id = ''");
  expect((await fsck(home)).findings).toEqual(
    [{ kind: 'wrong_usage', key: today, imageId: null, userId: null, detail: 'a sum of the day is not that of its rows', repaired: false }],
  );
  expect((await fsck(home, '--repair')).kinds).toEqual(['wrong_usage']);
  expect((await fsck(home)).code).toBe(0);
});

test('exit code 2 says that it could not look', async () => {
  const server = await startServer();
  const { token } = await server.ok(201, 'POST', '/api/tokens', { name: 'reader', scope: 'write' });
  server.plant(token);
  const refused = await runCommand(['fsck'], server.home, { ALBUMEN_TOKEN: token });
  expect([refused.code, refused.stdout]).toEqual([2, '']);
  expect(refused.stderr).toMatch(/^albumen: /);
  const nobody = await runCommand(['fsck', '--server', 'http://127.0.0.1:9'], server.home, { ALBUMEN_TOKEN: token });
  expect(nobody.code).toBe(2);
  for (const cursor of ['elsewhere/1', 'files/../../etc', 'usage/today', 'over/', 'files', '']) {
    const reply = await server.api('POST', '/api/fsck', { cursor });
    expect([cursor, reply.status, reply.json.error.field]).toEqual([cursor, 422, 'cursor']);
  }
});

test('a store that is away is no drift, and nothing is repaired then', async () => {
  const server = await startServer();
  await makePictures(server, 1);
  await server.stop();
  const blobs = join(server.home.folder, 'data', 'blobs');
  renameSync(blobs, `${blobs}.away`);
  const empty = await runCommand(['fsck', '--repair'], server.home);
  expect([empty.code, empty.stdout]).toEqual([2, '']);
  expect(empty.stderr).toMatch(/^albumen: the store is empty, and there are pictures: is its disk there\? Nothing was repaired$/m);
  expect(rows(server.home, 'select * from image_defect')).toEqual([]);
  rmSync(blobs, { recursive: true });
  writeFileSync(blobs, 'a file where the folder should be');
  const broken = await runCommand(['fsck'], server.home);
  expect([broken.code, broken.stdout]).toEqual([2, '']);
  unlinkSync(blobs);
  renameSync(`${blobs}.away`, blobs);
  expect((await fsck(server.home)).code).toBe(0);
});
