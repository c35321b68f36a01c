/* Hears of every picture that a command has written, and sends a copy; what does not arrive waits
 * in the outbox for `cloud sync`. */
#include "features/cloud/cloud.h"

#include <limits.h>
#include <stdlib.h>

#include "api/console.h"
#include "base/clock.h"
#include "base/file.h"
#include "features/cloud/sending.h"
#include "features/cloud/supabase.h"

enum { TEXT_MAX_BYTES = 16 * 1024 * 1024, ROW_MAX_BYTES = 16 * 1024 };

static const struct field copy_fields[] = {
    { FIELD(struct copy, path), .required = true, .min = 1 },
    { FIELD(struct copy, image), .required = true, .min = 1 },
    { FIELD(struct copy, date) },
    { FIELD(struct copy, slug) },
    { FIELD(struct copy, record), .required = true, .min = 1, .max = TEXT_MAX_BYTES },
    { FIELD(struct copy, seed) },
    { 0 },
};

struct outbox cloud_pictures(struct command_env *env, const struct command_setup *setup)
{
    return outbox_of(env->arena, setup->data, "pictures");
}

struct outbox cloud_usage(struct command_env *env, const struct command_setup *setup)
{
    return outbox_of(env->arena, setup->data, "usage");
}

struct str copy_encode(struct arena *a, const struct copy *c)
{
    AUTO_BUF text = { 0 };
    struct json_writer w = { .out = &text };

    buf_init(&text, TEXT_MAX_BYTES);
    json_put_struct(&w, copy_fields, c);
    return arena_str(a, buf_str(&text));
}

bool copy_decode(struct arena *a, struct str text, struct copy *out, struct err *e)
{
    struct json *tree = arena_new(a, struct json);
    struct copy c = { 0 };

    if (!json_parse(a, text, tree, e) ||
        !json_decode(a, tree, copy_fields, JSON_LENIENT, JSON_SNAKE, &c, e))
        return false;
    *out = c;
    return true;
}

bool cloud_send_picture(struct command_env *env, const struct command_setup *setup,
                        const struct copy *c, struct err *e)
{
    struct outbox outbox = cloud_pictures(env, setup);
    struct str bytes;

    if (!file_read(env->arena, arena_cstr(env->arena, c->path), SUPABASE_OBJECT_MAX_BYTES, &bytes,
                   e) ||
        !copy_send(env->arena, &setup->cloud, NULL, c, bytes, e))
        return false;
    outbox_remove(env->arena, &outbox, c->image);
    return true;
}

bool cloud_send_usage(struct command_env *env, const struct command_setup *setup, struct str id,
                      struct str row, struct err *e)
{
    struct outbox outbox = cloud_usage(env, setup);
    struct supabase project;

    if (!supabase_open(env->arena, &setup->usage, &project, e) ||
        !supabase_insert(&project, env->arena, setup->usage.schema, setup->usage.table, "id", row,
                         e))
        return false;
    outbox_remove(env->arena, &outbox, id);
    return true;
}

/* From the root on: it may be sent from elsewhere. */
static struct str whole_path(struct arena *a, struct str path)
{
    char whole[PATH_MAX];

    if (realpath(arena_cstr(a, path), whole) == NULL)
        return path;
    return arena_str(a, str_from(whole));
}

static bool is_filled_in(const struct command_cloud *c)
{
    return c->service_key.len > 0 && (c->url.len > 0 || c->rest_url.len > 0);
}

static bool is_on(const struct command_setup *setup)
{
    if (setup->cloud_sync == SWITCH_AUTO)
        return is_filled_in(&setup->cloud);
    return setup->cloud_sync == SWITCH_ON;
}

struct str cloud_place(struct arena *a, const struct command_setup *setup)
{
    return is_on(setup) ? copy_place(a, &setup->cloud) : (struct str){ 0 };
}

