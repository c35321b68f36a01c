/* Reads frames as they come, byte by byte if need be, and joins them to messages. */
#include "net/websocket_frame.h"

#include <assert.h>

enum {
    BIT_LAST = 0x80,
    BITS_RESERVED = 0x70,
    BITS_KIND = 0x0f,
    BIT_MASKED = 0x80,
    BITS_LENGTH = 0x7f,
    LENGTH_IN_2 = 126, /* the length stands in the next 2 bytes, or the next 8 */
    LENGTH_IN_8 = 127,
    CLOSE_CODE_BYTES = 2,
    KEPT_BYTES = 1024 * 1024,
};

void websocket_reader_init(struct websocket_reader *r, size_t max_message_bytes)
{
    *r = (struct websocket_reader){ .message_kind = WEBSOCKET_NOTHING };
    buf_init(&r->message, max_message_bytes);
    buf_init(&r->control, WEBSOCKET_CONTROL_MAX);
}

void websocket_reader_deinit(struct websocket_reader *r)
{
    buf_deinit(&r->message);
    buf_deinit(&r->control);
}

static bool refuse(struct websocket_reader *r, enum err_code code, const char *reason,
                   struct err *e)
{
    r->broken = true;
    return err_set(e, code, "the WebSocket sent %s", reason);
}

static bool is_control(enum websocket_kind kind)
{
    return kind >= WEBSOCKET_CLOSE;
}

static size_t head_size(const struct websocket_reader *r)
{
    unsigned length = r->head[1] & BITS_LENGTH;

    if (r->head_bytes < 2)
        return 2;
    return 2 + (length == LENGTH_IN_2 ? 2u : length == LENGTH_IN_8 ? 8u : 0u);
}

/* False: there is not enough of it yet. */
static bool take_head(struct websocket_reader *r, struct str *input)
{
    while (r->head_bytes < head_size(r)) {
        if (input->len == 0)
            return false;
        r->head[r->head_bytes++] = (unsigned char)input->ptr[0];
        *input = str_slice(*input, 1, input->len);
    }
    return true;
}

static uint64_t told_length(const struct websocket_reader *r)
{
    uint64_t length = 0;

    if (r->head_bytes == 2)
        return r->head[1] & BITS_LENGTH;
    for (size_t i = 2; i < r->head_bytes; i++)
        length = length << 8 | r->head[i];
    return length;
}

static bool judge_head(struct websocket_reader *r, struct err *e)
{
    bool goes_on = r->kind == WEBSOCKET_NOTHING;
    bool longer = r->head_bytes > 2;
    uint64_t least = r->head_bytes > 4 ? UINT16_MAX + UINT64_C(1) : LENGTH_IN_2;

    if ((r->head[0] & BITS_RESERVED) != 0)
        return refuse(r, ERR_UPSTREAM, "a frame of an extension that nobody has asked for", e);
    if ((r->head[1] & BIT_MASKED) != 0)
        return refuse(r, ERR_UPSTREAM, "a masked frame", e);
    if ((r->kind > WEBSOCKET_BINARY && r->kind < WEBSOCKET_CLOSE) || r->kind > WEBSOCKET_PONG)
        return refuse(r, ERR_UPSTREAM, "a frame of an unknown kind", e);
    if ((longer && r->payload_left < least) || r->payload_left > INT64_MAX)
        return refuse(r, ERR_UPSTREAM, "a length that is not written as it should be", e);
    if (is_control(r->kind) && (!r->is_last || r->payload_left > WEBSOCKET_CONTROL_MAX))
        return refuse(r, ERR_UPSTREAM, "a control frame that is too long or in parts", e);
    if (!is_control(r->kind) && goes_on != (r->message_kind != WEBSOCKET_NOTHING))
        return refuse(r, ERR_UPSTREAM, "parts of messages in an order that makes no sense", e);
    if (!is_control(r->kind) && r->payload_left > r->message.max_bytes - r->message.len)
        return refuse(r, ERR_TOO_LARGE, "a message that is larger than is taken", e);
    return true;
}

static bool begin_frame(struct websocket_reader *r, struct err *e)
{
    r->kind = (enum websocket_kind)(r->head[0] & BITS_KIND);
    r->is_last = (r->head[0] & BIT_LAST) != 0;
    r->payload_left = told_length(r);
    if (!judge_head(r, e))
        return false;
    if (r->kind == WEBSOCKET_TEXT || r->kind == WEBSOCKET_BINARY)
        r->message_kind = r->kind;
    r->in_payload = true;
    return true;
}

