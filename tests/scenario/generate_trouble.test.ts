// albumen generate in the hands of a newcomer: wrong values, strange surroundings, small disks, narrow terminals. Each time it says what is wrong
// and where, leaves nothing half done, and ends with the right code.
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { Disk } from '../faults/disk.ts';
import { asImagen, filesIn, hiddenIn, inTerminal, json, makeFolder, ok, runProgram, SMALL } from './cli.ts';
import { startFront } from './front.ts';
import { BINARY, makeHome, runCommand, startServer, type Home } from './harness.ts';

/** A shell's line, in which $A is the program. */
const inShell = (home: Home, line: string, env: Record<string, string> = {}) => runProgram('bash', ['-c', line], home, '', { A: BINARY, ...env });
const pictures = (folder: string) => filesIn(folder).filter((name) => name.endsWith('.png'));

test('a server that asks for patience has it, from the first call on', async () => {
  const server = await startServer();
  let refusals = 2;
  const front = await startFront(server, () => (refusals-- > 0 ? { status: 429, retryAfter: '1' } : undefined));
  const made = await runCommand(['generate', 'a dot', '--name', 'x', '--size', '32', '--server', front.url], server.home, { ALBUMEN_TOKEN: server.token });
  expect([made.code, pictures(server.home.folder)], made.stderr).toEqual([0, ['x.png']]);
  expect(made.stderr.match(/^albumen: waiting: too many requests$/gm), made.stderr).toHaveLength(1);
  front.close();
  await server.stop();
});

test('every value that is wrong is named by its option, with what it may be', async () => {
  const home = makeHome('sqlite');
  const cases: [RegExp, ...string[]][] = [
    [/there is no backend 'nobody'$/, '--backend', 'nobody'],
    [/there is no style 'inc' \(did you mean 'ink'\?\)$/, '--style', 'inc'],
    [/--size is like 1024x768, each side from 16 to 8192$/, '--size', '0x0'],
    [/--size is like 1024x768, each side from 16 to 8192$/, '--size', '64x'],
    [/--aspect is width to height, like 16:9, not '0:1'$/, '--aspect', '0:1'],
    [/--seed takes a whole number, not '99999999999999999999'$/, '--seed', '99999999999999999999'],
    [/--steps must be from 1 to 500$/, '--steps', '0'],
    [/--guidance takes a number, not 'nan'$/, '--guidance', 'nan'],
    [/--guidance must be from 0 to 100$/, '--guidance', '100.5'],
    [/--negative must have from 0 to 4000 characters$/, '--negative', 'x'.repeat(4001)],
    [/--count must be from 1 to 1000$/, '-n', '0'],
    [/--count takes a whole number, not 'two'$/, '--count', 'two'],
    [/--count needs a value$/, '-n'],
    [/--ref is empty$/, '--ref', ''],
    [/--ref: cannot read '.*': Is a directory$/, '--ref', home.folder],
    [/--ref: cannot open 'gone\.png': No such file or directory$/, '--ref', 'gone.png'],
    [/--opt is like key=value, not 'x'$/, '--opt', 'x'],
    [/--opt a stands twice$/, '--opt', 'a=1', '--opt', 'a=2'],
    [/--output is empty$/, '-o', ''],
    [/--output - takes one picture$/, '-o', '-', '-n', '3'],
    [/--output - and --json exclude each other$/, '-o', '-', '--json'],
    [/--output names a file already: leave --name out$/, '-o', 'x.png', '--name', 'y'],
    [/--name is empty$/, '--name', ''],
    [/--name must stay inside of 'output\.directory'$/, '--name', '../x'],
    [/--name has the unknown placeholder \{slog\} \(did you mean \{slug\}\?\)$/, '--name', '{slog}'],
    [/--album is empty$/, '--album', ''],
    [/--jobs must be from 1 to 64$/, '-j', '65'],
    [/--preview is auto, on or off, not 'maybe'$/, '--preview', 'maybe'],
    [/--no-cloud takes no value$/, '--no-cloud=yes'],
    [/unknown option '--prevew' \(did you mean '--preview'\?\)$/, '--prevew'],
    [/unknown option '-x'$/, '-x'],
    [/'more' is one word too many: albumen generate \[PROMPT\|-\] \(see --help\)$/, 'more'],
  ];
  for (const [message, ...args] of cases) {
    const ended = await runCommand(['generate', 'dot', ...args], home);
    expect([args.join(' '), ended.code, ended.stdout]).toEqual([args.join(' '), 2, '']);
    expect(ended.stderr.trimEnd().split('\n')).toEqual([expect.stringMatching(message)]);
  }
  expect(readdirSync(home.folder).filter((name) => name !== 'data')).toEqual([]);
});

