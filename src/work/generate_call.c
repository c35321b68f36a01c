/* Asks a backend for pictures, so that whatever happens to this process nothing is bought twice. */
#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "work/generate_choose.h"
#include "work/generate_parts.h"

enum {
    MAX_IMAGES = 16,
    CANCEL_REMOTE_MS = 5000,
    REPEATED = 2, /* the attempt from which on a failure that may pass has not passed */
    SAVE_RETRY_MS = 50,
    SAVE_RETRY_MAX_MS = 5000
};

/* One call of a provider; what it is lent is its first member. */
struct call {
    struct gen_run run;
    struct generation *generation;
};

struct trail_save {
    struct work_run *run;
    struct str text;
};

static bool save_trail_tx(struct db_tx *tx, void *arg, struct err *e)
{
    struct trail_save *save = arg;

    if (FAULT(job_trail))
        return err_set(e, ERR_IO, "saving the remote id was made to fail");
    return lease_save_remote(tx, save->run->job, save->text, e);
}

/*
 * Durable before it returns. Nobody but us knows of a purchase before, so a database that has
 * trouble is asked again for as long as the run may last, or until the job is another worker's.
 */
static bool save_trail(struct call *call, struct err *e)
{
    struct generation *g = call->generation;
    struct trail_save save = { .run = g->run, .text = trail_encode(g->run->arena, &g->trail) };
    const struct gen_run patience = { .cancel = &g->run->cancel };
    int64_t wait_ms = SAVE_RETRY_MS;
    struct err over;

    while (!db_write(g->run->db, save_trail_tx, &save, e)) {
        if (!err_may_retry(e->code) || !run_wait(&patience, wait_ms, &over))
            return false;
        wait_ms = MIN(wait_ms * 2, (int64_t)SAVE_RETRY_MAX_MS);
    }
    g->run->job->remote = save.text;
    return true;
}

/* Empty text: what was there has ended without a picture. */
static bool save_remote(void *ctx, struct str text, struct err *e)
{
    struct call *call = ctx;
    struct generate_trail *trail = &call->generation->trail;

    trail->sent = false;
    trail->remote = (struct str){ 0 };
    if (text.len > 0)
        trail->remote = arena_str(call->generation->run->arena, text);
    return save_trail(call, e);
}

static bool is_free(const struct generation *g)
{
    return backend_provider(g->backend)->can.price.kind == PRICE_FREE;
}

/* What costs nothing may be sent as often as it takes. */
static bool mark_sent(void *ctx, bool sent, struct err *e)
{
    struct call *call = ctx;
    struct generation *g = call->generation;

    if (is_free(g) || g->trail.sent == sent)
        return true;
    g->trail.sent = sent;
    if (save_trail(call, e))
        return true;
    g->trail.sent = false; /* not sent, or provably not bought */
    return false;
}

static void tell_progress(void *ctx, double fraction, struct str note)
{
    struct call *call = ctx;

    generate_tell_progress(call->generation, fraction, note);
}

static void tell_preview(void *ctx, struct str bytes)
{
    struct call *call = ctx;

    generate_tell_preview(call->generation, bytes);
}

/* Nobody wants it any more: what the upstream still works on is stopped there too; best effort. */
static void cancel_remote(struct generation *g)
{
    struct provider *p = backend_provider(g->backend);
    struct gen_cancel never;
    struct gen_run run = { .cancel = &never, .deadline_ms = clock_steady_ms() + CANCEL_REMOTE_MS };
    struct err e = { 0 };

    if (str_is_null(g->trail.remote) || p->ops->cancel_remote == NULL)
        return;
    gen_cancel_init(&never);
    if (!p->ops->cancel_remote(p, g->trail.remote, &run, &e))
        log_warn("the backend did not take a cancel", LOG_S("job", g->run->job->id), LOG_E(&e));
    gen_cancel_deinit(&never);
}

static struct gen_run run_of(struct generation *g)
{
    const struct backend_limits *limits = backend_limits(g->backend);

    return (struct gen_run){
        .cancel = &g->run->cancel,
        .deadline_ms = clock_steady_ms() + limits->timeout_ms,
        .saved_remote = g->trail.remote,
        .max_image_bytes = limits->max_image_bytes,
        .max_images = MAX_IMAGES,
        .save_remote = save_remote,
        .mark_sent = mark_sent,
        .progress = tell_progress,
        .preview = tell_preview,
    };
}

