/* A borrowed view of bytes, and what is commonly asked of one. */
#include "base/str.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct str str_from(const char *cstr)
{
    return (struct str){ cstr, cstr != NULL ? strlen(cstr) : 0 };
}

bool str_eq(struct str a, struct str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

bool str_eq_nocase(struct str a, struct str b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++) {
        if (lower(a.ptr[i]) != lower(b.ptr[i]))
            return false;
    }
    return true;
}

bool str_eq_secret(struct str a, struct str b)
{
    volatile unsigned char diff = 0;

    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++)
        diff = (unsigned char)(diff | (a.ptr[i] ^ b.ptr[i]));
    return diff == 0;
}

int str_cmp(struct str a, struct str b)
{
    size_t common = MIN(a.len, b.len);
    int order = common > 0 ? memcmp(a.ptr, b.ptr, common) : 0;

    if (order != 0)
        return order;
    return a.len == b.len ? 0 : a.len < b.len ? -1 : 1;
}

bool str_starts(struct str s, struct str prefix)
{
    return s.len >= prefix.len && str_eq(str_of(s.ptr, prefix.len), prefix);
}

bool str_ends(struct str s, struct str suffix)
{
    return s.len >= suffix.len && str_eq(str_slice(s, s.len - suffix.len, s.len), suffix);
}

size_t str_find_char(struct str s, char c, size_t from)
{
    const char *at;

    if (from >= s.len)
        return s.len;
    at = memchr(s.ptr + from, c, s.len - from);
    return at != NULL ? (size_t)(at - s.ptr) : s.len;
}

size_t str_find(struct str s, struct str needle)
{
    const char *at;

    if (needle.len == 0)
        return 0;
    if (needle.len > s.len)
        return s.len;
    at = memmem(s.ptr, s.len, needle.ptr, needle.len);
    return at != NULL ? (size_t)(at - s.ptr) : s.len;
}

struct str str_slice(struct str s, size_t start, size_t end)
{
    end = MIN(end, s.len);
    start = MIN(start, end);
    return s.ptr == NULL ? s : str_of(s.ptr + start, end - start);
}

struct str str_trim(struct str s)
{
    size_t start = 0, end = s.len;

    while (start < end && (s.ptr[start] == ' ' || s.ptr[start] == '\t'))
        start++;
    while (end > start && (s.ptr[end - 1] == ' ' || s.ptr[end - 1] == '\t'))
        end--;
    return str_slice(s, start, end);
}

bool str_cut(struct str s, char sep, struct str *out_head, struct str *out_tail)
{
    size_t at = str_find_char(s, sep, 0);

    *out_head = str_slice(s, 0, at);
    if (at == s.len) {
        *out_tail = (struct str){ 0 };
        return false;
    }
    *out_tail = str_slice(s, at + 1, s.len);
    return true;
}

bool str_to_i64(struct str s, int64_t min, int64_t max, int64_t *out)
{
    bool negative = s.len > 0 && s.ptr[0] == '-';
    size_t i = negative ? 1 : 0;
    int64_t value = 0;

    if (i == s.len)
        return false;
    for (; i < s.len; i++) {
        int digit = s.ptr[i] - '0';

        if (digit < 0 || digit > 9)
            return false;
        /* Summed on the negative side, which reaches one further. */
        if (__builtin_mul_overflow(value, 10, &value) ||
            __builtin_sub_overflow(value, digit, &value))
            return false;
    }
    if (!negative && __builtin_sub_overflow(0, value, &value))
        return false;
    if (value < min || value > max)
        return false;
    *out = value;
    return true;
}

bool str_to_f64(struct str s, double *out)
{
    char text[64];
    char *end;
    double value;

    if (s.len == 0 || s.len >= sizeof(text))
        return false;
    for (size_t i = 0; i < s.len; i++) {
        if (memchr("0123456789+-.eE", s.ptr[i], 15) == NULL)
            return false;
    }
    if (s.ptr[0] == '+')
        return false;
    memcpy(text, s.ptr, s.len);
    text[s.len] = '\0';
    value = strtod(text, &end);
    if (*end != '\0' || end == text || !isfinite(value))
        return false;
    *out = value;
    return true;
}

/* Bytes of the code point at s[i], or 0 when it is not valid. */
static size_t utf8_length(struct str s, size_t i)
{
    const unsigned char *p = (const unsigned char *)s.ptr + i;
    size_t left = s.len - i;

    if (p[0] < 0x80)
        return 1;
    if (p[0] < 0xC2 || p[0] > 0xF4 || left < 2 || (p[1] & 0xC0) != 0x80)
        return 0;
    if (p[0] < 0xE0)
        return 2;
    if (left < 3 || (p[2] & 0xC0) != 0x80)
        return 0;
    if (p[0] < 0xF0) {
        bool overlong = p[0] == 0xE0 && p[1] < 0xA0;
        bool surrogate = p[0] == 0xED && p[1] > 0x9F;

        return overlong || surrogate ? 0 : 3;
    }
    if (left < 4 || (p[3] & 0xC0) != 0x80)
        return 0;
    return (p[0] == 0xF0 && p[1] < 0x90) || (p[0] == 0xF4 && p[1] > 0x8F) ? 0 : 4;
}

