-- Who may do what with the rows: owners read and delete their own, the key of the command line does everything.
grant usage on schema imagen to authenticated, service_role;
grant select, delete on imagen.images to authenticated;
grant all on imagen.images to service_role;

alter table imagen.images enable row level security;

drop policy if exists images_owner_reads on imagen.images;
create policy images_owner_reads on imagen.images for select to authenticated
    using (owner_user_id = (select auth.uid()));

drop policy if exists images_owner_deletes on imagen.images;
create policy images_owner_deletes on imagen.images for delete to authenticated
    using (owner_user_id = (select auth.uid()));
