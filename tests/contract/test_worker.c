/* The worker on both databases: it runs what is queued, wakes without polling, cancels, retries,
 * gives back. */
#include "db_place.h"

#include <limits.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/thread.h"
#include "engine/lease.h"
#include "engine/queue.h"
#include "engine/user.h"
#include "work/worker.h"

static struct arena memory;
static struct str ada;
static struct lock changed = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER };
static int runs, effects, failures;
static struct err last_failure;

static void count(int *counter)
{
    LOCKED(&changed);

    (*counter)++;
    lock_broadcast(&changed);
}

static void wait_for(const int *counter, int want)
{
    int64_t until = clock_steady_ms() + 10000;
    LOCKED(&changed);

    while (*counter < want) {
        if (clock_steady_ms() > until)
            fail_msg("waited for %d, got %d", want, *counter);
        lock_wait_ms(&changed, 100);
    }
}

static bool run_quick(struct work_run *run, struct err *e)
{
    UNUSED(e);
    run->result = STR("{\"done\":true}");
    count(&runs);
    return true;
}

static bool run_until_cancelled(struct work_run *run, struct err *e)
{
    count(&runs);
    while (!atomic_load(&run->cancel.set)) {
        LOCKED(&run->cancel.lock);
        if (!atomic_load(&run->cancel.set))
            lock_wait_ms(&run->cancel.lock, 10000);
    }
    return err_set(e, ERR_CANCELLED, "cancelled");
}

/* Notices the cancel, but says that something else went wrong. */
static bool run_fickle(struct work_run *run, struct err *e)
{
    return run_until_cancelled(run, e) || err_set(e, ERR_UPSTREAM, "the connection was lost");
}

static bool deaf_may_end;

/* Does not notice it at all. */
static bool run_deaf(struct work_run *run, struct err *e)
{
    UNUSED(run);
    UNUSED(e);
    count(&runs);
    LOCKED(&changed);
    while (!deaf_may_end)
        lock_wait(&changed);
    return true;
}

static bool run_flaky(struct work_run *run, struct err *e)
{
    count(&runs);
    if (run->job->attempt < 3) {
        err_set(e, ERR_UPSTREAM, "try again");
        e->retry_after_ms = 1;
        return false;
    }
    return true;
}

static bool run_refused(struct work_run *run, struct err *e)
{
    UNUSED(run);
    count(&runs);
    return err_set(e, ERR_INVALID, "that will never work");
}

static bool note_success(struct db_tx *tx, struct work_run *run, struct err *e)
{
    UNUSED(tx);
    UNUSED(run);
    UNUSED(e);
    count(&effects);
    return true;
}

static bool note_failure(struct db_tx *tx, struct work_run *run, const struct err *why,
                         struct err *e)
{
    UNUSED(tx);
    UNUSED(run);
    UNUSED(e);
    last_failure = *why;
    count(&failures);
    return true;
}

static bool refuse_failure(struct db_tx *tx, struct work_run *run, const struct err *why,
                           struct err *e)
{
    UNUSED(tx);
    UNUSED(run);
    UNUSED(why);
    count(&failures);
    return err_set(e, ERR_INVALID, "not even that");
}

static const struct job_kind quick = { "quick", run_quick, note_success, note_failure };
static const struct job_kind block = { "block", run_until_cancelled, note_success, note_failure };
static const struct job_kind flaky = { "flaky", run_flaky, note_success, note_failure };
static const struct job_kind refused = { "refused", run_refused, note_success, note_failure };
static const struct job_kind stubborn = { "stubborn", run_refused, note_success, refuse_failure };
static const struct job_kind fickle = { "fickle", run_fickle, note_success, note_failure };
static const struct job_kind deaf = { "deaf", run_deaf, note_success, note_failure };
static const struct job_kind *const kinds[] = { &quick,    &block,  &flaky, &refused,
                                                &stubborn, &fickle, &deaf,  NULL };

static bool add_user(struct db_tx *tx, void *arg, struct err *e)
{
    struct user_new want = { .name = STR("ada"), .role = USER_MEMBER };
    struct user user;

    UNUSED(arg);
    if (!user_create(tx, &memory, &want, &user, e))
        return false;
    ada = user.id;
    return true;
}

static struct worker *worker;

static void start_worker(void)
{
    static const struct worker_lane lanes[] = { { { "lane", 4 }, 4 } };
    struct worker_options options = {
        .db = place.db, .kinds = kinds, .lanes = lanes, .lane_count = 1
    };
    struct err e = { 0 };

    CHECK_OK(worker_start(&options, &worker, &e));
}

