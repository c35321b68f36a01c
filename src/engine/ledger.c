/* The ledger of jobs that cost money: entries are written together at the end of a commit, where
 * the sums that everybody shares are locked for the shortest time. */
#include "engine/ledger.h"

#include "base/clock.h"
#include "base/random.h"
#include "engine/batch.h"
#include "engine/ledger_row.h"

static const char *const outcome_names[] = { "open", "spent", "refunded", "assumed", NULL };

const struct field ledger_fields[] = {
    { FIELD(struct ledger_row, id) },
    { FIELD(struct ledger_row, job_id) },
    { FIELD(struct ledger_row, user_id) },
    { FIELD(struct ledger_row, backend) },
    { FIELD(struct ledger_row, door) },
    { FIELD(struct ledger_row, remote) },
    { FIELD_ENUM(struct ledger_row, outcome, outcome_names) },
    { FIELD_ENUM(struct ledger_row, state, job_state_names) },
    { FIELD(struct ledger_row, reserved) },
    { FIELD(struct ledger_row, pictures) },
    { FIELD_TIME(struct ledger_row, now) },
    { FIELD(struct ledger_row, limit) },
    { FIELD(struct ledger_row, spent) },
    { 0 },
};

/* How far the entries can be written as those that open and then those that settle: up to a job
 * that opens once more after it has settled. */
static size_t stretch(const struct ledger_row *rows, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        if (rows[i].outcome != LEDGER_OPEN)
            continue;
        for (size_t k = 0; k < i; k++) {
            if (rows[k].outcome != LEDGER_OPEN && str_eq(rows[k].job_id, rows[i].job_id))
                return i;
        }
    }
    return count;
}

static bool write_stretch(struct db_tx *tx, struct arena *a, const struct ledger_row *rows,
                          size_t count, struct err *e)
{
    struct ledger_row *opening = arena_array(a, struct ledger_row, count);
    struct ledger_row *settling = arena_array(a, struct ledger_row, count);
    size_t openings = 0, settlings = 0;
    struct field_list settled = { 0 };

    for (size_t i = 0; i < count; i++) {
        if (rows[i].outcome == LEDGER_OPEN)
            opening[openings++] = rows[i];
        else
            settling[settlings++] = rows[i];
    }
    if (openings > 0 && !db_post_many(tx, Q_LEDGER_OPEN, ledger_fields, opening, sizeof(*opening),
                                      openings, DB_ANY_CHANGE, e))
        return false;
    if (settlings > 0 &&
        !db_rows_many(tx, a, Q_LEDGER_SETTLE, ledger_fields, settling, sizeof(*settling), settlings,
                      ledger_fields, sizeof(*settling), &settled, e))
        return false;
    return ledger_add_up(tx, a, opening, openings, settled.items, settled.count, e);
}

/* Did an earlier entry belong to the same user? */
static bool is_done(const struct ledger_row *rows, size_t at)
{
    for (size_t i = 0; i < at; i++) {
        if (str_eq(rows[i].user_id, rows[at].user_id))
            return true;
    }
    return false;
}

static bool opens_any(const struct ledger_row *rows, size_t count, struct str user_id)
{
    for (size_t i = 0; i < count; i++) {
        if (rows[i].outcome == LEDGER_OPEN && str_eq(rows[i].user_id, user_id))
            return true;
    }
    return false;
}

static bool write_entries(struct db_tx *tx, struct arena *a, void *items, size_t count,
                          struct err *e)
{
    const struct ledger_row *rows = items;

    for (size_t at = 0; at < count;) {
        size_t some = stretch(rows + at, count - at);

        if (!write_stretch(tx, a, rows + at, some, e))
            return false;
        at += some;
    }
    for (size_t i = 0; i < count; i++) {
        if (!is_done(rows, i) &&
            !budget_enforce(tx, a, rows[i].user_id, opens_any(rows, count, rows[i].user_id), e))
            return false;
    }
    return true;
}

