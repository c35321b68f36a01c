/* The count of what was made, on both databases: every job that ends adds up once, whether it costs
 * something or not. */
#include "job_ways.h"

#include "base/clock.h"
#include "base/file.h"
#include "engine/period.h"
#include "engine/usage.h"
#include "engine/user.h"

enum { PRICE = 40000, TOOK_MS = 1500 };

#define NOVEMBER_21 INT64_C(1795219200000) /* 2026 */

/* What is asked, and what comes. */
struct look {
    struct usage_question question;
    struct field_list list;
    bool repair;
    size_t money, sums; /* drifts of all days */
};

static bool do_list(struct db_tx *tx, void *arg, struct err *e)
{
    struct look *l = arg;

    return usage_list(tx, &memory, &l->question, &l->list, e);
}

static struct field_list usage_of(struct str user_id, enum usage_by by)
{
    struct look l = { .question = { .user_id = user_id, .from = 0, .to = INT64_MAX, .by = by } };
    struct err e = { 0 };

    CHECK_OK(db_read(place.db, do_list, &l, &e));
    return l.list;
}

static struct field_list usage_of_all(enum usage_by by)
{
    return usage_of((struct str){ 0 }, by);
}

static struct usage sum_of(struct field_list list)
{
    struct usage sum = { 0 };

    for (size_t i = 0; i < list.count; i++) {
        const struct usage *one = (const struct usage *)list.items + i;

        sum.jobs += one->jobs;
        sum.failed += one->failed;
        sum.pictures += one->pictures;
        sum.spent += one->spent;
        sum.took_ms += one->took_ms;
    }
    return sum;
}

static bool do_compare(struct db_tx *tx, void *arg, struct err *e)
{
    struct look *l = arg;
    struct opt_i64 day;

    for (int64_t from = 0; usage_next_day(tx, &memory, from, &day, e) && day.set;
         from = day.value + DAY_MS) {
        struct field_list money, sums;

        if (!(l->repair ? usage_repair(tx, &memory, day.value, &money, &sums, e)
                        : usage_find_drift(tx, &memory, day.value, &money, &sums, e)))
            return false;
        l->money += money.count;
        l->sums += sums.count;
    }
    return e->code == ERR_NONE;
}

static void check_drifts(size_t money, size_t sums)
{
    struct look l = { 0 };
    struct err e = { 0 };

    CHECK_OK(db_read(place.db, do_compare, &l, &e));
    CHECK_I64(l.money, money);
    CHECK_I64(l.sums, sums);
}

/* However it is grouped, and whoever asks. */
static void check_counts(struct str user_id, int64_t jobs, int64_t failed, int64_t pictures)
{
    for (enum usage_by by = USAGE_BY_BACKEND; by <= USAGE_BY_DAY; by++) {
        const struct str scopes[] = { user_id, { 0 } };

        for (size_t i = 0; i < COUNT(scopes); i++) {
            struct usage sum = sum_of(usage_of(scopes[i], by));

            CHECK_I64(sum.jobs, jobs);
            CHECK_I64(sum.failed, failed);
            CHECK_I64(sum.pictures, pictures);
        }
    }
    check_drifts(0, 0);
}

struct way {
    const char *steps;
    int64_t jobs, failed;           /* of a job that costs nothing */
    int64_t paid_jobs, paid_failed; /* of one that does */
    int64_t pictures;
};

static const struct way job_ways[] = {
    { "", 0, 0, 0, 0, 0 },
    { "c", 0, 0, 0, 0, 0 },
    { "cs", 1, 0, 1, 0, 0 },
    { "ct", 1, 0, 1, 0, 2 },
    { "cmt", 1, 0, 1, 0, 2 },
    { "cf", 1, 1, 1, 1, 0 },
    { "cmf", 1, 1, 1, 1, 0 },
    /* nobody wanted it: that counts when it may have been paid for */
    { "x", 0, 0, 0, 0, 0 },
    { "cxe", 0, 0, 0, 0, 0 },
    { "cmxe", 0, 0, 1, 1, 0 },
    { "cxt", 1, 0, 1, 0, 2 },
    { "cxg", 0, 0, 0, 0, 0 },
    { "cxk", 0, 0, 0, 0, 0 },
    /* what goes on counts at its end */
    { "cl", 0, 0, 0, 0, 0 },
    { "clwct", 1, 0, 1, 0, 2 },
    { "crct", 1, 0, 1, 0, 2 },
    { "ckct", 1, 0, 1, 0, 2 },
    { "cgct", 1, 0, 1, 0, 2 },
    { "cfa", 1, 1, 1, 1, 0 },
    { "cfact", 2, 1, 2, 1, 2 },
    { "xacf", 1, 1, 1, 1, 0 },
};

