/* The orders of albums: an anchor from the subject, shots from the subject, their direction and
 * the anchor. */
#include "base/buf.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/random.h"
#include "engine/queue.h"
#include "features/albums/album_events.h"
#include "features/albums/album_jobs.h"
#include "features/albums/album_row.h"
#include "features/albums/albums.h"
#include "features/albums/consistency.h"
#include "work/order.h"

enum { DOOR_MAX_BYTES = 4096, SEED_MAX = 1 << 30 };

const struct field album_door_json[] = {
    { FIELD(struct album_door, album_id), .required = true },
    { FIELD(struct album_door, shot_index) },
    { FIELD(struct album_door, anchor_url) },
    { 0 },
};

static struct opt_i64 any_seed(void)
{
    return (struct opt_i64){ true, random_below(SEED_MAX) };
}

/* "subject, direction": every part that has words. */
static struct str join_prompt(struct arena *a, struct str subject, struct str direction)
{
    return direction.len == 0
               ? subject
               : arena_strf(a, STR_FMT ". " STR_FMT, STR_ARG(subject), STR_ARG(direction));
}

static struct order order_for(const struct studio *s, const struct album *album,
                              struct str direction)
{
    struct arena *a = s->arena;

    return (struct order){
        .user_id = album->user_id,
        .backend = album->backend,
        .usage_door = STR("albums"),
        .presets = s->services->presets,
        .key_folder = arena_strf(a, "albums/" STR_FMT "/" STR_FMT, STR_ARG(album->user_id),
                                 STR_ARG(album->id)),
        .request = {
            .prompt = join_prompt(a, album->subject_desc, direction),
            .style = album->style,
            .width = album->width,
            .height = album->height,
            .seed = album->seed,
        },
        .band = JOB_NORMAL,
    };
}

static struct str door_text(struct arena *a, const struct album_door *door)
{
    AUTO_BUF text = { 0 };
    struct json_writer w = { .out = &text };

    buf_init(&text, DOOR_MAX_BYTES);
    json_put_struct(&w, album_door_json, door);
    return arena_str(a, buf_str(&text));
}

/* In the words of an album: whoever wrote its shots cannot know of prompts. */
static bool check_order(const struct studio *s, const struct order *order, struct backend **out,
                        struct err *e)
{
    return order_check(s->services, order, out, e) && order_check_room(s->tx, *out, e);
}

bool studio_check(const struct studio *s, const struct album_new *want, struct err *e)
{
    struct album album = { .user_id = STR(""),
                           .id = STR(""),
                           .subject_desc = want->subject_desc,
                           .backend = want->backend,
                           .style = want->style,
                           .width = want->width,
                           .height = want->height,
                           .seed = want->seed };
    struct backend *unused;
    struct order order;

    if (want->width.set != want->height.set)
        return err_set_field(e, ERR_INVALID, want->width.set ? STR("height") : STR("width"),
                             "give both 'width' and 'height', or none");
    if (str_is_null(want->subject_desc))
        return true;
    order = order_for(s, &album, (struct str){ 0 });
    if (!order_check(s->services, &order, &unused, e))
        return false;
    for (size_t i = 0; i < want->shot_count; i++) {
        order = order_for(s, &album, want->shots[i].direction);
        if (!order_check(s->services, &order, &unused, e))
            return false;
    }
    return true;
}

static bool require_no_anchor_job(const struct studio *s, const struct album *album, struct err *e)
{
    struct job job;

    if (str_is_null(album->anchor_job_id))
        return true;
    if (!job_load(s->tx, s->arena, album->user_id, album->anchor_job_id, &job, e))
        return false;
    return (job.state != JOB_QUEUED && job.state != JOB_RUNNING) ||
           err_set(e, ERR_CONFLICT, "the anchor is being made already: wait, or cancel it");
}

bool studio_order_anchor(const struct studio *s, const struct album *album, struct str backend,
                         struct opt_i64 seed, struct str *out_job_id, struct err *e)
{
    struct album_door door = { .album_id = album->id };
    struct album_row row = { .id = album->id, .user_id = album->user_id, .now = clock_now_ms() };
    struct order order = order_for(s, album, (struct str){ 0 });
    struct backend *to;
    struct job job;

    if (!str_is_null(backend))
        order.backend = backend;
    if (seed.set)
        order.request.seed = seed;
    else if (!album->seed.set || !str_is_null(album->anchor_image_id))
        order.request.seed = any_seed();
    order.kind = generate_anchor_kind.name;
    order.key_name = STR("anchor");
    order.door = door_text(s->arena, &door);
    if (!require_no_anchor_job(s, album, e) || !check_order(s, &order, &to, e) ||
        !order_submit(s->tx, s->arena, to, &order, &job, e))
        return false;
    row.job_id = job.id;
    *out_job_id = job.id;
    return album_exec(s->tx, Q_ALBUM_SET_ANCHOR_JOB, &row, e);
}

bool studio_take_anchor(const struct studio *s, const struct album *album, struct str image_id,
                        struct err *e)
{
    struct job job;
    struct image image;
    bool running, changed;

    if (!image_load(s->tx, s->arena, album->user_id, image_id, &image, e) ||
        image.deleted_at != 0 || !image.width.set)
        return err_set_field(e, ERR_INVALID, STR("imageId"), "there is no such picture of yours");
    if (!str_is_null(album->anchor_job_id) &&
        !job_cancel(s->tx, s->arena, album->user_id, album->anchor_job_id, &job, &running, e))
        return false;
    return album_set_anchor(s->tx, album, (struct str){ 0 }, &image, &changed, e) &&
           album_tell_anchor(s->tx, s->arena, album, &image, e) &&
           consistency_restart(s->tx, s->arena, album, e);
}