test('a command line holds as many words as the command takes', async () => {
  const home = makeHome('sqlite');
  await ok(home, 'generate', 'a dot', ...SMALL, '--name', 'x');
  const put = await ok(home, 'image', 'put', ...Array.from({ length: 300 }, () => 'x.png'), '--json');
  expect(put.stdout.trim().split('\n')).toHaveLength(300);
  const tagged = await runCommand(['image', 'put', ...Array.from({ length: 300 }, () => ['--tag', 'x']).flat(), 'gone.png'], home);
  expect([tagged.code, tagged.stderr]).toEqual([1, "albumen: cannot open 'gone.png': No such file or directory\n"]);
});

test('--resume takes nothing that says what to make', async () => {
  const home = makeHome('sqlite');
  const cases = [
    ['--backend', 'x'], ['--style', 'ink'], ['--size', '64'], ['--aspect', '1:1'], ['--seed', '1'], ['--steps', '3'], ['--guidance', '3'], ['--negative', 'x'],
    ['--count', '2'], ['--ref', 'x.png'], ['--opt', 'a=b'], ['--name', 'x'], ['--album', 'x'], ['--dry-run'], ['--from-file', 'x.txt'],
  ];
  for (const args of cases) {
    const ended = await runCommand(['generate', '--resume', ...args], home);
    expect([ended.code, ended.stderr]).toEqual([2, `albumen: --resume goes on with what was asked for then: leave ${args[0]} out\n`]);
  }
  const prompt = await runCommand(['generate', '--resume', 'x'], home);
  expect([prompt.code, prompt.stderr]).toEqual([2, 'albumen: --resume goes on with what was asked for then: leave the prompt out\n']);
});

test('line 500 of a file of prompts is named before any picture is made', async () => {
  const home = makeHome('sqlite');
  const cases: [string, string, string, RegExp][] = [
    ['p.jsonl', '{"prompt":"p"}', '{"prompt":"p"', /^albumen: p\.jsonl:500: not valid JSON: /],
    ['p.jsonl', '{"prompt":"p"}', '{"prompt":5}', /^albumen: p\.jsonl:500: 'prompt' must be text$/],
    ['p.txt', 'p', 'x'.repeat(4001), /^albumen: p\.txt:500: 'prompt' must have from 1 to 4000 characters$/],
    ['p.csv', 'p,1,32,sketch,ink', 'p,x,32,sketch,ink', /^albumen: p\.csv:500: 'seed' must be a whole number$/],
    ['p.csv', 'p,1,32,sketch,ink', 'p,1,32,sketch', /^albumen: p\.csv:500: 4 cells under 5 columns$/],
    ['p.csv', 'p,1,32,sketch,ink', '"p,1,32,sketch,ink', /^albumen: p\.csv:500: a quote is opened and not closed$/],
    ['p.csv', 'p,1,32,sketch,ink', 'p,1,0x0,sketch,ink', /^albumen: p\.csv:500: size is like 1024x768, each side from 16 to 8192$/],
    ['p.csv', 'p,1,32,sketch,ink', 'p,1,32,skotch,ink', /^albumen: p\.csv:500: there is no backend 'skotch'$/],
    ['p.csv', 'p,1,32,sketch,ink', 'p,1,32,sketch,inc', /^albumen: p\.csv:500: there is no style 'inc' \(did you mean 'ink'\?\)$/],
  ];
  for (const [file, good, bad, message] of cases) {
    const lines = Array.from({ length: 1000 }, () => good);
    lines[499] = bad;
    if (file === 'p.csv') lines[0] = 'prompt,seed,size,backend,style';
    writeFileSync(join(home.folder, file), lines.join('\n'));
    const ended = await runCommand(['generate', '--from-file', file, '-o', 'out'], home);
    expect([bad.slice(0, 30), ended.code, ended.stdout, ended.stderr.trimEnd()]).toEqual([bad.slice(0, 30), 2, '', expect.stringMatching(message)]);
    expect(readdirSync(home.folder)).not.toContain('out');
  }
});

