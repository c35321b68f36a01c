/* The pictures that a request goes by: their bytes at the time of the call. */
#include <stdio.h>

#include "base/crypto.h"
#include "net/fetch.h"
#include "work/generate_parts.h"

enum {
    EACH_MAX_BYTES = 32 * 1024 * 1024,
    ALL_MAX_BYTES = 64 * 1024 * 1024,
    FETCH_TIMEOUT_MS = 30 * 1000,
    FETCH_REDIRECTS = 3
};

struct loading {
    struct generation *g;
    const struct generate_reference *from;
    struct gen_reference *to;
    struct image image; /* when it is one of the user's own */
    int64_t bytes_left;
};

static bool load_row(struct db_tx *tx, void *arg, struct err *e)
{
    struct loading *l = arg;
    const struct work_run *run = l->g->run;

    return image_load(tx, run->arena, run->job->user_id, l->from->image, &l->image, e);
}

static bool load_own(struct loading *l, struct err *e)
{
    struct work_run *run = l->g->run;

    if (!db_read(run->db, load_row, l, e))
        return false;
    if (l->image.deleted_at != 0)
        return err_set(e, ERR_NOT_FOUND, "it is in the trash");
    l->to->recipe = l->image.recipe;
    return blob_read(l->g->services->store, run->arena, l->image.key, (size_t)l->bytes_left,
                     &l->to->bytes, e);
}

/* A page that is not there will not be there for another attempt either. */
static bool judge_status(int status, struct err *e)
{
    if (status >= 200 && status <= 299)
        return true;
    return err_set(e, status == 429 || status >= 500 ? ERR_UPSTREAM : ERR_INVALID,
                   "its address answers HTTP %d", status);
}

static bool load_foreign(struct loading *l, struct err *e)
{
    struct work_run *run = l->g->run;
    struct fetch_request request = fetch_get(l->from->url, NULL);
    struct fetch_reply reply;

    request.trust = FETCH_FOREIGN;
    request.timeout_ms = request.stall_timeout_ms = FETCH_TIMEOUT_MS;
    request.max_body_bytes = l->bytes_left;
    request.max_redirects = FETCH_REDIRECTS;
    request.cancel = &run->cancel.set;
    if (!fetch(run->arena, &request, &reply, NULL, e) || !judge_status(reply.status, e))
        return false;
    l->to->bytes = reply.body;
    return true;
}

/* What a provider is handed is a picture, whatever the address said. */
static bool judge_kind(struct loading *l, struct err *e)
{
    const struct image_kind *kind = image_sniff(l->to->bytes);

    if (kind->format == IMAGE_UNKNOWN)
        return err_set(e, ERR_INVALID, "it is %s: PNG, JPEG and WebP can be gone by", kind->name);
    l->to->media_type = str_from(kind->mime);
    return true;
}

static bool load(struct loading *l, size_t number, struct err *e)
{
    bool own = !str_is_null(l->from->image);
    char context[32];

    l->to->role = l->from->role;
    if ((own ? load_own(l, e) : load_foreign(l, e)) && judge_kind(l, e))
        return true;
    if (e->code == ERR_CANCELLED)
        return false;
    snprintf(context, sizeof(context), "reference %zu", number);
    return err_wrap(e, context);
}

bool generate_load_references(struct generation *g, struct err *e)
{
    const struct field_list *from = &g->payload.request.references;
    struct arena *a = g->run->arena;
    struct gen_reference *to = arena_array(a, struct gen_reference, from->count);
    struct str *digests = arena_array(a, struct str, from->count);
    int64_t left = ALL_MAX_BYTES;

    for (size_t i = 0; i < from->count; i++) {
        struct loading l = { .g = g,
                             .from = (const struct generate_reference *)from->items + i,
                             .to = &to[i],
                             .bytes_left = MIN(left, (int64_t)EACH_MAX_BYTES) };

        if (!load(&l, i + 1, e))
            return false;
        left -= (int64_t)to[i].bytes.len;
        digests[i] = sha256_hex(a, to[i].bytes);
    }
    g->request.references = to;
    g->request.reference_count = from->count;
    g->trail.references = (struct str_list){ digests, from->count };
    return true;
}
