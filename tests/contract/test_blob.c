/* What every blob store must do, whatever it stores its bytes in. */
#include "blob_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/random.h"
#include "base/thread.h"

static void what_was_put_is_read_as_it_was(void **state)
{
    static const char *const keys[] = { "a", "albums/u1/a1/anchor.png", "x/y/z/-_.9" };
    struct err e = { 0 };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(keys); i++) {
        CHECK_OK(blob_put_bytes(store, str_from(keys[i]), str_from(keys[i]), &e));
        CHECK_STR(read_key(keys[i]), str_from(keys[i]));
    }
    reopen();
    for (size_t i = 0; i < COUNT(keys); i++)
        CHECK_STR(read_key(keys[i]), str_from(keys[i]));
}

static void empty_and_large_contents_are_contents(void **state)
{
    char *large = arena_alloc(&arena, 3 * MIB + 1);
    struct err e = { 0 };

    UNUSED(state);
    for (size_t i = 0; i < 3 * MIB + 1; i++)
        large[i] = (char)(i * 7 + i / 4096);
    CHECK_OK(blob_put_bytes(store, STR("empty"), STR(""), &e));
    CHECK_OK(blob_put_bytes(store, STR("large"), str_of(large, 3 * MIB + 1), &e));
    CHECK_I64(read_key("empty").len, 0);
    CHECK_STR(read_key("large"), str_of(large, 3 * MIB + 1));
}

static void a_file_is_put_from_its_beginning(void **state)
{
    FILE *file = tmpfile();
    struct blob_content content = { .fd = fileno(file), .size = 200000 };
    struct err e = { 0 };

    UNUSED(state);
    for (int i = 0; i < 200000; i++)
        fputc(i % 251, file);
    fflush(file);
    CHECK_OK(blob_put(store, STR("file"), &content, &e));
    CHECK_I64(read_key("file").len, 200000);
    CHECK_I64((unsigned char)read_key("file").ptr[199999], 199999 % 251);

    content.size = 200001; /* more than there is */
    CHECK_FAILS(blob_put(store, STR("more"), &content, &e), ERR_IO, NULL);
    CHECK(!key_is_there("more"));
    fclose(file);
}

static void reading_more_than_allowed_is_refused(void **state)
{
    struct str out = { 0 };
    struct err e = { 0 };

    UNUSED(state);
    CHECK_OK(blob_put_bytes(store, STR("k"), STR("12345"), &e));
    CHECK_OK(blob_read(store, &arena, STR("k"), 5, &out, &e));
    CHECK_FAILS(blob_read(store, &arena, STR("k"), 4, &out, &e), ERR_TOO_LARGE,
                "'k' has more than 4 bytes");
}

static void a_key_is_never_overwritten(void **state)
{
    struct err e = { 0 };

    UNUSED(state);
    CHECK_OK(blob_put_bytes(store, STR("a/b"), STR("first"), &e));
    CHECK_FAILS(blob_put_bytes(store, STR("a/b"), STR("second"), &e), ERR_CONFLICT, NULL);
    CHECK_STR(read_key("a/b"), STR("first"));
}

static void what_is_removed_is_gone_and_its_key_new_again(void **state)
{
    struct err e = { 0 };

    UNUSED(state);
    CHECK_OK(blob_put_bytes(store, STR("a/b/c"), STR("1"), &e));
    CHECK_OK(blob_put_bytes(store, STR("a/d"), STR("2"), &e));
    CHECK_OK(blob_remove(store, STR("a/b/c"), &e));
    CHECK_OK(blob_remove(store, STR("a/b/c"), &e)); /* again */
    CHECK_OK(blob_remove(store, STR("never/was"), &e));
    CHECK(!key_is_there("a/b/c"));
    CHECK(key_is_there("a/d"));
    CHECK_OK(blob_put_bytes(store, STR("a/b/c"), STR("3"), &e));
    CHECK_STR(read_key("a/b/c"), STR("3"));
}

static void an_open_file_survives_its_removal(void **state)
{
    struct blob_file file = { .fd = -1 };
    struct err e = { 0 };
    char got[8];

    UNUSED(state);
    CHECK_OK(blob_put_bytes(store, STR("k"), STR("bytes"), &e));
    CHECK_OK(blob_open_read(store, STR("k"), &file, &e));
    CHECK_OK(blob_remove(store, STR("k"), &e));
    CHECK_I64(file.size, 5);
    CHECK_I64(pread(file.fd, got, sizeof(got), 0), 5);
    fd_close(&file.fd);
}

