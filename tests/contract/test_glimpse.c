/* What can be seen of a job while it runs, on both databases: by its owner, of this attempt alone.
 */
#include "job_place.h"

#include "engine/glimpse.h"

/* Of one transaction: what goes in, and what comes out. */
struct look {
    struct job job;
    struct str user_id, text;
    int64_t previews;
    struct glimpse seen;
};

static bool do_note(struct db_tx *tx, void *arg, struct err *e)
{
    struct look *l = arg;

    return glimpse_save_note(tx, &l->job, l->text, e);
}

static bool do_preview(struct db_tx *tx, void *arg, struct err *e)
{
    struct look *l = arg;

    return glimpse_save_preview(tx, &memory, &l->job, l->text, &l->previews, e);
}

static bool do_look(struct db_tx *tx, void *arg, struct err *e)
{
    struct look *l = arg;

    return glimpse_load(tx, &memory, l->user_id, l->job.id, &l->seen, e);
}

static bool do_look_at_preview(struct db_tx *tx, void *arg, struct err *e)
{
    struct look *l = arg;

    return glimpse_load_preview(tx, &memory, l->user_id, l->job.id, &l->text, e);
}

static bool do_forget(struct db_tx *tx, void *arg, struct err *e)
{
    struct look *l = arg;

    return glimpse_forget(tx, &l->job, e);
}

static void note(struct job job, struct str words)
{
    struct look look = { .job = job, .text = words };
    struct err e = { 0 };

    CHECK_OK(db_write(place.db, do_note, &look, &e));
}

static int64_t preview(struct job job, struct str bytes)
{
    struct look look = { .job = job, .text = bytes };
    struct err e = { 0 };

    CHECK_OK(db_write(place.db, do_preview, &look, &e));
    return look.previews;
}

static struct glimpse look_as(struct str user_id, struct job job)
{
    struct look look = { .job = job, .user_id = user_id };
    struct err e = { 0 };

    CHECK_OK(db_read(place.db, do_look, &look, &e));
    return look.seen;
}

/* No value: there is none. */
static struct str preview_as(struct str user_id, struct job job)
{
    struct look look = { .job = job, .user_id = user_id };
    struct err e = { 0 };

    if (db_read(place.db, do_look_at_preview, &look, &e))
        return look.text;
    CHECK_I64(e.code, ERR_NOT_FOUND);
    return (struct str){ 0 };
}

static struct job running(void)
{
    submit(ada);
    return claim_one();
}

static void the_newest_words_and_the_newest_preview_are_seen(void **state)
{
    static const char bytes[] = "\x89PNG\0\xff";
    struct job job = running();

    UNUSED(state);
    CHECK(str_is_null(look_as(ada, job).note));
    note(job, STR("loading the model"));
    CHECK_STR(look_as(ada, job).note, STR("loading the model"));
    CHECK_I64(look_as(ada, job).previews, 0);
    CHECK(str_is_null(preview_as(ada, job)));
    CHECK_I64(preview(job, STR("first")), 1);
    CHECK_I64(preview(job, str_of(bytes, sizeof(bytes))), 2);
    note(job, STR("drawing \xc3\xa9"));
    CHECK_STR(look_as(ada, job).note, STR("drawing \xc3\xa9"));
    CHECK_I64(look_as(ada, job).previews, 2);
    CHECK_STR(preview_as(ada, job), str_of(bytes, sizeof(bytes)));
}

static void nobody_else_sees_it(void **state)
{
    struct job job = running();

    UNUSED(state);
    note(job, STR("drawing"));
    CHECK_I64(preview(job, STR("mine")), 1);
    CHECK(str_is_null(look_as(bob, job).note));
    CHECK(str_is_null(preview_as(bob, job)));
}

static void it_is_gone_with_the_job(void **state)
{
    struct job job = running();

    UNUSED(state);
    note(job, STR("drawing"));
    CHECK_I64(preview(job, STR("x")), 1);
    step_ok(do_complete, &(struct step){ .job = job });
    CHECK(str_is_null(look_as(ada, job).note));
    CHECK(str_is_null(preview_as(ada, job)));
}

static void an_attempt_that_lost_its_lease_shows_nothing(void **state)
{
    struct job first = running(), second;
    struct look look = { .job = first, .text = STR("late") };
    struct err e = { 0 };

    UNUSED(state);
    note(first, STR("drawing"));
    CHECK_I64(preview(first, STR("old")), 1);
    step_ok(do_release, &(struct step){ .job = first });
    second = claim_one();
    CHECK(second.fence > first.fence);
    CHECK(str_is_null(look_as(ada, second).note));
    CHECK(str_is_null(preview_as(ada, second)));
    note(first, STR("late"));
    CHECK_FAILS(db_write(place.db, do_preview, &look, &e), ERR_NOT_FOUND, NULL);
    CHECK(str_is_null(look_as(ada, second).note));
    note(second, STR("again"));
    CHECK_STR(look_as(ada, second).note, STR("again"));
    CHECK_I64(look_as(ada, second).previews, 0);
    CHECK(str_is_null(preview_as(ada, second)));
    CHECK(preview(second, STR("new")) > 1);
}

static void it_can_be_taken_back_but_not_by_an_older_attempt(void **state)
{
    struct job first = running(), second;
    struct look old = { .job = first }, look;
    struct err e = { 0 };

    UNUSED(state);
    step_ok(do_release, &(struct step){ .job = first });
    second = claim_one();
    note(second, STR("drawing"));
    CHECK_OK(db_write(place.db, do_forget, &old, &e));
    CHECK_STR(look_as(ada, second).note, STR("drawing"));
    look = (struct look){ .job = second };
    CHECK_OK(db_write(place.db, do_forget, &look, &e));
    CHECK(str_is_null(look_as(ada, second).note));
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        PLACED(the_newest_words_and_the_newest_preview_are_seen),
        PLACED(nobody_else_sees_it),
        PLACED(it_is_gone_with_the_job),
        PLACED(an_attempt_that_lost_its_lease_shows_nothing),
        PLACED(it_can_be_taken_back_but_not_by_an_older_attempt),
    };

    return place_main(argc, argv, tests, COUNT(tests));
}
