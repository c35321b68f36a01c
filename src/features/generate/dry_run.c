/* --dry-run: what would be sent, where, and at which price. */
#include "features/generate/dry_run.h"

#include <stdio.h>

#include "api/console.h"
#include "features/generate/naming.h"

enum { MICROS = 1000 * 1000 };

static const char *const shown[] = {
    "prompt", "negativePrompt", "style",    "width",   "height",
    "seed",   "steps",          "guidance", "options", "references"
};

static void print_member(const struct json *request, const char *name)
{
    const struct json *v = json_get(request, name);
    AUTO_BUF text = { 0 };
    struct json_writer w = { .out = &text };

    if (v == NULL || v->type == JSON_NULL || (v->type == JSON_ARRAY && v->array.count == 0))
        return;
    buf_init(&text, CONSOLE_BODY_MAX);
    if (v->type == JSON_STR)
        buf_put(&text, v->str);
    else
        json_put_tree(&w, v);
    printf("  %-15s " STR_FMT "\n", name, STR_ARG(console_shown(buf_str(&text))));
}

static void print_price(const struct json *quote)
{
    int64_t micros = json_get_i64(quote, "costMicros", -1);
    struct str basis = json_get_str(quote, "basis");

    if (micros == 0)
        printf("  %-15s free\n", "price");
    else if (micros > 0)
        printf("  %-15s %.4f " STR_FMT "\n", "price", (double)micros / MICROS,
               STR_ARG(console_text(quote, "currency")));
    else
        printf("  %-15s %s\n", "price",
               str_eq(basis, STR("told")) ? "told afterwards" : "not known");
}

static void print_ignored(const struct json *check)
{
    struct json_list list = json_get_list(check, "ignored");

    for (size_t i = 0; i < list.count; i++)
        printf("  %-15s " STR_FMT "\n", i == 0 ? "has no effect" : "",
               STR_ARG(console_shown(json_str(&list.items[i]))));
}

static void print_check(const struct session *s, const struct item *item, const struct json *check)
{
    const struct json *request = json_get(check, "request");

    printf(STR_FMT " (" STR_FMT ")\n", STR_ARG(console_text(check, "backend")),
           STR_ARG(console_text(check, "title")));
    for (size_t i = 0; i < COUNT(shown); i++)
        print_member(request, shown[i]);
    print_ignored(check);
    print_price(json_get(check, "quote"));
    if (s->target.kind == TARGET_STDOUT)
        printf("  %-15s standard output\n", "goes to");
    else
        printf("  %-15s " STR_FMT "/" STR_FMT "\n", "goes to", STR_ARG(s->target.folder),
               STR_ARG(s->target.kind == TARGET_FILE ? s->target.pattern : item->pattern));
}

struct total {
    int64_t micros;
    size_t unknown;
};

static void add(struct total *total, const struct json *check)
{
    int64_t micros = json_get_i64(json_get(check, "quote"), "costMicros", -1);

    if (micros < 0)
        total->unknown++;
    else
        total->micros += micros;
}

static void print_total(const struct session *s, const struct total *total)
{
    printf("%zu picture%s, %.4f USD", s->plan.count, s->plan.count == 1 ? "" : "s",
           (double)total->micros / MICROS);
    if (total->unknown > 0)
        printf(" and %zu of which the price is not known", total->unknown);
    printf(". Nothing was sent.\n");
}

bool dry_run(struct session *s, struct err *e)
{
    struct total total = { 0 };

    for (size_t i = 0; i < s->plan.count; i++) {
        struct arena_mark mark = arena_mark(s->env->arena);
        struct json check;

        if (!s->env->call(s->env, HTTP_POST, STR("/api/jobs/check"), s->plan.items[i].body, &check,
                          e))
            return false;
        add(&total, &check);
        if (s->env->json)
            console_print_json(&check);
        else
            print_check(s, &s->plan.items[i], &check);
        arena_rewind(s->env->arena, mark);
    }
    if (!s->env->json)
        print_total(s, &total);
    return true;
}
