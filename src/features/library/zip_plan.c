/* From a selection to an archive. */
#include "features/library/zip_plan.h"

#include <stdio.h>

#include "base/json.h"
#include "base/zip_name.h"

enum { PICTURES_AT_ONCE = 500, SIDECAR_MAX_BYTES = 1024 * 1024, DIGITS_LEAST = 2 };

struct want {
    struct str_list ids;
    struct str user_id;
    int64_t sidecars; /* 1: with what goes into them */
};

static const struct field want_fields[] = {
    { FIELD(struct want, ids) },
    { FIELD(struct want, user_id) },
    { FIELD(struct want, sidecars) },
    { 0 },
};

struct picture {
    int64_t position; /* among those asked for at once */
    struct str id, backend, key, media_type, sha256, label, prompt, recipe;
    struct opt_i64 width, height;
    int64_t size_bytes, crc32, created_at;
};

static const struct field picture_columns[] = {
    { FIELD(struct picture, position) },
    { FIELD(struct picture, id) },
    { FIELD(struct picture, backend) },
    { FIELD(struct picture, key) },
    { FIELD(struct picture, media_type) },
    { FIELD(struct picture, sha256) },
    { FIELD(struct picture, label) },
    { FIELD(struct picture, prompt) },
    { FIELD(struct picture, recipe) },
    { FIELD(struct picture, width) },
    { FIELD(struct picture, height) },
    { FIELD(struct picture, size_bytes) },
    { FIELD(struct picture, crc32) },
    { FIELD_TIME(struct picture, created_at) },
    { 0 },
};

/* What a sidecar says besides the recipe. */
static const struct field sidecar_json[] = {
    { FIELD(struct picture, id) },
    { FIELD(struct picture, media_type) },
    { FIELD(struct picture, width) },
    { FIELD(struct picture, height) },
    { FIELD(struct picture, size_bytes) },
    { FIELD(struct picture, sha256) },
    { FIELD_TIME(struct picture, created_at) },
    { FIELD(struct picture, backend) },
    { FIELD(struct picture, prompt) },
    { 0 },
};

static const char *ending_of(struct str media_type)
{
    static const struct {
        const char *media_type, *ending;
    } endings[] = { { "image/png", "png" }, { "image/jpeg", "jpg" }, { "image/webp", "webp" } };

    for (size_t i = 0; i < COUNT(endings); i++) {
        if (str_eq(media_type, str_from(endings[i].media_type)))
            return endings[i].ending;
    }
    return "bin";
}

static int digits_of(size_t count)
{
    return MAX(snprintf(NULL, 0, "%zu", count), (int)DIGITS_LEAST);
}

static bool add_sidecar(struct zip_plan *plan, struct arena *a, const struct picture *picture,
                        struct str name, struct err *e)
{
    AUTO_BUF text = { 0 };
    struct json_writer w = { .out = &text, .spelling = JSON_CAMEL };

    buf_init(&text, SIDECAR_MAX_BYTES);
    json_begin_object(&w);
    json_put_members(&w, sidecar_json, picture);
    json_put_name(&w, STR("recipe"));
    if (str_is_null(picture->recipe))
        json_put_null(&w);
    else
        json_put_raw(&w, picture->recipe);
    json_end_object(&w);
    buf_put_char(&text, '\n');
    if (text.overflowed)
        return err_set(e, ERR_TOO_LARGE, "a recipe is too long for a sidecar");
    return archive_add_text(plan->archive, arena_str(a, name), picture->created_at, buf_str(&text),
                            e);
}

static bool add_picture(struct zip_plan *plan, struct arena *a, size_t position,
                        const struct picture *picture, struct err *e)
{
    int64_t number = (int64_t)position + 1;
    int digits = digits_of(plan->selection->image_ids.count);
    struct archive_file file = {
        .name = zip_name_make(a, number, digits, zip_name_label(picture->label),
                              ending_of(picture->media_type)),
        .key = picture->key,
        .size = picture->size_bytes,
        .crc32 = (uint32_t)picture->crc32,
        .changed_ms = picture->created_at,
    };

    if (!archive_add(plan->archive, &file, e))
        return false;
    plan->pictures++;
    return !plan->selection->sidecars ||
           add_sidecar(plan, a, picture,
                       zip_name_make(a, number, digits, zip_name_label(picture->label), "json"), e);
}

static bool fail_missing(struct arena *a, size_t position, struct err *e)
{
    return err_set_field(e, ERR_NOT_FOUND, arena_strf(a, "imageIds[%zu]", position),
                         "there is no such image, or it is in the trash");
}

/* The pictures from `first` on, up to PICTURES_AT_ONCE. */
static bool add_some(struct db_tx *tx, struct zip_plan *plan, size_t first, struct err *e)
{
    AUTO_ARENA a = { 0 };
    const struct selection *s = plan->selection;
    struct want want = { .ids = { s->image_ids.items + first,
                                  MIN(s->image_ids.count - first, (size_t)PICTURES_AT_ONCE) },
                         .user_id = plan->user_id,
                         .sidecars = s->sidecars };
    struct field_list rows;

    if (!db_rows(tx, &a, Q_ZIP_PICTURES, want_fields, &want, picture_columns,
                 sizeof(struct picture), &rows, e))
        return false;
    for (size_t i = 0; i < rows.count; i++) {
        const struct picture *picture = (const struct picture *)rows.items + i;

        if (plan->strict && picture->position != (int64_t)i)
            return fail_missing(&a, first + i, e);
        if (!add_picture(plan, &a, first + (size_t)picture->position, picture, e))
            return false;
    }
    return !plan->strict || rows.count == want.ids.count || fail_missing(&a, first + rows.count, e);
}

static bool add_all(struct db_tx *tx, void *arg, struct err *e)
{
    struct zip_plan *plan = arg;

    archive_destroy(plan->archive); /* of an earlier run */
    plan->archive = archive_create(plan->store, plan->spool_folder);
    plan->pictures = 0;
    for (size_t i = 0; i < plan->selection->image_ids.count; i += PICTURES_AT_ONCE) {
        if (!add_some(tx, plan, i, e))
            return false;
    }
    return plan->pictures > 0 || err_set(e, ERR_NOT_FOUND, "none of these pictures is left");
}

bool zip_plan_make(struct db *db, struct zip_plan *plan, struct err *e)
{
    return db_read(db, add_all, plan, e);
}
