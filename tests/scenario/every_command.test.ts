// What holds for every command: --json prints lines of JSON in one spelling, and a word that is nearly right is told.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';

import { filesIn, makeFolder, ok } from './cli.ts';
import { makeHome, runCommand, startServer, type Server } from './harness.ts';

let server: Server;
let commands: { name: string; options: string[] }[] = [];

const longOptions = (help: string) => [...help.matchAll(/^ {2}(?:-\w,| {3}) --([a-z-]+)/gm)].map((match) => match[1]!);

beforeAll(async () => {
  server = await startServer({ config: 'backends:\n  sketch:\n    type: sketch\n' });
  const { stdout } = await ok(server.home, '--help');
  const list = stdout.match(/\nCommands:\n([^]*?)\n\n/)![1]!;
  const names = [...list.matchAll(/^ {2}([a-z]+(?: [a-z]+)?)(?: {2,}|$)/gm)].map((match) => match[1]!);
  commands = await Promise.all(names.map(async (name) => ({ name, options: longOptions((await ok(server.home, ...name.split(' '), '--help')).stdout) })));
}, 60_000);

/** Documents and services: they print what they are, or answer until they are stopped. */
const NO_LINES = ['serve', 'worker', 'config show', 'config example', 'openapi', 'man', 'completion', 'preview'];

/** All names of members, at any depth; what users and providers named themselves is theirs. */
const FREE = new Set(['request', 'metadata', 'recipe', 'settings', 'params']);
function namesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(namesIn);
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, inner]) => [name, ...(FREE.has(name) ? [] : namesIn(inner))]);
}

/** The members of every line that is printed by --json, which programs count on. */
async function lines(...args: string[]): Promise<any[]> {
  const { stdout } = await ok(server.home, ...args, '--json');
  const parsed = stdout.split('\n').filter(Boolean).map((line) => JSON.parse(line));
  if (args[0] !== 'generate') for (const name of parsed.flatMap(namesIn)) expect(name, args.join(' ')).toMatch(/^[a-z][A-Za-z0-9]*$/);
  return parsed;
}

test('--json prints a line of JSON for each thing, by every command that has something to tell', async () => {
  const home = server.home;
  const [picture] = await lines('generate', 'a fox', '--size', '32', '--seed', '3', '--name', 'fox');
  expect(picture).toMatchObject({ file: 'fox.png', prompt: 'a fox', seed: 3, sha256: expect.any(String), media_type: 'image/png' });
  expect(JSON.parse(readFileSync(join(home.folder, 'fox.json'), 'utf8'))).toEqual({ ...picture, file: 'fox.png' });
  const [album] = await lines('album', 'create', 'A', '--subject', 'a cup', '--shot', 'One: from above', '--width', '32', '--height', '32');
  const [group] = await lines('album', 'create', 'B');
  const user = { id: (await lines('user', 'add', 'bob'))[0].id };
  const [token] = await lines('token', 'create', 't');
  const [budget] = await lines('budget', 'set', '5', '--per', 'day');
  const copy = makeFolder(home, 'copy');
  writeFileSync(join(copy, 'again.png'), readFileSync(join(home.folder, 'fox.png')));

  const empty = makeHome().databaseUrl;
  const seen = new Map<string, any[]>();
  const told: [string, string[], string[]][] = [
    ['migrate', ['--data', 'other'], ['schema', 'newestSchema']],
    ['config init', ['x.yaml'], ['file']],
    ['config validate', ['--config', 'x.yaml'], ['file']],
    ['doctor', [], ['ok', 'what', 'remedy']],
    ['version', [], ['version']],
    ['user list', [], ['id', 'name', 'role']],
    ['user set', ['bob', '--role', 'viewer'], ['id', 'role']],
    ['user link', ['bob'], ['url', 'expiresAt']],
    ['token list', [], ['id', 'name', 'scope']],
    ['album list', [], ['id', 'name', 'sourceType', 'imageCount']],
    ['album show', [group.id], ['id', 'shots', 'images']],
    ['album anchor', [album.id], ['id', 'anchorUrl']],
    ['album shots', [album.id], ['id', 'shots']],
    ['album remake', [album.id, '--no-wait'], ['jobIds']],
    ['album zip', [album.id, 'a.zip'], ['file', 'sizeBytes']],
    ['backends', [], ['name', 'type', 'honours', 'ignores']],
    ['backends test', ['sketch'], ['ok']],
    ['style list', [], ['name', 'title', 'backends']],
    ['style show', ['ink'], ['name', 'builtIn']],
    ['verify', ['fox.png'], ['verdict', 'backend', 'differs']],
    ['job list', [], ['id', 'kind', 'status']],
    ['job show', [picture.job], ['id', 'status', 'progress']],
    ['job cancel', [picture.job], ['id', 'status']],
    ['queue', [], ['lanes']],
    ['queue pause', ['sketch'], ['lane', 'paused']],
    ['queue resume', ['sketch'], ['lane', 'paused']],
    ['image list', [], ['id', 'sha256']],
    ['image show', [picture.image], ['id', 'prompt']],
    ['image tag', [picture.image, '--tag', 'red'], ['changed']],
    ['image rm', [picture.image], []],
    ['image restore', [picture.image], []],
    ['import', [copy], ['dryRun']],
    ['usage', [], ['from', 'to', 'rows', 'costMicros']],
    ['budget list', [], ['id', 'limitMicros']],
    ['fsck', [], ['rows', 'files', 'findings']],
    ['backup', ['saved'], ['createdAt', 'schema']],
    ['restore', ['saved', '--data', 'third', ...(empty ? ['--database', empty] : [])], ['blobs', 'bytes']],
    ['token revoke', [token.id], []],
    ['user rm', [user.id === '' ? '' : 'bob'], []],
    ['album rm', [group.id], []],
    ['budget rm', ['--per', 'day'], []],
  ];
  for (const [name, args, members] of told) {
    const printed = await lines(...name.split(' '), ...args);
    seen.set(name, printed);
    for (const member of members) expect(printed[0], `${name}: ${JSON.stringify(printed[0])}`).toHaveProperty(member);
  }
  expect(JSON.parse((await ok(home, 'openapi', '--json')).stdout)).toHaveProperty('paths');
  expect(budget.limitMicros).toBe(5_000_000);
  // Told by tests of their own, where what they need is there.
  const elsewhere = ['cloud sync', 'cloud url', 'job retry', 'job watch', 'image search', 'image get', 'image put', 'image zip', 'generate', 'album create', 'user add', 'token create', 'budget set'];
  expect(commands.map((one) => one.name).filter((name) => !seen.has(name) && !elsewhere.includes(name) && !NO_LINES.includes(name))).toEqual([]);
}, 120_000);

