-- The bucket, which is private, and who may read its objects: the owner of the row that points to one.
insert into storage.buckets (id, name, public)
values ('imagen-generated', 'imagen-generated', false)
on conflict (id) do update set public = false;

drop policy if exists imagen_owner_reads on storage.objects;
create policy imagen_owner_reads on storage.objects for select to authenticated
    using (
        bucket_id = 'imagen-generated'
        and exists (
            select 1 from imagen.images i
            where i.storage_path = objects.name and i.owner_user_id = (select auth.uid())
        )
    );

drop policy if exists imagen_owner_deletes on storage.objects;
create policy imagen_owner_deletes on storage.objects for delete to authenticated
    using (
        bucket_id = 'imagen-generated'
        and exists (
            select 1 from imagen.images i
            where i.storage_path = objects.name and i.owner_user_id = (select auth.uid())
        )
    );
