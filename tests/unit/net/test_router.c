/* Paths against patterns: who wins, what is decoded, what is refused. */
#include <stdio.h>

#include "check.h"

#include "net/router.h"

static const char *const base_patterns[] = {
    "/",
    "/api/users",
    "/api/users/me",
    "/api/users/:id",
    "/api/users/:id/tokens",
    "/api/users/:id/tokens/:token_id",
    "/api/users/me/avatar",
    "/api/:door/status",
    "/media/:key*",
    "/media/thumbs/:size/:key*",
    "/:page",
};

/* Each pattern is its own target. */
static struct router *router_of(const char *const *patterns, size_t count)
{
    struct router *r = router_create();
    struct err e = { 0 };

    for (size_t i = 0; i < count; i++)
        CHECK_OK(router_add(r, HTTP_GET, patterns[i], patterns[i], &e));
    return r;
}

static struct router *base_router(void)
{
    return router_of(base_patterns, COUNT(base_patterns));
}

static void the_best_pattern_wins_and_gives_decoded_values(void **state)
{
    static const struct {
        const char *path, *pattern;
        const char *values[3];
    } cases[] = {
        { "/", "/", { NULL } },
        { "/gallery", "/:page", { "gallery" } },
        { "/api/users", "/api/users", { NULL } },
        { "/api/users/me", "/api/users/me", { NULL } },
        { "/api/users/m%65", "/api/users/me", { NULL } },
        { "/api/users/mee", "/api/users/:id", { "mee" } },
        { "/api/users/me/tokens", "/api/users/:id/tokens", { "me" } },
        { "/api/users/me/tokens/7", "/api/users/:id/tokens/:token_id", { "me", "7" } },
        { "/api/users/me/avatar", "/api/users/me/avatar", { NULL } },
        { "/api/users/status", "/api/users/:id", { "status" } },
        { "/api/jobs/status", "/api/:door/status", { "jobs" } },
        { "/api/users/a%2Fb", "/api/users/:id", { "a/b" } },
        { "/api/users/..%2f..", "/api/users/:id", { "../.." } },
        { "/api/users/a+b", "/api/users/:id", { "a+b" } },
        { "/api/users/%25", "/api/users/:id", { "%" } },
        { "/api/users/caf%C3%A9", "/api/users/:id", { "caf\xc3\xa9" } },
        { "/api/users/caf\xc3\xa9", "/api/users/:id", { "caf\xc3\xa9" } },
        { "/api/users/...", "/api/users/:id", { "..." } },
        { "/media/a", "/media/:key*", { "a" } },
        { "/media/a/b/c.png", "/media/:key*", { "a/b/c.png" } },
        { "/media/a%20b/%63", "/media/:key*", { "a b/c" } },
        { "/media/thumbs/1", "/media/:key*", { "thumbs/1" } },
        { "/media/thumbs/1/x/y", "/media/thumbs/:size/:key*", { "1", "x/y" } },
        { "/media/a%2Fb/x", NULL, { NULL } },
        { "/media/x/a%2Fb", NULL, { NULL } },
        { "/media/thumbs/a%2Fb/x", "/media/thumbs/:size/:key*", { "a/b", "x" } },
        { "/media", "/:page", { "media" } },
        { "/API/users", NULL, { NULL } },
        { "/api", "/:page", { "api" } },
        { "/api/users/", NULL, { NULL } },
        { "/media/", NULL, { NULL } },
        { "/media/a/", NULL, { NULL } },
        { "/api/users/1/2/3", NULL, { NULL } },
        { "/media/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17/18",
          "/media/:key*",
          { "1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17/18" } },
        { "/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17/18", NULL, { NULL } },
    };
    struct router *r = base_router();

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO_ARENA a = { 0 };
        struct router_match m = { 0 };
        enum router_result got = router_find(r, &a, HTTP_GET, str_from(cases[i].path), &m);
        size_t count = 0;

        if (got != (cases[i].pattern != NULL ? ROUTER_FOUND : ROUTER_NO_PATH))
            fail_msg("%s: got result %d", cases[i].path, (int)got);
        if (cases[i].pattern == NULL)
            continue;
        CHECK_TEXT((const char *)m.target, cases[i].pattern);
        for (; count < 3 && cases[i].values[count] != NULL; count++)
            CHECK_STR(m.values[count], str_from(cases[i].values[count]));
        CHECK_I64(m.param_count, count);
    }
    router_destroy(r);
}

