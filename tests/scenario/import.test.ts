// albumen import: whole folders of other programs' pictures, with a server and without, as often as one likes.
import { spawn } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

import { BINARY, cleanEnv, makeHome, runCommand, startServer, type Home, type Server } from './harness.ts';
import { freshPng, INFOTEXT, sha256, until } from './png.ts';

/** Five pictures, two of them the same, one damaged; and what is to be passed over. */
function fillFolder(home: Home): { folder: string; pictures: Buffer[] } {
  const folder = join(home.folder, 'output');
  mkdirSync(join(folder, 'sub', 'deep'), { recursive: true });
  mkdirSync(join(folder, '.trash'));
  const pictures = [freshPng(), freshPng({ texts: { parameters: INFOTEXT } }), freshPng()];
  writeFileSync(join(folder, 'a.png'), pictures[0]!);
  writeFileSync(join(folder, 'b with blanks & ümlauts.png'), pictures[1]!);
  writeFileSync(join(folder, 'sub', 'deep', 'c.jpeg'), pictures[2]!);
  writeFileSync(join(folder, 'sub', 'copy of a.png'), pictures[0]!);
  writeFileSync(join(folder, 'sub', 'damaged.png'), freshPng().subarray(0, 150));
  writeFileSync(join(folder, 'notes.txt'), 'a kite\nSteps: 20');
  writeFileSync(join(folder, '.trash', 'hidden.png'), freshPng());
  writeFileSync(join(folder, '.hidden.png'), freshPng());
  symlinkSync('..', join(folder, 'sub', 'loop'));
  symlinkSync('nowhere', join(folder, 'sub', 'broken.png'));
  return { folder, pictures };
}

const tally = (stdout: string) => JSON.parse(stdout);

async function importFolder(home: Home, folder: string, ...options: string[]) {
  const { code, stdout, stderr } = await runCommand(['import', folder, '--json', ...options], home);
  expect(stdout, stderr).not.toBe('');
  return { code, stderr, ...tally(stdout) };
}

async function imagesOf(server: Server): Promise<any[]> {
  const all = [];
  for (let cursor = ''; ; ) {
    const page = await server.ok(200, 'GET', `/api/images?limit=200${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
    all.push(...page.images);
    if (page.nextCursor === null) return all;
    cursor = page.nextCursor;
  }
}

describe.each(['with a server', 'without one'])('a folder, %s', (how) => {
  test('is added once, however often it is imported', async () => {
    const home = makeHome();
    const { folder, pictures } = fillFolder(home);
    let server = how === 'with a server' ? await startServer({ home }) : undefined;

    expect(await importFolder(home, folder, '--dry-run')).toMatchObject({ code: 0, dryRun: true, added: 4, known: 1, others: 1, failed: 0 });
    const first = await importFolder(home, folder);
    expect(first).toMatchObject({ code: 1, dryRun: false, added: 3, known: 1, others: 1, failed: 1, withPrompt: 1 });
    expect(first.failures).toEqual([{ file: join(folder, 'sub', 'damaged.png'), error: expect.stringContaining('damaged') }]);
    expect(first.stderr).toContain('damaged.png: the picture is damaged');
    expect(await importFolder(home, folder, '--dry-run')).toMatchObject({ added: 1, known: 4 });
    expect(await importFolder(home, folder)).toMatchObject({ added: 0, known: 4, failed: 1 });

    server ??= await startServer({ home });
    const images = await imagesOf(server);
    expect(images.map((image) => image.sha256).sort()).toEqual(pictures.map(sha256).sort());
    const read = images.find((image) => image.prompt !== null);
    const recipe = await server.ok(200, 'GET', `/api/images/${read.id}/recipe`);
    expect(recipe).toMatchObject({ file_name: 'b with blanks & ümlauts.png', found: { format: 'a1111', steps: 24 }, request: { steps: 24 } });
    await server.stop();
  });
});

test('an import that is killed goes on where it was', async () => {
  const home = makeHome();
  const folder = join(home.folder, 'many');
  mkdirSync(folder);
  const count = 300;
  for (let i = 0; i < count; i++) writeFileSync(join(folder, `${i}.png`), freshPng());
  const server = await startServer({ home });
  const first = spawn(BINARY, ['import', folder], { cwd: home.folder, env: cleanEnv(home), stdio: 'ignore' });
  await until('some pictures', async () => ((await imagesOf(server)).length > 20 ? true : undefined));
  first.kill('SIGKILL');
  await new Promise((ended) => first.once('close', ended));
  const there = (await imagesOf(server)).length;
  const second = await importFolder(home, folder);
  expect(second.added + second.known).toBe(count);
  expect(second.known).toBeGreaterThanOrEqual(there);
  expect(new Set((await imagesOf(server)).map((image) => image.sha256)).size).toBe(count);
  expect(await imagesOf(server)).toHaveLength(count);
  await server.stop();
}, 300_000);

test('the summary is a table for people', async () => {
  const home = makeHome();
  const { folder } = fillFolder(home);
  const { stdout } = await runCommand(['import', `${folder}//`], home);
  expect(stdout).toMatch(/^added +3 +\d+\.\d MB\n +with a prompt +1\nthere already +1 .*\nno pictures +1\nfailed +1\n$/);
});

test('what makes no sense is said once', async () => {
  const home = makeHome();
  const { folder } = fillFolder(home);
  const nowhere = await runCommand(['import', join(home.folder, 'nowhere')], home);
  expect([nowhere.code, nowhere.stderr]).toEqual([1, expect.stringContaining('nowhere')]);
  expect((await runCommand(['import'], home)).code).toBe(2);
  const server = await startServer({ home });
  const refused = await runCommand(['import', folder], home, { ALBUMEN_SERVER: server.url, ALBUMEN_TOKEN: 'wrong' });
  expect(refused.code).toBe(1);
  expect(refused.stderr.trim().split('\n')).toHaveLength(1);
  expect(await imagesOf(server)).toEqual([]);
  await server.stop();
});