/* From i, the end of a run of ASCII, eight bytes at a time while they last. */
static size_t skip_ascii(struct str s, size_t i)
{
    while (i + 8 <= s.len) {
        uint64_t word;

        memcpy(&word, s.ptr + i, 8);
        if ((word & 0x8080808080808080u) != 0)
            break;
        i += 8;
    }
    while (i < s.len && (unsigned char)s.ptr[i] < 0x80)
        i++;
    return i;
}

bool str_is_utf8(struct str s)
{
    for (size_t i = skip_ascii(s, 0); i < s.len; i = skip_ascii(s, i)) {
        size_t length = utf8_length(s, i);

        if (length == 0)
            return false;
        i += length;
    }
    return true;
}

size_t str_utf8_count(struct str s)
{
    size_t count = 0;

    for (size_t i = 0; i < s.len; i++)
        count += ((unsigned char)s.ptr[i] & 0xC0) != 0x80;
    return count;
}

int32_t str_take_code_point(struct str *s)
{
    static const unsigned char lead_bits[] = { 0, 0x7F, 0x1F, 0x0F, 0x07 };
    size_t length = utf8_length(*s, 0);
    int32_t c = (unsigned char)s->ptr[0] & lead_bits[length];

    for (size_t i = 1; i < length; i++)
        c = c << 6 | ((unsigned char)s->ptr[i] & 0x3F);
    *s = str_slice(*s, MAX(length, (size_t)1), SIZE_MAX);
    return length > 0 ? c : -1;
}

/* U+202A to U+202E and U+2066 to U+2069 turn the text around them. */
static bool is_direction(struct str s)
{
    return (str_starts(s, STR("\xE2\x80")) && s.len > 2 && (unsigned char)s.ptr[2] >= 0xAA &&
            (unsigned char)s.ptr[2] <= 0xAE) ||
           (str_starts(s, STR("\xE2\x81")) && s.len > 2 && (unsigned char)s.ptr[2] >= 0xA6 &&
            (unsigned char)s.ptr[2] <= 0xA9);
}

void str_blank_controls(char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];
        unsigned char next = i + 1 < len ? (unsigned char)text[i + 1] : 0;

        if (c == 0xC2 && next >= 0x80 && next <= 0x9F) /* beyond ASCII */
            text[i] = text[i + 1] = '?';
        else if (is_direction(str_of(text + i, len - i)))
            text[i] = text[i + 1] = text[i + 2] = '?';
        else if (c < ' ' || c == 0x7F)
            text[i] = '?';
    }
}

uint64_t str_hash(struct str s)
{
    uint64_t hash = 0xcbf29ce484222325u;

    for (size_t i = 0; i < s.len; i++)
        hash = (hash ^ (unsigned char)s.ptr[i]) * 0x100000001b3u;
    return hash;
}

enum { DISTANCE_MAX_LEN = 64, DISTANCE_CAP = 9 };

static bool are_swapped(const char *a, const char *b)
{
    return lower(a[0]) == lower(b[1]) && lower(a[1]) == lower(b[0]);
}

int str_distance(struct str a, struct str b)
{
    int rows[3][DISTANCE_MAX_LEN + 1]; /* of the letter at hand and the two before, in turn */

    if (a.len > DISTANCE_MAX_LEN || b.len > DISTANCE_MAX_LEN)
        return DISTANCE_CAP;
    for (size_t j = 0; j <= b.len; j++)
        rows[0][j] = (int)j;
    for (size_t i = 1; i <= a.len; i++) {
        int *row = rows[i % 3];
        const int *last = rows[(i - 1) % 3], *before = rows[(i + 1) % 3];

        row[0] = (int)i;
        for (size_t j = 1; j <= b.len; j++) {
            row[j] = MIN(last[j - 1] + (lower(a.ptr[i - 1]) != lower(b.ptr[j - 1])),
                         MIN(last[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && are_swapped(a.ptr + i - 2, b.ptr + j - 2))
                row[j] = MIN(row[j], before[j - 2] + 1);
        }
    }
    return MIN(rows[a.len % 3][b.len], DISTANCE_CAP);
}

struct str str_nearest(struct str s, const struct str *names, size_t count)
{
    struct str best = { 0 };
    int best_distance = s.len > 8 ? 4 : s.len > 3 ? 3 : 2; /* one more than is near enough */

    for (size_t i = 0; i < count; i++) {
        int distance = str_distance(s, names[i]);

        if (distance < best_distance) {
            best_distance = distance;
            best = names[i];
        }
    }
    return best;
}