/* In the order of their bytes; '-' and '.' come before '/'. */
static const char *const listed[] = {
    "A/1",          "a",           "a-b",
    "a-b-/c",       "a.b",         "a.b0/x",
    "a0/1/2/3",     "a0/1/2/30",   "a0/1/20",
    "b/c/anchor-2", "b/c/anchor",  "b/c/anchor.256.webp",
    "b/c/shots-1",  "b/c/shots/0", "b/c/shots/00",
    "b/c/shots0",   "b/c0",        "z/z/z/z/z/z/z",
};

static int compare(const void *a, const void *b)
{
    return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static void pages_of_any_size_hold_every_key_once_in_order(void **state)
{
    static const size_t limits[] = { 1, 2, 5, COUNT(listed), 1000 };
    struct str want[COUNT(listed)];
    struct err e = { 0 };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(listed); i++) {
        want[i] = str_from(listed[i]);
        CHECK_OK(blob_put_bytes(store, want[i], want[i], &e));
    }
    qsort(want, COUNT(want), sizeof(want[0]), compare);
    for (size_t l = 0; l < COUNT(limits); l++) {
        struct blob_page page = { 0 };
        struct str after = STR("");
        size_t got = 0;

        do {
            CHECK_OK(blob_list(store, &arena, after, limits[l], &page, &e));
            for (size_t i = 0; i < page.count; i++, got++) {
                CHECK(got < COUNT(want));
                CHECK_STR(page.entries[i].key, want[got]);
                CHECK_I64(page.entries[i].size, want[got].len);
                CHECK(page.entries[i].changed_ms > 1500000000000);
            }
            after = page.count > 0 ? page.entries[page.count - 1].key : after;
        } while (page.count > 0);
        CHECK_I64(got, COUNT(want));
    }
}

struct visitor {
    struct str seen[COUNT(listed) + 1];
    size_t count, stop_at;
    bool removes;
};

static bool note_entry(void *ctx, const struct blob_entry *entry, struct err *e)
{
    struct visitor *v = ctx;

    CHECK(v->count < COUNT(v->seen));
    CHECK_I64(entry->size, entry->key.len);
    v->seen[v->count++] = arena_str(&arena, entry->key);
    if (v->count == v->stop_at)
        return err_set(e, ERR_CANCELLED, "enough");
    return !v->removes || blob_remove(store, entry->key, e);
}

static void put_listed(void)
{
    struct err e = { 0 };

    for (size_t i = 0; i < COUNT(listed); i++)
        CHECK_OK(blob_put_bytes(store, str_from(listed[i]), str_from(listed[i]), &e));
}

static void a_visit_comes_to_every_key_once(void **state)
{
    struct visitor v = { .count = 0 };
    struct str want[COUNT(listed)];
    struct err e = { 0 };

    UNUSED(state);
    CHECK_OK(blob_visit(store, note_entry, &v, &e));
    CHECK_I64(v.count, 0);
    put_listed();
    for (size_t i = 0; i < COUNT(listed); i++)
        want[i] = str_from(listed[i]);
    qsort(want, COUNT(want), sizeof(want[0]), compare);
    CHECK_OK(blob_visit(store, note_entry, &v, &e));
    CHECK_I64(v.count, COUNT(want));
    qsort(v.seen, v.count, sizeof(want[0]), compare);
    for (size_t i = 0; i < v.count; i++)
        CHECK_STR(v.seen[i], want[i]);
}

static void a_visitor_ends_the_visit_with_his_own_words(void **state)
{
    struct visitor v = { .stop_at = 3 };
    struct err e = { 0 };

    UNUSED(state);
    put_listed();
    CHECK_FAILS(blob_visit(store, note_entry, &v, &e), ERR_CANCELLED, "enough");
    CHECK_I64(v.count, 3);
}

static void a_visitor_may_remove_what_he_comes_to(void **state)
{
    struct visitor v = { .removes = true };
    struct err e = { 0 };

    UNUSED(state);
    put_listed();
    CHECK_OK(blob_visit(store, note_entry, &v, &e));
    CHECK_I64(v.count, COUNT(listed));
    CHECK_I64(files_in_place(), 0);
}

static bool check_age(void *ctx, const struct blob_entry *entry, struct err *e)
{
    const int64_t *now = ctx;

    UNUSED(e);
    CHECK(entry->changed_ms >= *now);
    return true;
}

static void what_is_put_from_now_on_is_not_older_than_now(void **state)
{
    struct err e = { 0 };

    UNUSED(state);
    for (int i = 0; i < 50; i++) {
        int64_t now = 0;

        CHECK_OK(blob_now(store, &now, &e));
        CHECK(now > 1500000000000);
        CHECK_OK(blob_put_bytes(store, STR("k"), STR("x"), &e));
        CHECK_OK(blob_visit(store, check_age, &now, &e));
        CHECK_OK(blob_remove(store, STR("k"), &e));
    }
    CHECK_I64(files_in_place(), 0);
}

