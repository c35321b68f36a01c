/* albumen man and completion: what the command tables say, for man and for shells. */
#include <stdio.h>

#include "app/names.h"
#include "cli/cli.h"
#include "cli/completion.h"
#include "cli/page.h"

enum { PAGE_MAX_BYTES = 1024 * 1024, WORDS_MAX = 2 };

static void print(const struct buf *text)
{
    fwrite(text->ptr, 1, text->len, stdout);
}

static int man(struct command_env *env, struct err *e)
{
    const char *words[WORDS_MAX];
    size_t count = env->args.count, used = 0;
    const struct command *command;
    AUTO_BUF text = { 0 };

    buf_init(&text, PAGE_MAX_BYTES);
    if (count == 0) {
        man_put_program(env->program, &text);
        print(&text);
        return EXIT_OK;
    }
    for (size_t i = 0; i < count; i++)
        words[i] = env->args.items[i].ptr;
    command = cli_find_command(words, count, &used);
    if (command == NULL || used < count)
        return cli_fail_command(env->arena, env->program, words, count, e) ? EXIT_OK : EXIT_USAGE;
    man_put_command(env->program, command, &text);
    print(&text);
    return EXIT_OK;
}

/* What the scripts ask for while somebody types: one name a line, from the configuration alone. */
static bool print_names(struct command_env *env, struct str kind, struct err *e)
{
    struct cli *cli = env->ctx;
    struct str_list names;

    if (!cli_load_config(cli, e) || !names_list(&cli->config, env->arena, kind, &names, e))
        return false;
    for (size_t i = 0; i < names.count; i++)
        printf(STR_FMT "\n", STR_ARG(names.items[i]));
    return true;
}

static int completion(struct command_env *env, struct err *e)
{
    const struct completion_shell *shell = completion_find(env->args.items[0]);
    AUTO_BUF text = { 0 };

    buf_init(&text, PAGE_MAX_BYTES);
    if (shell == NULL && print_names(env, env->args.items[0], e))
        return EXIT_OK;
    if (shell == NULL && e->code == ERR_NOT_FOUND) {
        err_set(e, ERR_INVALID, "no completions for '" STR_FMT "': bash, zsh and fish are known",
                STR_ARG(env->args.items[0]));
        return EXIT_USAGE;
    }
    if (shell == NULL)
        return EXIT_OK;
    shell->put(&text);
    print(&text);
    return EXIT_OK;
}

const struct command cmd_man = {
    .name = "man",
    .args = "[COMMAND]",
    .summary = "Print the man page of the program or of a command",
    .example = "albumen man generate | man -l -",
    .max_args = WORDS_MAX,
    .run = man,
};

const struct command cmd_completion = {
    .name = "completion",
    .args = "SHELL",
    .summary = "Print the completions for a shell: bash, zsh or fish",
    .details =
        "Its scripts ask 'completion backends' and 'completion styles' for names, which "
        "are those of the configuration. bash: 'source <(albumen completion bash)' in ~/.bashrc. zsh: the output as a file "
        "_albumen in a folder of $fpath. fish: the output as "
        "~/.config/fish/completions/albumen.fish.",
    .example = "albumen completion bash > /etc/bash_completion.d/albumen",
    .min_args = 1,
    .max_args = 1,
    .run = completion,
};
