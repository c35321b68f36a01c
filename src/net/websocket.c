/* The conversation on one WebSocket: handshake, messages, signs of life, goodbye. */
#include "net/websocket.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/encode.h"
#include "base/random.h"
#include "net/websocket_hello.h"

enum {
    READ_BYTES = 16 * 1024,
    SEND_MS = 10 * 1000,
    SIGN_MS = 100,      /* what a sign of life may take behind the deadline, at least */
    CODE_NORMAL = 1000, /* reasons for a close, by their numbers on the wire */
    CODE_BROKEN = 1002,
    CODE_TOO_LARGE = 1009,
};

struct websocket {
    struct fetch_socket *socket;
    struct websocket_reader reader;
    struct str input;                        /* of the room, what has not been read yet */
    int64_t silence_ms, heard_ms, pinged_ms; /* pinged 0: nothing is owed to us */
    bool over;                               /* nothing may be sent any more */
    bool owes_pong;                          /* for the newest ping, whose bytes these are */
    size_t pong_bytes;
    char pong[WEBSOCKET_CONTROL_MAX];
    char room[READ_BYTES];
};

static bool send_frame(struct websocket *w, enum websocket_kind kind, struct str bytes,
                       int64_t patience_ms, struct err *e)
{
    unsigned char mask[WEBSOCKET_MASK_BYTES];
    AUTO_BUF frame = { 0 };

    buf_init(&frame, bytes.len + WEBSOCKET_FRAME_HEAD_MAX);
    random_bytes(mask, sizeof(mask));
    websocket_put_frame(&frame, kind, bytes, mask);
    if (fetch_socket_send(w->socket, buf_str(&frame), clock_steady_ms() + patience_ms, e))
        return true;
    w->over = true;
    return false;
}

/* Best effort, at most once. */
static void say_goodbye(struct websocket *w, int code)
{
    const unsigned char bytes[] = { (unsigned char)(code >> 8), (unsigned char)(code & 0xff) };
    struct err unheard;

    if (!w->over && send_frame(w, WEBSOCKET_CLOSE, str_of(bytes, sizeof(bytes)), 0, &unheard))
        w->over = true;
}

/* What comes behind the head of the answer are frames already. */
static bool hear_answer(struct websocket *w, struct str key, int64_t deadline_ms, struct err *e)
{
    size_t filled = 0, head_bytes = 0, got = 0;

    while (head_bytes == 0) {
        if (!fetch_socket_receive(w->socket, w->room + filled, sizeof(w->room) - filled,
                                  deadline_ms, &got, e))
            return false;
        if (got == 0)
            return err_set(e, ERR_TIMEOUT, "there is no WebSocket: no answer came in time");
        filled += got;
        if (!websocket_hello_read(str_of(w->room, filled), key, &head_bytes, e))
            return false;
    }
    w->input = str_slice(str_of(w->room, filled), head_bytes, filled);
    return true;
}

static_assert((int)READ_BYTES >= (int)WEBSOCKET_HELLO_MAX, "an answer without end is seen");

static bool shake_hands(struct websocket *w, const struct websocket_request *request,
                        int64_t deadline_ms, struct err *e)
{
    AUTO_ARENA a = { 0 };
    uint8_t noise[WEBSOCKET_KEY_BYTES];
    struct websocket_hello hello = { .host = fetch_socket_host(w->socket),
                                     .target = fetch_socket_target(w->socket),
                                     .headers = request->headers,
                                     .header_count = request->header_count };
    AUTO_BUF text = { 0 };

    random_bytes(noise, sizeof(noise));
    hello.key = base64_encode(&a, str_of(noise, sizeof(noise)));
    buf_init(&text, 64 * KIB);
    websocket_hello_put(&hello, &text);
    if (text.overflowed)
        return err_set(e, ERR_INVALID, "the headers of the request are too long");
    return fetch_socket_send(w->socket, buf_str(&text), deadline_ms, e) &&
           hear_answer(w, hello.key, deadline_ms, e);
}

bool websocket_open(const struct websocket_request *request, struct websocket **out, struct err *e)
{
    int64_t deadline_ms = clock_steady_ms() + request->open_timeout_ms;
    struct websocket *w;

    assert(request->open_timeout_ms > 0 && request->silence_ms > 0);
    if (!fetch_check_headers(request->headers, request->header_count, e))
        return false;
    w = mem_alloc(sizeof(*w));
    w->over = true;
    w->silence_ms = request->silence_ms;
    websocket_reader_init(&w->reader, request->max_message_bytes);
    if (!fetch_socket_open(&request->to, deadline_ms, &w->socket, e) ||
        !shake_hands(w, request, deadline_ms, e)) {
        websocket_close(w);
        return false;
    }
    w->over = false;
    w->heard_ms = clock_steady_ms();
    *out = w;
    return true;
}

