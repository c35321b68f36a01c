/* The language of searches. */
#include "features/library/query.h"

#include "base/clock.h"
#include "engine/words.h"

enum { WORDS_MAX = 32, FOLDED_MAX_BYTES = 16 * 1024 };

/* A term as it is written. */
struct written {
    struct str field; /* no value: none */
    struct str value;
    bool is_excluded, is_quoted;
};

struct reader {
    struct arena *arena;
    struct str rest;
    struct parsed_query *out;
};

typedef bool (*field_fn)(struct reader *r, const struct written *w, struct query_term *term,
                         struct err *e);

static bool fail(const struct written *w, const char *wants, struct err *e)
{
    return err_set_field(e, ERR_INVALID, STR("q"), "'" STR_FMT ":' takes %s, not '" STR_FMT "'",
                         STR_ARG(w->field), wants, STR_ARG(str_slice(w->value, 0, 40)));
}

static bool read_tag(struct reader *r, const struct written *w, struct query_term *term,
                     struct err *e)
{
    *term = (struct query_term){ .type = QUERY_MARK,
                                 .kind = MARK_TAG,
                                 .value = query_tag(r->arena, w->value) };
    return !str_is_null(term->value) || fail(w, "a tag", e);
}

static bool read_backend(struct reader *r, const struct written *w, struct query_term *term,
                         struct err *e)
{
    UNUSED(r);
    UNUSED(e);
    *term = (struct query_term){ .type = QUERY_MARK, .kind = MARK_BACKEND, .value = w->value };
    return true;
}

static bool read_source(struct reader *r, const struct written *w, struct query_term *term,
                        struct err *e)
{
    UNUSED(r);
    *term = (struct query_term){ .type = QUERY_MARK, .kind = MARK_SOURCE, .value = w->value };
    return enum_find(image_source_names, w->value) >= 0 || fail(w, "'generated' or 'uploaded'", e);
}

static bool read_album(struct reader *r, const struct written *w, struct query_term *term,
                       struct err *e)
{
    UNUSED(r);
    *term = (struct query_term){ .type = QUERY_ALBUM, .value = w->value };
    return !w->is_excluded || fail(w, "no '-'", e);
}

static bool read_rating(struct reader *r, const struct written *w, struct query_term *term,
                        struct err *e)
{
    int64_t least;

    if (!str_to_i64(w->value, 1, IMAGE_RATING_MAX, &least))
        return fail(w, "1 to 5", e);
    *term = (struct query_term){ .type = QUERY_MARK,
                                 .kind = MARK_AT_LEAST,
                                 .value = arena_strf(r->arena, "%lld", (long long)least) };
    return true;
}

static bool read_is(struct reader *r, const struct written *w, struct query_term *term,
                    struct err *e)
{
    UNUSED(r);
    *term = (struct query_term){ .type = QUERY_MARK };
    if (str_eq_nocase(w->value, STR("starred"))) {
        term->kind = MARK_STARRED;
        term->value = STR("yes");
        return true;
    }
    term->kind = MARK_AT_LEAST;
    term->value = STR("1");
    return str_eq_nocase(w->value, STR("rated")) || fail(w, "'starred' or 'rated'", e);
}

/* The first moment of a day, a month or a year. */
static bool read_moment(struct str text, int64_t *out)
{
    static const int64_t bounds[3][2] = { { 1970, 9999 }, { 1, 12 }, { 1, 31 } };
    int64_t numbers[3] = { 0, 1, 1 };
    size_t count = 0;
    struct str part, rest = text;
    AUTO_ARENA a = { 0 };

    for (; !str_is_null(rest) && count < COUNT(numbers); count++) {
        str_cut(rest, '-', &part, &rest);
        if (!str_to_i64(part, bounds[count][0], bounds[count][1], &numbers[count]))
            return false;
    }
    if (!str_is_null(rest))
        return false;
    return clock_parse_iso(arena_strf(&a, "%04lld-%02lld-%02lldT00:00:00Z", (long long)numbers[0],
                                      (long long)numbers[1], (long long)numbers[2]),
                           out);
}

static const char day_wanted[] = "a day as 2026-11-21, a month as 2026-11 or a year";

static bool read_before(struct reader *r, const struct written *w, struct query_term *term,
                        struct err *e)
{
    int64_t begin;

    UNUSED(term);
    if (w->is_excluded || !read_moment(w->value, &begin))
        return fail(w, day_wanted, e);
    begin = MAX(begin, 1);
    r->out->to_ms = r->out->to_ms == 0 ? begin : MIN(r->out->to_ms, begin);
    return true;
}

/* With the day itself: after:2026-11-21 is from its first moment on. */
static bool read_after(struct reader *r, const struct written *w, struct query_term *term,
                       struct err *e)
{
    int64_t begin;

