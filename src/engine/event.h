/*
 * Events: rows that are added in the transaction of the change they tell of, numbered 1, 2, 3 ...
 * in their channel, and sent to browsers under these numbers after the commit.
 */
#ifndef ENGINE_EVENT_H
#define ENGINE_EVENT_H

#include "base/json.h"
#include "db/db.h"

enum {
    EVENT_CHANNEL_MAX = 100,    /* bytes of a channel's name */
    EVENT_BODY_MAX = 16 * 1024, /* bytes on the wire; what is larger is fetched, not sent */
    EVENT_KEPT = 2048,          /* of each channel, at least, and TRIM_EVERY more at most */
    EVENT_TRIM_EVERY = 256,
};

#define EVENT_CHANNEL_ADMIN STR("admin")
#define EVENT_TOPIC_PREFIX  STR("event:") /* of the signal that tells of news in a channel */

struct event {
    int64_t number;
    struct str body; /* {"type":...,"result":...} in one line */
};

/* "user:<id>" */
struct str event_user_channel(struct arena *a, struct str user_id);

/*
 * Adds {"type":"<type>","result":<result_json>} to the channel; result_json is one line of JSON.
 * Its number and row are made at the end of the transaction, together with those of all others.
 */
MUST_CHECK bool event_add(struct db_tx *tx, struct arena *a, struct str channel, const char *type,
                          struct str result_json, struct err *e);
/* The same with the result from a struct, its names in camelCase. */
MUST_CHECK bool event_add_struct(struct db_tx *tx, struct arena *a, struct str channel,
                                 const char *type, const struct field *fields, const void *result,
                                 struct err *e);

/* Up to limit events (struct event) numbered after + 1 and more, in order. */
MUST_CHECK bool event_read(struct db_tx *tx, struct arena *a, struct str channel, int64_t after,
                           int64_t limit, struct field_list *out, struct err *e);
/* The newest number; 0 for a channel without events. */
MUST_CHECK bool event_last(struct db_tx *tx, struct arena *a, struct str channel, int64_t *out,
                           struct err *e);

/*
 * Deletes what is older than the rules (engine/retention.h) keep from some channels, those behind
 * `from` in the order of their names; *out_next is where another transaction goes on, without value
 * when that was all.
 */
MUST_CHECK bool event_sweep(struct db_tx *tx, struct arena *a, struct str from,
                            struct str *out_next, struct err *e);

#endif
