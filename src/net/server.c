/* Starting and stopping a server, and what other threads may say to it. */
#include "net/server.h"

#include <assert.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "net/server_conn.h"
#include "net/server_listen.h"
#include "net/server_peers.h"

enum {
    LINGER_MS = 5000,
    HEARTBEAT_MS = 15000,
    SPARE_DESCRIPTORS = 256, /* for files, databases and whatever else the process opens */
    MAX_LOOPS = 64,
    STRANGERS_PART = 4, /* a quarter of what the others have */
    STRANGERS_BODIES_PER_PEER = 16,
};

static int64_t or_default(int64_t value, int64_t otherwise)
{
    return value > 0 ? value : otherwise;
}

/* A connection that cannot have a descriptor is better turned away with an answer. */
static int max_connections(int wanted)
{
    struct rlimit files;
    int64_t most = or_default(wanted, 16000);

    if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur != RLIM_INFINITY)
        most = MIN(most, MAX((int64_t)files.rlim_cur - SPARE_DESCRIPTORS, (int64_t)16));
    return (int)most;
}

static void fill_options(struct server *s, const struct server_options *given)
{
    struct server_options *o = &s->options;

    *o = *given;
    s->listen_text = mem_cstr(given->listen);
    s->spool_folder =
        mem_cstr(str_from(given->spool_folder != NULL ? given->spool_folder : "/tmp"));
    o->listen = str_from(s->listen_text);
    o->spool_folder = s->spool_folder;
    o->max_connections = max_connections(o->max_connections);
    o->max_head_bytes = or_default(o->max_head_bytes, (int64_t)(32 * KIB));
    o->body_grace_ms = or_default(o->body_grace_ms, 30000);
    o->body_bytes_per_second = or_default(o->body_bytes_per_second, (int64_t)(4 * KIB));
    s->memory.max_bytes = or_default(o->max_body_memory, (int64_t)(64 * MIB));
    s->strangers_memory.max_bytes = s->memory.max_bytes / STRANGERS_PART;
    s->disk.max_bytes = or_default(o->max_body_disk, (int64_t)(8192 * MIB));
    s->timer_ms[TIMER_HEAD] = or_default(o->head_timeout_ms, 10000);
    s->timer_ms[TIMER_BODY] = or_default(o->body_idle_timeout_ms, 30000);
    s->timer_ms[TIMER_IDLE] = or_default(o->idle_timeout_ms, 75000);
    s->timer_ms[TIMER_WRITE] = or_default(o->write_timeout_ms, 60000);
    s->timer_ms[TIMER_LINGER] = LINGER_MS;
    s->timer_ms[TIMER_HEARTBEAT] = HEARTBEAT_MS;
    s->loop_count = (int)MIN(or_default(o->loops, thread_cores()), (int64_t)MAX_LOOPS);
}

static void server_destroy(struct server *s)
{
    for (int i = 0; i < s->loop_count; i++)
        loop_deinit(&s->loops[i]);
    free(s->loops);
    fd_close(&s->listen_fd);
    peers_destroy(s->peers);
    peers_destroy(s->strangers);
    free(s->listen_text);
    free(s->spool_folder);
    free(s);
}

static bool prepare(struct server *s, struct err *e)
{
    int wanted = s->loop_count;

    s->loop_count = 0;
    if (!listen_open(s, e))
        return false;
    s->loops = mem_alloc((size_t)wanted * sizeof(*s->loops));
    while (s->loop_count < wanted) {
        if (!loop_init(&s->loops[s->loop_count++], s, e))
            return false;
    }
    return true;
}

bool server_start(const struct server_options *options, struct server **out, struct err *e)
{
    struct server *s = mem_alloc(sizeof(*s));

    assert(options->handler.head != NULL && options->handler.request != NULL);
    s->listen_fd = -1;
    fill_options(s, options);
    s->peers = peers_create(options->behind_proxy ? 0 : options->max_connections_per_peer);
    s->strangers = peers_create(STRANGERS_BODIES_PER_PEER);
    if (!prepare(s, e)) {
        server_destroy(s);
        return false;
    }
    for (int i = 0; i < s->loop_count; i++)
        thread_start(&s->loops[i].thread, "http", loop_run, &s->loops[i]);
    *out = s;
    return true;
}

struct str server_address(const struct server *s)
{
    return str_from(s->address);
}

void server_answer(struct server *s, struct http_exchange *x)
{
    struct exchange *own = CONTAINER_OF(x, struct exchange, x);
    struct loop *l = loop_here();

    UNUSED(s);
    assert(x->reply.status != 0);
    if (l != NULL && l->serving == own) {
        assert(!l->answered_in_place);
        l->answered_in_place = true;
    } else {
        loop_post(own->loop, MESSAGE_ANSWER, own);
    }
}

void server_take_body(struct server *s, struct http_exchange *x)
{
    struct exchange *own = CONTAINER_OF(x, struct exchange, x);

    UNUSED(s);
    loop_post(own->loop, MESSAGE_BODY, own);
}

void server_resume(struct server *s, struct http_exchange *x)
{
    struct exchange *own = CONTAINER_OF(x, struct exchange, x);

    UNUSED(s);
    loop_post(own->loop, MESSAGE_RESUME, own);
}

void server_open_stream(struct server *s, struct http_exchange *x, struct str channel,
                        int64_t after, struct str token)
{
    struct exchange *own = CONTAINER_OF(x, struct exchange, x);

    own->is_stream = true;
    own->channel = arena_str(&x->arena, channel);
    own->token = arena_str(&x->arena, token);
    own->after = after;
    if (x->reply.status == 0)
        x->reply.status = 200;
    server_answer(s, x);
}

static void tell_all(struct server *s, struct notice *n)
{
    for (int i = 0; i < s->loop_count; i++)
        loop_post(&s->loops[i], MESSAGE_NOTICE, n);
}

void server_publish(struct server *s, struct str channel, int64_t number, struct str frame)
{
    struct notice *n = notice_create(s->loop_count, channel, frame);

    n->number = number;
    tell_all(s, n);
}

void server_close_streams(struct server *s, struct str token)
{
    struct notice *n = notice_create(s->loop_count, token, (struct str){ 0 });

    n->ends_streams = true;
    tell_all(s, n);
}

struct server_stats server_stats(const struct server *s)
{
    struct server_stats sum = { 0 };

    for (int i = 0; i < s->loop_count; i++) {
        const struct counters *c = &s->loops[i].counters;

        sum.connections += atomic_load(&c->connections);
        sum.streams += atomic_load(&c->streams);
        sum.requests += atomic_load(&c->requests);
        sum.bytes_received += atomic_load(&c->bytes_received);
        sum.bytes_sent += atomic_load(&c->bytes_sent);
        sum.refused += atomic_load(&c->refused);
    }
    return sum;
}

void server_stop(struct server *s, int64_t timeout_ms)
{
    atomic_store(&s->stop_at_ms, clock_steady_ms() + timeout_ms);
    for (int i = 0; i < s->loop_count; i++)
        loop_post(&s->loops[i], MESSAGE_STOP, NULL);
    for (int i = 0; i < s->loop_count; i++)
        thread_join(s->loops[i].thread);
    server_destroy(s);
}
