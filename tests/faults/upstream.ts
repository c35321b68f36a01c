// The fake paid service as a process of its own, which outlives the servers that are killed, and what was bought of it.
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll } from 'vitest';

const PROGRAMS = resolve('tests/upstreams');

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

  /** How often each picture was paid, by prompt and seed. */
  bought(): Map<string, number> {
    const path = join(this.folder, 'state.json');
    const found = new Map<string, number>();
    if (!existsSync(path)) return found;
    for (const { request } of Object.values<any>(JSON.parse(readFileSync(path, 'utf8')).jobs)) {
      const what = `${request.prompt.trim()} #${request.seed}`;
      found.set(what, (found.get(what) ?? 0) + 1);
    }
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
