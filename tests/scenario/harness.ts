// Starts the real program on a data folder of its own, talks to it, and judges its log when it stops.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect } from 'vitest';

export const BINARY = resolve(process.env.ALBUMEN_BINARY ?? 'build-test/src/albumen');

export type Database = 'sqlite' | 'postgres';

export interface StartOptions {
  database?: Database;
  env?: Record<string, string>;
  /** YAML beside the harness's own, which lifts the rate limits. */
  config?: string;
  /** A data folder (and database) of an earlier server. */
  home?: Home;
  /** Messages that the log may hold at level error. */
  expectedErrors?: RegExp[];
}

/** What outlives a server: its data folder and its database. */
export interface Home {
  folder: string;
  databaseUrl: string | undefined;
  /** Where the folder lies on a disk of its own: the command that goes there, and how it is seen from here. */
  disk?: { enter: string[]; view: string };
}

export interface Reply {
  status: number;
  headers: Headers;
  text: string;
  json: any;
}

export interface CallOptions {
  token?: string | null;
  headers?: Record<string, string>;
}

const NO_LIMITS = `limits:
  requests_per_minute_per_token: 0
  requests_per_minute_per_user: 0
  requests_per_minute_per_address: 0
  login_attempts_per_minute: 1000
`;
/** A sanitizer's last words in a picture helper that ends together with a server that was killed. */
const NOISE = /^==\d+==Unable to get registers from thread \d+\.$/;
const STOP_MS = 10_000;
const START_MS = 20_000;
/** A command may do much, on a machine that is busy with other tests. */
const COMMAND_MS = 120_000;

const servers = new Set<Server>();
const homes = new Set<Home>();

function psql(statement: string): void {
  const url = process.env.ALBUMEN_TEST_POSTGRES_URL;
  if (!url) throw new Error('ALBUMEN_TEST_POSTGRES_URL is not set: run script/test, or tests/contract/postgres_cluster');
  execFileSync('psql', [url, '-qAtX', '-v', 'ON_ERROR_STOP=1', '-c', statement], { stdio: ['ignore', 'pipe', 'pipe'] });
}

export function makeHome(database?: Database): Home {
  const kind = database ?? (process.env.ALBUMEN_TEST_DATABASE as Database | undefined) ?? 'sqlite';
  const home: Home = { folder: mkdtempSync(join(tmpdir(), 'albumen-test-')), databaseUrl: undefined };
  if (kind === 'postgres') {
    const name = `albumen_${randomBytes(6).toString('hex')}`;
    psql(`create database ${name}`);
    const url = new URL(process.env.ALBUMEN_TEST_POSTGRES_URL!);
    url.pathname = `/${name}`;
    home.databaseUrl = url.href;
  }
  homes.add(home);
  return home;
}

/** The folder of another server on the same database. */
export function makeNeighbour(home: Home): Home {
  const neighbour: Home = { folder: mkdtempSync(join(tmpdir(), 'albumen-test-')), databaseUrl: home.databaseUrl };
  homes.add(neighbour);
  return neighbour;
}

/** The program's environment: nothing of the caller's but what programs need. */
export function cleanEnv(home: Home, extra: Record<string, string> = {}): Record<string, string> {
  const env: Record<string, string> = {
    PATH: process.env.PATH ?? '/usr/bin:/bin',
    HOME: home.folder,
    LC_ALL: 'C.UTF-8',
    ALBUMEN_DATA: join(home.folder, 'data'),
    ALBUMEN_LISTEN: '127.0.0.1:0',
    ASAN_OPTIONS: 'detect_leaks=1:exitcode=99:detect_stack_use_after_return=1',
    UBSAN_OPTIONS: 'print_stacktrace=1:halt_on_error=1:exitcode=99',
    TSAN_OPTIONS: 'halt_on_error=1:exitcode=99',
  };
  if (home.databaseUrl) env.ALBUMEN_DATABASE_URL = home.databaseUrl;
  return { ...env, ...extra };
}

export class Server {
  readonly home: Home;
  readonly secrets: string[] = [];
  address = '';
  loginLink = '';
  stdout = '';
  stderr = '';
  private readonly child: ChildProcess;
  private readonly exited: Promise<number | string>;
  private readonly watchers = new Set<() => void>();
  private readonly expectedErrors: RegExp[];

