/* Groups, dependants, cancels and retries on both databases, also when two want the same at once.
 */
#include "job_place.h"

#include "base/clock.h"
#include "db/db_ops.h"
#include "engine/event.h"

enum { NOW = 1000000000, CHAIN = 3000 };

static struct job_group call(db_tx_fn fn, struct str id)
{
    struct group_step g = { .user_id = ada, .id = id };
    struct err e = { 0 };

    CHECK_OK(db_write(place.db, fn, &g, &e));
    return g.group;
}

static void call_fails(db_tx_fn fn, struct group_step *g, enum err_code code)
{
    struct err e = { 0 };

    CHECK_FAILS(db_write(place.db, fn, g, &e), code, NULL);
}

static struct job_group load_group(struct str id)
{
    return call(do_load_group, id);
}

static struct str create_group(int64_t total)
{
    struct group_step g = { .user_id = ada, .total = total };
    struct err e = { 0 };

    CHECK_OK(db_write(place.db, do_create_group, &g, &e));
    return g.id;
}

static struct job submit_to(struct str group_id, struct str depends_on)
{
    return submit_new((struct job_new){
        .user_id = ada, .band = JOB_NORMAL, .group_id = group_id, .depends_on = depends_on });
}

static const struct str nothing;

static void check_counts(struct job_group g, int64_t open, int64_t completed, int64_t failed,
                         int64_t cancelled)
{
    CHECK_I64(g.open, open);
    CHECK_I64(g.completed, completed);
    CHECK_I64(g.failed, failed);
    CHECK_I64(g.cancelled, cancelled);
    CHECK((g.settled_at != 0) == (open == 0));
}

static void fail_job(struct job job)
{
    struct step s = { .job = job };

    err_set(&s.why, ERR_INVALID, "no such model");
    step_ok(do_fail, &s);
}

static void cancel(struct str id)
{
    step_ok(do_cancel, &(struct step){ .user_id = ada, .job.id = id });
}

static void a_group_counts_its_jobs_and_settles_with_the_last(void **state)
{
    struct str group = create_group(3);
    struct job job[3];

    UNUSED(state);
    for (int i = 0; i < 3; i++)
        job[i] = submit_to(group, nothing);
    check_counts(load_group(group), 3, 0, 0, 0);
    step_ok(do_complete, &(struct step){ .job = claim_one() });
    fail_job(claim_one());
    check_counts(load_group(group), 1, 1, 1, 0);
    cancel(job[2].id);
    check_counts(load_group(group), 0, 1, 1, 1);
    CHECK_I64(load_group(group).total, 3);
}

static void a_group_is_cancelled_as_a_whole(void **state)
{
    struct str group = create_group(4);
    struct job job[4], running;
    struct step renewed = { .worker = STR("worker-1") };

    UNUSED(state);
    for (int i = 0; i < 3; i++)
        job[i] = submit_to(group, nothing);
    job[3] = submit_to(group, job[2].id); /* waits for another one of the group */
    running = claim_one();
    check_counts(call(do_cancel_group, group), 1, 0, 0, 3);
    CHECK_I64(load(job[3].id).state, JOB_CANCELLED);
    CHECK_I64(load(running.id).state, JOB_RUNNING);
    step_ok(do_renew, &renewed);
    CHECK_I64(((struct job *)renewed.list.items)->cancel_requested, 1);

    check_counts(call(do_cancel_group, group), 1, 0, 0, 3); /* once more: nothing else happens */
    step_ok(do_complete, &(struct step){ .job = running });
    check_counts(call(do_cancel_group, group), 0, 1, 0, 3);
}

static bool do_read_events(struct db_tx *tx, void *arg, struct err *e)
{
    struct step *s = arg;

    return event_read(tx, &memory, event_user_channel(&memory, ada), 0, 1000, &s->list, e);
}

static int count_events(const char *status)
{
    struct step s = { .number = 0 };
    struct str wanted = arena_strf(&memory, "\"status\":\"%s\"", status);
    struct err e = { 0 };
    int count = 0;

    CHECK_OK(db_read(place.db, do_read_events, &s, &e));
    for (size_t i = 0; i < s.list.count; i++) {
        struct str body = ((const struct event *)s.list.items)[i].body;

        count += str_find(body, wanted) < body.len;
    }
    return count;
}

static void each_job_of_a_cancelled_group_is_told_once(void **state)
{
    struct str group = create_group(3);
    struct job first = submit_to(group, nothing);

    UNUSED(state);
    submit_to(group, first.id);
    submit_to(group, first.id);
    call(do_cancel_group, group);
    CHECK_I64(count_events("cancelled"), 3);
}

