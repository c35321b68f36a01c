/* The ledger on both databases: whatever happens to a job, what is held back for it and what it has
 * cost add up. */
#include "job_ways.h"

#include "base/clock.h"
#include "engine/budget.h"
#include "engine/event.h"
#include "engine/ledger.h"
#include "engine/usage.h"
#include "engine/user.h"

enum { PRICE = 40000, A_DAY_MS = 24 * 3600 * 1000 };

#define NOVEMBER_21 INT64_C(1795219200000) /* 2026, a Saturday */

static struct job submit_priced(struct str user_id)
{
    return submit_new((struct job_new){
        .user_id = user_id, .band = JOB_NORMAL, .price = { true, PRICE }, .door = STR("jobs") });
}

/* What is asked of the ledger, and what it says. */
struct look {
    struct str user_id;
    struct usage_question question;
    struct field_list list;
    struct budget budget;
    int64_t limit, number;
    enum period period;
};

static void look_ok(db_tx_fn fn, struct look *l)
{
    struct err e = { 0 };

    CHECK_OK(db_write(place.db, fn, l, &e));
}

static bool do_set_budget(struct db_tx *tx, void *arg, struct err *e)
{
    struct look *l = arg;

    return budget_set(tx, &memory, l->user_id, l->period, l->limit, &l->budget, e);
}

static struct budget set_budget(struct str scope, enum period period, int64_t limit)
{
    struct look l = { .user_id = scope, .period = period, .limit = limit };

    look_ok(do_set_budget, &l);
    return l.budget;
}

static bool do_list_usage(struct db_tx *tx, void *arg, struct err *e)
{
    struct look *l = arg;

    return usage_list(tx, &memory, &l->question, &l->list, e);
}

static struct field_list usage_of(struct str user_id, enum usage_by by)
{
    struct look l = { .question = { .user_id = user_id, .from = 0, .to = INT64_MAX, .by = by } };

    look_ok(do_list_usage, &l);
    return l.list;
}

static int64_t spent_by(struct str user_id)
{
    struct field_list list = usage_of(user_id, USAGE_BY_DAY);
    int64_t spent = 0;

    for (size_t i = 0; i < list.count; i++)
        spent += ((const struct usage *)list.items)[i].spent;
    return spent;
}

static bool do_find_stale(struct db_tx *tx, void *arg, struct err *e)
{
    struct look *l = arg;

    return ledger_find_stale(tx, &memory, &l->list, e);
}

static struct field_list drifts(void)
{
    struct look l = { .limit = 0 };

    look_ok(do_find_stale, &l);
    return l.list;
}

/* By a budget that is never used up: made here, it knows what was before. */
static void check_ledger(struct str user_id, int64_t reserved, int64_t spent)
{
    struct budget own = set_budget(user_id, PERIOD_MONTH, INT64_C(1) << 50);
    struct budget all = set_budget(STR(""), PERIOD_MONTH, INT64_C(1) << 50);

    CHECK_I64(own.reserved, reserved);
    CHECK_I64(own.spent, spent);
    CHECK_I64(all.reserved, reserved);
    CHECK_I64(all.spent, spent);
    CHECK_I64(spent_by(user_id), spent);
    CHECK_I64(spent_by((struct str){ 0 }), spent);
    CHECK_I64(drifts().count, 0);
}

struct way {
    const char *steps;
    int64_t reserved, spent;
};

static const struct way job_ways[] = {
    { "", PRICE, 0 },
    { "c", PRICE, 0 },
    { "cs", 0, PRICE },
    { "ct", 0, 55000 },
    { "cms", 0, PRICE },
    { "cmt", 0, 55000 },
    /* without a picture: given back, unless it may have been bought */
    { "cf", 0, 0 },
    { "cmf", 0, PRICE },
    { "x", 0, 0 },
    { "cx", PRICE, 0 },
    { "cxe", 0, 0 },
    { "cmxe", 0, PRICE },
    { "cxs", 0, PRICE },
    /* what goes on holds on to it */
    { "cl", PRICE, 0 },
    { "cml", PRICE, 0 },
    { "clx", 0, 0 },
    { "cmlx", 0, PRICE },
    { "clwcs", 0, PRICE },
    { "cp", PRICE, 0 },
    { "cpx", 0, 0 },
    { "cr", PRICE, 0 },
    { "crx", 0, 0 },
    /* workers that stop, or die */
    { "cg", PRICE, 0 },
    { "cxg", 0, 0 },
    { "cmxg", 0, PRICE },
    { "cb", PRICE, 0 },
    { "cxb", 0, 0 },
    { "cmxb", 0, PRICE },
    { "ck", PRICE, 0 },
    { "ckcs", 0, PRICE },
    { "cxk", 0, 0 },
    { "cmxk", 0, PRICE },
    /* again, by hand: another purchase */
    { "xa", PRICE, 0 },
    { "cfa", PRICE, 0 },
    { "cfacs", 0, PRICE },
    { "cmfa", PRICE, PRICE },
    { "cmfacs", 0, INT64_C(2) * PRICE },
    { "cmfact", 0, PRICE + 55000 },
    { "xaxaxacs", 0, PRICE },
    { "yycs", 0, PRICE },
};

