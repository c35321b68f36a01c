/* The route of event streams: who may hear a channel, and what a client missed. */
#include "api/event_hub.h"
#include "base/random.h"
#include "features/events/events.h"

enum {
    REPLAY_EVENTS_MAX = 1000, /* more is fetched quicker than replayed */
    REPLAY_BYTES_MAX = 1024 * 1024,
    REPLAY_PAGE = 100,
    RETRY_LEAST_MS = 1000,  /* how long a client waits before it comes again: */
    RETRY_SPREAD_MS = 2000, /* not all at once after a restart */
};

struct events_query {
    struct str channel;
    struct opt_i64 after;
};

static const struct field events_query_fields[] = {
    { FIELD(struct events_query, channel), .max = EVENT_CHANNEL_MAX,
      .help = "user:<id> or, for admins, admin; without it one's own" },
    { FIELD(struct events_query, after), .min = 0, .max = 9e15,
      .help = "number of the last event that is known; Last-Event-ID goes before it" },
    { 0 },
};
static const struct shape events_query_shape = { "EventsQuery", events_query_fields,
                                                 sizeof(struct events_query) };

/* To others, a channel that is not theirs does not exist. */
static bool check_channel(struct api_call *call, struct str channel, struct err *e)
{
    const struct identity *who = &call->who;
    struct str id = str_slice(channel, STR("user:").len, channel.len);
    bool is_users = str_starts(channel, STR("user:"));
    bool is_admin = who->user.role == USER_ADMIN && who->scope == SCOPE_ADMIN;
    struct user user;

    if (is_users && str_eq(id, who->user.id))
        return true;
    if (is_admin && is_users)
        return user_load(call->tx, call->arena, id, &user, e);
    if (is_admin && str_eq(channel, EVENT_CHANNEL_ADMIN))
        return true;
    return err_set(e, ERR_NOT_FOUND, "no such channel");
}

/* The last number that the client knows, `last` when it knows none, -1 when it says nonsense. */
static int64_t known_number(const struct api_call *call, int64_t last)
{
    struct str header = http_header_get(&call->exchange->request, "Last-Event-ID");
    const struct events_query *query = call->query;
    int64_t number = -1;

    if (str_is_null(header) || header.len == 0)
        return query->after.set ? query->after.value : last;
    return str_to_i64(header, 0, INT64_MAX, &number) ? number : -1;
}

/* Appends what came behind `after`; *out_whole: nothing of it was forgotten. */
static bool put_missed(struct api_call *call, struct str channel, int64_t after, int64_t last,
                       struct buf *out, bool *out_whole, struct err *e)
{
    while (after < last) {
        struct arena_mark mark = arena_mark(call->arena);
        struct field_list page;
        const struct event *events;
        int64_t next = after + 1;

        if (!event_read(call->tx, call->arena, channel, after, REPLAY_PAGE, &page, e))
            return false;
        events = page.items;
        for (size_t i = 0; i < page.count && events[i].number == next; i++, next++)
            event_put_frame(out, &events[i]);
        arena_rewind(call->arena, mark);
        *out_whole = page.count > 0 && next == after + 1 + (int64_t)page.count && !out->overflowed;
        if (!*out_whole)
            return true;
        after = next - 1;
    }
    *out_whole = true;
    return true;
}

static void put_resync(struct buf *out, int64_t last)
{
    static const struct str body = { "{\"type\":\"resync\"}", sizeof("{\"type\":\"resync\"}") - 1 };

    event_put_frame(out, &(struct event){ last, body });
}

/* The first bytes of a stream. The id without data is for a client that is cut before any event. */
static bool put_replay(struct api_call *call, struct str channel, int64_t last, struct buf *out,
                       struct err *e)
{
    int64_t after = known_number(call, last);
    bool whole = after >= 0 && after <= last && last - after <= REPLAY_EVENTS_MAX;
    int64_t retry_ms = RETRY_LEAST_MS + random_below(RETRY_SPREAD_MS + 1);
    size_t head;

    buf_putf(out, "retry: %lld\n", (long long)retry_ms);
    head = out->len;
    if (whole) {
        buf_putf(out, "id: %lld\n\n", (long long)after);
        if (!put_missed(call, channel, after, last, out, &whole, e))
            return false;
    }
    if (whole)
        return true;
    out->len = head;
    out->overflowed = false;
    put_resync(out, last);
    return true;
}

static bool events_get(struct api_call *call, struct err *e)
{
    const struct events_query *query = call->query;
    struct arena *a = call->arena;
    struct str channel =
        str_is_null(query->channel) ? event_user_channel(a, call->who.user.id) : query->channel;
    AUTO_BUF text = { 0 };
    int64_t last;

    buf_init(&text, REPLAY_BYTES_MAX);
    if (!check_channel(call, channel, e) || !event_last(call->tx, a, channel, &last, e) ||
        !put_replay(call, channel, last, &text, e))
        return false;
    call->text = arena_str(a, buf_str(&text));
    call->stream.channel = channel;
    call->stream.after = last;
    /* A proxy that collects a buffer full would keep events for minutes. */
    return call_add_header(call, "X-Accel-Buffering", STR("no"), e);
}

static const struct route routes[] = {
    { HTTP_GET, "/api/events", WHO_VIEWER, ROUTE_STREAM, events_get, .query = &events_query_shape,
      .text_type = "text/event-stream",
      .summary = "Server-Sent Events of one channel, with replay of what was missed" },
    { 0 },
};

const struct feature events_feature = {
    .name = "events", .spelling = JSON_CAMEL, .routes = routes, .alias = "/api/example-api"
};
