// Runs `albumen worker` beside servers of the same database and data folder.
import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';

import { BINARY, cleanEnv, type Home } from './harness.ts';

const PATIENCE_MS = 30_000;

const workers = new Set<Worker>();

export class Worker {
  stdout = '';
  stderr = '';
  private readonly child: ChildProcess;
  private readonly exited: Promise<number | string>;
  private readonly watchers = new Set<() => void>();

  constructor(home: Home, config: string, env: Record<string, string> = {}) {
    const file = join(home.folder, `worker-${workers.size}.yaml`);
    writeFileSync(file, config);
    this.child = spawn(BINARY, ['worker'], {
      cwd: home.folder,
      env: cleanEnv(home, { ALBUMEN_CONFIG: file, ...env }),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stdout!.setEncoding('utf8').on('data', (text: string) => this.note('stdout', text));
    this.child.stderr!.setEncoding('utf8').on('data', (text: string) => this.note('stderr', text));
    this.exited = new Promise((settle) => {
      this.child.on('error', (error) => settle(error.message));
      this.child.on('close', (code, signal) => settle(signal ?? code ?? 'unknown'));
    });
    workers.add(this);
  }

  static async start(home: Home, config: string, env?: Record<string, string>): Promise<Worker> {
    const worker = new Worker(home, config, env);
    await worker.said('stdout', /^Albumen worker \S+ runs jobs of:.*$/m);
    return worker;
  }

  private note(stream: 'stdout' | 'stderr', text: string): void {
    this[stream] += text;
    for (const watcher of this.watchers) watcher();
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** Waits until it has said so; fails when it ends or takes too long. */
  async said(stream: 'stdout' | 'stderr', pattern: RegExp, patienceMs = PATIENCE_MS): Promise<RegExpMatchArray> {
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
      const deadline = setTimeout(() => finish(() => failed(why('too late'))), patienceMs);
      this.watchers.add(look);
      void this.exited.then((code) => finish(() => failed(why(`ended with ${code}`))));
      look();
    });
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  async ended(): Promise<number | string> {
    const code = await this.exited;
    workers.delete(this);
    return code;
  }

  /** Ends it as a service manager would; gives the milliseconds that it took. */
  async stop(): Promise<number> {
    const began = performance.now();
    this.signal('SIGTERM');
    this.signal('SIGCONT'); // one that was stopped hears of it only then
    const late = setTimeout(() => this.signal('SIGKILL'), PATIENCE_MS);
    const code = await this.ended();
    clearTimeout(late);
    expect(code, `exit code after SIGTERM\n${this.stderr}`).toBe(0);
    for (const line of this.stderr.split('\n').filter(Boolean)) expect(JSON.parse(line).level, line).not.toBe('error');
    return performance.now() - began;
  }

  /** Until that moment of performance.now(), or its end. */
  async outlast(moment: number): Promise<void> {
    const left = Math.max(moment - performance.now(), 0);
    await Promise.race([this.exited, new Promise((over) => setTimeout(over, left))]);
  }

  /** How often its threads have been put to sleep so far: a thread that polls comes and goes. */
  switches(): number {
    let count = 0;
    for (const task of readdirSync(`/proc/${this.pid}/task`)) {
      const status = readFileSync(`/proc/${this.pid}/task/${task}/status`, 'utf8');
      count += Number(/^voluntary_ctxt_switches:\s*(\d+)$/m.exec(status)![1]);
    }
    return count;
  }

  /** Waits until no thread of it has woken up for so long; false when that does not come to pass. */
  async isQuietFor(ms: number): Promise<boolean> {
    const deadline = performance.now() + PATIENCE_MS;
    let last = this.switches();
    let since = performance.now();
    while (performance.now() - since < ms) {
      if (performance.now() > deadline) return false;
      await new Promise((again) => setTimeout(again, 50));
      const now = this.switches();
      if (now !== last) since = performance.now();
      last = now;
    }
    return true;
  }
}

afterAll(async () => {
  await Promise.all([...workers].map((worker) => worker.stop()));
});