static void every_end_of_a_job_counts_once_whatever_it_costs(void **state)
{
    for (size_t i = 0; i < COUNT(job_ways); i++) {
        const struct way *way = &job_ways[i];
        struct step s = { .why = { .code = ERR_REFUSED } };

        if (i > 0)
            CHECK_I64(job_place_setup(state), 0);
        clock_set_virtual(NOVEMBER_21);
        s.user_id = ada;
        s.job = submit(ada);
        walk(&s, way->steps);
        check_counts(ada, way->jobs, way->failed, way->pictures);
        CHECK_I64(job_place_teardown(state), 0);
        CHECK_I64(job_place_setup(state), 0);
        clock_set_virtual(NOVEMBER_21);
        s = (struct step){ .user_id = ada, .why = { .code = ERR_REFUSED } };
        s.job = submit_new(
            (struct job_new){ .user_id = ada, .band = JOB_NORMAL, .price = { true, PRICE } });
        walk(&s, way->steps);
        check_counts(ada, way->paid_jobs, way->paid_failed, way->pictures);
        if (i + 1 < COUNT(job_ways))
            CHECK_I64(job_place_teardown(state), 0);
    }
}

static void work_of_the_house_is_nobodys_usage(void **state)
{
    struct step s = { 0 };

    UNUSED(state);
    s.job = submit_new((struct job_new){
        .user_id = ada, .lane = JOB_LANE_SYSTEM, .kind = STR("thumbnail"), .band = JOB_NORMAL });
    s.job = *(struct job *)claim_as((struct lease_want){ .lane = JOB_LANE_SYSTEM, .limit = 1 })
                 .jobs.items;
    walk(&s, "s");
    CHECK_I64(usage_of_all(USAGE_BY_DAY).count, 0);
}

static void the_usage_says_who_where_and_how_many(void **state)
{
    static const struct job_charge elsewhere = { .micros = { true, 70000 },
                                                 .backend = { "other", 5 },
                                                 .pictures = 3 };
    static const struct job_charge free_one = { .backend = { "free", 4 }, .pictures = 5 };
    struct step s = { .charge = &elsewhere };
    const struct usage *row;

    UNUSED(state);
    s.job = submit_new((struct job_new){
        .user_id = ada, .band = JOB_NORMAL, .price = { true, PRICE }, .door = STR("jobs") });
    walk(&s, "cs");
    s.charge = &free_one;
    s.job = submit_new((struct job_new){ .user_id = bob, .band = JOB_NORMAL, .door = STR("jobs") });
    walk(&s, "cs");
    s.charge = NULL;
    s.job = submit_new((struct job_new){
        .user_id = bob, .band = JOB_NORMAL, .price = { true, 10 }, .door = STR("albums") });
    walk(&s, "cs");
    s.job = submit(bob); /* of the kind "test", in no door */
    walk(&s, "cs");

    CHECK_I64(usage_of_all(USAGE_BY_BACKEND).count, 3);
    row = usage_of_all(USAGE_BY_BACKEND).items; /* the dearest first, then the most */
    CHECK_STR(row[0].name, STR("other"));
    CHECK_I64(row[0].spent, 70000);
    CHECK_STR(row[1].name, STR("lane"));
    CHECK_I64(row[1].jobs, 2);
    CHECK_STR(row[2].name, STR("free"));
    CHECK_I64(row[2].pictures, 5);
    row = usage_of_all(USAGE_BY_USER).items;
    CHECK_STR(row[0].label, STR("ada"));
    CHECK_STR(row[1].label, STR("bob"));
    CHECK_I64(row[1].spent, 10);
    CHECK_I64(row[1].jobs, 3);
    row = usage_of(bob, USAGE_BY_DOOR).items;
    CHECK_STR(row[0].name, STR("albums"));
    CHECK_STR(row[1].name, STR("jobs"));
    CHECK_STR(row[2].name, STR("test"));
    CHECK_I64(usage_of(bob, USAGE_BY_DOOR).count, 3);
    CHECK_I64(usage_of(ada, USAGE_BY_USER).count, 1);
    check_drifts(0, 0);
}

