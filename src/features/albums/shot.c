/* Shots as rows: planned, made, made again, given up. */
#include "features/albums/album_row.h"

const struct field shot_columns[] = {
    { FIELD(struct shot, position) },
    { FIELD(struct shot, label) },
    { FIELD(struct shot, direction) },
    { FIELD_ENUM(struct shot, status, shot_status_names) },
    { FIELD(struct shot, image_id) },
    { FIELD(struct shot, image_key) },
    { FIELD(struct shot, job_id) },
    { FIELD(struct shot, error) },
    { FIELD(struct shot, consistency) },
    { FIELD(struct shot, face_consistency) }, /* counts in the one above */
    { FIELD(struct shot, remakes) },
    { 0 },
};

bool album_shots(struct db_tx *tx, struct arena *a, const struct album *album,
                 struct field_list *out, struct err *e)
{
    struct album_row row = { .id = album->id, .user_id = album->user_id };

    return db_rows(tx, a, Q_SHOT_LIST, album_row_fields, &row, shot_columns, sizeof(struct shot),
                   out, e);
}

bool album_find_shot(struct db_tx *tx, struct arena *a, const struct album *album, int64_t position,
                     struct shot *out, struct err *e)
{
    struct album_row row = { .id = album->id, .user_id = album->user_id, .position = position };

    if (db_row(tx, a, Q_SHOT_BY_POSITION, album_row_fields, &row, shot_columns, out, e))
        return true;
    return e->code == ERR_NOT_FOUND
               ? err_set(e, ERR_NOT_FOUND, "the album has no shot %lld", (long long)position)
               : false;
}

/* Behind those that are made or being made: their numbers are in events and addresses. */
bool album_replace_shots(struct db_tx *tx, struct arena *a, const struct album *album,
                         const struct shot_wish *shots, size_t count, struct err *e)
{
    struct album_row row = { .id = album->id, .user_id = album->user_id }, last;

    if (!album_exec(tx, Q_SHOT_DELETE_PENDING, &row, e) ||
        !db_row(tx, a, Q_SHOT_LAST, album_row_fields, &row, album_row_fields, &last, e))
        return false;
    if (last.position + 1 + (int64_t)count > ALBUM_MAX_SHOTS)
        return err_set_field(e, ERR_INVALID, STR("shots"), "an album has at most %d shots",
                             ALBUM_MAX_SHOTS);
    for (size_t i = 0; i < count; i++) {
        row.position = last.position + 1 + (int64_t)i;
        row.label = shots[i].label;
        row.direction = shots[i].direction;
        if (!album_exec(tx, Q_SHOT_INSERT, &row, e))
            return false;
    }
    return true;
}

/* Changes one shot on the condition that its query states; *out_changed says whether it held. */
static bool change(struct db_tx *tx, enum query query, const struct album_row *row,
                   bool *out_changed, struct err *e)
{
    if (!album_exec(tx, query, row, e))
        return false;
    *out_changed = db_changed(tx) == 1;
    return true;
}

bool shot_begin(struct db_tx *tx, const struct album *album, const struct shot *shot,
                struct str job_id, struct err *e)
{
    struct album_row row = {
        .id = album->id, .user_id = album->user_id, .position = shot->position, .job_id = job_id
    };
    bool changed;

    if (!change(tx, Q_SHOT_BEGIN, &row, &changed, e))
        return false;
    return changed || err_set(e, ERR_CONFLICT, "shot %lld is being made already: cancel it first",
                              (long long)shot->position);
}

bool shot_complete(struct db_tx *tx, struct arena *a, const struct album *album, int64_t position,
                   struct str job_id, struct str image_id, bool *out_changed, struct err *e)
{
    struct album_row row = { .id = album->id,
                             .user_id = album->user_id,
                             .position = position,
                             .job_id = job_id,
                             .image_id = image_id };
    struct shot before = { 0 };

    *out_changed = false;
    if (!album_find_shot(tx, a, album, position, &before, e))
        return e->code == ERR_NOT_FOUND; /* it was replaced meanwhile: the picture is kept anyway */
    if (!change(tx, Q_SHOT_COMPLETE, &row, out_changed, e))
        return false;
    return !*out_changed || album_put_image(tx, album, image_id, before.image_id,
                                            (position + 1) * ALBUM_PLACE_GAP, e);
}

bool shot_end(struct db_tx *tx, const struct album *album, int64_t position, struct str job_id,
              struct str error, bool *out_changed, struct err *e)
{
    struct album_row row = { .id = album->id,
                             .user_id = album->user_id,
                             .position = position,
                             .job_id = job_id,
                             .error = error,
                             .status = str_is_null(error) ? SHOT_PENDING : SHOT_FAILED };

    return change(tx, Q_SHOT_END, &row, out_changed, e);
}

bool shot_resume(struct db_tx *tx, const struct album *album, int64_t position, struct str job_id,
                 bool *out_changed, struct err *e)
{
    struct album_row row = {
        .id = album->id, .user_id = album->user_id, .position = position, .job_id = job_id
    };

    return change(tx, Q_SHOT_RESUME, &row, out_changed, e);
}

bool shot_reset(struct db_tx *tx, const struct album *album, const struct shot *shot, struct err *e)
{
    struct album_row row = { .id = album->id,
                             .user_id = album->user_id,
                             .position = shot->position };

    return album_exec(tx, Q_SHOT_RESET, &row, e) && album_drop_image(tx, album, shot->image_id, e);
}
