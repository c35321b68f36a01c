-- Pictures of the command line, a row for each object in the bucket. May be run again.
create schema if not exists imagen;

create table if not exists imagen.images (
    storage_path text primary key,
    id uuid not null,
    owner_user_id uuid not null references auth.users (id) on delete cascade,
    slug text not null,
    seed bigint,
    bytes bigint not null,
    created_at timestamptz not null default now(),
    prompt text not null,
    negative_prompt text,
    style text,
    backend text not null,
    provider text,
    model text,
    width integer,
    height integer,
    mime_type text not null,
    sha256 text,
    metadata jsonb not null default '{}'::jsonb,
    synced_at timestamptz not null default now()
);

comment on table imagen.images is 'Pictures in the bucket imagen-generated';
comment on column imagen.images.id is 'The picture''s id where it was made';
comment on column imagen.images.owner_user_id is 'Whose it is; the only one who may read it';
comment on column imagen.images.storage_path is 'Its object in the bucket: date/name';
comment on column imagen.images.slug is 'The prompt as a part of the file''s name; of what a server made, its id';
comment on column imagen.images.seed is 'Really used; null where the backend does not tell';
comment on column imagen.images.bytes is 'Size of the object';
comment on column imagen.images.created_at is 'When it was made';
comment on column imagen.images.prompt is 'As it was typed';
comment on column imagen.images.negative_prompt is 'What was not to be shown';
comment on column imagen.images.style is 'The preset, if one was named';
comment on column imagen.images.backend is 'Name of the backend in the configuration';
comment on column imagen.images.provider is 'Its type';
comment on column imagen.images.model is 'As the backend tells it';
comment on column imagen.images.width is 'In pixels';
comment on column imagen.images.height is 'In pixels';
comment on column imagen.images.mime_type is 'Of the object';
comment on column imagen.images.sha256 is 'Of the object''s bytes, in hexadecimal';
comment on column imagen.images.metadata is 'The whole sidecar: recipe, and what the backend said';
comment on column imagen.images.synced_at is 'When the row was first written';

create index if not exists images_by_owner on imagen.images (owner_user_id, created_at desc);
create index if not exists images_by_id on imagen.images (id);
