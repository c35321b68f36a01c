/* Rows of what runs, seen by their owner and replaced a few times a second at most. */
#include "engine/glimpse.h"

#include <assert.h>

#include "base/encode.h"

struct glimpse_row {
    struct str id, user_id, note, preview;
    int64_t fence, previews;
};

static const struct field glimpse_fields[] = {
    { FIELD(struct glimpse_row, id) },
    { FIELD(struct glimpse_row, user_id) },
    { FIELD(struct glimpse_row, note) },
    { FIELD(struct glimpse_row, preview) },
    { FIELD(struct glimpse_row, fence) },
    { FIELD(struct glimpse_row, previews) },
    { 0 },
};

bool glimpse_save_note(struct db_tx *tx, const struct job *job, struct str note, struct err *e)
{
    struct glimpse_row row = { .id = job->id, .fence = job->fence, .note = note };

    assert(note.len <= GLIMPSE_NOTE_MAX);
    return db_exec(tx, Q_GLIMPSE_SAVE_NOTE, glimpse_fields, &row, e);
}

bool glimpse_save_preview(struct db_tx *tx, struct arena *a, const struct job *job,
                          struct str bytes, int64_t *out_previews, struct err *e)
{
    struct glimpse_row row = { .id = job->id,
                               .fence = job->fence,
                               .preview = base64_encode(a, bytes) };

    assert(bytes.len <= GLIMPSE_PREVIEW_MAX_BYTES);
    if (!db_row(tx, a, Q_GLIMPSE_SAVE_PREVIEW, glimpse_fields, &row, glimpse_fields, &row, e))
        return false;
    *out_previews = row.previews;
    return true;
}

bool glimpse_forget(struct db_tx *tx, const struct job *job, struct err *e)
{
    struct glimpse_row row = { .id = job->id, .fence = job->fence };

    return db_exec(tx, Q_GLIMPSE_FORGET, glimpse_fields, &row, e);
}

bool glimpse_load(struct db_tx *tx, struct arena *a, struct str user_id, struct str job_id,
                  struct glimpse *out, struct err *e)
{
    struct glimpse_row row = { .id = job_id, .user_id = user_id };

    *out = (struct glimpse){ 0 };
    if (!db_row(tx, a, Q_GLIMPSE_OF_JOB, glimpse_fields, &row, glimpse_fields, &row, e))
        return e->code == ERR_NOT_FOUND;
    *out = (struct glimpse){ row.note, row.previews };
    return true;
}

bool glimpse_load_preview(struct db_tx *tx, struct arena *a, struct str user_id, struct str job_id,
                          struct str *out_bytes, struct err *e)
{
    struct glimpse_row row = { .id = job_id, .user_id = user_id };

    if (!db_row(tx, a, Q_GLIMPSE_PREVIEW, glimpse_fields, &row, glimpse_fields, &row, e))
        return e->code == ERR_NOT_FOUND
                   ? err_set(e, ERR_NOT_FOUND, "there is no preview of this job")
                   : false;
    return base64_decode(a, row.preview, out_bytes) ||
           err_set(e, ERR_INTERNAL, "a preview in the database cannot be read");
}
