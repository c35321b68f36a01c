/* What a server sends on a WebSocket: whole or in pieces the same messages come out, within their
 * bounds; and its answer to the handshake. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "net/websocket_frame.h"
#include "net/websocket_hello.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX_MESSAGE = 4096, TOLD_MAX = 1024 * 1024 };

static void check_message(const struct websocket_message *m)
{
    switch (m->kind) {
    case WEBSOCKET_TEXT:
        assert(m->bytes.len <= MAX_MESSAGE && str_is_utf8(m->bytes));
        break;
    case WEBSOCKET_BINARY:
        assert(m->bytes.len <= MAX_MESSAGE);
        break;
    case WEBSOCKET_CLOSE:
        assert(str_is_utf8(m->bytes));
        assert(m->close_code == 0 || (m->close_code >= 1000 && m->close_code <= 4999));
        break;
    case WEBSOCKET_NOTHING:
    case WEBSOCKET_PING:
    case WEBSOCKET_PONG:
        assert(m->bytes.len <= WEBSOCKET_CONTROL_MAX);
        break;
    }
}

/* Writes down what comes out of the input in pieces of this size. */
static void read_all(struct str input, size_t piece, struct buf *told)
{
    struct websocket_reader reader;
    struct err e = { 0 };
    bool ok = true;

    websocket_reader_init(&reader, MAX_MESSAGE);
    for (size_t at = 0; ok && at < input.len; at += piece) {
        struct str part = str_slice(input, at, at + piece);
        struct websocket_message m = { .kind = WEBSOCKET_PONG };

        while (ok && m.kind != WEBSOCKET_NOTHING) {
            ok = websocket_read(&reader, &part, &m, &e);
            if (!ok)
                break;
            check_message(&m);
            if (m.kind != WEBSOCKET_NOTHING)
                buf_putf(told, "%d %d %zu:", (int)m.kind, m.close_code, m.bytes.len);
            buf_put(told, m.bytes);
            ok = m.kind != WEBSOCKET_CLOSE;
        }
        assert(!ok || part.len == 0);
    }
    if (e.code != ERR_NONE) {
        assert(e.code == ERR_UPSTREAM || e.code == ERR_TOO_LARGE);
        buf_put(told, str_from(e.msg));
    }
    websocket_reader_deinit(&reader);
}

static void check_pieces(struct str input)
{
    AUTO_BUF whole = { 0 };

    buf_init(&whole, TOLD_MAX);
    read_all(input, input.len + 1, &whole);
    for (size_t piece = 1; piece <= 7; piece += 3) {
        AUTO_BUF pieces = { 0 };

        buf_init(&pieces, TOLD_MAX);
        read_all(input, piece, &pieces);
        assert(str_eq(buf_str(&whole), buf_str(&pieces)));
    }
}

static void check_hello(struct str input)
{
    size_t bytes = SIZE_MAX;
    struct err e = { 0 };

    if (websocket_hello_read(input, STR("dGhlIHNhbXBsZSBub25jZQ=="), &bytes, &e)) {
        assert(bytes <= input.len);
        assert(bytes == 0 || str_starts(input, STR("HTTP/1.1 101")));
    } else {
        assert(e.code == ERR_UPSTREAM && str_is_utf8(str_from(e.msg)));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str input = str_of(data, size);

    check_pieces(input);
    check_hello(input);
    return 0;
}