static void what_did_not_complete_is_tried_again_as_a_group(void **state)
{
    struct str group = create_group(3);
    struct job first = submit_to(group, nothing), second, third;

    UNUSED(state);
    second = submit_to(group, nothing);
    third = submit_to(group, second.id);
    step_ok(do_complete, &(struct step){ .job = claim_one() });
    fail_job(claim_one());
    check_counts(load_group(group), 0, 1, 1, 1);

    check_counts(call(do_retry_group, group), 2, 1, 0, 0);
    CHECK_I64(load(first.id).state, JOB_COMPLETED);
    CHECK_STR(claim_one().id, second.id);
    CHECK_I64(claim_by(STR("worker-1"), 10).count, 0); /* the third waits for it again */
    step_ok(do_complete, &(struct step){ .job = load(second.id) });
    CHECK_STR(claim_one().id, third.id);
    step_ok(do_complete, &(struct step){ .job = load(third.id) });
    check_counts(load_group(group), 0, 3, 0, 0);
    call_fails(do_retry_group, &(struct group_step){ .user_id = ada, .id = group }, ERR_CONFLICT);
}

static void one_job_of_a_group_is_tried_again_by_itself(void **state)
{
    struct str group = create_group(2);
    struct job first = submit_to(group, nothing);

    UNUSED(state);
    submit_to(group, nothing);
    fail_job(claim_one());
    step_ok(do_complete, &(struct step){ .job = claim_one() });
    check_counts(load_group(group), 0, 1, 1, 0);
    step_ok(do_retry, &(struct step){ .user_id = ada, .job.id = first.id });
    check_counts(load_group(group), 1, 1, 0, 0);
    step_ok(do_complete, &(struct step){ .job = claim_one() });
    check_counts(load_group(group), 0, 2, 0, 0);
}

static void another_users_group_is_not_found(void **state)
{
    struct group_step g = { .user_id = bob, .id = create_group(1) };
    struct job job = submit_to(g.id, nothing);

    UNUSED(state);
    call_fails(do_load_group, &g, ERR_NOT_FOUND);
    call_fails(do_cancel_group, &g, ERR_NOT_FOUND);
    call_fails(do_retry_group, &g, ERR_NOT_FOUND);
    CHECK_I64(load(job.id).state, JOB_QUEUED);
}

static void a_cancel_ends_what_waits_in_other_groups_too(void **state)
{
    struct str one = create_group(1), other = create_group(2);
    struct job first = submit_to(one, nothing), second;

    UNUSED(state);
    second = submit_to(other, first.id);
    submit_to(other, second.id);
    cancel(first.id);
    check_counts(load_group(one), 0, 0, 0, 1);
    check_counts(load_group(other), 0, 0, 0, 2);
    CHECK_STR(load(second.id).error, STR("the job that this one waited for did not complete"));
}

static void a_chain_of_any_length_ends_with_its_first_job(void **state)
{
    struct job first = submit(ada), last = first;

    UNUSED(state);
    for (int i = 1; i < CHAIN; i++)
        last = submit_to(nothing, last.id);
    cancel(first.id);
    CHECK_I64(load(last.id).state, JOB_CANCELLED);
}

static void what_waited_in_vain_is_tried_again_after_what_it_waits_for(void **state)
{
    struct job first = submit(ada), second = submit_to(nothing, first.id);
    struct step s = { .user_id = ada, .job.id = second.id };
    struct err e = { 0 };

    UNUSED(state);
    fail_job(claim_one());
    CHECK_FAILS(db_write(place.db, do_retry, &s, &e), ERR_CONFLICT,
                "the job to wait for did not complete");
    step_ok(do_retry, &(struct step){ .user_id = ada, .job.id = first.id });
    step_ok(do_retry, &s);
    CHECK_STR(claim_one().id, first.id);
    CHECK_I64(claim_by(STR("worker-1"), 10).count, 0);
    step_ok(do_complete, &(struct step){ .job = load(first.id) });
    CHECK_STR(claim_one().id, second.id);
}

static void a_retried_job_begins_anew(void **state)
{
    struct job job = submit(ada), again;
    struct step s = { .user_id = ada, .job.id = job.id };

    UNUSED(state);
    fail_job(claim_one());
    step_ok(do_retry, &s);
    again = load(job.id);
    CHECK_I64(again.state, JOB_QUEUED);
    CHECK_I64(again.attempt, 0);
    CHECK_I64(again.started_at, 0);
    CHECK_I64(again.finished_at, 0);
    CHECK(str_is_null(again.error) && str_is_null(again.remote));
    step_fails(do_retry, &s, ERR_CONFLICT);
}

