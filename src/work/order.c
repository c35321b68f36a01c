/* Orders: somebody asks a backend for a picture. Checked here for every door, then queued. */
#include "work/order.h"

#include "engine/queue.h"
#include "work/preset.h"
#include "work/style.h"

enum { PAYLOAD_MAX_BYTES = 256 * 1024 };

bool order_find_backend(const struct work_services *services, const struct order *order,
                        struct backend **out, struct err *e)
{
    *out = str_is_null(order->backend) ? backend_at(services->backends, 0)
                                       : backend_find(services->backends, order->backend);
    return *out != NULL ||
           err_set_field(e, ERR_INVALID, STR("backend"), "there is no backend '" STR_FMT "'",
                         STR_ARG(order->backend));
}

bool order_check(const struct work_services *services, const struct order *order,
                 struct backend **out, struct err *e)
{
    AUTO_ARENA a = { 0 };
    struct generate_request worded = order->request;
    struct gen_request request;
    struct backend *found;

    if (!order_find_backend(services, order, out, e))
        return false;
    found = *out;
    if (!style_check(services, found, worded.style, e))
        return false;
    preset_apply(services->presets, &a, &backend_provider(found)->can, &worded);
    request = generate_to_provider(&worded);
    request.reference_count = worded.references.count;
    return provider_check_request(backend_provider(found), &request, e);
}

bool order_check_room(struct db_tx *tx, const struct backend *backend, struct err *e)
{
    return queue_check_depth(tx, backend_name(backend), e);
}

static bool payload_of(struct arena *a, const struct backend *backend, const struct order *order,
                       struct str *out, struct err *e)
{
    struct generate_payload payload = {
        .backend = backend_name(backend),
        .key_folder = order->key_folder,
        .key_name = order->key_name,
        .request = order->request,
        .cloud_copy = order->cloud_copy,
    };
    struct json *door = arena_new(a, struct json);
    AUTO_BUF text = { 0 };
    struct json_writer w = { .out = &text };

    if (!str_is_null(order->door) && !json_parse(a, order->door, door, e))
        return false;
    if (!str_is_null(order->door))
        payload.door = door;
    if (str_is_null(payload.key_folder))
        payload.key_folder = arena_strf(a, "library/" STR_FMT, STR_ARG(order->user_id));
    buf_init(&text, PAYLOAD_MAX_BYTES);
    json_put_struct(&w, generate_payload_json, &payload);
    if (text.overflowed)
        return err_set_field(e, ERR_TOO_LARGE, STR("request"),
                             "the request is too large to be queued");
    *out = arena_str(a, buf_str(&text));
    return true;
}

struct gen_request order_worded(struct arena *a, const struct backend *backend,
                                const struct order *order)
{
    struct generate_request *worded = arena_new(a, struct generate_request);

    *worded = order->request;
    preset_apply(order->presets, a, backend_can(backend), worded);
    return generate_to_provider(worded);
}

bool order_submit(struct db_tx *tx, struct arena *a, const struct backend *backend,
                  const struct order *order, struct job *out, struct err *e)
{
    struct gen_request request = order_worded(a, backend, order);
    struct job_new job = {
        .user_id = order->user_id,
        .kind = str_from(order->kind != NULL ? order->kind : generate_kind.name),
        .lane = backend_name(backend),
        .group_id = order->group_id,
        .depends_on = order->depends_on,
        .band = order->band,
        .price = backend_reserve(backend, &request),
        .door = str_is_null(order->usage_door) ? STR("jobs") : order->usage_door,
    };

    return queue_take_room(tx, job.lane, job.user_id, e) &&
           payload_of(a, backend, order, &job.payload, e) && job_submit(tx, a, &job, out, e);
}
