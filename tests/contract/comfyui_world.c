/* What the tests of the ComfyUI adapter share. */
#include "comfyui_world.h"

#include "net/fetch.h"

struct json ask(const char *path)
{
    struct str url = arena_strf(&arena, "http://127.0.0.1:%d%s", port, path);
    struct str items[] = { arena_strf(&arena, "127.0.0.1:%d", port) };
    struct guard guard = { .allow = { items, 1 } };
    struct fetch_request request = fetch_get(url, &guard);
    struct fetch_reply reply;
    struct json tree = { 0 };
    struct err e = { 0 };

    CHECK_OK(fetch(&arena, &request, &reply, NULL, &e));
    CHECK_OK(json_parse(&arena, reply.body, &tree, &e));
    return tree;
}

int64_t counted(const char *place, const char *what)
{
    struct json counters = ask(arena_strf(&arena, "%s/counters", place).ptr);

    return json_get_i64(&counters, what, 0);
}

const struct json *last_graph(const char *place)
{
    struct json *jobs = arena_new(&arena, struct json);

    *jobs = ask(arena_strf(&arena, "%s/jobs", place).ptr);
    CHECK(jobs->type == JSON_ARRAY && jobs->array.count > 0);
    return json_get(&jobs->array.items[jobs->array.count - 1], "graph");
}

const struct json *input(const struct json *graph, const char *node, const char *name)
{
    return json_get(json_get(json_get(graph, node), "inputs"), name);
}

void use(const char *settings)
{
    struct err e = { 0 };

    CHECK_OK(open_provider(settings, &provider, &e));
}

const struct json *options(const char *text)
{
    struct json *tree = arena_new(&arena, struct json);
    struct err e = { 0 };

    CHECK_OK(json_parse(&arena, str_from(text), tree, &e));
    return tree;
}
