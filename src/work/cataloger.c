/* Keeps the catalog up to date behind those who make pictures. */
#include "work/cataloger.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "engine/catalog.h"
#include "engine/event.h"

enum {
    PIECE = 100,     /* pictures of one transaction: others write in between */
    GATHER_MS = 50,  /* one commit is seldom alone */
    RETRY_MS = 1000, /* after an error */
    REST_PARTS = 4,  /* rests this many times as long as a piece took */
    REST_MAX_MS = 200,
};

struct cataloger {
    struct db *db;
    pthread_t thread;
    bool started;

    struct lock lock;
    bool stopping, has_news; /* under lock */
};

/* One transaction's worth. */
struct piece {
    int64_t count;
};

static bool catch_up(struct db_tx *tx, void *arg, struct err *e)
{
    struct piece *piece = arg;
    AUTO_ARENA a = { 0 };

    return catalog_catch_up(tx, &a, PIECE, &piece->count, e);
}

bool cataloger_run(struct db *db, struct err *e)
{
    struct piece piece;

    do {
        if (!db_write(db, catch_up, &piece, e))
            return false;
    } while (piece.count > 0);
    return true;
}

/* A picture tells of itself by an event of its owner. */
static void heard(void *ctx, struct str topic)
{
    struct cataloger *c = ctx;

    if (!str_starts(topic, EVENT_TOPIC_PREFIX) && !str_eq(topic, CATALOG_TOPIC) &&
        !str_eq(topic, DB_TOPIC_ANY))
        return;
    LOCKED(&c->lock);
    if (!c->has_news)
        lock_signal(&c->lock);
    c->has_news = true;
}

/* False: stopped meanwhile. */
static bool rest(struct cataloger *c, int64_t ms)
{
    int64_t until = clock_steady_ms() + ms;
    LOCKED(&c->lock);

    while (!c->stopping && clock_steady_ms() < until)
        lock_wait_ms(&c->lock, until - clock_steady_ms());
    return !c->stopping;
}

static bool wait_for_news(struct cataloger *c)
{
    LOCKED(&c->lock);

    while (!c->stopping && !c->has_news)
        lock_wait(&c->lock);
    c->has_news = false;
    return !c->stopping;
}

/* Many events are no pictures: a look costs a read, not a commit. */
static bool look(struct db_tx *tx, void *arg, struct err *e)
{
    return catalog_has_pending(tx, arg, e);
}

static bool work_off(struct cataloger *c, struct err *e)
{
    bool has_more;

    while (db_read(c->db, look, &has_more, e)) {
        int64_t began_ms = clock_steady_ms();
        struct piece piece = { 0 };

        if (!has_more)
            return true;
        if (!db_write(c->db, catch_up, &piece, e))
            return false;
        int64_t took_ms = clock_steady_ms() - began_ms;
        if (!rest(c, piece.count == 0 ? GATHER_MS : MIN(took_ms * REST_PARTS, REST_MAX_MS)))
            return true;
    }
    return false;
}

static void *cataloger_thread(void *arg)
{
    struct cataloger *c = arg;
    struct err e = { 0 };

    do {
        while (!work_off(c, &e)) {
            log_warn("the catalog of pictures is behind", LOG_E(&e));
            if (!rest(c, RETRY_MS))
                return NULL;
        }
    } while (wait_for_news(c) && rest(c, GATHER_MS));
    return NULL;
}

bool cataloger_create(struct db *db, struct cataloger **out, struct err *e)
{
    struct cataloger *c = mem_alloc(sizeof(*c));

    c->db = db;
    lock_init(&c->lock);
    if (!db_listen(db, heard, c, e)) {
        cataloger_destroy(c);
        return false;
    }
    *out = c;
    return true;
}

void cataloger_start(struct cataloger *c)
{
    c->started = true;
    thread_start(&c->thread, "albumen-catalog", cataloger_thread, c);
}

void cataloger_stop(struct cataloger *c)
{
    if (c == NULL || !c->started)
        return;
    lock_take(&c->lock);
    c->stopping = true;
    lock_broadcast(&c->lock);
    lock_give(&c->lock);
    thread_join(c->thread);
    c->started = false;
}

void cataloger_destroy(struct cataloger *c)
{
    if (c == NULL)
        return;
    lock_deinit(&c->lock);
    free(c);
}
