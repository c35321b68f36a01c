/* What the operator sets for the queues of the whole program, and whether there is room for one
 * more job. */
#ifndef ENGINE_QUEUE_H
#define ENGINE_QUEUE_H

#include "db/db.h"

/* A plan's share: with weight 4 a user gets four times the turns of one with weight 1. */
struct queue_plan {
    struct str name;
    int64_t weight;
};

struct queue_rules {
    int64_t lease_ms;           /* a worker that says nothing for so long loses its jobs */
    int64_t ageing_ms;          /* no job waits longer than this behind those of higher bands */
    int64_t depth;              /* jobs that may wait in a lane */
    int64_t submits_per_minute; /* jobs of one user; 0: no limit */
    int64_t running_per_user;   /* jobs at once, in all lanes and processes together; 0: no limit */
    const struct queue_plan *plans; /* a plan that is not here has weight 1 */
    size_t plan_count;
};

extern const struct queue_rules queue_defaults;
/* Once, before anything runs; NULL: the defaults. What it points to lives as long as the program.
 */
void queue_set_rules(const struct queue_rules *rules);
const struct queue_rules *queue_rules_get(void);

/*
 * ERR_BUSY with retry_after_ms when the lane is as deep as it may be. Counts rarely, so that a
 * submission costs the same at any depth: up to four processes on one database keep the depth
 * exactly, more of them may go a little beyond it.
 */
MUST_CHECK bool queue_check_depth(struct db_tx *tx, struct str lane, struct err *e);
/* Before an order of so many jobs: ERR_INVALID when more than a user may order in a minute, which
 * waiting does not help. */
MUST_CHECK bool queue_check_order(int64_t jobs, struct err *e);
/* Takes the room of one job. Also ERR_RATE_LIMITED with retry_after_ms, when the user is too fast.
 */
MUST_CHECK bool queue_take_room(struct db_tx *tx, struct str lane, struct str user_id,
                                struct err *e);

/* The weight of the user's plan. */
MUST_CHECK bool queue_load_weight(struct db_tx *tx, struct str user_id, int64_t *out,
                                  struct err *e);

#endif
