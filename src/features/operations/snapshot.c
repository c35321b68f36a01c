/* The database as it stands at one moment, and the list of what the store has to hold for it. */
#include "features/operations/snapshot.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/random.h"
#include "db/copy.h"
#include "engine/inventory.h"
#include "engine/setting.h"

enum { LIST_PIECE_BYTES = 1024 * 1024 };

struct making {
    struct arena *arena;
    struct snapshot *snapshot;
    const char *database_path, *list_path;
    int fd; /* of the list */
    struct buf text;
};

static void put_picture(struct making *m, struct arena *a, const struct inventory_row *row)
{
    const struct image *image = &row->image;

    if (row->defect == DEFECT_CHANGED)
        buf_putf(&m->text, "- - " STR_FMT "\n", STR_ARG(image->key));
    else
        buf_putf(&m->text, STR_FMT " %lld " STR_FMT "\n", STR_ARG(image->sha256),
                 (long long)image->size_bytes, STR_ARG(image->key));
    m->snapshot->blobs++;
    for (size_t i = 0; i < IMAGE_THUMB_SIZES && image_thumb_sizes[i] <= image->thumb_size.value;
         i++) {
        buf_putf(&m->text, "- - " STR_FMT "\n",
                 STR_ARG(image_thumb_key(a, image->key, image_thumb_sizes[i])));
        m->snapshot->blobs++;
    }
}

/* *after becomes the last id, or no value behind the last page. */
static bool put_page(struct db_tx *tx, struct making *m, char after[UUID_LEN + 1], bool *out_more,
                     struct err *e)
{
    AUTO_ARENA a = { 0 };
    const struct inventory_row *rows;
    struct field_list page;

    if (!inventory_list(tx, &a, str_from(after), INVENTORY_PAGE_MAX, &page, e))
        return false;
    rows = page.items;
    buf_clear(&m->text);
    for (size_t i = 0; i < page.count; i++) {
        if (rows[i].defect != DEFECT_MISSING)
            put_picture(m, &a, &rows[i]);
    }
    *out_more = page.count == INVENTORY_PAGE_MAX;
    if (*out_more)
        memcpy(after, rows[page.count - 1].image.id.ptr, UUID_LEN);
    return file_write_all(m->fd, buf_str(&m->text), e);
}

static bool put_list(struct db_tx *tx, struct making *m, struct err *e)
{
    char after[UUID_LEN + 1] = "";
    bool more = true;

    m->snapshot->blobs = 0;
    while (more) {
        if (!put_page(tx, m, after, &more, e))
            return false;
    }
    return true;
}

/* Begins from scratch when it is run again. */
static bool make(struct db_tx *tx, void *arg, struct err *e)
{
    struct making *m = arg;
    bool ok;

    if (!setting_load(tx, m->arena, STR("store_id"), &m->snapshot->store_id, e) &&
        e->code != ERR_NOT_FOUND)
        return false;
    if (!file_open(m->list_path, O_WRONLY | O_CREAT | O_TRUNC, 0600, &m->fd, e))
        return false;
    buf_init(&m->text, LIST_PIECE_BYTES);
    ok = put_list(tx, m, e) && db_export(tx, m->database_path, e);
    buf_deinit(&m->text);
    fd_close(&m->fd);
    return ok;
}

bool snapshot_make(struct db *db, struct arena *a, const char *folder, struct snapshot *out,
                   struct err *e)
{
    struct str id = uuid_new(a);
    struct making m = { .arena = a, .snapshot = out, .fd = -1 };

    *out = (struct snapshot){
        .database = arena_strf(a, "backup-database." STR_FMT ".tmp", STR_ARG(id)),
        .list = arena_strf(a, "backup-list." STR_FMT ".tmp", STR_ARG(id)),
    };
    m.database_path = arena_strf(a, "%s/" STR_FMT, folder, STR_ARG(out->database)).ptr;
    m.list_path = arena_strf(a, "%s/" STR_FMT, folder, STR_ARG(out->list)).ptr;
    if (db_read(db, make, &m, e))
        return true;
    unlink(m.database_path);
    unlink(m.list_path);
    return false;
}
