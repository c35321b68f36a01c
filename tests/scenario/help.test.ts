// Help, man pages, completions and suggestions: all printed from the command tables, and all saying the same.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';

import { asImagen, ok, runProgram } from './cli.ts';
import { makeHome, runCommand } from './harness.ts';

const home = makeHome('sqlite');
let commands: string[] = [];

beforeAll(async () => {
  const { stdout } = await ok(home, '--help');
  const list = stdout.match(/\nCommands:\n([^]*?)\n\n/)![1]!;
  commands = [...list.matchAll(/^ {2}([a-z]+(?: [a-z]+)?)(?: {2,}|$)/gm)].map((match) => match[1]!);
});

/** The words of a page without its headings. */
const helpWords = (text: string) => text.replace(/^\S[^\n]*:$/gm, '').split(/\s+/).filter(Boolean).join(' ');
const manWords = (roff: string) =>
  roff
    .replace(/^[^]*?\.SH "USAGE"\n/, '')
    .replace(/^\.(SH|PP|TP|nf|fi|nh|ad)\b.*$/gm, '')
    .replace(/\\&/g, '')
    .replace(/\\\(aq/g, "'")
    .replace(/\\\(ti/g, '~')
    .replace(/\\\(ha/g, '^')
    .replace(/\\\(ga/g, '`')
    .replace(/\\-/g, '-')
    .replace(/\\e/g, '\\')
    .split(/\s+/)
    .filter(Boolean)
    .join(' ');

test('there are commands', () => {
  expect(commands).toEqual(expect.arrayContaining(['serve', 'generate', 'album create', 'config init', 'completion', 'man']));
});

test('the help of every command fits 80 columns, has an example, and says what its man page says', async () => {
  for (const command of ['', ...commands]) {
    const words = command.split(' ').filter(Boolean);
    const help = (await ok(home, ...words, '--help')).stdout;
    for (const line of help.split('\n')) expect(line.length, `${command}: ${line}`).toBeLessThanOrEqual(80);
    if (command) expect(help, command).toMatch(new RegExp(`\nExample:\n {2}.*\\balbumen ${command}`));
    const man = (await ok(home, 'man', ...words)).stdout;
    expect(manWords(man), command).toBe(helpWords(help));
  }
}, 60_000);

test('help is also a word', async () => {
  for (const command of ['', 'generate', 'album create']) {
    const words = command.split(' ').filter(Boolean);
    expect((await ok(home, 'help', ...words)).stdout).toBe((await ok(home, ...words, '--help')).stdout);
  }
});

test('man takes the pages without a complaint', async () => {
  for (const command of ['', ...commands]) {
    const { stdout } = await ok(home, 'man', ...command.split(' ').filter(Boolean));
    const file = join(home.folder, 'page.1');
    writeFileSync(file, stdout);
    const shown = spawnSync('groff', ['-man', '-Tutf8', '-ww', '-b', file]);
    expect([shown.status, shown.stderr.toString()]).toEqual([0, '']);
    expect(shown.stdout.toString().replace(/.\x08/g, '')).toContain('\nUSAGE\n');
    expect(stdout).toMatch(/^\.TH "albumen/);
  }
});

test('a misspelt command or option suggests the right one', async () => {
  const cases: [string[], string][] = [
    [['genrate'], "unknown command 'genrate' (did you mean 'generate'?)"],
    [['album', 'crete'], "unknown command 'album crete' (did you mean 'album create'?)"],
    [['config', 'validat'], "unknown command 'config validat' (did you mean 'config validate'?)"],
    [['style'], "'style' goes on with one of: list, show"],
    [['generate', '--backnd', 'x'], "unknown option '--backnd' (did you mean '--backend'?)"],
    [['generate', '--no-clod'], "unknown option '--no-clod' (did you mean '--no-cloud'?)"],
    [['serve', '--databse', 'x'], "unknown option '--databse' (did you mean '--database'?)"],
    [['man', 'serv'], "unknown command 'serv' (did you mean 'serve'?)"],
    [['man', 'serve', 'x'], "unknown command 'serve' (did you mean 'serve'?)"],
    [['completion', 'csh'], "no completions for 'csh': bash, zsh and fish are known"],
  ];
  for (const [args, message] of cases) {
    const ended = await runCommand(args, home);
    expect([args, ended.code, ended.stderr]).toEqual([args, 2, `albumen: ${message}\n`]);
  }
});

test('every command and option is in the completions of every shell', async () => {
  const generate = (await ok(home, 'generate', '--help')).stdout;
  const options = [...generate.matchAll(/^ {2}(?:-\w,| {3}) --([a-z-]+)/gm)].map((match) => match[1]!);
  expect(options.length).toBeGreaterThan(20);
  for (const shell of ['bash', 'zsh', 'fish']) {
    const script = (await ok(home, 'completion', shell)).stdout;
    for (const word of new Set(commands.flatMap((command) => command.split(' ')))) expect(script, `${shell}: ${word}`).toMatch(new RegExp(`\\b${word}\\b`));
    for (const option of options) expect(script, `${shell}: ${option}`).toMatch(new RegExp(`${shell === 'fish' ? '-l ' : '--'}${option}\\b`));
    // What help says goes through each shell's quotes: they must close on every line.
    if (shell !== 'bash') for (const line of script.split('\n').filter((one) => !one.startsWith('#'))) expect(line.replace(/\\'/g, '').split("'").length % 2, `${shell}: ${line}`).toBe(1);
  }
});

test('config init writes a commented file that is valid, once, for the owner alone', async () => {
  const made = await ok(home, 'config', 'init');
  expect(made.stdout).toBe('Wrote albumen.yaml. Every value in it is a comment that shows the default.\n');
  const file = join(home.folder, 'albumen.yaml');
  expect(readFileSync(file, 'utf8')).toBe((await ok(home, 'config', 'example')).stdout);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect((await ok(home, 'config', 'validate')).stdout).toContain('is valid.');
  writeFileSync(file, '# mine\n');
  const again = await runCommand(['config', 'init'], home);
  expect([again.code, again.stderr, readFileSync(file, 'utf8')]).toEqual([1, "albumen: 'albumen.yaml' is there already, and stays as it is\n", '# mine\n']);
  const imagen = await runProgram(asImagen(home), ['config', 'init'], home);
  expect([imagen.code, imagen.stdout]).toEqual([0, expect.stringContaining('Wrote imagen.yaml.')]);
});

test('config validate warns when pictures shall go to the cloud and nobody owns them', async () => {
  const fresh = makeHome('sqlite');
  writeFileSync(join(fresh.folder, 'albumen.yaml'), 'output:\n  cloud_sync: on\ncloud:\n  url: https://x.supabase.co\n  service_key: k\n');
  const said = await runCommand(['config', 'validate'], fresh);
  expect([said.code, said.stderr]).toEqual([0, expect.stringContaining("'cloud.owner_user_id' is empty")]);
});

test('config validate and doctor find what is wrong with a backend or a style', async () => {
  const fresh = makeHome('sqlite');
  const said = async (text: string, style?: string) => {
    writeFileSync(join(fresh.folder, 'albumen.yaml'), text);
    mkdirSync(join(fresh.folder, 'data', 'styles'), { recursive: true });
    writeFileSync(join(fresh.folder, 'data', 'styles', 'mine.yaml'), style ?? 'title: Mine\nprefix: drawn\n');
    const { code, stderr } = await runCommand(['config', 'validate'], fresh);
    return [code, stderr];
  };
  expect(await said('log:\n  level: info\n')).toEqual([0, '']);
  expect(await said('backends:\n  own:\n    type: comfyui\n    modle: a\n')).toEqual([3, "albumen: backend 'own': line 4: unknown field 'modle' (did you mean 'model'?)\n"]);
  const doctor = await runCommand(['doctor'], fresh);
  expect([doctor.code, doctor.stdout]).toEqual([1, expect.stringMatching(/^FAIL {2}the backends and the styles can be used\n +backend 'own': line 4: [^]*\n1 to mend\.\n$/m)]);
  expect(await said('', 'titel: x\n')).toEqual([3, expect.stringMatching(/mine\.yaml: line 1: unknown field 'titel' \(did you mean 'title'\?\)\n$/)]);
});

test('the options of every command may stand before it', async () => {
  expect((await ok(home, '--json', 'version')).stdout).toMatch(/^\{"version":/);
  expect((await ok(home, '--data', join(home.folder, 'else'), '--json', 'user', 'list')).stdout).toContain('"role":"admin"');
  expect(existsSync(join(home.folder, 'else'))).toBe(true);
  expect((await ok(home, '--log-level=warn', 'user', '--json', 'list')).stdout).toContain('"role":"admin"');
  expect((await ok(home, '-h', 'image', 'list')).stdout).toContain('albumen image list');
  expect(await runCommand(['--limit', '1', 'image', 'list'], home)).toMatchObject({ code: 2, stderr: 'albumen: unknown option \'--limit\' (see albumen --help)\n' });
  expect(await runCommand(['--data'], home)).toMatchObject({ code: 2, stderr: 'albumen: --data needs a value\n' });
});