static int setup(void **state)
{
    struct err e = { 0 };

    place_setup(state);
    runs = effects = failures = 0;
    deaf_may_end = false;
    CHECK_OK(db_write(place.db, add_user, NULL, &e));
    start_worker();
    return 0;
}

static int teardown(void **state)
{
    int failed;

    if (worker != NULL)
        worker_stop(worker, 0);
    failed = place_teardown(state);
    worker_destroy(worker);
    worker = NULL;
    queue_set_rules(NULL);
    arena_deinit(&memory);
    return failed;
}

/* It has stopped: the teardown must not stop it again. */
static void forget_worker(void)
{
    struct worker *stopped = worker;

    worker = NULL;
    db_close(place.db);
    worker_destroy(stopped);
    place.db = place_open(0);
}

struct request {
    const char *kind, *lane; /* NULL: "lane" */
    struct job job;
    bool running;
    struct arena *arena; /* of its thread; NULL: the test's */
};

static bool do_submit(struct db_tx *tx, void *arg, struct err *e)
{
    struct request *r = arg;
    struct job_new want = { .user_id = ada,
                            .kind = str_from(r->kind),
                            .lane = str_from(r->lane != NULL ? r->lane : "lane"),
                            .band = JOB_NORMAL,
                            .payload = STR("{}") };

    return job_submit(tx, r->arena != NULL ? r->arena : &memory, &want, &r->job, e);
}

static struct job submit(const char *kind)
{
    struct request r = { .kind = kind };
    struct err e = { 0 };

    CHECK_OK(db_write(place.db, do_submit, &r, &e));
    return r.job;
}

static bool do_load(struct db_tx *tx, void *arg, struct err *e)
{
    struct request *r = arg;

    return job_load(tx, &memory, ada, r->job.id, &r->job, e);
}

static bool do_cancel(struct db_tx *tx, void *arg, struct err *e)
{
    struct request *r = arg;

    return job_cancel(tx, &memory, ada, r->job.id, &r->job, &r->running, e);
}

/* The state after the settling transaction, which is a little behind the kind's own step. */
static struct job wait_for_state(struct job job, enum job_state state)
{
    int64_t until = clock_steady_ms() + 10000;
    struct request r = { .job = job };
    struct err e = { 0 };

    do {
        CHECK_OK(db_read(place.db, do_load, &r, &e));
    } while (r.job.state != state && clock_steady_ms() < until);
    CHECK_TEXT(job_state_names[r.job.state], job_state_names[state]);
    return r.job;
}

static void what_is_queued_runs_once(void **state)
{
    struct job jobs[50];

    UNUSED(state);
    for (size_t i = 0; i < COUNT(jobs); i++)
        jobs[i] = submit("quick");
    wait_for(&effects, COUNT(jobs));
    for (size_t i = 0; i < COUNT(jobs); i++)
        CHECK_STR(wait_for_state(jobs[i], JOB_COMPLETED).result, STR("{\"done\":true}"));
    CHECK_I64(runs, COUNT(jobs));
}

static int told, pauses;

/* The events of one commit are heard once. */
static void count_events(void *ctx, struct str topic)
{
    UNUSED(ctx);
    if (str_starts(topic, STR("event:")))
        count(&told);
    if (str_eq(topic, STR("pause")))
        count(&pauses);
}

static bool say_pause(struct db_tx *tx, void *arg, struct err *e)
{
    UNUSED(arg);
    return db_signal(tx, STR("pause"), e);
}

/* Of a job that is claimed by itself three commits tell: submitted, claimed, settled. */
static void a_free_slot_takes_a_job_in_the_commit_that_brings_it(void **state)
{
    struct err e = { 0 };
    int least = INT_MAX;

    UNUSED(state);
    CHECK_OK(db_listen(place.db, count_events, NULL, &e));
    for (int i = 1; i <= 50 && least > 2; i++) {
        struct job job;

        told = 0;
        job = submit("quick");
        wait_for_state(job, JOB_COMPLETED);
        CHECK_OK(db_write(place.db, say_pause, NULL, &e)); /* commits are heard in order */
        wait_for(&pauses, i);
        least = MIN(least, told);
    }
    CHECK_I64(least, 2);
}

static void a_claim_that_cannot_ride_is_made_by_itself(void **state)
{
    struct job job;

    UNUSED(state);
    wait_for_state(submit("quick"), JOB_COMPLETED);
    fault_set("job_claim:1:fail");
    job = submit("quick");
    wait_for_state(job, JOB_COMPLETED);
    fault_set(NULL);
    CHECK_I64(runs, 2);
}

enum { FLOOD_THREADS = 3, FLOOD_MS = 3000, SHORT_LEASE_MS = 600 };

static int64_t flood_ends_at;