static void values_carry_the_names_of_the_pattern_that_matched(void **state)
{
    struct router *r = router_create();
    AUTO_ARENA a = { 0 };
    struct router_match m = { 0 };
    struct err e = { 0 };

    UNUSED(state);
    CHECK_OK(router_add(r, HTTP_GET, "/a/:id/:name", "get", &e));
    CHECK_OK(router_add(r, HTTP_PUT, "/a/:key/:tail*", "put", &e));
    CHECK_I64(router_find(r, &a, HTTP_GET, STR("/a/1/2"), &m), ROUTER_FOUND);
    CHECK_STR(m.names[0], STR("id"));
    CHECK_STR(m.names[1], STR("name"));
    CHECK_I64(router_find(r, &a, HTTP_PUT, STR("/a/1/2"), &m), ROUTER_FOUND);
    CHECK_STR(m.names[0], STR("key"));
    CHECK_STR(m.names[1], STR("tail"));
    CHECK_STR(m.values[1], STR("2"));
    router_destroy(r);
}

static void hostile_paths_are_refused_before_they_are_matched(void **state)
{
    static const char *const cases[] = {
        "",
        "*",
        "api",
        "http://x/api",
        "//",
        "/api//users",
        "//api",
        "/api/users//",
        "/.",
        "/..",
        "/./api",
        "/api/..",
        "/api/../x",
        "/api/.",
        "/%2e",
        "/%2e%2E",
        "/.%2e/x",
        "/media/a/../b",
        "/media/a/%2e%2e/b",
        "/%",
        "/%4",
        "/%4g",
        "/%%",
        "/a%",
        "/%00",
        "/a%00b",
        "/%0a",
        "/%1f",
        "/%7f",
        "/a\nb",
        "/\x7f",
        "/%ff",
        "/%c0%80",
        "/%ed%a0%80",
        "/%c3",
        "/\xff",
        "/%f4%90%80%80",
        "/api/users/%",
        "/not/known/%zz",
        "/media/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17/%",
    };
    struct router *r = base_router();

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO_ARENA a = { 0 };
        struct router_match m = { 0 };

        if (router_find(r, &a, HTTP_GET, str_from(cases[i]), &m) != ROUTER_BAD_PATH)
            fail_msg("expected a bad path: %s", cases[i]);
    }
    router_destroy(r);
}

static void a_known_path_names_the_methods_it_takes(void **state)
{
    static const struct {
        enum http_method method;
        const char *path, *target;
        enum router_result result;
        unsigned methods;
    } cases[] = {
        { HTTP_GET, "/x/me", "get me", ROUTER_FOUND, 0 },
        { HTTP_HEAD, "/x/me", "get me", ROUTER_FOUND, 0 },
        { HTTP_DELETE, "/x/me", "delete any", ROUTER_FOUND, 0 },
        { HTTP_PATCH, "/x/me", NULL, ROUTER_NO_METHOD,
          1U << HTTP_GET | 1U << HTTP_HEAD | 1U << HTTP_DELETE | 1U << HTTP_PUT },
        { HTTP_GET, "/x/you", NULL, ROUTER_NO_METHOD, 1U << HTTP_DELETE | 1U << HTTP_PUT },
        { HTTP_HEAD, "/x/you", NULL, ROUTER_NO_METHOD, 1U << HTTP_DELETE | 1U << HTTP_PUT },
        { HTTP_PUT, "/x/me", "put rest", ROUTER_FOUND, 0 },
        { HTTP_HEAD, "/own", "own head", ROUTER_FOUND, 0 },
        { HTTP_POST, "/x/me/more", NULL, ROUTER_NO_METHOD, 1U << HTTP_PUT },
        { HTTP_POST, "/y", NULL, ROUTER_NO_PATH, 0 },
    };
    struct router *r = router_create();
    struct err e = { 0 };

    UNUSED(state);
    CHECK_OK(router_add(r, HTTP_GET, "/x/me", "get me", &e));
    CHECK_OK(router_add(r, HTTP_DELETE, "/x/:id", "delete any", &e));
    CHECK_OK(router_add(r, HTTP_PUT, "/x/:rest*", "put rest", &e));
    CHECK_OK(router_add(r, HTTP_GET, "/own", "own get", &e));
    CHECK_OK(router_add(r, HTTP_HEAD, "/own", "own head", &e));
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO_ARENA a = { 0 };
        struct router_match m = { 0 };

        CHECK_I64(router_find(r, &a, cases[i].method, str_from(cases[i].path), &m),
                  cases[i].result);
        if (cases[i].target != NULL)
            CHECK_TEXT((const char *)m.target, cases[i].target);
        CHECK_I64(m.methods, cases[i].methods);
    }
    router_destroy(r);
}

