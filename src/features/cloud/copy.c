/* One picture's copy. */
#include "features/cloud/copy.h"

#include <string.h>

#include "base/crypto.h"
#include "base/random.h"
#include "features/cloud/supabase.h"

enum { ROW_MAX_BYTES = 8 * 1024 * 1024, DATE_LEN = 10 };

/* "2026-11-21" */
static bool is_date(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        bool is_dash = i == 4 || i == 7;

        if (is_dash ? s.ptr[i] != '-' : s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
    }
    return s.len == DATE_LEN;
}

static struct str file_name(struct str path)
{
    const char *slash = memrchr(path.ptr, '/', path.len);

    return slash == NULL ? path : str_slice(path, (size_t)(slash - path.ptr) + 1, path.len);
}

static bool is_taken_by_storage(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("_!.*'()&$@=;:+,?- ", c) != NULL);
}

bool copy_object_path(struct arena *a, const struct copy *c, struct str *out, struct err *e)
{
    struct str name = file_name(c->path);
    char *clean;

    if (!is_date(c->date) || c->slug.len == 0)
        return err_set(e, ERR_INVALID,
                       "the picture has no date or no slug, which its place is "
                       "made of");
    if (str_starts(name, arena_strf(a, STR_FMT "-", STR_ARG(c->date))))
        name = str_slice(name, DATE_LEN + 1, name.len);
    clean = arena_cstr(a, name);
    for (size_t i = 0; i < name.len; i++)
        clean[i] = is_taken_by_storage(clean[i]) ? clean[i] : '-';
    *out = arena_strf(a, STR_FMT "/%s", STR_ARG(c->date), clean);
    return true;
}

static void put_text(struct json_writer *w, const char *name, struct str value)
{
    json_put_name(w, str_from(name));
    json_put_str(w, value);
}

static void put_member(struct json_writer *w, const char *name, const struct json *value)
{
    json_put_name(w, str_from(name));
    json_put_tree(w, value);
}

static void put_record(struct json_writer *w, const struct json *record)
{
    const struct json *request = json_get(record, "request");
    const struct json *metadata = json_get(record, "metadata");

    put_member(w, "created_at", json_get(record, "created_at"));
    put_member(w, "prompt", json_get(record, "prompt"));
    put_member(w, "negative_prompt", json_get(request, "negativePrompt"));
    put_member(w, "style", json_get(record, "style"));
    put_member(w, "backend", json_get(record, "backend"));
    put_member(w, "provider", json_get(record, "provider"));
    put_member(w, "model", json_get(metadata, "model"));
    put_member(w, "width", json_get(record, "width"));
    put_member(w, "height", json_get(record, "height"));
    put_member(w, "mime_type", json_get(record, "media_type"));
    put_member(w, "sha256", json_get(record, "sha256"));
    put_member(w, "metadata", record);
}

bool copy_row(struct arena *a, const struct copy *c, struct str owner, struct str object_path,
              int64_t bytes, struct str *out, struct err *e)
{
    AUTO_BUF text = { 0 };
    struct json_writer w = { .out = &text };
    struct json record;

    if (!json_parse(a, c->record, &record, e))
        return err_wrap(e, "what is written down about the picture");
    buf_init(&text, ROW_MAX_BYTES);
    json_begin_object(&w);
    put_text(&w, "id", c->image);
    put_text(&w, "owner_user_id", owner);
    put_text(&w, "storage_path", object_path);
    put_text(&w, "slug", c->slug);
    json_put_name(&w, STR("seed"));
    if (c->seed.set)
        json_put_i64(&w, c->seed.value);
    else
        json_put_null(&w);
    json_put_name(&w, STR("bytes"));
    json_put_i64(&w, bytes);
    put_record(&w, &record);
    json_end_object(&w);
    if (text.overflowed)
        return err_set(e, ERR_TOO_LARGE, "what is written down about the picture is too large");
    *out = arena_str(a, buf_str(&text));
    return true;
}

static struct str media_type_of(struct arena *a, const struct copy *c)
{
    struct json record = { 0 };
    struct err unheard;
    struct str type = { 0 };

    if (json_parse(a, c->record, &record, &unheard))
        type = json_get_str(&record, "media_type");
    return type.len > 0 ? type : STR("application/octet-stream");
}

static bool check_owner(struct str owner, struct err *e)
{
    if (owner.len == 0)
        return err_set(e, ERR_MISCONFIGURED,
                       "'cloud.owner_user_id' is empty: it is the id of your account in the "
                       "project (auth.users)");
    if (!uuid_is_valid(owner))
        return err_set(e, ERR_MISCONFIGURED,
                       "'cloud.owner_user_id' is no id: it looks like "
                       "01234567-89ab-cdef-0123-456789abcdef");
    return true;
}

struct str copy_place(struct arena *a, const struct command_cloud *settings)
{
    struct supabase project;
    struct err unheard;

    if (!supabase_open(a, settings, &project, &unheard))
        return (struct str){ 0 };
    return sha256_hex(a, arena_strf(a, STR_FMT "\n" STR_FMT "\n" STR_FMT "\n" STR_FMT "\n" STR_FMT,
                                    STR_ARG(project.storage_url), STR_ARG(project.rest_url),
                                    STR_ARG(settings->bucket), STR_ARG(settings->schema),
                                    STR_ARG(settings->table)));
}

bool copy_send(struct arena *a, const struct command_cloud *settings, struct gen_cancel *cancel,
               const struct copy *c, struct str bytes, struct err *e)
{
    struct supabase project;
    struct str object_path, row;

    if (!check_owner(settings->owner_user_id, e) || !copy_object_path(a, c, &object_path, e) ||
        !supabase_open(a, settings, &project, e) ||
        !copy_row(a, c, settings->owner_user_id, object_path, (int64_t)bytes.len, &row, e))
        return false;
    project.cancel = cancel;
    if (!supabase_upload(&project, a, settings->bucket, object_path, bytes, media_type_of(a, c), e))
        return err_wrap(e, "upload");
    return supabase_insert(&project, a, settings->schema, settings->table, "storage_path", row,
                           e) ||
           err_wrap(e, "the picture is uploaded, but not its row");
}
