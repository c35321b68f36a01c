/* A search as the databases take it. */
#include "base/buf.h"
#include "engine/catalog_words.h"
#include "features/library/search.h"

enum { TEXT_MAX_BYTES = 256 * 1024 };

/* All texts at once; terms that must not be there come last, which FTS5 wants so. */
struct writer {
    struct arena *arena;
    struct buf match, condition, common;
    bool is_first;
};

static void put_tsquery_words(struct buf *out, struct str words, bool is_beginning,
                              const char *between)
{
    struct str word;

    buf_put_char(out, '(');
    while (!str_is_null(words)) {
        str_cut(words, ' ', &word, &words);
        buf_putf(out, "'" STR_FMT "'%s%s", STR_ARG(word),
                 str_is_null(words) && is_beginning ? ":*" : "", str_is_null(words) ? "" : between);
    }
    buf_put_char(out, ')');
}

/* Neither quotes nor backslashes are in folded words and tokens. */
static void put(struct writer *w, struct str words, bool is_beginning, bool is_excluded)
{
    if (!w->is_first)
        buf_put(&w->condition, STR(" & "));
    if (is_excluded)
        buf_put_char(&w->condition, '!');
    put_tsquery_words(&w->condition, words, is_beginning, " <-> ");
    if (!is_excluded) {
        if (!w->is_first)
            buf_put(&w->common, STR(" & "));
        put_tsquery_words(&w->common, words, is_beginning, " & ");
    }
    if (!w->is_first)
        buf_put(&w->match, is_excluded ? STR(" NOT ") : STR(" AND "));
    buf_putf(&w->match, "\"" STR_FMT "\"%s", STR_ARG(words), is_beginning ? "*" : "");
    w->is_first = false;
}

static void put_words(struct writer *w, const struct parsed_query *query, bool excluded)
{
    for (size_t i = 0; i < query->count; i++) {
        const struct query_term *term = &query->terms[i];

        if (term->type == QUERY_WORDS && term->is_excluded == excluded)
            put(w, term->value, term->is_beginning, excluded);
    }
}

struct search_text search_text(struct arena *a, const struct search *search, int64_t library)
{
    const struct listing *l = search->listing;
    struct writer w = { .arena = a, .is_first = true };
    struct search_text text;

    buf_init(&w.match, TEXT_MAX_BYTES);
    buf_init(&w.condition, TEXT_MAX_BYTES);
    buf_init(&w.common, TEXT_MAX_BYTES);
    put_words(&w, search->query, false);
    for (size_t i = 0; i < l->with_count; i++)
        put(&w, catalog_mark_token(a, l->with[i].id), false, false);
    if (!str_is_null(l->album_id))
        put(&w, catalog_album_token(a, l->album_id), false, false);
    if (w.is_first) /* nothing but exclusions: of all */
        put(&w, catalog_library_token(a, library), false, false);
    put_words(&w, search->query, true);
    for (size_t i = 0; i < l->without_count; i++)
        put(&w, catalog_mark_token(a, l->without[i].id), false, true);
    text.match = arena_str(a, buf_str(&w.match));
    text.condition = arena_str(a, buf_str(&w.condition));
    text.common = arena_str(a, buf_str(&w.common));
    buf_deinit(&w.match);
    buf_deinit(&w.condition);
    buf_deinit(&w.common);
    return text;
}