static void *flood(void *arg)
{
    AUTO_ARENA own = { 0 };
    struct err e = { 0 };

    UNUSED(arg);
    while (clock_steady_ms() < flood_ends_at) {
        struct request r = { .kind = "quick", .arena = &own };

        CHECK_OK(db_write(place.db, do_submit, &r, &e));
    }
    return NULL;
}

/* As another process does: it takes what is not renewed in time. */
static bool take_what_is_late(struct db_tx *tx, void *arg, struct err *e)
{
    AUTO_ARENA a = { 0 };
    struct lease_tick t = { 0 };

    UNUSED(arg);
    return lease_tick(tx, &a, &(struct lease_watch){ 0 }, &t, e);
}

static void restart_with_leases_of(int64_t ms)
{
    static struct queue_rules rules;

    CHECK(worker_stop(worker, 0));
    forget_worker();
    rules = queue_defaults;
    rules.lease_ms = ms;
    queue_set_rules(&rules);
    start_worker();
}

static void leases_are_renewed_in_time_however_many_jobs_come(void **state)
{
    pthread_t threads[FLOOD_THREADS];
    struct err e = { 0 };
    struct job job;

    UNUSED(state);
    restart_with_leases_of(SHORT_LEASE_MS);
    job = submit("block");
    wait_for(&runs, 1);
    flood_ends_at = clock_steady_ms() + FLOOD_MS;
    for (int i = 0; i < FLOOD_THREADS; i++)
        thread_start(&threads[i], "flood", flood, NULL);
    while (clock_steady_ms() < flood_ends_at)
        CHECK_OK(db_write(place.db, take_what_is_late, NULL, &e));
    for (int i = 0; i < FLOOD_THREADS; i++)
        thread_join(threads[i]);
    CHECK_I64(wait_for_state(job, JOB_RUNNING).attempt, 1);
}

static bool say_tick(struct db_tx *tx, void *arg, struct err *e)
{
    UNUSED(arg);
    return db_signal(tx, STR("tick"), e);
}

/* The worker is made to look, over and over. */
static void tick_for(int64_t ms)
{
    int64_t until = clock_steady_ms() + ms;
    struct err e = { 0 };

    while (clock_steady_ms() < until)
        CHECK_OK(db_write(place.db, say_tick, NULL, &e));
}

static void tick_until_passed(enum fault_point point, int64_t passes)
{
    int64_t until = clock_steady_ms() + 10000;
    struct err e = { 0 };

    while (fault_passes(point) < passes && clock_steady_ms() < until)
        CHECK_OK(db_write(place.db, say_tick, NULL, &e));
    CHECK(fault_passes(point) >= passes);
}

/* A full disk, for longer than a lease: what was paid for is not begun again. */
static void a_worker_that_could_not_renew_keeps_what_it_runs(void **state)
{
    struct job job;

    UNUSED(state);
    restart_with_leases_of(SHORT_LEASE_MS);
    job = submit("block");
    wait_for(&runs, 1);
    fault_set("job_renew:1:from");
    tick_for(2 * SHORT_LEASE_MS);
    fault_set(NULL);
    tick_until_passed(FAULT_job_renew, 3);
    CHECK_I64(wait_for_state(job, JOB_RUNNING).attempt, 1);
    CHECK_I64(runs, 1);
}

static bool claim_elsewhere(struct db_tx *tx, void *arg, struct err *e)
{
    struct lease_want want = { .lane = STR("elsewhere"), .worker = STR("other"), .limit = 1 };
    struct lease_got got;

    UNUSED(arg);
    if (!lease_claim(tx, &memory, &want, &got, e))
        return false;
    CHECK_I64(got.jobs.count, 1);
    return true;
}

static bool renew_elsewhere(struct db_tx *tx, void *arg, struct err *e)
{
    return lease_renew(tx, &memory, STR("other"), arg, e);
}

/* A database that was away for all of them. */
static void others_get_the_time_to_renew_after_trouble(void **state)
{
    enum { LEASE_MS = 2000 };
    struct request r = { .kind = "quick", .lane = "elsewhere" };
    struct field_list renewed;
    struct err e = { 0 };

    UNUSED(state);
    restart_with_leases_of(LEASE_MS);
    CHECK_OK(db_write(place.db, do_submit, &r, &e));
    CHECK_OK(db_write(place.db, claim_elsewhere, NULL, &e));
    fault_set("job_tick:1:from");
    tick_for(LEASE_MS + LEASE_MS / 10);
    fault_set(NULL);
    tick_until_passed(FAULT_job_tick, 2);
    CHECK_OK(db_write(place.db, renew_elsewhere, &renewed, &e));
    CHECK_I64(renewed.count, 1);
    wait_for_state(r.job, JOB_QUEUED); /* now it is not renewed any more */
}

