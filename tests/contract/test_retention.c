/* What is over is deleted after its time, and nothing else is. */
#include "job_place.h"

#include "base/clock.h"
#include "base/file.h"
#include "engine/retention.h"

enum { MANY = 1200 /* more than two pages */, ERA_DAYS = 1500 };

static const int64_t DAY_MS = 24 * 3600 * 1000;

static int64_t sweep(void)
{
    struct err e = { 0 };
    int64_t deleted = -1;

    CHECK_OK(retention_sweep_jobs(place.db, &deleted, &e));
    return deleted;
}

/* Ids never go back, also when the clock does: each test has its own time, behind those before. */
static void begin_era(void)
{
    static int64_t eras;

    clock_set_virtual(clock_now_ms() + ERA_DAYS * DAY_MS * eras++);
}

/* As if so many days had gone by since. */
static void days_later(int64_t days)
{
    clock_set_virtual(clock_now_ms() + days * DAY_MS);
}

static struct job end(struct job job)
{
    struct step s = { .job = job };

    step_ok(do_complete, &s);
    return job;
}

static bool is_there(struct str id)
{
    struct step s = { .job.id = id };
    struct err e = { 0 };

    return db_read(place.db, do_load, &s, &e);
}

static void finished_jobs_go_after_their_time(void **state)
{
    struct job old, young, waiting;

    UNUSED(state);
    begin_era();
    submit(ada);
    old = end(claim_one());
    days_later(50);
    submit(bob);
    young = end(claim_one());
    waiting = submit(ada);
    CHECK_I64(sweep(), 0);
    days_later(45);
    CHECK_I64(sweep(), 1);
    CHECK(!is_there(old.id));
    CHECK(is_there(young.id));
    days_later(1000);
    CHECK_I64(sweep(), 1);
    CHECK(!is_there(young.id));
    CHECK(is_there(waiting.id));
}

static void what_was_made_long_ago_and_ended_lately_stays(void **state)
{
    struct job job;

    UNUSED(state);
    begin_era();
    submit(ada);
    days_later(200);
    job = end(claim_one());
    CHECK_I64(sweep(), 0);
    CHECK(is_there(job.id));
}

static void work_of_the_house_goes_after_a_day(void **state)
{
    UNUSED(state);
    begin_era();
    submit_new(
        (struct job_new){ .user_id = ada, .kind = STR("thumbnail"), .lane = JOB_LANE_SYSTEM });
    submit(ada);
    end(claim_one());
    place_run("UPDATE job SET state = 'completed', finished_at = created_at WHERE lane = 'system'");
    CHECK_I64(sweep(), 0);
    days_later(2);
    CHECK_I64(sweep(), 1);
    CHECK_I64(sweep(), 0);
}

static void a_group_goes_with_its_last_job_and_an_open_one_keeps_all(void **state)
{
    struct group_step g = { .user_id = ada, .total = 2 };
    struct err e = { 0 };
    struct job first;

    UNUSED(state);
    begin_era();
    CHECK_OK(db_write(place.db, do_create_group, &g, &e));
    submit_new((struct job_new){ .user_id = ada, .group_id = g.id });
    submit_new((struct job_new){ .user_id = ada, .group_id = g.id });
    first = end(claim_one());
    days_later(100);
    CHECK_I64(sweep(), 0);
    CHECK(is_there(first.id));
    end(claim_one());
    CHECK_I64(sweep(), 1); /* the first one's time is over, and its group is not open any more */
    CHECK_OK(db_read(place.db, do_load_group, &g, &e));
    days_later(100);
    CHECK_I64(sweep(), 1);
    CHECK_FAILS(db_read(place.db, do_load_group, &g, &e), ERR_NOT_FOUND, NULL);
}

static void zero_keeps_for_ever(void **state)
{
    static const struct retention_rules for_ever = { .jobs_ms = 0, .system_jobs_ms = 0 };

    UNUSED(state);
    begin_era();
    submit(ada);
    end(claim_one());
    days_later(1000);
    retention_set_rules(&for_ever);
    CHECK_I64(sweep(), 0);
    retention_set_rules(NULL);
    CHECK_I64(sweep(), 1);
}

static void any_number_goes_page_by_page(void **state)
{
    struct job kept;

    UNUSED(state);
    begin_era();
    for (int i = 0; i < MANY; i++)
        submit(i % 2 == 0 ? ada : bob);
    place_run("UPDATE job SET state = 'completed', finished_at = created_at");
    kept = submit(ada);
    days_later(91);
    CHECK_I64(sweep(), MANY);
    CHECK(is_there(kept.id));
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        PLACED(work_of_the_house_goes_after_a_day),
        PLACED(finished_jobs_go_after_their_time),
        PLACED(what_was_made_long_ago_and_ended_lately_stays),
        PLACED(a_group_goes_with_its_last_job_and_an_open_one_keeps_all),
        PLACED(zero_keeps_for_ever),
        PLACED(any_number_goes_page_by_page),
    };

    return place_main(argc, argv, tests, COUNT(tests));
}
