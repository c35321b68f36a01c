/* The language of searches: what is read from what is typed. */
#include "check.h"

#include "features/library/query.h"

static struct arena a;

/* The terms as text: "kind=value", "-" before exclusions, "*" behind beginnings. */
static struct str printed(const struct parsed_query *q)
{
    static const char *const types[] = { "words", NULL, "album" };
    struct str out = STR("");

    for (size_t i = 0; i < q->count; i++) {
        const struct query_term *t = &q->terms[i];
        const char *kind = t->type == QUERY_MARK ? mark_kind_names[t->kind] : types[t->type];

        out = arena_strf(&a, STR_FMT "%s%s%s=" STR_FMT "%s", STR_ARG(out), i > 0 ? ", " : "",
                         t->is_excluded ? "-" : "", kind, STR_ARG(t->value),
                         t->is_beginning ? "*" : "");
    }
    return out;
}

static void every_term_is_what_it_looks_like(void **state)
{
    static const struct {
        const char *text, *terms;
    } cases[] = {
        { "", "" },
        { "  \t ", "" },
        { "Kite  sea", "words=kite, words=sea" },
        { "\"a Red  kite\"", "words=a red kite" },
        { "\"no end", "words=no end" },
        { "kite\"sea\"", "words=kite, words=sea" },
        { "-storm -\"a storm\"", "-words=storm, -words=a storm" },
        { "- -- a-b", "words=a b" },
        { "light* \"light*\" *", "words=light*, words=light" },
        { "oil-on-can*", "words=oil on can*" },
        { "tag:Sea TAG:\"Night  Sky\" -tag:x", "tag=sea, tag=night sky, -tag=x" },
        { "backend:comfy source:uploaded", "backend=comfy, source=uploaded" },
        { "is:starred -is:rated rating:4", "starred=yes, -at_least=1, at_least=4" },
        { "album:\"The Fleet\"", "album=The Fleet" },
        { "colour:red", "words=colour red" },
        { "https://example.org/x", "words=https example org x" },
        { "\"tag:sea\"", "words=tag sea" },
        { "tag:a:b", "tag=a:b" },
        { "!!! ((( '", "" },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct parsed_query q;
        struct err e = { 0 };

        CHECK_OK(query_read(&a, str_from(cases[i].text), &q, &e));
        CHECK_STR(printed(&q), str_from(cases[i].terms));
    }
}

static void days_months_and_years_are_moments(void **state)
{
    static const struct {
        const char *text;
        int64_t from_ms, to_ms;
    } cases[] = {
        { "after:2026-11-21", 1795219200000, 0 },
        { "after:2026-11", 1793491200000, 0 },
        { "before:2026", 0, 1767225600000 },
        { "after:2026 after:2026-11 before:2027 before:2026-12", 1793491200000, 1796083200000 },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct parsed_query q;
        struct err e = { 0 };

        CHECK_OK(query_read(&a, str_from(cases[i].text), &q, &e));
        CHECK_I64(q.from_ms, cases[i].from_ms);
        CHECK_I64(q.to_ms, cases[i].to_ms);
        CHECK_I64(q.count, 0);
    }
}

static void a_value_that_cannot_be_is_refused_in_words(void **state)
{
    static const struct {
        const char *text, *message;
    } cases[] = {
        { "rating:9", "'rating:' takes 1 to 5, not '9'" },
        { "rating:", "'rating:' takes 1 to 5, not ''" },
        { "is:nice", "'is:' takes 'starred' or 'rated', not 'nice'" },
        { "source:stolen", "'source:' takes 'generated' or 'uploaded', not 'stolen'" },
        { "tag:", "'tag:' takes a tag, not ''" },
        { "-album:x", "'album:' takes no '-', not 'x'" },
        { "before:soon",
          "'before:' takes a day as 2026-11-21, a month as 2026-11 or a year, not 'soon'" },
        { "before:2026-02-30",
          "'before:' takes a day as 2026-11-21, a month as 2026-11 or a year, not '2026-02-30'" },
        { "after:2026-11-21-1",
          "'after:' takes a day as 2026-11-21, a month as 2026-11 or a year, not '2026-11-21-1'" },
        { "a b c d e f g h i j k l m n o p q", "'q' has more than 16 terms" },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct parsed_query q;
        struct err e = { 0 };

        CHECK_FAILS(query_read(&a, str_from(cases[i].text), &q, &e), ERR_INVALID, cases[i].message);
        CHECK_TEXT(e.field, "q");
    }
}

static void tags_are_kept_tidy(void **state)
{
    static const struct {
        const char *text, *tag;
    } cases[] = { { "Sea", "sea" },
                  { "  Night \t Sky ", "night sky" },
                  { "\u00c9t\u00e9", "\u00c9t\u00e9" } };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++)
        CHECK_STR(query_tag(&a, str_from(cases[i].text)), str_from(cases[i].tag));
    CHECK(str_is_null(query_tag(&a, STR("  "))));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_term_is_what_it_looks_like),
        cmocka_unit_test(days_months_and_years_are_moments),
        cmocka_unit_test(a_value_that_cannot_be_is_refused_in_words),
        cmocka_unit_test(tags_are_kept_tidy),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    arena_deinit(&a);
    return failed;
}
