/* Limits of the queue on both databases: of a lane, of a user, in time; for all processes together.
 */
#include "job_place.h"

#include <stdatomic.h>
#include <stdio.h>

#include "base/clock.h"

enum { CLAIMERS = 6, NOW = 1000000000 };

static struct queue_rules rules;

/* Rules that differ from the defaults in what the test is about. */
static struct queue_rules *set_rules(void)
{
    rules = queue_defaults;
    queue_set_rules(&rules);
    return &rules;
}

static void complete(const struct field_list *jobs)
{
    for (size_t i = 0; i < jobs->count; i++)
        step_ok(do_complete, &(struct step){ .job = ((struct job *)jobs->items)[i] });
}

static void a_lane_runs_no_more_at_once_than_it_may(void **state)
{
    struct lease_want want = { .worker = STR("worker-1"), .limit = 2, .lane_max = 3 };
    struct field_list first, second;

    UNUSED(state);
    for (int i = 0; i < 10; i++)
        submit(ada);
    first = claim_as(want).jobs;
    CHECK_I64(first.count, 2);
    want.worker = STR("worker-2");
    second = claim_as(want).jobs;
    CHECK_I64(second.count, 1);
    CHECK_I64(claim_as(want).jobs.count, 0);
    complete(&first);
    CHECK_I64(claim_as(want).jobs.count, 2);

    want.lane_max = 1; /* of another process, which has less in its configuration */
    CHECK_I64(claim_as(want).jobs.count, 0);
}

static void a_user_runs_no_more_at_once_than_allowed_in_all_lanes(void **state)
{
    struct lease_want here = { .limit = 10 }, there = { .lane = STR("other"), .limit = 10 };
    struct lease_got got;

    UNUSED(state);
    set_rules()->running_per_user = 2;
    for (int i = 0; i < 5; i++)
        submit(ada);
    submit_new((struct job_new){ .user_id = ada, .lane = STR("other"), .band = JOB_NORMAL });
    submit_new((struct job_new){ .user_id = ada, .lane = JOB_LANE_SYSTEM, .band = JOB_NORMAL });

    got = claim_as(here);
    CHECK_I64(got.jobs.count, 2);
    CHECK(got.held_back);
    CHECK_I64(claim_as(there).jobs.count, 0);
    CHECK_I64(claim_as((struct lease_want){ .lane = JOB_LANE_SYSTEM, .limit = 10 }).jobs.count, 1);

    submit(bob);
    submit(bob);
    submit(bob);
    CHECK_I64(claim_as(here).jobs.count, 2);
    complete(&got.jobs);
    got = claim_as(there);
    CHECK_I64(got.jobs.count, 1);
    CHECK(!got.held_back);
    got = claim_as(here);
    CHECK_I64(got.jobs.count, 1);
    CHECK_STR(((struct job *)got.jobs.items)->user_id, ada);
}

/* The order is that of the walk without limits: two users' queues, merged. */
static void with_a_limit_for_each_user_the_order_is_the_same(void **state)
{
    struct str carl = add_user_of_plan("carl", NULL), wanted[9];
    struct field_list got;

    UNUSED(state);
    set_rules()->running_per_user = 3;
    for (size_t i = 0; i < 9; i++) {
        struct str user = i % 3 == 0 ? ada : i % 3 == 1 ? bob : carl;

        wanted[i] =
            submit_new((struct job_new){ .user_id = user, .band = JOB_NORMAL, .weight = 1 }).id;
    }
    for (size_t i = 0; i < 9; i++) {
        got = claim_by(STR("worker-1"), 1);
        CHECK_I64(got.count, 1);
        CHECK_STR(((struct job *)got.items)->id, wanted[i]);
    }
}

/* One of many claimers, each with a database connection of its own. */
struct claimer {
    pthread_t thread;
    struct db *db;
    struct arena arena;
    struct lease_want want;
    struct lease_got got;
    struct job job;
    char lane[16], worker[16];
};

static atomic_int running, most_running, left;

static bool claimer_claim(struct db_tx *tx, void *arg, struct err *e)
{
    struct claimer *c = arg;

    return lease_claim(tx, &c->arena, &c->want, &c->got, e);
}

