-- What was generated, how long it took and what it cost; nothing of what it shows. Only for those who set usage.url.
create schema if not exists mai;

create table if not exists mai.imagen_usage (
    id uuid primary key,
    created_at timestamptz not null default now(),
    backend text not null,
    provider text,
    model text,
    width integer,
    height integer,
    duration_ms bigint,
    cost_micros bigint
);

comment on table mai.imagen_usage is 'One row for each generation of the command line';
comment on column mai.imagen_usage.id is 'The job''s id where it ran';
comment on column mai.imagen_usage.created_at is 'When its picture was made';
comment on column mai.imagen_usage.backend is 'Name of the backend in the configuration';
comment on column mai.imagen_usage.provider is 'Its type';
comment on column mai.imagen_usage.model is 'As the backend tells it';
comment on column mai.imagen_usage.width is 'In pixels';
comment on column mai.imagen_usage.height is 'In pixels';
comment on column mai.imagen_usage.duration_ms is 'From start to end; null where it is not known';
comment on column mai.imagen_usage.cost_micros is 'Millionths of a dollar; null where nobody knows';

grant usage on schema mai to service_role;
grant all on mai.imagen_usage to service_role;
alter table mai.imagen_usage enable row level security;

do $$
declare
    known text;
begin
    select substring(setting from 'pgrst\.db_schemas=(.*)') into known
    from pg_catalog.pg_db_role_setting s
    join pg_catalog.pg_roles r on r.oid = s.setrole
    cross join lateral unnest(s.setconfig) as setting
    where r.rolname = 'authenticator' and s.setdatabase = 0 and setting like 'pgrst.db\_schemas=%';

    known := coalesce(known, 'public, graphql_public');
    if not ('mai' = any (regexp_split_to_array(known, '\s*,\s*'))) then
        execute format('alter role authenticator set pgrst.db_schemas = %L', known || ', mai');
    end if;
end
$$;

notify pgrst, 'reload config';
notify pgrst, 'reload schema';