static void time_is_what_its_worker_had_it_for(void **state)
{
    struct step s = { .user_id = ada, .why = { .code = ERR_REFUSED } };

    UNUSED(state);
    clock_set_virtual(NOVEMBER_21);
    s.job = submit(ada);
    clock_set_virtual(NOVEMBER_21 + 10 * TOOK_MS); /* it waited */
    walk(&s, "c");
    clock_set_virtual(clock_now_ms() + TOOK_MS);
    walk(&s, "s");
    s.job = submit(ada);
    walk(&s, "c");
    clock_set_virtual(clock_now_ms() + TOOK_MS);
    walk(&s, "f");
    CHECK_I64(sum_of(usage_of(ada, USAGE_BY_BACKEND)).took_ms, INT64_C(2) * TOOK_MS);
    s.job = submit(ada);
    walk(&s, "c");
    clock_set_virtual(NOVEMBER_21 - 1); /* somebody has set the clock back */
    walk(&s, "s");
    CHECK_I64(sum_of(usage_of(ada, USAGE_BY_BACKEND)).took_ms, INT64_C(2) * TOOK_MS);
}

static void a_job_counts_on_the_day_on_which_it_ends(void **state)
{
    static const int64_t ends[] = { DAY_MS - 1, DAY_MS };
    const struct usage *days;

    UNUSED(state);
    for (size_t i = 0; i < COUNT(ends); i++) {
        struct step s = { .job = submit(ada) };

        clock_set_virtual(NOVEMBER_21 + DAY_MS - 2);
        walk(&s, "c");
        clock_set_virtual(NOVEMBER_21 + ends[i]);
        walk(&s, "s");
    }
    CHECK_I64(usage_of(ada, USAGE_BY_DAY).count, 2);
    days = usage_of(ada, USAGE_BY_DAY).items;
    CHECK_I64(days[0].day, NOVEMBER_21);
    CHECK_I64(days[1].day, NOVEMBER_21 + DAY_MS);
    check_drifts(0, 0);
    place_run("UPDATE usage_tally SET jobs = jobs + 1 WHERE user_id = ''");
    check_drifts(0, 2);
}

/* All of them in one transaction, as commits of many do. */
static bool do_complete_all(struct db_tx *tx, void *arg, struct err *e)
{
    struct step *s = arg;
    const struct job *jobs = s->list.items;

    for (size_t i = 0; i < s->list.count; i++) {
        if (!lease_complete(tx, &memory, &jobs[i], STR("{}"), &told, e))
            return false;
    }
    return true;
}

static void what_ends_in_one_commit_is_added_up_and_a_late_worker_adds_nothing(void **state)
{
    struct step s = { 0 };

    UNUSED(state);
    clock_set_virtual(NOVEMBER_21);
    for (int i = 0; i < 7; i++) {
        submit(i % 2 == 0 ? ada : bob);
        submit_new((struct job_new){ .user_id = i % 2 == 0 ? bob : ada,
                                     .band = JOB_NORMAL,
                                     .price = { true, PRICE },
                                     .door = STR("albums") });
    }
    s.list = claim_by(STR("worker-1"), 20);
    CHECK_I64(s.list.count, 14);
    step_ok(do_complete_all, &s);
    check_drifts(0, 0);
    CHECK_I64(sum_of(usage_of(ada, USAGE_BY_DOOR)).jobs, 7);
    CHECK_I64(sum_of(usage_of(bob, USAGE_BY_DOOR)).pictures, 14);
    CHECK_I64(sum_of(usage_of_all(USAGE_BY_BACKEND)).spent, INT64_C(7) * 55000);
    CHECK_I64(usage_of_all(USAGE_BY_DOOR).count, 2);
    step_fails(do_complete_all, &s, ERR_CONFLICT);
    CHECK_I64(sum_of(usage_of_all(USAGE_BY_USER)).jobs, 14);
}

static bool do_delete_user(struct db_tx *tx, void *arg, struct err *e)
{
    struct step *s = arg;

    return user_delete(tx, &memory, s->user_id, e);
}

static bool do_check_user(struct db_tx *tx, void *arg, struct err *e)
{
    struct step *s = arg;

    return usage_check_user(tx, &memory, s->user_id, e);
}

