/* albumen config: shows, checks and explains the configuration. */
#include <stdio.h>

#include "cli/cli.h"

enum { CONFIG_TEXT_MAX = 1024 * 1024 };

static void print(const struct buf *text)
{
    fwrite(text->ptr, 1, text->len, stdout);
}

static int config_show(struct command_env *env, struct err *e)
{
    struct cli *cli = env->ctx;
    AUTO_BUF text;

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

    if (!cli_load_config(cli, e))
        return EXIT_CONFIG;
    if (str_is_null(cli->config.file))
        printf("There is no configuration file; the defaults are valid.\n");
    else
        printf(STR_FMT " is valid.\n", STR_ARG(cli->config.file));
    return EXIT_OK;
}

static int config_example(struct command_env *env, struct err *e)
{
    AUTO_BUF text;

    UNUSED(env);
    UNUSED(e);
    buf_init(&text, CONFIG_TEXT_MAX);
    config_print_example(&text);
    print(&text);
    return EXIT_OK;
}

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
        "Check the configuration file; errors name the file, the line and the nearest known key",
    .example = "albumen config validate --config albumen.yaml",
    .run = config_validate,
};

const struct command cmd_config_example = {
    .name = "config example",
    .summary = "Print a commented configuration file with every key and its default",
    .example = "albumen config example > albumen.yaml",
    .run = config_example,
};