static void every_way_of_a_job_leaves_the_ledger_right(void **state)
{
    for (size_t i = 0; i < COUNT(job_ways); i++) {
        struct step s = { .why = { .code = ERR_REFUSED } };

        if (i > 0)
            CHECK_I64(job_place_setup(state), 0);
        clock_set_virtual(NOVEMBER_21);
        s.user_id = ada;
        s.job = submit_priced(ada);
        walk(&s, job_ways[i].steps);
        check_ledger(ada, job_ways[i].reserved, job_ways[i].spent);
        if (i + 1 < COUNT(job_ways))
            CHECK_I64(job_place_teardown(state), 0);
    }
}

static void what_costs_nothing_is_not_in_it(void **state)
{
    struct step s = { .user_id = ada };

    UNUSED(state);
    set_budget(ada, PERIOD_DAY, 0);
    s.job = submit(ada);
    walk(&s, "cs");
    s.job = submit(ada);
    walk(&s, "xacs");
    check_ledger(ada, 0, 0);
}

static bool do_submit_many(struct db_tx *tx, void *arg, struct err *e)
{
    struct step *s = arg;

    for (int64_t i = 0; i < s->limit; i++) {
        if (!job_submit(tx, &memory, &s->want, &s->job, e))
            return false;
    }
    return true;
}

static struct step many(struct str user_id, int64_t count, int64_t price)
{
    return (struct step){ .want = { .user_id = user_id,
                                    .kind = STR("test"),
                                    .lane = STR("lane"),
                                    .band = JOB_NORMAL,
                                    .payload = STR("{}"),
                                    .price = { true, price } },
                          .limit = count };
}

#define WAY_OUT                                                                                    \
    "wait until 2026-12-01, take a backend that costs nothing, or have an admin raise it "         \
    "(albumen budget set)"

static void a_budget_holds_for_what_one_transaction_asks_at_once(void **state)
{
    struct step ten = many(ada, 10, PRICE), eleven = many(ada, 11, PRICE),
                one = many(ada, 1, PRICE);
    struct step cheap = many(ada, 1, 0);
    struct err e = { 0 };

    UNUSED(state);
    clock_set_virtual(NOVEMBER_21);
    set_budget(ada, PERIOD_MONTH, INT64_C(10) * PRICE);
    CHECK_FAILS(
        db_write(place.db, do_submit_many, &eleven, &e), ERR_BUDGET_EXHAUSTED,
        "your budget of 0.40 USD for this month has 0.40 USD left, and this needs 0.44: " WAY_OUT);
    set_budget(STR(""), PERIOD_DAY, PRICE);
    CHECK_FAILS(
        db_write(place.db, do_submit_many, &ten, &e), ERR_BUDGET_EXHAUSTED,
        "the common budget of 0.04 USD for this day has 0.04 USD left, and this needs 0.40: "
        "wait until 2026-11-22, take a backend that costs nothing, or have an admin raise "
        "it (albumen budget set)");
    set_budget(STR(""), PERIOD_DAY, INT64_C(100) * PRICE);
    step_ok(do_submit_many, &ten);
    CHECK_FAILS(
        db_write(place.db, do_submit_many, &one, &e), ERR_BUDGET_EXHAUSTED,
        "your budget of 0.40 USD for this month is used up (0.00 spent, 0.40 held back): " WAY_OUT);
    step_fails(do_submit_many, &cheap, ERR_BUDGET_EXHAUSTED); /* nobody knows what it will cost */
    set_budget(ada, PERIOD_MONTH, INT64_C(10) * PRICE + 2500);
    CHECK_FAILS(db_write(place.db, do_submit_many, &one, &e), ERR_BUDGET_EXHAUSTED,
                "your budget of 0.4025 USD for this month has 0.0025 USD left, "
                "and one job needs 0.04: " WAY_OUT);
    one = many(bob, 1, PRICE);
    step_ok(do_submit_many, &one);
}

static void a_retry_by_hand_needs_money_too(void **state)
{
    struct step s = { .user_id = ada, .why = { .code = ERR_REFUSED } };
    struct step other = { .user_id = ada };

    UNUSED(state);
    set_budget(ada, PERIOD_MONTH, PRICE);
    s.job = submit_priced(ada);
    walk(&s, "cf");
    other.job = submit_priced(ada);
    step_fails(do_retry, &s, ERR_BUDGET_EXHAUSTED);
    CHECK_I64(load(s.job.id).state, JOB_FAILED);
    walk(&other, "x");
    step_ok(do_retry, &s);
}

