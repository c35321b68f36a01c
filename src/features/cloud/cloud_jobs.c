/* Copies of what a server makes: work of the house, queued with the picture and done later. */
#include <time.h>

#include "features/cloud/cloud.h"
#include "features/cloud/copy.h"
#include "features/cloud/supabase.h"
#include "work/order.h"
#include "work/services.h"

enum { PAYLOAD_MAX_BYTES = 256, RECORD_MAX_BYTES = 4 * 1024 * 1024 };

struct payload {
    struct str image_id;
};

static const struct field payload_json[] = {
    { FIELD(struct payload, image_id), .required = true },
    { 0 },
};

/* Whoever makes the file sends the copy of it, under the file's name. */
static bool is_sent_by_its_maker(struct arena *a, const struct command_cloud *settings,
                                 struct str cloud_copy)
{
    return str_eq(cloud_copy, STR(ORDER_NO_COPY)) ||
           (!str_is_null(cloud_copy) && str_eq(cloud_copy, copy_place(a, settings)));
}

bool cloud_follow(struct db_tx *tx, struct arena *a, const struct work_services *services,
                  const struct image *image, struct str cloud_copy, struct err *e)
{
    const struct payload payload = { .image_id = image->id };
    struct job_new want = { .user_id = image->user_id,
                            .kind = STR("cloud_copy"),
                            .lane = JOB_LANE_SYSTEM,
                            .band = JOB_LOW };
    AUTO_BUF text = { 0 };
    struct json_writer w = { .out = &text };
    struct job queued;

    if (is_sent_by_its_maker(a, services->cloud, cloud_copy))
        return true;
    buf_init(&text, PAYLOAD_MAX_BYTES);
    json_put_struct(&w, payload_json, &payload);
    want.payload = arena_str(a, buf_str(&text));
    return job_submit(tx, a, &want, &queued, e);
}

struct copying {
    struct work_run *run;
    struct image image;
};

static bool load_image(struct db_tx *tx, void *arg, struct err *e)
{
    struct copying *c = arg;
    struct arena *a = c->run->arena;
    struct payload payload = { 0 };
    struct json tree;

    return json_parse(a, c->run->job->payload, &tree, e) &&
           json_decode(a, &tree, payload_json, JSON_LENIENT, JSON_SNAKE, &payload, e) &&
           image_load(tx, a, c->run->job->user_id, payload.image_id, &c->image, e);
}

static void put_text(struct json_writer *w, const char *name, struct str value)
{
    json_put_name(w, str_from(name));
    json_put_str(w, value);
}

static void put_size(struct json_writer *w, const char *name, struct opt_i64 value)
{
    json_put_name(w, str_from(name));
    if (value.set)
        json_put_i64(w, value.value);
    else
        json_put_null(w);
}

/* What a sidecar would say. */
static struct str record_of(struct arena *a, const struct image *image, const struct json *recipe)
{
    static const char *const members[] = { "provider", "request", "references", "ignored",
                                           "metadata" };
    AUTO_BUF text = { 0 };
    struct json_writer w = { .out = &text };

    buf_init(&text, RECORD_MAX_BYTES);
    json_begin_object(&w);
    put_text(&w, "prompt", str_is_null(image->prompt) ? STR("") : image->prompt);
    put_text(&w, "backend", image->backend);
    put_text(&w, "image", image->id);
    put_text(&w, "job", image->job_id);
    put_text(&w, "media_type", image->media_type);
    put_text(&w, "sha256", image->sha256);
    put_size(&w, "width", image->width);
    put_size(&w, "height", image->height);
    json_put_name(&w, STR("created_at"));
    json_put_time(&w, image->created_at);
    put_text(&w, "style", json_get_str(recipe, "preset"));
    for (size_t i = 0; i < COUNT(members); i++) {
        json_put_name(&w, str_from(members[i]));
        json_put_tree(&w, json_get(recipe, members[i]));
    }
    json_end_object(&w);
    return arena_str(a, buf_str(&text));
}

/* Where the server is. */
static struct str date_of(struct arena *a, int64_t ms)
{
    time_t seconds = (time_t)(ms / 1000);
    struct tm tm;

    if (localtime_r(&seconds, &tm) == NULL)
        return (struct str){ 0 };
    return arena_strf(a, "%04d-%02d-%02d", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
}

static struct copy copy_of(struct arena *a, const struct image *image)
{
    struct json recipe = { 0 };
    const struct json *seed;
    struct err unheard;

    if (str_is_null(image->recipe) || !json_parse(a, image->recipe, &recipe, &unheard))
        recipe = (struct json){ 0 };
    seed = json_get(json_get(&recipe, "request"), "seed");
    return (struct copy){
        .path = image->key,
        .image = image->id,
        .date = date_of(a, image->created_at),
        .slug = image->id,
        .record = record_of(a, image, &recipe),
        .seed = { seed != NULL && seed->type == JSON_INT,
                  seed != NULL && seed->type == JSON_INT ? seed->integer : 0 },
    };
}

/* One that was deleted meanwhile, or whose copies are not wanted any more, needs none. */
static bool run_copy(struct work_run *run, struct err *e)
{
    const struct work_services *services = run->services;
    struct copying c = { .run = run };
    struct copy copy;
    struct str bytes;

    if (services->cloud == NULL)
        return true;
    if (!db_read(run->db, load_image, &c, e))
        return e->code == ERR_NOT_FOUND;
    if (c.image.deleted_at > 0)
        return true;
    copy = copy_of(run->arena, &c.image);
    return blob_read(services->store, run->arena, c.image.key, SUPABASE_OBJECT_MAX_BYTES, &bytes,
                     e) &&
           copy_send(run->arena, services->cloud, &run->cancel, &copy, bytes, e);
}

const struct job_kind cloud_copy_kind = { .name = "cloud_copy", .run = run_copy };
