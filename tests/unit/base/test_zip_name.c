/* Names of files in archives: what is kept of a label, and what is safe everywhere. */
#include "check.h"

#include "base/buf.h"
#include "base/zip_name.h"

static void a_label_becomes_a_name(void **state)
{
    static const struct {
        const char *label, *name;
    } cases[] = {
        { "front", "01-front.png" },
        { "A red fox, in snow!", "01-A-red-fox-in-snow.png" },
        { "  spaced\tout  ", "01-spaced-out.png" },
        { "snake_case v1.2", "01-snake_case-v1.2.png" },
        { "", "01.png" },
        { " \t\r\n", "01.png" },
        { ".", "01.png" },
        { "..", "01.png" },
        { "...hidden...", "01-hidden.png" },
        { "a...b", "01-a.b.png" },
        { "../../etc/passwd", "01-etc-passwd.png" },
        { "..\\..\\boot.ini", "01-boot.ini.png" },
        { "C:\\con", "01-C-con.png" },
        { "CON", "01-CON.png" },
        { "=cmd|' /C calc'!A0", "01-cmd-C-calc-A0.png" },
        { "+1", "01-1.png" },
        { "-rf *", "01-rf.png" },
        { "@SUM(1,2)", "01-SUM-1-2.png" },
        { "a\",=1+1,\"", "01-a-1-1.png" },
        { "<script>", "01-script.png" },
        { "$(id)`id`;id&", "01-id-id-id.png" },
        { "%2e%2e%2f", "01-2e-2e-2f.png" },
        { "a. b", "01-a.b.png" },
        { "a .b", "01-a-b.png" },
        { "\xff\xfe\x80", "01.png" },
        { "a\xc0\xaf\xc0\xae b", "01-a-b.png" },
        { "\xed\xa0\x80x", "01-x.png" },
        { "M\xc3\xa4"
          "dchen",
          "01-M\xc3\xa4"
          "dchen.png" },
        { "\xe7\x8b\x90 \xe2\x80\x94 fox", "01-\xe7\x8b\x90-fox.png" },
        { "\xe7\x8b\x90\xe3\x80\x80\xe7\x8b\x90", "01-\xe7\x8b\x90-\xe7\x8b\x90.png" },
        { "\xe2\x80\xaegnp.exe", "01-gnp.exe.png" }, /* right-to-left override */
        { "a\xe2\x80\x8b\xe2\x81\xa6"
          "b\xe2\x81\xa9",
          "01-a-b.png" }, /* zero width, isolates */
        { "a\xef\xbb\xbf"
          "b",
          "01-a-b.png" }, /* byte order mark */
        { "\xef\xbc\x8e\xef\xbc\x8e\xef\xbc\x8f"
          "x",
          "01-x.png" },                                           /* full-width ../ */
        { "\xef\xbc\xa6\xef\xbc\xaf\xef\xbc\xb8", "01-FOX.png" }, /* full-width letters */
        { "a\xe2\x88\x95\xe2\x81\x84"
          "b",
          "01-a-b.png" },                    /* slashes of mathematics */
        { "a\xe2\x80\xa8=b", "01-a-b.png" }, /* line separator */
        { "\xf0\x9f\xa6\x8a fox", "01-\xf0\x9f\xa6\x8a-fox.png" },
        { "a\xf3\xa0\x81\x81"
          "b",
          "01-a-b.png" },             /* a tag */
        { "\xee\x80\x80", "01.png" }, /* private use */
    };
    AUTO_ARENA a = { 0 };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct str name = zip_name_make(&a, 1, 2, str_from(cases[i].label), "png");

        CHECK_STR(name, str_from(cases[i].name));
        CHECK(zip_name_is_safe(name));
    }
}

static void a_nul_in_a_label_is_no_end(void **state)
{
    AUTO_ARENA a = { 0 };

    UNUSED(state);
    CHECK_STR(zip_name_make(&a, 7, 3, STR("a.png\0.exe"), "jpg"), STR("007-a.png-exe.jpg"));
}

static void numbers_have_at_least_their_digits(void **state)
{
    static const struct {
        int64_t number;
        int digits;
        const char *name;
    } cases[] = { { 1, 1, "1-x.webp" },
                  { 9, 2, "09-x.webp" },
                  { 1234, 2, "1234-x.webp" },
                  { 0, 0, "0-x.webp" } };
    AUTO_ARENA a = { 0 };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++)
        CHECK_STR(zip_name_make(&a, cases[i].number, cases[i].digits, STR("x"), "webp"),
                  str_from(cases[i].name));
}

