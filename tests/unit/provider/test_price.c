/* Prices: quotes before, what is held back, charges after. */
#include "check.h"

#include "provider/price.h"

#define NONE                                                                                       \
    {                                                                                              \
        false, 0                                                                                   \
    }
#define MICROS(value)                                                                              \
    {                                                                                              \
        true, (value)                                                                              \
    }

static void check_opt(struct opt_i64 got, struct opt_i64 want)
{
    CHECK_I64(got.set, want.set);
    CHECK_I64(got.value, want.value);
}

static void a_request_is_quoted_by_the_book(void **state)
{
    static const struct {
        struct gen_pricing pricing;
        int64_t width, height;
        struct opt_i64 quote, reserve;
    } cases[] = {
        { { PRICE_FREE, 0, 0 }, 64, 64, MICROS(0), NONE },
        { { PRICE_FREE, 7, 9 }, 64, 64, MICROS(0), NONE },
        { { PRICE_PER_IMAGE, 40000, 0 }, 0, 0, MICROS(40000), MICROS(40000) },
        { { PRICE_PER_IMAGE, 40000, 99 }, 0, 0, MICROS(40000), MICROS(40000) },
        { { PRICE_PER_MEGAPIXEL, 12000, 0 }, 1000, 500, MICROS(6000), MICROS(6000) },
        { { PRICE_PER_MEGAPIXEL, 12000, 0 }, 1, 1, MICROS(1), MICROS(1) }, /* never too little */
        { { PRICE_PER_MEGAPIXEL, 10000, 0 }, 0, 0, NONE, MICROS(10486) },
        { { PRICE_PER_MEGAPIXEL, 10000, 5 }, 0, 0, NONE, MICROS(5) },
        { { PRICE_PER_SECOND, 725, 0 }, 64, 64, NONE, MICROS(0) },
        { { PRICE_PER_SECOND, 725, 9000 }, 64, 64, NONE, MICROS(9000) },
        { { PRICE_PER_MILLION_TOKENS, 30000000, 0 }, 64, 64, NONE, MICROS(0) },
        { { PRICE_TOLD, 0, 3000 }, 64, 64, NONE, MICROS(3000) },
        { { PRICE_UNKNOWN, 0, 0 }, 64, 64, NONE, MICROS(0) },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct gen_request request = { .width = cases[i].width, .height = cases[i].height };

        check_opt(price_quote(&cases[i].pricing, &request, 1), cases[i].quote);
        check_opt(price_reserve(&cases[i].pricing, &request, 1), cases[i].reserve);
    }
}

static void several_pictures_cost_several_times_as_much(void **state)
{
    static const struct gen_pricing by_image = { PRICE_PER_IMAGE, 40000, 0 },
                                    by_size = { PRICE_PER_MEGAPIXEL, 12000, 0 },
                                    by_time = { PRICE_PER_SECOND, 725, 9000 };
    static const struct gen_request request = { .width = 1000, .height = 500 }, any = { 0 };

    UNUSED(state);
    CHECK_I64(price_quote(&by_image, &request, 16).value, 640000);
    CHECK_I64(price_reserve(&by_image, &request, 16).value, 640000);
    CHECK_I64(price_reserve(&by_size, &request, 3).value, 18000);
    CHECK_I64(price_reserve(&by_size, &any, 2).value, 25166);
    CHECK(!price_quote(&by_time, &request, 4).set);
    CHECK_I64(price_reserve(&by_time, &request, 4).value, 36000);
}