static struct job submit_in(struct str group_id, struct str depends_on)
{
    return submit_new((struct job_new){ .user_id = ada,
                                        .band = JOB_NORMAL,
                                        .price = { true, PRICE },
                                        .group_id = group_id,
                                        .depends_on = depends_on });
}

static void a_group_is_given_back_and_paid_again_as_a_whole(void **state)
{
    struct group_step g = { .user_id = ada, .total = 3 };
    struct err e = { 0 };

    UNUSED(state);
    CHECK_OK(db_write(place.db, do_create_group, &g, &e));
    for (int i = 0; i < 3; i++)
        submit_in(g.id, (struct str){ 0 });
    CHECK_OK(db_write(place.db, do_cancel_group, &g, &e));
    check_ledger(ada, 0, 0);
    set_budget(ada, PERIOD_DAY, INT64_C(2) * PRICE);
    CHECK_FAILS(db_write(place.db, do_retry_group, &g, &e), ERR_BUDGET_EXHAUSTED, NULL);
    CHECK_OK(db_read(place.db, do_load_group, &g, &e));
    CHECK_I64(g.group.cancelled, 3);
    check_ledger(ada, 0, 0);
    set_budget(ada, PERIOD_DAY, INT64_C(3) * PRICE);
    CHECK_OK(db_write(place.db, do_retry_group, &g, &e));
    check_ledger(ada, INT64_C(3) * PRICE, 0);
}

static void what_waited_for_a_job_is_given_back_with_it(void **state)
{
    static const char *const ways[] = { "x", "cf", "cxe", "cxk" };

    for (size_t i = 0; i < COUNT(ways); i++) {
        struct step s = { .why = { .code = ERR_REFUSED } };
        struct job second;

        if (i > 0)
            CHECK_I64(job_place_setup(state), 0);
        s.user_id = ada;
        s.job = submit_in((struct str){ 0 }, (struct str){ 0 });
        second = submit_in((struct str){ 0 }, s.job.id);
        submit_in((struct str){ 0 }, second.id);
        check_ledger(ada, INT64_C(3) * PRICE, 0);
        walk(&s, ways[i]);
        check_ledger(ada, 0, 0);
        if (i + 1 < COUNT(ways))
            CHECK_I64(job_place_teardown(state), 0);
    }
}

static void a_period_begins_anew_and_takes_what_is_open_along(void **state)
{
    static const struct {
        enum period period;
        int64_t days; /* from a Saturday, the 21st, until it begins anew */
    } cases[] = { { PERIOD_DAY, 1 }, { PERIOD_WEEK, 2 }, { PERIOD_MONTH, 10 } };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct step s, open, two;

        if (i > 0)
            CHECK_I64(job_place_setup(state), 0);
        s = (struct step){ .user_id = ada };
        open = many(ada, 1, PRICE);
        two = many(ada, 2, PRICE);
        clock_set_virtual(NOVEMBER_21);
        set_budget(ada, cases[i].period, INT64_C(2) * PRICE);
        s.job = submit_priced(ada);
        walk(&s, "cs");
        step_ok(do_submit_many, &open);
        clock_set_virtual(NOVEMBER_21 + cases[i].days * A_DAY_MS - 1);
        step_fails(do_submit_many, &open, ERR_BUDGET_EXHAUSTED);
        clock_set_virtual(NOVEMBER_21 + cases[i].days * A_DAY_MS);
        step_fails(do_submit_many, &two, ERR_BUDGET_EXHAUSTED);
        step_ok(do_submit_many, &open);
        if (i + 1 < COUNT(cases))
            CHECK_I64(job_place_teardown(state), 0);
    }
}

static bool do_read_events(struct db_tx *tx, void *arg, struct err *e)
{
    struct look *l = arg;

    return event_read(tx, &memory, l->user_id, 0, 1000, &l->list, e);
}

/* Bodies that begin as a warning does. */
static int64_t warnings_in(struct str channel, struct str *out_last)
{
    struct look l = { .user_id = channel };
    int64_t count = 0;

    look_ok(do_read_events, &l);
    for (size_t i = 0; i < l.list.count; i++) {
        struct str body = ((const struct event *)l.list.items)[i].body;

        if (str_starts(body, STR("{\"type\":\"budget_warning\""))) {
            count++;
            *out_last = body;
        }
    }
    return count;
}

