/* Albums as rows: made, found, changed, deleted. */
#include "features/albums/album.h"

#include <assert.h>

#include "base/clock.h"
#include "base/random.h"
#include "engine/catalog.h"
#include "engine/job.h"
#include "features/albums/album_row.h"

const char *const album_source_names[] = { "session", "batch_generation", "scrape", "manual",
                                           NULL };
const char *const shot_status_names[] = { "pending", "generating", "complete", "failed", NULL };

const struct field album_columns[] = {
    { FIELD(struct album, id) },
    { FIELD(struct album, user_id) },
    { FIELD(struct album, name) },
    { FIELD(struct album, description) },
    { FIELD(struct album, subject_desc) },
    { FIELD_ENUM(struct album, source_type, album_source_names) },
    { FIELD(struct album, source_id) },
    { FIELD(struct album, backend) },
    { FIELD(struct album, style) },
    { FIELD(struct album, width) },
    { FIELD(struct album, height) },
    { FIELD(struct album, seed) },
    { FIELD(struct album, anchor_image_id) },
    { FIELD(struct album, anchor_job_id) },
    { FIELD(struct album, anchor_error) },
    { FIELD(struct album, anchor_key) },
    { FIELD(struct album, cover_key) },
    { FIELD(struct album, is_public) },
    { FIELD(struct album, is_training_source) },
    { FIELD(struct album, image_count) },
    { FIELD(struct album, consistency) },
    { FIELD_TIME(struct album, created_at) },
    { FIELD_TIME(struct album, updated_at) },
    { 0 },
};

const struct field album_row_fields[] = {
    { FIELD(struct album_row, id) },
    { FIELD(struct album_row, user_id) },
    { FIELD(struct album_row, before) },
    { FIELD(struct album_row, source) },
    { FIELD(struct album_row, words) },
    { FIELD(struct album_row, image_id) },
    { FIELD(struct album_row, replaced) },
    { FIELD(struct album_row, job_id) },
    { FIELD(struct album_row, name) },
    { FIELD(struct album_row, label) },
    { FIELD(struct album_row, direction) },
    { FIELD(struct album_row, error) },
    { FIELD_ENUM(struct album_row, status, shot_status_names) },
    { FIELD(struct album_row, position) },
    { FIELD(struct album_row, count) },
    { FIELD(struct album_row, limit) },
    { FIELD_TIME(struct album_row, now) },
    { FIELD(struct album_row, low) },
    { FIELD(struct album_row, high) },
    { FIELD(struct album_row, gap) },
    { 0 },
};

bool album_exec(struct db_tx *tx, enum query query, const struct album_row *row, struct err *e)
{
    return db_exec(tx, query, album_row_fields, row, e);
}

bool album_create(struct db_tx *tx, struct arena *a, struct str user_id,
                  const struct album_new *want, struct album *out, struct err *e)
{
    struct album album = {
        .id = uuid_new(a),
        .user_id = user_id,
        .name = want->name,
        .description = want->description,
        .subject_desc = want->subject_desc,
        .source_type = want->source_type,
        .source_id = want->source_id,
        .backend = want->backend,
        .style = want->style,
        .width = want->width,
        .height = want->height,
        .seed = want->seed,
        .is_public = want->is_public,
        .is_training_source = want->is_training_source,
        .created_at = clock_now_ms(),
    };

    album.updated_at = album.created_at;
    if (!db_exec(tx, Q_ALBUM_INSERT, album_columns, &album, e) ||
        !album_replace_shots(tx, a, &album, want->shots, want->shot_count, e))
        return false;
    *out = album;
    return true;
}

static bool load_by(struct db_tx *tx, struct arena *a, enum query query, struct str user_id,
                    struct str id, struct album *out, struct err *e)
{
    struct album_row row = { .id = id, .user_id = user_id };
    struct album found = { 0 };

