/* Keeps what a job has made in the store, and waits while the store is full or cannot be written.
 */
#include "work/keep.h"

#include "base/log.h"

enum { PAUSE_MS = 500, PAUSE_MAX_MS = 5000 };

struct trouble {
    const struct work_run *run;
    const struct err *why;
};

static bool save_trouble(struct db_tx *tx, void *arg, struct err *e)
{
    const struct trouble *t = arg;

    return lease_save_error(tx, t->run->job, t->why, e);
}

/* False when the job is not ours any more. That it cannot be told, perhaps for the same reason,
 * changes nothing. */
static bool tell_trouble(struct work_run *run, const struct err *why, struct err *e)
{
    struct trouble trouble = { run, why };

    log_warn("a picture waits for room in the store", LOG_S("job", run->job->id), LOG_E(why));
    return db_write(run->db, save_trouble, &trouble, e) || e->code != ERR_CONFLICT;
}

bool keep_blob(struct work_run *run, struct blob_store *store, struct str key,
               const struct blob_content *content, struct err *e)
{
    const struct gen_run patience = { .cancel = &run->cancel };
    int64_t pause_ms = PAUSE_MS;
    struct err why = { 0 };

    while (!blob_put(store, key, content, &why)) {
        if (why.code != ERR_STORAGE_FULL && why.code != ERR_UNAVAILABLE) {
            *e = why;
            return false;
        }
        if (!tell_trouble(run, &why, e) || !run_wait(&patience, pause_ms, e))
            return false;
        pause_ms = MIN(2 * pause_ms, PAUSE_MAX_MS);
    }
    return true;
}
