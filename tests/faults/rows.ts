// Looks into a server's database from outside, whichever it is.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

import type { Home } from '../scenario/harness.ts';

const READ_SQLITE = `
import json, sqlite3, sys
base = sqlite3.connect('file:' + sys.argv[1] + '?mode=ro', uri=True)
base.row_factory = sqlite3.Row
print(json.dumps([dict(row) for row in base.execute(sys.argv[2])]))
`;
const LARGEST = 256 * 1024 * 1024;

/** The rows of a query that both databases understand. */
export function rows(home: Home, query: string): any[] {
  const options = { encoding: 'utf8', maxBuffer: LARGEST } as const;
  if (!home.databaseUrl) {
    const path = join(home.folder, 'data/albumen.db');
    const [program, ...args] = [...(home.disk?.enter ?? []), 'python3', '-c', READ_SQLITE, path, query];
    return JSON.parse(execFileSync(program!, args, options));
  }
  const wrapped = `select coalesce(json_agg(found), '[]') from (${query}) as found`;
  return JSON.parse(execFileSync('psql', [home.databaseUrl, '-qAtX', '-v', 'ON_ERROR_STOP=1', '-c', wrapped], options));
}

/** What the database says of its own health. */
export function checkIntegrity(home: Home): void {
  if (home.databaseUrl) return; // PostgreSQL's pages are its own affair
  const found = rows(home, 'pragma integrity_check').concat(rows(home, 'pragma foreign_key_check'));
  if (JSON.stringify(found) !== '[{"integrity_check":"ok"}]') throw new Error(`the database is damaged: ${JSON.stringify(found)}`);
}
