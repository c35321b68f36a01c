// Copies of what the command line makes, in a Supabase project: when, where, and what becomes of a copy that does not arrive.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { asImagen, filesIn, makeFolder, runProgram, type Ended } from './cli.ts';
import { BINARY, cleanEnv, makeHome, runCommand, type Home } from './harness.ts';
import { OWNER, restError, SECRET_KEY, storageError, Supabase, TOKEN_KEY, type Trouble } from './supabase.ts';

const SMALL = ['--size', '32', '--quiet', '--seed', '7'];

let home: Home;
let project: Supabase;
let out: string;

beforeEach(async () => {
  home = makeHome();
  out = makeFolder(home);
  project = await Supabase.start();
});
afterEach(async () => {
  await project.stop();
});

interface Setting {
  mode?: string;
  owner?: string;
  key?: string;
  url?: string;
  more?: string;
}

function configure({ mode, owner = OWNER, key = TOKEN_KEY, url = project.url, more = '' }: Setting = {}): void {
  writeFileSync(
    join(home.folder, 'imagen.yaml'),
    `output:\n  directory: ${out}\n${mode ? `  cloud_sync: ${mode}\n` : ''}cloud:\n  url: ${url}\n  service_key: ${key}\n  owner_user_id: "${owner}"\n${more}`,
  );
}

const run = (args: string[], env: Record<string, string> = {}) => runCommand(args, home, { ALBUMEN_CONFIG: join(home.folder, 'imagen.yaml'), ...env });
const generate = (args: string[] = [], env: Record<string, string> = {}) => run(['generate', 'A red fox!', ...SMALL, ...args], env);

/** The one picture that was written. */
const picture = () => join(out, filesIn(out).find((name) => name.endsWith('.png'))!);
const waiting = (kind = 'pictures') => {
  const folder = join(home.folder, 'data', 'cloud', kind);
  return existsSync(folder) ? readdirSync(folder) : [];
};

/** The picture and the exit code are what they are without a cloud; what went wrong is one line. */
function failsSoftly(ended: Ended, line: RegExp | string): void {
  expect([ended.code, filesIn(out).length]).toEqual([0, 2]);
  const lines = ended.stderr.trim().split('\n');
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(line);
}

test('a picture is uploaded under its date and name, and its row says how it was made', async () => {
  configure();
  const ended = await generate();
  expect([ended.code, ended.stderr]).toEqual([0, '']);
  const file = picture();
  const [date, name] = [file.slice(out.length + 1, out.length + 11), file.slice(out.length + 12)];
  expect(name).toBe('a-red-fox-7.png');
  expect([...project.objects.keys()]).toEqual([`${date}/${name}`]);
  expect(project.objects.get(`${date}/${name}`)).toEqual({ bytes: readFileSync(file), type: 'image/png' });
  const sidecar = JSON.parse(readFileSync(file.replace('.png', '.json'), 'utf8'));
  expect([...project.rows.images!.values()]).toEqual([
    {
      id: sidecar.image,
      owner_user_id: OWNER,
      storage_path: `${date}/${name}`,
      slug: 'a-red-fox',
      seed: 7,
      bytes: readFileSync(file).length,
      created_at: sidecar.created_at,
      prompt: 'A red fox!',
      negative_prompt: null,
      style: null,
      backend: 'sketch',
      provider: 'sketch',
      model: null,
      width: 32,
      height: 32,
      mime_type: 'image/png',
      sha256: sidecar.sha256,
      metadata: sidecar,
    },
  ]);
  const [upload, row] = project.requests;
  expect([upload!.method, upload!.headers['x-upsert']]).toEqual(['PUT', 'true']);
  expect(row!.headers).toMatchObject({ 'content-profile': 'imagen', 'accept-profile': 'imagen', 'content-type': 'application/json' });
  expect(waiting()).toEqual([]);
});

test('a second picture of the same name has a place of its own, as it has here', async () => {
  configure();
  await generate();
  await generate();
  const here = filesIn(out).filter((name) => name.endsWith('.png'));
  expect(here).toHaveLength(2);
  expect([...project.objects.keys()].sort()).toEqual(here.map((name) => `${name.slice(0, 10)}/${name.slice(11)}`).sort());
});