static void take_payload(struct websocket_reader *r, struct str *input)
{
    size_t bytes = (size_t)MIN((uint64_t)input->len, r->payload_left);
    struct buf *to = is_control(r->kind) ? &r->control : &r->message;

    buf_put(to, str_slice(*input, 0, bytes));
    assert(!to->overflowed); /* the head was judged by its maximum */
    *input = str_slice(*input, bytes, input->len);
    r->payload_left -= bytes;
}

/* Those that an endpoint may put on the wire, and those of its user. */
static bool is_close_code(int code)
{
    return (code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006) ||
           (code >= 3000 && code <= 4999);
}

static bool end_close(struct websocket_reader *r, struct websocket_message *out, struct err *e)
{
    const unsigned char *bytes = (const unsigned char *)r->control.ptr;
    struct str payload = buf_str(&r->control);

    if (payload.len == 0)
        return true;
    if (payload.len < CLOSE_CODE_BYTES)
        return refuse(r, ERR_UPSTREAM, "half a reason for its end", e);
    out->close_code = bytes[0] << 8 | bytes[1];
    out->bytes = str_slice(payload, CLOSE_CODE_BYTES, payload.len);
    if (!is_close_code(out->close_code) || !str_is_utf8(out->bytes))
        return refuse(r, ERR_UPSTREAM, "a reason for its end that nobody knows", e);
    return true;
}

/* The frame is whole: *out stays NOTHING when its message is not. */
static bool end_frame(struct websocket_reader *r, struct websocket_message *out, struct err *e)
{
    r->in_payload = false;
    r->head_bytes = 0;
    if (is_control(r->kind)) {
        *out = (struct websocket_message){ r->kind, buf_str(&r->control), 0 };
        return r->kind != WEBSOCKET_CLOSE || end_close(r, out, e);
    }
    if (!r->is_last)
        return true;
    *out = (struct websocket_message){ r->message_kind, buf_str(&r->message), 0 };
    r->message_kind = WEBSOCKET_NOTHING;
    if (out->kind == WEBSOCKET_TEXT && !str_is_utf8(out->bytes))
        return refuse(r, ERR_UPSTREAM, "text that is no UTF-8", e);
    return true;
}

/* What was given out with the last call is the caller's no longer. */
static void forget_given(struct websocket_reader *r)
{
    if (!r->given)
        return;
    buf_clear(&r->control);
    if (!is_control(r->kind) && r->message.cap > KEPT_BYTES)
        buf_deinit(&r->message); /* one that was large is no reason to hold that much for good */
    else if (!is_control(r->kind))
        buf_clear(&r->message);
    r->given = false;
}

bool websocket_read(struct websocket_reader *r, struct str *input, struct websocket_message *out,
                    struct err *e)
{
    struct websocket_message message = { .kind = WEBSOCKET_NOTHING };

    assert(!r->broken);
    forget_given(r);
    while (message.kind == WEBSOCKET_NOTHING) {
        if (!r->in_payload) {
            if (!take_head(r, input))
                break;
            if (!begin_frame(r, e))
                return false;
        }
        take_payload(r, input);
        if (r->payload_left > 0)
            break;
        if (!end_frame(r, &message, e))
            return false;
    }
    r->given = message.kind != WEBSOCKET_NOTHING;
    r->broken = message.kind == WEBSOCKET_CLOSE;
    *out = message;
    return true;
}

static void put_head(struct buf *out, enum websocket_kind kind, uint64_t length)
{
    int length_bytes = length < LENGTH_IN_2 ? 0 : length <= UINT16_MAX ? 2 : 8;

    buf_put_char(out, (char)(BIT_LAST | (int)kind));
    if (length_bytes == 0)
        buf_put_char(out, (char)(BIT_MASKED | (int)length));
    else
        buf_put_char(out, (char)(BIT_MASKED | (length_bytes == 2 ? LENGTH_IN_2 : LENGTH_IN_8)));
    for (int i = length_bytes - 1; i >= 0; i--)
        buf_put_char(out, (char)(length >> (8 * i) & 0xff));
}

void websocket_put_frame(struct buf *out, enum websocket_kind kind, struct str payload,
                         const unsigned char mask[WEBSOCKET_MASK_BYTES])
{
    char *room;

    assert(!is_control(kind) || payload.len <= WEBSOCKET_CONTROL_MAX);
    put_head(out, kind, payload.len);
    buf_put(out, str_of(mask, WEBSOCKET_MASK_BYTES));
    room = buf_reserve(out, payload.len);
    if (room == NULL)
        return;
    for (size_t i = 0; i < payload.len; i++)
        room[i] = (char)(payload.ptr[i] ^ mask[i % WEBSOCKET_MASK_BYTES]);
    buf_advance(out, payload.len);
}
