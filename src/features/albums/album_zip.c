/* The ZIP of an album: its pictures in their order, under the labels of their shots. */
#include <stdio.h>

#include "api/api.h"
#include "base/zip_name.h"
#include "blob/archive_reply.h"
#include "features/albums/album.h"
#include "features/albums/albums.h"
#include "work/services.h"

enum { PICTURES_AT_ONCE = 500, DIGITS_LEAST = 2, ENDING_MAX = 8 };

struct page_row {
    struct str album_id, anchor_id, owner_id, image_id;
    int64_t position, limit;
};

static const struct field page_fields[] = {
    { FIELD(struct page_row, album_id) },
    { FIELD(struct page_row, anchor_id) },
    { FIELD(struct page_row, owner_id) },
    { FIELD(struct page_row, image_id) },
    { FIELD(struct page_row, position) },
    { FIELD(struct page_row, limit) },
    { 0 },
};

struct picture {
    struct str key, image_id, label;
    int64_t size_bytes, crc32, created_at, position;
};

static const struct field picture_columns[] = {
    { FIELD(struct picture, key) },      { FIELD(struct picture, image_id) },
    { FIELD(struct picture, label) },    { FIELD(struct picture, size_bytes) },
    { FIELD(struct picture, crc32) },    { FIELD_TIME(struct picture, created_at) },
    { FIELD(struct picture, position) }, { 0 },
};

struct album_zip {
    struct str user_id, album_id;
    struct blob_store *store;
    struct arena *arena;
    struct album album;
    struct archive *archive;
    int64_t pictures;
};

/* As the picture is stored: "png". What no archive can carry is "bin". */
static const char *ending_of(struct arena *a, struct str key)
{
    size_t from = key.len;

    while (from > 0 && key.ptr[from - 1] != '.' && key.ptr[from - 1] != '/')
        from--;
    if (from == 0 || key.ptr[from - 1] != '.' || key.len - from < 1 || key.len - from > ENDING_MAX)
        return "bin";
    for (size_t i = from; i < key.len; i++) {
        if (!(key.ptr[i] >= 'a' && key.ptr[i] <= 'z') && !(key.ptr[i] >= '0' && key.ptr[i] <= '9'))
            return "bin";
    }
    return arena_cstr(a, str_slice(key, from, key.len));
}

static bool add_picture(struct album_zip *zip, struct arena *a, const struct picture *picture,
                        struct err *e)
{
    int digits =
        MAX(snprintf(NULL, 0, "%lld", (long long)zip->album.image_count), (int)DIGITS_LEAST);
    struct archive_file file = {
        .name = zip_name_make(a, ++zip->pictures, digits, zip_name_label(picture->label),
                              ending_of(a, picture->key)),
        .key = picture->key,
        .size = picture->size_bytes,
        .crc32 = (uint32_t)picture->crc32,
        .changed_ms = picture->created_at,
    };

    return archive_add(zip->archive, &file, e);
}

/* The next pictures behind *row, which moves on; *out_more: there may be others. */
static bool add_some(struct db_tx *tx, struct album_zip *zip, struct page_row *row, bool *out_more,
                     struct err *e)
{
    static const struct picture none;
    AUTO_ARENA a = { 0 };
    const struct picture *last = &none;
    struct field_list rows;

    if (!db_rows(tx, &a, Q_ALBUM_ZIP_PAGE, page_fields, row, picture_columns,
                 sizeof(struct picture), &rows, e))
        return false;
    for (size_t i = 0; i < rows.count; i++) {
        last = (const struct picture *)rows.items + i;
        if (!add_picture(zip, &a, last, e))
            return false;
    }
    *out_more = rows.count == PICTURES_AT_ONCE;
    row->position = last->position;
    row->image_id = arena_str(zip->arena, last->image_id);
    return true;
}

static bool add_all(struct db_tx *tx, void *arg, struct err *e)
{
    struct album_zip *zip = arg;
    struct page_row row = { .image_id = STR(""), .position = INT64_MIN, .limit = PICTURES_AT_ONCE };
    bool more = true;

    archive_destroy(zip->archive); /* of an earlier run */
    zip->archive = archive_create(zip->store, NULL);
    zip->pictures = 0;
    if (!album_load_visible(tx, zip->arena, zip->user_id, zip->album_id, &zip->album, e))
        return false;
    row.album_id = zip->album.id;
    row.anchor_id = zip->album.anchor_image_id;
    row.owner_id = zip->album.user_id;
    while (more) {
        if (!add_some(tx, zip, &row, &more, e))
            return false;
    }
    return zip->pictures > 0 ||
           err_set(e, ERR_NOT_FOUND, "there are no pictures in this album yet");
}

/* Made anew for each request, from what is there now: it is gone with its reply. */
bool album_zip_prepare(struct api_call *call, struct err *e)
{
    const struct api_options *options = api_options(call->api);
    const struct work_services *services = options->services;
    struct album_zip zip = { .album_id = call_param(call, "id"),
                             .store = services->store,
                             .arena = call->arena };
    struct archive_reply *reply;

    if (!api_identify(call, e))
        return false;
    zip.user_id = call->who.user.id;
    if (!db_read(options->db, add_all, &zip, e)) {
        archive_destroy(zip.archive);
        return false;
    }
    if (!archive_reply_attach(zip.archive, api_server(call->api), call->exchange, call->arena,
                              zip_name_of_file(call->arena, zip.album.name, "album", "zip"), &reply,
                              e))
        return false;
    call->prepared = reply;
    return true;
}

bool album_zip_get(struct api_call *call, struct err *e)
{
    UNUSED(e);
    archive_reply_head(call->prepared, call->exchange, call->arena);
    return true;
}
