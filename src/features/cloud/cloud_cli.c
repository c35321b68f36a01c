/* albumen cloud: sends what has not arrived yet, and makes addresses that others can open. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "api/console.h"
#include "base/clock.h"
#include "base/file.h"
#include "features/cloud/sending.h"
#include "features/cloud/supabase.h"

enum {
    SIDECAR_MAX_BYTES = 8 * 1024 * 1024,
    DATE_LEN = 10,
    HOUR_S = 3600,
    YEAR_S = 366 * 24 * 3600
};

struct sync_options {
    bool dry_run;
};

static const struct field sync_fields[] = {
    { FIELD(struct sync_options, dry_run), .help = "say what would be sent, and send nothing" },
    { 0 },
};

struct url_options {
    int64_t expires;
};

static const struct field url_fields[] = {
    { FIELD(struct url_options, expires), .min = 0, .max = YEAR_S, .unit = "seconds",
      .help = "how long it works; 3600 without it" },
    { 0 },
};

/* One call of `cloud sync`. */
struct sync {
    struct command_env *env;
    struct command_setup setup;
    bool dry_run;
    size_t sent, failed;
};

static void complain(struct sync *s, struct str what, const struct err *why)
{
    fprintf(stderr, "%s: " STR_FMT ": " STR_FMT "\n", s->env->program, STR_ARG(console_shown(what)),
            STR_ARG(console_shown(str_from(why->msg))));
    s->failed++;
}

struct sent {
    struct str what; /* a file's name, or "usage of" a job */
    bool sent;       /* false: it would be */
};

static const struct field sent_fields[] = {
    { FIELD(struct sent, what) },
    { FIELD(struct sent, sent) },
    { 0 },
};

static void tell_sent(struct sync *s, struct str what)
{
    if (s->env->json)
        console_print_row(sent_fields, &(struct sent){ what, !s->dry_run });
    else
        printf("%s" STR_FMT "\n", s->dry_run ? "would send " : "", STR_ARG(console_shown(what)));
    s->sent++;
}

/* A picture that is no more needs no copy. */
static bool is_gone(struct sync *s, const struct outbox *outbox, const struct copy *c)
{
    if (file_exists(arena_cstr(s->env->arena, c->path)))
        return false;
    fprintf(stderr, "%s: " STR_FMT " is gone, and forgotten\n", s->env->program,
            STR_ARG(console_shown(c->path)));
    if (!s->dry_run)
        outbox_remove(s->env->arena, outbox, c->image);
    return true;
}

static void sync_copy(struct sync *s, const struct copy *c)
{
    struct err why = { 0 };

    if (s->dry_run || cloud_send_picture(s->env, &s->setup, c, &why))
        tell_sent(s, c->path);
    else
        complain(s, c->path, &why);
}

static void sync_one(struct sync *s, const struct outbox *outbox, struct str id)
{
    struct arena *a = s->env->arena;
    struct err why = { 0 };
    struct str text;
    struct copy c;

    if (!outbox_read(a, outbox, id, &text, &why) || !copy_decode(a, text, &c, &why))
        complain(s, id, &why);
    else if (!is_gone(s, outbox, &c))
        sync_copy(s, &c);
}

static void sync_usage(struct sync *s, const struct outbox *outbox, struct str id)
{
    struct str row, what = arena_strf(s->env->arena, "usage of " STR_FMT, STR_ARG(id));
    struct err why = { 0 };

    if (!outbox_read(s->env->arena, outbox, id, &row, &why) ||
        (!s->dry_run && !cloud_send_usage(s->env, &s->setup, id, row, &why)))
        complain(s, what, &why);
    else
        tell_sent(s, what);
}

static bool sync_all(struct sync *s, const struct outbox *outbox,
                     void (*sync)(struct sync *s, const struct outbox *outbox, struct str id),
                     struct err *e)
{
    struct str_list ids;

    if (!outbox_list(s->env->arena, outbox, &ids, e))
        return false;
    for (size_t i = 0; i < ids.count; i++) {
        struct arena_mark mark = arena_mark(s->env->arena);

        sync(s, outbox, ids.items[i]);
        arena_rewind(s->env->arena, mark);
    }
    return true;
}

static bool begins_with_date(struct str name)
{
    for (size_t i = 0; i < DATE_LEN; i++) {
        char c = i < name.len ? name.ptr[i] : '\0';

        if (i == 4 || i == 7 ? c != '-' : c < '0' || c > '9')
            return false;
    }
    return true;
}

/* Of the file's name, else of the moment that the sidecar tells, here. */
static struct str date_of(struct arena *a, struct str name, const struct json *record)
{
    int64_t ms;
    time_t seconds;
    struct tm tm;

