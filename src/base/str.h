/* A borrowed view of bytes, and what is commonly asked of one. */
#ifndef BASE_STR_H
#define BASE_STR_H

#include "base/base.h"

/* Not terminated by NUL; valid as long as its owner. ptr NULL means "no value", len 0 means
 * "empty". */
struct str {
    const char *ptr;
    size_t len;
};

/* A list of views; the array belongs to whoever made it, mostly an arena. */
struct str_list {
    struct str *items;
    size_t count;
};

#define STR(literal) ((struct str){ "" literal, sizeof(literal) - 1 })
#define STR_FMT      "%.*s"
#define STR_ARG(s)   (int)(s).len, ((s).ptr != NULL ? (s).ptr : "")

struct str str_from(const char *cstr); /* NULL gives no value */
static inline struct str str_of(const void *ptr, size_t len)
{
    return (struct str){ ptr, len };
}
static inline bool str_is_null(struct str s)
{
    return s.ptr == NULL;
}

bool str_eq(struct str a, struct str b);
bool str_eq_nocase(struct str a, struct str b); /* ASCII letters only */
/* For secrets: the time taken depends on the lengths alone. */
bool str_eq_secret(struct str a, struct str b);
int str_cmp(struct str a, struct str b);
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);

/* Position of the first c at or after from, or s.len. */
size_t str_find_char(struct str s, char c, size_t from);
/* Position of the first needle, or s.len. An empty needle is found at 0. */
size_t str_find(struct str s, struct str needle);
/* From start up to but without end, both clamped to s. */
struct str str_slice(struct str s, size_t start, size_t end);
struct str str_trim(struct str s); /* spaces and tabs at both ends */
/* Splits at the first sep. Without one: head = s, tail = no value, false. */
bool str_cut(struct str s, char sep, struct str *out_head, struct str *out_tail);

/* Whole string, decimal, no blanks, no plus, in [min, max]; *out is kept on failure. */
MUST_CHECK bool str_to_i64(struct str s, int64_t min, int64_t max, int64_t *out);
MUST_CHECK bool str_to_f64(struct str s, double *out);

bool str_is_utf8(struct str s);      /* no overlong forms, surrogates or values past U+10FFFF */
size_t str_utf8_count(struct str s); /* code points of valid UTF-8 */
/* Takes the first code point off a text that is not empty; -1, and one byte, where it is no UTF-8.
 */
int32_t str_take_code_point(struct str *s);
/* Puts '?' in the place of control characters: below a space, DEL, U+0080 to U+009F, and those that
 * turn the direction of text. */
void str_blank_controls(char *text, size_t len);
uint64_t str_hash(struct str s); /* FNV-1a: for tables of trusted names only */

/* Edits to turn a into b (two letters that changed places are one), capped at 9. */
int str_distance(struct str a, struct str b);
/* The name nearest to s within two edits (three for long names), or no value. */
struct str str_nearest(struct str s, const struct str *names, size_t count);

#endif
