/* Event streams of one loop: its channels, the frames they wait for, and the streams themselves. */
#ifndef NET_SERVER_HUB_H
#define NET_SERVER_HUB_H

#include <stdatomic.h>

#include "base/arena.h"
#include "net/server_list.h"

enum {
    STREAM_PENDING_BYTES = 64 * 1024, /* a stream that is further behind is cut */
    HUB_BUCKETS = 256,
    HUB_RECENT = 1024,
    HUB_RECENT_BYTES = 1024 * 1024,
};

struct conn;
struct exchange;
struct loop;

/*
 * What every loop is told: a frame for a channel, or that the streams of a token end. Shared by the
 * loops and by what they still have to write, therefore counted: the only such thing in the house.
 */
struct notice {
    atomic_int references;
    bool ends_streams;
    int64_t number;
    struct str name; /* of the channel, or the token */
    struct str frame;
};

struct notice *notice_create(int references, struct str name, struct str frame);
void notice_release(struct notice *n);

struct channel {
    struct link link; /* in its bucket */
    struct link streams;
    struct link touched;  /* in the hub's list of channels with news */
    struct notice **news; /* frames of this round */
    size_t news_count, news_cap;
    size_t name_bytes;
    char name[];
};

struct stream {
    struct link link; /* in its channel */
    struct conn *conn;
    struct channel *channel;
    int64_t last;            /* number of the last frame that was taken */
    struct notice **pending; /* what the peer did not take yet */
    size_t pending_count, pending_cap, pending_bytes;
    size_t sent; /* of the first pending one */
    size_t token_bytes;
    char token[];
};

struct hub {
    struct link buckets[HUB_BUCKETS];
    struct link touched;
    uint64_t seen; /* notices so far; the newest has this number */
    /* The newest ones, kept only while an exchange is lent that may become a stream. */
    struct notice *recent[HUB_RECENT];
    size_t recent_count, recent_bytes;
};

void hub_init(struct hub *h);
void hub_deinit(struct hub *h);
struct channel *hub_channel(struct hub *h, struct str name, bool create);
void channel_join(struct channel *ch, struct stream *s);
void channel_leave(struct channel *ch, struct stream *s); /* the last one frees it */
/* Takes the reference over. Frames go out with hub_deliver, together. */
void hub_take(struct loop *l, struct notice *n);
void hub_deliver(struct loop *l);
void hub_forget_recent(struct hub *h);
/* Was a notice after `seen` dropped from recent? */
bool hub_has_gap(const struct hub *h, uint64_t seen);

/* False: it cannot follow without losing a frame, and has to end. */
bool stream_open(struct conn *c, struct exchange *x);
void stream_close(struct stream *s);
bool stream_is_behind(const struct stream *s);
/* Writes pending frames as far as the peer takes them. */
void stream_flush(struct stream *s);
void stream_deliver(struct stream *s, struct notice *const *news, size_t count);
void stream_heartbeat(struct stream *s);
void stream_end_all_of(struct loop *l, struct str token);
/* Tells the handler. */
void stream_note_end(struct loop *l, struct str channel);

#endif