test('prompts come from standard input, too', async () => {
  const home = makeHome('sqlite');
  const made = await runProgram(BINARY, ['generate', '--from-file', '-', '--name', '{slug}', ...SMALL], home, '# two\none\n\ntwo\n');
  expect([made.code, made.stderr, pictures(home.folder)]).toEqual([0, '', ['one.png', 'two.png']]);
  const none = await runProgram(BINARY, ['generate', '--from-file', '-'], home, '');
  expect([none.code, none.stderr]).toEqual([2, "albumen: there is no prompt in 'standard input'\n"]);
  const long = await runProgram(BINARY, ['generate', '-'], home, 'x'.repeat(70_000));
  expect([long.code, long.stderr]).toEqual([2, 'albumen: standard input is too long\n']);
});

test('of two albums of one name the newer one is taken', async () => {
  const home = makeHome('sqlite');
  for (let i = 0; i < 2; i++) await ok(home, 'album', 'create', 'Twice');
  await ok(home, 'generate', 'dot', '--album', 'Twice', ...SMALL);
  const albums = (await ok(home, 'album', 'list', '--json')).stdout.trim().split('\n').map((line) => JSON.parse(line));
  expect(albums.map((album) => album.imageCount)).toEqual([1, 0]);
});

test('an output that cannot be written is told, and a reader that leaves is none', async () => {
  const home = makeHome('sqlite');
  const lost = 'albumen: standard output could not be written\n';
  for (const [line, code, stderr] of [
    [`$A generate dot ${SMALL.join(' ')} >/dev/full`, 1, lost],
    [`$A generate dot ${SMALL.join(' ')} >&-`, 1, lost],
    ['$A backends >/dev/full', 1, lost],
    ['$A image list --json >&-', 1, lost],
    ['$A generate --help >/dev/full', 1, lost],
    [`$A generate dot -o - ${SMALL.join(' ')} >/dev/full`, 1, 'albumen: standard output: cannot write: No space left on device\n'],
    [`$A generate dot ${SMALL.join(' ')} -n 40 -j 1 | head -1 >first; exit \${PIPESTATUS[0]}`, 1, ''],
    [`$A generate dot ${SMALL.join(' ')} <&- >&- 2>&-`, 1, ''],
  ] as [string, number, string][]) {
    const ended = await inShell(home, line);
    expect([line, ended.code, ended.stderr]).toEqual([line, code, stderr]);
  }
  // What was printed to nobody is there nevertheless, and the database is one.
  expect(pictures(home.folder)).toHaveLength(43);
  expect((await ok(home, 'fsck')).stdout).toContain('all is well');
});

