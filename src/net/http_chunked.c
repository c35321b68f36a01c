/* The decoder of chunked bodies: exact line ends, plain sizes, everything else limited. */
#include "net/http_parse.h"

enum { MAX_SIZE_DIGITS = 15, MAX_EXTRA_BYTES = 4096 };

enum {
    AT_SIZE,
    AT_EXTENSION, /* ";name" or ";name=value", of token characters */
    IN_EXTENSION,
    AT_EXTENSION_VALUE,
    IN_EXTENSION_VALUE,
    AT_SIZE_END, /* the LF behind the size */
    AT_DATA,
    AT_DATA_CR,
    AT_DATA_LF,
    AT_TRAILER, /* the first byte of a line behind the last chunk */
    IN_TRAILER_NAME,
    IN_TRAILER,
    AT_TRAILER_END,
    AT_LAST_LF,
    AT_END,
};

static int hex_digit(char c)
{
    char lower = (char)(c | 0x20);

    if (c >= '0' && c <= '9')
        return c - '0';
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

static int step_size(struct http_chunked *c, char byte)
{
    int digit = hex_digit(byte);

    if (digit >= 0 && c->digits < MAX_SIZE_DIGITS) {
        c->digits++;
        c->left = c->left * 16 + digit;
        return AT_SIZE;
    }
    if (c->digits == 0 || digit >= 0)
        return -1;
    if (byte == ';')
        return AT_EXTENSION;
    return byte == '\r' ? AT_SIZE_END : -1;
}

/* What is passed over has to be right all the same, and is limited for the whole body. */
static int pass(struct http_chunked *c, bool is_right, int next)
{
    return !is_right || ++c->extra_bytes > MAX_EXTRA_BYTES ? -1 : next;
}

static int step_extension(struct http_chunked *c, char byte)
{
    bool in_value = c->state == AT_EXTENSION_VALUE || c->state == IN_EXTENSION_VALUE;

    if (c->state == IN_EXTENSION || c->state == IN_EXTENSION_VALUE) {
        if (byte == '\r')
            return AT_SIZE_END;
        if (byte == ';')
            return pass(c, true, AT_EXTENSION);
        if (byte == '=' && !in_value)
            return pass(c, true, AT_EXTENSION_VALUE);
    }
    return pass(c, http_is_token_char(byte), in_value ? IN_EXTENSION_VALUE : IN_EXTENSION);
}

/* Trailers are thrown away, but one that speaks of framing is an attempt to be understood twice. */
static bool is_harmless(const struct http_chunked *c)
{
    struct str name = str_of(c->name, c->name_bytes);

    return !str_eq_nocase(name, STR("content-length")) &&
           !str_eq_nocase(name, STR("transfer-encoding"));
}

static int step_trailer_name(struct http_chunked *c, char byte)
{
    if (byte == ':' && c->state == IN_TRAILER_NAME)
        return pass(c, is_harmless(c), IN_TRAILER);
    if (c->state == AT_TRAILER)
        c->name_bytes = 0;
    if (c->name_bytes < sizeof(c->name)) /* longer than any that matters */
        c->name[c->name_bytes++] = byte;
    return pass(c, http_is_token_char(byte), IN_TRAILER_NAME);
}

static int step_trailer(struct http_chunked *c, char byte)
{
    if (byte == '\r' && c->state != IN_TRAILER_NAME)
        return c->state == AT_TRAILER ? AT_LAST_LF : AT_TRAILER_END;
    if (c->state == IN_TRAILER)
        return pass(c, http_value_is_safe(str_of(&byte, 1)), IN_TRAILER);
    return step_trailer_name(c, byte);
}

static int step_size_end(struct http_chunked *c, char byte)
{
    if (byte != '\n')
        return -1;
    c->digits = 0;
    return c->left > 0 ? AT_DATA : AT_TRAILER;
}

/* The state behind one byte that is not data, or -1. */
static int step(struct http_chunked *c, char byte)
{
    switch (c->state) {
    case AT_SIZE:
        return step_size(c, byte);
    case AT_EXTENSION:
    case IN_EXTENSION:
    case AT_EXTENSION_VALUE:
    case IN_EXTENSION_VALUE:
        return step_extension(c, byte);
    case AT_SIZE_END:
        return step_size_end(c, byte);
    case AT_DATA_CR:
        return byte == '\r' ? AT_DATA_LF : -1;
    case AT_DATA_LF:
        return byte == '\n' ? AT_SIZE : -1;
    case AT_TRAILER:
    case IN_TRAILER_NAME:
    case IN_TRAILER:
        return step_trailer(c, byte);
    case AT_TRAILER_END:
        return byte == '\n' ? AT_TRAILER : -1;
    case AT_LAST_LF:
        return byte == '\n' ? AT_END : -1;
    default:
        return -1;
    }
}

enum http_chunk http_chunked_next(struct http_chunked *c, struct str *in, struct str *out)
{
    while (in->len > 0 && c->state != AT_DATA) {
        int state = step(c, in->ptr[0]);

        if (state < 0)
            return HTTP_CHUNK_BAD;
        *in = str_slice(*in, 1, in->len);
        c->state = state;
        if (state == AT_END)
            return HTTP_CHUNK_END;
    }
    if (in->len == 0)
        return HTTP_CHUNK_MORE;
    *out = str_slice(*in, 0, (size_t)MIN((uint64_t)c->left, (uint64_t)in->len));
    *in = str_slice(*in, out->len, in->len);
    c->left -= (int64_t)out->len;
    if (c->left == 0)
        c->state = AT_DATA_CR;
    return HTTP_CHUNK_DATA;
}
