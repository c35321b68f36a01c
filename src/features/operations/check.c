/* The check of an installation, from the rows' side: each picture has its bytes and thumbnails. */
#include "features/operations/check.h"

#include <assert.h>

#include "base/clock.h"
#include "base/encode.h"
#include "base/file.h"
#include "blob/digest.h"
#include "engine/inventory.h"
#include "work/thumbnail.h"

enum { STEP_MS = 1000 };

const char *const check_pass_names[CHECK_PASS_COUNT + 2] = { "pictures", "files", "leftovers",
                                                             "ledger",   "usage", "over" };
const char *const check_kind_names[] = {
    "missing_blob", "changed_blob",      "restored_blob", "missing_thumbnail", "orphan_blob",
    "half_written", "stale_reservation", "wrong_sum",     "wrong_usage",       NULL,
};

struct check_finding *check_add(struct check *c, enum check_kind kind, struct str key)
{
    struct check_finding *finding = &c->findings[c->finding_count++];

    assert(c->finding_count <= CHECK_FINDINGS_MAX);
    *finding = (struct check_finding){ .kind = kind, .key = arena_str(c->arena, key) };
    return finding;
}

void check_end_pass(struct check *c)
{
    c->pass++;
    c->after = STR("");
}

/* One page of rows. */
struct page {
    struct check *check;
    struct arena arena;
    struct field_list rows;  /* struct inventory_row */
    struct image *thumbless; /* of them, those that should have thumbnails and have none yet */
    bool *is_open;
    size_t thumbless_count;
};

static bool load_page(struct db_tx *tx, void *arg, struct err *e)
{
    struct page *p = arg;

    return inventory_list(tx, &p->arena, p->check->after, INVENTORY_PAGE_MAX, &p->rows, e);
}

static struct str describe_size(struct arena *a, int64_t have, int64_t want)
{
    return arena_strf(a, "%lld bytes instead of %lld", (long long)have, (long long)want);
}

/* What is wrong with the bytes; they are read when there is reason to. */
static bool judge_bytes(struct check *c, const struct inventory_row *row, int fd, int64_t size,
                        enum defect *out, struct str *out_detail, struct err *e)
{
    struct digest digest;

    *out = size == row->image.size_bytes ? DEFECT_NONE : DEFECT_CHANGED;
    if (*out == DEFECT_CHANGED)
        *out_detail = describe_size(c->arena, size, row->image.size_bytes);
    if (*out == DEFECT_CHANGED || (!c->deep && row->defect != DEFECT_CHANGED))
        return true;
    if (!digest_file(fd, size, &digest, e))
        return false;
    c->bytes += size;
    if (str_eq(hex_encode(c->arena, str_of(digest.sha256, SHA256_BYTES)), row->image.sha256))
        return true;
    *out = DEFECT_CHANGED;
    *out_detail = STR("other bytes than were stored");
    return true;
}

static bool judge(struct check *c, const struct inventory_row *row, enum defect *out,
                  struct str *out_detail, struct err *e)
{
    struct blob_file file;
    struct err why = { 0 };
    AUTO_FD fd = -1;

    *out_detail = (struct str){ 0 };
    if (blob_open_read(c->services->store, row->image.key, &file, &why)) {
        fd = file.fd;
        return judge_bytes(c, row, fd, file.size, out, out_detail, e);
    }
    *out = DEFECT_MISSING;
    if (why.code == ERR_NOT_FOUND)
        return true;
    *e = why;
    return false;
}

/* A change of one picture's row, and whether the row is still what it was. */
struct change {
    struct check *check;
    const struct image *image;
    enum check_kind kind;
    bool is_there;
};

static bool look_again(struct db_tx *tx, void *arg, struct err *e)
{
    struct change *change = arg;

    return inventory_is_there(tx, change->image, &change->is_there, e);
}

static bool repair_row(struct db_tx *tx, struct arena *a, const struct change *change,
                       struct err *e)
{
    switch (change->kind) {
    case CHECK_MISSING_BLOB:
        return defect_mark(tx, a, change->image, DEFECT_MISSING, e);
    case CHECK_CHANGED_BLOB:
        return defect_mark(tx, a, change->image, DEFECT_CHANGED, e);
    case CHECK_RESTORED_BLOB:
        return defect_clear(tx, change->image, e);
    default:
        return image_forget_thumbs(tx, change->image, e) &&
               thumbnail_submit(tx, a, change->image, e);
    }
}

static bool repair(struct db_tx *tx, void *arg, struct err *e)
{
    struct change *change = arg;
    AUTO_ARENA a = { 0 };

    return look_again(tx, change, e) && (!change->is_there || repair_row(tx, &a, change, e));
}

/* A picture that was deleted while we looked is in order. */
static bool report(struct check *c, const struct image *image, enum check_kind kind,
                   struct str detail, struct err *e)
{
    struct change change = { .check = c, .image = image, .kind = kind };
    struct check_finding *finding;

    if (!(c->repair ? db_write(c->db, repair, &change, e) : db_read(c->db, look_again, &change, e)))
        return false;
    if (!change.is_there)
        return true;
    finding = check_add(c, kind, image->key);
    finding->image_id = arena_str(c->arena, image->id);
    finding->user_id = arena_str(c->arena, image->user_id);
    finding->detail = arena_str(c->arena, detail);
    finding->repaired = c->repair;
    return true;
}