static bool claimer_complete(struct db_tx *tx, void *arg, struct err *e)
{
    struct claimer *c = arg;

    return lease_complete(tx, &c->arena, &c->job, STR("{}"), NULL, e);
}

/* Counts up when the claim is committed and down before the end is: the count is never higher than
 * what really runs. */
static void *claim_and_complete(void *arg)
{
    struct claimer *c = arg;
    struct err e = { 0 };

    while (atomic_load(&left) > 0) {
        CHECK_OK(db_write(c->db, claimer_claim, c, &e));
        int now = atomic_fetch_add(&running, (int)c->got.jobs.count) + (int)c->got.jobs.count;
        int most = atomic_load(&most_running);

        while (now > most && !atomic_compare_exchange_weak(&most_running, &most, now))
            continue;
        for (size_t i = 0; i < c->got.jobs.count; i++) {
            c->job = ((struct job *)c->got.jobs.items)[i];
            atomic_fetch_sub(&running, 1);
            CHECK_OK(db_write(c->db, claimer_complete, c, &e));
            atomic_fetch_sub(&left, 1);
        }
    }
    return NULL;
}

/* Runs `jobs` jobs to their ends with many claimers at once; gives the most that ran together. */
static int run_together(int jobs, int lanes, int64_t lane_max)
{
    struct claimer claimers[CLAIMERS] = { 0 };

    atomic_store(&left, jobs);
    atomic_store(&running, 0);
    atomic_store(&most_running, 0);
    for (int i = 0; i < CLAIMERS; i++) {
        struct claimer *c = &claimers[i];

        snprintf(c->lane, sizeof(c->lane), "lane-%d", i % lanes);
        snprintf(c->worker, sizeof(c->worker), "worker-%d", i);
        c->db = place_dialect == DB_POSTGRES ? place_open(0) : place.db;
        c->want = (struct lease_want){ .lane = str_from(c->lane),
                                       .worker = str_from(c->worker),
                                       .limit = 3,
                                       .lane_max = lane_max };
        thread_start(&c->thread, "claimer", claim_and_complete, c);
    }
    for (int i = 0; i < CLAIMERS; i++) {
        thread_join(claimers[i].thread);
        if (place_dialect == DB_POSTGRES)
            db_close(claimers[i].db);
        arena_deinit(&claimers[i].arena);
    }
    return atomic_load(&most_running);
}

static void submit_to_lanes(int jobs, int lanes)
{
    for (int i = 0; i < jobs; i++) {
        char lane[16];

        snprintf(lane, sizeof(lane), "lane-%d", i % lanes);
        submit_new((struct job_new){ .user_id = ada, .lane = str_from(lane), .band = JOB_NORMAL });
    }
}

static void claims_at_the_same_time_keep_the_lanes_limit(void **state)
{
    int most;

    UNUSED(state);
    submit_to_lanes(120, 1);
    most = run_together(120, 1, 4);
    CHECK(most >= 3 && most <= 4);
}

static void claims_from_different_lanes_at_the_same_time_keep_the_users_limit(void **state)
{
    UNUSED(state);
    set_rules()->running_per_user = 2;
    submit_to_lanes(120, 3);
    CHECK_I64(run_together(120, 3, 0), 2);
}

/* Without the engine, which would take its time: jobs of ada, in the order of their numbers. */
static void fill(int64_t from, int64_t to)
{
    char sql[1024];

    snprintf(sql, sizeof(sql),
             "INSERT INTO job (id, user_id, kind, lane, state, start_tag, order_key, max_attempts, "
             "payload, created_at, queued_at) WITH RECURSIVE n (i) AS ("
             "SELECT CAST(%lld AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < %lld) "
             "SELECT 'fill-' || i, '" STR_FMT "', 'test', 'lane', 'queued', i * 1000000, "
             "i * 1000000, 4, '{}', 1, 1 FROM n",
             (long long)from, (long long)to - 1, STR_ARG(ada));
    place_run(sql);
}

