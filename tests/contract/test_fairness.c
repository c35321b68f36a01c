/* Whose turn it is, on both databases: floods, equal users, plans, bands and the ageing bound. */
#include "job_place.h"

#include <stdio.h>

#include "base/clock.h"

enum { NOW = 1000000000, USERS = 8, AGEING_MS = 5 * 60 * 1000, SLOT_MS = 10 * 1000 };

static struct str users[USERS];

static int setup(void **state)
{
    char name[16];

    job_place_setup(state);
    for (int i = 0; i < USERS; i++) {
        snprintf(name, sizeof(name), "user-%d", i);
        users[i] = add_user_of_plan(name, NULL);
    }
    return 0;
}

static void complete(struct job job)
{
    step_ok(do_complete, &(struct step){ .job = job });
}

static struct job submit_in(struct str user_id, enum job_band band)
{
    return submit_new((struct job_new){ .user_id = user_id, .band = band });
}

/* What a slot does: it takes the next job and ends it. */
static struct job run_next(void)
{
    struct job job = claim_one();

    complete(job);
    return job;
}

/* Without the engine, which would take its time: what submitting so many would have left behind. */
static void flood(struct str user_id, int64_t count)
{
    char sql[1024];

    submit(user_id);
    snprintf(sql, sizeof(sql),
             "INSERT INTO job (id, user_id, kind, lane, state, start_tag, order_key, max_attempts, "
             "payload, created_at, queued_at) WITH RECURSIVE n (i) AS ("
             "SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < %lld) "
             "SELECT 'flood-' || i, '" STR_FMT "', 'test', 'lane', 'queued', i * %d, i * %d, 4, "
             "'{}', %d, %d FROM n",
             (long long)count - 1, STR_ARG(user_id), JOB_SLOT, JOB_SLOT, NOW, NOW);
    place_run(sql);
    snprintf(sql, sizeof(sql),
             "UPDATE turn SET finish = CAST(%lld AS BIGINT) * %d WHERE user_id = '" STR_FMT "'",
             (long long)count, JOB_SLOT, STR_ARG(user_id));
    place_run(sql);
}

static void behind_a_flood_of_100000_a_job_starts_within_two_slots(void **state)
{
    struct str newcomers[] = { bob, users[0], users[1] };

    UNUSED(state);
    flood(ada, 100000);
    for (int i = 0; i < 5; i++)
        run_next();
    for (size_t i = 0; i < COUNT(newcomers); i++) {
        struct job running = claim_one(), mine = submit(newcomers[i]), next;

        complete(running);
        next = run_next();
        if (!str_eq(next.id, mine.id))
            next = run_next();
        CHECK_STR(next.id, mine.id);
    }
}

/* (sum of x)^2 / (n * sum of x^2): 1 when all have the same. */
static double jain_index(const int *counts, int n)
{
    double sum = 0, squares = 0;

    for (int i = 0; i < n; i++) {
        sum += counts[i];
        squares += (double)counts[i] * counts[i];
    }
    return sum * sum / (n * squares);
}

static int index_of(struct str user_id)
{
    int i = 0;

    while (i < USERS && !str_eq(users[i], user_id))
        i++;
    CHECK(i < USERS);
    return i;
}

/* However unevenly they submit: at any time each of them has something waiting. */
static void equal_users_get_equal_shares(void **state)
{
    int got[USERS] = { 0 }, waiting[USERS] = { 0 };

    UNUSED(state);
    for (int turn = 0; turn < 400; turn++) {
        for (int i = 0; i < USERS; i++) {
            int burst = waiting[i] == 0 ? 1 + i * 5 : 0; /* one at a time, or many at once */

            for (; burst > 0; burst--, waiting[i]++)
                submit(users[i]);
        }
        int who = index_of(run_next().user_id);
        got[who]++;
        waiting[who]--;
    }
    print_message("Jain index of 8 equal users: %.4f\n", jain_index(got, USERS));
    CHECK(jain_index(got, USERS) >= 0.99);
}

/* Saved-up time is worth nothing: who comes back gets his share, not what he has missed. */
static void who_was_away_does_not_get_more_than_his_share(void **state)
{
    int got = 0;

    UNUSED(state);
    submit(users[1]);
    run_next();
    for (int i = 0; i < 150; i++)
        submit(users[0]);
    for (int i = 0; i < 100; i++)
        run_next();
    for (int i = 0; i < 50; i++)
        submit(users[1]);
    for (int i = 0; i < 40; i++)
        got += str_eq(run_next().user_id, users[1]);
    CHECK(got >= 19 && got <= 21);
}

static void plans_share_in_proportion_to_their_weights(void **state)
{
    static const struct queue_plan plans[] = { { { "pro", 3 }, 4 }, { { "team", 4 }, 2 } };
    struct queue_rules rules = queue_defaults;
    struct str pro = add_user_of_plan("pia", "pro"), team = add_user_of_plan("tom", "team");
    int of_pro = 0, of_team = 0, of_other = 0;

    UNUSED(state);
    rules.plans = plans;
    rules.plan_count = COUNT(plans);
    queue_set_rules(&rules);
    for (int i = 0; i < 150; i++) {
        submit(pro);
        submit(team);
        submit(ada);
    }
    for (int i = 0; i < 140; i++) {
        struct str user = run_next().user_id;

        of_pro += str_eq(user, pro);
        of_team += str_eq(user, team);
        of_other += str_eq(user, ada);
    }
    print_message("shares of weights 4, 2 and 1 in 140: %d, %d, %d\n", of_pro, of_team, of_other);
    CHECK(of_pro >= 78 && of_pro <= 82);
    CHECK(of_team >= 38 && of_team <= 42);
    CHECK(of_other >= 18 && of_other <= 22);
}