test('letters that Storage does not take give way in the place, and nowhere else', async () => {
  configure();
  expect((await generate(['--name', 'Füchse #1~{seed}'])).stderr).toBe('');
  expect(filesIn(out)).toContain('Füchse #1~7.png');
  expect([...project.objects.keys()][0]).toMatch(/^\d{4}-\d\d-\d\d\/F--chse -1-7\.png$/);
});

describe('whether there is a copy: flag before environment before file', () => {
  const cases: [string, Setting, string[], Record<string, string>, number][] = [
    ['auto, and it is filled in', {}, [], {}, 1],
    ['auto, and there is no key', { key: '""' }, [], {}, 0],
    ['on', { mode: 'on' }, [], {}, 1],
    ['off', { mode: 'off' }, [], {}, 0],
    ['off, and the environment says on', { mode: 'off' }, [], { IMAGEN_CLOUD_SYNC: 'on' }, 1],
    ['on, and the environment says off', { mode: 'on' }, [], { IMAGEN_CLOUD_SYNC: 'off' }, 0],
    ['on, and the flag', { mode: 'on' }, ['--no-cloud'], {}, 0],
    ['the environment says on, and the flag', {}, ['--no-cloud'], { IMAGEN_CLOUD_SYNC: 'on' }, 0],
  ];
  test.each(cases)('%s', async (_name, setting, args, env, copies) => {
    configure(setting);
    const ended = await generate(args, env);
    expect([ended.code, ended.stderr, project.objects.size, project.rows.images!.size]).toEqual([0, '', copies, copies]);
    expect(waiting()).toEqual([]);
  });
});

test('a new kind of key is not sent as a token', async () => {
  project.key = SECRET_KEY;
  configure({ key: SECRET_KEY });
  expect((await generate()).stderr).toBe('');
  expect(project.rows.images!.size).toBe(1);
});

