/* What the operator sets for the queues, and whether there is room for one more job. */
#include "engine/queue.h"

#include <string.h>

#include "base/clock.h"
#include "engine/job.h"

enum {
    MINUTE_US = 60 * 1000 * 1000,
    LANES_MAX = 64,
    LANE_NAME_MAX = 120,
    BUSY_RETRY_MS = 5000,
    DEEP = 1000,      /* from here on counting takes long enough to be spared */
    FULL_FOR_MS = 200 /* so long a deep lane that was full is taken for full without counting */
};

const struct queue_rules queue_defaults = {
    .lease_ms = 10 * 1000,
    .ageing_ms = 5 * 60 * 1000,
    .depth = 10000,
};

/*
 * What this process may still let into a lane before it has to count again: a quarter of the room
 * that it saw, because others may do the same.
 */
struct room {
    char lane[LANE_NAME_MAX + 1];
    int64_t left;
    int64_t full_until_ms; /* on the steady clock */
};

static struct {
    const struct queue_rules *rules;
    struct lock lock; /* guards the rest */
    struct room rooms[LANES_MAX];
    size_t count;
} state = { .rules = &queue_defaults,
            .lock = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER } };

void queue_set_rules(const struct queue_rules *rules)
{
    LOCKED(&state.lock);

    state.rules = rules != NULL ? rules : &queue_defaults;
    state.count = 0;
}

const struct queue_rules *queue_rules_get(void)
{
    return state.rules;
}

struct queue_row {
    struct str user_id, plan;
    int64_t now_us, step_us, latest_us, most_us, spent_us;
};

static const struct field queue_fields[] = {
    { FIELD(struct queue_row, user_id) },   { FIELD(struct queue_row, plan) },
    { FIELD(struct queue_row, now_us) },    { FIELD(struct queue_row, step_us) },
    { FIELD(struct queue_row, latest_us) }, { FIELD(struct queue_row, most_us) },
    { FIELD(struct queue_row, spent_us) },  { 0 },
};

/* Holding the lock. NULL: more lanes than a worker serves, or a long name: counted each time. */
static struct room *find_room(struct str lane)
{
    struct room *room;

    for (size_t i = 0; i < state.count; i++) {
        if (str_eq(str_from(state.rooms[i].lane), lane))
            return &state.rooms[i];
    }
    if (state.count == LANES_MAX || lane.len > LANE_NAME_MAX)
        return NULL;
    room = &state.rooms[state.count++];
    *room = (struct room){ .left = 0 };
    memcpy(room->lane, lane.ptr, lane.len);
    return room;
}

enum guess { ROOM_KNOWN, ROOM_FULL, ROOM_UNKNOWN };

/* What can be said without counting. */
static enum guess guess_room(struct str lane, int64_t jobs)
{
    LOCKED(&state.lock);
    struct room *room = find_room(lane);

    if (room == NULL)
        return ROOM_UNKNOWN;
    if (room->full_until_ms > clock_steady_ms())
        return ROOM_FULL;
    if (room->left < MAX(jobs, 1))
        return ROOM_UNKNOWN;
    room->left -= jobs;
    return ROOM_KNOWN;
}

static void note_room(struct str lane, int64_t waiting, int64_t jobs)
{
    LOCKED(&state.lock);
    struct room *room = find_room(lane);
    int64_t depth = state.rules->depth;

    if (room == NULL)
        return;
    room->left = MAX(depth - waiting - jobs, 0) / 4;
    room->full_until_ms = waiting >= depth && depth >= DEEP ? clock_steady_ms() + FULL_FOR_MS : 0;
}

static bool fail_full(struct str lane, struct err *e)
{
    err_set(e, ERR_BUSY, "the queue of '" STR_FMT "' is full", STR_ARG(lane));
    e->retry_after_ms = BUSY_RETRY_MS;
    return false;
}

static bool check_depth(struct db_tx *tx, struct str lane, int64_t jobs, struct err *e)
{
    enum guess guess = guess_room(lane, jobs);
    int64_t waiting;

    if (guess != ROOM_UNKNOWN)
        return guess == ROOM_KNOWN || fail_full(lane, e);
    if (!job_depth(tx, lane, state.rules->depth, &waiting, e))
        return false;
    note_room(lane, waiting, jobs);
    return waiting < state.rules->depth || fail_full(lane, e);
}

bool queue_check_depth(struct db_tx *tx, struct str lane, struct err *e)
{
    return check_depth(tx, lane, 0, e);
}

bool queue_check_order(int64_t jobs, struct err *e)
{
    int64_t per_minute = state.rules->submits_per_minute;

    return per_minute == 0 || jobs <= per_minute ||
           err_set(e, ERR_INVALID,
                   "%lld jobs at once are more than the %lld that may be ordered in a minute: "
                   "order fewer at once",
                   (long long)jobs, (long long)per_minute);
}

/* A minute's jobs at once, and then as many in each minute. Kept in the database, so that it is one
 * pace whichever server is asked. */
static bool take_pace(struct db_tx *tx, struct str user_id, struct err *e)
{
    AUTO_ARENA a = { 0 };
    int64_t per_minute = state.rules->submits_per_minute;
    struct queue_row row = { .user_id = user_id, .now_us = clock_now_ms() * 1000 };

    if (per_minute == 0)
        return true;
    row.step_us = MINUTE_US / per_minute;
    row.latest_us = row.now_us + MINUTE_US - row.step_us;
    row.most_us = row.now_us + 2 * MINUTE_US; /* clocks of several servers are not quite the same */
    if (!db_exec(tx, Q_SUBMIT_PACE_TAKE, queue_fields, &row, e))
        return false;
    if (db_changed(tx) == 1)
        return true;
    if (!db_row(tx, &a, Q_SUBMIT_PACE_OF, queue_fields, &row, queue_fields, &row, e))
        return false;
    err_set(e, ERR_RATE_LIMITED,
            "more than %lld jobs a minute: wait a little, or order fewer at once",
            (long long)per_minute);
    e->retry_after_ms = MAX((row.spent_us - row.latest_us) / 1000, 1);
    return false;
}

bool queue_take_room(struct db_tx *tx, struct str lane, struct str user_id, struct err *e)
{
    return check_depth(tx, lane, 1, e) && take_pace(tx, user_id, e);
}

bool queue_load_weight(struct db_tx *tx, struct str user_id, int64_t *out, struct err *e)
{
    AUTO_ARENA a = { 0 };
    struct queue_row row = { .user_id = user_id };

    *out = 1;
    if (state.rules->plan_count == 0)
        return true;
    if (!db_row(tx, &a, Q_QUEUE_USER_PLAN, queue_fields, &row, queue_fields, &row, e))
        return e->code == ERR_NOT_FOUND;
    for (size_t i = 0; i < state.rules->plan_count; i++) {
        if (str_eq(state.rules->plans[i].name, row.plan))
            *out = state.rules->plans[i].weight;
    }
    return true;
}