test('a disk that is full ends the call with its folder, and the resume makes the rest once there is room', async () => {
  const home = makeHome('sqlite');
  const disk = await Disk.mount(home, 'small', '1m');
  const out = join(home.folder, 'small');
  const there = join(home.disk!.view, out);
  const [enter, ...rest] = home.disk!.enter;
  const run = (...args: string[]) => runProgram(enter!, [...rest, BINARY, ...args], home);
  const full = await run('generate', 'dot', '--size', '1024', '-n', '5', '-j', '1', '--seed', '1', '-o', out, '--name', '{seed}');
  expect([full.code, full.stdout]).toEqual([1, `${out}/1.png\n`]);
  expect(full.stderr).toMatch(new RegExp(`\n1 picture in \\S+ s, 4 not made\\.\nalbumen generate --resume goes on with them\\.\nalbumen: ${out}: cannot write: No space left on device\n$`));
  for (const seed of [1, 2, 3, 4, 5]) {
    expect(filesIn(there)).toEqual([...Array.from({ length: seed - 1 }, (_, i) => `${i + 1}.json`), `${seed}.json`, `${seed}.png`].sort());
    if (seed === 5) break;
    rmSync(join(there, `${seed}.png`));
    expect((await run('generate', '--resume', '-j', '1', '-o', out, '--quiet')).code).toBe(seed === 4 ? 0 : 1);
  }
  expect(hiddenIn(there)).toEqual([]);
  disk.fill();
  const none = await run('generate', 'dot', '--size', '32', '-o', out);
  expect([none.code, none.stderr, hiddenIn(there)]).toEqual([1, `albumen: ${out}: cannot write: No space left on device\n`, []]);
  disk.empty();
  disk.setReadOnly(true);
  const closed = await run('generate', 'dot', '--size', '32', '-o', out);
  expect([closed.code, closed.stderr]).toEqual([1, `albumen: cannot open '${out}': Read-only file system\n`]);
});

test('a data folder or a server that cannot be had ends the call at once, and nothing is left of it', async () => {
  const home = makeHome('sqlite');
  const no = { ALBUMEN_DATA: '' };
  const cases: [number, string, string[], Record<string, string>][] = [
    [3, "cannot make the folder '/proc/nowhere': No such file or directory", ['--data', '/proc/nowhere'], no],
    [3, "ALBUMEN_TOKEN_FILE: cannot open '/nowhere': No such file or directory", ['--server', 'http://127.0.0.1:9'], { ALBUMEN_TOKEN_FILE: '/nowhere' }],
    [3, 'no token: set ALBUMEN_TOKEN, or run where the data folder is', ['--server', 'http://127.0.0.1:9'], {}],
    [3, "the server is like http://127.0.0.1:8001, not 'nonsense'", ['--server', 'nonsense'], { ALBUMEN_TOKEN: 'alb_x' }],
    [4, "'127.0.0.1' refuses the connection", ['--server', 'http://127.0.0.1:9'], { ALBUMEN_TOKEN: 'alb_x' }],
  ];
  for (const [code, message, args, env] of cases) {
    const ended = await runCommand(['generate', 'dot', '-o', 'out', ...args], home, env);
    expect([ended.code, ended.stdout, ended.stderr]).toEqual([code, '', `albumen: ${message}\n`]);
    const list = await runCommand(['image', 'list', ...args], home, env);
    expect([list.code, list.stdout, list.stderr]).toEqual([code, '', `albumen: ${message}\n`]);
  }
  expect(readdirSync(home.folder)).toEqual([]);
});

test('without a home, without a locale and under no terminal that is known it draws all the same', async () => {
  const home = makeHome('sqlite');
  const imagen = asImagen(home);
  const surroundings: Record<string, string>[] = [
    { HOME: '' }, { LC_ALL: 'C' }, { LC_ALL: 'xx_YY.ISO-8859-1' }, { TERM: 'dumb' }, { TERM: '' }, { TERM: 'nonsense', NO_COLOR: '1' },
  ];
  for (const [i, env] of surroundings.entries()) {
    const made = await runProgram(imagen, ['generate', 'Füchse 漢字', '--name', `${i}-{slug}`, ...SMALL], home, '', env);
    expect([JSON.stringify(env), made.code, made.stdout, made.stderr]).toEqual([JSON.stringify(env), 0, `${i}-fuchse.png\n`, '']);
  }
  const bytes = await inShell(home, `$A generate $'F\\xfcchse' ${SMALL.join(' ')}`, { LC_ALL: 'C' });
  expect([bytes.code, bytes.stderr]).toEqual([2, 'albumen: the prompt is not UTF-8\n']);
});

