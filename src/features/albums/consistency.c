/* The job kind that compares a shot with its anchor, and what follows from the measure. */
#include "features/albums/consistency.h"

#include <math.h>

#include "base/file.h"
#include "base/json.h"
#include "engine/job.h"
#include "features/albums/album_events.h"
#include "features/albums/albums.h"

enum { PAYLOAD_MAX_BYTES = 256, STEPS = 1000 /* finer differences mean nothing */ };

/* What the job is about; which pictures, it finds when it runs. */
struct payload {
    struct str album_id;
    int64_t shot_index;
};

static const struct field payload_json[] = {
    { FIELD(struct payload, album_id), .required = true },
    { FIELD(struct payload, shot_index), .required = true },
    { 0 },
};

struct measure_row {
    struct str album_id, user_id, image_id, anchor_id;
    int64_t shot_index;
    double consistency;
    struct opt_f64 face_consistency;
};

static const struct field measure_fields[] = {
    { FIELD(struct measure_row, album_id) },         { FIELD(struct measure_row, user_id) },
    { FIELD(struct measure_row, image_id) },         { FIELD(struct measure_row, anchor_id) },
    { FIELD(struct measure_row, shot_index) },       { FIELD(struct measure_row, consistency) },
    { FIELD(struct measure_row, face_consistency) }, { 0 },
};

static bool submit(struct db_tx *tx, struct arena *a, const struct album *album, int64_t position,
                   struct err *e)
{
    struct payload payload = { album->id, position };
    struct job_new want = { .user_id = album->user_id,
                            .kind = str_from(measure_shot_kind.name),
                            .lane = JOB_LANE_SYSTEM,
                            .band = JOB_NORMAL };
    struct job queued;
    AUTO_BUF text = { 0 };
    struct json_writer w = { .out = &text };

    buf_init(&text, PAYLOAD_MAX_BYTES);
    json_put_struct(&w, payload_json, &payload);
    want.payload = arena_str(a, buf_str(&text));
    return job_submit(tx, a, &want, &queued, e);
}

bool consistency_submit(struct db_tx *tx, struct arena *a, const struct album *album,
                        int64_t position, const struct image *image, struct err *e)
{
    return str_is_null(album->anchor_key) || !image->width.set || submit(tx, a, album, position, e);
}

bool consistency_restart(struct db_tx *tx, struct arena *a, const struct album *album,
                         struct err *e)
{
    struct measure_row row = { .album_id = album->id, .user_id = album->user_id };
    struct field_list shots;

    if (!db_exec(tx, Q_CONSISTENCY_FORGET, measure_fields, &row, e) ||
        !album_shots(tx, a, album, &shots, e))
        return false;
    for (size_t i = 0; i < shots.count; i++) {
        const struct shot *shot = (const struct shot *)shots.items + i;

        if (shot->status == SHOT_COMPLETE && !submit(tx, a, album, shot->position, e))
            return false;
    }
    return true;
}

/* One attempt. */
struct measuring {
    struct work_run *run;
    struct payload payload;
    struct album album;
    struct image anchor, image;
    double consistency;
    struct opt_f64 face_consistency;
};

static bool load(struct db_tx *tx, void *arg, struct err *e)
{
    struct measuring *m = arg;
    struct arena *a = m->run->arena;
    const struct job *job = m->run->job;
    struct shot shot = { 0 };
    struct json tree;

    return json_parse(a, job->payload, &tree, e) &&
           json_decode(a, &tree, payload_json, JSON_LENIENT, JSON_SNAKE, &m->payload, e) &&
           album_load(tx, a, job->user_id, m->payload.album_id, &m->album, e) &&
           album_find_shot(tx, a, &m->album, m->payload.shot_index, &shot, e) &&
           image_load(tx, a, job->user_id, m->album.anchor_image_id, &m->anchor, e) &&
           image_load(tx, a, job->user_id, shot.image_id, &m->image, e);
}

static double rounded(double share)
{
    return round(share * STEPS) / STEPS;
}

static bool is_measurable(const struct image *image)
{
    return image->deleted_at == 0 && image->width.set;
}

static bool compare(struct measuring *m, struct err *e)
{
    const struct work_services *services = m->run->services;
    struct blob_file anchor, image;
    struct image_likeness likeness;
    AUTO_FD anchor_fd = -1;
    AUTO_FD image_fd = -1;

    if (!blob_open_read(services->store, m->anchor.key, &anchor, e))
        return false;
    anchor_fd = anchor.fd;
    if (!blob_open_read(services->store, m->image.key, &image, e))
        return false;
    image_fd = image.fd;
    if (!image_compare(services->images, anchor_fd, image_fd, &likeness, e))
        return false;
    m->consistency = rounded(likeness.whole);
    m->face_consistency = (struct opt_f64){ likeness.has_faces, rounded(likeness.face) };
    return true;
}

/* An album, shot or picture that is gone needs no measure. */
static bool run(struct work_run *run, struct err *e)
{
    struct measuring *m = arena_new(run->arena, struct measuring);

    m->run = run;
    if (!db_read(run->db, load, m, e))
        return e->code == ERR_NOT_FOUND;
    if (!is_measurable(&m->anchor) || !is_measurable(&m->image))
        return true;
    if (!compare(m, e))
        return false;
    run->done = m;
    return true;
}

/* Not for another picture or anchor than was looked at: those have jobs of their own. */
static bool succeeded(struct db_tx *tx, struct work_run *run, struct err *e)
{
    const struct measuring *m = run->done;
    struct shot_measure measure;
    struct measure_row row;

    if (m == NULL)
        return true;
    row = (struct measure_row){ .album_id = m->album.id,
                                .user_id = m->album.user_id,
                                .image_id = m->image.id,
                                .anchor_id = m->anchor.id,
                                .shot_index = m->payload.shot_index,
                                .consistency = m->consistency,
                                .face_consistency = m->face_consistency };
    measure = (struct shot_measure){ row.album_id, row.shot_index, row.consistency,
                                     row.face_consistency };
    if (!db_exec(tx, Q_CONSISTENCY_SET, measure_fields, &row, e))
        return false;
    return db_changed(tx) == 0 || album_tell_shot_measured(tx, run->arena, &m->album, &measure, e);
}

const struct job_kind measure_shot_kind = {
    .name = "measure_shot",
    .run = run,
    .succeeded = succeeded,
};

bool shot_is_outlier(const struct shot *shot, const struct consistency_rules *rules)
{
    return shot->status == SHOT_COMPLETE && shot->consistency.set &&
           shot->consistency.value < rules->mark;
}

bool shot_may_be_remade(const struct shot *shot, const struct consistency_rules *rules)
{
    return shot_is_outlier(shot, rules) && shot->remakes < rules->remakes;
}

bool shot_note_remake(struct db_tx *tx, const struct album *album, const struct shot *shot,
                      struct err *e)
{
    struct measure_row row = { .album_id = album->id,
                               .user_id = album->user_id,
                               .shot_index = shot->position };

    return db_exec(tx, Q_CONSISTENCY_NOTE_REMAKE, measure_fields, &row, e);
}
