/* The ledger of jobs that cost money: entries are written together at the end of a commit, where
 * the sums that everybody shares are locked for the shortest time. */
#include "engine/ledger.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/random.h"
#include "engine/batch.h"
#include "engine/ledger_row.h"
#include "engine/usage.h"

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
    { FIELD(struct ledger_row, failed) },
    { FIELD(struct ledger_row, took_ms) },
    { FIELD(struct ledger_row, spent) },
    { 0 },
};

/* How far the entries can be written as those that open and then those that settle: up to one that
 * opens once more, behind one that may be the end of the same job. */
static size_t stretch(const struct ledger_row *rows, size_t count)
{
    bool has_settled = false;

    for (size_t i = 0; i < count; i++) {
        if (rows[i].opens_again && has_settled)
            return i;
        has_settled = has_settled || rows[i].outcome != LEDGER_OPEN;
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

static int by_user(const void *a, const void *b)
{
    const struct ledger_row *x = a, *y = b;

    return str_cmp(x->user_id, y->user_id);
}

/* Each user once. Who opens nothing has done what he was allowed to before. */
static bool enforce_budgets(struct db_tx *tx, struct arena *a, struct ledger_row *rows,
                            size_t count, struct err *e)
{
    struct budget_claim claim = { 0 };

    qsort(rows, count, sizeof(*rows), by_user);
    for (size_t i = 0; i < count; i++)
        claim.all += rows[i].outcome == LEDGER_OPEN ? rows[i].reserved : 0;
    for (size_t at = 0, next; at < count; at = next) {
        claim.own = 0;
        claim.may_refuse = false;
        for (next = at; next < count && str_eq(rows[next].user_id, rows[at].user_id); next++) {
            if (rows[next].outcome != LEDGER_OPEN)
                continue;
            claim.may_refuse = true;
            claim.own += rows[next].reserved;
        }
        if (!budget_enforce(tx, a, rows[at].user_id, &claim, e))
            return false;
    }
    return true;
}

static bool write_entries(struct db_tx *tx, struct arena *a, void *items, size_t count,
                          struct err *e)
{
    struct ledger_row *rows = items;

    for (size_t at = 0; at < count;) {
        size_t some = stretch(rows + at, count - at);

        if (!write_stretch(tx, a, rows + at, some, e))
            return false;
        at += some;
    }
    return enforce_budgets(tx, a, rows, count, e);
}

static const struct db_batch ledger_batch = { .order = BATCH_LEDGER,
                                              .item_bytes = sizeof(struct ledger_row),
                                              .run = write_entries };

static bool put_off(struct db_tx *tx, const struct ledger_row *row, struct err *e)
{
    struct arena *kept = db_put_off_arena(tx);
    struct ledger_row copy = *row;

    if (row->outcome == LEDGER_OPEN)
        copy.id = uuid_new(kept);
    copy.job_id = arena_str(kept, row->job_id);
    copy.user_id = arena_str(kept, row->user_id);
    copy.backend = arena_str(kept, row->backend);
    copy.door = arena_str(kept, row->door);
    copy.now = clock_now_ms();
    return db_put_off(tx, &ledger_batch, &copy, e);
}

static struct str door_of(const struct job *job)
{
    return str_is_null(job->door) ? job->kind : job->door;
}

static bool open_entry(struct db_tx *tx, struct arena *a, const struct job *job, bool is_again,
                       struct err *e)
{
    struct ledger_row row = { .job_id = job->id,
                              .user_id = job->user_id,
                              .backend = job->lane,
                              .door = door_of(job),
                              .reserved = job->reserved.value,
                              .opens_again = is_again };

    return !job->reserved.set ||
           (budget_check(tx, a, job->user_id, row.reserved, e) && put_off(tx, &row, e));
}

bool ledger_open(struct db_tx *tx, struct arena *a, const struct job *job, struct err *e)
{
    return open_entry(tx, a, job, false, e);
}

bool ledger_open_again(struct db_tx *tx, struct arena *a, const struct job *job, struct err *e)
{
    return open_entry(tx, a, job, true, e);
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

/* How long its worker has had it. */
static int64_t time_taken(const struct job *job)
{
    return job->claimed_at == 0 ? 0 : MAX(clock_now_ms() - job->claimed_at, 0);
}

/* Of a job that costs nothing: who ends it has its fence, so it counts once. */
static bool count_free(struct db_tx *tx, const struct job *job, const struct ledger_row *row,
                       struct err *e)
{
    const struct usage_end end = { .user_id = job->user_id,
                                   .backend = str_is_null(row->backend) ? job->lane : row->backend,
                                   .door = door_of(job),
                                   .ended_at = clock_now_ms(),
                                   .failed = row->failed != 0,
                                   .pictures = row->pictures,
                                   .took_ms = row->took_ms };

    return str_eq(job->lane, JOB_LANE_SYSTEM) || usage_count(tx, &end, e);
}

bool ledger_spend(struct db_tx *tx, const struct job *job, const struct job_charge *charge,
                  struct err *e)
{
    struct ledger_row row = { .job_id = job->id,
                              .user_id = job->user_id,
                              .outcome = LEDGER_SPENT,
                              .took_ms = time_taken(job) };

    if (charge != NULL) {
        row.spent = charge->micros;
        row.backend = charge->backend;
        row.pictures = charge->pictures;
    }
    return job->reserved.set ? put_off(tx, &row, e) : count_free(tx, job, &row, e);
}

bool ledger_end(struct db_tx *tx, const struct job *job, struct err *e)
{
    bool is_bought = !str_is_null(job->remote), has_failed = job->state == JOB_FAILED;
    struct ledger_row row = { .job_id = job->id,
                              .user_id = job->user_id,
                              .outcome = is_bought ? LEDGER_ASSUMED : LEDGER_REFUNDED,
                              .spent = { !is_bought, 0 },
                              .failed = is_bought || has_failed,
                              .took_ms = time_taken(job) };

    if (job->reserved.set)
        return put_off(tx, &row, e);
    return !has_failed || count_free(tx, job, &row, e);
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
