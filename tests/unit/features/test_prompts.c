/* Files of prompts: lines, rows, objects. */
#include "check.h"

#include "features/generate/prompts.h"

static void all_three_kinds_are_read(void **state)
{
    static const struct {
        const char *name, *text;
        size_t count;
        const char *last;
    } cases[] = {
        { "a.txt", "fox\n", 1, "fox" },
        { "a.txt",
          "\xEF\xBB\xBF"
          "fox\r\n\r\n# no\n  two dogs  ",
          2, "two dogs" },
        { "prompts", "fox", 1, "fox" },
        { "a.csv", "prompt\nfox\n\n\"a, b\"\n", 2, "a, b" },
        { "a.csv", "seed, prompt ,size\n7,fox,64x64\n,cat,\n", 2, "cat" },
        { "a.jsonl", "{\"prompt\":\"fox\",\"seed\":7}\n\n{\"prompt\":\"cat\"}", 2, "cat" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO_ARENA a = { 0 };
        struct field_list rows;
        struct err e = { 0 };
        const struct prompt_row *list;

        CHECK_OK(prompts_read(&a, str_from(cases[i].name), str_from(cases[i].text), &rows, &e));
        CHECK_I64(rows.count, cases[i].count);
        list = rows.items;
        CHECK_STR(list[rows.count - 1].prompt, str_from(cases[i].last));
    }
}

static void a_row_sets_what_its_cells_say(void **state)
{
    AUTO_ARENA a = { 0 };
    struct field_list rows;
    struct err e = { 0 };
    const struct prompt_row *row;

    (void)state;
    CHECK_OK(prompts_read(&a, STR("a.csv"),
                          STR("prompt,negative,style,size,aspect,backend,name,seed,steps,guidance\n"
                              "fox,grey,ink,64x32,,sketch,f,-7,4,1.5\n"),
                          &rows, &e));
    row = rows.items;
    CHECK_STR(row->negative, STR("grey"));
    CHECK_STR(row->style, STR("ink"));
    CHECK_STR(row->size, STR("64x32"));
    CHECK(str_is_null(row->aspect));
    CHECK_STR(row->backend, STR("sketch"));
    CHECK_STR(row->name, STR("f"));
    CHECK_I64(row->seed.value, -7);
    CHECK_I64(row->steps.value, 4);
    CHECK(row->guidance.value == 1.5);
}

static void mistakes_name_file_and_line(void **state)
{
    static const struct {
        const char *name, *text, *message;
    } cases[] = {
        { "a.txt", "\n# none\n", "there is no prompt in 'a.txt'" },
        { "a.txt", "f\xFF", "'a.txt' is not UTF-8" },
        { "a.csv", "text\nfox", "a.csv:1: unknown column 'text'" },
        { "a.csv", "promt\nfox", "a.csv:1: unknown column 'promt' (did you mean 'prompt'?)" },
        { "a.csv", "prompt,prompt\n", "a.csv:1: two columns 'prompt'" },
        { "a.csv", "seed\n7",
          "a.csv:1: the first line names the columns, and one of them is 'prompt'" },
        { "a.csv", "prompt,seed\nfox,7\ncat", "a.csv:3: 1 cells under 2 columns" },
        { "a.csv", "prompt,seed\nfox,x\n", "a.csv:2: 'seed' must be a whole number" },
        { "a.csv", "prompt,steps\nfox,501\n", "a.csv:2: 'steps' must be from 1 to 500" },
        { "a.csv", "prompt,seed\n\"two\nlines\",1\n,7\n", "a.csv:4: 'prompt' is missing" },
        { "a.csv", "prompt\n\"fox", "a.csv:2: a quote is opened and not closed" },
        { "a.jsonl", "{\"prompt\":\"fox\"}\n{", NULL },
        { "a.jsonl", "{\"prompt\":\"fox\",\"sed\":1}",
          "a.jsonl:1: unknown field 'sed' (did you mean 'seed'?)" },
        { "a.jsonl", "{\"prompt\":\"  \"}", "a.jsonl:1: 'prompt' is empty" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO_ARENA a = { 0 };
        struct field_list rows;
        struct err e = { 0 };

        if (prompts_read(&a, str_from(cases[i].name), str_from(cases[i].text), &rows, &e))
            fail_msg("case %zu was read", i);
        if (cases[i].message != NULL)
            CHECK_TEXT(e.msg, cases[i].message);
        else
            CHECK(str_starts(str_from(e.msg), STR("a.jsonl:2: ")));
    }
}

static void thousands_of_rows_are_kept_in_order(void **state)
{
    AUTO_ARENA a = { 0 };
    AUTO_BUF text = { 0 };
    struct field_list rows;
    struct err e = { 0 };
    const struct prompt_row *list;

    (void)state;
    buf_init(&text, 1 << 20);
    buf_put(&text, STR("prompt,seed\n"));
    for (int i = 0; i < 5000; i++)
        buf_putf(&text, "fox %d,%d\n", i, i);
    CHECK_OK(prompts_read(&a, STR("a.csv"), buf_str(&text), &rows, &e));
    CHECK_I64(rows.count, 5000);
    list = rows.items;
    for (int i = 0; i < 5000; i++)
        CHECK_I64(list[i].seed.value, i);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(all_three_kinds_are_read),
        TEST(a_row_sets_what_its_cells_say),
        TEST(mistakes_name_file_and_line),
        TEST(thousands_of_rows_are_kept_in_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
