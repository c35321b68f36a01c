/* albumen config: shows, checks and explains the configuration. */
#include <stdio.h>
#include <string.h>

#include "api/console.h"
#include "app/authorities.h"
#include "app/services.h"
#include "base/file.h"
#include "base/file_new.h"
#include "cli/cli.h"

/* Keys are written into it. */
enum { CONFIG_TEXT_MAX = 1024 * 1024, CONFIG_MODE = 0600 };

static void print(const struct buf *text)
{
    fwrite(text->ptr, 1, text->len, stdout);
}

/* The configuration file that was checked or written; null: there is none. */
struct checked {
    struct str file;
};

static const struct field checked_fields[] = {
    { FIELD(struct checked, file) },
    { 0 },
};

static int config_show(struct command_env *env, struct err *e)
{
    struct cli *cli = env->ctx;
    AUTO_BUF text = { 0 };

    buf_init(&text, CONFIG_TEXT_MAX);
    if (!cli_load_config(cli, e))
        return EXIT_CONFIG;
    config_print(&cli->config, &text);
    print(&text);
    return EXIT_OK;
}

static int config_validate(struct command_env *env, struct err *e)
{
    struct cli *cli = env->ctx;

    if (!cli_load_config(cli, e) || !authorities_check(cli->config.guard.ca_file, e) ||
        !services_check(&cli->config, e))
        return EXIT_CONFIG;
    if (env->json)
        console_print_row(checked_fields, &(struct checked){ cli->config.file });
    else if (str_is_null(cli->config.file))
        printf("There is no configuration file; the defaults are valid.\n");
    else
        printf(STR_FMT " is valid.\n", STR_ARG(cli->config.file));
    return EXIT_OK;
}

static const char *folder_of(struct arena *a, const char *path)
{
    const char *slash = strrchr(path, '/');

    if (slash == NULL)
        return ".";
    return slash == path ? "/" : arena_cstr(a, str_of(path, (size_t)(slash - path)));
}

static int config_example(struct command_env *env, struct err *e)
{
    AUTO_BUF text = { 0 };

    UNUSED(env);
    UNUSED(e);
    buf_init(&text, CONFIG_TEXT_MAX);
    config_print_example(&text);
    print(&text);
    return EXIT_OK;
}

static int config_init(struct command_env *env, struct err *e)
{
    struct cli *cli = env->ctx;
    const char *path = strcmp(cli->program, "imagen") == 0 ? "imagen.yaml" : "albumen.yaml";
    AUTO_FILE_NEW file = { .fd = -1 };
    AUTO_BUF text = { 0 };

    if (env->args.count > 0)
        path = env->args.items[0].ptr;
    buf_init(&text, CONFIG_TEXT_MAX);
    config_print_example(&text);
    if (!file_new_open(env->arena, folder_of(env->arena, path), CONFIG_MODE, &file, e) ||
        !file_write_all(file.fd, buf_str(&text), e))
        return EXIT_SOME_FAILED;
    if (!file_new_publish(&file, path, e)) {
        if (e->code == ERR_CONFLICT)
            err_set(e, ERR_CONFLICT, "'%.150s' is there already, and stays as it is", path);
        return EXIT_SOME_FAILED;
    }
    if (env->json)
        console_print_row(checked_fields, &(struct checked){ str_from(path) });
    else
        printf("Wrote %s. Every value in it is a comment that shows the default.\n", path);
    return EXIT_OK;
}

const struct command cmd_config_init = {
    .name = "config init",
    .args = "[FILE]",
    .summary = "Write a commented configuration file here; asks nothing, replaces nothing",
    .example = "albumen config init",
    .max_args = 1,
    .run = config_init,
};

const struct command cmd_config_show = {
    .name = "config show",
    .summary =
        "Print the configuration in force and where each value comes from; secrets are masked",
    .example = "albumen config show --config albumen.yaml",
    .run = config_show,
};

const struct command cmd_config_validate = {
    .name = "config validate",
    .summary =
        "Check the configuration file and the styles; errors name the line and the nearest known key",
    .example = "albumen config validate --config albumen.yaml",
    .run = config_validate,
};

const struct command cmd_config_example = {
    .name = "config example",
    .summary = "Print a commented configuration file with every key and its default",
    .example = "albumen config example > albumen.yaml",
    .run = config_example,
};
