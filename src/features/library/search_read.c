/* Search by reading texts one by one, from the newest on. */
#include "engine/catalog_words.h"
#include "features/library/search.h"

enum { PIECE = 500, TERMS_MAX = QUERY_TERMS_MAX + LISTING_WITH_MAX + LISTING_WITHOUT_MAX + 2 };

/* What the queries take. */
struct reading_key {
    struct str condition, common;
    int64_t low, high, limit;
};

static const struct field reading_key_fields[] = {
    { FIELD(struct reading_key, condition) }, { FIELD(struct reading_key, common) },
    { FIELD(struct reading_key, low) },       { FIELD(struct reading_key, high) },
    { FIELD(struct reading_key, limit) },     { 0 },
};

static bool read_on_postgres(struct search_look *l, const struct reading_key *key,
                             struct field_list *out_hits, int64_t *out_common, struct err *e)
{
    struct search_hit counted = { 0 };

    if (!db_rows(l->tx, l->arena, Q_SEARCH_READ, reading_key_fields, key, search_hit_columns,
                 sizeof(struct search_hit), out_hits, e))
        return false;
    if (out_common == NULL)
        return true;
    *out_common = (int64_t)out_hits->count;
    if (*out_common == key->limit || str_eq(key->common, key->condition))
        return true;
    if (!db_row(l->tx, l->arena, Q_SEARCH_COMMON, reading_key_fields, key, search_hit_columns,
                &counted, e))
        return false;
    *out_common = counted.total;
    return true;
}

/* SQLite cannot be asked whether one text fits, so that is found out here. */
struct text {
    struct str image_id, words;
    int64_t number;
};

static const struct field text_columns[] = {
    { FIELD(struct text, image_id) },
    { FIELD(struct text, words) },
    { FIELD(struct text, number) },
    { 0 },
};

/* What a text must have, and what not: words, and the tokens of marks and of an album. */
struct terms {
    struct query_term items[TERMS_MAX];
    size_t count;
};

static void add_token(struct terms *t, struct str token, bool is_excluded)
{
    t->items[t->count++] = (struct query_term){ .value = token, .is_excluded = is_excluded };
}

static void collect_terms(struct arena *a, const struct search *search, struct terms *out)
{
    const struct listing *listing = search->listing;

    out->count = 0;
    for (size_t i = 0; i < search->query->count; i++) {
        if (search->query->terms[i].type == QUERY_WORDS)
            out->items[out->count++] = search->query->terms[i];
    }
    for (size_t i = 0; i < listing->with_count; i++)
        add_token(out, catalog_mark_token(a, listing->with[i].id), false);
    for (size_t i = 0; i < listing->without_count; i++)
        add_token(out, catalog_mark_token(a, listing->without[i].id), true);
    if (!str_is_null(listing->album_id))
        add_token(out, catalog_album_token(a, listing->album_id), false);
}

static bool has(struct str words, const struct query_term *term)
{
    return search_term_at(words, term, 0) < words.len;
}

/* In any order. */
static bool has_each_word(struct str words, const struct query_term *term)
{
    struct str rest = term->value;

    while (!str_is_null(rest)) {
        struct query_term one = { 0 };

        str_cut(rest, ' ', &one.value, &rest);
        one.is_beginning = term->is_beginning && str_is_null(rest);
        if (!has(words, &one))
            return false;
    }
    return true;
}

/* *out_common: it has all words, though perhaps not next to each other. Empty: in the trash. */
static bool fits(const struct terms *terms, struct str words, bool *out_common)
{
    bool in_order = true;

    *out_common = false;
    for (size_t i = 0; i < terms->count; i++) {
        const struct query_term *term = &terms->items[i];

        if (!term->is_excluded && !has_each_word(words, term))
            return false;
        in_order = in_order && has(words, term) != term->is_excluded;
    }
    *out_common = words.len > 0;
    return in_order && words.len > 0;
}

/* What was found on SQLite so far. */
struct reading {
    struct terms terms;
    struct search_hit *hits;
    size_t count;
    int64_t common;
};

/* One piece of texts; *out_next is the lowest number of it, 0: there are no more. */
static bool read_piece(struct search_look *l, const struct reading_key *key, struct reading *r,
                       int64_t *out_next, struct err *e)
{
    AUTO_ARENA a = { 0 };
    struct field_list rows;
    const struct text *texts;

    if (!db_rows(l->tx, &a, Q_SEARCH_TEXTS, reading_key_fields, key, text_columns,
                 sizeof(struct text), &rows, e))
        return false;
    texts = rows.items;
    *out_next = (int64_t)rows.count == key->limit ? texts[rows.count - 1].number : 0;
    for (size_t i = 0; i < rows.count; i++) {
        bool is_common, is_hit = fits(&r->terms, texts[i].words, &is_common);

        r->common += is_common;
        if (is_hit)
            r->hits[r->count++] =
                (struct search_hit){ .image_id = arena_str(l->arena, texts[i].image_id),
                                     .number = texts[i].number };
    }
    return true;
}

static bool read_on_sqlite(struct search_look *l, const struct reading_key *key,
                           struct field_list *out_hits, int64_t *out_common, struct err *e)
{
    size_t limit = (size_t)key->limit;
    struct reading_key piece = *key;
    struct reading r = { .hits = arena_array(l->arena, struct search_hit, limit + PIECE) };
    int64_t next = key->high + 1;

    collect_terms(l->arena, l->search, &r.terms);
    piece.limit = PIECE;
    while (next > 0 && r.count < limit) {
        piece.high = next - 1;
        if (!read_piece(l, &piece, &r, &next, e))
            return false;
    }
    *out_hits = (struct field_list){ r.hits, MIN(r.count, limit) };
    if (out_common != NULL)
        *out_common = r.common;
    return true;
}

bool search_read(struct search_look *l, int64_t low, int64_t high, int64_t limit,
                 struct field_list *out_hits, int64_t *out_common, struct err *e)
{
    struct reading_key key = { .condition = l->text.condition,
                               .common = l->text.common,
                               .low = low,
                               .high = high,
                               .limit = limit };

    return db_tx_dialect(l->tx) == DB_SQLITE ? read_on_sqlite(l, &key, out_hits, out_common, e)
                                             : read_on_postgres(l, &key, out_hits, out_common, e);
}
