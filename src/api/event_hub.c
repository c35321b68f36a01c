/* The hub of events: channels with streams in this process, and the thread that feeds them. */
#include "api/event_hub.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"

#define CLOSE_PREFIX                                                                               \
    STR("streams:") /* of the signal that ends streams; a token's beginning follows */

enum {
    BUCKETS = 1024,
    BATCH_CHANNELS = 256,      /* read in one snapshot */
    BATCH_BYTES = 1024 * 1024, /* after so much the rest waits for the next one */
    PAGE_EVENTS = 100,         /* of one channel in a snapshot */
    CLOSING_BYTES = 16 * 1024, /* tokens that wait; beyond it all streams are ended */
    PAUSE_MS = 50,             /* after a read that failed; doubles, up to the next */
    PAUSE_MAX_MS = 2000,
};

/* A channel that is listened to in this process. */
struct listened {
    struct listened *next;       /* in its bucket */
    struct listened *next_dirty; /* in the order of the signals */
    bool is_dirty; /* waits for the publisher, who frees it when its streams are gone */
    int64_t streams;
    int64_t published; /* number of the last event that the server got, or needs not get */
    size_t name_bytes;
    char name[];
};

struct event_hub {
    struct db *db;
    struct server *server;
    pthread_t thread;
    bool started;

    struct lock lock; /* guards what follows */
    struct listened *buckets[BUCKETS];
    struct listened *dirty, **dirty_end;
    bool all_dirty;     /* anything may have changed */
    struct buf closing; /* tokens, a line each */
    bool closing_all;
    bool stopping;
};

/* What the publisher does in one turn. */
struct news {
    struct str channel;
    int64_t after;
    struct field_list events;
    bool more; /* there may be */
};

struct turn {
    struct arena arena;
    struct arena_mark mark; /* what a second run of the read rewinds to */
    struct str closing;
    bool closing_all;
    struct news news[BATCH_CHANNELS];
    size_t count;
};

static struct str name_of(const struct listened *at)
{
    return str_of(at->name, at->name_bytes);
}

/* The place that points to the channel, or to NULL where it would stand. */
static struct listened **find(struct event_hub *hub, struct str channel)
{
    struct listened **at = &hub->buckets[str_hash(channel) % BUCKETS];

    while (*at != NULL && !str_eq(name_of(*at), channel))
        at = &(*at)->next;
    return at;
}

static void mark_dirty(struct event_hub *hub, struct listened *at)
{
    if (at->is_dirty)
        return;
    at->is_dirty = true;
    at->next_dirty = NULL;
    *hub->dirty_end = at;
    hub->dirty_end = &at->next_dirty;
    lock_signal(&hub->lock);
}

static void forget_if_unused(struct listened **at)
{
    struct listened *gone = *at;

    assert(gone != NULL);
    if (gone->streams > 0 || gone->is_dirty)
        return;
    *at = gone->next;
    free(gone);
}

static void note_closing(struct event_hub *hub, struct str token)
{
    buf_put(&hub->closing, token);
    buf_put_char(&hub->closing, '\n');
    hub->closing_all = hub->closing_all || hub->closing.overflowed;
    lock_signal(&hub->lock);
}

/* On a thread of the database, after a commit. */
static void heard(void *ctx, struct str topic)
{
    struct event_hub *hub = ctx;
    LOCKED(&hub->lock);

    if (str_starts(topic, EVENT_TOPIC_PREFIX)) {
        struct listened *at = *find(hub, str_slice(topic, EVENT_TOPIC_PREFIX.len, topic.len));

        if (at != NULL)
            mark_dirty(hub, at);
    } else if (str_starts(topic, CLOSE_PREFIX)) {
        note_closing(hub, str_slice(topic, CLOSE_PREFIX.len, topic.len));
    } else if (str_eq(topic, DB_TOPIC_ANY)) {
        hub->all_dirty = true;
        lock_signal(&hub->lock);
    } else if (str_eq(topic, DB_TOPIC_MISSED)) {
        hub->closing_all = true; /* whose rights have ended meanwhile is not known: all ask again */
        lock_signal(&hub->lock);
    }
}