static void a_retry_needs_room_like_a_submission(void **state)
{
    struct queue_rules rules = queue_defaults;
    struct job job = submit(ada);

    UNUSED(state);
    fail_job(claim_one());
    submit(bob);
    rules.depth = 1;
    queue_set_rules(&rules);
    step_fails(do_retry, &(struct step){ .user_id = ada, .job.id = job.id }, ERR_BUSY);
}

static void a_job_whose_group_is_gone_is_gone_with_it(void **state)
{
    struct job job = submit_to(create_group(1), nothing);
    struct step s = { .user_id = ada, .job.id = job.id };

    UNUSED(state);
    fail_job(claim_one());
    place_run("DELETE FROM job_group");
    step_fails(do_retry, &s, ERR_NOT_FOUND);
    step_fails(do_cancel, &s, ERR_NOT_FOUND);
}

static void what_was_cancelled_with_a_dead_worker_is_not_run_again(void **state)
{
    struct str group = create_group(1);
    struct job job = submit_to(group, nothing);

    UNUSED(state);
    clock_set_virtual(NOW);
    claim_one();
    cancel(job.id);
    clock_set_virtual(NOW + 60 * 1000);
    CHECK_I64(tick().rescued, 0);
    CHECK_I64(load(job.id).state, JOB_CANCELLED);
    check_counts(load_group(group), 0, 0, 0, 1);
    CHECK_I64(count_events("cancelled"), 1);
}

/* A transaction that stands still in the middle until another one waits for it. */
static const char wait_for_others[] =
    "DO $wait$ BEGIN FOR i IN 1..500 LOOP "
    "EXIT WHEN EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted); "
    "PERFORM pg_sleep(0.01); END LOOP; END $wait$";

struct other {
    pthread_t thread;
    struct lock lock;
    bool inside; /* of its transaction */
    struct step step;
};

static bool retry_later_slowly(struct db_tx *tx, void *arg, struct err *e)
{
    struct other *o = arg;

    err_set(&o->step.why, ERR_UPSTREAM, "try again");
    if (!do_retry_later(tx, &o->step, e))
        return false;
    lock_take(&o->lock);
    o->inside = true;
    lock_broadcast(&o->lock);
    lock_give(&o->lock);
    return place_dialect == DB_SQLITE || tx->db->ops->run_text(tx, wait_for_others, e);
}

static void *run_other(void *arg)
{
    struct other *o = arg;
    struct err e = { 0 };

    CHECK_OK(db_write(place.db, retry_later_slowly, o, &e));
    return NULL;
}

static void a_cancel_reaches_a_job_that_is_just_going_back_to_the_queue(void **state)
{
    struct other other = { .inside = false };
    struct job job = submit(ada);

    UNUSED(state);
    other.step.job = claim_one();
    other.step.number = clock_now_ms() + 60 * 1000;
    lock_init(&other.lock);
    thread_start(&other.thread, "other", run_other, &other);
    lock_take(&other.lock);
    while (!other.inside)
        lock_wait(&other.lock);
    lock_give(&other.lock);
    cancel(job.id);
    thread_join(other.thread);
    lock_deinit(&other.lock);
    CHECK_I64(load(job.id).state, JOB_CANCELLED);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        PLACED(a_group_counts_its_jobs_and_settles_with_the_last),
        PLACED(a_group_is_cancelled_as_a_whole),
        PLACED(each_job_of_a_cancelled_group_is_told_once),
        PLACED(what_did_not_complete_is_tried_again_as_a_group),
        PLACED(one_job_of_a_group_is_tried_again_by_itself),
        PLACED(another_users_group_is_not_found),
        PLACED(a_cancel_ends_what_waits_in_other_groups_too),
        PLACED(a_chain_of_any_length_ends_with_its_first_job),
        PLACED(what_waited_in_vain_is_tried_again_after_what_it_waits_for),
        PLACED(a_retried_job_begins_anew),
        PLACED(a_retry_needs_room_like_a_submission),
        PLACED(a_job_whose_group_is_gone_is_gone_with_it),
        PLACED(what_was_cancelled_with_a_dead_worker_is_not_run_again),
        PLACED(a_cancel_reaches_a_job_that_is_just_going_back_to_the_queue),
    };

    return place_main(argc, argv, tests, COUNT(tests));
}
