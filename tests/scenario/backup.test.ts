// albumen backup and restore: while the server writes as fast as it can, broken off anywhere, damaged, and in the way.
import { execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { checkIntegrity, rows } from '../faults/rows.ts';
import { BINARY, cleanEnv, makeHome, runCommand, Server, startServer, type Home } from './harness.ts';

/** Backups under load, each restored and looked at; ALBUMEN_TEST_BACKUPS asks for more. */
const ROUNDS = Number(process.env.ALBUMEN_TEST_BACKUPS ?? 2);
const MOCK = 'backends:\n  fake:\n    type: mock\n    concurrency: 4\n';

const backupOf = (home: Home) => join(home.folder, 'backup');

async function backup(home: Home, to = backupOf(home)) {
  const { code, stdout, stderr } = await runCommand(['backup', to, '--json'], home);
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
}

async function restore(home: Home, from: string, ...args: string[]) {
  return await runCommand(['restore', from, ...args], home);
}

async function expectSound(home: Home): Promise<void> {
  checkIntegrity(home);
  const { code, stdout, stderr } = await runCommand(['fsck', '--deep'], home);
  expect([code, stderr], stdout).toEqual([0, '']);
}

async function makePictures(server: Server, count: number): Promise<void> {
  const before = (await server.ok(200, 'GET', '/api/images?limit=200')).images.length;
  await server.ok(202, 'POST', '/api/jobs', { request: { prompt: 'a dot', width: 320, height: 16 }, count });
  for (const end = Date.now() + 20_000; ; ) {
    const images = (await server.ok(200, 'GET', '/api/images?limit=200')).images;
    const open = (await server.ok(200, 'GET', '/api/jobs?kind=thumbnail')).jobs.filter((job: any) => job.status !== 'completed');
    if (images.length === before + count && open.length === 0) return;
    if (Date.now() > end) throw new Error('too late');
  }
}

/** Clients that make albums and pictures without a pause; what was acknowledged is noted. */
class Load {
  readonly acknowledged: string[] = [];
  private stopped = false;
  private readonly clients: Promise<void>[];
  private readonly agent = new Agent({ keepAlive: true });
  private readonly began = Date.now();
  private seconds = 0;

  constructor(private readonly server: Server) {
    this.clients = Array.from({ length: 6 }, (_, number) => this.work(number));
  }

  private async post(path: string, body: unknown): Promise<any> {
    const { port, token } = this.server;
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', host: this.server.address };
    return await new Promise((settle, fail) => {
      const call = request({ port, host: '127.0.0.1', method: 'POST', path, headers, agent: this.agent }, (reply) => {
        let text = '';
        reply.setEncoding('utf8').on('data', (piece: string) => (text += piece));
        reply.on('end', () => settle({ status: reply.statusCode, json: JSON.parse(text) }));
      });
      call.on('error', fail);
      call.end(JSON.stringify(body));
    });
  }

  private async work(number: number): Promise<void> {
    for (let round = 0; !this.stopped; round++) {
      if (number === 0 && round % 20 === 0) await this.post('/api/jobs', { backend: 'fake', request: { prompt: `a dot ${round}` } });
      const { status, json } = await this.post('/api/albums', { name: `load ${number} ${round}` });
      expect(status).toBe(201);
      this.acknowledged.push(json.id);
    }
  }

  get perSecond(): number {
    return this.acknowledged.length / (this.seconds || (Date.now() - this.began) / 1000);
  }

  async untilWritten(count: number): Promise<void> {
    const end = Date.now() + 20_000;
    while (this.acknowledged.length < count) {
      if (Date.now() > end) throw new Error('too slow');
      await this.post('/api/albums', { name: 'waiting' });
    }
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.clients);
    this.seconds = (Date.now() - this.began) / 1000;
    this.agent.destroy();
  }
}

