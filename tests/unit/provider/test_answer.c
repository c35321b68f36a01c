/* What the answers of providers say. */
#include <sys/resource.h>

#include "check.h"
#include "provider/call.h"
#include "provider/provider.h"

static void each_status_has_its_class(void **state)
{
    static const struct {
        int status;
        const char *body;
        enum err_code safe, buying;
    } cases[] = {
        { 200, "", ERR_NONE, ERR_NONE },
        { 201, "", ERR_NONE, ERR_NONE },
        { 204, "", ERR_NONE, ERR_NONE },
        { 302, "", ERR_REJECTED, ERR_REJECTED },
        { 400, "", ERR_REJECTED, ERR_REJECTED },
        { 401, "", ERR_MISCONFIGURED, ERR_MISCONFIGURED },
        { 402, "", ERR_MISCONFIGURED, ERR_MISCONFIGURED },
        { 403, "", ERR_MISCONFIGURED, ERR_MISCONFIGURED },
        { 404, "", ERR_REJECTED, ERR_REJECTED },
        { 405, "", ERR_REJECTED, ERR_REJECTED },
        { 408, "", ERR_UPSTREAM, ERR_UPSTREAM },
        { 409, "", ERR_REJECTED, ERR_REJECTED },
        { 410, "", ERR_REJECTED, ERR_REJECTED },
        { 413, "", ERR_REJECTED, ERR_REJECTED },
        { 415, "", ERR_REJECTED, ERR_REJECTED },
        { 422, "", ERR_REJECTED, ERR_REJECTED },
        { 425, "", ERR_UPSTREAM, ERR_UPSTREAM },
        { 429, "slow down", ERR_RATE_LIMITED, ERR_RATE_LIMITED },
        { 429, "{\"error\":{\"code\":\"insufficient_quota\"}}", ERR_MISCONFIGURED,
          ERR_MISCONFIGURED },
        { 429, "check your billing details", ERR_MISCONFIGURED, ERR_MISCONFIGURED },
        { 500, "", ERR_UPSTREAM, ERR_UPSTREAM },
        { 502, "", ERR_UPSTREAM, ERR_UPSTREAM },
        { 503, "", ERR_UNAVAILABLE, ERR_UNAVAILABLE },
        { 504, "", ERR_UPSTREAM, ERR_OUTCOME_UNKNOWN },
        { 524, "", ERR_UPSTREAM, ERR_OUTCOME_UNKNOWN },
        { 529, "", ERR_UNAVAILABLE, ERR_UNAVAILABLE },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct str body = str_from(cases[i].body);

        CHECK_TEXT(err_name(provider_status_code(cases[i].status, body, false)),
                   err_name(cases[i].safe));
        CHECK_TEXT(err_name(provider_status_code(cases[i].status, body, true)),
                   err_name(cases[i].buying));
    }
}

static void only_a_refusal_says_that_nothing_was_begun(void **state)
{
    static const int refusals[] = { 400, 401, 402, 403, 404, 409, 413, 422, 451, 499 };
    static const int others[] = { 0, 200, 302, 399, 408, 425, 429, 500, 502, 503, 504, 524, 529 };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(refusals); i++)
        CHECK(provider_status_is_refusal(refusals[i]));
    for (size_t i = 0; i < COUNT(others); i++)
        CHECK(!provider_status_is_refusal(others[i]));
}

static void failures_are_tried_again_elsewhere_or_not(void **state)
{
    static const struct {
        enum err_code code;
        enum gen_failure class;
    } cases[] = {
        { ERR_UPSTREAM, GEN_RETRY },          { ERR_UNAVAILABLE, GEN_RETRY },
        { ERR_RATE_LIMITED, GEN_RETRY },      { ERR_TIMEOUT, GEN_RETRY },
        { ERR_STORAGE_FULL, GEN_RETRY },      { ERR_MISCONFIGURED, GEN_ELSEWHERE },
        { ERR_REJECTED, GEN_ELSEWHERE },      { ERR_REFUSED, GEN_FINAL },
        { ERR_INVALID, GEN_FINAL },           { ERR_CANCELLED, GEN_FINAL },
        { ERR_TOO_LARGE, GEN_FINAL },         { ERR_FORBIDDEN, GEN_FINAL },
        { ERR_OUTCOME_UNKNOWN, GEN_UNKNOWN },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++)
        CHECK_I64(gen_failure_of(cases[i].code), cases[i].class);
}

