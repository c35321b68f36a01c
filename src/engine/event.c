/* Events: numbering, adding, reading, forgetting. */
#include "engine/event.h"

#include <assert.h>
#include <string.h>

#include "base/clock.h"

enum { SWEEP_ROWS = 5000 };

/* What the queries of this file take and give. */
struct event_row {
    struct event event;
    struct str channel;
    int64_t created_at, after, limit;
};

static const struct field event_fields[] = {
    { FIELD_NAMED(struct event_row, event.number, "number") },
    { FIELD_NAMED(struct event_row, event.body, "body") },
    { FIELD(struct event_row, channel) },
    { FIELD_TIME(struct event_row, created_at) },
    { FIELD(struct event_row, after) },
    { FIELD(struct event_row, limit) },
    { 0 },
};

static const struct field event_columns[] = {
    { FIELD(struct event, number) },
    { FIELD(struct event, body) },
    { 0 },
};

/* On the hot path: formatting would cost more than the rest of event_add outside of the database.
 */
static struct str join(struct arena *a, const struct str *parts, size_t count)
{
    size_t len = 0;
    char *text, *at;

    for (size_t i = 0; i < count; i++)
        len += parts[i].len;
    at = text = arena_alloc(a, len + 1);
    for (size_t i = 0; i < count; i++) {
        if (parts[i].len > 0)
            memcpy(at, parts[i].ptr, parts[i].len);
        at += parts[i].len;
    }
    return str_of(text, len);
}

struct str event_user_channel(struct arena *a, struct str user_id)
{
    const struct str parts[] = { STR("user:"), user_id };

    return join(a, parts, COUNT(parts));
}

/* A line end would end the message on the wire, and the rest would be read as another one. */
static bool check_line(struct str body, struct err *e)
{
    if (body.len > EVENT_BODY_MAX)
        return err_set(e, ERR_INTERNAL, "an event has %zu bytes, %d are the most", body.len,
                       EVENT_BODY_MAX);
    if (memchr(body.ptr, '\n', body.len) != NULL || memchr(body.ptr, '\r', body.len) != NULL)
        return err_set(e, ERR_INTERNAL, "an event must be one line of JSON");
    return true;
}

/* The next number of its channel, and the row. */
static bool insert(struct db_tx *tx, struct arena *a, struct event_row *row, struct err *e)
{
    return db_row(tx, a, Q_EVENT_NEXT, event_fields, row, event_columns, &row->event, e) &&
           db_exec(tx, Q_EVENT_INSERT, event_fields, row, e);
}

/* So that a channel has a bound at any rate, between two sweeps too. */
static bool trim(struct db_tx *tx, const struct event_row *row, struct err *e)
{
    struct event_row old = { .channel = row->channel,
                             .event.number = row->event.number - EVENT_KEPT };

    if (row->event.number % EVENT_TRIM_EVERY != 0 || old.event.number <= 0)
        return true;
    return db_exec(tx, Q_EVENT_TRIM, event_fields, &old, e);
}

bool event_add(struct db_tx *tx, struct arena *a, struct str channel, const char *type,
               struct str result_json, struct err *e)
{
    const struct str body[] = { STR("{\"type\":\""), str_from(type), STR("\",\"result\":"),
                                result_json, STR("}") };
    const struct str topic[] = { EVENT_TOPIC_PREFIX, channel };
    struct event_row row = { .channel = channel, .created_at = clock_now_ms() };

    assert(channel.len > 0 && channel.len <= EVENT_CHANNEL_MAX);
    row.event.body = join(a, body, COUNT(body));
    return check_line(row.event.body, e) && insert(tx, a, &row, e) && trim(tx, &row, e) &&
           db_signal(tx, join(a, topic, COUNT(topic)), e);
}

bool event_add_struct(struct db_tx *tx, struct arena *a, struct str channel, const char *type,
                      const struct field *fields, const void *result, struct err *e)
{
    AUTO_BUF text;
    struct json_writer w = { .out = &text, .spelling = JSON_CAMEL };

    buf_init(&text, EVENT_BODY_MAX);
    json_put_struct(&w, fields, result);
    if (text.overflowed)
        return err_set(e, ERR_INTERNAL, "an event has more than %d bytes", EVENT_BODY_MAX);
    return event_add(tx, a, channel, type, buf_str(&text), e);
}

bool event_read(struct db_tx *tx, struct arena *a, struct str channel, int64_t after, int64_t limit,
                struct field_list *out, struct err *e)
{
    struct event_row row = { .channel = channel, .after = after, .limit = limit };

    return db_rows(tx, a, Q_EVENT_PAGE, event_fields, &row, event_columns, sizeof(struct event),
                   out, e);
}

bool event_last(struct db_tx *tx, struct arena *a, struct str channel, int64_t *out, struct err *e)
{
    struct event_row row = { .channel = channel };
    struct event last = { 0 };
    struct err why;

    if (!db_row(tx, a, Q_EVENT_LAST, event_fields, &row, event_columns, &last, &why) &&
        why.code != ERR_NOT_FOUND) {
        *e = why;
        return false;
    }
    *out = last.number;
    return true;
}

bool event_sweep(struct db_tx *tx, bool *out_more, struct err *e)
{
    struct event_row row = { .created_at = clock_now_ms() - EVENT_KEPT_MS, .limit = SWEEP_ROWS };

    if (!db_exec(tx, Q_EVENT_SWEEP, event_fields, &row, e))
        return false;
    *out_more = db_changed(tx) == SWEEP_ROWS;
    return true;
}