  constructor(options: StartOptions) {
    this.home = options.home ?? makeHome(options.database);
    this.expectedErrors = options.expectedErrors ?? [];
    const configFile = join(this.home.folder, 'albumen.yaml');
    const config = options.config ?? '';
    writeFileSync(configFile, /^limits:/m.test(config) ? config : NO_LIMITS + config);
    const [program, ...args] = [...(this.home.disk?.enter ?? []), BINARY, 'serve'];
    this.child = spawn(program!, args, {
      cwd: this.home.folder,
      env: cleanEnv(this.home, { ALBUMEN_CONFIG: configFile, ...options.env }),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stdout!.setEncoding('utf8').on('data', (text: string) => this.note('stdout', text));
    this.child.stderr!.setEncoding('utf8').on('data', (text: string) => this.note('stderr', text));
    this.exited = new Promise((settle) => {
      this.child.on('error', (error) => settle(error.message));
      this.child.on('close', (code, signal) => settle(signal ?? code ?? 'unknown'));
    });
    if (this.home.databaseUrl) this.secrets.push(new URL(this.home.databaseUrl).password);
    servers.add(this);
  }

  private note(stream: 'stdout' | 'stderr', text: string): void {
    this[stream] += text;
    for (const watcher of this.watchers) watcher();
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  get url(): string {
    return `http://${this.address}`;
  }

  get port(): number {
    return Number(this.address.split(':').at(-1));
  }

  get pid(): number {
    return this.child.pid!;
  }

  get data(): string {
    return join(this.home.disk?.view ?? '/', this.home.folder, 'data');
  }

  /** The admin's bearer token. */
  get token(): string {
    return readFileSync(join(this.data, 'token'), 'utf8').trim();
  }

  private get logLines(): string[] {
    return this.stderr.split('\n').filter((line) => line !== '' && !NOISE.test(line));
  }

  /** The log so far, one object per line. */
  get log(): Record<string, any>[] {
    return this.logLines.map((line) => JSON.parse(line));
  }

  /** Waits until the output holds the pattern; fails when the program ends or takes too long. */
  async waitForOutput(stream: 'stdout' | 'stderr', pattern: RegExp): Promise<RegExpMatchArray> {
    return await new Promise((found, failed) => {
      const finish = (act: () => void) => {
        clearTimeout(deadline);
        this.watchers.delete(look);
        act();
      };
      const look = () => {
        const match = this[stream].match(pattern);
        if (match) finish(() => found(match));
      };
      const why = (what: string) => new Error(`${what}; waited for ${pattern}\n${this.stdout}\n${this.stderr}`);
      const deadline = setTimeout(() => finish(() => failed(why('too late'))), START_MS);
      this.watchers.add(look);
      void this.exited.then((code) => finish(() => failed(why(`ended with ${code}`))));
      look();
    });
  }

  async waitUntilListening(): Promise<this> {
    const match = await this.waitForOutput('stdout', /^Albumen is listening on http:\/\/(\S+)$/m);
    this.address = match[1]!;
    expect(readFileSync(join(this.data, 'address'), 'utf8')).toBe(`${this.address}\n`);
    this.secrets.push(this.token);
    this.loginLink = (await this.waitForOutput('stdout', /^Sign in: (https?:\S+)$/m))[1]!;
    this.secrets.push(this.loginLink.split('#')[1]!);
    return this;
  }

  async api(method: string, path: string, body?: unknown, options: CallOptions = {}): Promise<Reply> {
    const headers: Record<string, string> = { ...options.headers };
    if (options.token !== null) headers.authorization ??= `Bearer ${options.token ?? this.token}`;
    let payload: string | undefined;
    if (body !== undefined) {
      headers['content-type'] ??= 'application/json';
      payload = typeof body === 'string' ? body : JSON.stringify(body);
    }
    const reply = await fetch(this.url + path, {
      method,
      headers,
      redirect: 'manual',
      signal: AbortSignal.timeout(30_000),
      ...(payload === undefined ? {} : { body: payload }),
    });
    const text = await reply.text();
    const isJson = reply.headers.get('content-type')?.startsWith('application/json');
    return { status: reply.status, headers: reply.headers, text, json: isJson ? JSON.parse(text) : undefined };
  }

  /** Fails unless the status is the expected one, and then says what the server said. */
  async ok(status: number, method: string, path: string, body?: unknown, options?: CallOptions): Promise<any> {
    const reply = await this.api(method, path, body, options);
    expect(reply.status, `${method} ${path}: ${reply.text}`).toBe(status);
    return reply.json;
  }

  async kill9(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exited;
    servers.delete(this);
  }

  /** How it ended: an exit code, or the name of a signal. */
  async ended(): Promise<number | string> {
    const code = await this.exited;
    servers.delete(this);
    return code;
  }

  /** Ends it as a service manager would, and looks through its log. */
  async stop(): Promise<void> {
    servers.delete(this);
    this.child.kill('SIGTERM');
    const late = setTimeout(() => this.child.kill('SIGKILL'), STOP_MS);
    const code = await this.exited;
    clearTimeout(late);
    expect(code, `exit code after SIGTERM (SIGKILL: took over ${STOP_MS / 1000} s)\n${this.stderr}`).toBe(0);
    this.checkLog();
  }

  checkLog(): void {
    for (const line of this.logLines) {
      let entry: Record<string, unknown> = {};
      expect(() => (entry = JSON.parse(line)), `a log line that is no JSON: ${line}\n${this.stderr}`).not.toThrow();
      const expected = this.expectedErrors.some((pattern) => pattern.test(line));
      if (!expected) expect(entry.level, `an error in the log: ${line}`).not.toBe('error');
    }
    for (const secret of this.secrets) expect(this.stderr.includes(secret), 'a secret is in the log').toBe(false);
  }

  /** From now on this text must not turn up in the log. */
  plant(secret: string): string {
    this.secrets.push(secret);
    return secret;
  }
}

export async function startServer(options: StartOptions = {}): Promise<Server> {
  return await new Server(options).waitUntilListening();
}

/** Runs a command of the program to its end. */
export async function runCommand(
  args: string[],
  home: Home,
  env: Record<string, string> = {},
): Promise<{ code: number | string; stdout: string; stderr: string }> {
  const child = spawn(BINARY, args, { cwd: home.folder, env: cleanEnv(home, env), stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const late = setTimeout(() => {
    stderr += `(ended by the test: not done after ${COMMAND_MS / 1000} s)\n`;
    child.kill('SIGKILL');
  }, COMMAND_MS);
  const code = await new Promise<number | string>((settle) => {
    child.on('error', (error) => settle(error.message));
    child.on('close', (exit, signal) => settle(signal ?? exit ?? 'unknown'));
  });
  clearTimeout(late);
  return { code, stdout, stderr };
}

afterAll(async () => {
  const ends = await Promise.allSettled([...servers].map((server) => server.stop()));
  // Databases stay: their cluster is thrown away as a whole.
  for (const home of homes) rmSync(home.folder, { recursive: true, force: true });
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed) throw (failed as PromiseRejectedResult).reason;
});
