// Completions, in the shells that they are for: commands, options, names of backends and styles, files.
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';

import { filesIn, makeFolder, ok, runProgram } from './cli.ts';
import { BINARY, makeHome } from './harness.ts';

const home = makeHome('sqlite');
let env: Record<string, string> = {};

beforeAll(async () => {
  const bin = makeFolder(home, 'bin');
  for (const name of ['albumen', 'imagen']) symlinkSync(BINARY, join(bin, name));
  env = { PATH: `${bin}:${process.env.PATH}`, TERM: 'xterm-256color' };
  writeFileSync(join(home.folder, 'albumen.yaml'), 'backends:\n  drawn-here:\n    type: sketch\n  drawn-there:\n    type: sketch\n');
  writeFileSync(join(home.folder, 'prompts.csv'), 'prompt\nx\n');
  writeFileSync(join(makeFolder(home, 'data/styles'), 'house.yaml'), 'title: House\nsuffix: teal\n');
  makeFolder(home, 'zsh');
  for (const [shell, file] of [['bash', 'albumen.bash'], ['zsh', 'zsh/_albumen'], ['fish', 'albumen.fish']] as const)
    writeFileSync(join(home.folder, file), (await ok(home, 'completion', shell)).stdout);
});

/** What is typed, and what it becomes: the one word that fits, or all that do. */
const cases: [string, string | string[]][] = [
  ['albumen gen', 'generate'],
  ['albumen album sho', ['shots', 'show']],
  ['albumen album cr', 'create'],
  ['imagen generate --from-f', '--from-file'],
  ['albumen generate --log', '--log-level'],
  ['albumen queue pause --log', '--log-level'],
  ['albumen generate --backend drawn-h', 'drawn-here'],
  ['albumen generate --backend ', ['drawn-here', 'drawn-there', 'sketch']],
  ['albumen generate --style hou', 'house'],
  ['imagen generate "a fox" --style wat', 'watercolor'],
  ['albumen generate --preview o', ['off', 'on']],
  ['albumen generate --log-level de', 'debug'],
  ['albumen album create Jordan --set po', 'portrait'],
  ['albumen generate --from-file prom', 'prompts.csv'],
  ['albumen preview prom', 'prompts.csv'],
];

/** Letters that are typed in a shell whose prompt is there; what its completion makes of the last word. */
async function inBash(line: string): Promise<string[]> {
  const script = 'source albumen.bash; eval "COMP_WORDS=($1)"; [[ $1 == *" " ]] && COMP_WORDS+=(""); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _albumen; printf "%s\\n" "${COMPREPLY[@]}"';
  const run = await runProgram('bash', ['--norc', '-c', script, 'bash', line], home, '', env);
  expect([run.code, run.stderr]).toEqual([0, '']);
  return run.stdout.split('\n').filter(Boolean).sort();
}

async function inFish(line: string): Promise<string[]> {
  const run = await runProgram('fish', ['--no-config', '-c', 'source albumen.fish; complete -C $argv[1]', line], home, '', env);
  expect([run.code, run.stderr]).toEqual([0, '']);
  return run.stdout.split('\n').filter(Boolean).map((one) => one.split('\t')[0]!).sort();
}

const TERMINAL = resolve('tests/scenario/terminal.py');
const ZSHRC = `fpath=($HOME/zsh $fpath)
autoload -Uz compinit && compinit -u -D
LISTMAX=0 PROMPT='ready> '
done-now() { print -r -- "$BUFFER" > $HOME/zsh-line; exit }
zle -N done-now
bindkey '^I' complete-word '^X' done-now
`;

/** A zsh at a terminal, in which the line is typed, the tab key pressed, and the shell left. */
async function inZsh(line: string): Promise<string[]> {
  writeFileSync(join(home.folder, '.zshrc'), ZSHRC);
  const run = await runProgram('python3', [TERMINAL, '--after', 'ready> ', '--type', `${line}\t\x18`, '--', '/usr/bin/zsh', '-d', '-i'], home, '', { ...env, ZDOTDIR: home.folder });
  expect(run.stdout).not.toMatch(/zsh: |_albumen.*:\d+:/);
  const typed = readFileSync(join(home.folder, 'zsh-line'), 'utf8').trimEnd();
  expect(typed.startsWith(line.trimEnd()), typed).toBe(true);
  // What several words have in common is typed, and they are listed below the line: in columns, or a row each with its help.
  const below = run.stdout.slice(run.stdout.lastIndexOf('\x1b[J', run.stdout.lastIndexOf('\x1b[A')), run.stdout.lastIndexOf('\x1b[A')).replace(/\x1b\[[\d;?]*[A-Za-z]/g, '');
  const listed = below.split(/\r?\n/).flatMap((row) => row.replace(/ -- .*/, '').split(/ +/)).filter(Boolean);
  const last = typed.split(' ').at(-1)!;
  return listed.length > 1 ? listed.sort() : [last.replace(/=$/, '')];
}

describe.each([
  ['bash', inBash],
  ['fish', inFish],
  ['zsh', inZsh],
] as const)('%s', (_shell, complete) => {
  test.each(cases)('completes %s', async (line, wanted) => {
    expect(await complete(line)).toEqual([wanted].flat());
  }, 60_000);
});

test('an option and its value in one word are completed, too', async () => {
  expect(await inBash('albumen generate --style = wat')).toEqual(['watercolor']);
  expect(await inBash('albumen generate --style =')).toContain('house');
  expect(await inFish('albumen generate --style=wat')).toEqual(['--style=watercolor']);
  expect(await inZsh('albumen generate --style=wat')).toEqual(['--style=watercolor']);
}, 60_000);

test('names come from the configuration alone: no data folder is made or opened for them', async () => {
  const fresh = makeHome('sqlite');
  expect((await ok(fresh, 'completion', 'backends')).stdout).toBe('sketch\n');
  expect((await ok(fresh, 'completion', 'styles')).stdout).toMatch(/^anime\n[^]*watercolor\n$/);
  expect(filesIn(fresh.folder)).toEqual([]);
});

test('what a style is called is never run by a shell', async () => {
  const fresh = makeHome('sqlite');
  const styles = join(fresh.folder, 'data/styles');
  mkdirSync(styles, { recursive: true });
  writeFileSync(join(styles, '$(touch gone).yaml'), 'title: x\nsuffix: y\n');
  writeFileSync(join(fresh.folder, 'albumen.bash'), (await ok(fresh, 'completion', 'bash')).stdout);
  const script = 'source albumen.bash; COMP_WORDS=(albumen generate --style ""); COMP_CWORD=3; _albumen';
  await runProgram('bash', ['--norc', '-c', script], fresh, '', env);
  expect(filesIn(fresh.folder)).toEqual(['albumen.bash', 'data']);
});
