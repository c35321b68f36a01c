/* Frames byte by byte: what is whole, what is joined, what is refused, and what is told of it. */
#include "check.h"

#include "base/arena.h"
#include "net/websocket_frame.h"

enum { MAX_MESSAGE = 70000 };

#define BYTES(literal)                                                                             \
    {                                                                                              \
        literal, sizeof(literal) - 1                                                               \
    }

static struct websocket_reader reader;

static int setup(void **state)
{
    UNUSED(state);
    websocket_reader_init(&reader, MAX_MESSAGE);
    return 0;
}

static int teardown(void **state)
{
    UNUSED(state);
    websocket_reader_deinit(&reader);
    return 0;
}

#define READER_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

/* "T:hello B:..." of everything that comes out, or the error. */
static struct str tell(struct arena *a, struct str input, size_t piece, struct err *e)
{
    static const char letters[] = { [WEBSOCKET_TEXT] = 'T',
                                    [WEBSOCKET_BINARY] = 'B',
                                    [WEBSOCKET_CLOSE] = 'C',
                                    [WEBSOCKET_PING] = 'P',
                                    [WEBSOCKET_PONG] = 'O' };
    struct str said = STR("");

    *e = (struct err){ 0 };
    for (size_t at = 0; at < input.len; at += piece) {
        struct str part = str_slice(input, at, at + piece);
        struct websocket_message m = { .kind = WEBSOCKET_PING };

        while (m.kind != WEBSOCKET_NOTHING && m.kind != WEBSOCKET_CLOSE) {
            if (!websocket_read(&reader, &part, &m, e))
                return arena_strf(a, STR_FMT "!%s", STR_ARG(said), e->msg);
            if (m.kind == WEBSOCKET_CLOSE)
                return arena_strf(a, STR_FMT "C%d:" STR_FMT ";", STR_ARG(said), m.close_code,
                                  STR_ARG(m.bytes));
            if (m.kind != WEBSOCKET_NOTHING)
                said = arena_strf(a, STR_FMT "%c:" STR_FMT ";", STR_ARG(said), letters[m.kind],
                                  STR_ARG(m.bytes));
        }
        CHECK_I64(part.len, 0);
    }
    return said;
}

static void messages_come_whole_wherever_the_bytes_are_cut(void **state)
{
    static const struct {
        struct str frames;
        const char *want;
    } cases[] = {
        { BYTES("\x81\x05hello"), "T:hello;" },
        { BYTES("\x82\x00\x81\x00"), "B:;T:;" },
        { BYTES("\x01\x03hel\x80\x02lo"), "T:hello;" },
        { BYTES("\x01\x01"
                "a\x00\x00\x00\x01"
                "b\x80\x01"
                "c"),
          "T:abc;" },
        { BYTES("\x02\x02"
                "ab\x89\x03you\x80\x01"
                "c\x8a\x00"),
          "P:you;B:abc;O:;" },
        { BYTES("\x01\x01\xc3\x80\x01\xa9"), "T:\xc3\xa9;" },
        { BYTES("\x88\x00"), "C0:;" },
        { BYTES("\x88\x02\x03\xe8"), "C1000:;" },
        { BYTES("\x01\x01"
                "a\x88\x05\x0f\xa0"
                "bye"),
          "C4000:bye;" },
    };
    struct err e;

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        for (size_t piece = 1; piece <= cases[i].frames.len; piece++) {
            AUTO_ARENA a = { 0 };

            websocket_reader_deinit(&reader);
            websocket_reader_init(&reader, MAX_MESSAGE);
            CHECK_STR(tell(&a, cases[i].frames, piece, &e), str_from(cases[i].want));
        }
    }
}

