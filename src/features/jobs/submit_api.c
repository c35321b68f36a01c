/* The plain way to generate: a request and a backend become jobs. */
#include <stdio.h>

#include "api/api.h"
#include "base/json.h"
#include "base/random.h"
#include "engine/queue.h"
#include "features/jobs/jobs.h"
#include "features/jobs/submit.h"
#include "work/aspect.h"
#include "work/preset.h"

enum {
    COUNT_MAX = 16,
    SEED_MAX = 1 << 30,
    CLOUD_COPY_MAX = 64,
    DOOR_MAX_BYTES = 512,
};

static const char *const priority_names[] = { "high", "normal", "low", NULL };

static const struct field job_submit_json[] = {
    { FIELD(struct job_submit, backend), .max = 120, .help = "default: the first one configured" },
    { .name = "request",
      .type = FIELD_OBJECT,
      .offset = offsetof(struct job_submit, wish),
      .fields = generate_wish_json,
      .required = true },
    { FIELD(struct job_submit, count), .min = 1, .max = COUNT_MAX, .help = "pictures, default 1" },
    { FIELD(struct job_submit, album_id), .min = 1, .max = 64,
      .help = "an album of mine that the pictures go into" },
    { FIELD_ENUM(struct job_submit, priority, priority_names),
      .help = "default normal; high is for admins" },
    { FIELD(struct job_submit, cloud_copy), .min = 1, .max = CLOUD_COPY_MAX,
      .help = "where the server copies pictures to a cloud: 'off' for none of this one; else the "
              "digest of the place that the caller sends one to himself" },
    { 0 },
};
static const struct job_submit job_submit_defaults = { .count = 1, .priority = JOB_NORMAL };
const struct shape job_submit_shape = { "JobSubmit", job_submit_json, sizeof(struct job_submit),
                                        &job_submit_defaults };

struct jobs_submitted {
    struct str_list job_ids;
    struct str group_id;
    struct quote quote;
};

static const struct field jobs_submitted_json[] = {
    { FIELD(struct jobs_submitted, job_ids) },
    { FIELD(struct jobs_submitted, group_id), .help = "null for a single job" },
    { FIELD_OBJECT(struct jobs_submitted, quote, quote_json),
      .help = "what the backend that was asked for takes for all of them" },
    { 0 },
};
const struct shape jobs_submitted_shape = { "JobsSubmitted", jobs_submitted_json,
                                            sizeof(struct jobs_submitted) };

/* Picture k of a batch has seed + k, so that each can be made again by itself. */
static bool submit_all(struct api_call *call, const struct backend *backend, struct order *order,
                       struct jobs_submitted *out, struct err *e)
{
    struct opt_i64 *seed = &order->request.seed;
    uint64_t first;

    if (!seed->set)
        *seed = (struct opt_i64){ true, random_below(SEED_MAX) };
    first = (uint64_t)seed->value;
    for (size_t i = 0; i < out->job_ids.count; i++) {
        struct job queued;

        seed->value = (int64_t)(first + i); /* behind the largest comes the least */
        if (!order_submit(call->tx, call->arena, backend, order, &queued, e))
            return false;
        out->job_ids.items[i] = queued.id;
    }
    return true;
}

/* The names that this request may have found us under. */
static struct str_list own_hosts(struct api_call *call)
{
    const struct api_options *options = api_options(call->api);
    struct str_list hosts = { arena_array(call->arena, struct str, options->hosts.count + 2), 0 };
    struct str public_url = options->public_url;
    size_t from = str_find(public_url, STR("://"));

    for (size_t i = 0; i < options->hosts.count; i++)
        hosts.items[hosts.count++] = options->hosts.items[i];
    hosts.items[hosts.count++] = call->exchange->request.host;
    if (from < public_url.len)
        hosts.items[hosts.count++] =
            str_slice(public_url, from + 3, str_find_char(public_url, '/', from + 3));
    return hosts;
}

/* Below this route, what is wrong with an order is a member of "request". */
static bool fail_in_request(struct err *e)
{
    char field[sizeof(e->field)];

    if (e->field[0] == '\0' || str_eq(str_from(e->field), STR("backend")))
        return false;
    snprintf(field, sizeof(field), "request.%.50s", e->field);
    snprintf(e->field, sizeof(e->field), "%s", field);
    return false;
}

/* A shape becomes the size that the backend makes of it. */
static bool take_aspect(struct api_call *call, struct order *order, struct err *e)
{
    const struct job_submit *want = call->body;
    struct str aspect = want->wish.aspect_ratio;
    struct opt_i64 *width = &order->request.width, *height = &order->request.height;
    struct backend *backend;
    double ratio;

    if (str_is_null(aspect))
        return true;
    if (width->set || height->set)
        return err_set_field(e, ERR_INVALID, STR("aspectRatio"),
                             "give 'aspectRatio', or 'width' and 'height'");
    if (!aspect_read(aspect, &ratio))
        return err_set_field(e, ERR_INVALID, STR("aspectRatio"),
                             "'aspectRatio' is width to height, like 16:9");
    if (!order_find_backend(api_options(call->api)->services, order, &backend, e))
        return false;
    width->set = height->set = true;
    aspect_size(ratio, backend_can(backend), &width->value, &height->value);
    return true;
}

