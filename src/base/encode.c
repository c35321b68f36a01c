/* Bytes as text: hexadecimal, base64, percent-encoding. */
#include "base/encode.h"

#include <string.h>

static const char hex_digits[] = "0123456789abcdef";

struct str hex_encode(struct arena *a, struct str bytes)
{
    char *text = arena_alloc(a, bytes.len * 2 + 1);

    for (size_t i = 0; i < bytes.len; i++) {
        text[2 * i] = hex_digits[(unsigned char)bytes.ptr[i] >> 4];
        text[2 * i + 1] = hex_digits[(unsigned char)bytes.ptr[i] & 15];
    }
    return str_of(text, bytes.len * 2);
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool hex_decode(struct arena *a, struct str text, struct str *out)
{
    char *bytes;

    if (text.len % 2 != 0)
        return false;
    bytes = arena_alloc(a, text.len / 2 + 1);
    for (size_t i = 0; i < text.len; i += 2) {
        int high = hex_value(text.ptr[i]), low = hex_value(text.ptr[i + 1]);

        if (high < 0 || low < 0)
            return false;
        bytes[i / 2] = (char)(high << 4 | low);
    }
    *out = str_of(bytes, text.len / 2);
    return true;
}

static struct str encode64(struct arena *a, struct str bytes, const char last[2], bool pad)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    char *text = arena_alloc(a, (bytes.len + 2) / 3 * 4 + 1);
    size_t at = 0;

    for (size_t i = 0; i < bytes.len; i += 3) {
        size_t count = MIN(bytes.len - i, (size_t)3);
        uint32_t word = 0;

        for (size_t k = 0; k < 3; k++)
            word = word << 8 | (k < count ? (unsigned char)bytes.ptr[i + k] : 0u);
        for (size_t k = 0; k <= count; k++) {
            uint32_t index = word >> (18 - 6 * k) & 63;

            text[at++] = index < 62 ? letters[index] : last[index - 62];
        }
        for (size_t k = count; pad && k < 3; k++)
            text[at++] = '=';
    }
    return str_of(text, at);
}

struct str base64_encode(struct arena *a, struct str bytes)
{
    return encode64(a, bytes, "+/", true);
}

struct str base64url_encode(struct arena *a, struct str bytes)
{
    return encode64(a, bytes, "-_", false);
}

static int base64_value(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    if (c == '+' || c == '-')
        return 62;
    return c == '/' || c == '_' ? 63 : -1;
}

bool base64_decode(struct arena *a, struct str text, struct str *out)
{
    char *bytes = arena_alloc(a, text.len / 4 * 3 + 4);
    size_t at = 0, digits = 0, pads = 0;
    uint32_t word = 0;

    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        int value = base64_value(c);

        if (c == '\r' || c == '\n')
            continue;
        if (c == '=') {
            pads++;
            continue;
        }
        if (value < 0 || pads > 0)
            return false;
        word = word << 6 | (uint32_t)value;
        if (++digits % 4 == 0) {
            bytes[at++] = (char)(word >> 16);
            bytes[at++] = (char)(word >> 8);
            bytes[at++] = (char)word;
        }
    }
    if (digits % 4 == 1 || (pads > 0 && (digits + pads) % 4 != 0) || pads > 2)
        return false;
    /* Bits behind the last whole byte must be zero, else two texts would mean the same bytes. */
    if (digits % 4 == 2) {
        if ((word & 0x0F) != 0)
            return false;
        bytes[at++] = (char)(word >> 4);
    } else if (digits % 4 == 3) {
        if ((word & 0x03) != 0)
            return false;
        bytes[at++] = (char)(word >> 10);
        bytes[at++] = (char)(word >> 2);
    }
    *out = str_of(bytes, at);
    return true;
}

static bool is_unreserved(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("-._~", c) != NULL);
}

struct str percent_encode(struct arena *a, struct str s, bool keep_slash)
{
    char *text = arena_alloc(a, s.len * 3 + 1);
    size_t at = 0;

    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];

        if (is_unreserved(c) || (keep_slash && c == '/')) {
            text[at++] = c;
        } else {
            text[at++] = '%';
            text[at++] = "0123456789ABCDEF"[(unsigned char)c >> 4];
            text[at++] = "0123456789ABCDEF"[(unsigned char)c & 15];
        }
    }
    return str_of(text, at);
}

bool percent_decode(struct arena *a, struct str s, bool plus_is_space, struct str *out)
{
    char *text = arena_alloc(a, s.len + 1);
    size_t at = 0;

    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];

        if (c == '%') {
            int high = i + 2 < s.len ? hex_value(s.ptr[i + 1]) : -1;
            int low = high >= 0 ? hex_value(s.ptr[i + 2]) : -1;

            if (low < 0)
                return false;
            c = (char)(high << 4 | low);
            i += 2;
        } else if (c == '+' && plus_is_space) {
            c = ' ';
        }
        text[at++] = c;
    }
    *out = str_of(text, at);
    return true;
}