static void what_a_user_has_made_stays_when_he_goes(void **state)
{
    struct step s = { .user_id = ada }, other = { .user_id = bob };
    const struct usage *row;

    UNUSED(state);
    s.job = submit(ada);
    walk(&s, "ct");
    s.job = submit(ada);
    walk(&s, "c");
    step_ok(do_delete_user, &s);
    step_ok(do_delete_user, &other);
    step_fails(do_complete, &s, ERR_CONFLICT); /* his job went with him */
    CHECK_I64(usage_of_all(USAGE_BY_USER).count, 1);
    row = usage_of_all(USAGE_BY_USER).items;
    CHECK(str_is_null(row->label));
    CHECK_I64(row->jobs, 1);
    CHECK_I64(row->pictures, 2);
    step_ok(do_check_user, &s);
    step_fails(do_check_user, &other, ERR_NOT_FOUND);
}

static void a_drift_is_found_and_mended(void **state)
{
    static const struct {
        const char *sql;
        size_t money, sums;
    } cases[] = {
        { "UPDATE usage_tally SET spent = spent + 1 WHERE user_id <> '' AND backend = 'lane'", 1,
          2 },
        { "UPDATE usage_tally SET spent = spent - 1 WHERE user_id = ''", 0, 1 },
        { "UPDATE usage_tally SET jobs = 5, pictures = 9 WHERE user_id <> '' AND backend = ''", 0,
          1 },
        { "DELETE FROM usage_tally WHERE user_id = ''", 0, 1 },
        { "DELETE FROM usage_tally", 1, 0 },
        { "UPDATE ledger SET spent = 7", 1, 0 },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct step s = { 0 };
        struct look l = { .repair = true };
        struct err e = { 0 };

        if (i > 0)
            CHECK_I64(job_place_setup(state), 0);
        s.job = submit_new(
            (struct job_new){ .user_id = ada, .band = JOB_NORMAL, .price = { true, PRICE } });
        walk(&s, "ct");
        place_run(cases[i].sql);
        check_drifts(cases[i].money, cases[i].sums);
        CHECK_OK(db_write(place.db, do_compare, &l, &e));
        CHECK_I64(l.money, cases[i].money);
        check_drifts(0, 0);
        CHECK_I64(sum_of(usage_of(ada, USAGE_BY_USER)).spent, i == 5 ? 7 : 55000);
        CHECK_I64(sum_of(usage_of_all(USAGE_BY_DOOR)).spent, i == 5 ? 7 : 55000);
        if (i + 1 < COUNT(cases))
            CHECK_I64(job_place_teardown(state), 0);
    }
}

/* Back to before anything was counted, and the step of the schema that counts what is there. */
static void take_the_step_again(void)
{
    struct str text;
    struct err e = { 0 };

    place_run("DROP TABLE usage_tally");
    place_run("DROP INDEX ledger_by_day");
    place_run("ALTER TABLE job DROP COLUMN door");
    place_run("CREATE TABLE usage_day (name TEXT)");
    CHECK_OK(file_read(&memory, USAGE_SCHEMA, MIB, &text, &e));
    place_run(arena_cstr(&memory, text));
}

static void plant_image(const char *id, const char *job, const char *backend)
{
    place_run(arena_strf(&memory,
                         "INSERT INTO image (id, user_id, job_id, source, backend, key, "
                         "media_type, size_bytes, sha256, crc32, created_at) SELECT '%s', '" STR_FMT
                         "', %s, 'generated', '%s', '%s', 'image/png', 1, '00', 0, %lld",
                         id, STR_ARG(ada), job, backend, id, (long long)NOVEMBER_21)
                  .ptr);
}

struct ended {
    const char *steps;
    int64_t price; /* 0: it costs nothing */
    const char *door;
    bool has_images;
};

static void end_one(const struct ended *one)
{
    struct step s = { .user_id = ada, .why = { .code = ERR_REFUSED } };

    s.job = submit_new((struct job_new){ .user_id = ada,
                                         .kind = STR("generate"),
                                         .band = JOB_NORMAL,
                                         .price = { one->price > 0, one->price },
                                         .door = str_from(one->door) });
    walk(&s, one->steps);
    for (int i = 0; one->has_images && i < told.pictures; i++) {
        struct str id = s.job.id;

        plant_image(arena_strf(&memory, "%d" STR_FMT, i, STR_ARG(id)).ptr,
                    arena_strf(&memory, "'" STR_FMT "'", STR_ARG(id)).ptr, "lane");
    }
}