static void a_result_costs_what_the_provider_says_or_the_book(void **state)
{
    static const struct {
        struct gen_pricing pricing;
        struct opt_i64 told, billed_ms, tokens;
        struct price_use use;
        struct opt_i64 charge;
    } cases[] = {
        { { PRICE_FREE, 7, 0 }, MICROS(9), NONE, NONE, { 1, 1, 1 }, MICROS(0) },
        { { PRICE_PER_IMAGE, 40000, 0 }, NONE, NONE, NONE, { 3, 0, 0 }, MICROS(120000) },
        { { PRICE_PER_IMAGE, 40000, 0 }, MICROS(39000), NONE, NONE, { 3, 0, 0 }, MICROS(39000) },
        { { PRICE_PER_IMAGE, 40000, 0 }, MICROS(0), NONE, NONE, { 1, 0, 0 }, MICROS(0) },
        { { PRICE_PER_MEGAPIXEL, 10000, 0 }, NONE, NONE, NONE, { 2, 2000000, 0 }, MICROS(20000) },
        { { PRICE_PER_MEGAPIXEL, 10000, 0 }, NONE, NONE, NONE, { 2, 0, 0 }, NONE },
        { { PRICE_PER_SECOND, 1000, 0 }, NONE, NONE, NONE, { 1, 0, 1500 }, MICROS(1500) },
        { { PRICE_PER_SECOND, 1000, 0 }, NONE, MICROS(2000), NONE, { 1, 0, 9000 }, MICROS(2000) },
        { { PRICE_PER_MILLION_TOKENS, 30000000, 0 },
          NONE,
          NONE,
          MICROS(4175),
          { 1, 0, 0 },
          MICROS(125250) },
        { { PRICE_PER_MILLION_TOKENS, 30000000, 0 }, NONE, NONE, NONE, { 1, 0, 0 }, NONE },
        { { PRICE_TOLD, 0, 5 }, MICROS(41), NONE, NONE, { 1, 0, 0 }, MICROS(41) },
        { { PRICE_TOLD, 0, 5 }, NONE, NONE, NONE, { 1, 0, 0 }, NONE },
        { { PRICE_UNKNOWN, 0, 5 }, NONE, NONE, NONE, { 1, 0, 0 }, NONE },
        /* what providers say is bounded, so that sums are */
        { { PRICE_TOLD, 0, 0 }, MICROS(-5), NONE, NONE, { 1, 0, 0 }, MICROS(0) },
        { { PRICE_TOLD, 0, 0 }, MICROS(INT64_MAX), NONE, NONE, { 1, 0, 0 }, MICROS(1000000000000) },
        { { PRICE_PER_SECOND, 10000000000, 0 },
          NONE,
          MICROS(INT64_MAX),
          NONE,
          { 1, 0, 0 },
          MICROS(1000000000000) },
        { { PRICE_PER_SECOND, 1000, 0 }, NONE, MICROS(INT64_MIN), NONE, { 1, 0, 0 }, MICROS(0) },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct gen_result result = { .cost_micros = cases[i].told,
                                     .billed_ms = cases[i].billed_ms,
                                     .tokens = cases[i].tokens };

        check_opt(price_charge(&cases[i].pricing, &result, &cases[i].use), cases[i].charge);
    }
}

static void the_configuration_has_the_last_word(void **state)
{
    static const struct {
        struct price_settings settings;
        struct gen_pricing want;
    } cases[] = {
        { { .estimate = { true, 0.5 } }, { PRICE_TOLD, 7, 500000 } },
        { { .per_image = { true, 0.04 } }, { PRICE_PER_IMAGE, 40000, 0 } },
        { { .per_image = { true, 0 } }, { PRICE_FREE, 0, 0 } },
        { { .per_megapixel = { true, 0.000001 } }, { PRICE_PER_MEGAPIXEL, 1, 0 } },
        { { .per_second = { true, 0.000725 } }, { PRICE_PER_SECOND, 725, 0 } },
        { { .per_million_tokens = { true, 30 }, .estimate = { true, 0.2 } },
          { PRICE_PER_MILLION_TOKENS, 30000000, 200000 } },
    };
    struct price_settings two = { .per_image = { true, 1 }, .per_second = { true, 0 } };
    struct gen_pricing pricing = { PRICE_TOLD, 7, 0 };
    const char *key = NULL;

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct gen_pricing got = { PRICE_TOLD, 7, 0 };

        CHECK(price_configure(&cases[i].settings, &got, &key));
        CHECK_I64(got.kind, cases[i].want.kind);
        CHECK_I64(got.unit_micros, cases[i].want.unit_micros);
        CHECK_I64(got.estimate_micros, cases[i].want.estimate_micros);
    }
    CHECK(!price_configure(&two, &pricing, &key));
    CHECK_STR(str_from(key), STR("price_per_second"));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(a_request_is_quoted_by_the_book),
        TEST(several_pictures_cost_several_times_as_much),
        TEST(a_result_costs_what_the_provider_says_or_the_book),
        TEST(the_configuration_has_the_last_word),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