static void a_warning_comes_once_a_period_at_four_fifths(void **state)
{
    struct str channel = event_user_channel(&memory, ada), body = { 0 };
    struct step four = many(ada, 4, PRICE), three = many(ada, 3, PRICE), one = many(ada, 1, PRICE);

    UNUSED(state);
    clock_set_virtual(NOVEMBER_21);
    set_budget(ada, PERIOD_DAY, INT64_C(10) * PRICE);
    step_ok(do_submit_many, &four);
    step_ok(do_submit_many, &three);
    CHECK_I64(warnings_in(channel, &body), 0);
    step_ok(do_submit_many, &one);
    CHECK_I64(warnings_in(channel, &body), 1);
    CHECK_STR(body, arena_strf(&memory,
                               "{\"type\":\"budget_warning\",\"result\":{\"scope\":\"user\","
                               "\"userId\":\"" STR_FMT "\",\"period\":\"day\",\"spent\":320000,"
                               "\"limit\":400000}}",
                               STR_ARG(ada)));
    step_ok(do_submit_many, &one);
    CHECK_I64(warnings_in(channel, &body), 1);
    clock_set_virtual(NOVEMBER_21 + A_DAY_MS); /* all of it is still open */
    step_ok(do_submit_many, &one);
    CHECK_I64(warnings_in(channel, &body), 2);
    CHECK_I64(warnings_in(EVENT_CHANNEL_ADMIN, &body), 2);

    set_budget(STR(""), PERIOD_MONTH, INT64_C(12) * PRICE);
    one = many(bob, 1, PRICE);
    step_ok(do_submit_many, &one);
    CHECK_I64(warnings_in(channel, &body), 2);
    CHECK_I64(warnings_in(EVENT_CHANNEL_ADMIN, &body), 3);
    CHECK(str_find(body, STR("\"scope\":\"total\",\"userId\":null")) < body.len);
}

static bool do_delete_user(struct db_tx *tx, void *arg, struct err *e)
{
    struct step *s = arg;

    return user_delete(tx, &memory, s->user_id, e);
}

static void who_is_deleted_leaves_what_he_has_spent_and_holds_nothing_back(void **state)
{
    struct step s = { .user_id = ada, .job = submit_priced(ada) };
    struct budget all;

    UNUSED(state);
    walk(&s, "cs");
    submit_priced(ada);
    s.job = submit_priced(ada);
    walk(&s, "cm");
    step_ok(do_delete_user, &s);
    all = set_budget(STR(""), PERIOD_MONTH, 1);
    CHECK_I64(all.reserved, 0);
    CHECK_I64(all.spent, INT64_C(2) * PRICE);
    CHECK_I64(drifts().count, 0);
}

static bool do_repair(struct db_tx *tx, void *arg, struct err *e)
{
    struct look *l = arg;

    return ledger_repair(tx, &memory, &l->number, e);
}

/* An entry for a job that is over, as if its end had not been written into the ledger. */
static bool do_plant(struct db_tx *tx, void *arg, struct err *e)
{
    struct step *s = arg;
    struct job again = s->job;

    again.reserved = (struct opt_i64){ true, PRICE };
    return ledger_open(tx, &memory, &again, e);
}

static void what_is_held_back_for_nothing_is_found_and_settled(void **state)
{
    static const struct {
        const char *way;
        int64_t spent; /* once it is repaired */
    } cases[] = {
        { "cs", INT64_C(2) * PRICE }, { "cf", 0 }, { "cmf", INT64_C(2) * PRICE }, { "x", 0 }
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct step s = { .why = { .code = ERR_REFUSED } };
        struct look l = { .number = -1 };
        const struct ledger_drift *drift;

        if (i > 0)
            CHECK_I64(job_place_setup(state), 0);
        s.user_id = ada;
        s.job = submit_priced(ada);
        walk(&s, cases[i].way);
        step_ok(do_plant, &s);
        CHECK_I64(drifts().count, 1);
        drift = drifts().items;
        CHECK_I64(drift->kind, LEDGER_STALE);
        CHECK_STR(drift->job_id, s.job.id);
        CHECK_I64(drift->micros, PRICE);
        look_ok(do_repair, &l);
        CHECK_I64(l.number, 1);
        check_ledger(ada, 0, cases[i].spent);
        if (i + 1 < COUNT(cases))
            CHECK_I64(job_place_teardown(state), 0);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        PLACED(every_way_of_a_job_leaves_the_ledger_right),
        PLACED(what_costs_nothing_is_not_in_it),
        PLACED(a_budget_holds_for_what_one_transaction_asks_at_once),
        PLACED(a_retry_by_hand_needs_money_too),
        PLACED(a_group_is_given_back_and_paid_again_as_a_whole),
        PLACED(what_waited_for_a_job_is_given_back_with_it),
        PLACED(a_period_begins_anew_and_takes_what_is_open_along),
        PLACED(a_warning_comes_once_a_period_at_four_fifths),
        PLACED(who_is_deleted_leaves_what_he_has_spent_and_holds_nothing_back),
        PLACED(what_is_held_back_for_nothing_is_found_and_settled),
    };

    return place_main(argc, argv, tests, COUNT(tests));
}