static void a_refusal_is_final(void **state)
{
    struct job job = submit("refused"), done;

    UNUSED(state);
    wait_for(&failures, 1);
    done = wait_for_state(job, JOB_FAILED);
    CHECK_STR(done.error, STR("that will never work"));
    CHECK_I64(done.attempt, 1);
    CHECK_I64(runs, 1);
}

static void a_kind_that_refuses_the_failure_itself_cannot_hold_the_job(void **state)
{
    struct job job = submit("stubborn");

    UNUSED(state);
    CHECK_STR(wait_for_state(job, JOB_FAILED).error, STR("that will never work"));
    CHECK_I64(runs, 1);
    CHECK_I64(failures, 1);
}

static void what_may_pass_is_tried_again(void **state)
{
    struct job job = submit("flaky");

    UNUSED(state);
    wait_for(&effects, 1);
    CHECK_I64(wait_for_state(job, JOB_COMPLETED).attempt, 3);
    CHECK_I64(runs, 3);
    CHECK_I64(failures, 0);
}

static void a_running_job_is_cancelled_within_a_second(void **state)
{
    struct request r = { .job = submit("block") };
    struct err e = { 0 };
    int64_t began;

    UNUSED(state);
    wait_for(&runs, 1);
    began = clock_steady_ms();
    CHECK_OK(db_write(place.db, do_cancel, &r, &e));
    CHECK(r.running);
    wait_for_state(r.job, JOB_CANCELLED);
    CHECK(clock_steady_ms() - began < 1000);
    CHECK_I64(failures, 1);
    CHECK_I64(last_failure.code, ERR_CANCELLED);
}

static void what_is_cancelled_while_it_fails_is_not_tried_again(void **state)
{
    struct request r = { .job = submit("fickle") };
    struct err e = { 0 };

    UNUSED(state);
    wait_for(&runs, 1);
    CHECK_OK(db_write(place.db, do_cancel, &r, &e));
    CHECK_I64(wait_for_state(r.job, JOB_CANCELLED).attempt, 1);
    CHECK_I64(failures, 1);
    CHECK_I64(last_failure.code, ERR_CANCELLED);
}

static void a_run_that_does_not_stop_is_given_back_without_it(void **state)
{
    struct job job = submit("deaf");
    int64_t began;

    UNUSED(state);
    wait_for(&runs, 1);
    began = clock_steady_ms();
    CHECK(!worker_stop(worker, 0));
    CHECK(clock_steady_ms() - began < 9000);
    CHECK_I64(wait_for_state(job, JOB_QUEUED).attempt, 0);

    /* What it does afterwards counts for nothing. */
    lock_take(&changed);
    deaf_may_end = true;
    lock_broadcast(&changed);
    lock_give(&changed);
    CHECK(worker_stop(worker, 10000));
    CHECK_I64(wait_for_state(job, JOB_QUEUED).attempt, 0);
    forget_worker();
}

static void a_kind_without_code_fails_with_words(void **state)
{
    struct job job = submit("unheard-of");

    UNUSED(state);
    CHECK_STR(wait_for_state(job, JOB_FAILED).error,
              STR("no code runs jobs of the kind 'unheard-of'"));
}

static void stopping_gives_back_what_runs(void **state)
{
    struct job job = submit("block"), after;

    UNUSED(state);
    wait_for(&runs, 1);
    CHECK(worker_stop(worker, 0));
    after = wait_for_state(job, JOB_QUEUED);
    CHECK_I64(after.attempt, 0);
    CHECK_I64(failures, 0);
    forget_worker();
}

#define PLACED(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        PLACED(what_is_queued_runs_once),
        PLACED(a_free_slot_takes_a_job_in_the_commit_that_brings_it),
        PLACED(a_claim_that_cannot_ride_is_made_by_itself),
        PLACED(leases_are_renewed_in_time_however_many_jobs_come),
        PLACED(a_worker_that_could_not_renew_keeps_what_it_runs),
        PLACED(others_get_the_time_to_renew_after_trouble),
        PLACED(a_refusal_is_final),
        PLACED(a_kind_that_refuses_the_failure_itself_cannot_hold_the_job),
        PLACED(what_may_pass_is_tried_again),
        PLACED(a_running_job_is_cancelled_within_a_second),
        PLACED(what_is_cancelled_while_it_fails_is_not_tried_again),
        PLACED(a_run_that_does_not_stop_is_given_back_without_it),
        PLACED(a_kind_without_code_fails_with_words),
        PLACED(stopping_gives_back_what_runs),
    };

    return place_main(argc, argv, tests, COUNT(tests));
}
