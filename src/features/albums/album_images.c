/* The pictures of an album: who is in it, and in which order. */
#include "base/clock.h"
#include "engine/catalog.h"
#include "features/albums/album_row.h"

static const struct field member_columns[] = {
    { FIELD_NAMED(struct member, image.id, "id") },
    { FIELD_NAMED(struct member, image.user_id, "user_id") },
    { FIELD_NAMED(struct member, image.backend, "backend") },
    { FIELD_NAMED(struct member, image.key, "key") },
    { FIELD_NAMED(struct member, image.media_type, "media_type") },
    { FIELD_NAMED(struct member, image.width, "width") },
    { FIELD_NAMED(struct member, image.height, "height") },
    { FIELD_NAMED(struct member, image.size_bytes, "size_bytes") },
    { FIELD_NAMED(struct member, image.crc32, "crc32") },
    { FIELD_NAMED(struct member, image.sha256, "sha256") },
    { FIELD_NAMED(struct member, image.prompt, "prompt") },
    { .name = "created_at",
      .type = FIELD_TIME,
      .offset = offsetof(struct member, image.created_at) },
    { FIELD(struct member, position) },
    { 0 },
};

/* "2048:0190...": of the last one that was seen. */
static struct str place_text(struct arena *a, const struct member *last)
{
    return arena_strf(a, "%lld:" STR_FMT, (long long)last->position, STR_ARG(last->image.id));
}

static bool read_place(struct str text, struct album_row *row, struct err *e)
{
    struct str position;

    row->position = -1;
    row->image_id = STR("");
    return str_is_null(text) ||
           (str_cut(text, ':', &position, &row->image_id) &&
            str_to_i64(position, 0, INT64_MAX, &row->position)) ||
           err_set_field(e, ERR_INVALID, STR("cursor"), "'cursor' is of another list");
}

bool album_images(struct db_tx *tx, struct arena *a, const struct album *album, struct str after,
                  int64_t limit, struct field_list *out, struct str *out_next, struct err *e)
{
    struct album_row row = { .id = album->id, .user_id = album->user_id, .limit = limit + 1 };
    const struct member *members;

    if (!read_place(after, &row, e) || !db_rows(tx, a, Q_MEMBER_PAGE, album_row_fields, &row,
                                                member_columns, sizeof(struct member), out, e))
        return false;
    members = out->items;
    *out_next = (struct str){ 0 };
    if ((int64_t)out->count > limit) {
        out->count = (size_t)limit;
        *out_next = place_text(a, &members[limit - 1]);
    }
    return true;
}

/* Before members change: whoever else adds some is waited for, or would not be counted. A row that
 * refers to the album holds it already, and two such would wait for each other. */
static bool claim(struct db_tx *tx, const struct album *album, struct err *e)
{
    AUTO_ARENA a = { 0 };

    return album_claim(tx, &a, album->user_id, album->id, e);
}

/* After it: the count, and when it was. */
static bool count(struct db_tx *tx, const struct album *album, struct err *e)
{
    struct album_row row = { .id = album->id, .user_id = album->user_id, .now = clock_now_ms() };

    return claim(tx, album, e) && album_exec(tx, Q_ALBUM_COUNT_IMAGES, &row, e) &&
           catalog_signal(tx, e);
}

/* ERR_NOT_FOUND names the picture: another user's is as good as none. */
static bool add_one(struct db_tx *tx, struct arena *a, struct album_row *row, struct err *e)
{
    struct image image;

    if (!album_exec(tx, Q_MEMBER_ADD, row, e))
        return false;
    if (db_changed(tx) == 1)
        return true;
    if (!image_load(tx, a, row->user_id, row->image_id, &image, e) || image.deleted_at != 0)
        return err_set_field(e, ERR_INVALID, STR("imageIds"), "there is no image '" STR_FMT "'",
                             STR_ARG(str_slice(row->image_id, 0, 60)));
    return true;
}

bool album_add_images(struct db_tx *tx, struct arena *a, const struct album *album,
                      struct str_list image_ids, struct err *e)
{
    struct album_row row = { .id = album->id, .user_id = album->user_id }, last;

    if (!db_row(tx, a, Q_MEMBER_LAST, album_row_fields, &row, album_row_fields, &last, e))
        return false;
    if (last.count + (int64_t)image_ids.count > ALBUM_MAX_IMAGES)
        return err_set(e, ERR_CONFLICT, "an album holds at most %d pictures, also in the trash",
                       ALBUM_MAX_IMAGES);
    for (size_t i = 0; i < image_ids.count; i++) {
        row.image_id = image_ids.items[i];
        row.position = last.position + (int64_t)(i + 1) * ALBUM_PLACE_GAP;
        if (!add_one(tx, a, &row, e))
            return false;
    }
    return count(tx, album, e);
}

/* What it replaces gives it its place, and leaves the album unless it is the anchor or a shot. */
bool album_put_image(struct db_tx *tx, const struct album *album, struct str image_id,
                     struct str replaced, int64_t place, struct err *e)
{
    struct album_row row = { .id = album->id,
                             .user_id = album->user_id,
                             .image_id = image_id,
                             .replaced = replaced,
                             .position = place };

    if (!claim(tx, album, e))
        return false;
    if (!str_is_null(replaced) &&
        (!album_exec(tx, Q_MEMBER_REPLACE, &row, e) || !album_exec(tx, Q_MEMBER_RELEASE, &row, e)))
        return false;
    return album_exec(tx, Q_MEMBER_ADD, &row, e) && count(tx, album, e);
}

