/* The ways of a job, step by step, for the tests of what its end means. */
#include "job_ways.h"

#include "base/clock.h"

const struct job_charge told = { .micros = { true, 55000 }, .pictures = 2 };

static bool do_complete_told(struct db_tx *tx, void *arg, struct err *e)
{
    struct step *s = arg;

    return lease_complete(tx, &memory, &s->job, STR("{}"), &told, e);
}

static bool do_save_remote(struct db_tx *tx, void *arg, struct err *e)
{
    struct step *s = arg;

    s->job.remote = STR("{\"id\":1}");
    return lease_save_remote(tx, &s->job, s->job.remote, e);
}

static bool do_postpone(struct db_tx *tx, void *arg, struct err *e)
{
    struct step *s = arg;

    return lease_postpone(tx, &memory, &s->job, clock_now_ms() + 1000, &s->why, e);
}

static bool do_end_cancelled(struct db_tx *tx, void *arg, struct err *e)
{
    struct step *s = arg;

    return lease_end_cancelled(tx, &memory, &s->job, e);
}

static bool do_later(struct db_tx *tx, void *arg, struct err *e)
{
    struct step *s = arg;

    return lease_retry_later(tx, &memory, &s->job, clock_now_ms() + 1000, &s->why, e);
}

static bool do_give_back(struct db_tx *tx, void *arg, struct err *e)
{
    UNUSED(arg);
    return lease_give_back(tx, &memory, STR("worker-1"), e);
}

static bool do_rescue_all(struct db_tx *tx, void *arg, struct err *e)
{
    struct step *s = arg;

    return lease_rescue_all(tx, &memory, &s->number, e);
}

static bool do_waver(struct db_tx *tx, void *arg, struct err *e)
{
    return do_cancel(tx, arg, e) && do_retry(tx, arg, e) && do_cancel(tx, arg, e) &&
           do_retry(tx, arg, e);
}

void walk(struct step *s, const char *way)
{
    static const struct {
        char letter;
        db_tx_fn fn;
    } steps[] = {
        { 'm', do_save_remote }, { 's', do_complete },   { 't', do_complete_told },
        { 'f', do_fail },        { 'x', do_cancel },     { 'e', do_end_cancelled },
        { 'l', do_later },       { 'p', do_postpone },   { 'r', do_release },
        { 'g', do_give_back },   { 'b', do_rescue_all }, { 'a', do_retry },
        { 'y', do_waver },
    };

    for (; *way != '\0'; way++) {
        if (*way == 'c')
            s->job = claim_one();
        if (*way == 'k' || *way == 'w') {
            clock_set_virtual(clock_now_ms() + (*way == 'k' ? 60 * 1000 : 1001));
            tick();
        }
        for (size_t i = 0; i < COUNT(steps); i++) {
            if (steps[i].letter == *way)
                step_ok(steps[i].fn, s);
        }
    }
}