/* Whatever the lead, the cut never halves a character and never leaves a name over its limit. */
static void long_labels_are_cut_between_characters(void **state)
{
    static const char *const units[] = { "a",  "\xc3\xa4", "\xe7\x8b\x90", "\xf0\x9f\xa6\x8a",
                                         "a ", "a." };
    AUTO_ARENA a = { 0 };

    UNUSED(state);
    for (size_t unit = 0; unit < COUNT(units); unit++) {
        for (size_t lead = 0; lead < 8; lead++) {
            struct buf label;
            struct str name;

            buf_init(&label, 4096);
            buf_put(&label, str_slice(STR("xxxxxxxx"), 0, lead));
            while (label.len < 300)
                buf_put(&label, str_from(units[unit]));
            name = zip_name_make(&a, 1, 1, buf_str(&label), "png");
            CHECK(zip_name_is_safe(name));
            CHECK(name.len <= 2 + ZIP_LABEL_MAX + 4 && name.len > 2 + ZIP_LABEL_MAX - 6);
            buf_deinit(&label);
        }
    }
}

static void an_archive_has_a_name_of_its_own(void **state)
{
    static const struct {
        const char *label, *name;
    } cases[] = {
        { "Foxes in snow", "Foxes-in-snow.zip" },
        { "", "pictures.zip" },
        { "..", "pictures.zip" },
        { "nul", "pictures.zip" },
        { "Com1", "pictures.zip" },
        { "LPT\xc2\xb9", "pictures.zip" },
        { "con.tar", "pictures.zip" },
        { "console", "console.zip" },
        { "com12", "com12.zip" },
        { "=1+1", "1-1.zip" },
    };
    AUTO_ARENA a = { 0 };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct str name = zip_name_of_file(&a, str_from(cases[i].label), "pictures", "zip");

        CHECK_STR(name, str_from(cases[i].name));
        CHECK(zip_name_is_safe(name));
    }
}

static void names_that_some_system_minds_are_not_safe(void **state)
{
    static const char *const names[] = {
        "",
        ".",
        "..",
        ".png",
        "a.",
        "a ",
        " a",
        "/a",
        "a/b",
        "a\\b",
        "a:b",
        "a*b",
        "a?b",
        "a\"b",
        "a<b",
        "a>b",
        "a|b",
        "a\tb",
        "a\x7f",
        "=a",
        "+a",
        "-a",
        "@a",
        "~a",
        "con",
        "CON.txt",
        "Aux.png",
        "nul.tar.gz",
        "prn",
        "com1",
        "com0.txt",
        "LPT9.png",
        "COM\xc2\xb2.png",
        "con .png",
        "CONIN$",
        "conout$.x",
        "a\xff",
        "a\xc2\x85",
        "a\xe2\x80\xae"
        "b",
        "a\xef\xbb\xbf",
        "a\xe2\x80\x8f",
        "a\xef\xbc\x8f"
        "b",
        "a\xef\xbf\xbe",
    };
    static const char *const fine[] = {
        "a",         "1.png",     "a b",     "com.png", "com10.png", "console.png",
        "a.b.c",     "conan",     "(a) [b]", "a,b;c",   "a=b",       "\xe7\x8b\x90.png",
        "e\xcc\x81", "aux-1.png", "LPT.png",
    };
    char large[ZIP_NAME_MAX + 2];

    UNUSED(state);
    for (size_t i = 0; i < COUNT(names); i++) {
        if (zip_name_is_safe(str_from(names[i])))
            fail_msg("'%s' counts as safe", names[i]);
    }
    CHECK(!zip_name_is_safe(STR("a\0b")) && !zip_name_is_safe(STR("\0")));
    for (size_t i = 0; i < COUNT(fine); i++) {
        if (!zip_name_is_safe(str_from(fine[i])))
            fail_msg("'%s' counts as unsafe", fine[i]);
    }
    memset(large, 'a', sizeof(large));
    CHECK(zip_name_is_safe(str_of(large, ZIP_NAME_MAX)));
    CHECK(!zip_name_is_safe(str_of(large, ZIP_NAME_MAX + 1)));
}

static void a_picture_files_name_gives_a_label_without_its_ending(void **state)
{
    static const struct {
        const char *label, *want;
    } cases[] = {
        { "fox.png", "fox" },   { "fox.JPEG", "fox" }, { "fox.tar.webp", "fox.tar" },
        { "a fox", "a fox" },   { "v1.5", "v1.5" },    { ".png", "" },
        { "fox.pn", "fox.pn" }, { "png", "png" },      { "", "" },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++)
        CHECK_STR(zip_name_label(str_from(cases[i].label)), str_from(cases[i].want));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(a_label_becomes_a_name),
        TEST(a_nul_in_a_label_is_no_end),
        TEST(a_picture_files_name_gives_a_label_without_its_ending),
        TEST(numbers_have_at_least_their_digits),
        TEST(long_labels_are_cut_between_characters),
        TEST(an_archive_has_a_name_of_its_own),
        TEST(names_that_some_system_minds_are_not_safe),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
