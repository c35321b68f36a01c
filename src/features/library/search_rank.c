/* How well a picture fits a search: by where its words stand. */
#include "base/buf.h"
#include "engine/words.h"
#include "features/library/search.h"

enum {
    FIELD_MAX_BYTES = 64 * 1024,
    WORDS_MAX = 3000,
    IN_NAME = 800, /* points, for each term */
    IN_TAGS = 600,
    IN_PROMPT = 200,
    NEAR_THE_BEGIN = 200, /* more, the nearer the more */
    EACH_AGAIN = 50,
    AGAIN_MAX = 4,
    ELSEWHERE = 100, /* in the name of an album */
    SHORT_PROMPT = 100,
};

/* " word word ", so that a term is found with its borders. */
static struct str fold(struct buf *out, struct str text)
{
    buf_clear(out);
    words_put(out, text, WORDS_MAX);
    return buf_str(out);
}

size_t search_term_at(struct str text, const struct query_term *term, size_t from)
{
    size_t len = term->value.len;

    while (from < text.len) {
        size_t at = from + str_find(str_slice(text, from, text.len), term->value);

        if (at >= text.len)
            return text.len;
        if ((at == 0 || text.ptr[at - 1] == ' ') &&
            (term->is_beginning || at + len == text.len || text.ptr[at + len] == ' '))
            return at;
        from = at + 1;
    }
    return text.len;
}

static bool has(struct str text, const struct query_term *term)
{
    return search_term_at(text, term, 0) < text.len;
}

static int64_t score_in_prompt(struct str prompt, const struct query_term *term)
{
    size_t at = search_term_at(prompt, term, 0);
    int64_t score;

    if (at == prompt.len)
        return 0;
    score = IN_PROMPT + NEAR_THE_BEGIN * 32 / (32 + (int64_t)at);
    for (int again = 0; again < AGAIN_MAX; again++) {
        at = search_term_at(prompt, term, at + 1);
        if (at >= prompt.len)
            break;
        score += EACH_AGAIN;
    }
    return score + SHORT_PROMPT * 256 / (256 + (int64_t)prompt.len);
}

/* The folded texts of one picture. */
struct fields {
    struct buf name, tags, prompt;
};

static int64_t score_term(const struct fields *f, const struct query_term *term)
{
    int64_t score = score_in_prompt(buf_str(&f->prompt), term);

    if (has(buf_str(&f->name), term))
        score += IN_NAME;
    if (has(buf_str(&f->tags), term))
        score += IN_TAGS;
    return score > 0 ? score : ELSEWHERE;
}

static int64_t score_image(struct fields *f, const struct parsed_query *query,
                           const struct image *image)
{
    int64_t score = 0;

    fold(&f->name, image->name);
    fold(&f->prompt, image->prompt);
    buf_clear(&f->tags);
    for (size_t i = 0; i < image->tags.count; i++)
        words_put(&f->tags, image->tags.items[i], WORDS_MAX);
    for (size_t i = 0; i < query->count; i++) {
        const struct query_term *term = &query->terms[i];

        if (term->type == QUERY_WORDS && !term->is_excluded)
            score += score_term(f, term);
    }
    return score;
}

bool search_rank(struct db_tx *tx, struct arena *a, const struct search *search,
                 struct str_list ids, int64_t *out_scores, struct err *e)
{
    struct field_list rows;
    const struct image *images;
    struct fields f;
    size_t at = 0;

    if (!image_list_by_ids(tx, a, search->listing->user_id, ids, &rows, e))
        return false;
    images = rows.items;
    buf_init(&f.name, FIELD_MAX_BYTES);
    buf_init(&f.tags, FIELD_MAX_BYTES);
    buf_init(&f.prompt, FIELD_MAX_BYTES);
    for (size_t i = 0; i < ids.count; i++) {
        out_scores[i] = 0;
        if (at < rows.count && str_eq(images[at].id, ids.items[i]))
            out_scores[i] = score_image(&f, search->query, &images[at++]);
    }
    buf_deinit(&f.name);
    buf_deinit(&f.tags);
    buf_deinit(&f.prompt);
    return true;
}
