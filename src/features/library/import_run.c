/* Files into the library, a batch at a time: looked at, asked for by their hashes, and sent when
 * they are new. */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "api/console.h"
#include "base/clock.h"
#include "base/columns.h"
#include "base/encode.h"
#include "base/file.h"
#include "blob/digest.h"
#include "features/library/import.h"
#include "image/image.h"
#include "net/text.h"

enum {
    BATCH = 100,
    PROGRESS_EVERY_MS = 100,
    PROGRESS_COLUMNS = 80,
};

/* One file of the batch; its strings die with it. */
struct candidate {
    struct str path, sha256;
    int64_t bytes;
    bool is_known;
};

struct import {
    struct command_env *env;
    struct str tags; /* "tags=a,b", or empty */
    bool dry_run, is_terminal;
    struct import_tally *tally;
    struct arena batch_arena;
    struct candidate batch[BATCH];
    size_t count;
    size_t done, total; /* files */
    int64_t told_ms;
};

/* File names may hold anything, and a terminal obeys it. */
static struct str shown(struct import *im, struct str path)
{
    char *text = arena_cstr(&im->batch_arena, path);

    str_blank_controls(text, path.len);
    return str_of(text, path.len);
}

static void tell_progress(struct import *im, struct str path)
{
    int64_t now = clock_steady_ms();
    struct str line;

    if (!im->is_terminal || (im->told_ms != 0 && now - im->told_ms < PROGRESS_EVERY_MS))
        return;
    im->told_ms = now;
    line = arena_strf(&im->batch_arena, "%zu of %zu, %lld added  " STR_FMT, im->done, im->total,
                      (long long)im->tally->added, STR_ARG(shown(im, path)));
    fprintf(stderr, "\r\033[K" STR_FMT,
            STR_ARG(columns_fit(line, table_terminal_width(STDERR_FILENO, PROGRESS_COLUMNS) - 1)));
}

static void clear_progress(const struct import *im)
{
    if (im->is_terminal)
        fputs("\r\033[K", stderr);
}

static void fail(struct import *im, struct str path, const struct err *e)
{
    struct import_tally *tally = im->tally;
    struct import_failure *failures = tally->failures.items;

    struct str why = str_from(e->msg[0] != '\0' ? e->msg : err_text(e->code));

    clear_progress(im);
    fprintf(stderr, STR_FMT ": " STR_FMT "\n", STR_ARG(shown(im, path)), STR_ARG(shown(im, why)));
    tally->failed++;
    if (tally->failures.count < IMPORT_MAX_FAILURES)
        failures[tally->failures.count++] =
            (struct import_failure){ arena_str(im->env->arena, path),
                                     arena_str(im->env->arena, str_from(e->msg)) };
}

/* What stands in the way of all that follows too. */
static bool is_fatal(enum err_code code)
{
    switch (code) {
    case ERR_UNAUTHENTICATED:
    case ERR_FORBIDDEN:
    case ERR_UPSTREAM:
    case ERR_UNAVAILABLE:
    case ERR_STORAGE_FULL:
    case ERR_RATE_LIMITED:
    case ERR_BUSY:
    case ERR_INTERNAL:
    case ERR_IO:
        return true;
    default:
        return false;
    }
}

/* False: no picture, which is no failure. */
static bool is_picture(int fd)
{
    char head[IMAGE_SNIFF_BYTES];
    ssize_t length = pread(fd, head, sizeof(head), 0);

    return length > 0 && image_sniff(str_of(head, (size_t)length))->format != IMAGE_UNKNOWN;
}

static bool look_at(struct import *im, struct str path, struct candidate *out, bool *out_picture,
                    struct err *e)
{
    struct digest digest;
    AUTO_FD fd = -1;

    if (!file_open(path.ptr, O_RDONLY | O_NONBLOCK, 0, &fd, e))
        return false;
    *out_picture = is_picture(fd);
    if (!*out_picture)
        return true;
    if (!digest_file(fd, IMAGE_MAX_BYTES, &digest, e))
        return false;
    *out = (struct candidate){
        .path = path,
        .sha256 = hex_encode(&im->batch_arena, str_of(digest.sha256, sizeof(digest.sha256))),
        .bytes = digest.size,
    };
    return true;
}

/* Pictures stay in the batch, others are counted. */
static void collect(struct import *im, struct str path)
{
    bool is_one = false;
    struct err e = { 0 };

    if (!look_at(im, path, &im->batch[im->count], &is_one, &e))
        fail(im, path, &e);
    else if (is_one)
        im->count++;
    else
        im->tally->others++;
}

static void mark_known(struct import *im, const struct json *answer)
{
    struct json_list list = json_get_list(answer, "sha256s");

    for (size_t i = 0; i < list.count; i++) {
        for (size_t k = 0; k < im->count; k++)
            im->batch[k].is_known |= str_eq(im->batch[k].sha256, json_str(&list.items[i]));
    }
}

