// The migrations of config/supabase on a real PostgreSQL: who may read what, and rows as the command line sends them.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { OWNER } from './supabase.ts';

const FOLDER = 'config/supabase';
const OTHER = 'bc6c9501-3757-4a6d-8b97-2cff4288382b';

/** What a Supabase project has before: its roles, its accounts, its Storage. */
const PROJECT = `
create role anon nologin; create role authenticated nologin; create role service_role nologin bypassrls;
create role authenticator login noinherit;
grant anon, authenticated, service_role to authenticator;
create schema auth; create schema storage;
create table auth.users (id uuid primary key);
create function auth.uid() returns uuid language sql stable as
  $$ select nullif(current_setting('request.jwt.claim.sub', true), '')::uuid $$;
create table storage.buckets (id text primary key, name text not null unique, public boolean default false);
create table storage.objects (id uuid primary key default gen_random_uuid(), bucket_id text references storage.buckets, name text);
alter table storage.objects enable row level security;
grant usage on schema auth, storage to anon, authenticated, service_role;
grant all on storage.objects to anon, authenticated, service_role;
insert into auth.users values ('${OWNER}'), ('${OTHER}');
`;

/** A row as cloud.test.ts sees it, and as PostgREST inserts it. */
const row = (path: string, owner: string) => ({
  id: crypto.randomUUID(),
  owner_user_id: owner,
  storage_path: path,
  slug: 'a-fox',
  seed: 7,
  bytes: 100,
  created_at: '2026-11-21T08:00:00.000Z',
  prompt: "a fox's den",
  negative_prompt: null,
  style: null,
  backend: 'sketch',
  provider: 'sketch',
  model: null,
  width: 32,
  height: 32,
  mime_type: 'image/png',
  sha256: 'ab',
  metadata: { seed: 7 },
});

const usage = { id: crypto.randomUUID(), created_at: '2026-11-21T08:00:00.000Z', backend: 'sketch', provider: 'sketch', width: 1, height: 1, model: null, duration_ms: 5, cost_micros: null };

const upsert = (schema: string, table: string, key: string, value: object) => {
  const columns = Object.keys(value).join(', ');
  const changes = Object.keys(value).map((column) => `${column} = excluded.${column}`).join(', ');
  const text = JSON.stringify(value).replaceAll("'", "''");
  return `insert into ${schema}.${table} (${columns}) select ${columns} from json_populate_record(null::${schema}.${table}, '${text}')
    on conflict (${key}) do update set ${changes};`;
};

// One connection after the other, in the order of the file, in a cluster of its own.
function psql(statements: string): string[] {
  const { ALBUMEN_TEST_POSTGRES_URL: _, ...env } = process.env;
  const command = 'psql "$ALBUMEN_TEST_POSTGRES_URL" -qAtX -v ON_ERROR_STOP=1 -f -';
  const text = execFileSync('tests/contract/postgres_cluster', ['sh', '-c', command], { env, input: statements, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] });
  return text.split('\n').filter((line) => line !== '');
}

const migrations = () =>
  readdirSync(FOLDER)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => readFileSync(join(FOLDER, name), 'utf8'))
    .join('\n');

const as = (role: string, statement: string, user = '') =>
  `set role ${role}; set request.jwt.claim.sub = '${user}'; ${statement}; reset role; reset request.jwt.claim.sub;\n`;
const denied = (role: string, statement: string, user = '') =>
  `do $$ begin ${`set local role ${role}; set local request.jwt.claim.sub = '${user}'; ${statement};`} raise exception 'nobody has refused it';
   exception when insufficient_privilege then null; end $$;\nselect 'refused';\n`;

test('the migrations may be run twice, keep strangers out, and take the rows that are sent', () => {
  const mine = row('2026-11-21/a-fox-7.png', OWNER);
  const lines = psql(
    [
      PROJECT,
      "alter role authenticator set pgrst.db_schemas = 'public, other';",
      migrations(),
      migrations(),
      as('service_role', upsert('imagen', 'images', 'storage_path', mine)),
      as('service_role', upsert('imagen', 'images', 'storage_path', { ...mine, id: crypto.randomUUID(), prompt: 'again' })),
      as('service_role', upsert('imagen', 'images', 'storage_path', row('2026-11-21/other-8.png', OTHER))),
      as('service_role', upsert('mai', 'imagen_usage', 'id', usage)),
      as('service_role', upsert('mai', 'imagen_usage', 'id', usage)),
      "insert into storage.objects (bucket_id, name) values ('imagen-generated', '2026-11-21/a-fox-7.png'), ('imagen-generated', '2026-11-21/other-8.png');",
      as('authenticated', "select 'row ' || prompt from imagen.images", OWNER),
      as('authenticated', "select 'object ' || name from storage.objects", OWNER),
      as('authenticated', "select 'nobody ' || count(*) from imagen.images"),
      as('anon', "select 'anonymous ' || count(*) from storage.objects"),
      denied('anon', 'perform 1 from imagen.images'),
      denied('authenticated', "update imagen.images set prompt = 'x'", OWNER),
      denied('authenticated', 'perform 1 from mai.imagen_usage', OWNER),
      as('authenticated', 'delete from imagen.images', OWNER),
      "select 'left ' || count(*) from imagen.images;",
      "select 'usage ' || count(*) from mai.imagen_usage;",
      "select 'public ' || public::text from storage.buckets where id = 'imagen-generated';",
      "select 'exposed ' || array_to_string(setconfig, ';') from pg_db_role_setting s join pg_roles r on r.oid = s.setrole where rolname = 'authenticator';",
      "select 'uncommented ' || count(*) from information_schema.columns c where table_schema in ('imagen', 'mai') and col_description((table_schema || '.' || table_name)::regclass, ordinal_position) is null;",
      `delete from auth.users where id = '${OTHER}'; select 'without its owner ' || count(*) from imagen.images;`,
    ].join('\n'),
  );
  expect(lines).toEqual([
    'row again',
    'object 2026-11-21/a-fox-7.png',
    'nobody 0',
    'anonymous 0',
    'refused',
    'refused',
    'refused',
    'left 1',
    'usage 1',
    'public false',
    'exposed pgrst.db_schemas=public, other, imagen, mai',
    'uncommented 0',
    'without its owner 0',
  ]);
});