static void a_page_begins_behind_keys_that_are_not_there(void **state)
{
    static const struct {
        const char *after, *first;
    } cases[] = {
        { "a", "b/x" },       { "b", "b/x" },       { "b/w/zzz", "b/x" }, { "b/x", "b/y/1" },
        { "b/x/1", "b/y/1" }, { "b/y/0", "b/y/1" }, { "b/y/1", NULL },
    };
    struct err e = { 0 };

    UNUSED(state);
    CHECK_OK(blob_put_bytes(store, STR("b/x"), STR(""), &e));
    CHECK_OK(blob_put_bytes(store, STR("b/y/1"), STR(""), &e));
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct blob_page page = { 0 };

        CHECK_OK(blob_list(store, &arena, str_from(cases[i].after), 1, &page, &e));
        CHECK_I64(page.count, cases[i].first != NULL);
        if (cases[i].first != NULL)
            CHECK_TEXT(arena_cstr(&arena, page.entries[0].key), cases[i].first);
    }
}

static struct str long_key(size_t segment, size_t total)
{
    char *key = arena_alloc(&arena, total);

    for (size_t i = 0; i < total; i++)
        key[i] = i % (segment + 1) == segment ? '/' : 'k';
    key[total - 1] = 'k';
    return str_of(key, total);
}

static void keys_are_long_but_not_too_long(void **state)
{
    struct err e = { 0 };

    UNUSED(state);
    CHECK_OK(blob_put_bytes(store, long_key(255, 300), STR("1"), &e));
    CHECK_OK(blob_put_bytes(store, long_key(1, 299), STR("2"), &e)); /* 150 levels */
    CHECK_FAILS(blob_put_bytes(store, long_key(100, 301), STR(""), &e), ERR_INVALID, NULL);
    CHECK_FAILS(blob_put_bytes(store, long_key(256, 256), STR(""), &e), ERR_INVALID, NULL);
}

static bool every_call_refuses(struct str key)
{
    struct blob_file file = { .fd = -1 };
    struct blob_page page = { 0 };
    struct str out;
    struct err put = { 0 }, open = { 0 }, remove = { 0 }, url = { 0 }, list = { 0 };

    return !blob_put_bytes(store, key, STR("x"), &put) && put.code == ERR_INVALID &&
           !blob_open_read(store, key, &file, &open) && open.code == ERR_INVALID &&
           !blob_remove(store, key, &remove) && remove.code == ERR_INVALID &&
           !blob_url(store, &arena, key, 60, &out, &url) &&
           (url.code == ERR_INVALID || url.code == ERR_NOT_IMPLEMENTED) &&
           (key.len == 0 ||
            (!blob_list(store, &arena, key, 1, &page, &list) && list.code == ERR_INVALID));
}

#define BYTES(literal)                                                                             \
    {                                                                                              \
        literal, sizeof(literal) - 1                                                               \
    }

/* Put together from pieces that once fooled somebody; each has at least one that no key may have.
 */
static void a_thousand_hostile_keys_lead_nowhere(void **state)
{
    static const struct str bad[] = {
        BYTES(".."),
        BYTES("."),
        BYTES("/"),
        BYTES("//"),
        BYTES("\0"),
        BYTES("..\\"),
        BYTES("%2e%2e"),
        BYTES("a\nb"),
        BYTES(".ssh"),
        BYTES(".incoming"),
        BYTES("\xc0\xae"),
        BYTES("~"),
        BYTES(" "),
        BYTES("\xff"),
        BYTES("C:"),
        BYTES("a\0.png"),
        BYTES("\xe2\x80\xae"),
        BYTES("*"),
    };
    static const struct str good[] = { BYTES("a"), BYTES("albums"), BYTES("etc"), BYTES("passwd"),
                                       BYTES("x..y") };
    int before = files_in_place();

    UNUSED(state);
    random_set_seed(7);
    for (int i = 0; i < 1000; i++) {
        AUTO_BUF key = { 0 };
        int64_t pieces = random_below(5), hostile = random_below(pieces + 1);

        buf_init(&key, 1000);
        for (int64_t k = 0; k <= pieces; k++) {
            buf_put(&key,
                    k == hostile ? bad[random_below(COUNT(bad))] : good[random_below(COUNT(good))]);
            if (k < pieces)
                buf_put_char(&key, '/');
        }
        if (!every_call_refuses(buf_str(&key)))
            fail_msg("accepted: \"" STR_FMT "\"", STR_ARG(buf_str(&key)));
    }
    random_set_seed(0);
    CHECK(every_call_refuses(STR("")));
    CHECK(every_call_refuses((struct str){ 0 }));
    CHECK_I64(files_in_place(), before);
}