static void two_patterns_that_match_the_same_are_a_conflict(void **state)
{
    static const struct {
        const char *first, *second;
        bool conflict;
    } cases[] = {
        { "/a", "/a", true },
        { "/", "/", true },
        { "/a/:x", "/a/:y", true },
        { "/a/:x/b", "/a/:y/b", true },
        { "/a/:x*", "/a/:y*", true },
        { "/a/:x", "/a/:y*", false },
        { "/a/:x/b", "/a/:x/c", false },
        { "/a/b", "/a/:x", false },
        { "/:a/b", "/a/:b", false },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct router *r = router_create();
        struct err e = { 0 };

        CHECK_OK(router_add(r, HTTP_POST, cases[i].first, "first", &e));
        CHECK_OK(router_add(r, HTTP_GET, cases[i].second, "other method", &e));
        if (cases[i].conflict)
            CHECK_FAILS(router_add(r, HTTP_POST, cases[i].second, "second", &e), ERR_CONFLICT,
                        NULL);
        else
            CHECK_OK(router_add(r, HTTP_POST, cases[i].second, "second", &e));
        router_destroy(r);
    }
}

static void what_is_no_pattern_is_refused(void **state)
{
    static const char *const cases[] = {
        "",
        "a",
        "a/b",
        "/a/",
        "//",
        "/a//b",
        "/:",
        "/:*",
        "/:a*/b",
        "/:a/:a",
        "/:a/:a*",
        "/:1/:2/:3/:4/:5/:6/:7",
        "/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17",
        "/\xff",
    };
    struct router *r = router_create();
    struct err e = { 0 };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++)
        CHECK_FAILS(router_add(r, HTTP_GET, cases[i], "x", &e), ERR_INVALID, NULL);
    CHECK_OK(router_add(r, HTTP_GET, "/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16", "x", &e));
    CHECK_OK(router_add(r, HTTP_GET, "/:1/:2/:3/:4/:5/:6", "x", &e));
    router_destroy(r);
}

/* Every "#" of the shape becomes the number. */
static void write_numbered(char out[64], const char *shape, int number)
{
    size_t at = 0;

    for (; *shape != '\0'; shape++) {
        CHECK(at < 60);
        if (*shape == '#')
            at += (size_t)snprintf(out + at, 64 - at, "%d", number);
        else
            out[at++] = *shape;
    }
    out[at] = '\0';
}

static void five_hundred_routes_are_told_apart(void **state)
{
    enum { GROUPS = 100 };
    static const struct {
        const char *pattern, *path;
    } shapes[] = {
        { "/api/door#", "/api/door#" },
        { "/api/door#/:id", "/api/door#/77" },
        { "/api/door#/new", "/api/door#/new" },
        { "/api/door#/:id/part#", "/api/door#/new/part#" },
        { "/api/door#/:id/files/:rest*", "/api/door#/77/files/a/b" },
    };
    static char patterns[GROUPS * COUNT(shapes)][64];
    struct router *r = router_create();
    struct err e = { 0 };
    char path[64];

    UNUSED(state);
    for (size_t i = 0; i < COUNT(patterns); i++) { /* not in order of names */
        write_numbered(patterns[i], shapes[i / GROUPS].pattern, (int)(i * 37 % GROUPS));
        CHECK_OK(router_add(r, HTTP_GET, patterns[i], patterns[i], &e));
    }
    for (size_t i = 0; i < COUNT(patterns); i++) {
        AUTO_ARENA a = { 0 };
        struct router_match m = { 0 };

        write_numbered(path, shapes[i / GROUPS].path, (int)(i * 37 % GROUPS));
        CHECK_I64(router_find(r, &a, HTTP_GET, str_from(path), &m), ROUTER_FOUND);
        CHECK(m.target == patterns[i]);
        CHECK(a.block == NULL); /* nothing to decode, nothing allocated */
    }
    router_destroy(r);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(the_best_pattern_wins_and_gives_decoded_values),
        TEST(values_carry_the_names_of_the_pattern_that_matched),
        TEST(hostile_paths_are_refused_before_they_are_matched),
        TEST(a_known_path_names_the_methods_it_takes),
        TEST(two_patterns_that_match_the_same_are_a_conflict),
        TEST(what_is_no_pattern_is_refused),
        TEST(five_hundred_routes_are_told_apart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