test(`a backup under load has all that was acknowledged before it, and restores sound: ${ROUNDS} times`, { timeout: 60_000 * ROUNDS }, async () => {
  const server = await startServer({ config: MOCK });
  await makePictures(server, 8);
  const rates: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const load = new Load(server);
    await load.untilWritten(100);
    const before = [...load.acknowledged];
    const made = await backup(server.home).finally(() => load.stop());
    expect(made.missing).toBe(0);
    rates.push(load.perSecond);
    const home = makeHome();
    const { code, stderr } = await restore(home, backupOf(server.home));
    expect([code, stderr]).toEqual([0, '']);
    const albums = new Set(rows(home, 'select id from album').map(({ id }) => id));
    expect(before.filter((id) => !albums.has(id))).toEqual([]);
    await expectSound(home);
    rmSync(join(home.folder, 'data'), { recursive: true });
  }
  console.log(`writes per second while backing up: ${rates.map(Math.round).join(' ')}`);
  expect(readdirSync(server.data).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

test('what a backup that was killed has left half written is gone after the next one', async () => {
  const server = await startServer({ config: MOCK });
  await makePictures(server, 1);
  await backup(server.home);
  const folder = backupOf(server.home);
  const half = join(folder, `manifest.json.${randomUUID().replace(/^(.{14})./, '$17')}.tmp`);
  const own = join(folder, 'notes.tmp');
  for (const file of [half, own]) {
    writeFileSync(file, '{"format":');
    utimesSync(file, new Date(0), new Date(0));
  }
  await backup(server.home);
  expect([existsSync(half), existsSync(own)]).toEqual([false, true]);
});

test('what was restored is the same installation: accounts, pictures, bytes, albums, and its queue goes on', async () => {
  let server = await startServer({ config: MOCK });
  await makePictures(server, 3);
  await server.ok(200, 'POST', '/api/queue/pause', { lane: 'fake' });
  const { jobIds } = await server.ok(202, 'POST', '/api/jobs', { backend: 'fake', request: { prompt: 'a fox' } });
  const { token } = await server.ok(201, 'POST', '/api/tokens', { name: 'mine', scope: 'admin' });
  const pictures = (await server.ok(200, 'GET', '/api/images')).images;
  const made = await backup(server.home);
  expect(made).toMatchObject({ format: 1, dialect: server.home.databaseUrl ? 'postgres' : 'sqlite', blobs: 9, missing: 0 });
  const list = readFileSync(join(backupOf(server.home), made.list.file), 'utf8');
  expect(execFileSync('sha256sum', ['--check', '--quiet', made.list.file], { cwd: backupOf(server.home), encoding: 'utf8' })).toBe('');
  expect(list.trim().split('\n')).toHaveLength(9);

  const home = makeHome();
  expect((await restore(home, backupOf(server.home))).stdout).toMatch(/^Restored into '.*': the state of .*, 9 files with 0 MB\.\n$/);
  const bytes = new Map<string, Buffer>();
  for (const { url } of pictures) bytes.set(url, Buffer.from(await (await fetch(server.url + url, { headers: { authorization: `Bearer ${token}` } })).arrayBuffer()));
  await server.stop();
  server = await startServer({ config: MOCK, home });
  server.plant(token);
  expect((await server.ok(200, 'GET', '/api/images', undefined, { token })).images).toEqual(pictures);
  for (const [url, expected] of bytes) {
    const reply = await fetch(server.url + url, { headers: { authorization: `Bearer ${token}` } });
    expect(Buffer.from(await reply.arrayBuffer()).equals(expected)).toBe(true);
  }
  expect(server.log.filter(({ level }) => level === 'warn')).toEqual([]);
  await server.ok(200, 'POST', '/api/queue/resume', { lane: 'fake' });
  expect((await runCommand(['job', 'watch', jobIds[0]], home)).code).toBe(0);
});

test('a second backup copies what is new, and leaves one database and one list', async () => {
  const server = await startServer();
  await makePictures(server, 2);
  const first = await backup(server.home);
  await makePictures(server, 1);
  const people = await runCommand(['backup', backupOf(server.home)], server.home);
  expect(people.stdout).toMatch(/^9 files, 0 MB; 3 of them new, 0 MB\. The database has \d+ MB\.\n$/);
  const names = readdirSync(backupOf(server.home)).sort();
  expect(names.map((name) => name.replace(/-.*/, ''))).toEqual(['blobs', 'blobs', 'database', 'lock', 'manifest.json']);
  expect(names).not.toContain(first.database.file);
  await server.stop();
  const alone = await backup(server.home);
  expect(alone.blobs).toBe(9);
});

test('a picture that is gone or damaged is told, counted and left out', async () => {
  const server = await startServer();
  await makePictures(server, 2);
  const [gone, damaged] = (await server.ok(200, 'GET', '/api/images')).images.map(({ url }: any) => join(server.data, 'blobs', url.replace('/media/', '')));
  unlinkSync(gone);
  writeFileSync(damaged, readFileSync(damaged).fill(0, 50));
  const result = await runCommand(['backup', backupOf(server.home)], server.home);
  expect(result.code).toBe(1);
  expect(result.stderr).toMatch(/left out: library\S+ is gone\n/);
  expect(result.stderr).toMatch(/left out: library\S+ is damaged\n/);
  expect(result.stdout).toMatch(/2 files were gone or damaged and are not in it/);
});

/** Runs a command and kills it so many milliseconds later. */
async function killAfter(home: Home, args: string[], ms: number): Promise<void> {
  const child = spawn(BINARY, args, { cwd: home.folder, env: cleanEnv(home), stdio: 'ignore' });
  const late = setTimeout(() => child.kill('SIGKILL'), ms);
  await new Promise((settle) => child.on('close', settle));
  clearTimeout(late);
}

test('a backup that is killed leaves nothing that looks complete, and is taken up; so is a restore', { timeout: 120_000 }, async () => {
  const server = await startServer();
  await makePictures(server, 16);
  const folder = backupOf(server.home);
  for (let tries = 0; tries < 8; tries++) {
    await killAfter(server.home, ['backup', folder], 15 * tries);
    if (existsSync(join(folder, 'manifest.json'))) break;
    const early = await restore(makeHome(), folder);
    expect(early.code).toBe(1);
    expect(early.stderr).toMatch(/^albumen: '.*' holds no complete backup: it has no manifest.json\n$/);
  }
  expect(await backup(server.home)).toMatchObject({ blobs: 48, missing: 0 });
  await server.stop();

  const home = makeHome();
  for (let tries = 0; tries < 10; tries++) {
    await killAfter(home, ['restore', folder], 20 + 25 * tries);
    const whole = !existsSync(join(home.folder, 'data', 'restoring'));
    if (whole) continue;
    const refused = await runCommand(['queue'], home);
    expect([refused.code, refused.stderr]).toEqual([3, expect.stringMatching(/a restore into '.*' was broken off: run `albumen restore` again/)]);
  }
  const complete = existsSync(join(home.folder, 'data', 'blobs')) && !existsSync(join(home.folder, 'data', 'restoring'));
  if (!complete) expect((await restore(home, folder)).stderr).toBe('');
  await expectSound(home);
  expect(rows(home, 'select count(*) as n from image')).toEqual([{ n: 16 }]);
});

/** As a process that is killed before it has written its log back: what it changed is in the log alone. */
function changeInLog(database: string): void {
  const script = `import os, sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.execute('pragma journal_mode = wal')
db.execute('create table foreign_table (id)')
db.commit()
os._exit(0)`;
  execFileSync('python3', ['-c', script, database]);
}

test('what a restore that was killed has left half written is not in the way of the next one', async () => {
  const server = await startServer();
  await makePictures(server, 2);
  const made = await backup(server.home);
  await server.stop();
  const folder = backupOf(server.home);
  const home = makeHome();
  const stage = join(home.folder, 'data', 'restoring');
  const half = join(home.folder, 'data', `.restore-cleared.${randomUUID().replace(/^(.{14})./, '$17')}.tmp`);
  mkdirSync(stage, { recursive: true });
  writeFileSync(half, '');
  if (!home.databaseUrl) {
    copyFileSync(join(folder, made.database.file), join(stage, 'albumen.db'));
    changeInLog(join(stage, 'albumen.db'));
    expect(readdirSync(stage)).toContain('albumen.db-wal');
  }
  expect((await restore(home, folder)).stderr).toBe('');
  expect(existsSync(half)).toBe(false);
  await expectSound(home);
  expect(rows(home, 'select count(*) as n from image')).toEqual([{ n: 2 }]);
  if (!home.databaseUrl) expect(rows(home, "select name from sqlite_master where name = 'foreign_table'")).toEqual([]);
});

test('a damaged backup is refused before anything is touched', async () => {
  const server = await startServer();
  await makePictures(server, 1);
  const made = await backup(server.home);
  await server.stop();
  const folder = backupOf(server.home);
  const blob = readFileSync(join(folder, made.list.file), 'utf8').slice(66).split('\n')[0]!;
  for (const name of ['manifest.json', made.database.file, made.list.file, blob]) {
    const good = readFileSync(join(folder, name));
    const bad = Buffer.from(good);
    bad[bad.length >> 1]! ^= 0x41;
    writeFileSync(join(folder, name), bad);
    const home = makeHome();
    const refused = await restore(home, folder);
    expect([name, refused.code]).toEqual([name, 1]);
    expect(refused.stderr, name).toMatch(/^albumen: .*(damaged|cannot be read)/m);
    expect(existsSync(join(home.folder, 'data')), name).toBe(false);
    unlinkSync(join(folder, name));
    expect((await restore(home, folder)).code, `${name} is gone`).toBe(1);
    writeFileSync(join(folder, name), good);
  }
  expect((await restore(makeHome(), folder)).code).toBe(0);
});

test('a data folder that is in use or not empty is refused; --replace moves what is there aside', async () => {
  const source = await startServer();
  await makePictures(source, 1);
  await backup(source.home);
  await source.stop();
  const folder = backupOf(source.home);

  const server = await startServer();
  const used = await restore(server.home, folder);
  expect([used.code, used.stderr]).toEqual([1, expect.stringMatching(/is in use: stop its server first\n$/)]);
  await server.stop();
  const full = await restore(server.home, folder);
  expect([full.code, full.stderr]).toEqual([1, expect.stringMatching(/is not empty \(.*\): --replace moves what is in it aside\n$/)]);
  if (server.home.databaseUrl) {
    const database = await restore(server.home, folder, '--replace');
    expect(database.stderr).toMatch(/the PostgreSQL database is not empty: create another one/);
    return;
  }
  const replaced = await restore(server.home, folder, '--replace');
  expect([replaced.code, replaced.stderr]).toEqual([0, '']);
  const aside = /What was there is in '(.*)'\.\n$/.exec(replaced.stdout)![1]!;
  expect(readdirSync(aside)).toContain('albumen.db');
  await expectSound(server.home);
  const again = await startServer({ home: server.home });
  expect((await again.ok(200, 'GET', '/api/images')).images).toHaveLength(1);
});

test('a backup of another kind of database is refused', async () => {
  const home = makeHome();
  const folder = join(home.folder, 'foreign');
  mkdirSync(folder);
  const file = { file: 'x', sha256: '0'.repeat(64), bytes: 0 };
  const dialect = home.databaseUrl ? 'sqlite' : 'postgres';
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ format: 1, dialect, schema: 1, database: file, list: file }));
  expect((await restore(home, folder)).stderr).toContain(`the backup is one of ${dialect}: set the database's URL to such a one`);
});
