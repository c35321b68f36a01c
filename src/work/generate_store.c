/* Judges what a backend sent and puts it into the store, byte for byte. */
#include <fcntl.h>
#include <sys/mman.h>

#include "base/clock.h"
#include "base/encode.h"
#include "base/fault.h"
#include "base/file.h"
#include "base/log.h"
#include "base/random.h"
#include "blob/digest.h"
#include "work/generate_parts.h"
#include "work/keep.h"

enum {
    PHASH_DIGITS = 16,
    SAME_NAME_MAX = 10000,     /* pictures of one name in one folder */
    PATIENCE_MS = 3600 * 1000, /* with what keeps a paid picture from being stored */
    STORE_RETRY_MS = 250,
    STORE_RETRY_MAX_MS = 30 * 1000
};

/* The picture as a file that can be handed on: its own, or its bytes in memory. */
static bool open_content(const struct gen_image *image, int *out_fd, struct err *e)
{
    AUTO_FD fd = -1;

    if (image->fd >= 0)
        fd = fcntl(image->fd, F_DUPFD_CLOEXEC, 0);
    else
        fd = FAULT(memory_file) ? -1 : memfd_create("picture", MFD_CLOEXEC);
    if (fd < 0)
        return err_set(e, ERR_IO, "no file for a picture");
    if (image->fd < 0 && !file_write_all(fd, image->bytes, e))
        return false;
    *out_fd = fd_take(&fd);
    return true;
}

/* A machine that is busy may be slow once; what is too much twice is meant to be. */
static bool probe(struct generation *g, int fd, struct image_info *out, struct err *e)
{
    struct image_service *images = g->services->images;
    struct arena *a = g->run->arena;

    if (image_probe(images, fd, a, out, e) ||
        (e->code == ERR_TIMEOUT && image_probe(images, fd, a, out, e)))
        return true;
    if (e->code == ERR_TIMEOUT)
        e->code = ERR_INVALID;
    return err_wrap(e, "the backend's picture");
}

/*
 * Pictures and films of kinds that nobody here decodes are kept as they came, and are a download:
 * they are paid for. Whatever else comes is no picture, and may be a trap.
 */
static bool look_into(struct generation *g, int fd, const struct image_kind *kind,
                      struct image *row, struct err *e)
{
    struct image_info info = { 0 };

    if (row->size_bytes == 0)
        return err_set(e, ERR_REJECTED, "the backend sent an empty file instead of a picture");
    if (kind->ending == NULL)
        return err_set(e, ERR_REJECTED, "the backend sent %s instead of a picture",
                       str_eq(str_from(kind->name), STR("unknown")) ? "something" : kind->name);
    if (kind->format == IMAGE_UNKNOWN)
        return true;
    if (!probe(g, fd, &info, e))
        return false;
    row->width = (struct opt_i64){ true, info.width };
    row->height = (struct opt_i64){ true, info.height };
    row->phash = arena_strf(g->run->arena, "%0*llx", PHASH_DIGITS, (unsigned long long)info.phash);
    return true;
}

/* "folder/anchor.png", "folder/anchor-2.png" and so on: what is there already is never overwritten,
 * be it an earlier picture or what a worker left that was killed. */
static bool put_blob(struct generation *g, struct image *row, const char *ending,
                     const struct blob_content *content, struct err *e)
{
    struct str folder = g->payload.key_folder, name = g->payload.key_name;
    struct arena *a = g->run->arena;
    bool named = !str_is_null(name);

    for (int number = 1;; number++) {
        struct str end = number == 1 ? STR("") : arena_strf(a, "-%d", number);

        row->key = arena_strf(a, STR_FMT "/" STR_FMT STR_FMT ".%s", STR_ARG(folder),
                              STR_ARG(named ? name : row->id), STR_ARG(end), ending);
        if (keep_blob(g->run, g->services->store, row->key, content, e))
            return true;
        if (!named || e->code != ERR_CONFLICT || number == SAME_NAME_MAX)
            return false;
    }
}

static bool store_image(struct generation *g, const struct gen_image *image, struct image *row,
                        struct err *e)
{
    struct arena *a = g->run->arena;
    AUTO_FD fd = -1;
    const struct image_kind *kind;
    struct digest digest;

    if (!open_content(image, &fd, e) ||
        !digest_file(fd, backend_limits(g->backend)->max_image_bytes, &digest, e))
        return false;
    kind = image_sniff(str_of(digest.head, digest.head_bytes));
    *row = (struct image){
        .id = uuid_new(a),
        .user_id = g->run->job->user_id,
        .job_id = g->run->job->id,
        .backend = backend_name(g->backend),
        .source = IMAGE_GENERATED,
        .media_type = str_from(kind->mime),
        .size_bytes = digest.size,
        .crc32 = digest.crc32,
        .sha256 = hex_encode(a, str_of(digest.sha256, sizeof(digest.sha256))),
        .prompt = g->payload.request.prompt,
        .recipe = generate_recipe(g, image),
    };
    return look_into(g, fd, kind, row, e) &&
           put_blob(g, row, kind->ending,
                    &(struct blob_content){
                        .fd = fd, .size = digest.size, .media_type = row->media_type },
                    e);
}

/*
 * For room in the store every picture waits. In other trouble, what was paid and cannot be asked
 * for again is tried here until that passes; all else gives its place to others and comes again.
 */
static bool store_patiently(struct generation *g, const struct gen_image *image, struct image *row,
                            struct err *e)
{
    struct gen_run wait = { .cancel = &g->run->cancel,
                            .deadline_ms = clock_steady_ms() + PATIENCE_MS };
    int64_t wait_ms = STORE_RETRY_MS;
    struct err over;

    for (;;) {
        struct arena_mark mark = arena_mark(g->run->arena);

        if (store_image(g, image, row, e))
            return true;
        if (!g->trail.sent || !err_may_retry(e->code))
            return false;
        log_warn("a paid picture waits to be stored", LOG_S("job", g->run->job->id), LOG_E(e));
        arena_rewind(g->run->arena, mark);
        if (!run_wait(&wait, wait_ms, &over))
            return false;
        wait_ms = MIN(wait_ms * 2, (int64_t)STORE_RETRY_MAX_MS);
    }
}

/* An attempt that fails leaves no files; those of one that is killed are swept. */
static void discard(struct generation *g)
{
    struct err unheard;

    while (g->image_count > 0) {
        if (!blob_remove(g->services->store, g->images[--g->image_count].key, &unheard))
            continue;
    }
}

/* Of several pictures the others are kept: they are paid for. */
static bool is_the_pictures_fault(const struct err *why)
{
    return why->code == ERR_INVALID || why->code == ERR_TOO_LARGE || why->code == ERR_REJECTED ||
           why->code == ERR_UNSUPPORTED_TYPE;
}

bool generate_store(struct generation *g, struct err *e)
{
    size_t count = g->result.image_count;
    struct arena *a = g->run->arena;
    struct err why = { 0 };

    g->images = arena_array(a, struct image, count);
    g->refused.items = arena_array(a, struct str, count);
    for (size_t i = 0; i < count; i++) {
        if (store_patiently(g, &g->result.images[i], &g->images[g->image_count], &why)) {
            g->image_count++;
        } else if (is_the_pictures_fault(&why) && g->image_count + (count - i) > 1) {
            g->refused.items[g->refused.count++] = arena_strf(a, "picture %zu: %s", i + 1, why.msg);
        } else {
            discard(g);
            *e = why;
            return false;
        }
    }
    return true;
}
