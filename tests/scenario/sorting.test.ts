// Databases of PostgreSQL in other languages. The tests' own sorts as English.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** `albumen migrate` on a new database, in a cluster of its own. */
function migrate(language: string) {
  const folder = mkdtempSync(join(tmpdir(), 'albumen-test-'));
  const { ALBUMEN_TEST_POSTGRES_URL: _, ...rest } = process.env;
  const create = `create database other template template0 locale_provider icu icu_locale '${language}'`;
  const command = `psql "$ALBUMEN_TEST_POSTGRES_URL" -qX -v ON_ERROR_STOP=1 -c "${create}" &&
    ALBUMEN_DATABASE_URL="\${ALBUMEN_TEST_POSTGRES_URL%/postgres}/other" "$ALBUMEN_BINARY" migrate`;
  try {
    return spawnSync('tests/contract/postgres_cluster', ['sh', '-c', command], { env: { ...rest, ALBUMEN_DATA: folder }, encoding: 'utf8' });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('a language in which ids would be out of order is refused, with the way out', () => {
  const danish = migrate('da');

  expect(danish.stderr).toContain('createdb -T template0');
  expect(danish.status).not.toBe(0);
  expect(migrate('de').status).toBe(0);
});
