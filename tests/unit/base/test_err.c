/* The error: its table, its messages that fit, and UTF-8 that stays whole. */
#include "check.h"

#include <stdio.h>

static void every_code_has_a_name_a_status_and_a_text(void **state)
{
    UNUSED(state);
    for (int code = 1; code < ERR_CODE_COUNT; code++) {
        const char *name = err_name((enum err_code)code);

        CHECK(name != NULL && name[0] >= 'a' && name[0] <= 'z');
        CHECK(strspn(name, "abcdefghijklmnopqrstuvwxyz_") == strlen(name));
        CHECK(err_status((enum err_code)code) >= 400 && err_status((enum err_code)code) < 600);
        CHECK(strlen(err_text((enum err_code)code)) > 3);
        for (int other = 1; other < code; other++)
            CHECK(strcmp(name, err_name((enum err_code)other)) != 0);
    }
    CHECK_TEXT(err_name(ERR_NOT_FOUND), "not_found");
    CHECK_I64(err_status(ERR_RATE_LIMITED), 429);
    CHECK(err_may_retry(ERR_RATE_LIMITED) && !err_may_retry(ERR_INVALID));
}

static void setting_gives_false_and_fills_all(void **state)
{
    struct err e = { .retry_after_ms = 5, .field = "old" };

    UNUSED(state);
    CHECK(!err_set(&e, ERR_CONFLICT, "%d of %s", 3, "four"));
    CHECK(e.code == ERR_CONFLICT && e.retry_after_ms == 0 && e.field[0] == '\0');
    CHECK_TEXT(e.msg, "3 of four");
    CHECK(!err_set_field(&e, ERR_INVALID, STR("albumId"), "'albumId' is missing"));
    CHECK_TEXT(e.field, "albumId");
    CHECK(!err_wrap(&e, "create album"));
    CHECK_TEXT(e.msg, "create album: 'albumId' is missing");
    CHECK(e.code == ERR_INVALID);
    CHECK_TEXT(e.field, "albumId");
}

static void a_message_holds_no_control_characters(void **state)
{
    static const struct {
        const char *given, *want;
    } cases[] = {
        { "a\r\nb\tc", "a??b?c" },
        { "\x1B[2J\x7F", "?[2J?" },
        { "\xC2\x9B"
          "2J",
          "??2J" },
        { "\xC2\xA0\xC3\xA9", "\xC2\xA0\xC3\xA9" },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct err e = { 0 };

        err_set_field(&e, ERR_INVALID, str_from(cases[i].given), "'%s'", cases[i].given);
        CHECK_TEXT(e.field, cases[i].want);
        CHECK(strncmp(e.msg + 1, cases[i].want, strlen(cases[i].want)) == 0);
    }
}

/* Cut at every length in front of a code point of every width. */
static void a_long_message_is_cut_between_code_points(void **state)
{
    static const char *const marks[] = { "a", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80" };

    UNUSED(state);
    for (size_t m = 0; m < COUNT(marks); m++) {
        for (int pad = 220; pad < 240; pad++) {
            struct err e = { 0 };
            char text[300];

            snprintf(text, sizeof(text), "%*s%s%s%s", pad, "", marks[m], marks[m], marks[m]);
            err_set(&e, ERR_INVALID, "%s", text);
            CHECK(str_is_utf8(str_from(e.msg)));
            CHECK(strlen(e.msg) + 4 >= MIN(strlen(text), sizeof(e.msg)));
            err_set_field(&e, ERR_INVALID, str_from(text + 180), "x");
            CHECK(str_is_utf8(str_from(e.field)));
            err_set(&e, ERR_INVALID, "%s", marks[m]);
            err_wrap(&e, text);
            CHECK(str_is_utf8(str_from(e.msg)));
        }
    }
}

static void bytes_that_are_no_utf8_do_not_swallow_the_rest(void **state)
{
    struct err e = { 0 };

    UNUSED(state);
    err_set(&e, ERR_IO, "cannot open 'caf\xE9': no such file");
    CHECK_TEXT(e.msg, "cannot open 'caf\xE9': no such file");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_code_has_a_name_a_status_and_a_text),
        TEST(setting_gives_false_and_fills_all),
        TEST(a_message_holds_no_control_characters),
        TEST(a_long_message_is_cut_between_code_points),
        TEST(bytes_that_are_no_utf8_do_not_swallow_the_rest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
