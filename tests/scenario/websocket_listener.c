/*
 * Listens on a WebSocket: websocket_listener URL TIMES. Says what came, a line for each message as
 * "<kind> <bytes> <CRC-32>", and sends it back. A connection ends with "close <code> <reason>", the
 * reason as its bytes and CRC-32 too, or "error <words>", and then the next one is made.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/crc32.h"
#include "net/websocket.h"

enum { WAIT_MS = 30 * 1000 };

static struct str everywhere_items[] = { { "127.0.0.1", 9 } };
static const struct guard everywhere = { .allow = { everywhere_items, 1 } };

/* False: nothing comes behind it. */
static bool hear(struct websocket *w, struct err *e)
{
    struct websocket_message m;

    if (!websocket_receive(w, clock_steady_ms() + WAIT_MS, &m, e))
        return false;
    if (m.kind == WEBSOCKET_NOTHING)
        return err_set(e, ERR_TIMEOUT, "nothing came");
    if (m.kind == WEBSOCKET_CLOSE) {
        printf("close %d %zu %08x\n", m.close_code, m.bytes.len, crc32_add(0, m.bytes));
        return false;
    }
    printf("%s %zu %08x\n", m.kind == WEBSOCKET_TEXT ? "text" : "binary", m.bytes.len,
           crc32_add(0, m.bytes));
    return websocket_send(w, m.kind, m.bytes, e);
}

static void listen_once(const char *url)
{
    struct websocket_request request = {
        .to = { .url = str_from(url),
                .trust = FETCH_CONFIGURED,
                .guard = &everywhere,
                .wake_fd = -1 },
        .open_timeout_ms = WAIT_MS,
        .silence_ms = WAIT_MS,
        .max_message_bytes = 8 * MIB,
    };
    struct websocket *w = NULL;
    struct err e = { 0 };

    if (websocket_open(&request, &w, &e)) {
        while (hear(w, &e))
            continue;
    }
    if (e.code != ERR_NONE)
        printf("error %s\n", e.msg);
    websocket_close(w);
}

int main(int argc, char **argv)
{
    int64_t times = 0;

    signal(SIGPIPE, SIG_IGN);
    if (argc != 3 || !str_to_i64(str_from(argv[2]), 1, 100000, &times))
        return EXIT_FAILURE;
    for (int64_t i = 0; i < times; i++)
        listen_once(argv[1]);
    fetch_deinit();
    return EXIT_SUCCESS;
}
