// Pictures in a terminal: by each protocol in a real one, in tmux, by a viewer, and not at all where nobody looks.
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { Upstream } from '../faults/upstream.ts';
import { filesIn, inTerminal, makeFolder, ok } from './cli.ts';
import { makeHome, runCommand } from './harness.ts';

const DOT = ['generate', 'a red dot', '--size', '64', '--seed', '1', '--name', 'dot'];
const ESC = '\x1b';

test('each protocol gets its bytes, for the terminal that speaks it', async () => {
  const home = makeHome();
  await ok(home, ...DOT, '--quiet');
  const file = readFileSync(join(home.folder, 'dot.png'));
  const cases: { env: Record<string, string>; holds: (screen: string) => void }[] = [
    {
      env: { TERM: 'xterm-kitty' },
      holds: (screen) => {
        const pieces = [...screen.matchAll(/\x1b_G([^;]*);([^\x1b]*)\x1b\\/g)];
        expect(pieces[0]![1]).toBe('a=T,f=32,s=64,v=64,q=2,m=1');
        expect(pieces.at(-1)![1]).toBe('m=0');
        const pixels = Buffer.from(pieces.map((piece) => piece[2]).join(''), 'base64');
        expect(pixels.length).toBe(64 * 64 * 4);
        expect(pixels.every((byte, i) => i % 4 !== 3 || byte === 255)).toBe(true);
      },
    },
    {
      env: { TERM_PROGRAM: 'iTerm.app' },
      holds: (screen) => {
        const found = screen.match(/\x1b\]1337;File=inline=1;size=(\d+);width=80;preserveAspectRatio=1:([^\x07]*)\x07/)!;
        expect(Buffer.from(found[2]!, 'base64').equals(file)).toBe(true);
        expect(Number(found[1])).toBe(file.length);
      },
    },
    {
      env: { TERM: 'foot' },
      holds: (screen) => {
        const found = screen.match(/\x1bP0;1;0q"1;1;64;64((?:#\d+;2;\d+;\d+;\d+)+)([^\x1b]*)\x1b\\/)!;
        expect(found[2]!.split('-')).toHaveLength(Math.ceil(64 / 6) + 1);
      },
    },
    {
      env: { COLORTERM: 'truecolor' },
      holds: (screen) => {
        const rows = screen.split('\n').filter((line) => line.includes('\u2580'));
        expect(rows).toHaveLength(20);
        for (const row of rows) expect([...row].filter((letter) => letter === '\u2580')).toHaveLength(40);
        expect(rows[0]).toMatch(/^\x1b\[38;2;\d+;\d+;\d+m/);
        expect(rows[0]!.trimEnd().endsWith(`${ESC}[0m`)).toBe(true);
      },
    },
    { env: { ALBUMEN_PREVIEW: 'blocks', TERM: 'xterm-kitty' }, holds: (screen) => expect(screen).toMatch(/\x1b\[38;5;\d+m/) },
  ];
  for (const { env, holds } of cases) {
    const shown = await inTerminal(['preview', 'dot.png'], home, env);
    expect(shown.code, shown.screen.toString()).toBe(0);
    holds(shown.screen.toString());
    const made = await inTerminal([...DOT, '-o', makeFolder(home, 'new')], home, env);
    expect(made.code, made.screen.toString()).toBe(0);
    holds(made.screen.toString());
  }
});

test('auto shows nothing where standard output is no terminal, off nothing at all, on everywhere', async () => {
  const home = makeHome();
  expect((await ok(home, ...DOT)).stdout).toBe('dot.png\n');
  expect((await ok(home, ...DOT, '--preview', 'on', '--quiet')).stdout).toContain('\u2580');
  const off = await inTerminal([...DOT, '--preview', 'off'], home);
  expect(off.screen.toString()).not.toContain('\u2580');
  expect(off.screen.toString()).toContain('dot-3.png');
  const auto = await inTerminal(DOT, home);
  expect(auto.screen.toString()).toContain('\u2580');
  writeFileSync(join(home.folder, 'albumen.yaml'), 'output:\n  preview: off\n');
  expect((await inTerminal(DOT, home)).screen.toString()).not.toContain('\u2580');
});

/** A program that writes down what it was called with. */
function makeRecorder(home: { folder: string }, name: string): string {
  const path = join(makeFolder(home as never, 'bin'), name);
  writeFileSync(path, `#!/bin/sh\nfor word in "$@"; do printf '%s\\n' "$word"; done >> "${home.folder}/${name}.log"\n`);
  chmodSync(path, 0o755);
  return path;
}

test('in tmux a picture gets a window of its own, with the viewer that is configured', async () => {
  const home = makeHome();
  makeRecorder(home, 'tmux');
  const env = { PATH: `${join(home.folder, 'bin')}:${process.env.PATH}`, TMUX: '/tmp/tmux-0/default,1,0' };
  const log = () => readFileSync(join(home.folder, 'tmux.log'), 'utf8').trim().split('\n');
  const made = await inTerminal(DOT, home, env);
  expect(made.code, made.screen.toString()).toBe(0);
  expect(made.screen.toString()).not.toContain('\u2580');
  expect(log()).toEqual(['new-window', '-n', 'albumen', expect.stringMatching(/\/albumen$/), 'preview', '--wait', '--', join(home.folder, 'dot.png')]);
  writeFileSync(join(home.folder, 'albumen.yaml'), 'output:\n  preview_command: tmux-img --fit\n');
  await inTerminal([...DOT, '-n', '2'], home, env);
  expect(log().slice(8)).toEqual(
    ['dot-2.png', 'dot-3.png'].flatMap((name) => ['new-window', '-d', '-n', 'albumen', 'sh', '-c', 'tmux-img --fit "$$1"'.replace('$$', '$'), 'albumen', join(home.folder, name)]),
  );
});

test('a viewer is run in the place of the graphics, whatever letters the path has', async () => {
  const home = makeHome();
  const viewer = makeRecorder(home, 'viewer');
  writeFileSync(join(home.folder, 'albumen.yaml'), `output:\n  preview_command: "${viewer} --now"\n`);
  const odd = `it's $(touch gone) "x"`;
  await inTerminal([...DOT, '-o', odd], home);
  expect(readFileSync(join(home.folder, 'viewer.log'), 'utf8')).toBe(`--now\n${home.folder}/${odd}/dot.png\n`);
  expect(existsSync(join(home.folder, 'gone'))).toBe(false);
  writeFileSync(join(home.folder, 'albumen.yaml'), 'output:\n  preview_command: "false"\n');
  const failed = await inTerminal(DOT, home);
  expect([failed.code, filesIn(home.folder)]).toEqual([0, expect.arrayContaining(['dot.png'])]);
  expect(failed.screen.toString()).toContain("albumen: no preview: 'sh' did not show the picture");
});

test('a key ends a preview that waits, and what is no picture is said', async () => {
  const home = makeHome();
  await ok(home, ...DOT, '--quiet');
  const shown = await inTerminal(['preview', '--wait', 'dot.png'], home, {}, { after: `${ESC}[0m`, type: 'q' });
  expect(shown.code).toBe(0);
  writeFileSync(join(home.folder, 'x.png'), 'no picture at all');
  const wrong = await runCommand(['preview', 'x.png'], home);
  expect([wrong.code, wrong.stderr]).toEqual([1, 'albumen: this is no picture: PNG, JPEG and WebP are read\n']);
  expect((await runCommand(['preview', 'gone.png'], home)).code).toBe(1);
});

test('on a terminal the percent and the words of ComfyUI stand in the line', async () => {
  const upstream = await Upstream.start([], 'comfyui_upstream.py');
  const home = makeHome();
  const config = `backends:\n  gpu:\n    type: comfyui\n    base_url: ${upstream.url}\n    model: model.safetensors\n    default_steps: 10\n`;
  writeFileSync(join(home.folder, 'albumen.yaml'), config);
  const made = await inTerminal(['generate', 'a fox slow:4000ms', '--size', '64x64', '--preview', 'off', '--name', 'x'], home);
  expect(made.screen.toString()).toMatch(/[1-9]\d? % +\d+\.\d s {2}drawing, step \d+ of 10/);
  expect([made.code, filesIn(home.folder)]).toEqual([0, expect.arrayContaining(['x.png'])]);
  await upstream.stop();
});

test('on a terminal there is a line for each picture while it is made, and none is left of it', async () => {
  const home = makeHome();
  writeFileSync(join(home.folder, 'albumen.yaml'), 'backends:\n  fake:\n    type: mock\n    concurrency: 1\n');
  const made = await inTerminal(['generate', 'slow:600ms', '-n', '2', '--preview', 'off', '--name', 'x'], home);
  const screen = made.screen.toString();
  expect(screen).toMatch(/0 of 2 pictures, \d+ s/);
  expect(screen).toMatch(/(being made|\d+ %) +\d+\.\d s {2}slow:600ms/);
  expect(screen).toMatch(/waiting +\d+\.\d s {2}slow:600ms/);
  expect(screen).toMatch(/x\.png\r\n[^]*x-2\.png\r\n[^]*2 pictures in \d+\.\d s, 0 not made\.\r\n$/);
  const interrupted = await inTerminal(['generate', 'hang', '--preview', 'off', '--name', 'y'], home, {}, { after: 'hang', type: '\x03' });
  expect(interrupted.code).toBe(130);
  expect(interrupted.screen.toString()).toContain('albumen: interrupted. 0 pictures are kept, 1 left.');
});