static const struct db_batch ledger_batch = { .order = BATCH_LEDGER,
                                              .item_bytes = sizeof(struct ledger_row),
                                              .run = write_entries };

static bool put_off(struct db_tx *tx, const struct ledger_row *row, struct err *e)
{
    struct arena *kept = db_put_off_arena(tx);
    struct ledger_row copy = *row;

    copy.id = uuid_new(kept);
    copy.job_id = arena_str(kept, row->job_id);
    copy.user_id = arena_str(kept, row->user_id);
    copy.backend = arena_str(kept, row->backend);
    copy.door = arena_str(kept, row->door);
    copy.now = clock_now_ms();
    return db_put_off(tx, &ledger_batch, &copy, e);
}

bool ledger_open(struct db_tx *tx, struct arena *a, const struct job *job, struct str door,
                 struct err *e)
{
    struct ledger_row row = { .job_id = job->id,
                              .user_id = job->user_id,
                              .backend = job->lane,
                              .door = door,
                              .reserved = job->reserved.value };

    return !job->reserved.set ||
           (budget_check(tx, a, job->user_id, row.reserved, e) && put_off(tx, &row, e));
}

bool ledger_open_again(struct db_tx *tx, struct arena *a, const struct job *job, struct err *e)
{
    struct ledger_row row = { .job_id = job->id, .user_id = job->user_id };
    struct ledger_row last = { .door = job->kind };
    struct err why;

    if (!job->reserved.set)
        return true;
    if (!db_row(tx, a, Q_LEDGER_LAST, ledger_fields, &row, ledger_fields, &last, &why) &&
        why.code != ERR_NOT_FOUND) {
        *e = why;
        return false;
    }
    return ledger_open(tx, a, job, last.door, e);
}

bool ledger_cost(struct db_tx *tx, struct arena *a, struct str user_id, struct str job_id,
                 int64_t *out_micros, struct err *e)
{
    const struct ledger_row of = { .job_id = job_id, .user_id = user_id };
    struct ledger_row sum = { 0 };

    if (!db_row(tx, a, Q_LEDGER_COST, ledger_fields, &of, ledger_fields, &sum, e))
        return err_wrap(e, "what the job has cost");
    *out_micros = sum.spent.value;
    return true;
}

bool ledger_spend(struct db_tx *tx, const struct job *job, const struct job_charge *charge,
                  struct err *e)
{
    struct ledger_row row = { .job_id = job->id, .user_id = job->user_id, .outcome = LEDGER_SPENT };

    if (!job->reserved.set)
        return true;
    if (charge != NULL) {
        row.spent = charge->micros;
        row.backend = charge->backend;
        row.pictures = charge->pictures;
    }
    return put_off(tx, &row, e);
}

bool ledger_end(struct db_tx *tx, const struct job *job, struct err *e)
{
    bool is_bought = !str_is_null(job->remote);
    struct ledger_row row = { .job_id = job->id,
                              .user_id = job->user_id,
                              .outcome = is_bought ? LEDGER_ASSUMED : LEDGER_REFUNDED,
                              .spent = { !is_bought, 0 } };

    return !job->reserved.set || put_off(tx, &row, e);
}

bool ledger_end_of_user(struct db_tx *tx, struct arena *a, struct str user_id, struct err *e)
{
    struct ledger_row row = { .user_id = user_id };
    struct field_list open;
    const struct ledger_row *rows;

    if (!db_rows(tx, a, Q_LEDGER_OPEN_OF_USER, ledger_fields, &row, ledger_fields, sizeof(row),
                 &open, e))
        return false;
    rows = open.items;
    for (size_t i = 0; i < open.count; i++) {
        struct job job = { .id = rows[i].job_id,
                           .user_id = user_id,
                           .remote = rows[i].remote,
                           .reserved = { true, rows[i].reserved } };

        if (!ledger_end(tx, &job, e))
            return false;
    }
    return true;
}