static bool tell_later(struct command_env *env, const char *what, struct err *e)
{
    struct err why = *e;

    return err_set(e, why.code, "%s: %s ('%s cloud sync' sends it later)", what, why.msg,
                   env->program);
}

/* In the outbox before anything is sent, so that a process that is killed has lost nothing. */
static bool copy_picture(struct command_env *env, const struct command_setup *setup,
                         const struct command_written *w, struct err *e)
{
    struct outbox outbox = cloud_pictures(env, setup);
    const struct copy c = {
        .path = whole_path(env->arena, w->path),
        .image = w->image_id,
        .date = w->date,
        .slug = w->slug,
        .record = w->record,
        .seed = w->seed,
    };

    if (!outbox_put(env->arena, &outbox, c.image, copy_encode(env->arena, &c), e))
        return err_wrap(e, "cloud sync");
    return cloud_send_picture(env, setup, &c, e) || tell_later(env, "cloud sync", e);
}

static void put_time_taken(struct json_writer *w, const struct json *job)
{
    int64_t began, ended;

    json_put_name(w, STR("duration_ms"));
    if (clock_parse_iso(json_get_str(job, "startedAt"), &began) &&
        clock_parse_iso(json_get_str(job, "finishedAt"), &ended))
        json_put_i64(w, ended - began);
    else
        json_put_null(w);
}

/* What was generated, where, how long it took and what it cost; nothing of what it shows. */
static struct str usage_row(struct arena *a, const struct json *record, const struct json *job)
{
    static const char *const members[] = { "created_at", "backend", "provider", "width", "height" };
    AUTO_BUF text = { 0 };
    struct json_writer w = { .out = &text };

    buf_init(&text, ROW_MAX_BYTES);
    json_begin_object(&w);
    json_put_name(&w, STR("id"));
    json_put_str(&w, json_get_str(record, "job"));
    for (size_t i = 0; i < COUNT(members); i++) {
        json_put_name(&w, str_from(members[i]));
        json_put_tree(&w, json_get(record, members[i]));
    }
    json_put_name(&w, STR("model"));
    json_put_tree(&w, json_get(json_get(record, "metadata"), "model"));
    put_time_taken(&w, job);
    json_put_name(&w, STR("cost_micros"));
    json_put_tree(&w, json_get(job, "costMicros"));
    json_end_object(&w);
    return arena_str(a, buf_str(&text));
}

/* One for each job, however many pictures it has made: what comes again is the same row. */
static bool note_usage(struct command_env *env, const struct command_setup *setup,
                       const struct command_written *w, struct err *e)
{
    struct outbox outbox = cloud_usage(env, setup);
    struct json record, job = { 0 };
    struct str id, row;
    struct err unheard;

    if (!json_parse(env->arena, w->record, &record, e))
        return err_wrap(e, "usage");
    id = json_get_str(&record, "job");
    if (!console_call(env, HTTP_GET, console_path(env, "/api/jobs/", id, ""), &job, &unheard))
        job = (struct json){ 0 };
    row = usage_row(env->arena, &record, &job);
    if (!outbox_put(env->arena, &outbox, id, row, e))
        return err_wrap(e, "usage");
    return cloud_send_usage(env, setup, id, row, e) || tell_later(env, "usage", e);
}

static bool written(struct command_env *env, const struct command_written *w, struct err *e)
{
    struct command_setup setup;
    struct err why = { 0 };
    bool ok = true;

    if (!env->setup(env, &setup, e))
        return false;
    if (!w->no_cloud && is_on(&setup))
        ok = copy_picture(env, &setup, w, e);
    if (!is_filled_in(&setup.usage) || note_usage(env, &setup, w, &why))
        return ok;
    if (ok)
        *e = why;
    return false;
}

static const struct command *const commands[] = { &cloud_sync_command, &cloud_url_command, NULL };
static const struct route routes[] = { { 0 } };

const struct feature cloud_feature = {
    .name = "cloud", .routes = routes, .commands = commands, .written = written
};
