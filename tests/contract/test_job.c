/* Jobs and leases, on both databases: order, fences, groups, dependants, time. */
#include "job_place.h"

#include "base/clock.h"
#include "engine/event.h"

enum { LEASE_MS = 10 * 1000, AGEING_MS = 5 * 60 * 1000 };

static void a_job_lives_from_queue_to_result(void **state)
{
    struct job queued = submit(ada), running, done;

    UNUSED(state);
    CHECK_I64(load(queued.id).state, JOB_QUEUED);
    running = claim_one();
    CHECK_STR(running.id, queued.id);
    CHECK_I64(running.attempt, 1);
    CHECK_I64(running.fence, 1);
    CHECK_I64(load(queued.id).state, JOB_RUNNING);
    step_ok(do_complete, &(struct step){ .job = running });
    done = load(queued.id);
    CHECK_I64(done.state, JOB_COMPLETED);
    CHECK_STR(done.result, STR("{\"ok\":true}"));
    CHECK(done.finished_at >= done.started_at && done.started_at >= done.created_at);
    CHECK_I64(claim_by(STR("worker-1"), 10).count, 0);
}

static void a_flood_of_one_user_does_not_delay_another(void **state)
{
    struct field_list got;
    struct job_new lane = { .user_id = ada, .band = JOB_NORMAL };
    struct job last;

    UNUSED(state);
    for (int i = 0; i < 200; i++)
        submit_new(lane);
    for (int i = 0; i < 5; i++)
        claim_one();
    last = submit(bob);
    got = claim_by(STR("worker-1"), 2);
    CHECK(str_eq(((struct job *)got.items)[0].id, last.id) ||
          str_eq(((struct job *)got.items)[1].id, last.id));
}

static void users_with_backlogs_take_turns(void **state)
{
    int of_ada = 0, of_bob = 0;

    UNUSED(state);
    for (int i = 0; i < 40; i++)
        submit(ada);
    for (int i = 0; i < 40; i++)
        submit(bob);
    for (int i = 0; i < 40; i++) {
        if (str_eq(claim_one().user_id, ada))
            of_ada++;
        else
            of_bob++;
    }
    CHECK(of_ada >= 19 && of_bob >= 19);
}

static void weight_gives_a_larger_share(void **state)
{
    int of_ada = 0;

    UNUSED(state);
    for (int i = 0; i < 60; i++) {
        submit_new((struct job_new){ .user_id = ada, .band = JOB_NORMAL, .weight = 3 });
        submit_new((struct job_new){ .user_id = bob, .band = JOB_NORMAL, .weight = 1 });
    }
    for (int i = 0; i < 40; i++)
        of_ada += str_eq(claim_one().user_id, ada);
    CHECK(of_ada >= 28 && of_ada <= 32);
}

static void low_waits_for_normal_until_the_ageing_bound(void **state)
{
    struct job low;

    UNUSED(state);
    clock_set_virtual(1000000000);
    low = submit_new((struct job_new){ .user_id = bob, .band = JOB_LOW });
    for (int i = 0; i < 4; i++)
        submit(ada);
    CHECK(!str_eq(claim_one().id, low.id));
    CHECK(!str_eq(claim_one().id, low.id));

    CHECK_I64(tick().next_at, 1000000000 + LEASE_MS);
    clock_set_virtual(1000000000 + AGEING_MS);
    CHECK(tick().lifted >= 1);
    CHECK_STR(claim_one().id, low.id);
}

static void high_goes_first(void **state)
{
    struct job high;

    UNUSED(state);
    for (int i = 0; i < 10; i++)
        submit(ada);
    high = submit_new((struct job_new){ .user_id = bob, .band = JOB_HIGH });
    CHECK_STR(claim_one().id, high.id);
}

static void a_dead_workers_job_is_taken_and_its_late_end_refused(void **state)
{
    struct job first, second;

    UNUSED(state);
    clock_set_virtual(1000000000);
    submit(ada);
    first = claim_one();
    clock_set_virtual(1000000000 + LEASE_MS - 1);
    CHECK_I64(tick().rescued, 0);
    clock_set_virtual(1000000000 + LEASE_MS);
    CHECK_I64(tick().rescued, 1);
    second = claim_one();
    CHECK_STR(second.id, first.id);
    CHECK_I64(second.fence, first.fence + 1);

    step_fails(do_complete, &(struct step){ .job = first }, ERR_CONFLICT);
    CHECK_I64(load(first.id).state, JOB_RUNNING);
    step_ok(do_complete, &(struct step){ .job = second });
    step_fails(do_complete, &(struct step){ .job = second }, ERR_CONFLICT);
}

