/* The bounded buffer: it grows to its maximum and not a byte further, and says so once. */
#include "check.h"

#include <stdio.h>

#include "base/buf.h"
#include "base/random.h"

static void the_maximum_is_exact_for_every_writer(void **state)
{
    struct buf b;

    UNUSED(state);
    buf_init(&b, 5);
    buf_put(&b, STR("hello"));
    CHECK(!b.overflowed);
    CHECK_STR(buf_str(&b), STR("hello"));
    buf_clear(&b);
    buf_putf(&b, "%s", "hello");
    CHECK(!b.overflowed);
    CHECK_STR(buf_str(&b), STR("hello"));
    buf_clear(&b);
    buf_put_i64(&b, -1234);
    CHECK(!b.overflowed);
    buf_clear(&b);
    for (int i = 0; i < 5; i++)
        buf_put_char(&b, 'x');
    CHECK(!b.overflowed);
    CHECK(buf_reserve(&b, 0) != NULL);
    buf_put(&b, STR(""));
    CHECK(!b.overflowed);
    buf_put_char(&b, 'y');
    CHECK(b.overflowed);
    CHECK_STR(buf_str(&b), STR("xxxxx"));
    buf_deinit(&b);
}

static void past_the_maximum_it_stays_as_it_was(void **state)
{
    struct buf b;

    UNUSED(state);
    buf_init(&b, 10);
    buf_put(&b, STR("12345678"));
    buf_put(&b, STR("abc"));
    CHECK(b.overflowed);
    CHECK_STR(buf_str(&b), STR("12345678"));
    buf_put(&b, STR("a"));
    buf_put_char(&b, 'a');
    buf_putf(&b, "a");
    buf_put_i64(&b, 1);
    CHECK(buf_reserve(&b, 1) == NULL);
    CHECK_STR(buf_str(&b), STR("12345678"));
    buf_clear(&b);
    CHECK(!b.overflowed);
    buf_put(&b, STR("fresh"));
    CHECK_STR(buf_str(&b), STR("fresh"));
    buf_putf(&b, "%d", 123456);
    CHECK(b.overflowed);
    CHECK_STR(buf_str(&b), STR("fresh"));
    buf_deinit(&b);
}

static void a_maximum_of_nothing_takes_nothing(void **state)
{
    struct buf b;

    UNUSED(state);
    buf_init(&b, 0);
    buf_put(&b, STR(""));
    CHECK(!b.overflowed);
    buf_put_char(&b, 'x');
    CHECK(b.overflowed);
    CHECK_I64(b.len, 0);
    buf_deinit(&b);
    buf_deinit(&b);
}

static void integers_are_written_as_printf_would(void **state)
{
    static const int64_t cases[] = { 0, 1, -1, 10, -10, 999999, INT64_MAX, INT64_MIN };
    struct buf b;
    char want[32];

    UNUSED(state);
    buf_init(&b, 100);
    for (size_t i = 0; i < COUNT(cases); i++) {
        buf_clear(&b);
        buf_put_i64(&b, cases[i]);
        snprintf(want, sizeof(want), "%lld", (long long)cases[i]);
        CHECK_STR(buf_str(&b), str_from(want));
    }
    buf_deinit(&b);
}

static void reserved_room_is_counted_when_it_is_filled(void **state)
{
    struct buf b;
    char *room;

    UNUSED(state);
    buf_init(&b, 1000);
    room = buf_reserve(&b, 600);
    CHECK(room != NULL);
    memset(room, 'a', 600);
    CHECK_I64(b.len, 0);
    buf_advance(&b, 600);
    CHECK_I64(b.len, 600);
    CHECK(buf_reserve(&b, 401) == NULL);
    CHECK(b.overflowed);
    buf_deinit(&b);
}

static void consuming_moves_what_is_left_to_the_front(void **state)
{
    struct buf b;

    UNUSED(state);
    buf_init(&b, 100);
    buf_consume(&b, 0);
    buf_put(&b, STR("hello world"));
    buf_consume(&b, 6);
    CHECK_STR(buf_str(&b), STR("world"));
    buf_consume(&b, 5);
    CHECK_I64(b.len, 0);
    buf_put(&b, STR("again"));
    CHECK_STR(buf_str(&b), STR("again"));
    buf_deinit(&b);
}

/* Against the simplest model: an array and a length. */
static void random_use_agrees_with_a_model(void **state)
{
    char model[2000];
    size_t len = 0, max = 1500;
    bool overflowed = false;
    struct buf b;

    UNUSED(state);
    random_set_seed(9);
    buf_init(&b, max);
    for (int i = 0; i < 20000; i++) {
        char piece[64];
        size_t size = (size_t)random_below(sizeof(piece));

        memset(piece, 'a' + (int)random_below(26), sizeof(piece));
        if (random_below(100) == 0) {
            buf_clear(&b);
            len = 0;
            overflowed = false;
        } else if (random_below(10) == 0) {
            size = MIN(size, len);
            buf_consume(&b, size);
            memmove(model, model + size, len - size);
            len -= size;
        } else {
            buf_put(&b, str_of(piece, size));
            overflowed = overflowed || (size > 0 && len + size > max);
            if (!overflowed) {
                memcpy(model + len, piece, size);
                len += size;
            }
        }
        CHECK(b.overflowed == overflowed);
        CHECK_STR(buf_str(&b), str_of(model, len));
    }
    buf_deinit(&b);
    random_set_seed(0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_maximum_is_exact_for_every_writer),
        TEST(past_the_maximum_it_stays_as_it_was),
        TEST(a_maximum_of_nothing_takes_nothing),
        TEST(integers_are_written_as_printf_would),
        TEST(reserved_room_is_counted_when_it_is_filled),
        TEST(consuming_moves_what_is_left_to_the_front),
        TEST(random_use_agrees_with_a_model),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
