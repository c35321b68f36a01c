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

bool album_images(struct db_tx *tx, struct arena *a, const struct album *album, int64_t after,
                  int64_t limit, struct field_list *out, struct err *e)
{
    struct album_row row = {
        .id = album->id, .user_id = album->user_id, .position = after, .limit = limit
    };

    return db_rows(tx, a, Q_MEMBER_PAGE, album_row_fields, &row, member_columns,
                   sizeof(struct member), out, e);
}

/* After every change of members: the count, and when it was. Whoever else adds some is waited for,
 * or would not be counted. */
static bool count(struct db_tx *tx, const struct album *album, struct err *e)
{
    AUTO_ARENA a = { 0 };
    struct album_row row = { .id = album->id, .user_id = album->user_id, .now = clock_now_ms() };

    return album_claim(tx, &a, album->user_id, album->id, e) &&
           album_exec(tx, Q_ALBUM_COUNT_IMAGES, &row, e) && catalog_signal(tx, e);
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
        if (!album_exec(tx, Q_MEMBER_PLACE, &row, e))
            return false;
        if (db_changed(tx) == 0)
            return err_set_field(e, ERR_INVALID, STR("imageIds"),
                                 "'" STR_FMT "' is not in the album",
                                 STR_ARG(str_slice(row.image_id, 0, 60)));
    }
    if (!db_row(tx, a, Q_MEMBER_FIRST, album_row_fields, &row, album_row_fields, &first, e))
        return false;
    if (first.position <= last.position || (int64_t)image_ids.count != first.count)
        return err_set_field(e, ERR_INVALID, STR("imageIds"),
                             "name every picture of the album once: it has %lld",
                             (long long)first.count);
    return count(tx, album, e);
}
