/* Backends out of the configuration: opened or refused with a line, found, limited, and watched. */
#include "check.h"

#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/yaml.h"
#include "provider/backend.h"
#include "provider/mock.h"

static const struct provider_ops *const all[] = { &provider_mock, NULL };
static const struct guard nobody;

/* A mapping of names to sections, as below `backends:`. */
static bool open_list(struct arena *a, const char *text, struct backend_list **out, struct err *e)
{
    struct json tree = { 0 };
    struct backend_config configs[8];
    size_t count = 0;

    if (!yaml_parse(a, str_from(text), &tree, e))
        return false;
    for (; count < tree.object.count; count++) {
        const struct json_member *m = &tree.object.members[count];

        configs[count] = (struct backend_config){ m->name, STR("mock"), &m->value, m->value.line };
    }
    return backend_list_open(all, configs, count, &nobody, out, e);
}

static void backends_are_found_with_their_limits(void **state)
{
    AUTO_ARENA a = { 0 };
    struct backend_list *list = NULL;
    struct err e = { 0 };

    UNUSED(state);
    CHECK_OK(open_list(&a,
                       "first:\n  concurrency: 4\n  price_micros: 5\n  fallback: [second]\n"
                       "second: {}\n",
                       &list, &e));
    CHECK_I64(backend_count(list), 2);
    CHECK_STR(backend_name(backend_at(list, 1)), STR("second"));
    CHECK(backend_find(list, STR("third")) == NULL);
    CHECK_I64(backend_limits(backend_find(list, STR("first")))->concurrency, 4);
    CHECK_STR(backend_limits(backend_find(list, STR("first")))->fallback.items[0], STR("second"));
    CHECK_I64(backend_limits(backend_find(list, STR("second")))->concurrency, 2);
    CHECK_I64(backend_limits(backend_find(list, STR("second")))->timeout_ms, 600000);
    CHECK(backend_provider(backend_at(list, 0))->ops == &provider_mock);
    backend_list_close(list);
}

static void the_dearest_that_may_make_it_is_held_back(void **state)
{
    static const struct {
        const char *yaml;
        struct opt_i64 reserve; /* of the backend "a" */
    } cases[] = {
        { "a:\n  price: free\n", { false, 0 } },
        { "a:\n  price: unknown\n  price_per_image: 0\n", { false, 0 } },
        { "a:\n  price_per_image: 0.04\n", { true, 40000 } },
        { "a:\n  price: told\n", { true, 0 } },
        { "a:\n  price: told\n  price_estimate: 0.05\n", { true, 50000 } },
        { "a:\n  price: free\n  fallback: [b]\nb:\n  price: free\n", { false, 0 } },
        { "a:\n  price: free\n  fallback: [b]\nb:\n  price: told\n", { true, 0 } },
        { "a:\n  price_per_image: 0.04\n  fallback: [b, c]\nb:\n  price_per_image: 0.05\n"
          "c:\n  price: free\n",
          { true, 50000 } },
        { "a:\n  price_per_image: 0.04\n  fallback: [b]\nb:\n  price_per_image: 0.03\n",
          { true, 40000 } },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO_ARENA a = { 0 };
        struct gen_request request = { .width = 0 };
        struct backend_list *list = NULL;
        struct opt_i64 got;
        struct err e = { 0 };

        CHECK_OK(open_list(&a, cases[i].yaml, &list, &e));
        got = backend_reserve(backend_find(list, STR("a")), &request);
        CHECK_I64(got.set, cases[i].reserve.set);
        CHECK_I64(got.value, cases[i].reserve.value);
        backend_list_close(list);
    }
}

static void mistakes_name_backend_line_and_key(void **state)
{
    static const struct {
        const char *text, *message;
    } cases[] = {
        { "b:\n  concurrency: 0\n", "backend 'b': line 2: 'concurrency' must be from 1 to 1000" },
        { "b:\n  mode: http\n\n  concurrency: lots\n",
          "backend 'b': line 4: 'concurrency' must be a whole number" },
        { "a: {}\nb:\n  mode: sketch\n",
          "backend 'b': line 3: 'mode' must be one of in_process, http" },
        { "b:\n  prize_micros: 1\n",
          "backend 'b': line 2: unknown field 'prize_micros' (did you mean 'price_micros'?)" },
        { "b:\n  mode: http\n  url: gpu\n",
          "backend 'b': line 3: 'url' must begin with http:// or https://, without a user" },
        { "b:\n  fallback: [c]\n",
          "backend 'b': line 2: 'fallback' names a backend that is not there" },
        { "b:\n  fallback: [b]\n",
          "backend 'b': line 2: 'fallback' must not name the backend itself" },
        { "b:\n  price_per_image: -0.1\n",
          "backend 'b': line 2: 'price_per_image' must be from 0 to 10000" },
        { "b:\n  price_per_image: 0.04\n  price_per_second: 0.001\n",
          "backend 'b': line 3: 'price_per_second' is a second price: one is enough" },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO_ARENA a = { 0 };
        struct backend_list *list = NULL;
        struct err e = { 0 };

        CHECK_FAILS(open_list(&a, cases[i].text, &list, &e), ERR_INVALID, cases[i].message);
        CHECK(list == NULL);
    }
}

/* Runs fn with stderr in a file, and gives what was written. */
static struct str stderr_of(struct arena *a, void (*fn)(void))
{
    FILE *file = tmpfile();
    int kept = dup(2);
    char *text = arena_alloc(a, 4096);
    size_t bytes;

    CHECK(file != NULL && kept >= 0 && dup2(fileno(file), 2) == 2);
    fn();
    CHECK(dup2(kept, 2) == 2);
    close(kept);
    rewind(file);
    bytes = fread(text, 1, 4096, file);
    fclose(file);
    return str_of(text, bytes);
}

