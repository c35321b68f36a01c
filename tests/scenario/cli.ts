// The program on a command line: its files, its words, its exit code, in a pipe or in a terminal.
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect } from 'vitest';

import { BINARY, cleanEnv, runCommand, type Home } from './harness.ts';

export interface Ended {
  code: number | string;
  stdout: string;
  stderr: string;
}

export const SMALL = ['--size', '32', '--quiet'];

/** A folder for pictures inside the home. */
export function makeFolder(home: Home, name = 'out'): string {
  const folder = join(home.folder, name);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** What lies there, without what is hidden. */
export function filesIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => !name.startsWith('.'))
    .sort();
}

export function hiddenIn(folder: string): string[] {
  return readdirSync(folder).filter((name) => name.startsWith('.'));
}

export function json(...path: string[]): any {
  return JSON.parse(readFileSync(join(...path), 'utf8'));
}

/** Runs and expects success. */
export async function ok(home: Home, ...args: string[]): Promise<Ended> {
  const ended = await runCommand(args, home);
  expect(ended.code, `${args.join(' ')}: ${ended.stderr}`).toBe(0);
  return ended;
}

/** The program under its other name. */
export function asImagen(home: Home): string {
  const link = join(makeFolder(home, 'bin'), 'imagen');
  symlinkSync(BINARY, link);
  return link;
}

/** Any program, with bytes for its standard input. */
export async function runProgram(program: string, args: string[], home: Home, input = '', env: Record<string, string> = {}): Promise<Ended & { bytes: Buffer }> {
  const child = spawn(program, args, { cwd: home.folder, env: cleanEnv(home, env), stdio: ['pipe', 'pipe', 'pipe'] });
  const out: Buffer[] = [];
  let stderr = '';
  child.stdout.on('data', (piece: Buffer) => out.push(piece));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.stdin.on('error', () => {}); // it may end without reading
  child.stdin.end(input);
  const code = await new Promise<number | string>((settle) => child.on('close', (exit, signal) => settle(signal ?? exit ?? 'unknown')));
  const bytes = Buffer.concat(out);
  return { code, stdout: bytes.toString('utf8'), stderr, bytes };
}

const TERMINAL = resolve('tests/scenario/terminal.py');

export interface Screen {
  code: number;
  /** Everything that was written to the terminal, control sequences and all. */
  screen: Buffer;
}

/** Runs it with a terminal of 24 rows on all three ends; keys are typed once `after` shows. */
export async function inTerminal(args: string[], home: Home, env: Record<string, string> = {}, keys?: { after: string; type: string }, columns = 80): Promise<Screen> {
  const wanted = ['--columns', String(columns), ...(keys ? ['--after', keys.after, '--type', keys.type] : [])];
  const run = await runProgram('python3', [TERMINAL, ...wanted, '--', BINARY, ...args], home, '', { TERM: 'xterm-256color', ...env });
  const end = run.bytes.lastIndexOf('\n#');
  return { code: Number(run.bytes.subarray(end + 2).toString()), screen: run.bytes.subarray(0, end) };
}