/* A way of grouping says the same as before, to the last millisecond. */
static void check_same(enum usage_by by, struct field_list before)
{
    struct field_list after = usage_of_all(by);

    CHECK_I64(after.count, before.count);
    for (size_t i = 0; i < after.count; i++) {
        const struct usage *x = (const struct usage *)before.items + i;
        const struct usage *y = (const struct usage *)after.items + i;

        CHECK(str_eq(x->name, y->name) || by == USAGE_BY_DAY);
        CHECK_I64(y->day, x->day);
        CHECK_I64(y->jobs, x->jobs);
        CHECK_I64(y->failed, x->failed);
        CHECK_I64(y->pictures, x->pictures);
        CHECK_I64(y->spent, x->spent);
        CHECK_I64(y->took_ms, x->took_ms);
    }
}

static void what_was_made_before_is_counted_as_if_it_were_made_now(void **state)
{
    static const struct ended jobs[] = {
        { "ct", 0, "jobs", true },       { "cf", 0, "jobs", false },
        { "ct", PRICE, "jobs", true },   { "cf", PRICE, "jobs", false },
        { "cmf", PRICE, "jobs", false }, { "x", PRICE, "jobs", false },
        { "cxe", 0, "jobs", false },     { "cmxe", PRICE, "jobs", false },
        { "c", PRICE, "jobs", false },   { "c", 0, "jobs", false },
    };
    struct field_list before[USAGE_BY_DAY + 1];

    UNUSED(state);
    clock_set_virtual(NOVEMBER_21);
    for (size_t i = 0; i < COUNT(jobs); i++)
        end_one(&jobs[i]);
    for (enum usage_by by = USAGE_BY_BACKEND; by <= USAGE_BY_DAY; by++)
        before[by] = usage_of_all(by);
    CHECK_I64(sum_of(before[USAGE_BY_DAY]).jobs, 6);
    take_the_step_again();
    for (enum usage_by by = USAGE_BY_BACKEND; by <= USAGE_BY_DAY; by++)
        check_same(by, before[by]);
    check_drifts(0, 0);
}

static void pictures_whose_jobs_are_gone_are_counted_where_they_cannot_count_twice(void **state)
{
    struct ended paid = { "ct", PRICE, "jobs", false };
    struct usage sum;

    UNUSED(state);
    clock_set_virtual(NOVEMBER_21);
    end_one(&paid); /* on "lane", whose pictures the ledger knows */
    plant_image("1", "NULL", "lane");
    plant_image("2", "NULL", "sketch");
    plant_image("3", "NULL", "sketch");
    take_the_step_again();
    sum = sum_of(usage_of_all(USAGE_BY_BACKEND));
    CHECK_I64(sum.pictures, told.pictures + 2);
    CHECK_I64(sum.jobs, 3);
    CHECK_I64(sum.spent, 55000);
    check_drifts(0, 0);
}

static void what_was_open_before_goes_to_its_door(void **state)
{
    static const struct {
        const char *kind;
        int64_t price;
        const char *door;
    } cases[] = { { "generate", 0, "jobs" },
                  { "album_shot", 0, "albums" },
                  { "generate", PRICE, "elsewhere" } };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct step s = { .user_id = ada };

        if (i > 0)
            CHECK_I64(job_place_setup(state), 0);
        s.job = submit_new((struct job_new){ .user_id = ada,
                                             .kind = str_from(cases[i].kind),
                                             .band = JOB_NORMAL,
                                             .price = { cases[i].price > 0, cases[i].price },
                                             .door = STR("elsewhere") });
        take_the_step_again();
        CHECK_STR(load(s.job.id).door, str_from(cases[i].door));
        walk(&s, "cs");
        CHECK_STR(((const struct usage *)usage_of_all(USAGE_BY_DOOR).items)->name,
                  str_from(cases[i].door));
        if (i + 1 < COUNT(cases))
            CHECK_I64(job_place_teardown(state), 0);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        PLACED(every_end_of_a_job_counts_once_whatever_it_costs),
        PLACED(work_of_the_house_is_nobodys_usage),
        PLACED(the_usage_says_who_where_and_how_many),
        PLACED(time_is_what_its_worker_had_it_for),
        PLACED(a_job_counts_on_the_day_on_which_it_ends),
        PLACED(what_ends_in_one_commit_is_added_up_and_a_late_worker_adds_nothing),
        PLACED(what_a_user_has_made_stays_when_he_goes),
        PLACED(a_drift_is_found_and_mended),
        PLACED(what_was_made_before_is_counted_as_if_it_were_made_now),
        PLACED(pictures_whose_jobs_are_gone_are_counted_where_they_cannot_count_twice),
        PLACED(what_was_open_before_goes_to_its_door),
    };

    return place_main(argc, argv, tests, COUNT(tests));
}