static bool enter_and_generate(struct call *call, struct err *e)
{
    struct generation *g = call->generation;
    struct breaker_pass pass;
    int64_t began;
    bool ok;

    if (!backend_enter(g->backend, &pass, e))
        return false;
    began = clock_steady_ms();
    ok = provider_generate(backend_provider(g->backend), &g->request, &call->run, g->run->arena,
                           &g->result, e);
    g->asked_ms = clock_steady_ms() - began;
    backend_leave(g->backend, pass, ok ? NULL : e);
    return ok;
}

/* In this backend's words; the references stay what they are. */
static void word_request(struct generation *g)
{
    const struct gen_request whole = g->request;

    g->sent = g->payload.request;
    g->preset = preset_apply(g->services->presets, g->run->arena,
                             &backend_provider(g->backend)->can, &g->sent);
    g->request = generate_to_provider(&g->sent);
    g->request.references = whole.references;
    g->request.reference_count = whole.reference_count;
}

static bool ask(struct generation *g, struct backend *backend, struct err *e)
{
    struct call call = { .generation = g };

    g->backend = backend;
    word_request(g);
    call.run = run_of(g);
    call.run.ctx = &call;
    g->trail.backend = backend_name(backend);
    if (run_check(&call.run, e) && enter_and_generate(&call, e))
        return true;
    if (e->code == ERR_CANCELLED && atomic_load(&g->run->unwanted))
        cancel_remote(g);
    if (e->code == ERR_OUTCOME_UNKNOWN && is_free(g))
        e->code = ERR_UPSTREAM;
    return false;
}

/* What was bought there is asked for there, and nowhere else. */
static bool ask_again(struct generation *g, struct err *e)
{
    struct backend *backend = backend_find(g->services->backends, g->trail.backend);

    if (g->trail.sent && str_is_null(g->trail.remote))
        return err_set(e, ERR_OUTCOME_UNKNOWN, "the server ended before the answer came");
    if (backend == NULL)
        return err_set(e, ERR_OUTCOME_UNKNOWN, "there is no backend '" STR_FMT "' any more",
                       STR_ARG(g->trail.backend));
    /* Under an id of our own it may have to be sent again. */
    if (backend_provider(backend)->can.remote == REMOTE_OWN && !generate_load_references(g, e))
        return false;
    if (ask(g, backend, e))
        return true;
    g->run->lane_rests = e->code == ERR_BUSY && str_eq(g->trail.backend, g->run->job->lane);
    return false;
}

/*
 * Never while something may have been bought. What this backend will not do another one may; what
 * it cannot do for now is left to it once, in case that passes.
 */
static bool may_go_elsewhere(const struct generation *g, const struct err *why)
{
    if (trail_is_open(&g->trail))
        return false;
    switch (why->code) {
    case ERR_UPSTREAM:
    case ERR_UNAVAILABLE:
    case ERR_RATE_LIMITED:
    case ERR_TIMEOUT:
        return g->run->job->attempt >= REPEATED;
    default:
        return gen_failure_of(why->code) == GEN_ELSEWHERE;
    }
}

static bool ask_in_turn(struct generation *g, struct choices *choices, struct err *e)
{
    struct err why = { 0 };
    struct backend *next;

    for (;;) {
        if (!choices_next(choices, &next, e)) {
            g->run->lane_rests = e->code == ERR_BUSY;
            return false;
        }
        if (ask(g, next, &why))
            return true;
        if (!may_go_elsewhere(g, &why)) {
            g->run->lane_rests = why.code == ERR_BUSY;
            *e = why;
            return false;
        }
        choices_drop(choices, next, &why);
    }
}

bool generate_call(struct generation *g, struct err *e)
{
    struct backend *wanted = backend_find(g->services->backends, g->payload.backend);
    struct choices choices;
    struct err why = { 0 };

    g->request = generate_to_provider(&g->payload.request);
    if (trail_is_open(&g->trail)) {
        if (ask_again(g, &why))
            return true;
        if (!may_go_elsewhere(g, &why)) {
            *e = why;
            return false;
        }
    }
    if (wanted == NULL)
        return err_set(e, ERR_INVALID, "there is no backend '" STR_FMT "' any more",
                       STR_ARG(g->payload.backend));
    if (!generate_load_references(g, e) ||
        !choices_make(g->services->backends, wanted, &g->request, &choices, e))
        return false;
    if (g->backend != NULL) /* it has just said that nothing will come of what it had */
        choices_drop(&choices, g->backend, &why);
    return ask_in_turn(g, &choices, e);
}