static bool check_album(struct api_call *call, struct err *e)
{
    const struct work_services *services = api_options(call->api)->services;
    const struct job_submit *want = call->body;

    if (str_is_null(want->album_id) ||
        services->albums->find(call->tx, call->arena, call->who.user.id, want->album_id, e))
        return true;
    return e->code == ERR_NOT_FOUND
               ? err_set_field(e, ERR_INVALID, STR("albumId"), "there is no such album of yours")
               : false;
}

bool submit_check(struct api_call *call, struct order *order, struct backend **out, struct err *e)
{
    if (!check_album(call, e))
        return false;
    return (take_aspect(call, order, e) &&
            order_check(api_options(call->api)->services, order, out, e) &&
            order_take_references(call->tx, call->arena, order, e)) ||
           fail_in_request(e);
}

static struct str door_of(struct arena *a, struct str album_id)
{
    struct generate_door door = { .album_id = album_id };
    AUTO_BUF text = { 0 };
    struct json_writer w = { .out = &text };

    if (str_is_null(album_id))
        return album_id;
    buf_init(&text, DOOR_MAX_BYTES);
    json_put_struct(&w, generate_door_json, &door);
    return arena_str(a, buf_str(&text));
}

struct order submit_order(struct api_call *call)
{
    const struct work_services *services = api_options(call->api)->services;
    const struct job_submit *want = call->body;

    return (struct order){ .user_id = call->who.user.id,
                           .backend = want->backend,
                           .request = want->wish.request,
                           .presets = services->presets,
                           .hosts = own_hosts(call),
                           .cloud_copy = want->cloud_copy,
                           .door = door_of(call->arena, want->album_id),
                           .band = want->priority };
}

/* What would be sent, where, and what of it would have no effect. */
struct job_check {
    struct str backend, provider, title, preset;
    struct generate_request request;
    struct str_list ignored;
    struct quote quote;
};

static const struct field job_check_json[] = {
    { FIELD(struct job_check, backend), .required = true },
    { FIELD(struct job_check, provider), .required = true },
    { FIELD(struct job_check, title), .required = true },
    { FIELD(struct job_check, preset), .help = "the style whose words are in the request" },
    { FIELD_OBJECT(struct job_check, request, generate_request_json) },
    { FIELD(struct job_check, ignored), .help = "fields that are set and have no effect there" },
    { FIELD_OBJECT(struct job_check, quote, quote_json) },
    { 0 },
};
const struct shape job_check_shape = { "JobCheck", job_check_json, sizeof(struct job_check) };

bool job_check_post(struct api_call *call, struct err *e)
{
    const struct work_services *services = api_options(call->api)->services;
    const struct job_submit *want = call->body;
    struct job_check *out = arena_new(call->arena, struct job_check);
    struct order order = submit_order(call);
    const struct preset *preset;
    const struct provider *provider;
    struct gen_request request;
    struct backend *backend;

    if (!submit_check(call, &order, &backend, e))
        return false;
    provider = backend_provider(backend);
    preset = preset_apply(services->presets, call->arena, &provider->can, &order.request);
    request = generate_to_provider(&order.request);
    request.reference_count = order.request.references.count;
    *out = (struct job_check){
        .backend = backend_name(backend),
        .provider = str_from(provider->ops->type),
        .title = str_from(provider->ops->title),
        .preset = preset != NULL ? preset->name : (struct str){ 0 },
        .request = order.request,
        .ignored =
            jobs_field_names(call->arena, gen_ignored_fields(&request, provider->can.honours)),
        .quote = quote_for(call->arena, backend, &order, want->count),
    };
    call->answer = out;
    return true;
}

static bool check_count(int64_t count, struct err *e)
{
    struct err why = { 0 };

    return queue_check_order(count, &why) ||
           err_set_field(e, why.code, STR("count"), "%s", why.msg);
}

bool jobs_post(struct api_call *call, struct err *e)
{
    const struct job_submit *want = call->body;
    struct jobs_submitted *out = arena_new(call->arena, struct jobs_submitted);
    struct order order = submit_order(call);
    struct backend *backend;

    if (!submit_check(call, &order, &backend, e) || !order_check_room(call->tx, backend, e) ||
        !check_count(want->count, e))
        return false;
    if (want->priority == JOB_HIGH && call->who.user.role != USER_ADMIN)
        return err_set_field(e, ERR_FORBIDDEN, STR("priority"), "high priority is for admins");
    out->job_ids.count = (size_t)want->count;
    out->job_ids.items = arena_array(call->arena, struct str, out->job_ids.count);
    if (want->count > 1 && !job_group_create(call->tx, call->arena, call->who.user.id, STR("jobs"),
                                             want->count, &order.group_id, e))
        return false;
    out->group_id = order.group_id;
    out->quote = quote_for(call->arena, backend, &order, want->count);
    call->answer = out;
    return submit_all(call, backend, &order, out, e);
}