void event_hub_subscribe(struct event_hub *hub, struct str channel, int64_t after)
{
    LOCKED(&hub->lock);
    struct listened **place = find(hub, channel), *at = *place;

    if (at == NULL) {
        at = *place = mem_alloc(sizeof(*at) + channel.len);
        at->published = after;
        at->name_bytes = channel.len;
        memcpy(at->name, channel.ptr, channel.len);
        mark_dirty(hub, at); /* nobody has listened since the snapshot that gave `after` */
    }
    at->streams++;
}

void event_hub_unsubscribe(struct event_hub *hub, struct str channel)
{
    LOCKED(&hub->lock);
    struct listened **at = find(hub, channel);

    assert(*at != NULL && (*at)->streams > 0);
    (*at)->streams--;
    forget_if_unused(at);
}

static void mark_all_dirty(struct event_hub *hub)
{
    for (size_t i = 0; i < BUCKETS; i++) {
        for (struct listened *at = hub->buckets[i]; at != NULL; at = at->next)
            mark_dirty(hub, at);
    }
    hub->all_dirty = false;
}

static void take_closing(struct event_hub *hub, struct turn *turn)
{
    turn->closing = arena_str(&turn->arena, buf_str(&hub->closing));
    turn->closing_all = hub->closing_all;
    hub->closing_all = false;
    buf_deinit(&hub->closing);
}

/* Takes the channels that have been dirty for longest. */
static void take_dirty(struct event_hub *hub, struct turn *turn)
{
    while (hub->dirty != NULL && turn->count < BATCH_CHANNELS) {
        struct listened *at = hub->dirty;

        hub->dirty = at->next_dirty;
        if (hub->dirty == NULL)
            hub->dirty_end = &hub->dirty;
        at->is_dirty = false;
        if (at->streams > 0)
            turn->news[turn->count++] =
                (struct news){ arena_str(&turn->arena, name_of(at)), at->published, { 0 }, true };
        else
            forget_if_unused(find(hub, name_of(at)));
    }
}

/* Waits for something to do; false: it is time to end. */
static bool take_turn(struct event_hub *hub, struct turn *turn)
{
    LOCKED(&hub->lock);

    while (!hub->stopping && hub->dirty == NULL && !hub->all_dirty && !hub->closing_all &&
           hub->closing.len == 0)
        lock_wait(&hub->lock);
    if (hub->all_dirty)
        mark_all_dirty(hub);
    take_closing(hub, turn);
    take_dirty(hub, turn);
    turn->mark = arena_mark(&turn->arena);
    return !hub->stopping;
}

static void close_streams(struct event_hub *hub, const struct turn *turn)
{
    struct str rest = turn->closing, token;

    if (turn->closing_all)
        server_close_streams(hub->server, STR(""));
    while (str_cut(rest, '\n', &token, &rest))
        server_close_streams(hub->server, token);
}

static bool read_news(struct db_tx *tx, void *arg, struct err *e)
{
    struct turn *turn = arg;
    size_t bytes = 0;

    arena_rewind(&turn->arena, turn->mark);
    for (size_t i = 0; i < turn->count; i++) {
        struct news *n = &turn->news[i];
        const struct event *events;

        n->events = (struct field_list){ 0 };
        n->more = true;
        if (bytes > BATCH_BYTES)
            continue;
        if (!event_read(tx, &turn->arena, n->channel, n->after, PAGE_EVENTS, &n->events, e))
            return false;
        n->more = n->events.count == PAGE_EVENTS;
        events = n->events.items;
        for (size_t k = 0; k < n->events.count; k++)
            bytes += events[k].body.len;
    }
    return true;
}

void event_put_frame(struct buf *out, const struct event *event)
{
    buf_put(out, STR("id: "));
    buf_put_i64(out, event->number);
    buf_put(out, STR("\ndata: "));
    buf_put(out, event->body);
    buf_put(out, STR("\n\n"));
}