struct contender {
    pthread_t thread;
    char name[16], complaint[256];
    int wins;
};

enum { CONTENDERS = 8, ROUNDS = 40 };

static void *contend(void *arg)
{
    struct contender *me = arg;

    for (int round = 0; round < ROUNDS; round++) {
        char key[32];
        struct err e = { 0 };

        snprintf(key, sizeof(key), "race/%d/k", round);
        if (blob_put_bytes(store, str_from(key), str_from(me->name), &e))
            me->wins++;
        else if (e.code != ERR_CONFLICT)
            me->wins = 1000 * 1000; /* seen by the sum */
    }
    return NULL;
}

static void of_eight_threads_with_one_key_exactly_one_wins(void **state)
{
    struct contender all[CONTENDERS] = { 0 };
    int wins = 0, found = 0;

    UNUSED(state);
    for (int i = 0; i < CONTENDERS; i++) {
        snprintf(all[i].name, sizeof(all[i].name), "contender %d", i);
        thread_start(&all[i].thread, "contend", contend, &all[i]);
    }
    for (int i = 0; i < CONTENDERS; i++) {
        thread_join(all[i].thread);
        wins += all[i].wins;
    }
    CHECK_I64(wins, ROUNDS);
    for (int round = 0; round < ROUNDS; round++) {
        char key[32];

        snprintf(key, sizeof(key), "race/%d/k", round);
        CHECK(str_starts(read_key(key), STR("contender ")));
        found += key_is_there(key);
    }
    CHECK_I64(found, ROUNDS);
    CHECK_I64(files_in_place(), ROUNDS);
}

/* Folders come and go under the hands of the others. */
static void *put_and_remove(void *arg)
{
    struct contender *me = arg;

    for (int round = 0; round < ROUNDS; round++) {
        char key[48];
        struct err e = { 0 };
        int64_t removed;

        snprintf(key, sizeof(key), "shared/folder/of/all/%s", me->name);
        if (!blob_put_bytes(store, str_from(key), STR("x"), &e) ||
            !blob_sweep(store, &removed, &e) || !blob_remove(store, str_from(key), &e))
            snprintf(me->complaint, sizeof(me->complaint), "round %d: %s", round, e.msg);
    }
    return NULL;
}

static void puts_removes_and_sweeps_do_not_disturb_each_other(void **state)
{
    struct contender all[CONTENDERS] = { 0 };

    UNUSED(state);
    for (int i = 0; i < CONTENDERS; i++) {
        snprintf(all[i].name, sizeof(all[i].name), "own-%d", i);
        thread_start(&all[i].thread, "put", put_and_remove, &all[i]);
    }
    for (int i = 0; i < CONTENDERS; i++)
        thread_join(all[i].thread);
    for (int i = 0; i < CONTENDERS; i++)
        CHECK_TEXT(all[i].complaint, "");
    CHECK_I64(files_in_place(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BLOB_TEST(what_was_put_is_read_as_it_was),
        BLOB_TEST(empty_and_large_contents_are_contents),
        BLOB_TEST(a_file_is_put_from_its_beginning),
        BLOB_TEST(reading_more_than_allowed_is_refused),
        BLOB_TEST(a_key_is_never_overwritten),
        BLOB_TEST(what_is_removed_is_gone_and_its_key_new_again),
        BLOB_TEST(an_open_file_survives_its_removal),
        BLOB_TEST(pages_of_any_size_hold_every_key_once_in_order),
        BLOB_TEST(a_visit_comes_to_every_key_once),
        BLOB_TEST(a_visitor_ends_the_visit_with_his_own_words),
        BLOB_TEST(a_visitor_may_remove_what_he_comes_to),
        BLOB_TEST(what_is_put_from_now_on_is_not_older_than_now),
        BLOB_TEST(a_page_begins_behind_keys_that_are_not_there),
        BLOB_TEST(keys_are_long_but_not_too_long),
        BLOB_TEST(a_thousand_hostile_keys_lead_nowhere),
        BLOB_TEST(of_eight_threads_with_one_key_exactly_one_wins),
        BLOB_TEST(puts_removes_and_sweeps_do_not_disturb_each_other),
    };
    int failures = 0;

    for (size_t i = 0; i < blob_place_count; i++) {
        current = &blob_places[i];
        failures += cmocka_run_group_tests_name(current->name, tests, NULL, NULL);
    }
    return failures;
}
