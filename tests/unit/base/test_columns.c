/* How wide text stands on a terminal. */
#include "base/columns.h"

#include "check.h"

static void letters_are_as_wide_as_terminals_show_them(void **state)
{
    static const struct {
        const char *text;
        int columns;
    } cases[] = {
        { "", 0 },
        { "fox", 3 },
        { "F\xC3\xBC"
          "chse",
          6 },
        { "\xE6\xBC\xA2\xE5\xAD\x97", 4 }, /* two Chinese letters */
        { "\xEF\xBC\xA1", 2 },             /* a fullwidth A */
        { "e\xCC\x81", 1 },                /* an accent on the letter before */
        { "\xF0\x9F\xA6\x8A", 2 },         /* a fox's face */
        { "\xE2\x80\x8B", 0 },             /* no width at all */
        { "\xFF", 1 },                     /* not UTF-8 */
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++)
        CHECK_I64(columns_of(str_from(cases[i].text)), cases[i].columns);
}

static void text_is_cut_between_letters(void **state)
{
    static const struct {
        const char *text;
        int columns;
        const char *want;
    } cases[] = {
        { "fox", 3, "fox" },
        { "fox", 2, "fo" },
        { "fox", 0, "" },
        { "fox", -1, "" },
        { "\xE6\xBC\xA2\xE5\xAD\x97", 3, "\xE6\xBC\xA2" },
        { "e\xCC\x81x", 1, "e\xCC\x81" },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct str got = columns_fit(str_from(cases[i].text), cases[i].columns);

        CHECK_STR(got, str_from(cases[i].want));
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(letters_are_as_wide_as_terminals_show_them),
        TEST(text_is_cut_between_letters),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