static void a_renewed_lease_is_not_taken(void **state)
{
    struct step s = { .worker = STR("worker-1") };

    UNUSED(state);
    clock_set_virtual(1000000000);
    submit(ada);
    claim_one();
    for (int i = 1; i <= 30; i++) { /* a hundred seconds, ten leases long */
        clock_set_virtual(1000000000 + i * (LEASE_MS / 3));
        step_ok(do_renew, &s);
        CHECK_I64(tick().rescued, 0);
    }
}

static void a_retry_waits_for_its_time(void **state)
{
    struct step s = { .number = 1000000000 + 5000 };

    UNUSED(state);
    clock_set_virtual(1000000000);
    submit(ada);
    s.job = claim_one();
    err_set(&s.why, ERR_RATE_LIMITED, "busy");
    step_ok(do_retry_later, &s);
    CHECK_I64(claim_by(STR("worker-1"), 1).count, 0);
    CHECK_I64(tick().next_at, s.number);
    clock_set_virtual(s.number);
    CHECK_I64(tick().released, 1);
    CHECK_I64(claim_one().attempt, 2);
}

static void cancel_is_at_once_or_asked_and_harmless_twice(void **state)
{
    struct job queued = submit(ada), other = submit(ada), running;
    struct step s = { .user_id = ada, .job = queued }, r = { .worker = STR("worker-1") };

    UNUSED(state);
    step_ok(do_cancel, &s);
    CHECK_I64(s.job.state, JOB_CANCELLED);
    CHECK(!s.flag);
    step_ok(do_cancel, &s);
    CHECK_I64(s.job.state, JOB_CANCELLED);

    running = claim_one();
    CHECK_STR(running.id, other.id);
    s = (struct step){ .user_id = ada, .job = running };
    step_ok(do_cancel, &s);
    CHECK(s.flag);
    CHECK_I64(s.job.state, JOB_RUNNING);
    step_ok(do_renew, &r);
    CHECK_I64(r.list.count, 1);
    CHECK_STR(((struct job *)r.list.items)[0].id, running.id);
}

static void another_users_job_is_not_found(void **state)
{
    struct job job = submit(ada);
    struct step s = { .user_id = bob, .job = job };

    UNUSED(state);
    step_fails(do_load, &s, ERR_NOT_FOUND);
    step_fails(do_cancel, &s, ERR_NOT_FOUND);
    step_fails(do_retry, &s, ERR_NOT_FOUND);
    CHECK_I64(load(job.id).state, JOB_QUEUED);
}

static void only_what_failed_is_tried_again(void **state)
{
    struct step s = { .user_id = ada };

    UNUSED(state);
    submit(ada);
    s.job = claim_one();
    step_fails(do_retry, &s, ERR_CONFLICT);
    err_set(&s.why, ERR_INVALID, "no such model");
    step_ok(do_fail, &s);
    CHECK_STR(load(s.job.id).error, STR("no such model"));
    CHECK_STR(load(s.job.id).error_code, STR("invalid"));
    step_ok(do_retry, &s);
    CHECK_I64(s.job.state, JOB_QUEUED);
    CHECK(str_is_null(s.job.error));
    CHECK_I64(claim_one().attempt, 1);
}

static void a_dependant_waits_and_then_runs(void **state)
{
    struct job first = submit(ada);
    struct job second =
        submit_new((struct job_new){ .user_id = ada, .band = JOB_NORMAL, .depends_on = first.id });

    UNUSED(state);
    first = claim_one();
    CHECK_I64(claim_by(STR("worker-1"), 1).count, 0);
    step_ok(do_complete, &(struct step){ .job = first });
    CHECK_STR(claim_one().id, second.id);
}