void websocket_close(struct websocket *w)
{
    if (w == NULL)
        return;
    say_goodbye(w, CODE_NORMAL);
    fetch_socket_close(w->socket);
    websocket_reader_deinit(&w->reader);
    free(w);
}

bool websocket_send(struct websocket *w, enum websocket_kind kind, struct str bytes, struct err *e)
{
    assert(kind == WEBSOCKET_TEXT || kind == WEBSOCKET_BINARY);
    if (w->over)
        return err_set(e, ERR_UPSTREAM, "the WebSocket is closed");
    return send_frame(w, kind, bytes, SEND_MS, e);
}

/* Until when the next byte may take: the caller's deadline, or the silence's. */
static int64_t listen_until(const struct websocket *w, int64_t deadline_ms)
{
    int64_t since = w->pinged_ms > 0 ? w->pinged_ms : w->heard_ms;

    return MIN(deadline_ms, since + w->silence_ms);
}

/* Who sends pings and reads nothing does not keep us behind our deadline. */
static bool send_sign(struct websocket *w, enum websocket_kind kind, struct str bytes,
                      int64_t deadline_ms, struct err *e)
{
    int64_t left_ms = deadline_ms - clock_steady_ms();

    return send_frame(w, kind, bytes, MAX(MIN(left_ms, SEND_MS), SIGN_MS), e);
}

/* Of several pings the newest is answered, which answers all (RFC 6455, 5.5.3). */
static bool answer_ping(struct websocket *w, int64_t deadline_ms, struct err *e)
{
    if (!w->owes_pong)
        return true;
    w->owes_pong = false;
    return send_sign(w, WEBSOCKET_PONG, str_of(w->pong, w->pong_bytes), deadline_ms, e);
}

/* Nothing has come until then: true while that is still well. */
static bool mind_silence(struct websocket *w, int64_t deadline_ms, struct err *e)
{
    int64_t now = clock_steady_ms();

    if (now < listen_until(w, INT64_MAX))
        return true;
    if (w->pinged_ms > 0) {
        w->over = true;
        return err_set(e, ERR_TIMEOUT, "the WebSocket fell silent");
    }
    w->pinged_ms = now;
    return send_sign(w, WEBSOCKET_PING, STR(""), deadline_ms, e);
}

static bool fill(struct websocket *w, int64_t deadline_ms, struct err *e)
{
    size_t got = 0;

    if (!answer_ping(w, deadline_ms, e))
        return false;
    if (!fetch_socket_receive(w->socket, w->room, sizeof(w->room), listen_until(w, deadline_ms),
                              &got, e)) {
        w->over = true;
        return false;
    }
    w->input = str_of(w->room, got);
    if (got == 0)
        return mind_silence(w, deadline_ms, e);
    w->heard_ms = clock_steady_ms();
    w->pinged_ms = 0;
    return true;
}

static bool read_one(struct websocket *w, struct websocket_message *out, struct err *e)
{
    if (websocket_read(&w->reader, &w->input, out, e))
        return true;
    say_goodbye(w, e->code == ERR_TOO_LARGE ? CODE_TOO_LARGE : CODE_BROKEN);
    return false;
}

/* True for what the caller wants to see. */
static bool handle(struct websocket *w, const struct websocket_message *message)
{
    struct err unheard;

    switch (message->kind) {
    case WEBSOCKET_NOTHING:
    case WEBSOCKET_PONG:
        return false;
    case WEBSOCKET_PING:
        w->owes_pong = true;
        w->pong_bytes = message->bytes.len;
        if (message->bytes.len > 0)
            memcpy(w->pong, message->bytes.ptr, message->bytes.len);
        return false;
    case WEBSOCKET_CLOSE:
        (void)!answer_ping(w, 0, &unheard); /* it came before */
        say_goodbye(w, message->close_code > 0 ? message->close_code : CODE_NORMAL);
        break;
    case WEBSOCKET_TEXT:
    case WEBSOCKET_BINARY:
        break;
    }
    return true;
}

bool websocket_receive(struct websocket *w, int64_t deadline_ms, struct websocket_message *out,
                       struct err *e)
{
    bool has_looked = false;

    if (w->over)
        return err_set(e, ERR_UPSTREAM, "the WebSocket is closed");
    for (;;) {
        struct websocket_message message;
        bool done;

        if (!read_one(w, &message, e))
            return false;
        done = handle(w, &message);
        if (!done && w->input.len > 0)
            continue;
        if (!done && has_looked && clock_steady_ms() >= deadline_ms) {
            message = (struct websocket_message){ .kind = WEBSOCKET_NOTHING };
            done = true;
        }
        if (done) {
            *out = message;
            return message.kind != WEBSOCKET_NOTHING || answer_ping(w, deadline_ms, e);
        }
        if (!fill(w, deadline_ms, e))
            return false;
        has_looked = true;
    }
}
