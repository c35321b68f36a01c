/* The job kind that makes pictures. */
#include "work/generate_parts.h"

#include <string.h>

#include "work/thumbnail.h"

enum { RESULT_MAX_BYTES = 64 * 1024 };

static const struct field reference_json[] = {
    { FIELD(struct generate_reference, image), .min = 1, .max = 8192,
      .help = "id of a picture of yours, or its address" },
    { FIELD(struct generate_reference, url), .min = 1, .max = 8192,
      .help = "http or https, in the public internet" },
    { FIELD(struct generate_reference, role), .min = 1, .max = 40,
      .help = "what to take from it: subject, style, pose, ..." },
    { 0 },
};

#define REQUEST_FIELDS                                                                             \
    { FIELD(struct generate_request, prompt), .required = true, .min = 1, .max = 4000 },           \
        { FIELD(struct generate_request, negative_prompt), .max = 4000,                            \
          .help = "what not to show" },                                                            \
        { FIELD(struct generate_request, style), .max = 100 },                                     \
        { FIELD(struct generate_request, width), .min = 16, .max = 8192, .unit = "px" },           \
        { FIELD(struct generate_request, height), .min = 16, .max = 8192, .unit = "px" },          \
        { FIELD(struct generate_request, seed),                                                    \
          .help = "the same seed gives the same picture, where the backend can" },                 \
        { FIELD(struct generate_request, steps), .min = 1, .max = 500 },                           \
        { FIELD(struct generate_request, guidance), .min = 0, .max = 100 },                        \
        { FIELD(struct generate_request, options), .help = "the backend's own settings" },         \
    {                                                                                              \
        FIELD_LIST(struct generate_request, references, struct generate_reference,                 \
                   reference_json),                                                                \
            .max = GENERATE_REFERENCES_MAX, .shorthand = true,                                     \
            .help = "pictures to go by, as many as the backend takes"                              \
    }

const struct field generate_request_json[] = { REQUEST_FIELDS, { 0 } };

const struct field generate_wish_json[] = {
    REQUEST_FIELDS,
    { FIELD(struct generate_wish, aspect_ratio), .max = 20,
      .help = "in place of width and height: 16:9, about a megapixel" },
    { 0 },
};

const struct field generate_payload_json[] = {
    { FIELD(struct generate_payload, backend), .required = true },
    { FIELD(struct generate_payload, key_folder), .required = true },
    { FIELD(struct generate_payload, key_name) },
    { FIELD_OBJECT(struct generate_payload, request, generate_request_json) },
    { FIELD(struct generate_payload, cloud_copy) },
    { FIELD(struct generate_payload, door) },
    { 0 },
};

struct gen_request generate_to_provider(const struct generate_request *r)
{
    return (struct gen_request){
        .prompt = r->prompt,
        .negative_prompt = r->negative_prompt,
        .style = r->style,
        .width = r->width.value,
        .height = r->height.value,
        .seed = r->seed,
        .steps = r->steps,
        .guidance = r->guidance,
        .options = r->options,
    };
}

bool generate_payload_read(struct arena *a, const struct job *job, struct generate_payload *out,
                           struct err *e)
{
    struct json *tree = arena_new(a, struct json); /* out points into it */

    return json_parse(a, job->payload, tree, e) &&
           json_decode(a, tree, generate_payload_json, JSON_LENIENT, JSON_SNAKE, out, e);
}

/*
 * What stands behind the first member of that name, in a payload as order.c writes it: a name
 * within a text has other quotes, and what might have such a member itself comes after the sizes.
 */
static struct str value_of(struct str payload, const char *name)
{
    size_t at = str_find(payload, str_from(name));

    return at < payload.len ? str_slice(payload, at + strlen(name), payload.len) : STR("");
}

static struct str asked_text(struct arena *a, struct str value)
{
    struct err unreadable = { 0 };
    struct json text = { 0 };
    size_t end = 1;

    while (end < value.len && value.ptr[end] != '"')
        end += value.ptr[end] == '\\' ? 2 : 1;
    if (!str_starts(value, STR("\"")) || end >= value.len ||
        !json_parse(a, str_slice(value, 0, end + 1), &text, &unreadable))
        return (struct str){ 0 };
    return json_str(&text);
}

static struct opt_i64 asked_side(struct str value)
{
    struct opt_i64 side = { 0 };

    side.set =
        str_to_i64(str_slice(value, 0, str_find_char(value, ',', 0)), 1, INT32_MAX, &side.value);
    return side;
}

/* Lists have a hundred of them: they are not worth a tree each. */
struct generate_asked generate_asked_of(struct arena *a, const struct job *job)
{
    return (struct generate_asked){
        .prompt = asked_text(a, value_of(job->payload, "\"prompt\":")),
        .width = asked_side(value_of(job->payload, "\"width\":")),
        .height = asked_side(value_of(job->payload, "\"height\":")),
    };
}