/* Seeds count on from the anchor's, so that an album can be made again as a whole. */
static struct opt_i64 shot_seed(const struct album *album, const struct shot *shot)
{
    if (!album->seed.set || !str_is_null(shot->image_id))
        return any_seed();
    /* Behind the largest comes the least. */
    return (struct opt_i64){ true, (int64_t)((uint64_t)album->seed.value + 1 +
                                             (uint64_t)shot->position) };
}

static bool order_shot(const struct studio *s, const struct album *album, const struct shot *shot,
                       struct str group_id, struct str *out_job_id, struct err *e)
{
    struct arena *a = s->arena;
    struct album_door door = {
        .album_id = album->id,
        .shot_index = shot->position,
        .anchor_url = arena_strf(a, "/media/" STR_FMT, STR_ARG(album->anchor_key)),
    };
    struct generate_reference anchor = { .image = album->anchor_image_id, .role = STR("subject") };
    struct order order = order_for(s, album, shot->direction);
    struct backend *to;
    struct job job;

    order.kind = generate_shot_kind.name;
    order.group_id = group_id;
    order.request.seed = shot_seed(album, shot);
    order.key_folder = arena_strf(a, STR_FMT "/shots", STR_ARG(order.key_folder));
    order.key_name =
        arena_strf(a, "%lld-" STR_FMT, (long long)shot->position, STR_ARG(uuid_new(a)));
    order.door = door_text(a, &door);
    if (!check_order(s, &order, &to, e))
        return false;
    /* Where none can be sent, the words alone have to do. */
    if (gen_max_references(backend_can(to)) > 0)
        order.request.references = (struct field_list){ &anchor, 1 };
    if (!order_submit(s->tx, a, to, &order, &job, e))
        return false;
    *out_job_id = job.id;
    return shot_begin(s->tx, album, shot, job.id, e) &&
           album_tell_shot_begun(s->tx, a, album, shot->position, e);
}

bool studio_order_shot(const struct studio *s, const struct album *album, const struct shot *shot,
                       struct str *out_job_id, struct err *e)
{
    return order_shot(s, album, shot, (struct str){ 0 }, out_job_id, e);
}

typedef bool (*shot_choice_fn)(const struct shot *shot, const struct consistency_rules *rules);

static bool is_open(const struct shot *shot, const struct consistency_rules *rules)
{
    UNUSED(rules);
    return shot->status == SHOT_PENDING || shot->status == SHOT_FAILED;
}

/* Those that are chosen, in a new group; in album order. */
static bool choose_shots(const struct studio *s, const struct album *album, shot_choice_fn choose,
                         struct field_list *out, struct str *out_group_id, struct err *e)
{
    struct field_list all;
    struct shot *chosen;
    size_t count = 0;

    if (!album_shots(s->tx, s->arena, album, &all, e))
        return false;
    chosen = arena_array(s->arena, struct shot, all.count);
    for (size_t i = 0; i < all.count; i++) {
        const struct shot *shot = (const struct shot *)all.items + i;

        if (choose(shot, &s->services->consistency))
            chosen[count++] = *shot;
    }
    *out = (struct field_list){ chosen, count };
    if (!queue_check_order((int64_t)count, e))
        return false;
    return count == 0 || job_group_create(s->tx, s->arena, album->user_id, STR("album_shots"),
                                          (int64_t)count, out_group_id, e);
}

bool studio_order_shots(const struct studio *s, const struct album *album,
                        struct str_list *out_job_ids, struct err *e)
{
    struct field_list open;
    struct str group_id = { 0 };

    if (!choose_shots(s, album, is_open, &open, &group_id, e))
        return false;
    *out_job_ids = (struct str_list){ arena_array(s->arena, struct str, open.count), open.count };
    for (size_t i = 0; i < open.count; i++) {
        if (!order_shot(s, album, (const struct shot *)open.items + i, group_id,
                        &out_job_ids->items[i], e))
            return false;
    }
    return true;
}

bool studio_remake_outliers(const struct studio *s, const struct album *album,
                            struct str_list *out_job_ids, struct err *e)
{
    struct field_list outliers;
    struct str group_id = { 0 };

    if (!choose_shots(s, album, shot_may_be_remade, &outliers, &group_id, e))
        return false;
    *out_job_ids =
        (struct str_list){ arena_array(s->arena, struct str, outliers.count), outliers.count };
    for (size_t i = 0; i < outliers.count; i++) {
        const struct shot *shot = (const struct shot *)outliers.items + i;

        if (!order_shot(s, album, shot, group_id, &out_job_ids->items[i], e) ||
            !shot_note_remake(s->tx, album, shot, e))
            return false;
    }
    return true;
}

bool studio_give_up_shot(const struct studio *s, const struct album *album, const struct shot *shot,
                         struct err *e)
{
    struct job job;
    bool running;

    if (shot->status == SHOT_GENERATING && !str_is_null(shot->job_id) &&
        !job_cancel(s->tx, s->arena, album->user_id, shot->job_id, &job, &running, e))
        return false;
    return shot_reset(s->tx, album, shot, e);
}
