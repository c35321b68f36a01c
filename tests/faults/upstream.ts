// The fake paid service as a process of its own, which outlives the servers that are killed, and what was bought of it.
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll } from 'vitest';

const PROGRAMS = resolve('tests/upstreams');

/** Of a picture: its prompt and its seed. */
export const nameOf = (request: { prompt: string; seed: number }) => `${request.prompt.trim()} #${request.seed}`;

const upstreams = new Set<Upstream>();

export class Upstream {
  readonly url: string;
  private readonly child: ChildProcess;
  private readonly folder: string;

  private constructor(child: ChildProcess, folder: string, port: string) {
    this.child = child;
    this.folder = folder;
    this.url = `http://127.0.0.1:${port}`;
    upstreams.add(this);
  }

  /** Its purchases are on disk before their answers are sent. */
  static async start(options: string[] = [], program = 'mock_upstream.py'): Promise<Upstream> {
    const folder = mkdtempSync(join(tmpdir(), 'albumen-upstream-'));
    const child = spawn('python3', ['-B', join(PROGRAMS, program), '--state', join(folder, 'state.json'), ...options], { stdio: ['ignore', 'pipe', 'inherit'] });
    const port = await new Promise<string>((found, failed) => {
      let said = '';
      child.on('close', (code) => failed(new Error(`the fake upstream ended with ${code}`)));
      child.stdout!.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        const match = /^listening on (\d+)\n/.exec(said);
        if (match) found(match[1]!);
      });
    });
    return new Upstream(child, folder, port);
  }

  private jobs(): any[] {
    const path = join(this.folder, 'state.json');
    return existsSync(path) ? Object.values(JSON.parse(readFileSync(path, 'utf8')).jobs) : [];
  }

  /** How often each picture was paid, by prompt and seed. */
  bought(): Map<string, number> {
    const found = new Map<string, number>();
    for (const { request } of this.jobs()) found.set(nameOf(request), (found.get(nameOf(request)) ?? 0) + 1);
    return found;
  }

  /** What is on the bill for each picture, in micro-dollars. */
  billed(): Map<string, number> {
    const found = new Map<string, number>();
    for (const { request, billed } of this.jobs()) found.set(nameOf(request), (found.get(nameOf(request)) ?? 0) + billed);
    return found;
  }

  async stop(): Promise<void> {
    upstreams.delete(this);
    await new Promise((ended) => {
      this.child.on('close', ended);
      this.child.kill('SIGTERM');
    });
    rmSync(this.folder, { recursive: true });
  }
}

afterAll(async () => {
  for (const upstream of upstreams) await upstream.stop();
});
