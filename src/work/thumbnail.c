/* The job kind that makes small versions of a picture: WebP, beside it in the store. */
#include "work/thumbnail.h"

#include <string.h>
#include <sys/mman.h>

#include "base/fault.h"
#include "base/file.h"
#include "base/json.h"
#include "blob/digest.h"
#include "engine/inventory.h"
#include "work/keep.h"
#include "work/services.h"

enum { PAYLOAD_MAX_BYTES = 256, MAX_BYTES = 16 * 1024 * 1024 };

struct payload {
    struct str image_id;
};

static const struct field payload_json[] = {
    { FIELD(struct payload, image_id), .required = true },
    { 0 },
};

static struct str print_payload(struct arena *a, const struct image *image)
{
    struct payload payload = { .image_id = image->id };
    AUTO_BUF text = { 0 };
    struct json_writer w = { .out = &text };

    buf_init(&text, PAYLOAD_MAX_BYTES);
    json_put_struct(&w, payload_json, &payload);
    return arena_str(a, buf_str(&text));
}

bool thumbnail_submit(struct db_tx *tx, struct arena *a, const struct image *image, struct err *e)
{
    struct job_new want = { .user_id = image->user_id,
                            .kind = STR("thumbnail"),
                            .lane = JOB_LANE_SYSTEM,
                            .band = JOB_NORMAL };
    struct job queued;

    if (image_thumb_count(image) == 0)
        return true;
    want.payload = print_payload(a, image);
    return job_submit(tx, a, &want, &queued, e);
}

static bool is_among(struct str payload, const struct field_list *open)
{
    const struct str *items = open->items;

    for (size_t i = 0; i < open->count; i++) {
        if (str_eq(items[i], payload))
            return true;
    }
    return false;
}

bool thumbnail_find_open(struct db_tx *tx, struct arena *a, const struct image *images,
                         size_t count, bool *out_open, struct err *e)
{
    struct str *payloads = arena_array(a, struct str, count);
    struct field_list open;

    for (size_t i = 0; i < count; i++)
        payloads[i] = print_payload(a, &images[i]);
    if (!inventory_list_jobs(tx, a, STR("thumbnail"), payloads, count, &open, e))
        return false;
    for (size_t i = 0; i < count; i++)
        out_open[i] = is_among(payloads[i], &open);
    return true;
}

/* One attempt: the picture, and its thumbnails on their way into the store. */
struct making {
    struct work_run *run;
    struct image image;
    struct image_thumbnail items[IMAGE_THUMB_SIZES];
    size_t count;
};

static void close_items(struct making *m)
{
    for (size_t i = 0; i < m->count; i++)
        fd_close(&m->items[i].out_fd);
}

static bool load_image_of(struct db_tx *tx, struct arena *a, const struct job *job,
                          struct image *out, struct err *e)
{
    struct payload payload = { 0 };
    struct json tree;

    return json_parse(a, job->payload, &tree, e) &&
           json_decode(a, &tree, payload_json, JSON_LENIENT, JSON_SNAKE, &payload, e) &&
           image_load(tx, a, job->user_id, payload.image_id, out, e);
}

static bool load_image(struct db_tx *tx, void *arg, struct err *e)
{
    struct making *m = arg;

    return load_image_of(tx, m->run->arena, m->run->job, &m->image, e);
}

static bool open_items(struct making *m, struct err *e)
{
    size_t count = image_thumb_count(&m->image);

    for (; m->count < count; m->count++) {
        int fd = FAULT(memory_file) ? -1 : memfd_create("thumbnail", MFD_CLOEXEC);

        if (fd < 0)
            return err_set(e, ERR_IO, "no file for a thumbnail");
        m->items[m->count] =
            (struct image_thumbnail){ .box = (int)image_thumb_sizes[m->count], .out_fd = fd };
    }
    return true;
}

static bool draw(struct making *m, struct work_services *services, struct err *e)
{
    struct blob_file original;
    struct image_info info;
    AUTO_FD fd = -1;

    if (!blob_open_read(services->store, m->image.key, &original, e))
        return false;
    fd = original.fd;
    return open_items(m, e) &&
           image_thumbnails(services->images, fd, m->items, m->count, m->run->arena, &info, e);
}

static bool is_same(struct blob_store *store, struct str key, const struct image_thumbnail *item)
{
    struct digest there, here;
    struct blob_file file;
    struct err unheard;
    AUTO_FD fd = -1;

    if (!blob_open_read(store, key, &file, &unheard))
        return false;
    fd = file.fd;
    return file.size == item->size_bytes && digest_file(fd, MAX_BYTES, &there, &unheard) &&
           digest_file(item->out_fd, MAX_BYTES, &here, &unheard) &&
           memcmp(there.sha256, here.sha256, SHA256_BYTES) == 0;
}

/*
 * What an attempt left behind that was cut short is mostly the same, byte for byte. Where it is
 * not, because another version of the program made it, nobody has been told of it yet: it may go.
 */
static bool store_item(struct work_run *run, struct str key, const struct image_thumbnail *item,
                       struct err *e)
{
    const struct work_services *services = run->services;
    struct blob_store *store = services->store;
    struct blob_content content = { .fd = item->out_fd,
                                    .size = item->size_bytes,
                                    .media_type = STR("image/webp") };
    struct err why = { 0 };

    if (keep_blob(run, store, key, &content, &why))
        return true;
    if (why.code != ERR_CONFLICT) {
        *e = why;
        return false;
    }
    return is_same(store, key, item) ||
           (blob_remove(store, key, e) && keep_blob(run, store, key, &content, e));
}

static bool make(struct making *m, struct err *e)
{
    if (!draw(m, m->run->services, e))
        return false;
    for (size_t i = 0; i < m->count; i++) {
        struct str key = image_thumb_key(m->run->arena, m->image.key, image_thumb_sizes[i]);

        if (!store_item(m->run, key, &m->items[i], e))
            return false;
    }
    return true;
}

/* A picture that is gone needs no thumbnails, and one that has them all is done. */
static bool run(struct work_run *run, struct err *e)
{
    struct making *m = arena_new(run->arena, struct making);
    bool ok;

    m->run = run;
    if (!db_read(run->db, load_image, m, e))
        return e->code == ERR_NOT_FOUND;
    if (m->image.thumb_size.set)
        return true;
    ok = make(m, e);
    close_items(m);
    if (ok)
        run->done = m;
    return ok;
}

static bool succeeded(struct db_tx *tx, struct work_run *run, struct err *e)
{
    const struct making *m = run->done;

    return m == NULL || image_set_thumb_size(tx, m->image.user_id, m->image.id,
                                             image_thumb_sizes[m->count - 1], e);
}

/* What the picture itself is to blame for is kept, so that nobody looks for thumbnails again. */
static bool failed(struct db_tx *tx, struct work_run *run, const struct err *why, struct err *e)
{
    bool undrawable =
        why->code == ERR_INVALID || why->code == ERR_TOO_LARGE || why->code == ERR_UNSUPPORTED_TYPE;
    struct image image;

    if (!undrawable)
        return true;
    if (!load_image_of(tx, run->arena, run->job, &image, e))
        return e->code == ERR_NOT_FOUND;
    return defect_mark(tx, run->arena, &image, DEFECT_UNDRAWABLE, e);
}

const struct job_kind thumbnail_kind = {
    .name = "thumbnail", .run = run, .succeeded = succeeded, .failed = failed
};
