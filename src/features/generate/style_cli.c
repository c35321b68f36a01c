/* albumen style: what --style can name. */
#include <stdio.h>

#include "api/console.h"
#include "features/generate/commands.h"

static bool is_preset(const struct json *style)
{
    return !str_is_null(json_get_str(style, "prefix")) ||
           !str_is_null(json_get_str(style, "suffix"));
}

static const struct table_column table[] = {
    { "NAME", 16 },
    { "TITLE", 22 },
    { "WHERE", 0 },
    { 0 },
};

static void print_row(struct arena *a, const struct json *style)
{
    struct str backends = console_shown(console_joined(a, style, "backends"));
    const struct str cells[] = {
        console_text(style, "name"),
        console_text(style, "title"),
        arena_strf(a, "%s%s" STR_FMT, is_preset(style) ? "every backend" : "",
                   is_preset(style) && backends.len > 0 ? "; its own at " : "", STR_ARG(backends)),
    };

    table_put_row(table, cells);
}

static int list_styles(struct command_env *env, struct err *e)
{
    struct json_list styles;
    struct json answer;

    if (!console_call(env, HTTP_GET, STR("/api/styles"), &answer, e))
        return EXIT_OK;
    styles = json_get_list(&answer, "styles");
    if (!env->json)
        table_put_head(table);
    for (size_t i = 0; i < styles.count; i++) {
        const struct json *style = &styles.items[i];

        if (env->json)
            console_print_json(style);
        else
            print_row(env->arena, style);
    }
    return EXIT_OK;
}

static const struct json *find_style(struct json_list styles, struct str name)
{
    for (size_t i = 0; i < styles.count; i++) {
        if (str_eq(json_get_str(&styles.items[i], "name"), name))
            return styles.items + i;
    }
    return NULL;
}

static bool fail_unknown(struct command_env *env, struct json_list styles, struct str name,
                         struct err *e)
{
    struct str *names = arena_array(env->arena, struct str, styles.count);
    struct str near;

    for (size_t i = 0; i < styles.count; i++)
        names[i] = json_get_str(&styles.items[i], "name");
    near = str_nearest(name, names, styles.count);
    return err_set(e, ERR_NOT_FOUND, "there is no style '" STR_FMT "'%s" STR_FMT "%s",
                   STR_ARG(name), str_is_null(near) ? " (see 'style list')" : " (did you mean '",
                   STR_ARG(near), str_is_null(near) ? "" : "'?)");
}

static void print_text(const struct json *style, const char *name)
{
    struct str value = json_get_str(style, name);

    if (!str_is_null(value))
        printf("  %-10s " STR_FMT "\n", name, STR_ARG(console_shown(value)));
}

static void print_number(const struct json *style, const char *name)
{
    const struct json *v = json_get(style, name);

    if (v != NULL && v->type == JSON_INT)
        printf("  %-10s %lld\n", name, (long long)v->integer);
    else if (v != NULL && v->type == JSON_REAL)
        printf("  %-10s %g\n", name, v->real);
}

static void print_style(struct command_env *env, const struct json *style)
{
    struct str backends = console_shown(console_joined(env->arena, style, "backends"));

    printf(STR_FMT " (" STR_FMT ")%s\n", STR_ARG(console_text(style, "name")),
           STR_ARG(console_text(style, "title")),
           json_get_bool(style, "builtIn") ? "" : ", from the folder 'styles'");
    if (backends.len > 0)
        printf("  %-10s " STR_FMT "\n", "known to", STR_ARG(backends));
    print_text(style, "prefix");
    print_text(style, "suffix");
    print_text(style, "negative");
    print_number(style, "steps");
    print_number(style, "guidance");
    print_number(style, "width");
    print_number(style, "height");
}

static int show_style(struct command_env *env, struct err *e)
{
    const struct json *style;
    struct json_list styles;
    struct json answer;

    if (!console_call(env, HTTP_GET, STR("/api/styles"), &answer, e))
        return EXIT_OK;
    styles = json_get_list(&answer, "styles");
    style = find_style(styles, env->args.items[0]);
    if (style == NULL)
        return fail_unknown(env, styles, env->args.items[0], e) ? EXIT_OK : EXIT_USAGE;
    if (env->json)
        console_print_json(style);
    else
        print_style(env, style);
    return EXIT_OK;
}

const struct command style_list = {
    .name = "style list",
    .summary = "List the styles: presets in words, and what backends know by name",
    .example = "albumen style list",
    .run = list_styles,
};
const struct command style_show = {
    .name = "style show",
    .args = "NAME",
    .summary = "Show the words and defaults of a style",
    .example = "albumen style show cinematic",
    .min_args = 1,
    .max_args = 1,
    .run = show_style,
};
