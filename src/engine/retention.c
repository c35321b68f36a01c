/* The deletion of jobs that are over: pages are read, and what is old in them is deleted. */
#include "engine/retention.h"

#include <assert.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/random.h"
#include "engine/job.h"

enum { PAGE_MAX = 500, IDS_MAX_BYTES = PAGE_MAX * 64, DAY_MS = 24 * 3600 * 1000 };

const struct retention_rules retention_defaults = {
    .jobs_ms = 90 * (int64_t)DAY_MS,
    .system_jobs_ms = DAY_MS,
    .events_ms = DAY_MS,
    .idempotency_ms = DAY_MS,
    .trash_ms = 30 * (int64_t)DAY_MS,
};

static const struct retention_rules *current = &retention_defaults;

void retention_set_rules(const struct retention_rules *rules)
{
    current = rules != NULL ? rules : &retention_defaults;
}

const struct retention_rules *retention_rules_get(void)
{
    return current;
}

int64_t retention_purge_at(int64_t deleted_at)
{
    return deleted_at != 0 ? deleted_at + current->trash_ms : 0;
}

struct old_row {
    struct str id, lane;
    int64_t finished_at;
};

static const struct field old_row_columns[] = {
    { FIELD(struct old_row, id) },
    { FIELD(struct old_row, lane) },
    { FIELD_TIME(struct old_row, finished_at) },
    { 0 },
};

struct walk {
    struct str after, before, ids;
    int64_t cutoff, system_cutoff, limit;
};

static const struct field walk_fields[] = {
    { FIELD(struct walk, after) },
    { FIELD(struct walk, before) },
    { FIELD(struct walk, ids) },
    { FIELD(struct walk, cutoff) },
    { FIELD(struct walk, system_cutoff) },
    { FIELD(struct walk, limit) },
    { 0 },
};

/* One page of a walk through old rows by their ids. */
struct page {
    struct walk walk;
    bool of_groups;
    struct arena arena;
    struct field_list rows; /* struct old_row */
    int64_t deleted;
};

static bool load_page(struct db_tx *tx, void *arg, struct err *e)
{
    struct page *p = arg;

    if (p->of_groups)
        return db_rows(tx, &p->arena, Q_RETENTION_GROUPS, walk_fields, &p->walk, old_row_columns,
                       sizeof(struct old_row), &p->rows, e);
    return db_rows(tx, &p->arena, Q_RETENTION_JOBS, walk_fields, &p->walk, old_row_columns,
                   sizeof(struct old_row), &p->rows, e);
}

/* The queries say it again, when nobody else can change it any more. */
static bool is_due(const struct page *p, const struct old_row *row)
{
    bool is_system = !p->of_groups && str_eq(row->lane, JOB_LANE_SYSTEM);

    return p->of_groups ||
           (row->finished_at != 0 &&
            row->finished_at < (is_system ? p->walk.system_cutoff : p->walk.cutoff));
}

/* How many there are; their ids as JSON. */
static size_t print_due(struct page *p)
{
    const struct old_row *rows = p->rows.items;
    AUTO_BUF text = { 0 };
    struct json_writer w = { .out = &text };
    size_t count = 0;

    buf_init(&text, IDS_MAX_BYTES);
    json_begin_array(&w);
    for (size_t i = 0; i < p->rows.count; i++) {
        if (is_due(p, &rows[i])) {
            json_put_str(&w, rows[i].id);
            count++;
        }
    }
    json_end_array(&w);
    assert(!text.overflowed);
    p->walk.ids = arena_str(&p->arena, buf_str(&text));
    return count;
}

static bool delete_due(struct db_tx *tx, void *arg, struct err *e)
{
    struct page *p = arg;
    bool ok = p->of_groups ? db_exec(tx, Q_RETENTION_DELETE_GROUPS, walk_fields, &p->walk, e)
                           : db_exec(tx, Q_RETENTION_DELETE_JOBS, walk_fields, &p->walk, e);

    p->deleted = db_changed(tx);
    return ok;
}

/* What was made before this moment has a lesser id. */
static struct str first_id_of(struct arena *a, int64_t ms)
{
    uint64_t time = (uint64_t)MAX(ms, 0);

    return arena_strf(a, "%08llx-%04llx", (unsigned long long)(time >> 16),
                      (unsigned long long)(time & 0xffff));
}

static bool take_page(struct db *db, struct page *p, char after[UUID_LEN + 1], bool *out_more,
                      struct err *e)
{
    p->walk.after = str_from(after);
    if (!db_read(db, load_page, p, e))
        return false;
    p->deleted = 0;
    if (print_due(p) > 0 && !db_write(db, delete_due, p, e))
        return false;
    *out_more = p->rows.count == PAGE_MAX;
    if (*out_more)
        snprintf(after, UUID_LEN + 1, STR_FMT,
                 STR_ARG(((const struct old_row *)p->rows.items)[PAGE_MAX - 1].id));
    return true;
}

static bool walk_all(struct db *db, const struct walk *walk, bool of_groups, int64_t *out_deleted,
                     struct err *e)
{
    char after[UUID_LEN + 1] = "";
    bool more = true, ok = true;

    *out_deleted = 0;
    while (ok && more) {
        struct page p = { .walk = *walk, .of_groups = of_groups };

        ok = take_page(db, &p, after, &more, e);
        *out_deleted += p.deleted;
        arena_deinit(&p.arena);
    }
    return ok;
}

/* Nothing is older than the world: what is kept for ever has its cutoff there. */
static int64_t cutoff_of(int64_t now_ms, int64_t kept_ms)
{
    return kept_ms > 0 ? now_ms - kept_ms : 0;
}

bool retention_sweep_jobs(struct db *db, int64_t *out_deleted, struct err *e)
{
    AUTO_ARENA a = { 0 };
    int64_t now_ms = clock_now_ms(), groups;
    struct walk walk = { .cutoff = cutoff_of(now_ms, current->jobs_ms),
                         .system_cutoff = cutoff_of(now_ms, current->system_jobs_ms),
                         .limit = PAGE_MAX };

    walk.before = first_id_of(&a, MAX(walk.cutoff, walk.system_cutoff));
    return walk_all(db, &walk, false, out_deleted, e) && walk_all(db, &walk, true, &groups, e);
}