static void what_waits_for_a_failure_ends_with_it(void **state)
{
    struct job first = submit(ada);
    struct job second =
        submit_new((struct job_new){ .user_id = ada, .band = JOB_NORMAL, .depends_on = first.id });
    struct job third =
        submit_new((struct job_new){ .user_id = ada, .band = JOB_NORMAL, .depends_on = second.id });
    struct step s = { .number = 0 };

    UNUSED(state);
    s.job = claim_one();
    err_set(&s.why, ERR_INVALID, "refused");
    step_ok(do_fail, &s);
    CHECK_I64(load(second.id).state, JOB_CANCELLED);
    CHECK_I64(load(third.id).state, JOB_CANCELLED);
}

static void a_paused_lane_starts_nothing(void **state)
{
    UNUSED(state);
    submit(ada);
    step_ok(do_pause, &(struct step){ .flag = true });
    CHECK_I64(claim_by(STR("worker-1"), 1).count, 0);
    step_ok(do_pause, &(struct step){ .flag = false });
    claim_one();
}

static bool do_read_events(struct db_tx *tx, void *arg, struct err *e)
{
    struct step *s = arg;

    return event_read(tx, &memory, event_user_channel(&memory, ada), 0, 100, &s->list, e);
}

static void the_owner_hears_of_every_state(void **state)
{
    static const char *const wanted[] = { "\"status\":\"queued\"", "\"status\":\"running\"",
                                          "\"status\":\"completed\"" };
    struct step s = { .number = 0 };
    struct err e = { 0 };

    UNUSED(state);
    submit(ada);
    step_ok(do_complete, &(struct step){ .job = claim_one() });
    CHECK_OK(db_read(place.db, do_read_events, &s, &e));
    CHECK_I64(s.list.count, COUNT(wanted));
    for (size_t i = 0; i < COUNT(wanted); i++) {
        const struct event *event = (const struct event *)s.list.items + i;

        CHECK_I64(event->number, i + 1);
        CHECK(str_find(event->body, str_from(wanted[i])) < event->body.len);
    }
}

static bool do_list(struct db_tx *tx, void *arg, struct err *e)
{
    struct step *s = arg;
    struct job_filter filter = {
        .user_id = ada, .kind = s->want.kind, .state = s->text, .limit = 10
    };

    return job_list(tx, &memory, &filter, &s->list, e);
}

static size_t count_listed(struct str kind, struct str state)
{
    struct step s = { .want.kind = kind, .text = state };
    struct err e = { 0 };

    CHECK_OK(db_read(place.db, do_list, &s, &e));
    return s.list.count;
}

static void work_of_the_house_is_listed_by_its_kind_alone_and_in_no_event(void **state)
{
    static const struct str any = { 0 };
    struct step s = { .number = 0 };
    struct err e = { 0 };

    UNUSED(state);
    submit_new((struct job_new){ .user_id = ada, .kind = STR("chore"), .lane = JOB_LANE_SYSTEM });
    CHECK_I64(count_listed(any, any), 0);
    CHECK_I64(count_listed(any, STR("queued")), 0);
    CHECK_I64(count_listed(STR("other"), any), 0);
    CHECK_I64(count_listed(STR("chore"), any), 1);
    CHECK_I64(count_listed(STR("chore"), STR("queued")), 1);
    CHECK_OK(db_read(place.db, do_read_events, &s, &e));
    CHECK_I64(s.list.count, 0);
    submit(ada);
    CHECK_I64(count_listed(any, any), 1);
    CHECK_I64(count_listed(STR("test"), STR("queued")), 1);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        PLACED(a_job_lives_from_queue_to_result),
        PLACED(a_flood_of_one_user_does_not_delay_another),
        PLACED(users_with_backlogs_take_turns),
        PLACED(weight_gives_a_larger_share),
        PLACED(low_waits_for_normal_until_the_ageing_bound),
        PLACED(high_goes_first),
        PLACED(a_dead_workers_job_is_taken_and_its_late_end_refused),
        PLACED(a_renewed_lease_is_not_taken),
        PLACED(a_retry_waits_for_its_time),
        PLACED(cancel_is_at_once_or_asked_and_harmless_twice),
        PLACED(another_users_job_is_not_found),
        PLACED(only_what_failed_is_tried_again),
        PLACED(a_dependant_waits_and_then_runs),
        PLACED(what_waits_for_a_failure_ends_with_it),
        PLACED(a_paused_lane_starts_nothing),
        PLACED(the_owner_hears_of_every_state),
        PLACED(work_of_the_house_is_listed_by_its_kind_alone_and_in_no_event),
    };

    return place_main(argc, argv, tests, COUNT(tests));
}