static void log_a_credential(void)
{
    log_warn("provider said", LOG_C("text", "your key sk-very-secret-1 is wrong"));
}

static void credentials_are_kept_out_of_the_log(void **state)
{
    AUTO_ARENA a = { 0 };
    struct backend_list *list = NULL;
    struct err e = { 0 };
    struct str before = stderr_of(&a, log_a_credential), after;

    UNUSED(state);
    CHECK(str_find(before, STR("sk-very-secret-1")) < before.len);
    CHECK_OK(open_list(&a, "b:\n  api_key: sk-very-secret-1\n", &list, &e));
    after = stderr_of(&a, log_a_credential);
    CHECK(str_find(after, STR("your key *** is wrong")) < after.len);
    backend_list_close(list);
}

static void an_unknown_type_is_refused(void **state)
{
    struct backend_config config = { STR("b"), STR("mokc"), NULL, 7 };
    struct backend_list *list = NULL;
    struct err e = { 0 };

    UNUSED(state);
    CHECK_FAILS(backend_list_open(all, &config, 1, &nobody, &list, &e), ERR_INVALID,
                "line 7: backend 'b' has the unknown type 'mokc'");
}

static struct backend_health health_of(struct backend *b)
{
    struct backend_health health;

    backend_health(b, &health);
    return health;
}

static void calls_that_fail_open_the_breaker_and_show_in_the_health(void **state)
{
    AUTO_ARENA a = { 0 };
    struct backend_list *list = NULL;
    struct breaker_pass pass;
    struct backend *b;
    struct err e = { 0 }, failure = { 0 }, refusal = { 0 }, own = { 0 };

    UNUSED(state);
    clock_set_virtual(1000);
    CHECK_OK(open_list(&a, "b: {}\n", &list, &e));
    b = backend_at(list, 0);
    err_set(&failure, ERR_UPSTREAM, "HTTP 500");
    err_set(&refusal, ERR_REFUSED, "no");
    err_set(&own, ERR_STORAGE_FULL, "our disk");

    CHECK_OK(backend_enter(b, &pass, &e));
    CHECK_I64(health_of(b).running, 1);
    backend_leave(b, pass, NULL);
    CHECK_I64(health_of(b).running, 0);
    CHECK_I64(health_of(b).well_ms, 1000);
    for (int i = 0; i < 20; i++) { /* what is not the backend's fault */
        CHECK_OK(backend_enter(b, &pass, &e));
        backend_leave(b, pass, i % 2 == 0 ? &refusal : &own);
    }
    CHECK_I64(health_of(b).ill_ms, 0);
    clock_set_virtual(2000);
    for (int i = 0; i < 5; i++) {
        CHECK_OK(backend_enter(b, &pass, &e));
        backend_leave(b, pass, &failure);
    }
    CHECK_I64(health_of(b).breaker.state, BREAKER_OPEN);
    CHECK_I64(health_of(b).ill_ms, 2000);
    CHECK_TEXT(health_of(b).last_error, "HTTP 500");
    CHECK_FAILS(backend_enter(b, &pass, &e), ERR_BUSY,
                "backend 'b' has failed too often and rests");
    CHECK(e.retry_after_ms > 3000 && e.retry_after_ms <= 5000);
    backend_list_close(list);
    clock_set_virtual(-1);
}

static void a_backend_takes_so_many_calls_in_a_minute(void **state)
{
    AUTO_ARENA a = { 0 };
    struct backend_list *list = NULL;
    struct breaker_pass pass;
    struct err e = { 0 };
    int taken = 0;

    UNUSED(state);
    clock_set_virtual(1000);
    CHECK_OK(open_list(&a, "b:\n  requests_per_minute: 30\n", &list, &e));
    for (int second = 0; second < 60; second++) {
        clock_set_virtual(1000 + second * 1000);
        while (backend_enter(backend_at(list, 0), &pass, &e)) {
            backend_leave(backend_at(list, 0), pass, NULL);
            taken++;
        }
        CHECK_I64(e.code, ERR_BUSY);
        CHECK(e.retry_after_ms >= 1 && e.retry_after_ms <= 2000);
    }
    CHECK(taken >= 30 && taken <= 33 + 2); /* and one for each call that may be under way */
    backend_list_close(list);
    clock_set_virtual(-1);
}

static void a_backend_takes_so_many_calls_at_once(void **state)
{
    AUTO_ARENA a = { 0 };
    struct backend_list *list = NULL;
    struct breaker_pass first, second, third;
    struct backend *b;
    struct err e = { 0 };

    UNUSED(state);
    CHECK_OK(open_list(&a, "b:\n  concurrency: 2\n", &list, &e));
    b = backend_at(list, 0);
    CHECK_OK(backend_enter(b, &first, &e));
    CHECK_OK(backend_enter(b, &second, &e));
    CHECK_FAILS(backend_enter(b, &third, &e), ERR_BUSY, "backend 'b' has as many calls as it may");
    CHECK(e.retry_after_ms > 0);
    backend_leave(b, first, NULL);
    CHECK_OK(backend_enter(b, &third, &e));
    backend_leave(b, second, NULL);
    backend_leave(b, third, NULL);
    backend_list_close(list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(backends_are_found_with_their_limits),
        TEST(mistakes_name_backend_line_and_key),
        TEST(the_dearest_that_may_make_it_is_held_back),
        TEST(credentials_are_kept_out_of_the_log),
        TEST(an_unknown_type_is_refused),
        TEST(calls_that_fail_open_the_breaker_and_show_in_the_health),
        TEST(a_backend_takes_so_many_calls_in_a_minute),
        TEST(a_backend_takes_so_many_calls_at_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
