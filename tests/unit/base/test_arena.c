/* The arena: zeroed, aligned, never overlapping, and rewound to a mark. */
#include "check.h"

#include <stdalign.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/random.h"

static void memory_is_zeroed_aligned_and_apart(void **state)
{
    enum { PIECES = 2000 };
    static struct {
        unsigned char *at;
        size_t bytes;
    } pieces[PIECES];
    struct arena a = { 0 };

    UNUSED(state);
    random_set_seed(2);
    for (size_t i = 0; i < PIECES; i++) {
        size_t bytes = (size_t)random_below(i % 50 == 0 ? 400000 : 200);

        pieces[i].at = arena_alloc(&a, bytes);
        pieces[i].bytes = bytes;
        CHECK((uintptr_t)pieces[i].at % alignof(max_align_t) == 0);
        for (size_t k = 0; k < bytes; k++)
            CHECK(pieces[i].at[k] == 0);
        memset(pieces[i].at, (int)(i % 251) + 1, bytes);
    }
    for (size_t i = 0; i < PIECES; i++) {
        for (size_t k = 0; k < pieces[i].bytes; k++)
            CHECK(pieces[i].at[k] == i % 251 + 1);
    }
    arena_deinit(&a);
    random_set_seed(0);
}

static void a_rewind_gives_back_what_came_after_the_mark(void **state)
{
    struct arena a = { 0 };
    struct arena_mark empty = arena_mark(&a), mark;
    char *kept, *again, *fresh;

    UNUSED(state);
    kept = arena_cstr(&a, STR("kept"));
    mark = arena_mark(&a);
    again = arena_alloc(&a, 100);
    memset(again, 'x', 100);
    for (int i = 0; i < 100; i++)
        arena_alloc(&a, 10000);
    arena_rewind(&a, mark);
    CHECK_TEXT(kept, "kept");
    fresh = arena_alloc(&a, 100);
    CHECK(fresh == again);
    CHECK(fresh[0] == 0 && fresh[99] == 0);
    arena_rewind(&a, empty);
    CHECK(a.block == NULL && a.free_bytes == 0);
    arena_cstr(&a, STR("usable"));
    arena_deinit(&a);
    arena_deinit(&a);
    arena_cstr(&a, STR("usable after the end"));
    arena_deinit(&a);
}

static void copies_have_a_nul_behind_them(void **state)
{
    struct arena a = { 0 };
    struct str copy = arena_str(&a, str_of("abcdef", 3));

    UNUSED(state);
    CHECK_STR(copy, STR("abc"));
    CHECK(copy.ptr[3] == '\0');
    CHECK(str_is_null(arena_str(&a, (struct str){ 0 })));
    CHECK(!str_is_null(arena_str(&a, STR(""))));
    CHECK_TEXT(arena_cstr(&a, (struct str){ 0 }), "");
    CHECK_I64(arena_str(&a, str_of("a\0b", 3)).len, 3);
    arena_deinit(&a);
}

static void formatting_takes_what_it_needs(void **state)
{
    struct arena a = { 0 };
    struct str text = arena_strf(&a, "%05d " STR_FMT " %s", 42, STR_ARG(STR("view")), "end");

    UNUSED(state);
    CHECK_STR(text, STR("00042 view end"));
    CHECK(text.ptr[text.len] == '\0');
    CHECK_I64(arena_strf(&a, "%100000d", 1).len, 100000);
    CHECK_STR(arena_strf(&a, "%s", ""), STR(""));
    arena_deinit(&a);
}

static void check_aborts(void (*fn)(struct arena *))
{
    pid_t child = fork();
    int status = 0;

    CHECK(child >= 0);
    if (child == 0) {
        struct arena a = { 0 };

        close(STDERR_FILENO);
        fn(&a);
        _exit(0);
    }
    CHECK(waitpid(child, &status, 0) == child);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

static void ask_for_everything(struct arena *a)
{
    arena_alloc(a, SIZE_MAX);
}

static void ask_for_an_overflow(struct arena *a)
{
    arena_array(a, struct str, SIZE_MAX / 8);
}

static void what_cannot_be_had_aborts_instead_of_wrapping(void **state)
{
    UNUSED(state);
    check_aborts(ask_for_everything);
    check_aborts(ask_for_an_overflow);
}

static void lasting_memory_is_zeroed_too(void **state)
{
    struct arena *a = mem_alloc(sizeof(*a));
    char *text = mem_cstr(str_of("abc", 2));
    char *none = mem_cstr((struct str){ 0 });

    UNUSED(state);
    CHECK(a->block == NULL && a->free_bytes == 0);
    CHECK_TEXT(text, "ab");
    CHECK_TEXT(none, "");
    text = mem_realloc(text, 1000);
    CHECK_TEXT(text, "ab");
    free(a);
    free(text);
    free(none);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(memory_is_zeroed_aligned_and_apart),
        TEST(a_rewind_gives_back_what_came_after_the_mark),
        TEST(copies_have_a_nul_behind_them),
        TEST(formatting_takes_what_it_needs),
        TEST(what_cannot_be_had_aborts_instead_of_wrapping),
        TEST(lasting_memory_is_zeroed_too),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
