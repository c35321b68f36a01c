// Arms the fault points of a server that runs, through the file that src/base/fault.h describes.
import { closeSync, openSync, readFileSync, readSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

import type { Home } from '../scenario/harness.ts';

export const POINTS = [...readFileSync('src/base/fault_points.def', 'utf8').matchAll(/^FAULT_POINT\((\w+)\)/gm)].map((match) => match[1]!);
/** Passed by commands alone: generate_resume.test.ts kills them there. */
export const OF_COMMANDS = ['file_new_name'];

const SPEC_BYTES = 64;
const HITS_AT = SPEC_BYTES + 4;
const PASSES_AT = SPEC_BYTES + 8;

export class Commander {
  /** For the servers that it commands. */
  readonly env: Record<string, string>;
  private readonly path: string;
  private generation = 0;

  constructor(home: Home) {
    this.path = join(home.folder, 'faults');
    this.env = { ALBUMEN_FAULT_CONTROL: this.path };
    writeFileSync(this.path, Buffer.alloc(PASSES_AT + 8 * POINTS.length));
  }

  /** "db_step:3:fail", or nothing. */
  set(spec: string): void {
    const text = Buffer.alloc(SPEC_BYTES);
    const number = Buffer.alloc(4);
    text.write(spec);
    number.writeUInt32LE(++this.generation);
    const file = openSync(this.path, 'r+');
    writeSync(file, text, 0, SPEC_BYTES, 0);
    writeSync(file, number, 0, 4, SPEC_BYTES);
    closeSync(file);
  }

  /** Passes that failed since the last set. */
  hits(): number {
    return this.read(HITS_AT, 4).readUInt32LE();
  }

  passes(point: string): number {
    return Number(this.read(PASSES_AT + 8 * POINTS.indexOf(point), 8).readBigInt64LE());
  }

  private read(at: number, bytes: number): Buffer {
    const found = Buffer.alloc(bytes);
    const file = openSync(this.path, 'r');
    readSync(file, found, 0, bytes, at);
    closeSync(file);
    return found;
  }
}
