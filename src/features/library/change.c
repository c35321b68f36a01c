/* Changes of pictures by their owner. */
#include "features/library/change.h"

#include <stdlib.h>

#include "base/clock.h"
#include "engine/catalog.h"
#include "features/library/query.h"

struct change_row {
    struct str user_id;
    struct str_list ids;
    int64_t children;
};

static const struct field change_row_fields[] = {
    { FIELD(struct change_row, user_id) },
    { FIELD(struct change_row, ids) },
    { FIELD(struct change_row, children) },
    { 0 },
};

static int by_text(const void *left, const void *right)
{
    return str_cmp(*(const struct str *)left, *(const struct str *)right);
}

static bool add_tags(struct arena *a, struct str_list *tags, const struct str_list *more,
                     struct err *e)
{
    for (size_t i = 0; i < more->count; i++) {
        struct str tag = query_tag(a, more->items[i]);

        if (str_is_null(tag) || str_utf8_count(tag) > IMAGE_TAG_MAX)
            return err_set_field(e, ERR_INVALID, STR("tags"),
                                 "a tag has 1 to %d characters, and is not blank", IMAGE_TAG_MAX);
        tags->items[tags->count++] = tag;
    }
    return true;
}

static bool has_tag(struct arena *a, const struct str_list *tags, struct str tag)
{
    for (size_t i = 0; i < tags->count; i++) {
        if (str_eq(query_tag(a, tags->items[i]), tag))
            return true;
    }
    return false;
}

/* In order, each once, without those that go. */
static void tidy_tags(struct arena *a, struct str_list *tags, const struct str_list *gone)
{
    size_t kept = 0;

    qsort(tags->items, tags->count, sizeof(*tags->items), by_text);
    for (size_t i = 0; i < tags->count; i++) {
        if ((kept == 0 || !str_eq(tags->items[kept - 1], tags->items[i])) &&
            !has_tag(a, gone, tags->items[i]))
            tags->items[kept++] = tags->items[i];
    }
    tags->count = kept;
}

static bool collect_tags(struct arena *a, const struct str_list *first, const struct str_list *more,
                         const struct str_list *gone, struct str_list *out, struct err *e)
{
    struct str_list tags = { arena_array(a, struct str, first->count + more->count + 1), 0 };

    if (!add_tags(a, &tags, first, e) || !add_tags(a, &tags, more, e))
        return false;
    tidy_tags(a, &tags, gone);
    if (tags.count > IMAGE_TAGS_MAX)
        return err_set_field(e, ERR_INVALID, STR("tags"), "a picture has at most %d tags",
                             IMAGE_TAGS_MAX);
    *out = tags;
    return true;
}

bool change_tidy_tags(struct arena *a, const struct str_list *tags, struct str_list *out,
                      struct err *e)
{
    static const struct str_list none;

    return collect_tags(a, tags, &none, &none, out, e);
}

static bool is_of_the_trash_alone(const struct image_change *change)
{
    return str_is_null(change->name) && change->tags == NULL && change->add_tags.count == 0 &&
           change->remove_tags.count == 0 && !change->starred.set && !change->rating.set;
}

static bool apply(struct arena *a, const struct image_change *change, struct image *image,
                  struct err *e)
{
    if (change->trash.set && !change->trash.value)
        image->deleted_at = 0;
    if (image->deleted_at != 0 && !is_of_the_trash_alone(change))
        return err_set(e, ERR_CONFLICT, "the picture is in the trash: restore it first");
    if (change->trash.set && change->trash.value && image->deleted_at == 0)
        image->deleted_at = clock_now_ms();
    if (!str_is_null(change->name))
        image->name = change->name.len > 0 ? change->name : (struct str){ 0 };
    if (change->starred.set)
        image->starred = change->starred.value;
    if (change->rating.set)
        image->rating = change->rating.value;
    return collect_tags(a, change->tags != NULL ? change->tags : &image->tags, &change->add_tags,
                        &change->remove_tags, &image->tags, e);
}

static bool check_children(struct db_tx *tx, struct str user_id, struct str_list ids,
                           const struct image_change *change, struct err *e)
{
    struct change_row row = { .user_id = user_id, .ids = ids };
    AUTO_ARENA a = { 0 };

    if (!change->trash.set || !change->trash.value || change->force)
        return true;
    if (!db_row(tx, &a, Q_CHANGE_CHILDREN, change_row_fields, &row, change_row_fields, &row, e))
        return false;
    return row.children == 0 ||
           err_set_field(e, ERR_CONFLICT, STR("force"),
                         "%lld of your pictures were made from what you delete, and will not tell "
                         "from what any more: 'force' deletes it all the same",
                         (long long)row.children);
}

static bool fail_missing(struct arena *a, struct str_list ids, struct field_list rows,
                         struct err *e)
{
    const struct image *images = rows.items;

    for (size_t i = 0; i < ids.count; i++) {
        size_t k = 0;

        while (k < rows.count && !str_eq(images[k].id, ids.items[i]))
            k++;
        if (k == rows.count)
            return err_set_field(e, ERR_NOT_FOUND,
                                 ids.count > 1 ? arena_strf(a, "imageIds[%zu]", i) : STR(""),
                                 "no such image");
    }
    return true;
}

bool change_images(struct db_tx *tx, struct arena *a, struct str user_id, struct str_list ids,
                   const struct image_change *change, struct field_list *out, struct err *e)
{
    struct catalog_change *changes;
    struct field_list rows;
    struct image *images;

    if (!image_lock_by_ids(tx, a, user_id, ids, &rows, e) || !fail_missing(a, ids, rows, e) ||
        !check_children(tx, user_id, ids, change, e))
        return false;
    images = rows.items;
    changes = arena_array(a, struct catalog_change, rows.count);
    for (size_t i = 0; i < rows.count; i++) {
        changes[i].before = images[i];
        if (!apply(a, change, &images[i], e) || !image_update(tx, &images[i], e))
            return false;
        changes[i].after = images[i];
        if ((changes[i].before.deleted_at != 0) != (images[i].deleted_at != 0) &&
            !catalog_count_in_albums(tx, &images[i], e))
            return false;
    }
    if (!catalog_write(tx, a, changes, rows.count, e))
        return false;
    *out = rows;
    return true;
}