static bool ask_what_is_known(struct import *im, struct err *e)
{
    struct json answer;
    AUTO_BUF body = { 0 };
    struct json_writer w = { .out = &body };

    buf_init(&body, CONSOLE_BODY_MAX);
    json_begin_object(&w);
    json_put_name(&w, STR("sha256s"));
    json_begin_array(&w);
    for (size_t i = 0; i < im->count; i++)
        json_put_str(&w, im->batch[i].sha256);
    json_end_array(&w);
    json_end_object(&w);
    if (!console_send(im->env, HTTP_POST, STR("/api/images/known"), &body, &answer, e))
        return false;
    mark_known(im, &answer);
    return true;
}

/* The same bytes further on in the batch are the same picture. */
static void note_added(struct import *im, const struct candidate *c)
{
    im->tally->added++;
    im->tally->added_bytes += c->bytes;
    for (size_t i = 0; i < im->count; i++)
        im->batch[i].is_known |= str_eq(im->batch[i].sha256, c->sha256);
}

static struct str address_of(struct import *im, const struct candidate *c)
{
    struct arena *a = &im->batch_arena;
    size_t slash = c->path.len;

    while (slash > 0 && c->path.ptr[slash - 1] != '/')
        slash--;
    struct str name = str_slice(c->path, slash, c->path.len);
    if (!text_is_clean(name)) /* a name that no address can hold stays behind */
        return arena_strf(a, "/api/images?" STR_FMT, STR_ARG(im->tags));
    return arena_strf(a, "/api/images?fileName=" STR_FMT "&" STR_FMT,
                      STR_ARG(percent_encode(a, name, false)), STR_ARG(im->tags));
}

static bool send(struct import *im, const struct candidate *c, struct err *e)
{
    struct str address = address_of(im, c);
    struct json answer;
    AUTO_FD fd = -1;

    if (!file_open(c->path.ptr, O_RDONLY | O_NONBLOCK, 0, &fd, e))
        return false;
    if (!im->env->send_file(im->env, address, fd, c->bytes, &answer, e))
        return false;
    im->tally->with_prompt += !str_is_null(json_get_str(&answer, "prompt"));
    return true;
}

static bool add(struct import *im, struct candidate *c, struct err *e)
{
    struct arena_mark mark = arena_mark(im->env->arena);
    struct err why = { 0 };
    bool ok = im->dry_run || send(im, c, &why);

    arena_rewind(im->env->arena, mark);
    if (ok) {
        note_added(im, c);
        return true;
    }
    if (is_fatal(why.code)) {
        *e = why;
        return err_wrap(e, arena_cstr(&im->batch_arena, c->path));
    }
    fail(im, c->path, &why);
    return true;
}

static bool flush(struct import *im, struct err *e)
{
    struct arena_mark mark = arena_mark(im->env->arena);

    if (im->count > 0 && !ask_what_is_known(im, e))
        return false;
    arena_rewind(im->env->arena, mark);
    for (size_t i = 0; i < im->count; i++) {
        struct candidate *c = &im->batch[i];

        tell_progress(im, c->path);
        if (c->is_known) {
            im->tally->known++;
            im->tally->known_bytes += c->bytes;
        } else if (!add(im, c, e)) {
            return false;
        }
        im->done++;
    }
    im->count = 0;
    arena_deinit(&im->batch_arena);
    im->batch_arena = (struct arena){ 0 };
    return true;
}

static bool run(struct import *im, const struct str_list *files, struct err *e)
{
    for (size_t i = 0; i < files->count; i++) {
        tell_progress(im, files->items[i]);
        collect(im, files->items[i]);
        if (im->count == BATCH && !flush(im, e))
            return false;
    }
    return flush(im, e);
}

static struct str tags_parameter(struct arena *a, const struct str_list *tags)
{
    struct str all = STR("");

    for (size_t i = 0; i < tags->count; i++)
        all = arena_strf(a, STR_FMT "%s" STR_FMT, STR_ARG(all), i == 0 ? "tags=" : ",",
                         STR_ARG(percent_encode(a, tags->items[i], false)));
    return all;
}

bool import_run(struct command_env *env, const struct str_list *files, const struct str_list *tags,
                bool dry_run, struct import_tally *tally, struct err *e)
{
    struct import *im = arena_new(env->arena, struct import);
    bool ok;

    *im = (struct import){
        .env = env,
        .tags = tags_parameter(env->arena, tags),
        .dry_run = dry_run,
        .is_terminal = !env->json && isatty(STDERR_FILENO) == 1,
        .tally = tally,
        .total = files->count,
    };
    tally->failures.items = arena_array(env->arena, struct import_failure, IMPORT_MAX_FAILURES);
    ok = run(im, files, e);
    clear_progress(im);
    arena_deinit(&im->batch_arena);
    return ok;
}