static bool blob_has(struct check *c, struct str key, bool *out, struct err *e)
{
    struct blob_file file = { .fd = -1 };
    struct err why = { 0 };

    *out = blob_open_read(c->services->store, key, &file, &why);
    fd_close(&file.fd);
    if (*out || why.code == ERR_NOT_FOUND)
        return true;
    *e = why;
    return false;
}

/* Those that are said to be there: all sizes up to the largest. */
static bool check_thumbs(struct page *p, const struct image *image, struct err *e)
{
    struct check *c = p->check;

    for (size_t i = 0; i < IMAGE_THUMB_SIZES; i++) {
        struct str key = image_thumb_key(&p->arena, image->key, image_thumb_sizes[i]);
        bool there;

        if (image_thumb_sizes[i] > image->thumb_size.value)
            break;
        if (!blob_has(c, key, &there, e))
            return false;
        if (!there)
            return report(c, image, CHECK_MISSING_THUMBNAIL,
                          arena_strf(&p->arena, "%lld px", (long long)image_thumb_sizes[i]), e);
    }
    return true;
}

static bool check_row(struct page *p, const struct inventory_row *row, struct err *e)
{
    struct check *c = p->check;
    const struct image *image = &row->image;
    bool is_marked = row->defect == DEFECT_MISSING || row->defect == DEFECT_CHANGED;
    struct str detail;
    enum defect defect;

    c->rows++;
    if (!judge(c, row, &defect, &detail, e))
        return false;
    if (defect != DEFECT_NONE) {
        c->known_defects += defect == row->defect;
        return defect == row->defect ||
               report(c, image, defect == DEFECT_MISSING ? CHECK_MISSING_BLOB : CHECK_CHANGED_BLOB,
                      detail, e);
    }
    if (is_marked)
        return report(c, image, CHECK_RESTORED_BLOB, (struct str){ 0 }, e);
    if (image->thumb_size.set)
        return check_thumbs(p, image, e);
    if (row->defect == DEFECT_NONE && image_thumb_count(image) > 0)
        p->thumbless[p->thumbless_count++] = *image;
    return true;
}

static bool find_open(struct db_tx *tx, void *arg, struct err *e)
{
    struct page *p = arg;

    return thumbnail_find_open(tx, &p->arena, p->thumbless, p->thumbless_count, p->is_open, e);
}

/* None was made, and nobody is about to. */
static bool check_thumbless(struct page *p, struct err *e)
{
    if (p->thumbless_count == 0)
        return true;
    if (!db_read(p->check->db, find_open, p, e))
        return false;
    for (size_t i = 0; i < p->thumbless_count; i++) {
        if (!p->is_open[i] &&
            !report(p->check, &p->thumbless[i], CHECK_MISSING_THUMBNAIL, STR("none was made"), e))
            return false;
    }
    return true;
}

static bool check_rows(struct page *p, struct err *e)
{
    const struct inventory_row *rows = p->rows.items;

    p->thumbless = arena_array(&p->arena, struct image, p->rows.count);
    p->is_open = arena_array(&p->arena, bool, p->rows.count);
    for (size_t i = 0; i < p->rows.count; i++) {
        if (!check_row(p, &rows[i], e))
            return false;
    }
    return check_thumbless(p, e);
}

/* A disk that is not mounted is an empty folder: that is no time to note pictures as lost. */
static bool check_store_is_there(struct page *p, struct err *e)
{
    struct check *c = p->check;
    struct blob_page first;

    if (!c->repair || c->after.len > 0 || p->rows.count == 0)
        return true;
    if (!blob_list(c->services->store, &p->arena, STR(""), 1, &first, e))
        return false;
    return first.count > 0 ||
           err_set(e, ERR_UNAVAILABLE,
                   "the store is empty, and there are pictures: is its disk there? Nothing was "
                   "repaired");
}

static bool check_pictures(struct check *c, struct err *e)
{
    struct page p = { .check = c };
    bool ok = db_read(c->db, load_page, &p, e) && check_store_is_there(&p, e) && check_rows(&p, e);

    if (ok && p.rows.count < INVENTORY_PAGE_MAX)
        check_end_pass(c);
    else if (ok)
        c->after = arena_str(
            c->arena, ((const struct inventory_row *)p.rows.items)[p.rows.count - 1].image.id);
    arena_deinit(&p.arena);
    return ok;
}

static bool (*const passes[CHECK_PASS_COUNT])(struct check *c, struct err *e) = {
    [CHECK_PICTURES] = check_pictures,   [CHECK_FILES] = check_files,
    [CHECK_LEFTOVERS] = check_leftovers, [CHECK_LEDGER] = check_ledger,
    [CHECK_USAGE] = check_usage,
};

bool check_step(struct check *c, struct err *e)
{
    int64_t until = clock_steady_ms() + STEP_MS;

    c->findings = arena_array(c->arena, struct check_finding, CHECK_FINDINGS_MAX);
    while (c->pass < CHECK_PASS_COUNT && clock_steady_ms() < until &&
           c->finding_count + CHECK_FILES_PAGE <= CHECK_FINDINGS_MAX) {
        if (!passes[c->pass](c, e))
            return false;
    }
    return true;
}
