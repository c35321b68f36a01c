// Pictures that nobody had to make: rows and files put where the server finds them, while it is stopped.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

import { startServer, type Home, type Server, type StartOptions } from './harness.ts';

export interface Planted {
  user: string;
  /** Most of a large file is a hole: it takes no disk. */
  size: number;
  prompt?: string | null;
  recipe?: string;
  mediaType?: string;
}

const HERE = import.meta.dirname;

/** Stops the server, puts the pictures into its store and database, and starts it again. Gives their ids in order. */
export async function plant(server: Server, options: StartOptions, pictures: Planted[]): Promise<{ server: Server; ids: string[] }> {
  const home = server.home;
  await server.stop();
  const ids = plantInto(home, join(home.folder, 'data'), pictures);
  return { server: await startServer({ ...options, home }), ids };
}

function plantInto(home: Home, data: string, pictures: Planted[]): string[] {
  const args = [join(HERE, 'plant.py'), data, ...(home.databaseUrl ? [home.databaseUrl] : [])];
  const out = execFileSync('python3', args, { input: JSON.stringify(pictures), maxBuffer: 64 * 1024 * 1024 });
  return JSON.parse(out.toString());
}

/** Runs one statement on the database of a stopped server. */
export function change(home: Home, statement: string): void {
  if (home.databaseUrl) execFileSync('psql', [home.databaseUrl, '-qAtX', '-v', 'ON_ERROR_STOP=1', '-c', statement]);
  else execFileSync('python3', ['-c', 'import sqlite3,sys;b=sqlite3.connect(sys.argv[1]);b.execute(sys.argv[2]);b.commit()', join(home.folder, 'data/albumen.db'), statement]);
}
