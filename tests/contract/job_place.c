/* A database with two users, and calls of the engine in transactions of their own. */
#include "job_place.h"

#include "base/clock.h"
#include "engine/user.h"

struct arena memory;
struct str ada, bob;

static bool add_user(struct db_tx *tx, void *arg, struct err *e)
{
    struct user user;
    struct step *s = arg;
    struct user_new want = { .name = s->text, .plan = s->user_id, .role = USER_MEMBER };

    if (!user_create(tx, &memory, &want, &user, e))
        return false;
    s->user_id = user.id;
    return true;
}

struct str add_user_of_plan(const char *name, const char *plan)
{
    struct step s = { .text = str_from(name), .user_id = str_from(plan) };

    step_ok(add_user, &s);
    return s.user_id;
}

int job_place_setup(void **state)
{
    place_setup(state);
    ada = add_user_of_plan("ada", NULL);
    bob = add_user_of_plan("bob", NULL);
    return 0;
}

int job_place_teardown(void **state)
{
    clock_set_virtual(-1);
    queue_set_rules(NULL);
    arena_deinit(&memory);
    return place_teardown(state);
}

void step_ok(db_tx_fn fn, struct step *s)
{
    struct err e = { 0 };

    CHECK_OK(db_write(place.db, fn, s, &e));
}

void step_fails(db_tx_fn fn, struct step *s, enum err_code code)
{
    struct err e = { 0 };

    CHECK_FAILS(db_write(place.db, fn, s, &e), code, NULL);
}

bool do_submit(struct db_tx *tx, void *arg, struct err *e)
{
    struct step *s = arg;

    return job_submit(tx, &memory, &s->want, &s->job, e);
}

struct job submit_new(struct job_new want)
{
    struct step s = { .want = want };
    struct err e = { 0 };

    if (str_is_null(s.want.kind))
        s.want.kind = STR("test");
    if (str_is_null(s.want.lane))
        s.want.lane = STR("lane");
    s.want.payload = STR("{}");
    CHECK_OK(db_write(place.db, do_submit, &s, &e));
    return s.job;
}

struct job submit(struct str user_id)
{
    return submit_new((struct job_new){ .user_id = user_id, .band = JOB_NORMAL });
}

bool do_claim(struct db_tx *tx, void *arg, struct err *e)
{
    struct step *s = arg;

    if (!lease_claim(tx, &memory, &s->claim, &s->got, e))
        return false;
    s->list = s->got.jobs;
    return true;
}

struct lease_got claim_as(struct lease_want want)
{
    struct step s = { .claim = want };

    if (str_is_null(s.claim.lane))
        s.claim.lane = STR("lane");
    if (str_is_null(s.claim.worker))
        s.claim.worker = STR("worker-1");
    step_ok(do_claim, &s);
    return s.got;
}

struct field_list claim_by(struct str worker, int64_t limit)
{
    return claim_as((struct lease_want){ .worker = worker, .limit = limit }).jobs;
}

struct job claim_one(void)
{
    struct field_list got = claim_by(STR("worker-1"), 1);

    CHECK_I64(got.count, 1);
    return *(struct job *)got.items;
}

bool do_load(struct db_tx *tx, void *arg, struct err *e)
{
    struct step *s = arg;

    return job_load(tx, &memory, s->user_id, s->job.id, &s->job, e);
}

struct job load(struct str id)
{
    struct step s = { .job.id = id };
    struct err e = { 0 };

    CHECK_OK(db_read(place.db, do_load, &s, &e));
    return s.job;
}

bool do_complete(struct db_tx *tx, void *arg, struct err *e)
{
    struct step *s = arg;

    return lease_complete(tx, &memory, &s->job, STR("{\"ok\":true}"), s->charge, e);
}

bool do_fail(struct db_tx *tx, void *arg, struct err *e)
{
    struct step *s = arg;

    return lease_fail(tx, &memory, &s->job, &s->why, e);
}

bool do_retry_later(struct db_tx *tx, void *arg, struct err *e)
{
    struct step *s = arg;

    return lease_retry_later(tx, &memory, &s->job, s->number, &s->why, e);
}

bool do_cancel(struct db_tx *tx, void *arg, struct err *e)
{
    struct step *s = arg;

    return job_cancel(tx, &memory, s->user_id, s->job.id, &s->job, &s->flag, e);
}

bool do_retry(struct db_tx *tx, void *arg, struct err *e)
{
    struct step *s = arg;

    return job_retry(tx, &memory, s->user_id, s->job.id, &s->job, e);
}

bool do_tick(struct db_tx *tx, void *arg, struct err *e)
{
    struct step *s = arg;

    return lease_tick(tx, &memory, &(struct lease_watch){ 0 }, &s->tick, e);
}

struct lease_tick tick(void)
{
    struct step s = { .number = 0 };
    struct err e = { 0 };

    CHECK_OK(db_write(place.db, do_tick, &s, &e));
    return s.tick;
}

bool do_renew(struct db_tx *tx, void *arg, struct err *e)
{
    struct step *s = arg;

    return lease_renew(tx, &memory, s->worker, &s->list, e);
}

bool do_pause(struct db_tx *tx, void *arg, struct err *e)
{
    struct step *s = arg;

    return lane_set_paused(tx, str_is_null(s->text) ? STR("lane") : s->text, s->flag, e);
}

bool do_release(struct db_tx *tx, void *arg, struct err *e)
{
    struct step *s = arg;

    return lease_release(tx, &memory, &s->job, e);
}

bool do_create_group(struct db_tx *tx, void *arg, struct err *e)
{
    struct group_step *g = arg;

    return job_group_create(tx, &memory, g->user_id, STR("test"), g->total, &g->id, e);
}

bool do_load_group(struct db_tx *tx, void *arg, struct err *e)
{
    struct group_step *g = arg;

    return job_group_load(tx, &memory, g->user_id, g->id, &g->group, e);
}

bool do_cancel_group(struct db_tx *tx, void *arg, struct err *e)
{
    struct group_step *g = arg;

    return job_group_cancel(tx, &memory, g->user_id, g->id, &g->group, e);
}

bool do_retry_group(struct db_tx *tx, void *arg, struct err *e)
{
    struct group_step *g = arg;

    return job_group_retry(tx, &memory, g->user_id, g->id, &g->group, e);
}
