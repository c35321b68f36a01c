/* Comma-separated values: cells, quotes, lines. */
#include "check.h"

#include "base/buf.h"
#include "features/generate/csv.h"

enum { CELLS = 8 };

/* Rows end with ';', cells stand in brackets, and the line of a row before it. */
static struct str dump(struct arena *a, struct str text, struct err *e)
{
    AUTO_BUF out = { 0 };
    struct str cells[CELLS];
    struct csv csv = csv_open(a, text);
    struct csv_row row = { .cells = cells };
    bool more = true;

    buf_init(&out, 4096);
    while (more) {
        if (!csv_next(&csv, &row, CELLS, &more, e)) {
            buf_putf(&out, "%zu: %s", csv.line, e->msg);
            break;
        }
        if (!more)
            break;
        buf_putf(&out, "%zu", row.line);
        for (size_t i = 0; i < row.count; i++)
            buf_putf(&out, "[" STR_FMT "]", STR_ARG(row.cells[i]));
        buf_put_char(&out, ';');
    }
    return arena_str(a, buf_str(&out));
}

static void rows_are_read_as_rfc_4180_has_them(void **state)
{
    static const struct {
        const char *text, *rows;
    } cases[] = {
        { "", "" },
        { "a", "1[a];" },
        { "a,b\nc,d\n", "1[a][b];2[c][d];" },
        { "a,b\r\nc,d\r\n", "1[a][b];2[c][d];" },
        { "a,\n,b", "1[a][];2[][b];" },
        { "a,", "1[a][];" },
        { "\n\n", "1[];2[];" },
        { "\"a,b\",c", "1[a,b][c];" },
        { "\"a\"\"b\"\"\",\"\"", "1[a\"b\"][];" },
        { "\"two\nlines\",x\ny,z", "1[two\nlines][x];3[y][z];" },
        { "a \"b\",c", "1[a \"b\"][c];" },
        { "a\rb", "1[a\rb];" },
        { "a\n\"b", "1[a];2: a quote is opened and not closed" },
        { "\"a\"b", "1: text behind a closing quote: quotes are doubled inside" },
        { "1,2,3,4,5,6,7,8,9", "1: more than 8 columns" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO_ARENA a = { 0 };
        struct err e = { 0 };

        CHECK_STR(dump(&a, str_from(cases[i].text), &e), str_from(cases[i].rows));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(rows_are_read_as_rfc_4180_has_them),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
