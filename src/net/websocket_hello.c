/* Words of a request that asks for another protocol, and a strict look at the answer. */
#include "net/websocket_hello.h"

#include "base/encode.h"
#include "base/sha1.h"

#define MAGIC "258EAFA5-E914-47DA-95CA-C5AB0DC85B11" /* of RFC 6455 */

void websocket_hello_put(const struct websocket_hello *h, struct buf *out)
{
    bool has_agent = false;

    buf_putf(out,
             "GET " STR_FMT " HTTP/1.1\r\nHost: " STR_FMT "\r\nUpgrade: websocket\r\n"
             "Connection: Upgrade\r\nSec-WebSocket-Key: " STR_FMT
             "\r\nSec-WebSocket-Version: 13\r\n",
             STR_ARG(h->target), STR_ARG(h->host), STR_ARG(h->key));
    for (size_t i = 0; i < h->header_count; i++) {
        has_agent = has_agent || str_eq_nocase(h->headers[i].name, STR("User-Agent"));
        buf_putf(out, STR_FMT ": " STR_FMT "\r\n", STR_ARG(h->headers[i].name),
                 STR_ARG(h->headers[i].value));
    }
    if (!has_agent)
        buf_put(out, STR("User-Agent: albumen/" ALBUMEN_VERSION "\r\n"));
    buf_put(out, STR("\r\n"));
}

static bool refuse(const char *reason, struct err *e)
{
    return err_set(e, ERR_UPSTREAM, "there is no WebSocket: %s", reason);
}

/* What of the answer has been seen; each has to be, and the key's answer once. */
struct answer {
    bool upgrade, connection, accept;
};

static bool has_word(struct str list, struct str word)
{
    struct str head, rest = list;

    do {
        struct str before = rest;

        str_cut(before, ',', &head, &rest);
        if (str_eq_nocase(str_trim(head), word))
            return true;
    } while (!str_is_null(rest));
    return false;
}

static bool accepts(struct str value, struct str key)
{
    AUTO_ARENA a = { 0 };
    uint8_t digest[SHA1_BYTES];

    sha1(arena_strf(&a, STR_FMT MAGIC, STR_ARG(key)), digest);
    return str_eq(value, base64_encode(&a, str_of(digest, sizeof(digest))));
}

static bool take_header(struct answer *seen, struct str line, struct str key, struct err *e)
{
    struct str name, value;

    if (!str_cut(line, ':', &name, &value) || name.len == 0 || str_trim(name).len != name.len ||
        !http_value_is_safe(value))
        return refuse("a header of the answer cannot be read", e);
    value = str_trim(value);
    if (str_eq_nocase(name, STR("Sec-WebSocket-Extensions")) ||
        str_eq_nocase(name, STR("Sec-WebSocket-Protocol")))
        return refuse("the answer has what nobody has asked for", e);
    if (str_eq_nocase(name, STR("Sec-WebSocket-Accept"))) {
        if (seen->accept || !accepts(value, key))
            return refuse("the answer is not to this request", e);
        seen->accept = true;
    }
    seen->upgrade = seen->upgrade ||
                    (str_eq_nocase(name, STR("Upgrade")) && str_eq_nocase(value, STR("websocket")));
    seen->connection = seen->connection ||
                       (str_eq_nocase(name, STR("Connection")) && has_word(value, STR("upgrade")));
    return true;
}

static bool take_status(struct str line, struct err *e)
{
    int64_t status;

    if (!str_starts(line, STR("HTTP/1.1 ")) ||
        !str_to_i64(str_slice(line, 9, 12), 100, 599, &status) ||
        (line.len > 12 && line.ptr[12] != ' '))
        return refuse("the answer is no HTTP", e);
    if (status != 101)
        return err_set(e, ERR_UPSTREAM, "there is no WebSocket: HTTP %d", (int)status);
    return true;
}

static struct str take_line(struct str *rest)
{
    size_t end = str_find(*rest, STR("\r\n"));
    struct str line = str_slice(*rest, 0, end);

    *rest = str_slice(*rest, end + 2, rest->len);
    return line;
}

static bool judge(struct str head, struct str key, struct err *e)
{
    struct answer seen = { 0 };

    if (!take_status(take_line(&head), e))
        return false;
    while (head.len > 0) {
        if (!take_header(&seen, take_line(&head), key, e))
            return false;
    }
    return (seen.upgrade && seen.connection && seen.accept) || refuse("the answer lacks a part", e);
}

bool websocket_hello_read(struct str came, struct str key, size_t *out_bytes, struct err *e)
{
    size_t end = str_find(came, STR("\r\n\r\n"));

    if (end == came.len && came.len >= WEBSOCKET_HELLO_MAX)
        return refuse("the answer has no end", e);
    if (end == came.len) {
        *out_bytes = 0;
        return true;
    }
    if (!judge(str_slice(came, 0, end + 2), key, e))
        return false;
    *out_bytes = end + 4;
    return true;
}
