/* What a handler says about event streams: which one begins, which ones end, where a page stands.
 */
#ifndef API_STREAM_H
#define API_STREAM_H

#include "base/err.h"

struct api_call;

/* Set by the handler of a ROUTE_STREAM. */
struct stream_start {
    struct str channel;
    int64_t after; /* number of the last event that call->text holds or passes over */
};

/* For a list: the number of the caller's newest event at the time of the read, as a header. */
MUST_CHECK bool call_add_event_id(struct api_call *call, struct err *e);

/*
 * After the commit the event streams end that were opened by this credential, or with no value by
 * any of the user: for rights that ended. Who has others comes again by himself.
 */
MUST_CHECK bool call_close_streams(struct api_call *call, struct str user_id,
                                   struct str credential_id, struct err *e);

#endif