/* A purchase that nobody can ask for is not made again by itself, whatever the reason was. */
static bool fail_for_good(struct generation *g, struct err *e)
{
    const struct err why = *e;

    if (why.code != ERR_OUTCOME_UNKNOWN && !(g->trail.sent && err_may_retry(why.code)))
        return false;
    return err_set(e, ERR_OUTCOME_UNKNOWN,
                   "'%.40s' may have made the picture and been paid for it, so it is not asked "
                   "again by itself: retry the job for that (%s)",
                   arena_cstr(g->run->arena, g->trail.backend), why.msg);
}

/* By the prices of the backend that made them. Pictures that were not kept were paid for as well:
 * they count as large as the others. */
static struct job_charge charge_for(const struct generation *g)
{
    const struct gen_pricing *pricing = &backend_provider(g->backend)->can.price;
    struct price_use use = { .images = (int64_t)g->result.image_count, .took_ms = g->asked_ms };

    if (g->image_count > 0)
        use.pixels = g->images[0].width.value * g->images[0].height.value * use.images;
    return (struct job_charge){ .micros = price_charge(pricing, &g->result, &use),
                                .backend = backend_name(g->backend),
                                .pictures = (int64_t)g->image_count };
}

/* Rows come after files: a row without its bytes must never be, bytes without a row are swept. */
bool generate_run(struct work_run *run, struct err *e)
{
    struct generation *g = arena_new(run->arena, struct generation);
    bool ok;

    g->run = run;
    g->services = run->services;
    run->done = g;
    if (!generate_payload_read(run->arena, run->job, &g->payload, e) ||
        !trail_decode(run->arena, run->job->remote, &g->trail, e))
        return false;
    ok = (generate_call(g, e) && generate_store(g, e)) || fail_for_good(g, e);
    generate_stop_telling(g);
    if (ok)
        run->charge = charge_for(g);
    gen_result_deinit(&g->result);
    return ok;
}

static bool add_picture(struct db_tx *tx, struct work_run *run, struct image *image, struct err *e)
{
    const struct work_services *services = run->services;
    const struct generation *g = run->done;

    return image_add(tx, run->arena, image, e) && thumbnail_submit(tx, run->arena, image, e) &&
           (services->follow == NULL ||
            services->follow(tx, run->arena, services, image, g->payload.cloud_copy, e));
}

/* {"imageIds":[...],"refused":["picture 2: ..."],"costMicros":40000} for the job, a row and an
 * event for each picture. */
bool generate_settle(struct db_tx *tx, struct work_run *run, struct err *e)
{
    const struct generation *g = run->done;
    struct opt_i64 cost = run->charge.micros;
    AUTO_BUF text = { 0 };
    struct json_writer w = { .out = &text };

    buf_init(&text, RESULT_MAX_BYTES);
    json_begin_object(&w);
    json_put_name(&w, STR("imageIds"));
    json_begin_array(&w);
    for (size_t i = 0; i < g->image_count; i++) {
        if (!add_picture(tx, run, &g->images[i], e))
            return false;
        json_put_str(&w, g->images[i].id);
    }
    json_end_array(&w);
    json_put_name(&w, STR("refused"));
    json_begin_array(&w);
    for (size_t i = 0; i < g->refused.count; i++)
        json_put_str(&w, g->refused.items[i]);
    json_end_array(&w);
    json_put_name(&w, STR("costMicros"));
    if (cost.set)
        json_put_i64(&w, cost.value);
    else
        json_put_null(&w);
    json_end_object(&w);
    run->result = arena_str(run->arena, buf_str(&text));
    return true;
}

const struct image *generate_images(const struct work_run *run, size_t *out_count)
{
    const struct generation *g = run->done;

    *out_count = g->image_count;
    return g->images;
}

const struct field generate_door_json[] = {
    { FIELD(struct generate_door, album_id) },
    { 0 },
};

static struct str_list image_ids(const struct work_run *run)
{
    size_t count;
    const struct image *images = generate_images(run, &count);
    struct str_list ids = { arena_array(run->arena, struct str, count), count };

    for (size_t i = 0; i < count; i++)
        ids.items[i] = images[i].id;
    return ids;
}

static bool succeeded(struct db_tx *tx, struct work_run *run, struct err *e)
{
    const struct work_services *services = run->services;
    const struct generation *g = run->done;
    struct generate_door door = { 0 };

    if (!generate_settle(tx, run, e) ||
        (g->payload.door != NULL && !json_decode(run->arena, g->payload.door, generate_door_json,
                                                 JSON_LENIENT, JSON_SNAKE, &door, e)))
        return false;
    return str_is_null(door.album_id) || services->albums->put(tx, run->arena, run->job->user_id,
                                                               door.album_id, image_ids(run), e);
}

const struct job_kind generate_kind = {
    .name = "generate",
    .run = generate_run,
    .succeeded = succeeded,
};
