/* Whose body is taken: who sends one is known before a byte of it is kept. */
#include "api/internal.h"
#include "base/log.h"

enum { STRANGERS_BODY_BYTES = 64 * 1024 };

static bool meet(struct db_tx *tx, void *arg, struct err *e)
{
    struct api_request *r = arg;
    bool ok;

    r->call.tx = tx;
    ok = auth_meet(r, e);
    r->call.tx = NULL;
    return ok;
}

static void met(struct db_task *task)
{
    struct api_request *r = CONTAINER_OF(task, struct api_request, task);
    struct server *server = r->call.api->server;
    struct http_exchange *x = r->call.exchange;

    if (task->ok) {
        server_take_body(server, x);
        return;
    }
    log_set_request(r->id);
    dispatch_fail_head(r, &task->err);
    log_set_request(STR(""));
    server_answer(server, x);
}

/* The request's own transaction asks once more: this is for room alone, so memory may answer. */
static void admit_caller(struct api_request *r, struct http_body_policy *policy)
{
    struct db *db = r->call.api->options.db;
    struct err e = { 0 };
    bool ok;

    if (auth_is_known(r))
        return;
    if (db_read_is_quick(db)) {
        ok = db_read(db, meet, r, &e);
    } else {
        policy->wait = true;
        r->task = (struct db_task){ .is_read = true, .fn = meet, .done = met, .arg = r };
        ok = db_submit(db, &r->task, &e);
    }
    if (ok)
        return;
    policy->wait = false;
    dispatch_fail_head(r, &e);
}

void admit_body(struct api_request *r, struct http_body_policy *policy)
{
    const struct route *route = r->call.route;
    const struct http_request *request = &r->call.exchange->request;

    if (!request->has_body)
        return;
    policy->is_strangers = route->who == WHO_ANYONE || !auth_has_credentials(request);
    if (policy->is_strangers)
        policy->max_bytes = MIN(policy->max_bytes, (int64_t)STRANGERS_BODY_BYTES);
    else
        admit_caller(r, policy);
}
