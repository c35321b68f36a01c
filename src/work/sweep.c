/* The sweep: orphans of the store, and files that were never finished. */
#include "work/sweep.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "engine/orphan.h"
#include "engine/retention.h"
#include "work/trash.h"

enum {
    DAY_MS = 24 * 3600 * 1000,
    HOUR_MS = 3600 * 1000,
    SKEW_MS = 60 * 1000, /* between the clocks of workers and of the store */
    REST_PARTS = 4,      /* rests this many times as long as a page took */
};

struct sweeper {
    struct sweep_options options;
    int64_t began_ms;  /* by the store's clock */
    int64_t steady_ms; /* at that moment */
    atomic_llong removed;
    pthread_t thread;
    bool started;

    struct lock lock;
    bool stopping;            /* under lock, like: */
    struct sweep_result last; /* of the last round that came to its end */
};

/* One walk through the store. */
struct round {
    struct sweeper *sweeper;
    int64_t cutoff_ms; /* what was put then or later is left alone */
    int64_t brief_ms;  /* the same for what belongs to no row from the beginning */
    int64_t page_began_ms;
    struct arena arena; /* of the page */
    struct str keys[ORPHAN_PAGE_MAX];
    int64_t sizes[ORPHAN_PAGE_MAX];
    size_t count;
    struct field_list orphans;
    struct sweep_result result;
};

/* False: stopped meanwhile. */
static bool rest(struct sweeper *s, int64_t ms)
{
    int64_t until = clock_steady_ms() + ms;
    LOCKED(&s->lock);

    while (!s->stopping && clock_steady_ms() < until)
        lock_wait_ms(&s->lock, until - clock_steady_ms());
    return !s->stopping;
}

static bool list_orphans(struct db_tx *tx, void *arg, struct err *e)
{
    struct round *r = arg;

    return orphan_list(tx, &r->arena, r->keys, r->count, &r->orphans, e);
}

static int64_t size_of(const struct round *r, struct str key)
{
    for (size_t i = 0; i < r->count; i++) {
        if (str_eq(r->keys[i], key))
            return r->sizes[i];
    }
    return 0;
}

static bool remove_orphans(struct round *r, struct err *e)
{
    const struct str *keys = r->orphans.items;

    for (size_t i = 0; i < r->orphans.count; i++) {
        if (!blob_remove(r->sweeper->options.store, keys[i], e))
            return false;
        r->result.removed++;
        r->result.removed_bytes += size_of(r, keys[i]);
        atomic_fetch_add(&r->sweeper->removed, 1);
    }
    return true;
}

static bool end_page(struct round *r, struct err *e)
{
    bool ok = r->count == 0 ||
              (db_read(r->sweeper->options.db, list_orphans, r, e) && remove_orphans(r, e));
    int64_t took_ms = clock_steady_ms() - r->page_began_ms;

    arena_deinit(&r->arena);
    r->count = 0;
    if (ok && !rest(r->sweeper, MAX(took_ms, 1) * REST_PARTS))
        ok = err_set(e, ERR_CANCELLED, "stopped");
    r->page_began_ms = clock_steady_ms();
    return ok;
}

static bool look_at(void *ctx, const struct blob_entry *entry, struct err *e)
{
    struct round *r = ctx;
    bool brief = str_starts(entry->key, STR(BLOB_BRIEF));

    r->result.seen++;
    r->result.seen_bytes += entry->size;
    if (entry->changed_ms >= (brief ? r->brief_ms : r->cutoff_ms))
        return true;
    r->keys[r->count] = arena_str(&r->arena, entry->key);
    r->sizes[r->count++] = entry->size;
    return r->count < ORPHAN_PAGE_MAX || end_page(r, e);
}

static bool find_horizon(struct db_tx *tx, void *arg, struct err *e)
{
    return orphan_horizon(tx, arg, e);
}

static int64_t store_now(const struct sweeper *s)
{
    return s->began_ms + clock_steady_ms() - s->steady_ms;
}

/*
 * Alone, the start of the process is the safe limit: a job of this one may wait for days until it
 * can write its row, and what it has put is all younger. Others may have started later, so there
 * the jobs themselves are asked, which are running for as long as they may still write a row.
 */