bool album_drop_image(struct db_tx *tx, const struct album *album, struct str image_id,
                      struct err *e)
{
    struct album_row row = { .id = album->id, .user_id = album->user_id, .replaced = image_id };

    return str_is_null(image_id) ||
           (album_exec(tx, Q_MEMBER_RELEASE, &row, e) && count(tx, album, e));
}

bool album_remove_image(struct db_tx *tx, const struct album *album, struct str image_id,
                        struct err *e)
{
    struct album_row row = { .id = album->id, .user_id = album->user_id, .image_id = image_id };

    if (!album_exec(tx, Q_MEMBER_REMOVE, &row, e))
        return false;
    if (db_changed(tx) == 0)
        return err_set(e, ERR_NOT_FOUND, "this picture is not in the album");
    return count(tx, album, e);
}

static bool not_in_it(struct err *e, const char *field, struct str image_id)
{
    return err_set_field(e, ERR_INVALID, str_from(field), "'" STR_FMT "' is not in the album",
                         STR_ARG(str_slice(image_id, 0, 60)));
}

static bool place_one(struct db_tx *tx, const struct album_row *row, struct err *e)
{
    return album_exec(tx, Q_MEMBER_PLACE, row, e) &&
           (db_changed(tx) == 1 || not_in_it(e, "imageIds", row->image_id));
}

/* All go behind the last place that is taken: what then stands before it was not named. Those in
 * the trash cannot be named; they keep their places, for when they come back. */
bool album_order_images(struct db_tx *tx, struct arena *a, const struct album *album,
                        struct str_list image_ids, struct err *e)
{
    struct album_row row = { .id = album->id, .user_id = album->user_id }, last, first;

    if (!db_row(tx, a, Q_MEMBER_LAST, album_row_fields, &row, album_row_fields, &last, e))
        return false;
    for (size_t i = 0; i < image_ids.count; i++) {
        row.image_id = image_ids.items[i];
        row.position = last.position + (int64_t)(i + 1) * ALBUM_PLACE_GAP;
        if (!place_one(tx, &row, e))
            return false;
    }
    if (!db_row(tx, a, Q_MEMBER_FIRST, album_row_fields, &row, album_row_fields, &first, e))
        return false;
    if (first.position <= last.position || (int64_t)image_ids.count != first.count)
        return err_set_field(e, ERR_INVALID, STR("imageIds"),
                             "name every picture of the album once: it has %lld",
                             (long long)first.count);
    return count(tx, album, e);
}

/* Free places at the spot: between *low and *high. */
static bool look_around(struct db_tx *tx, struct arena *a, const struct album *album,
                        const struct album_spot *spot, int64_t gap, struct album_row *out,
                        struct err *e)
{
    struct album_row row = { .id = album->id,
                             .user_id = album->user_id,
                             .image_id = spot->image_id };
    struct album_row at, around;

    if (!db_row(tx, a, Q_MEMBER_FIND, album_row_fields, &row, album_row_fields, &at, e))
        return e->code == ERR_NOT_FOUND ? not_in_it(e, spot->field, spot->image_id) : false;
    row.position = at.position;
    row.low = -1;
    row.high = at.position + gap;
    if (!db_row(tx, a, Q_MEMBER_NEIGHBOURS, album_row_fields, &row, album_row_fields, &around, e))
        return false;
    out->count = around.count;
    out->low = spot->is_after ? at.position : around.low;
    out->high = spot->is_after ? around.high : at.position;
    return true;
}

static bool is_narrow(const struct album_row *around, size_t count)
{
    return around->count > 1 || around->high - around->low <= (int64_t)count;
}

bool album_move_images(struct db_tx *tx, struct arena *a, const struct album *album,
                       struct str_list image_ids, const struct album_spot *spot, struct err *e)
{
    int64_t parts = (int64_t)image_ids.count + 1;
    struct album_row row = { .id = album->id,
                             .user_id = album->user_id,
                             .gap = parts * ALBUM_PLACE_GAP };
    struct album_row around;

    if (!look_around(tx, a, album, spot, row.gap, &around, e))
        return false;
    if (is_narrow(&around, image_ids.count) &&
        (!album_exec(tx, Q_MEMBER_SPACE, &row, e) ||
         !look_around(tx, a, album, spot, row.gap, &around, e)))
        return false;
    for (size_t i = 0; i < image_ids.count; i++) {
        row.image_id = image_ids.items[i];
        row.position = around.low + (int64_t)(i + 1) * (around.high - around.low) / parts;
        if (str_eq(row.image_id, spot->image_id))
            return err_set_field(e, ERR_INVALID, STR("imageIds"),
                                 "a picture cannot stand next to itself");
        if (!place_one(tx, &row, e))
            return false;
    }
    return count(tx, album, e);
}

static bool find(struct db_tx *tx, struct arena *a, struct str user_id, struct str album_id,
                 struct err *e)
{
    struct album album;

    return album_load(tx, a, user_id, album_id, &album, e);
}

/* What was paid for is kept, whatever became of the album. */
static bool put(struct db_tx *tx, struct arena *a, struct str user_id, struct str album_id,
                struct str_list image_ids, struct err *e)
{
    struct err why = { 0 };
    struct album album;

    if ((album_claim(tx, a, user_id, album_id, &why) &&
         album_load(tx, a, user_id, album_id, &album, &why) &&
         album_add_images(tx, a, &album, image_ids, &why)) ||
        why.code == ERR_NOT_FOUND || why.code == ERR_CONFLICT)
        return true;
    *e = why;
    return false;
}

const struct picture_albums album_pictures = { find, put };
