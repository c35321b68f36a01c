/* A database with two users, and calls of the engine in transactions of their own. */
#ifndef TESTS_CONTRACT_JOB_PLACE_H
#define TESTS_CONTRACT_JOB_PLACE_H

#include "db_place.h"

#include "engine/job_group.h"
#include "engine/lane.h"
#include "engine/lease.h"
#include "engine/queue.h"

extern struct arena memory; /* what the calls give belongs to it */
extern struct str ada, bob; /* ids of the users */

int job_place_setup(void **state);
int job_place_teardown(void **state); /* also the clock and the rules are as they were */
struct str add_user_of_plan(const char *name, const char *plan); /* NULL: "standard" */

/* One call of the engine: what goes in, and what comes out. */
struct step {
    struct job_new want;
    struct job job;
    struct lease_want claim;
    struct lease_got got;
    struct str worker, user_id, text;
    int64_t limit, number;
    struct field_list list;
    struct lease_tick tick;
    struct err why;
    const struct job_charge *charge; /* NULL: what was held back */
    bool flag;
};
void step_ok(db_tx_fn fn, struct step *s);
void step_fails(db_tx_fn fn, struct step *s, enum err_code code);

struct group_step {
    struct str user_id, id;
    int64_t total;
    struct job_group group;
};
bool do_create_group(struct db_tx *tx, void *arg, struct err *e); /* user_id, total -> id */
bool do_load_group(struct db_tx *tx, void *arg, struct err *e);   /* these: user_id, id -> group */
bool do_cancel_group(struct db_tx *tx, void *arg, struct err *e);
bool do_retry_group(struct db_tx *tx, void *arg, struct err *e);

bool do_submit(struct db_tx *tx, void *arg, struct err *e);      /* want -> job */
bool do_load(struct db_tx *tx, void *arg, struct err *e);        /* user_id, job.id -> job */
bool do_claim(struct db_tx *tx, void *arg, struct err *e);       /* claim -> got, list */
bool do_renew(struct db_tx *tx, void *arg, struct err *e);       /* worker -> list */
bool do_complete(struct db_tx *tx, void *arg, struct err *e);    /* job */
bool do_fail(struct db_tx *tx, void *arg, struct err *e);        /* job, why */
bool do_retry_later(struct db_tx *tx, void *arg, struct err *e); /* job, number: run_at, why */
bool do_release(struct db_tx *tx, void *arg, struct err *e);     /* job */
bool do_cancel(struct db_tx *tx, void *arg, struct err *e);      /* user_id, job.id -> job, flag */
bool do_retry(struct db_tx *tx, void *arg, struct err *e);       /* user_id, job.id -> job */
bool do_tick(struct db_tx *tx, void *arg, struct err *e);        /* tick */
bool do_pause(struct db_tx *tx, void *arg, struct err *e);       /* text: lane, flag: paused */

/* In the lane "lane", of the kind "test", unless it says something else. */
struct job submit_new(struct job_new want);
struct job submit(struct str user_id);
struct lease_got claim_as(struct lease_want want); /* "lane" and "worker-1", unless ... */
struct field_list claim_by(struct str worker, int64_t limit);
struct job claim_one(void);
struct job load(struct str id); /* whosever it is */
struct lease_tick tick(void);

#define PLACED(test) cmocka_unit_test_setup_teardown(test, job_place_setup, job_place_teardown)

#endif
