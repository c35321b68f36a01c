-- PostgREST answers for the schemas in its list. They are kept at its role; what is there already stays.
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
    if not ('imagen' = any (regexp_split_to_array(known, '\s*,\s*'))) then
        execute format('alter role authenticator set pgrst.db_schemas = %L', known || ', imagen');
    end if;
end
$$;

notify pgrst, 'reload config';
notify pgrst, 'reload schema';