/** The rows that a terminal of so many columns shows in the end: it obeys line feeds, carriage returns, "up" and "erase". */
function rowsOn(screen: Buffer, columns: number): string[] {
  const rows = [''];
  let row = 0;
  let column = 0;
  for (const [piece] of screen.toString('utf8').matchAll(/\x1b\[[\d;?]*[A-Za-z]|[^]/gu)) {
    const up = /^\x1b\[(\d+)A$/.exec(piece);
    if (up) row = Math.max(0, row - Number(up[1]));
    else if (piece === '\x1b[J') rows.splice(row, Infinity, rows[row]!.slice(0, column));
    else if (piece === '\x1b[K') rows[row] = rows[row]!.slice(0, column);
    else if (piece === '\r') column = 0;
    else if (piece === '\n') rows[++row] ??= '';
    else if (!piece.startsWith('\x1b')) {
      const width = /[\u3000-\u9fff]/.test(piece) ? 2 : 1;
      if (column + width > columns) {
        rows[++row] ??= '';
        column = 0;
      }
      rows[row] = rows[row]!.slice(0, column) + piece;
      column += width;
    }
  }
  return rows.filter((one) => one !== '');
}

test('on a narrow terminal nothing is left of the progress, whatever letters the prompts have', async () => {
  const home = makeHome('sqlite');
  writeFileSync(join(home.folder, 'albumen.yaml'), 'backends:\n  fake:\n    type: mock\n    concurrency: 2\n');
  const prompts = ['slow:600ms 漢字漢字漢字漢字漢字漢字', 'slow:600ms plain words that go on and on', 'slow:600ms \u001b[2J\u001b]0;x\u0007\u202e end'];
  writeFileSync(join(home.folder, 'p.jsonl'), prompts.map((prompt, i) => JSON.stringify({ prompt, name: `${i}` })).join('\n'));
  for (const columns of [20, 33, 80]) {
    const out = makeFolder(home, `out-${columns}`);
    const shown = await inTerminal(['generate', '--from-file', 'p.jsonl', '--preview', 'off', '--size', '32', '-o', out], home, {}, undefined, columns);
    expect(shown.code).toBe(0);
    const text = shown.screen.toString('utf8');
    expect(text).toContain('0 of 3 pictures');
    expect(text).not.toMatch(/\x1b\[2J|\x1b\]|\x07|\u202e/);
    const left = rowsOn(shown.screen, columns).join('');
    expect(left).toMatch(/^(.*out-\d+\/\d\.png){3}3 pictures in \d+\.\d s, 0 not made\.$/);
  }
  const dumb = await inTerminal(['generate', 'slow:600ms', '--preview', 'off', ...SMALL.slice(0, 2), '-o', 'x.png'], home, { TERM: 'dumb' });
  expect([dumb.code, dumb.screen.toString()]).toEqual([0, 'x.png\r\n']);
});

test('tables stand in line whatever letters are in them, and end where the terminal does', async () => {
  const home = makeHome('sqlite');
  for (const name of ['plain', '漢字の本', 'e\u0301te\u0301', 'x\u001b[31m\u202e\u009b2Jy']) await ok(home, 'album', 'create', name);
  await ok(home, 'generate', '漢字 '.repeat(60), ...SMALL);
  for (const command of [['album', 'list'], ['image', 'list'], ['job', 'list'], ['style', 'list'], ['backends'], ['user', 'list'], ['queue'], ['token', 'list']]) {
    const piped = await ok(home, ...command);
    expect(piped.stdout).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]/);
    expect(piped.stdout).not.toMatch(/ \n/);
    const shown = await inTerminal(command, home);
    for (const line of shown.screen.toString('utf8').trimEnd().split('\r\n')) expect(rowsOn(Buffer.from(line), 80), line).toHaveLength(1);
  }
  const names = (await ok(home, 'album', 'list')).stdout.trim().split('\n').map((line) => line.slice(64));
  expect(names).toEqual(['NAME', 'x?[31m?????2Jy', 'e\u0301te\u0301', '漢字の本', 'plain']);
  expect(json(home.folder, filesIn(home.folder).find((name) => name.endsWith('.json'))!).prompt).toContain('漢字');
});
