/* Commands by their names, and what was meant by a name that is none. */
#include <string.h>

#include "app/registry.h"
#include "cli/cli.h"

/* One a line, so that adding one is one line. */
/* clang-format off */
static const struct command *const own_commands[] = {
    &cmd_serve,
    &cmd_worker,
    &cmd_migrate,
    &cmd_config_init,
    &cmd_config_show,
    &cmd_config_validate,
    &cmd_config_example,
    &cmd_openapi,
    &cmd_doctor,
    &cmd_restore,
    &cmd_man,
    &cmd_completion,
    &cmd_version,
};
/* clang-format on */

const struct command *cli_command_at(size_t index)
{
    if (index < COUNT(own_commands))
        return own_commands[index];
    index -= COUNT(own_commands);
    for (size_t f = 0; app_features[f] != NULL; f++) {
        for (size_t i = 0;
             app_features[f]->commands != NULL && app_features[f]->commands[i] != NULL; i++) {
            if (index-- == 0)
                return app_features[f]->commands[i];
        }
    }
    return NULL;
}
static bool words_are(const char *name, const char *const *words, size_t count, size_t *out_words)
{
    struct str rest = str_from(name), word;
    size_t used = 0;

    do {
        str_cut(rest, ' ', &word, &rest);
        if (used == count || !str_eq(str_from(words[used]), word))
            return false;
        used++;
    } while (!str_is_null(rest));
    *out_words = used;
    return true;
}

/* "queue pause" rather than "queue" with a word too many. */
const struct command *cli_find_command(const char *const *words, size_t count, size_t *out_words)
{
    const struct command *command, *best = NULL;
    size_t used, most = 0;

    for (size_t i = 0; (command = cli_command_at(i)) != NULL; i++) {
        if (!words_are(command->name, words, count, &used) || used <= most)
            continue;
        best = command;
        most = used;
    }
    *out_words = most;
    return best;
}

/* The words of all commands at this place, 0 or 1; with a group, of its commands alone. */
static struct str nearest_word(struct arena *a, const char *word, const char *group)
{
    const struct command *command;
    struct str best = { 0 };
    struct str prefix = group != NULL ? arena_strf(a, "%s ", group) : STR("");

    for (size_t i = 0; (command = cli_command_at(i)) != NULL; i++) {
        struct str name = str_from(command->name), pair[2] = { best };
        size_t known = str_is_null(best) ? 0 : 1;
        struct str near;

        if (!str_starts(name, prefix))
            continue;
        name = str_slice(name, prefix.len, name.len);
        pair[known] = str_slice(name, 0, str_find_char(name, ' ', 0));
        near = str_nearest(str_from(word), pair, known + 1);
        if (!str_is_null(near))
            best = near;
    }
    return best;
}

/* "create, list, show": the second words of the group, or no value when there is no such group. */
static struct str words_of_group(struct arena *a, const char *group)
{
    struct str prefix = arena_strf(a, "%s ", group), words = { 0 };
    const struct command *command;

    for (size_t i = 0; (command = cli_command_at(i)) != NULL; i++) {
        struct str name = str_from(command->name);

        if (!str_starts(name, prefix))
            continue;
        name = str_slice(name, prefix.len, name.len);
        words = str_is_null(words)
                    ? name
                    : arena_strf(a, STR_FMT ", " STR_FMT, STR_ARG(words), STR_ARG(name));
    }
    return words;
}

bool cli_is_group(struct arena *a, const char *word)
{
    return !str_is_null(words_of_group(a, word));
}

bool cli_fail_command(struct arena *a, const char *program, const char *const *words, size_t count,
                      struct err *e)
{
    struct str group = words_of_group(a, words[0]), near;

    if (!str_is_null(group)) {
        near = count > 1 ? nearest_word(a, words[1], words[0]) : (struct str){ 0 };
        if (str_is_null(near))
            return err_set(e, ERR_INVALID, "'%s' goes on with one of: " STR_FMT, words[0],
                           STR_ARG(group));
        return err_set(e, ERR_INVALID, "unknown command '%s %s' (did you mean '%s " STR_FMT "'?)",
                       words[0], words[1], words[0], STR_ARG(near));
    }
    near = nearest_word(a, words[0], NULL);
    if (str_is_null(near))
        return err_set(e, ERR_INVALID, "unknown command '%s' (see %s --help)", words[0], program);
    return err_set(e, ERR_INVALID, "unknown command '%s' (did you mean '" STR_FMT "'?)", words[0],
                   STR_ARG(near));
}