/* The quickest of some tries, so that the machine's other work does not count. */
static int64_t claim_time_us(struct str user_id)
{
    int64_t best = INT64_MAX;

    for (int i = 0; i < 7; i++) {
        struct job job = submit(user_id), claimed;
        int64_t began = clock_steady_ns();

        claimed = claim_one();
        best = MIN(best, (clock_steady_ns() - began) / 1000);
        CHECK(str_eq(user_id, ada) || str_eq(claimed.id, job.id));
        step_ok(do_complete, &(struct step){ .job = claimed });
    }
    return best;
}

/* A walk over all of them would take a hundred times longer, some ten milliseconds; commits alone
 * may take some on a busy disk. */
static void check_depths(int64_t shallow_us, int64_t deep_us)
{
    CHECK(deep_us < 8 * MAX(shallow_us, 1500));
}

/* What time brings; none of the jobs has waited for long. */
static int64_t tick_time_us(void)
{
    int64_t best = INT64_MAX;

    for (int i = 0; i < 7; i++) {
        int64_t began = clock_steady_ns();

        CHECK_I64(tick().lifted, 0);
        best = MIN(best, (clock_steady_ns() - began) / 1000);
    }
    return best;
}

static void depth_does_not_slow_the_clocks_work_down(void **state)
{
    int64_t shallow, deep;

    UNUSED(state);
    clock_set_virtual(NOW);
    submit(ada);
    claim_one();
    fill(1, 1000);
    clock_set_virtual(-1);
    place_run("UPDATE job SET queued_at = 9000000000000");
    shallow = tick_time_us();
    fill(1000, 100000);
    place_run("UPDATE job SET queued_at = 9000000000000");
    deep = tick_time_us();
    print_message("the clock's work: %lld us at 1,000 jobs, %lld us at 100,000\n",
                  (long long)shallow, (long long)deep);
    check_depths(shallow, deep);
}

static void compare_depths(const char *what, struct str user_id)
{
    int64_t shallow, deep;

    fill(1, 1000);
    shallow = claim_time_us(user_id);
    fill(1000, 100000);
    deep = claim_time_us(user_id);
    print_message("%s: %lld us before 1,000 jobs, %lld us before 100,000\n", what,
                  (long long)shallow, (long long)deep);
    check_depths(shallow, deep);
}

static void depth_does_not_slow_claims_down(void **state)
{
    UNUSED(state);
    submit(ada);
    claim_one();
    compare_depths("a claim", ada);
}

/* All that waits stands in front of whoever comes. */
static void jobs_of_a_user_at_the_limit_do_not_slow_the_claims_of_others_down(void **state)
{
    UNUSED(state);
    set_rules()->running_per_user = 1;
    submit(ada);
    claim_one();
    place_run("UPDATE lane_band SET virtual_time = 1000000000000");
    compare_depths("a claim past a user at the limit", bob);
}

static void a_lanes_rate_spreads_claims_over_the_minute(void **state)
{
    struct lease_want want = { .limit = 10, .calls_per_minute = 20 };
    struct lease_got got;
    int taken = 0;

    UNUSED(state);
    clock_set_virtual(NOW);
    for (int i = 0; i < 40; i++)
        submit(ada);
    got = claim_as(want);
    CHECK_I64(got.jobs.count, 2); /* a tenth of a minute's */
    CHECK(got.again_at > NOW + 2900 && got.again_at <= NOW + 3001);
    CHECK_I64(claim_as(want).jobs.count, 0);
    clock_set_virtual(got.again_at);
    CHECK_I64(claim_as(want).jobs.count, 1);

    clock_set_virtual(NOW + 60000);
    for (int second = 60; second < 120; second++) {
        clock_set_virtual(NOW + second * 1000);
        taken += (int)claim_as(want).jobs.count;
    }
    CHECK(taken >= 20 && taken <= 22);
}

static void a_lane_with_a_rate_and_nothing_to_do_needs_no_second_look(void **state)
{
    struct lease_want want = { .limit = 10, .calls_per_minute = 20 };

    UNUSED(state);
    submit(ada);
    CHECK_I64(claim_as(want).jobs.count, 1);
    CHECK_I64(claim_as(want).again_at, 0);
}

static bool do_take_room(struct db_tx *tx, void *arg, struct err *e)
{
    struct step *s = arg;

    return queue_take_room(tx, STR("lane"), s->user_id, e);
}

