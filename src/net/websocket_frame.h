/* Frames of the WebSocket protocol (RFC 6455) as a client sees them: bytes in, messages out. */
#ifndef NET_WEBSOCKET_FRAME_H
#define NET_WEBSOCKET_FRAME_H

#include "base/buf.h"
#include "base/err.h"

enum {
    WEBSOCKET_CONTROL_MAX = 125,   /* bytes that a close, ping or pong may carry */
    WEBSOCKET_FRAME_HEAD_MAX = 14, /* bytes before the payload */
    WEBSOCKET_MASK_BYTES = 4,
};

/* The values are those on the wire. */
enum websocket_kind {
    WEBSOCKET_NOTHING = 0, /* in a frame: goes on with the message before */
    WEBSOCKET_TEXT = 1,    /* whole, and UTF-8 */
    WEBSOCKET_BINARY = 2,  /* whole */
    WEBSOCKET_CLOSE = 8,   /* nothing comes after it */
    WEBSOCKET_PING = 9,
    WEBSOCKET_PONG = 10,
};

struct websocket_message {
    enum websocket_kind kind;
    struct str bytes; /* of a close: the reason; valid until the next call */
    int close_code;   /* of a close; 0: it names none */
};

/* One direction of one connection. All zero after init; deinit releases. */
struct websocket_reader {
    struct buf message;               /* the payloads of a message so far */
    struct buf control;               /* the payload of a control frame so far */
    enum websocket_kind message_kind; /* of the message that has begun, or NOTHING */
    unsigned char head[WEBSOCKET_FRAME_HEAD_MAX];
    size_t head_bytes;
    bool in_payload; /* the head is whole, and this is what it says: */
    enum websocket_kind kind;
    bool is_last;
    uint64_t payload_left;
    bool given, broken;
};

void websocket_reader_init(struct websocket_reader *r, size_t max_message_bytes);
void websocket_reader_deinit(struct websocket_reader *r);

/*
 * Takes bytes off the front of *input until a message is whole; NOTHING: it wants more of them. The
 * input may end anywhere. ERR_UPSTREAM for whatever the protocol does not allow a server, reserved
 * bits, masks and lengths that are longer than need be included; ERR_TOO_LARGE for a message past
 * the maximum, as soon as its length is told. After an error or a close it is not to be called.
 */
MUST_CHECK bool websocket_read(struct websocket_reader *r, struct str *input,
                               struct websocket_message *out, struct err *e);

/* One whole frame of a client. mask: unforeseeable, and new for each frame. */
void websocket_put_frame(struct buf *out, enum websocket_kind kind, struct str payload,
                         const unsigned char mask[WEBSOCKET_MASK_BYTES]);

#endif
