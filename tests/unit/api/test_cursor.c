/* Cursors: sealed to their list. */
#include "check.h"

#include "api/cursor.h"

#define SECRET STR("0123456789abcdef0123456789abcdef")

static void a_cursor_opens_for_its_own_list(void **state)
{
    AUTO_ARENA a = { 0 };
    const struct str keys[] = { STR("2026-11-21"), STR("quotes \" and \xC3\xA9") };
    struct str got[2];
    struct err e = { 0 };
    struct str cursor = cursor_seal(&a, SECRET, STR("/api/users"), keys, 2);

    UNUSED(state);
    CHECK_OK(cursor_open(&a, SECRET, STR("/api/users"), cursor, got, 2, &e));
    CHECK_STR(got[0], keys[0]);
    CHECK_STR(got[1], keys[1]);
}

static void a_cursor_is_refused_elsewhere(void **state)
{
    AUTO_ARENA a = { 0 };
    const struct str keys[] = { STR("x") };
    struct str cursor = cursor_seal(&a, SECRET, STR("/api/users\nada"), keys, 1);
    const struct {
        struct str secret, binding, cursor;
        size_t count;
    } cases[] = {
        { SECRET, STR("/api/tokens\nada"), cursor, 1 },
        { SECRET, STR("/api/users\nbob"), cursor, 1 },
        { SECRET, STR("/api/users\nada[\"x\"]"), cursor, 1 },
        { STR("another secret of the same len.."), STR("/api/users\nada"), cursor, 1 },
        { SECRET, STR("/api/users\nada"), cursor, 2 },
        { SECRET, STR("/api/users\nada"), str_slice(cursor, 0, cursor.len - 1), 1 },
        { SECRET, STR("/api/users\nada"), str_slice(cursor, 1, cursor.len), 1 },
        { SECRET, STR("/api/users\nada"), STR(""), 1 },
        { SECRET, STR("/api/users\nada"), STR("%%%"), 1 },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct str got[2];
        struct err e;

        CHECK_FAILS(cursor_open(&a, cases[i].secret, cases[i].binding, cases[i].cursor, got,
                                cases[i].count, &e),
                    ERR_MALFORMED, "'cursor' does not belong to this list: start again without it");
        CHECK_TEXT(e.field, "cursor");
    }
}

static void every_changed_byte_is_noticed(void **state)
{
    AUTO_ARENA a = { 0 };
    const struct str keys[] = { STR("0193fd2e-5a7b-7c11-b7a1-2f6f3b1c9d10") };
    struct str cursor = cursor_seal(&a, SECRET, STR("list"), keys, 1);

    UNUSED(state);
    for (size_t i = 0; i < cursor.len; i++) {
        char *changed = arena_cstr(&a, cursor);
        struct str got[1];
        struct err e;

        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        CHECK_FAILS(cursor_open(&a, SECRET, STR("list"), str_of(changed, cursor.len), got, 1, &e),
                    ERR_MALFORMED, NULL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_cursor_opens_for_its_own_list),
        TEST(a_cursor_is_refused_elsewhere),
        TEST(every_changed_byte_is_noticed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