    UNUSED(term);
    if (w->is_excluded || !read_moment(w->value, &begin))
        return fail(w, day_wanted, e);
    r->out->from_ms = MAX(r->out->from_ms, begin);
    return true;
}

static const struct {
    const char *name;
    field_fn read;
    bool is_term;
} fields[] = {
    { "tag", read_tag, true },        { "backend", read_backend, true },
    { "source", read_source, true },  { "album", read_album, true },
    { "rating", read_rating, true },  { "is", read_is, true },
    { "before", read_before, false }, { "after", read_after, false },
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Up to the closing quote, or to the end where there is none. */
static struct str take_quoted(struct str *rest)
{
    struct str text, behind;

    str_cut(str_slice(*rest, 1, rest->len), '"', &text, &behind);
    *rest = str_is_null(behind) ? STR("") : behind;
    return text;
}

static struct str take_plain(struct str *rest)
{
    size_t end = 0;
    struct str text;

    while (end < rest->len && !is_blank(rest->ptr[end]) && rest->ptr[end] != '"')
        end++;
    text = str_slice(*rest, 0, end);
    *rest = str_slice(*rest, end, rest->len);
    return text;
}

static size_t field_of(struct str name)
{
    size_t i = 0;

    while (i < COUNT(fields) && !str_eq_nocase(str_from(fields[i].name), name))
        i++;
    return i;
}

static struct written take_written(struct str *rest)
{
    struct written w = { 0 };
    struct str field, value;

    if (rest->len > 1 && rest->ptr[0] == '-' && !is_blank(rest->ptr[1])) {
        w.is_excluded = true;
        *rest = str_slice(*rest, 1, rest->len);
    }
    w.is_quoted = rest->ptr[0] == '"';
    w.value = w.is_quoted ? take_quoted(rest) : take_plain(rest);
    if (w.is_quoted || !str_cut(w.value, ':', &field, &value) || field_of(field) == COUNT(fields))
        return w;
    w.field = field;
    w.value = value;
    if (value.len == 0 && rest->len > 0 && rest->ptr[0] == '"')
        w.value = take_quoted(rest);
    return w;
}

static bool read_words(struct reader *r, const struct written *w, struct query_term *term)
{
    AUTO_BUF text = { 0 };

    buf_init(&text, FOLDED_MAX_BYTES);
    if (words_put(&text, w->value, WORDS_MAX) == 0)
        return false;
    *term = (struct query_term){ .type = QUERY_WORDS,
                                 .value = arena_str(r->arena, buf_str(&text)),
                                 .is_beginning = !w->is_quoted && str_ends(w->value, STR("*")) };
    r->out->has_words = true;
    return true;
}

static bool add(struct reader *r, const struct query_term *term, bool is_excluded, struct err *e)
{
    struct parsed_query *out = r->out;

    if (out->count == QUERY_TERMS_MAX)
        return err_set_field(e, ERR_INVALID, STR("q"), "'q' has more than %d terms",
                             QUERY_TERMS_MAX);
    out->terms[out->count] = *term;
    out->terms[out->count++].is_excluded = is_excluded;
    return true;
}

static bool read_term(struct reader *r, struct err *e)
{
    struct written w = take_written(&r->rest);
    struct query_term term = { 0 };
    size_t field = str_is_null(w.field) ? COUNT(fields) : field_of(w.field);

    if (field == COUNT(fields))
        return !read_words(r, &w, &term) || add(r, &term, w.is_excluded, e);
    return fields[field].read(r, &w, &term, e) &&
           (!fields[field].is_term || add(r, &term, w.is_excluded, e));
}

bool query_read(struct arena *a, struct str text, struct parsed_query *out, struct err *e)
{
    struct parsed_query found = { 0 };
    struct reader r = { .arena = a, .rest = text, .out = &found };

    if (text.len > QUERY_MAX_BYTES)
        return err_set_field(e, ERR_INVALID, STR("q"), "'q' is longer than %d bytes",
                             QUERY_MAX_BYTES);
    while (r.rest.len > 0) {
        if (is_blank(r.rest.ptr[0]))
            r.rest = str_slice(r.rest, 1, r.rest.len);
        else if (!read_term(&r, e))
            return false;
    }
    *out = found;
    return true;
}

struct str query_tag(struct arena *a, struct str text)
{
    char *tag = arena_alloc(a, text.len + 1);
    size_t len = 0;

    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];

        if (c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        if (!is_blank(c))
            tag[len++] = c;
        else if (len > 0 && tag[len - 1] != ' ')
            tag[len++] = ' ';
    }
    if (len > 0 && tag[len - 1] == ' ')
        len--;
    return len > 0 ? str_of(tag, len) : (struct str){ 0 };
}
