/* CSV: what it says is what was put in, and nothing in it is a formula. */
#include "check.h"

#include "base/csv.h"

static void texts_come_as_cells(void **state)
{
    static const struct {
        const char *text, *cell;
    } cases[] = {
        { NULL, "" },
        { "", "" },
        { "plain", "plain" },
        { "a = b", "a = b" },
        { "a,b", "\"a,b\"" },
        { "say \"yes\"", "\"say \"\"yes\"\"\"" },
        { "two\nlines", "\"two\nlines\"" },
        { "\xe2\x82\xac", "\xe2\x82\xac" },
        { "=1+1", "\"'=1+1\"" },
        { "+49", "\"'+49\"" },
        { "-1", "\"'-1\"" },
        { "@SUM(A1)", "\"'@SUM(A1)\"" },
        { "\t=1", "\"'\t=1\"" },
        { "\r=1", "\"'\r=1\"" },
        { "\n=1", "\"'\n=1\"" },
        { "=HYPERLINK(\"http://x\",\"y\")", "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\"" },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO_BUF out = { 0 };
        struct csv_writer w = { .out = &out };

        buf_init(&out, 1000);
        csv_put_text(&w, str_from(cases[i].text));
        CHECK_STR(buf_str(&out), str_from(cases[i].cell));
    }
}

static void money_comes_to_the_last_digit(void **state)
{
    static const struct {
        int64_t micros;
        const char *cell;
    } cases[] = {
        { 0, "0.000000" },         { 1, "0.000001" },       { 40000, "0.040000" },
        { 12345678, "12.345678" }, { -40000, "-0.040000" }, { INT64_MAX, "9223372036854.775807" },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO_BUF out = { 0 };
        struct csv_writer w = { .out = &out };

        buf_init(&out, 1000);
        csv_put_micros(&w, cases[i].micros);
        CHECK_STR(buf_str(&out), str_from(cases[i].cell));
    }
}

static void rows_end_as_the_standard_says(void **state)
{
    AUTO_BUF out = { 0 };
    struct csv_writer w = { .out = &out };

    UNUSED(state);
    buf_init(&out, 1000);
    csv_put_text(&w, STR("day"));
    csv_put_text(&w, STR(""));
    csv_put_i64(&w, -3);
    csv_end_row(&w);
    csv_put_text(&w, STR("a"));
    csv_end_row(&w);
    CHECK_STR(buf_str(&out), STR("day,,-3\r\na\r\n"));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(texts_come_as_cells),
        TEST(money_comes_to_the_last_digit),
        TEST(rows_end_as_the_standard_says),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