    if (!db_row(tx, a, query, album_row_fields, &row, album_columns, &found, e))
        return e->code == ERR_NOT_FOUND ? err_set(e, ERR_NOT_FOUND, "no such album") : false;
    *out = found;
    return true;
}

bool album_load(struct db_tx *tx, struct arena *a, struct str user_id, struct str id,
                struct album *out, struct err *e)
{
    return load_by(tx, a, Q_ALBUM_OF_USER, user_id, id, out, e);
}

bool album_claim(struct db_tx *tx, struct arena *a, struct str user_id, struct str id,
                 struct err *e)
{
    struct album_row row = { .id = id, .user_id = user_id }, unused;

    if (db_row(tx, a, Q_ALBUM_CLAIM, album_row_fields, &row, album_row_fields, &unused, e))
        return true;
    return e->code == ERR_NOT_FOUND ? err_set(e, ERR_NOT_FOUND, "no such album") : false;
}

bool album_load_visible(struct db_tx *tx, struct arena *a, struct str user_id, struct str id,
                        struct album *out, struct err *e)
{
    return load_by(tx, a, Q_ALBUM_VISIBLE, user_id, id, out, e);
}

bool album_find_or_create(struct db_tx *tx, struct arena *a, struct str user_id,
                          const struct album_new *want, struct album *out, bool *out_created,
                          struct err *e)
{
    struct album_row row = { .user_id = user_id, .name = want->name }, owner, found;

    assert(want->source_type == ALBUM_MANUAL);
    *out_created = false;
    if (!db_row(tx, a, Q_ALBUM_NAME_TURN, album_row_fields, &row, album_row_fields, &owner, e))
        return false;
    if (db_row(tx, a, Q_ALBUM_BY_NAME, album_row_fields, &row, album_row_fields, &found, e))
        return album_load(tx, a, user_id, found.id, out, e);
    if (e->code != ERR_NOT_FOUND)
        return false;
    *e = (struct err){ 0 };
    *out_created = true;
    return album_create(tx, a, user_id, want, out, e);
}

static bool list_by(struct db_tx *tx, struct arena *a, enum query query,
                    const struct album_row *row, struct field_list *out, struct err *e)
{
    return db_rows(tx, a, query, album_row_fields, row, album_columns, sizeof(struct album), out,
                   e);
}

/* Two pages by falling id become one. */
static struct field_list merge(struct arena *a, struct field_list mine, struct field_list public,
                               size_t limit)
{
    const struct album *left = mine.items, *right = public.items;
    size_t count = MIN(mine.count + public.count, limit), i = 0, k = 0;
    struct album *merged = arena_array(a, struct album, count);

    for (size_t n = 0; n < count; n++) {
        bool take_left =
            k == public.count || (i < mine.count && str_cmp(left[i].id, right[k].id) > 0);

        merged[n] = take_left ? left[i++] : right[k++];
    }
    return (struct field_list){ merged, count };
}

bool album_list(struct db_tx *tx, struct arena *a, const struct album_filter *filter,
                struct field_list *out, struct err *e)
{
    struct album_row row = {
        .user_id = filter->user_id,
        .source = filter->source,
        .words = filter->like,
        .before = str_is_null(filter->before) ? UUID_END : filter->before,
        .limit = filter->limit,
    };
    struct field_list mine, public;

    if (!str_is_null(filter->source) && enum_find(album_source_names, filter->source) < 0)
        return err_set_field(
            e, ERR_INVALID, STR("source_type"),
            "'source_type' must be one of session, batch_generation, scrape, manual");
    if (!list_by(tx, a, Q_ALBUM_PAGE, &row, &mine, e) ||
        !list_by(tx, a, Q_ALBUM_PAGE_PUBLIC, &row, &public, e))
        return false;
    *out = merge(a, mine, public, (size_t)filter->limit);
    return true;
}

