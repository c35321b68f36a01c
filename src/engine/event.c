/* Events: numbering, adding, reading, forgetting. */
#include "engine/event.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "engine/batch.h"
#include "engine/retention.h"

enum { SWEEP_CHANNELS = 10 }; /* each has up to EVENT_KEPT + EVENT_TRIM_EVERY rows */

/* What the queries of this file take and give. */
struct event_row {
    struct event event;
    struct str channel;
    int64_t created_at, after, limit;
    int64_t count; /* events of the channel in this transaction */
};

static const struct field event_fields[] = {
    { FIELD_NAMED(struct event_row, event.number, "number") },
    { FIELD_NAMED(struct event_row, event.body, "body") },
    { FIELD(struct event_row, channel) },
    { FIELD_TIME(struct event_row, created_at) },
    { FIELD(struct event_row, after) },
    { FIELD(struct event_row, limit) },
    { FIELD(struct event_row, count) },
    { 0 },
};

static const struct field event_columns[] = {
    { FIELD(struct event, number) },
    { FIELD(struct event, body) },
    { 0 },
};

struct str event_user_channel(struct arena *a, struct str user_id)
{
    const struct str parts[] = { STR("user:"), user_id };

    return arena_join(a, parts, COUNT(parts));
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

/* The last number that is not kept when this one is the newest. */
static int64_t trimmed_up_to(int64_t number)
{
    return number - number % EVENT_TRIM_EVERY - EVENT_KEPT;
}

/* So that a channel has a bound at any rate, between two sweeps too. Only what was not trimmed
 * before is looked at. */
static bool trim(struct db_tx *tx, const struct event_row *last, struct err *e)
{
    struct event_row old = { .channel = last->channel,
                             .after = trimmed_up_to(last->event.number - last->count) };

    old.event.number = trimmed_up_to(last->event.number);
    if (old.event.number <= MAX(old.after, 0))
        return true;
    return db_post(tx, Q_EVENT_TRIM, event_fields, &old, e);
}

/* So everybody locks channels in one order. */
static int by_name(const void *a, const void *b)
{
    const struct event_row *x = a, *y = b;

    return str_cmp(x->channel, y->channel);
}

/* The row of a channel, looked for from `first` on; NULL: it is not there. */
static struct event_row *find_channel(struct event_row *rows, size_t count, size_t first,
                                      struct str channel)
{
    for (size_t i = 0; i < count; i++) {
        struct event_row *at = &rows[(first + i) % count];

        if (str_eq(at->channel, channel))
            return at;
    }
    return NULL;
}

/* One row for each channel, with its count. */
static size_t count_channels(const struct event_row *events, size_t count,
                             struct event_row *channels)
{
    size_t found = 0, last = 0;

    for (size_t i = 0; i < count; i++) {
        struct event_row *channel = find_channel(channels, found, last, events[i].channel);

        if (channel == NULL) {
            channel = &channels[found++];
            *channel = (struct event_row){ .channel = events[i].channel };
        }
        channel->count++;
        last = (size_t)(channel - channels);
    }
    qsort(channels, found, sizeof(*channels), by_name);
    return found;
}

/* Takes the next numbers of the channels; each gets the one before its first. */
static bool take_numbers(struct db_tx *tx, struct arena *a, struct event_row *channels,
                         size_t count, struct err *e)
{
    struct field_list rows;

    if (!db_rows_many(tx, a, Q_EVENT_NEXT, event_fields, channels, sizeof(*channels), count,
                      event_fields, sizeof(*channels), &rows, e))
        return false;
    for (size_t i = 0; i < count; i++) {
        const struct event_row *row = find_channel(rows.items, rows.count, i, channels[i].channel);

        if (row == NULL)
            return err_set(e, ERR_INTERNAL, "a channel gave no number");
        channels[i].event.number = row->event.number;
        if (!trim(tx, &channels[i], e))
            return false;
        channels[i].event.number -= channels[i].count;
    }
    return true;
}

/* Gives the events of the transaction their numbers: each channel is asked once for all of its
 * own. */
static bool insert_events(struct db_tx *tx, struct arena *a, void *items, size_t count,
                          struct err *e)
{
    struct event_row *events = items, *channels = arena_array(a, struct event_row, count);
    size_t channel_count = count_channels(events, count, channels), last = 0;

    if (!take_numbers(tx, a, channels, channel_count, e))
        return false;
    for (size_t i = 0; i < count; i++) {
        struct event_row *channel = find_channel(channels, channel_count, last, events[i].channel);

        assert(channel != NULL);
        events[i].event.number = ++channel->event.number;
        last = (size_t)(channel - channels);
    }
    return db_post_many(tx, Q_EVENT_INSERT, event_fields, events, sizeof(*events), count,
                        DB_ANY_CHANGE, e);
}

static const struct db_batch event_batch = { .order = BATCH_EVENTS,
                                             .item_bytes = sizeof(struct event_row),
                                             .run = insert_events };

bool event_add(struct db_tx *tx, struct arena *a, struct str channel, const char *type,
               struct str result_json, struct err *e)
{
    struct arena *kept = db_put_off_arena(tx);
    const struct str body[] = { STR("{\"type\":\""), str_from(type), STR("\",\"result\":"),
                                result_json, STR("}") };
    const struct str topic[] = { EVENT_TOPIC_PREFIX, channel };
    struct event_row row = { .created_at = clock_now_ms() };

    assert(channel.len > 0 && channel.len <= EVENT_CHANNEL_MAX);
    row.channel = arena_str(kept, channel);
    row.event.body = arena_join(kept, body, COUNT(body));
    return check_line(row.event.body, e) && db_put_off(tx, &event_batch, &row, e) &&
           db_signal(tx, arena_join(a, topic, COUNT(topic)), e);
}

bool event_add_struct(struct db_tx *tx, struct arena *a, struct str channel, const char *type,
                      const struct field *fields, const void *result, struct err *e)
{
    AUTO_BUF text = { 0 };
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

bool event_sweep(struct db_tx *tx, struct arena *a, struct str from, struct str *out_next,
                 struct err *e)
{
    struct event_row row = { .channel = from, .limit = SWEEP_CHANNELS };
    struct field_list channels;
    struct event_row *old;

    if (!db_rows(tx, a, Q_CHANNEL_PAGE, event_fields, &row, event_fields, sizeof(row), &channels,
                 e))
        return false;
    old = channels.items;
    for (size_t i = 0; i < channels.count; i++) {
        old[i].created_at = clock_now_ms() - retention_rules_get()->events_ms;
        if (!db_exec(tx, Q_EVENT_SWEEP, event_fields, &old[i], e))
            return false;
    }
    *out_next =
        channels.count == SWEEP_CHANNELS ? old[channels.count - 1].channel : (struct str){ 0 };
    return true;
}