/** Two letters in the middle change places. */
function misspelt(word: string): string {
  for (let i = Math.floor(word.length / 2); i > 0; i--)
    if (word[i] !== word[i - 1]) return word.slice(0, i - 1) + word[i] + word[i - 1] + word.slice(i + 1);
  return `${word}x`;
}

test('every command that is misspelt is suggested, and so is every option of every command', async () => {
  // What every command takes is asked for once.
  const common = new Set(commands.find((one) => one.name === 'version')!.options);
  const known = new Set(commands.flatMap((one) => one.name.split(' ')));
  let asked = 0;
  const calls = commands.flatMap(({ name, options }) => {
    const words = name.split(' ');
    const last = words.at(-1)!;
    const wrong = [...words.slice(0, -1), misspelt(last)];
    const spelling: [string[], string][] = last.length < 3 || known.has(misspelt(last)) ? [] : [[wrong, `unknown command '${wrong.join(' ')}' (did you mean '${name}'?)`]];
    return [
      ...spelling,
      ...options.filter((option) => option.length > 3 && (!common.has(option) || name === 'version') && !options.includes(misspelt(option))).map((option): [string[], string] => [[...words, `--${misspelt(option)}`], `unknown option '--${misspelt(option)}' (did you mean '--${option}'?)`]),
    ];
  });
  const all = calls.length;
  const next = async (): Promise<void> => {
    for (let call = calls.pop(); call; call = calls.pop()) {
      const ended = await runCommand(call[0], server.home);
      expect([call[0], ended.code, ended.stderr]).toEqual([call[0], 2, `albumen: ${call[1]}\n`]);
      asked++;
    }
  };
  await Promise.all([next(), next(), next()]);
  expect([asked, all > 100]).toEqual([all, true]);
}, 300_000);

test('a newcomer without any configuration is told what goes on, and nothing lies about that he did not ask for', async () => {
  const home = makeHome('sqlite');
  const env = { ALBUMEN_DATA: '' };
  const run = (...args: string[]) => runCommand(args, home, env);
  expect((await run()).stdout).toMatch(/^Usage:\n {2}albumen COMMAND/);
  expect((await run('config', 'validate')).stdout).toBe('There is no configuration file; the defaults are valid.\n');
  expect(filesIn(home.folder)).toEqual([]);
  const made = await run('generate', 'a red fox in snow', '--size', '64', '--seed', '1');
  expect([made.code, made.stderr]).toEqual([0, "Drawn by 'sketch', the built-in renderer: no model, no network. Others are set up under 'backends' (albumen config init).\n"]);
  expect(filesIn(home.folder)).toEqual([expect.stringMatching(/-a-red-fox-in-snow-1\.json$/), expect.stringMatching(/-a-red-fox-in-snow-1\.png$/), 'data']);
  expect((await run('doctor')).stdout).toMatch(/All is well\.\n$/);
});
