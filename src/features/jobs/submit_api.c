/* The plain way to generate: a request and a backend become jobs. */
#include "api/api.h"
#include "base/random.h"
#include "features/jobs/jobs.h"
#include "work/order.h"

enum {
    COUNT_MAX = 16,
    SEED_MAX = 1 << 30,
};

static const char *const priority_names[] = { "high", "normal", "low", NULL };

struct job_submit {
    struct str backend;
    struct generate_request request;
    int64_t count;
    enum job_band priority;
};

static const struct field job_submit_json[] = {
    { FIELD(struct job_submit, backend), .max = 120, .help = "default: the first one configured" },
    { FIELD_OBJECT(struct job_submit, request, generate_request_json), .required = true },
    { FIELD(struct job_submit, count), .min = 1, .max = COUNT_MAX, .help = "pictures, default 1" },
    { FIELD_ENUM(struct job_submit, priority, priority_names),
      .help = "default normal; high is for admins" },
    { 0 },
};
static const struct job_submit job_submit_defaults = { .count = 1, .priority = JOB_NORMAL };
const struct shape job_submit_shape = { "JobSubmit", job_submit_json, sizeof(struct job_submit),
                                        &job_submit_defaults };

struct jobs_submitted {
    struct str_list job_ids;
    struct str group_id;
};

static const struct field jobs_submitted_json[] = {
    { FIELD(struct jobs_submitted, job_ids) },
    { FIELD(struct jobs_submitted, group_id), .help = "null for a single job" },
    { 0 },
};
const struct shape jobs_submitted_shape = { "JobsSubmitted", jobs_submitted_json,
                                            sizeof(struct jobs_submitted) };

/* Picture k of a batch has seed + k, so that each can be made again by itself. */
static bool submit_all(struct api_call *call, const struct backend *backend, struct order *order,
                       struct jobs_submitted *out, struct err *e)
{
    struct opt_i64 *seed = &order->request.seed;

    if (!seed->set)
        *seed = (struct opt_i64){ true, random_below(SEED_MAX) };
    for (size_t i = 0; i < out->job_ids.count; i++, seed->value++) {
        struct job queued;

        if (!order_submit(call->tx, call->arena, backend, order, &queued, e))
            return false;
        out->job_ids.items[i] = queued.id;
    }
    return true;
}

bool jobs_post(struct api_call *call, struct err *e)
{
    const struct job_submit *want = call->body;
    struct jobs_submitted *out = arena_new(call->arena, struct jobs_submitted);
    struct order order = { .user_id = call->who.user.id,
                           .backend = want->backend,
                           .request = want->request,
                           .band = want->priority };
    struct backend *backend;

    if (!order_check(api_options(call->api)->services, &order, &backend, e) ||
        !order_check_room(call->tx, backend, e))
        return false;
    if (want->priority == JOB_HIGH && call->who.user.role != USER_ADMIN)
        return err_set_field(e, ERR_FORBIDDEN, STR("priority"), "high priority is for admins");
    out->job_ids.count = (size_t)want->count;
    out->job_ids.items = arena_array(call->arena, struct str, out->job_ids.count);
    if (want->count > 1 && !job_group_create(call->tx, call->arena, call->who.user.id, STR("jobs"),
                                             want->count, &order.group_id, e))
        return false;
    out->group_id = order.group_id;
    call->answer = out;
    return submit_all(call, backend, &order, out, e);
}