/* A user's urgent job overtakes his own and everybody's; it must not take the lane's clock along.
 */
static void an_urgent_job_moves_nobody_else_back(void **state)
{
    struct job urgent, mine;

    UNUSED(state);
    for (int i = 0; i < 50; i++)
        submit(ada);
    urgent = submit_in(ada, JOB_HIGH);
    CHECK_STR(run_next().id, urgent.id);
    mine = submit(bob);
    run_next();
    CHECK_STR(run_next().id, mine.id);
}

static void bands_do_not_meet_after_any_number_of_jobs(void **state)
{
    struct job low, normal, high;

    UNUSED(state);
    submit(ada);
    run_next();
    place_run(
        "UPDATE lane_band SET virtual_time = 90000000000000000 WHERE band = 1"); /* 9e10 jobs */
    low = submit_in(bob, JOB_LOW);
    normal = submit_in(ada, JOB_NORMAL);
    high = submit_in(bob, JOB_HIGH);
    CHECK_STR(run_next().id, high.id);
    CHECK_STR(run_next().id, normal.id);
    CHECK_STR(run_next().id, low.id);
}

/* One slot under load: in each band that is named there is always something of somebody else's. */
struct load {
    int64_t now;
    bool high, normal;
    int high_starts, starts;
};

/* Gives the job that was started. */
static struct job run_slot(struct load *load)
{
    struct job job;

    if (load->high)
        submit_in(users[load->starts % 2], JOB_HIGH);
    if (load->normal)
        submit_in(users[2 + load->starts % 2], JOB_NORMAL);
    tick();
    job = run_next();
    load->starts++;
    load->high_starts += job.band == JOB_HIGH;
    load->now += SLOT_MS;
    clock_set_virtual(load->now);
    return job;
}

/* The time from now to the start of the job. */
static int64_t wait_for(struct load *load, struct job job)
{
    int64_t from = load->now;

    for (;;) {
        int64_t at = load->now;

        if (str_eq(run_slot(load).id, job.id))
            return at - from;
        CHECK(load->now - from < 10 * AGEING_MS);
    }
}

static struct load begin_load(bool high, bool normal)
{
    struct load load = { .now = NOW, .high = high, .normal = normal };

    clock_set_virtual(NOW);
    for (int i = 0; i < 6; i++)
        run_slot(&load);
    return load;
}

static void the_lowest_job_starts_within_the_ageing_bound_under_any_load(void **state)
{
    static const struct {
        bool high, normal;
        enum job_band band;
    } cases[] = {
        { false, true, JOB_LOW },
        { true, false, JOB_LOW },
        { true, true, JOB_LOW },
        { true, false, JOB_NORMAL },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct load load = begin_load(cases[i].high, cases[i].normal);
        int64_t waited = wait_for(&load, submit_in(bob, cases[i].band));

        print_message("load of %s%s: %s started after %lld s\n", cases[i].high ? "high " : "",
                      cases[i].normal ? "normal" : "", cases[i].band == JOB_LOW ? "low" : "normal",
                      (long long)waited / 1000);
        CHECK(waited >=
              AGEING_MS / 10 * 9 - SLOT_MS); /* before, it has no right to pass the others */
        CHECK(waited <= AGEING_MS);
        place_run("DELETE FROM job");
        place_run("DELETE FROM turn");
        place_run("UPDATE lane_band SET virtual_time = 0");
    }
}

static void several_that_wait_for_the_bound_start_one_after_the_other(void **state)
{
    struct load load = begin_load(true, true);
    struct job low[4];

    UNUSED(state);
    for (int i = 0; i < 4; i++)
        low[i] = submit_in(users[4 + i], JOB_LOW);
    for (int i = 0; i < 4; i++)
        wait_for(&load, low[i]);
    CHECK(load.now - NOW <= AGEING_MS + 10 * SLOT_MS);
}

/* A flood does not become urgent by its age: neither fresh jobs nor urgent ones suffer. */
static void an_old_flood_passes_neither_newcomers_nor_urgent_jobs_for_long(void **state)
{
    struct load load = { .now = NOW };
    struct job mine;

    UNUSED(state);
    clock_set_virtual(NOW);
    flood(ada, 1000);
    load.now += 2 * AGEING_MS;
    clock_set_virtual(load.now);
    run_slot(&load);
    mine = submit(bob);
    CHECK(wait_for(&load, mine) <= 2 * SLOT_MS);

    load.high = true;
    load.starts = load.high_starts = 0;
    while (load.starts < 60)
        run_slot(&load);
    print_message("urgent jobs beside an old flood: %d of %d\n", load.high_starts, load.starts);
    CHECK(load.high_starts >= 29); /* half of the turns, and no less */
}

#undef PLACED
#define PLACED(test) cmocka_unit_test_setup_teardown(test, setup, job_place_teardown)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        PLACED(behind_a_flood_of_100000_a_job_starts_within_two_slots),
        PLACED(equal_users_get_equal_shares),
        PLACED(who_was_away_does_not_get_more_than_his_share),
        PLACED(plans_share_in_proportion_to_their_weights),
        PLACED(an_urgent_job_moves_nobody_else_back),
        PLACED(bands_do_not_meet_after_any_number_of_jobs),
        PLACED(the_lowest_job_starts_within_the_ageing_bound_under_any_load),
        PLACED(several_that_wait_for_the_bound_start_one_after_the_other),
        PLACED(an_old_flood_passes_neither_newcomers_nor_urgent_jobs_for_long),
    };

    return place_main(argc, argv, tests, COUNT(tests));
}