describe('a copy that does not arrive', () => {
  const busy = storageError('503', 'SlowDown', 'busy');
  const cases: [string, Trouble[], Trouble[], number, number][] = [
    ['Storage is down once, with the status inside', [busy], [], 2, 1],
    ['Storage is down twice, and cuts once', [{ status: 500 }, { cut: true }], [], 3, 1],
    ['PostgREST is down twice', [], [restError(503, 'PGRST001', 'x'), { cut: true }], 1, 3],
    ['too many at once', [{ status: 429, headers: { 'retry-after': '1' } }], [{ status: 429 }], 2, 2],
  ];
  test.each(cases)('is sent again when it may pass: %s', async (_name, objects, rows, uploads, inserts) => {
    configure();
    project.troubles.object.push(...objects);
    project.troubles.row.push(...rows);
    const ended = await generate();
    expect([ended.code, ended.stderr]).toEqual([0, '']);
    expect(project.calls).toMatchObject({ object: uploads, row: inserts });
    expect([project.objects.size, project.rows.images!.size, waiting()]).toEqual([1, 1, []]);
  });

  const final: [string, Trouble[], Trouble[], RegExp, number, number][] = [
    ['a policy', [storageError('403', 'Unauthorized', 'new row violates row-level security policy')], [], /upload: HTTP 403: new row violates/, 1, 0],
    ['no bucket', [storageError('404', 'Bucket not found', 'Bucket not found')], [], /upload: HTTP 404: Bucket not found/, 1, 0],
    ['too large', [storageError('413', 'Payload too large', 'The object exceeded the maximum allowed size')], [], /upload: HTTP 413: The object/, 1, 0],
    ['a schema that is not exposed', [], [restError(406, 'PGRST106', 'The schema must be one of the following: public')], /uploaded, but not its row: HTTP 406/, 1, 1],
    ['a row that is refused', [], [restError(409, '23503', 'violates foreign key constraint')], /uploaded, but not its row: HTTP 409: violates/, 1, 1],
    ['three times in vain', [busy, busy, busy], [], /upload: HTTP 503: busy/, 3, 0],
  ];
  test.each(final)('is told in one line, is not sent again by itself, and goes later: %s', async (_name, objects, rows, says, uploads, inserts) => {
    configure();
    project.troubles.object.push(...objects);
    project.troubles.row.push(...rows);
    failsSoftly(await generate(), says);
    expect(project.calls).toMatchObject({ object: uploads, row: inserts });
    expect([project.rows.images!.size, waiting().length]).toEqual([0, 1]);

    const later = await run(['cloud', 'sync']);
    expect([later.code, later.stdout, later.stderr]).toEqual([0, `${picture()}\n`, '']);
    expect([project.objects.size, project.rows.images!.size, waiting()]).toEqual([1, 1, []]);
    const again = await run(['cloud', 'sync']);
    expect([again.code, again.stderr]).toEqual([0, 'albumen: there is nothing to send\n']);
  });

  test('because nobody is there keeps the file and the exit code', async () => {
    configure({ url: 'http://127.0.0.1:9' });
    failsSoftly(await generate(), /^albumen: cloud sync: upload: .*'127\.0\.0\.1'.* \('albumen cloud sync' sends it later\)$/);
  });

  test('without an owner is not sent at all', async () => {
    configure({ owner: '' });
    const ended = await generate();
    const [warning, line] = ended.stderr.split('\n');
    expect([ended.code, filesIn(out).length, project.requests]).toEqual([0, 2, []]);
    expect(warning).toMatch(/'output\.cloud_sync' is not off, but 'cloud\.owner_user_id' is empty/);
    expect(line).toMatch(/^albumen: cloud sync: 'cloud\.owner_user_id' is empty: it is the id of your account/);
    const valid = await run(['config', 'validate']);
    expect(valid.stdout + valid.stderr).toMatch(/'output\.cloud_sync' is not off, but 'cloud\.owner_user_id' is empty/);
    configure({ owner: 'me' });
    const later = await run(['cloud', 'sync']);
    expect([later.code, later.stderr]).toEqual([1, expect.stringContaining("'cloud.owner_user_id' is no id")]);
    configure();
    expect((await run(['cloud', 'sync'])).code).toBe(0);
    expect(project.rows.images!.size).toBe(1);
  });

  test('of a file that is gone meanwhile is forgotten', async () => {
    configure({ owner: '' });
    await generate();
    const file = picture();
    unlinkSync(file);
    configure();
    const dry = await run(['cloud', 'sync', '--dry-run']);
    expect(waiting()).toHaveLength(1);
    const later = await run(['cloud', 'sync']);
    for (const ended of [dry, later]) expect([ended.code, ended.stderr.split('\n')[0]]).toEqual([0, `albumen: ${file} is gone, and forgotten`]);
    expect([project.requests, waiting()]).toEqual([[], []]);
  });
});

test('a command that is killed while it sends leaves the copy to the next one', async () => {
  configure();
  for (const call of ['object', 'row'] as const) {
    project.troubles[call].push({ holds: true });
    const folder = makeFolder(home, `killed-${call}`);
    const killed = spawn(BINARY, ['generate', 'A red fox!', ...SMALL, '-o', folder], { env: cleanEnv(home, { ALBUMEN_CONFIG: join(home.folder, 'imagen.yaml') }), stdio: 'ignore' });
    await project.held();
    killed.kill('SIGKILL');
    await new Promise((ended) => killed.on('close', ended));
    expect(waiting()).toHaveLength(1);
    const later = await run(['cloud', 'sync']);
    expect([later.code, later.stdout, waiting()]).toEqual([0, `${join(folder, filesIn(folder).find((name) => name.endsWith('.png'))!)}\n`, []]);
  }
  expect([project.objects.size, project.rows.images!.size]).toEqual([1, 1]);
});