static void what_the_protocol_forbids_is_refused(void **state)
{
#define SENT "!the WebSocket sent "
    static const struct {
        struct str frames;
        const char *want;
    } cases[] = {
        { BYTES("\xc1\x00"), SENT "a frame of an extension that nobody has asked for" },
        { BYTES("\x91\x00"), SENT "a frame of an extension that nobody has asked for" },
        { BYTES("\x81\x81"), SENT "a masked frame" },
        { BYTES("\x83\x00"), SENT "a frame of an unknown kind" },
        { BYTES("\x87\x00"), SENT "a frame of an unknown kind" },
        { BYTES("\x8b\x00"), SENT "a frame of an unknown kind" },
        { BYTES("\x81\x7e\x00\x7d"), SENT "a length that is not written as it should be" },
        { BYTES("\x82\x7f\0\0\0\0\0\0\xff\xff"),
          SENT "a length that is not written as it should be" },
        { BYTES("\x82\x7f\x80\0\0\0\0\0\0\0"),
          SENT "a length that is not written as it should be" },
        { BYTES("\x09\x00"), SENT "a control frame that is too long or in parts" },
        { BYTES("\x8a\x7e\x00\x7e"), SENT "a control frame that is too long or in parts" },
        { BYTES("\x80\x00"), SENT "parts of messages in an order that makes no sense" },
        { BYTES("\x01\x00\x81\x00"), SENT "parts of messages in an order that makes no sense" },
        { BYTES("\x82\x7f\0\0\0\0\0\x01\x11\x71"), SENT "a message that is larger than is taken" },
        { BYTES("\x02\x01"
                "a\x80\x7f\0\0\0\0\0\x01\x11\x70"),
          SENT "a message that is larger than is taken" },
        { BYTES("\x81\x01\xff"), SENT "text that is no UTF-8" },
        { BYTES("\x01\x01\xc3\x80\x00"), SENT "text that is no UTF-8" },
        { BYTES("\x88\x01\x03"), SENT "half a reason for its end" },
        { BYTES("\x88\x02\x03\xe7"), SENT "a reason for its end that nobody knows" },
        { BYTES("\x88\x02\x03\xed"), SENT "a reason for its end that nobody knows" },
        { BYTES("\x88\x02\x0b\xb7"), SENT "a reason for its end that nobody knows" },
        { BYTES("\x88\x03\x03\xe8\xff"), SENT "a reason for its end that nobody knows" },
    };
    struct err e;

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO_ARENA a = { 0 };

        websocket_reader_deinit(&reader);
        websocket_reader_init(&reader, MAX_MESSAGE);
        CHECK_STR(tell(&a, cases[i].frames, cases[i].frames.len, &e), str_from(cases[i].want));
        CHECK_I64(e.code, strstr(cases[i].want, "larger") != NULL ? ERR_TOO_LARGE : ERR_UPSTREAM);
    }
}

/* As a server would write it: our own frame without its mask. */
static struct str unmasked(struct arena *a, struct str frame, size_t payload_bytes)
{
    char *bytes = arena_cstr(a, frame);
    size_t head = frame.len - payload_bytes - WEBSOCKET_MASK_BYTES;
    const char *mask = bytes + head;

    CHECK((bytes[1] & 0x80) != 0);
    bytes[1] = (char)(bytes[1] & 0x7f);
    for (size_t i = 0; i < payload_bytes; i++)
        bytes[head + i] = (char)(bytes[head + WEBSOCKET_MASK_BYTES + i] ^ frame.ptr[head + i % 4]);
    UNUSED(mask);
    return str_of(bytes, frame.len - WEBSOCKET_MASK_BYTES);
}

static void what_is_written_is_read_at_every_length(void **state)
{
    static const size_t lengths[] = { 0, 1, 125, 126, 127, 65535, 65536, MAX_MESSAGE };
    static const unsigned char mask[] = { 0x5a, 0x00, 0xff, 0x13 };
    struct err e = { 0 };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(lengths); i++) {
        AUTO_ARENA a = { 0 };
        AUTO_BUF frame = { 0 };
        char *payload = arena_array(&a, char, lengths[i] + 1);
        struct websocket_message m;
        struct str input;

        for (size_t k = 0; k < lengths[i]; k++)
            payload[k] = (char)(k * 31);
        buf_init(&frame, MAX_MESSAGE + WEBSOCKET_FRAME_HEAD_MAX);
        websocket_put_frame(&frame, WEBSOCKET_BINARY, str_of(payload, lengths[i]), mask);
        CHECK(!frame.overflowed);
        input = unmasked(&a, buf_str(&frame), lengths[i]);
        CHECK_OK(websocket_read(&reader, &input, &m, &e));
        CHECK_I64(m.kind, WEBSOCKET_BINARY);
        CHECK_STR(m.bytes, str_of(payload, lengths[i]));
        CHECK_I64(input.len, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        READER_TEST(messages_come_whole_wherever_the_bytes_are_cut),
        READER_TEST(what_the_protocol_forbids_is_refused),
        READER_TEST(what_is_written_is_read_at_every_length),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
