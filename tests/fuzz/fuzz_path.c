/* Paths of any bytes against patterns: the trie agrees with trying one pattern after the other. */
#include <assert.h>

#include "base/encode.h"
#include "net/router.h"
#include "net/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const patterns[] = {
    "/",        "/a",        "/a/b",     "/a/:x",      "/a/:x/b",         "/a/b/:y", "/:p",
    "/:p/c/:q", "/m/:rest*", "/m/a/:r*", "/a/b/c/:z*", "/:1/:2/:3/:4/:5", "/ab",     "/a/:x/:y/b",
};

static struct router *make_router(void)
{
    struct router *r = router_create();
    struct err e = { 0 };

    for (size_t i = 0; i < COUNT(patterns); i++) {
        bool added = router_add(r, HTTP_GET, patterns[i], patterns[i], &e);

        assert(added);
    }
    return r;
}

/* One pattern by the book. *path has been found good, so every segment can be decoded. */
static bool matches(struct arena *a, struct str pattern, struct str path)
{
    bool more_pattern = pattern.len > 1, more_path = path.len > 1;

    pattern = str_slice(pattern, 1, pattern.len);
    path = str_slice(path, 1, path.len);
    while (more_pattern && more_path) {
        struct str want, raw, got, whole = path;

        more_pattern = str_cut(pattern, '/', &want, &pattern);
        more_path = str_cut(path, '/', &raw, &path);
        if (str_ends(want, STR("*"))) {
            bool decoded = percent_decode(a, whole, false, &got);
            size_t slashes = 0, escaped = 0;

            assert(decoded);
            for (size_t i = 0; i < got.len; i++)
                escaped += got.ptr[i] == '/';
            for (size_t i = 0; i < whole.len; i++)
                slashes += whole.ptr[i] == '/';
            return slashes == escaped && got.len > 0 && !str_ends(whole, STR("/"));
        }
        bool decoded = percent_decode(a, raw, false, &got);
        assert(decoded);
        if (got.len == 0 || (want.ptr[0] != ':' && !str_eq(want, got)))
            return false;
    }
    return more_pattern == more_path;
}

/* What a handler is given can be stored and shown, and leads nowhere else. */
static void check_value(struct str value, bool is_rest)
{
    assert(value.len > 0 && text_is_clean(value));
    assert(!str_eq(value, STR(".")) && !str_eq(value, STR("..")));
    while (is_rest && value.len > 0) {
        struct str segment;

        str_cut(value, '/', &segment, &value);
        assert(segment.len > 0 && !str_eq(segment, STR(".")) && !str_eq(segment, STR("..")));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct router *router;
    AUTO_ARENA a = { 0 };
    struct router_match m = { 0 }, head = { 0 };
    struct str path = str_of(data, size);
    enum router_result result;
    bool any = false;

    if (router == NULL)
        router = make_router();
    result = router_find(router, &a, HTTP_GET, path, &m);
    assert(router_find(router, &a, HTTP_HEAD, path, &head) == result && head.target == m.target);
    if (result == ROUTER_BAD_PATH)
        return 0;
    for (size_t i = 0; i < COUNT(patterns); i++)
        any = any || matches(&a, str_from(patterns[i]), path);
    assert(result == (any ? ROUTER_FOUND : ROUTER_NO_PATH));
    if (result != ROUTER_FOUND)
        return 0;
    assert(matches(&a, str_from(m.target), path));
    for (size_t i = 0; i < m.param_count; i++)
        check_value(m.values[i], i + 1 == m.param_count && str_ends(str_from(m.target), STR("*")));
    assert(router_find(router, &a, HTTP_PUT, path, &head) == ROUTER_NO_METHOD);
    return 0;
}