static void retry_after_is_seconds_or_a_date_and_never_long(void **state)
{
    static const int64_t now = 784111777000; /* Sun, 06 Nov 1994 08:49:37 GMT */
    static const struct {
        const char *value;
        int64_t ms;
    } cases[] = {
        { "0", 0 },
        { "7", 7000 },
        { " 12 ", 12000 },
        { "120", 120000 },
        { "121", 120000 },
        { "9223372036854775807", 120000 },
        { "-1", 0 },
        { "1.5", 0 },
        { "soon", 0 },
        { "", 0 },
        { "Sun, 06 Nov 1994 08:49:47 GMT", 10000 },
        { "Sun, 06 Nov 1994 08:49:37 GMT", 0 },
        { "Sun, 06 Nov 1994 08:49:00 GMT", 0 },
        { "Wed, 01 Jan 2031 00:00:00 GMT", 120000 },
        { "Sun, 06 Foo 1994 08:49:47 GMT", 0 },
        { "Sun, 36 Nov 1994 08:49:47 GMT", 0 },
        { "Sun, 06 Nov 1994 08:49:47 CET", 0 },
        { "Sunday, 06-Nov-94 08:49:37 GMT", 0 },
        { "Sun, 06 Nov 1994 08-49-47 GMT", 0 },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++)
        CHECK_I64(provider_retry_after(str_from(cases[i].value), now), cases[i].ms);
    CHECK_I64(provider_retry_after((struct str){ 0 }, now), 0);
}

static void the_text_of_an_error_is_one_line_without_secrets(void **state)
{
    static const struct {
        const char *body, *text;
    } cases[] = {
        { "{\"error\":{\"message\":\"bad size\",\"code\":1}}", "bad size" },
        { "{\"error\":\"bad size\"}", "bad size" },
        { "{\"detail\":\"not found\"}", "not found" },
        { "{\"detail\":[{\"loc\":[\"body\"],\"msg\":\"field required\"}]}", "field required" },
        { "{\"errors\":[{\"message\":\"first\"},{\"message\":\"second\"}]}", "first" },
        { "{\"title\":\"Payment\",\"status\":402}", "Payment" },
        { "{\"error\":{\"message\":\"\"},\"detail\":\"second best\"}", "second best" },
        { "{\"unheard\":true}", "" },
        { "[]", "" },
        { "\"text\"", "text" },
        { "  plain\ttext\r\nin lines ", "plain text  in lines" },
        { "<html><body>502 Bad Gateway</body></html>", "" },
        { "\n <!DOCTYPE html>", "" },
        { "the key sk-secret is wrong, sk-secret!", "the key *** is wrong, ***!" },
        { "sk-secret, of-the-front", "***, ***" },
        { "good \xff bad", "good" },
        { "{\"error\":{\"error\":{\"error\":{\"error\":{\"error\":{\"error\":\"deep\"}}}}}}", "" },
        { "", "" },
    };

    struct str both[] = { STR("sk-secret"), STR("of-the-front") };
    struct str_list secrets = { both, COUNT(both) };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO_ARENA a = { 0 };

        CHECK_STR(provider_error_text(&a, str_from(cases[i].body), &secrets),
                  str_from(cases[i].text));
    }
}

static void a_long_text_is_cut_between_characters(void **state)
{
    AUTO_ARENA a = { 0 };
    char *body = arena_alloc(&a, 200001);
    struct str text;

    UNUSED(state);
    for (size_t i = 0; i + 1 < 200000; i += 2)
        memcpy(body + i, "\xc3\xbc", 2);
    body[0] = 'x'; /* so that the bound falls inside of a character */
    body[1] = 'x';
    text = provider_error_text(&a, str_of(body + 1, 199999), &(struct str_list){ 0 });
    CHECK_I64(text.len, 159);
    CHECK(str_is_utf8(text));
}

static void a_text_full_of_the_secret_takes_little_memory(void **state)
{
    enum { TIMES = 16000 };
    AUTO_ARENA a = { 0 };
    char *body = arena_alloc(&a, TIMES * 4 + 1);
    struct rusage before, after;
    struct str secret = STR("key!");
    struct str_list secrets = { &secret, 1 };

    UNUSED(state);
    for (size_t i = 0; i < TIMES; i++)
        memcpy(body + 4 * i, "key!", 4);
    getrusage(RUSAGE_SELF, &before);
    CHECK(str_starts(provider_error_text(&a, str_of(body, TIMES * 4), &secrets), STR("******")));
    getrusage(RUSAGE_SELF, &after);
    CHECK(after.ru_maxrss - before.ru_maxrss < 16 * 1024);
}