static bool do_check_depth(struct db_tx *tx, void *arg, struct err *e)
{
    UNUSED(arg);
    return queue_check_depth(tx, STR("lane"), e);
}

/* As a door does it. */
static bool do_take_room_and_submit(struct db_tx *tx, void *arg, struct err *e)
{
    return do_take_room(tx, arg, e) && do_submit(tx, arg, e);
}

static struct step door(struct str user_id)
{
    return (struct step){ .user_id = user_id,
                          .want = { .user_id = user_id,
                                    .kind = STR("test"),
                                    .lane = STR("lane"),
                                    .band = JOB_NORMAL,
                                    .payload = STR("{}") } };
}

static void a_full_lane_takes_nothing_more_until_something_starts(void **state)
{
    static const int64_t depths[] = { 1, 3, 40, 1500 };
    struct step s = door(ada);

    UNUSED(state);
    for (size_t i = 0; i < COUNT(depths); i++) {
        int64_t waiting = i > 0 ? depths[i - 1] : 0;
        struct err e = { 0 };

        set_rules()->depth = depths[i];
        for (; waiting < depths[i]; waiting++)
            step_ok(do_take_room_and_submit, &s);
        step_fails(do_check_depth, &s, ERR_BUSY);
        CHECK_FAILS(db_write(place.db, do_take_room, &s, &e), ERR_BUSY,
                    "the queue of 'lane' is full");
        CHECK(e.retry_after_ms > 0);
    }
    set_rules()->depth = 1500; /* forgets what it knew */
    claim_one();
    step_ok(do_take_room_and_submit, &s);
    step_fails(do_take_room, &s, ERR_BUSY);
}

static void a_user_submits_so_many_jobs_a_minute(void **state)
{
    struct step s = door(ada), other = door(bob);
    struct err e = { 0 };

    UNUSED(state);
    clock_set_virtual(NOW);
    set_rules()->submits_per_minute = 6;
    for (int i = 0; i < 6; i++)
        step_ok(do_take_room_and_submit, &s);
    CHECK_FAILS(db_write(place.db, do_take_room, &s, &e), ERR_RATE_LIMITED,
                "more than 6 jobs a minute: wait a little, or order fewer at once");
    CHECK(e.retry_after_ms > 9000 && e.retry_after_ms <= 10000);
    step_ok(do_take_room_and_submit, &other);

    clock_set_virtual(NOW + e.retry_after_ms);
    step_ok(do_take_room_and_submit, &s);
    step_fails(do_take_room, &s, ERR_RATE_LIMITED);
}

static void the_lease_is_as_long_as_the_rules_say(void **state)
{
    struct job job;

    UNUSED(state);
    clock_set_virtual(NOW);
    set_rules()->lease_ms = 700;
    submit(ada);
    job = claim_one();
    CHECK_I64(tick().next_at, NOW + 700);
    clock_set_virtual(NOW + 699);
    CHECK_I64(tick().rescued, 0);
    clock_set_virtual(NOW + 700);
    CHECK_I64(tick().rescued, 1);
    CHECK_STR(claim_one().id, job.id);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        PLACED(a_lane_runs_no_more_at_once_than_it_may),
        PLACED(a_user_runs_no_more_at_once_than_allowed_in_all_lanes),
        PLACED(with_a_limit_for_each_user_the_order_is_the_same),
        PLACED(claims_at_the_same_time_keep_the_lanes_limit),
        PLACED(claims_from_different_lanes_at_the_same_time_keep_the_users_limit),
        PLACED(depth_does_not_slow_claims_down),
        PLACED(jobs_of_a_user_at_the_limit_do_not_slow_the_claims_of_others_down),
        PLACED(depth_does_not_slow_the_clocks_work_down),
        PLACED(a_lanes_rate_spreads_claims_over_the_minute),
        PLACED(a_lane_with_a_rate_and_nothing_to_do_needs_no_second_look),
        PLACED(a_full_lane_takes_nothing_more_until_something_starts),
        PLACED(a_user_submits_so_many_jobs_a_minute),
        PLACED(the_lease_is_as_long_as_the_rules_say),
    };

    return place_main(argc, argv, tests, COUNT(tests));
}
