/* albumen backends: who makes pictures, what each can do and cost, and whether it answers. */
#include <stdio.h>

#include "api/console.h"
#include "features/generate/commands.h"

enum { MICROS = 1000 * 1000 };

/* "closed" means well only to whoever knows breakers. */
static struct str health_of(struct arena *a, const struct json *backend)
{
    const struct json *health = json_get(backend, "health");
    struct str state = json_get_str(health, "state");
    int64_t wait_s = (json_get_i64(health, "retryInMs", 0) + 999) / 1000;

    if (str_eq(state, STR("open")))
        return arena_strf(a, "rests for %lld s", (long long)wait_s);
    if (str_eq(state, STR("half_open")))
        return STR("is tried again");
    return json_get_i64(health, "failuresInARow", 0) > 0 ? STR("failed last") : STR("well");
}

static struct str price_of(struct arena *a, const struct json *backend)
{
    static const struct {
        const char *kind, *unit;
    } units[] = { { "per_image", "" },
                  { "per_megapixel", " / MP" },
                  { "per_second", " / s" },
                  { "per_million_tokens", " / Mtok" } };
    const struct json *price = json_get(backend, "price");
    struct str kind = json_get_str(price, "kind");

    for (size_t i = 0; i < COUNT(units); i++) {
        if (str_eq(kind, str_from(units[i].kind)))
            return arena_strf(a, "%.4f " STR_FMT "%s",
                              (double)json_get_i64(price, "costMicros", 0) / MICROS,
                              STR_ARG(console_text(price, "currency")), units[i].unit);
    }
    if (str_eq(kind, STR("free")))
        return STR("free");
    return str_eq(kind, STR("told")) ? STR("told later") : STR("not known");
}

static const struct table_column table[] = {
    { "NAME", 18 }, { "TYPE", 8 }, { "MODEL", 24 }, { "PRICE", 12 }, { "HEALTH", 0 }, { 0 },
};

static void print_row(struct command_env *env, const struct json *backend)
{
    struct str honours = console_joined(env->arena, backend, "honours");
    struct str ignores = console_joined(env->arena, backend, "ignores");
    struct str error = json_get_str(json_get(backend, "health"), "lastError");

    const struct str cells[] = {
        console_text(backend, "name"),  console_text(backend, "type"),
        console_text(backend, "model"), price_of(env->arena, backend),
        health_of(env->arena, backend),
    };

    table_put_row(table, cells);
    printf("  honours: prompt%s" STR_FMT "\n", honours.len > 0 ? ", " : "",
           STR_ARG(console_shown(honours)));
    if (ignores.len > 0)
        printf("  ignores: " STR_FMT "\n", STR_ARG(console_shown(ignores)));
    if (!str_is_null(error))
        printf("  last error: " STR_FMT "\n",
               STR_ARG(console_text(json_get(backend, "health"), "lastError")));
}

static int list_backends(struct command_env *env, struct err *e)
{
    struct json_list list;
    struct json answer;

    if (!console_call(env, HTTP_GET, STR("/api/backends"), &answer, e))
        return EXIT_OK;
    list = json_get_list(&answer, "backends");
    if (list.count == 0) {
        err_set(e, ERR_UPSTREAM, "the server told of no backends");
        return EXIT_OK;
    }
    if (!env->json)
        table_put_head(table);
    for (size_t i = 0; i < list.count; i++) {
        if (env->json)
            console_print_json(&list.items[i]);
        else
            print_row(env, &list.items[i]);
    }
    return EXIT_OK;
}

static int test_backend(struct command_env *env, struct err *e)
{
    struct str name = env->args.items[0];
    struct json answer;

    if (!env->call(env, HTTP_POST, console_path(env, "/api/backends/", name, "/test"), STR(""),
                   &answer, e))
        return e->code == ERR_NOT_FOUND ? EXIT_USAGE : EXIT_OK;
    if (env->json)
        console_print_json(&answer);
    else if (json_get_bool(&answer, "ok"))
        printf(STR_FMT " answers, after %lld ms.\n", STR_ARG(name),
               (long long)json_get_i64(&answer, "latencyMs", 0));
    else
        err_set(e, ERR_UPSTREAM, STR_FMT ": " STR_FMT, STR_ARG(name),
                STR_ARG(console_text(&answer, "message")));
    return json_get_bool(&answer, "ok") ? EXIT_OK : EXIT_BACKEND;
}

const struct command backends_list = {
    .name = "backends",
    .summary = "List the backends: type, model, price, health, and which fields of a request they "
               "honour",
    .example = "albumen backends",
    .run = list_backends,
};
const struct command backends_test = {
    .name = "backends test",
    .args = "NAME",
    .summary = "Ask a backend whether address and credential are right; costs nothing",
    .example = "albumen backends test sketch",
    .min_args = 1,
    .max_args = 1,
    .run = test_backend,
};