static void images_are_read_from_base64_and_data_urls(void **state)
{
    static const struct {
        const char *text, *bytes, *type;
    } cases[] = {
        { "aGVsbG8=", "hello", NULL },
        { "aGVsbG8", "hello", NULL },
        { "aGVs\r\nbG8=\n", "hello", NULL },
        { "data:image/png;base64,aGVsbG8=", "hello", "image/png" },
        { "data:;base64,aGVsbG8", "hello", "" },
        { "data:image/webp;charset=x;base64,aGVsbG8", "hello", "image/webp" },
    };
    static const char *const bad[] = { "data:image/png,hello", "data:image/png;base64", "a*b",
                                       "data:image/svg+xml,<svg/>" };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO_ARENA a = { 0 };
        struct str bytes, type;
        struct err e = { 0 };

        CHECK_OK(provider_inline_image(&a, str_from(cases[i].text), 5, &bytes, &type, &e));
        CHECK_STR(bytes, str_from(cases[i].bytes));
        CHECK(str_is_null(type) == (cases[i].type == NULL));
        CHECK_STR(type, str_from(cases[i].type));
    }
    for (size_t i = 0; i < COUNT(bad); i++) {
        AUTO_ARENA a = { 0 };
        struct str bytes, type;
        struct err e = { 0 };

        CHECK_FAILS(provider_inline_image(&a, str_from(bad[i]), 100, &bytes, &type, &e),
                    ERR_REJECTED, NULL);
    }
}

static void an_image_in_text_is_bounded_before_it_is_decoded(void **state)
{
    AUTO_ARENA a = { 0 };
    struct str bytes, type, text = provider_data_url(&a, STR("0123456789abcdef"), STR("image/png"));
    struct err e = { 0 };

    UNUSED(state);
    CHECK_STR(text, STR("data:image/png;base64,MDEyMzQ1Njc4OWFiY2RlZg=="));
    CHECK_OK(provider_inline_image(&a, text, 16, &bytes, &type, &e));
    CHECK_FAILS(provider_inline_image(&a, text, 10, &bytes, &type, &e), ERR_TOO_LARGE, NULL);
}

static void a_backend_may_reach_its_own_address(void **state)
{
    static const struct {
        const char *url, *entry;
    } cases[] = {
        { "http://127.0.0.1:8188", "127.0.0.1:8188" },
        { "http://127.0.0.1:8188/api", "127.0.0.1:8188" },
        { "http://gpu-box", "gpu-box:80" },
        { "https://api.example.com/v1", "api.example.com:443" },
        { "http://[::1]/x", "[::1]:80" },
        { "http://[::1]:7860/x", "[::1]:7860" },
    };
    static const char *const bad[] = {
        "ftp://host", "host:80", "", "http://", "http://user:word@host/", "http://a b/"
    };
    struct str other[] = { { "10.0.0.0/8", 10 } };
    struct guard everybody = { .allow = { other, 1 } };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO_ARENA a = { 0 };
        struct guard guard = { 0 };
        struct err e = { 0 };

        CHECK_OK(provider_guard(&a, &everybody, str_from(cases[i].url), &guard, &e));
        CHECK_I64(guard.allow.count, 2);
        CHECK_STR(guard.allow.items[0], STR("10.0.0.0/8"));
        CHECK_STR(guard.allow.items[1], str_from(cases[i].entry));
    }
    for (size_t i = 0; i < COUNT(bad); i++) {
        AUTO_ARENA a = { 0 };
        struct guard guard = { 0 };
        struct err e = { 0 };

        CHECK_FAILS(provider_guard(&a, &everybody, str_from(bad[i]), &guard, &e), ERR_INVALID,
                    NULL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_status_has_its_class),
        TEST(only_a_refusal_says_that_nothing_was_begun),
        TEST(failures_are_tried_again_elsewhere_or_not),
        TEST(retry_after_is_seconds_or_a_date_and_never_long),
        TEST(the_text_of_an_error_is_one_line_without_secrets),
        TEST(a_long_text_is_cut_between_characters),
        TEST(a_text_full_of_the_secret_takes_little_memory),
        TEST(images_are_read_from_base64_and_data_urls),
        TEST(an_image_in_text_is_bounded_before_it_is_decoded),
        TEST(a_backend_may_reach_its_own_address),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
