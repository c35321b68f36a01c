/* The trash is emptied. */
#include "work/trash.h"

#include "engine/catalog.h"

enum { AT_ONCE = 50 };

struct round {
    struct arena arena;
    int64_t before_ms;
    struct field_list images;
};

static bool purge(struct db_tx *tx, void *arg, struct err *e)
{
    struct round *r = arg;

    return image_list_trash(tx, &r->arena, r->before_ms, AT_ONCE, &r->images, e) &&
           catalog_purge(tx, &r->arena, r->images.items, r->images.count, e);
}

static bool remove_bytes(struct round *r, struct blob_store *store, struct err *e)
{
    const struct image *images = r->images.items;

    for (size_t i = 0; i < r->images.count; i++) {
        for (size_t size = 0; size < image_thumb_count(&images[i]); size++) {
            if (!blob_remove(store,
                             image_thumb_key(&r->arena, images[i].key, image_thumb_sizes[size]), e))
                return false;
        }
        if (!blob_remove(store, images[i].key, e))
            return false;
    }
    return true;
}

bool trash_empty(struct db *db, struct blob_store *store, int64_t before_ms, int64_t *out_count,
                 struct err *e)
{
    struct round r = { .before_ms = before_ms };
    int64_t count = 0;
    bool ok;

    do {
        arena_deinit(&r.arena);
        r.arena = (struct arena){ 0 };
        ok = db_write(db, purge, &r, e) && remove_bytes(&r, store, e);
        count += ok ? (int64_t)r.images.count : 0;
    } while (ok && r.images.count > 0);
    arena_deinit(&r.arena);
    if (ok)
        *out_count = count;
    return ok;
}
