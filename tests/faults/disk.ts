// A small disk of its own below a home: one that can be filled, emptied and made read-only while a server uses it. It is a
// real file system in a mount namespace, which root may make anywhere and others where user namespaces are allowed.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll } from 'vitest';

import type { Home } from '../scenario/harness.ts';

const MOUNT = 'mount -t tmpfs -o "size=$2,mode=700" tmpfs "$1" && echo mounted && exec cat';

/** As oneself made root of a user namespace, or as root without one. */
const WAYS: [string[], string[]][] = [
  [['-rm'], ['-U', '-m', '--preserve-credentials']],
  [['-m'], ['-m']],
];

const disks = new Set<Disk>();

/** The process that keeps the namespace; undefined when it cannot be made this way. */
async function hold(way: string[], folder: string, size: string, said: string[]): Promise<ChildProcess | undefined> {
  const child = spawn('unshare', [...way, 'sh', '-c', MOUNT, 'sh', folder, size], { stdio: ['pipe', 'pipe', 'pipe'] });
  child.stderr.setEncoding('utf8').on('data', (text: string) => said.push(text));
  return await new Promise((settle) => {
    child.on('error', (error) => said.push(error.message));
    child.on('close', () => settle(undefined));
    child.stdout.once('data', () => settle(child));
  });
}

export class Disk {
  private readonly holder: ChildProcess;
  private readonly enter: string[];
  private readonly folder: string;
  private readonly view: string;

  private constructor(home: Home, holder: ChildProcess, flags: string[], folder: string) {
    this.holder = holder;
    this.folder = folder;
    this.enter = ['nsenter', '-t', `${holder.pid}`, ...flags, '--'];
    this.view = `/proc/${holder.pid}/root`;
    home.disk = { enter: this.enter, view: this.view };
    disks.add(this);
  }

  /** Mounted on a folder of the home, say "data/blobs"; it may be used from then on until the end of the file's tests. */
  static async mount(home: Home, name: string, size: string): Promise<Disk> {
    const folder = join(home.folder, name);
    const said: string[] = [];
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const [way, flags] of WAYS) {
      const holder = await hold(way, folder, size, said);
      if (holder) return new Disk(home, holder, flags, folder);
    }
    throw new Error(`this test needs a disk of its own: run it as root, or allow user namespaces\n${said.join('')}`);
  }

  /** Takes all the room that is left, to the last byte. */
  fill(): void {
    const file = openSync(join(this.view, this.folder, 'ballast'), 'a');
    for (let piece = 1 << 20; piece >= 1; ) {
      try {
        writeSync(file, Buffer.alloc(piece));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
        piece >>= 1;
      }
    }
    closeSync(file);
  }

  empty(): void {
    rmSync(join(this.view, this.folder, 'ballast'));
  }

  /** Not while somebody has a file of it open for writing. */
  setReadOnly(readOnly: boolean): void {
    const [program, ...args] = [...this.enter, 'mount', '-o', `remount,bind,${readOnly ? 'ro' : 'rw'}`, this.folder];
    execFileSync(program!, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  }

  async unmount(): Promise<void> {
    disks.delete(this);
    await new Promise((ended) => {
      this.holder.on('close', ended);
      this.holder.stdin!.end();
    });
  }
}

afterAll(async () => {
  for (const disk of disks) await disk.unmount();
});