static bool change_subject(struct album *album, struct str subject, struct err *e)
{
    if (str_is_null(subject))
        return true;
    if (album->source_type != ALBUM_SESSION)
        return err_set_field(e, ERR_INVALID, STR("subjectDesc"),
                             "'subjectDesc' belongs to session albums, this one is %s",
                             album_source_names[album->source_type]);
    if (!str_is_null(album->anchor_image_id) || !str_is_null(album->anchor_job_id))
        return err_set_field(e, ERR_CONFLICT, STR("subjectDesc"),
                             "the anchor was made for the subject as it is: make a new album for "
                             "another subject");
    album->subject_desc = subject;
    return true;
}

bool album_update(struct db_tx *tx, struct arena *a, struct str user_id, struct str id,
                  const struct album_change *change, struct album *out, struct err *e)
{
    struct album album;

    if (!album_claim(tx, a, user_id, id, e) || !album_load(tx, a, user_id, id, &album, e) ||
        !change_subject(&album, change->subject_desc, e))
        return false;
    if (!str_is_null(change->name))
        album.name = change->name;
    if (!str_is_null(change->description))
        album.description = change->description;
    if (change->is_public.set)
        album.is_public = change->is_public.value;
    if (change->is_training_source.set)
        album.is_training_source = change->is_training_source.value;
    album.updated_at = clock_now_ms();
    if (!db_exec(tx, Q_ALBUM_UPDATE, album_columns, &album, e) || !catalog_signal(tx, e))
        return false;
    *out = album;
    return true;
}

bool album_cancel(struct db_tx *tx, struct arena *a, const struct album *album, struct err *e)
{
    struct album_row row = { .id = album->id, .user_id = album->user_id };
    struct field_list jobs;

    if (!db_rows(tx, a, Q_ALBUM_JOBS, album_row_fields, &row, album_row_fields, sizeof(row), &jobs,
                 e))
        return false;
    for (size_t i = 0; i < jobs.count; i++) {
        struct job job;
        bool running;

        if (!job_cancel(tx, a, album->user_id, ((const struct album_row *)jobs.items)[i].id, &job,
                        &running, e))
            return false;
    }
    return true;
}

bool album_set_anchor(struct db_tx *tx, const struct album *album, struct str job_id,
                      const struct image *anchor, bool *out_changed, struct err *e)
{
    struct album_row row = { .id = album->id,
                             .user_id = album->user_id,
                             .job_id = job_id,
                             .image_id = anchor->id,
                             .now = clock_now_ms() };

    if (!album_exec(tx, Q_ALBUM_SET_ANCHOR, &row, e))
        return false;
    *out_changed = db_changed(tx) == 1;
    return !*out_changed || album_put_image(tx, album, anchor->id, album->anchor_image_id, 0, e);
}

bool album_fail_anchor(struct db_tx *tx, const struct album *album, struct str job_id,
                       struct str error, bool *out_changed, struct err *e)
{
    struct album_row row = { .id = album->id,
                             .user_id = album->user_id,
                             .job_id = job_id,
                             .error = error,
                             .now = clock_now_ms() };

    if (!album_exec(tx, Q_ALBUM_FAIL_ANCHOR, &row, e))
        return false;
    *out_changed = db_changed(tx) == 1;
    return true;
}

bool album_resume_anchor(struct db_tx *tx, const struct album *album, struct str job_id,
                         bool *out_changed, struct err *e)
{
    struct album_row row = {
        .id = album->id, .user_id = album->user_id, .job_id = job_id, .now = clock_now_ms()
    };

    if (!album_exec(tx, Q_ALBUM_RESUME_ANCHOR, &row, e))
        return false;
    *out_changed = db_changed(tx) == 1;
    return true;
}

bool album_delete(struct db_tx *tx, struct arena *a, struct str user_id, struct str id,
                  struct err *e)
{
    struct album album;

    return album_load(tx, a, user_id, id, &album, e) && album_cancel(tx, a, &album, e) &&
           album_exec(tx, Q_ALBUM_DELETE, &(struct album_row){ .id = id, .user_id = user_id }, e) &&
           catalog_signal(tx, e);
}