bool sweeper_cutoff(const struct sweeper *s, int64_t *out_ms, struct err *e)
{
    int64_t horizon;

    if (s->options.grace_ms == 0) {
        *out_ms = s->began_ms;
        return true;
    }
    if (!db_read(s->options.db, find_horizon, &horizon, e))
        return false;
    *out_ms = MIN(store_now(s) - s->options.grace_ms, horizon - SKEW_MS);
    return true;
}

int64_t sweeper_began_ms(const struct sweeper *s)
{
    return s->began_ms;
}

const char *sweeper_folder(const struct sweeper *s)
{
    return s->options.folder;
}

static bool sweep_leftovers(struct round *r, struct err *e)
{
    const struct sweeper *s = r->sweeper;
    int64_t of_store = 0, of_folder = 0;

    if (!blob_sweep(s->options.store, &of_store, e) ||
        !file_sweep_leftovers(s->options.folder, MAX(s->began_ms, store_now(s) - DAY_MS),
                              &of_folder, e))
        return false;
    r->result.leftovers = of_store + of_folder;
    return true;
}

bool sweeper_run(struct sweeper *s, struct sweep_result *out, struct err *e)
{
    struct round *r = mem_alloc(sizeof(*r));
    bool ok;

    r->sweeper = s;
    r->page_began_ms = clock_steady_ms();
    r->brief_ms = store_now(s) - BLOB_BRIEF_MS;
    ok = trash_empty(s->options.db, s->options.store,
                     clock_now_ms() - retention_rules_get()->trash_ms, &r->result.emptied, e) &&
         sweeper_cutoff(s, &r->cutoff_ms, e) && sweep_leftovers(r, e) &&
         blob_visit(s->options.store, look_at, r, e) && end_page(r, e);
    if (ok) {
        LOCKED(&s->lock);
        s->last = *out = r->result;
    }
    arena_deinit(&r->arena);
    free(r);
    return ok;
}

/* Gives the time until the next round. */
static int64_t run_and_tell(struct sweeper *s)
{
    int64_t began_ms = clock_steady_ms();
    struct sweep_result got = { 0 };
    struct err e = { 0 };

    if (sweeper_run(s, &got, &e)) {
        log_info("swept the store", LOG_N("blobs", got.seen), LOG_N("orphans_removed", got.removed),
                 LOG_N("bytes_removed", got.removed_bytes),
                 LOG_N("leftovers_removed", got.leftovers), LOG_N("trash_emptied", got.emptied),
                 LOG_N("ms", clock_steady_ms() - began_ms));
        return s->options.every_ms;
    }
    if (e.code != ERR_CANCELLED)
        log_warn("sweeping the store failed", LOG_E(&e));
    return MIN(s->options.every_ms, (int64_t)HOUR_MS);
}

static void *sweep_thread(void *arg)
{
    struct sweeper *s = arg;

    while (rest(s, run_and_tell(s))) {
    }
    return NULL;
}

/* A store that cannot be written now tells no time: then an hour is kept clear of. */
struct sweeper *sweeper_create(const struct sweep_options *options)
{
    struct sweeper *s = mem_alloc(sizeof(*s));
    struct err unheard;

    s->options = *options;
    if (s->options.every_ms == 0)
        s->options.every_ms = DAY_MS;
    lock_init(&s->lock);
    if (!blob_now(options->store, &s->began_ms, &unheard))
        s->began_ms = clock_now_ms() - HOUR_MS;
    s->steady_ms = clock_steady_ms();
    return s;
}

void sweeper_start(struct sweeper *s)
{
    s->started = true;
    thread_start(&s->thread, "albumen-sweep", sweep_thread, s);
}

void sweeper_destroy(struct sweeper *s)
{
    if (s == NULL)
        return;
    lock_take(&s->lock);
    s->stopping = true;
    lock_broadcast(&s->lock);
    lock_give(&s->lock);
    if (s->started)
        thread_join(s->thread);
    lock_deinit(&s->lock);
    free(s);
}

struct sweep_result sweeper_last(struct sweeper *s)
{
    LOCKED(&s->lock);

    return s->last;
}

int64_t sweeper_removed(const struct sweeper *s)
{
    return atomic_load(&s->removed);
}