static void publish(struct event_hub *hub, struct turn *turn)
{
    AUTO_BUF frame = { 0 };

    buf_init(&frame, EVENT_BODY_MAX + 64);
    for (size_t i = 0; i < turn->count; i++) {
        struct news *n = &turn->news[i];
        const struct event *events = n->events.items;

        for (size_t k = 0; k < n->events.count; k++) {
            buf_clear(&frame);
            event_put_frame(&frame, &events[k]);
            server_publish(hub->server, n->channel, events[k].number, buf_str(&frame));
            n->after = events[k].number;
        }
    }
}

/*
 * A channel may have been left and subscribed to again in between, by a snapshot older or newer
 * than what was read: what was published counts, because an exchange that is older than its
 * publishing gets it from the server.
 */
static void settle(struct event_hub *hub, const struct turn *turn)
{
    LOCKED(&hub->lock);

    for (size_t i = 0; i < turn->count; i++) {
        const struct news *n = &turn->news[i];
        struct listened *at = *find(hub, n->channel);

        if (at == NULL)
            continue;
        at->published = MAX(at->published, n->after);
        if (n->more)
            mark_dirty(hub, at);
    }
}

static void pause_for(struct event_hub *hub, int64_t pause_ms)
{
    int64_t until_ms = clock_steady_ms() + pause_ms / 2 + random_below(pause_ms);
    LOCKED(&hub->lock);

    while (!hub->stopping) {
        int64_t left_ms = until_ms - clock_steady_ms();

        if (left_ms <= 0 || !lock_wait_ms(&hub->lock, left_ms))
            break;
    }
}

static void *publisher_run(void *arg)
{
    struct event_hub *hub = arg;
    struct turn *turn = mem_alloc(sizeof(*turn));
    int64_t pause_ms = 0;

    while (take_turn(hub, turn)) {
        struct err e = { 0 };
        bool ok = true;

        close_streams(hub, turn);
        if (turn->count > 0)
            ok = db_read(hub->db, read_news, turn, &e);
        if (ok) {
            publish(hub, turn);
        } else if (pause_ms == 0) {
            log_warn("events cannot be read, trying again", LOG_E(&e)); /* nobody else would */
        }
        settle(hub, turn);
        pause_ms = ok ? 0 : MIN(MAX(pause_ms * 2, (int64_t)PAUSE_MS), (int64_t)PAUSE_MAX_MS);
        if (!ok)
            pause_for(hub, pause_ms);
        arena_deinit(&turn->arena);
        turn->count = 0;
    }
    arena_deinit(&turn->arena);
    free(turn);
    return NULL;
}

bool event_hub_create(struct db *db, struct event_hub **out, struct err *e)
{
    struct event_hub *hub = mem_alloc(sizeof(*hub));

    hub->db = db;
    hub->dirty_end = &hub->dirty;
    lock_init(&hub->lock);
    buf_init(&hub->closing, CLOSING_BYTES);
    if (!db_listen(db, heard, hub, e)) {
        event_hub_destroy(hub);
        return false;
    }
    *out = hub;
    return true;
}

void event_hub_start(struct event_hub *hub, struct server *server)
{
    hub->server = server;
    hub->started = true;
    thread_start(&hub->thread, "events", publisher_run, hub);
}

void event_hub_stop(struct event_hub *hub)
{
    if (hub == NULL || !hub->started)
        return;
    lock_take(&hub->lock);
    hub->stopping = true;
    lock_signal(&hub->lock);
    lock_give(&hub->lock);
    thread_join(hub->thread);
    hub->started = false;
}

void event_hub_destroy(struct event_hub *hub)
{
    if (hub == NULL)
        return;
    for (size_t i = 0; i < BUCKETS; i++) {
        while (hub->buckets[i] != NULL) {
            struct listened *at = hub->buckets[i];

            hub->buckets[i] = at->next;
            free(at);
        }
    }
    buf_deinit(&hub->closing);
    lock_deinit(&hub->lock);
    free(hub);
}

bool event_close_streams(struct db_tx *tx, struct arena *a, struct str token, struct err *e)
{
    return db_signal(tx, arena_strf(a, STR_FMT STR_FMT, STR_ARG(CLOSE_PREFIX), STR_ARG(token)), e);
}
