/* What comes of the orders of albums, in the transaction that settles their jobs. The pictures are
 * kept whatever became of the album meanwhile. */
#include "base/json.h"
#include "features/albums/album_events.h"
#include "features/albums/albums.h"
#include "features/albums/consistency.h"
#include "work/generate.h"

/* What a job was for: its album may be gone, then *out_found is false. */
static bool find_album(struct db_tx *tx, struct arena *a, const struct job *job,
                       struct album_door *out_door, struct album *out, bool *out_found,
                       struct err *e)
{
    struct generate_payload payload = { 0 };

    *out_door = (struct album_door){ 0 };
    if (!generate_payload_read(a, job, &payload, e) ||
        !json_decode(a, payload.door, album_door_json, JSON_LENIENT, JSON_SNAKE, out_door, e))
        return false;
    *out_found = album_load(tx, a, job->user_id, out_door->album_id, out, e);
    return *out_found || e->code == ERR_NOT_FOUND;
}

static bool anchor_succeeded(struct db_tx *tx, struct work_run *run, struct err *e)
{
    struct album_door door;
    struct album album;
    const struct image *images;
    size_t count;
    bool found, changed;

    if (!generate_settle(tx, run, e) ||
        !find_album(tx, run->arena, run->job, &door, &album, &found, e))
        return false;
    images = generate_images(run, &count);
    if (!found || count == 0)
        return true;
    return album_set_anchor(tx, &album, run->job->id, &images[0], &changed, e) &&
           (!changed || (album_tell_anchor(tx, run->arena, &album, &images[0], e) &&
                         consistency_restart(tx, run->arena, &album, e)));
}

/* error without value: cancelled, which the owner knows. */
static bool end_anchor(struct db_tx *tx, struct arena *a, const struct job *job, struct str error,
                       struct err *e)
{
    struct album_door door;
    struct album album;
    bool found, changed;

    if (!find_album(tx, a, job, &door, &album, &found, e))
        return false;
    if (!found)
        return true;
    if (!album_fail_anchor(tx, &album, job->id, error, &changed, e))
        return false;
    return !changed || album_tell_anchor_failed(tx, a, &album,
                                                str_is_null(error) ? STR("cancelled") : error, e);
}

static struct str error_of(const struct err *why)
{
    struct str none = { 0 };

    return why->code == ERR_CANCELLED ? none : str_from(why->msg);
}

static bool anchor_failed(struct db_tx *tx, struct work_run *run, const struct err *why,
                          struct err *e)
{
    return end_anchor(tx, run->arena, run->job, error_of(why), e);
}

static bool anchor_dropped(struct db_tx *tx, struct arena *a, const struct job *job, struct err *e)
{
    return end_anchor(tx, a, job, (struct str){ 0 }, e);
}

static bool gone(struct err *e)
{
    return err_set(e, ERR_CONFLICT, "the album that this job was for is deleted");
}

static bool anchor_retried(struct db_tx *tx, struct arena *a, const struct job *job, struct err *e)
{
    struct album_door door;
    struct album album;
    bool found, changed;

    if (!find_album(tx, a, job, &door, &album, &found, e))
        return false;
    if (!found)
        return gone(e);
    return album_resume_anchor(tx, &album, job->id, &changed, e) &&
           (changed || err_set(e, ERR_CONFLICT,
                               "the album has got its anchor otherwise, or soon will: "
                               "to have another one, order it in the album"));
}

const struct job_kind generate_anchor_kind = {
    .name = "generate_anchor",
    .run = generate_run,
    .succeeded = anchor_succeeded,
    .failed = anchor_failed,
    .dropped = anchor_dropped,
    .retried = anchor_retried,
};

static bool shot_succeeded(struct db_tx *tx, struct work_run *run, struct err *e)
{
    struct arena *a = run->arena;
    struct album_door door;
    struct album album;
    const struct image *images;
    size_t count;
    bool found, changed;

    if (!generate_settle(tx, run, e) || !find_album(tx, a, run->job, &door, &album, &found, e))
        return false;
    images = generate_images(run, &count);
    if (!found || count == 0)
        return true;
    return shot_complete(tx, a, &album, door.shot_index, run->job->id, images[0].id, &changed, e) &&
           (!changed || (album_tell_shot(tx, a, &album, door.shot_index, &images[0], e) &&
                         consistency_submit(tx, a, &album, door.shot_index, &images[0], e)));
}

static bool end_shot(struct db_tx *tx, struct arena *a, const struct job *job, struct str error,
                     struct err *e)
{
    struct album_door door;
    struct album album;
    bool found, changed;

    if (!find_album(tx, a, job, &door, &album, &found, e))
        return false;
    if (!found)
        return true;
    if (!shot_end(tx, &album, door.shot_index, job->id, error, &changed, e))
        return false;
    return !changed || album_tell_shot_failed(tx, a, &album, door.shot_index,
                                              str_is_null(error) ? STR("cancelled") : error, e);
}

static bool shot_failed(struct db_tx *tx, struct work_run *run, const struct err *why,
                        struct err *e)
{
    return end_shot(tx, run->arena, run->job, error_of(why), e);
}

static bool shot_dropped(struct db_tx *tx, struct arena *a, const struct job *job, struct err *e)
{
    return end_shot(tx, a, job, (struct str){ 0 }, e);
}

static bool shot_retried(struct db_tx *tx, struct arena *a, const struct job *job, struct err *e)
{
    struct album_door door;
    struct album album;
    bool found, changed;

    if (!find_album(tx, a, job, &door, &album, &found, e))
        return false;
    if (!found)
        return gone(e);
    if (!shot_resume(tx, &album, door.shot_index, job->id, &changed, e))
        return false;
    if (!changed)
        return err_set(e, ERR_CONFLICT,
                       "shot %lld does not wait for this job any more: order it in the album",
                       (long long)door.shot_index);
    return album_tell_shot_begun(tx, a, &album, door.shot_index, e);
}

const struct job_kind generate_shot_kind = {
    .name = "generate_shot",
    .run = generate_run,
    .succeeded = shot_succeeded,
    .failed = shot_failed,
    .dropped = shot_dropped,
    .retried = shot_retried,
};