test('pictures of earlier days are sent by name, by what their sidecars say', async () => {
  configure();
  await generate(['--no-cloud']);
  expect((await run(['cloud', 'sync'])).stderr).toBe('albumen: there is nothing to send\n');
  const file = picture();
  const dry = await run(['cloud', 'sync', '--dry-run', file]);
  expect([dry.stdout, project.requests]).toEqual([`would send ${file}\n`, []]);
  expect((await run(['cloud', 'sync', file, file])).code).toBe(0);
  expect([project.objects.size, project.rows.images!.size]).toEqual([1, 1]);
  writeFileSync(join(out, 'strange.png'), 'x');
  const strange = await run(['cloud', 'sync', join(out, 'strange.png')]);
  expect([strange.code, strange.stderr]).toEqual([1, expect.stringContaining('its sidecar')]);
});

test('an address can be given to others, and shows the same bytes', async () => {
  configure();
  await generate();
  const file = picture();
  const object = [...project.objects.keys()][0]!;
  for (const name of [file, object]) {
    const ended = await run(['cloud', 'url', name, '--expires', '60']);
    expect([ended.code, ended.stderr]).toEqual([0, '']);
    expect(ended.stdout).toBe(`${project.url}/storage/v1/object/sign/imagen-generated/${object}?token=until-60\n`);
    expect(Buffer.from(await (await fetch(ended.stdout.trim())).arrayBuffer())).toEqual(readFileSync(file));
  }
  const none = await run(['cloud', 'url', '2020-01-01/nothing.png']);
  expect([none.code === 0, none.stdout, none.stderr]).toEqual([false, '', expect.stringContaining('Object not found')]);
});

test('the key is in no output, no file and no address', async () => {
  project.key = 'another-key';
  configure();
  const ended = await generate([], { ALBUMEN_LOG_LEVEL: 'debug' });
  expect(ended.stderr).toMatch(/HTTP 401: Invalid API key \*\*\*/);
  expect((await run(['config', 'show'])).stdout).not.toContain(TOKEN_KEY);
  const files = readdirSync(home.folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile() && one.name !== 'imagen.yaml');
  for (const one of files) expect(readFileSync(join(one.parentPath, one.name)).includes(TOKEN_KEY), one.name).toBe(false);
  for (const { url } of project.requests) expect(url).not.toContain(TOKEN_KEY);
  expect(ended.stdout + ended.stderr).not.toContain(TOKEN_KEY);
});

test('usage goes to its own table, a row for each job, and says nothing of what is shown', async () => {
  const backends = `backends:\n  paid: { type: mock, mode: in_process, price_per_image: 0.04, price: unknown, script: "count:2" }\n  sketch: { type: sketch }\n`;
  configure({ mode: 'off', more: `usage:\n  url: ${project.url}\n  service_key: ${TOKEN_KEY}\n${backends}` });
  project.troubles.usage.push({ status: 503 });
  const ended = await generate(['--backend', 'paid']);
  expect([ended.code, ended.stderr, ended.stdout.trim().split('\n').length]).toEqual([0, '', 2]);
  const rows = [...project.rows.imagen_usage!.values()];
  expect(rows).toHaveLength(1);
  const [row] = rows;
  expect(row).toMatchObject({ backend: 'paid', provider: 'mock', width: 32, height: 32, duration_ms: expect.any(Number), cost_micros: 80_000 });
  expect(JSON.stringify(row)).not.toContain('fox');
  expect(project.objects.size).toBe(0);

  project.troubles.usage.push(restError(404, 'PGRST205', "Could not find the table 'mai.imagen_usage'"));
  expect((await generate(['--backend', 'sketch'])).stderr).toMatch(/^albumen: usage: HTTP 404: Could not find the table/);
  expect(waiting('usage')).toHaveLength(1);
  expect((await run(['cloud', 'sync'])).code).toBe(0);
  expect([project.rows.imagen_usage!.size, waiting('usage')]).toEqual([2, []]);
  expect([...project.rows.imagen_usage!.values()][1]).toMatchObject({ backend: 'sketch', cost_micros: 0 });
});

test('the same under its other name, with a file of one\'s own', async () => {
  configure();
  project.troubles.object.push({ status: 404, body: { message: 'gone' } });
  const ended = await runProgram(asImagen(home), ['generate', 'a kite', ...SMALL], home);
  expect([ended.code, ended.stderr]).toEqual([0, "imagen: cloud sync: upload: HTTP 404: gone ('imagen cloud sync' sends it later)\n"]);
});