    if (begins_with_date(name))
        return str_slice(name, 0, DATE_LEN);
    if (!clock_parse_iso(json_get_str(record, "created_at"), &ms))
        return (struct str){ 0 };
    seconds = (time_t)(ms / 1000);
    if (localtime_r(&seconds, &tm) == NULL)
        return (struct str){ 0 };
    return arena_strf(a, "%04d-%02d-%02d", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
}

static struct str name_of(struct str path)
{
    const char *slash = memrchr(path.ptr, '/', path.len);

    return slash == NULL ? path : str_slice(path, (size_t)(slash - path.ptr) + 1, path.len);
}

static struct str without_ending(struct str path)
{
    const char *dot = memrchr(path.ptr, '.', path.len);

    return dot == NULL ? path : str_slice(path, 0, (size_t)(dot - path.ptr));
}

/* By what its sidecar says. */
static bool copy_of_file(struct arena *a, struct str path, struct copy *out, struct err *e)
{
    struct str sidecar = arena_strf(a, STR_FMT ".json", STR_ARG(without_ending(path))), text;
    struct json record;
    const struct json *seed;

    if (!file_read(a, sidecar.ptr, SIDECAR_MAX_BYTES, &text, e) || !json_parse(a, text, &record, e))
        return err_wrap(e, "its sidecar");
    seed = json_get(&record, "seed");
    *out = (struct copy){
        .path = path,
        .image = json_get_str(&record, "image"),
        .date = date_of(a, name_of(path), &record),
        .slug = without_ending(name_of(path)),
        .record = text,
        .seed = { seed != NULL && seed->type == JSON_INT, json_get_i64(&record, "seed", 0) },
    };
    return true;
}

static void sync_file(struct sync *s, struct str path)
{
    struct err why = { 0 };
    struct copy c;

    if (!copy_of_file(s->env->arena, path, &c, &why))
        complain(s, path, &why);
    else
        sync_copy(s, &c);
}

static int run_sync(struct command_env *env, struct err *e)
{
    const struct sync_options *options = env->options;
    struct sync s = { .env = env, .dry_run = options->dry_run };
    struct outbox pictures, usage;

    if (!env->setup(env, &s.setup, e))
        return EXIT_CONFIG;
    pictures = cloud_pictures(env, &s.setup);
    usage = cloud_usage(env, &s.setup);
    for (size_t i = 0; i < env->args.count; i++)
        sync_file(&s, env->args.items[i]);
    if (env->args.count == 0 &&
        (!sync_all(&s, &pictures, sync_one, e) || !sync_all(&s, &usage, sync_usage, e)))
        return EXIT_OK; /* the error decides */
    if (s.sent + s.failed == 0)
        fprintf(stderr, "%s: there is nothing to send\n", env->program);
    return s.failed > 0 ? EXIT_SOME_FAILED : EXIT_OK;
}

/* A file of ours is named by where its copy lies. */
static bool object_of(struct command_env *env, struct str argument, struct str *out, struct err *e)
{
    struct copy c;

    if (!file_exists(arena_cstr(env->arena, argument))) {
        *out = argument;
        return true;
    }
    return copy_of_file(env->arena, argument, &c, e) && copy_object_path(env->arena, &c, out, e);
}

struct address {
    struct str url;
};

static const struct field address_fields[] = {
    { FIELD(struct address, url) },
    { 0 },
};

static int run_url(struct command_env *env, struct err *e)
{
    const struct url_options *options = env->options;
    struct command_setup setup;
    struct supabase project;
    struct str object, url;
    int64_t seconds = options->expires > 0 ? options->expires : HOUR_S;

    if (!env->setup(env, &setup, e) || !supabase_open(env->arena, &setup.cloud, &project, e))
        return EXIT_CONFIG;
    if (!object_of(env, env->args.items[0], &object, e) ||
        !supabase_sign(&project, env->arena, setup.cloud.bucket, object, seconds, &url, e))
        return EXIT_OK; /* the error decides */
    if (env->json)
        console_print_row(address_fields, &(struct address){ url });
    else
        printf(STR_FMT "\n", STR_ARG(url));
    return EXIT_OK;
}

const struct command cloud_sync_command = {
    .name = "cloud sync",
    .summary = "Send what has not arrived in the cloud yet, or these pictures again",
    .args = "[FILE...]",
    .example = "albumen cloud sync",
    .options = sync_fields,
    .option_bytes = sizeof(struct sync_options),
    .max_args = 10000,
    .run = run_sync,
};

const struct command cloud_url_command = {
    .name = "cloud url",
    .summary = "Make an address under which a copy can be opened for a while",
    .args = "FILE",
    .example = "albumen cloud url 2026-11-21-a-red-fox-7.png --expires 86400",
    .options = url_fields,
    .option_bytes = sizeof(struct url_options),
    .min_args = 1,
    .max_args = 1,
    .run = run_url,
};
