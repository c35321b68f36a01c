/*
 * From committed events to open streams: one thread per process reads what is new in the channels
 * that somebody here listens to, and publishes it by number.
 */
#ifndef API_EVENT_HUB_H
#define API_EVENT_HUB_H

#include "base/buf.h"
#include "engine/event.h"
#include "net/server.h"

struct event_hub;

/* Hears of commits from now on; before other threads use the database. */
MUST_CHECK bool event_hub_create(struct db *db, struct event_hub **out, struct err *e);
/* Publishes to this server, until the stop. */
void event_hub_start(struct event_hub *hub, struct server *server);
/* Before the server stops. Subscriptions may still come and go. NULL and not started are fine. */
void event_hub_stop(struct event_hub *hub);
/* After db_close, which is what ends the listening. NULL is fine. */
void event_hub_destroy(struct event_hub *hub);

/*
 * A stream of the channel is about to be opened, and has everything up to `after`, by a snapshot
 * that was taken when its exchange was in the handler's hands: from there on the server gets every
 * event. Once for each server_open_stream, before it; undone once by event_hub_unsubscribe. Any
 * thread.
 */
void event_hub_subscribe(struct event_hub *hub, struct str channel, int64_t after);
void event_hub_unsubscribe(struct event_hub *hub, struct str channel);

/* "id: 7\ndata: {...}\n\n" */
void event_put_frame(struct buf *out, const struct event *event);

/* In a transaction: after its commit the streams whose token begins with this end, in all
 * processes. */
MUST_CHECK bool event_close_streams(struct db_tx *tx, struct arena *a, struct str token,
                                    struct err *e);

#endif
