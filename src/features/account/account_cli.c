/* albumen user and token: the account room's routes as commands. */
#include <stdio.h>
#include <termios.h>
#include <unistd.h>

#include "api/console.h"
#include "engine/user.h"
#include "features/account/account.h"

enum { PASSWORD_LINE_MAX = PASSWORD_MAX * 4 + 2 };

static const struct table_column user_table[] = {
    { "NAME", 20 }, { "ROLE", 8 }, { "PLAN", 12 }, { "STATE", 8 }, { "SINCE", 10 }, { 0 },
};

static void print_user(const struct json *user)
{
    const struct str cells[] = {
        console_text(user, "name"),
        console_text(user, "role"),
        console_text(user, "plan"),
        str_is_null(json_get_str(user, "disabledAt")) ? STR("active") : STR("disabled"),
        str_slice(console_text(user, "createdAt"), 0, 10),
    };

    table_put_row(user_table, cells);
}

static int show_user(struct command_env *env, const struct json *user)
{
    if (env->json) {
        console_print_json(user);
        return EXIT_OK;
    }
    print_user(user);
    return EXIT_OK;
}

struct user_options {
    struct str role, plan;
    bool password_stdin, disable, enable;
};

/* Does a terminal show what is typed into it? */
static void show_typing(bool shown)
{
    struct termios settings;

    if (tcgetattr(STDIN_FILENO, &settings) < 0)
        return;
    settings.c_lflag = shown ? settings.c_lflag | ECHO : settings.c_lflag & ~(tcflag_t)ECHO;
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings);
}

/* From standard input, never from the command line: that one can be read by everybody on the
 * machine. */
static bool read_password(struct command_env *env, struct str *out, struct err *e)
{
    char line[PASSWORD_LINE_MAX];
    bool is_typed = isatty(STDIN_FILENO), has_line;

    if (is_typed) {
        show_typing(false);
        fprintf(stderr, "Password: ");
    }
    has_line = fgets(line, sizeof(line), stdin) != NULL;
    if (is_typed) {
        show_typing(true);
        fprintf(stderr, "\n");
    }
    if (!has_line)
        return err_set(e, ERR_INVALID, "no password on standard input");
    *out =
        arena_str(env->arena, str_slice(str_from(line), 0, str_find_char(str_from(line), '\n', 0)));
    return true;
}

static int user_add(struct command_env *env, struct err *e)
{
    const struct user_options *options = env->options;
    struct str password = { 0 };
    struct json answer;
    AUTO_BUF body = { 0 };
    struct json_writer w = { .out = &body };

    buf_init(&body, CONSOLE_BODY_MAX);
    if (options->password_stdin && !read_password(env, &password, e))
        return EXIT_SOME_FAILED;
    json_begin_object(&w);
    console_put_text(&w, "name", env->args.items[0]);
    console_put_text(&w, "role", str_is_null(options->role) ? STR("member") : options->role);
    console_put_text(&w, "plan", options->plan);
    console_put_text(&w, "password", password);
    json_end_object(&w);
    if (!console_send(env, HTTP_POST, STR("/api/users"), &body, &answer, e))
        return EXIT_OK;
    return show_user(env, &answer);
}

static int user_list_all(struct command_env *env, struct err *e)
{
    static const struct console_list list = { "users", user_table, print_user };

    (void)!console_each(env, STR("/api/users"), &list, e);
    return EXIT_OK;
}

static int user_set(struct command_env *env, struct err *e)
{
    const struct user_options *options = env->options;
    struct json answer;
    struct str id, password = { 0 };
    AUTO_BUF body = { 0 };
    struct json_writer w = { .out = &body };

    buf_init(&body, CONSOLE_BODY_MAX);
    if (options->disable && options->enable) {
        err_set(e, ERR_INVALID, "--disable and --enable exclude each other");
        return EXIT_USAGE;
    }
    if (options->password_stdin && !read_password(env, &password, e))
        return EXIT_SOME_FAILED;
    if (!console_find_user(env, env->args.items[0], &id, e))
        return EXIT_OK;
    json_begin_object(&w);
    console_put_text(&w, "role", options->role);
    console_put_text(&w, "plan", options->plan);
    console_put_text(&w, "password", password);
    if (options->disable || options->enable) {
        json_put_name(&w, STR("disabled"));
        json_put_bool(&w, options->disable);
    }
    json_end_object(&w);
    if (!console_send(env, HTTP_PATCH, console_path(env, "/api/users/", id, ""), &body, &answer, e))
        return EXIT_OK;
    return show_user(env, &answer);
}

static int user_remove_by_name(struct command_env *env, struct err *e)
{
    struct json answer;
    struct str id;

    if (!console_find_user(env, env->args.items[0], &id, e) ||
        !console_call(env, HTTP_DELETE, console_path(env, "/api/users/", id, ""), &answer, e))
        return EXIT_OK;
    if (!env->json)
        printf("Deleted " STR_FMT ".\n", STR_ARG(env->args.items[0]));
    return EXIT_OK;
}

static int user_link(struct command_env *env, struct err *e)
{
    struct json answer;
    struct str id;

    if (!console_find_user(env, env->args.items[0], &id, e) ||
        !console_call(env, HTTP_POST, console_path(env, "/api/users/", id, "/login-link"), &answer,
                      e))
        return EXIT_OK;
    if (env->json) {
        console_print_json(&answer);
        return EXIT_OK;
    }
    printf(STR_FMT "\n", STR_ARG(console_text(&answer, "url")));
    fprintf(stderr, "It works once, until " STR_FMT ".\n",
            STR_ARG(console_text(&answer, "expiresAt")));
    return EXIT_OK;
}

struct token_options {
    struct str scope;
    struct opt_i64 days;
};

static int token_create_command(struct command_env *env, struct err *e)
{
    const struct token_options *options = env->options;
    struct json answer;
    AUTO_BUF body = { 0 };
    struct json_writer w = { .out = &body };

    buf_init(&body, CONSOLE_BODY_MAX);
    json_begin_object(&w);
    console_put_text(&w, "name", env->args.items[0]);
    console_put_text(&w, "scope", options->scope);
    if (options->days.set) {
        json_put_name(&w, STR("days"));
        json_put_i64(&w, options->days.value);
    }
    json_end_object(&w);
    if (!console_send(env, HTTP_POST, STR("/api/tokens"), &body, &answer, e))
        return EXIT_OK;
    if (env->json) {
        console_print_json(&answer);
        return EXIT_OK;
    }
    printf(STR_FMT "\n", STR_ARG(console_text(&answer, "token")));
    fprintf(stderr, "Keep it safe: it is not shown again.\n");
    return EXIT_OK;
}

static const struct table_column token_table[] = {
    { "ID", 36 }, { "SCOPE", 5 }, { "LAST USED", 19 }, { "NAME", 0 }, { 0 },
};

static void print_token(const struct json *token)
{
    const struct str cells[] = {
        console_text(token, "id"),
        console_text(token, "scope"),
        str_slice(console_text(token, "lastUsedAt"), 0, sizeof("2026-11-21T08:30:00") - 1),
        console_text(token, "name"),
    };

    table_put_row(token_table, cells);
}

static int token_list_command(struct command_env *env, struct err *e)
{
    static const struct console_list list = { "tokens", token_table, print_token };

    (void)!console_each(env, STR("/api/tokens"), &list, e);
    return EXIT_OK;
}

static int token_revoke_command(struct command_env *env, struct err *e)
{
    struct json answer;
    struct str path = console_path(env, "/api/tokens/", env->args.items[0], "");

    if (console_call(env, HTTP_DELETE, path, &answer, e) && !env->json)
        printf("Revoked.\n");
    return EXIT_OK;
}

static const struct field user_add_options[] = {
    { FIELD(struct user_options, role), .unit = "ROLE",
      .help = "viewer, member (default) or admin" },
    { FIELD(struct user_options, plan), .unit = "PLAN",
      .help = "share of the queue; default standard" },
    { FIELD(struct user_options, password_stdin), .help = "read a password from standard input" },
    { 0 },
};

static const struct field user_set_options[] = {
    { FIELD(struct user_options, role), .unit = "ROLE", .help = "viewer, member or admin" },
    { FIELD(struct user_options, plan), .unit = "PLAN", .help = "share of the queue" },
    { FIELD(struct user_options, disable), .help = "no sign-in, and tokens are refused" },
    { FIELD(struct user_options, enable), .help = "takes --disable back" },
    { FIELD(struct user_options, password_stdin),
      .help = "read a new password from standard input; signs out the user's browsers" },
    { 0 },
};

static const struct field token_create_options[] = {
    { FIELD(struct token_options, scope), .unit = "SCOPE",
      .help = "read (default), write or admin" },
    { FIELD(struct token_options, days), .unit = "N",
      .help = "how many days it works; default for ever" },
    { 0 },
};

static const struct command add = {
    .name = "user add",
    .args = "NAME",
    .summary = "Add a user",
    .example = "albumen user add ada --role admin",
    .options = user_add_options,
    .option_bytes = sizeof(struct user_options),
    .min_args = 1,
    .max_args = 1,
    .run = user_add,
};
static const struct command list = {
    .name = "user list",
    .summary = "List the users",
    .example = "albumen user list --json",
    .run = user_list_all,
};
static const struct command set = {
    .name = "user set",
    .args = "NAME",
    .summary = "Change a user's role, plan or password, disable or enable the account",
    .example = "albumen user set ada --disable",
    .options = user_set_options,
    .option_bytes = sizeof(struct user_options),
    .min_args = 1,
    .max_args = 1,
    .run = user_set,
};
static const struct command rm = {
    .name = "user rm",
    .args = "NAME",
    .summary = "Delete a user for good, with all pictures, albums, jobs and tokens",
    .example = "albumen user rm ada",
    .min_args = 1,
    .max_args = 1,
    .run = user_remove_by_name,
};
static const struct command link_new = {
    .name = "user link",
    .args = "NAME",
    .summary = "Print a login link that works once",
    .example = "albumen user link ada",
    .min_args = 1,
    .max_args = 1,
    .run = user_link,
};
static const struct command token_new = {
    .name = "token create",
    .args = "NAME",
    .summary = "Make a token for scripts; it is shown once",
    .example = "albumen token create laptop --scope write --days 90",
    .options = token_create_options,
    .option_bytes = sizeof(struct token_options),
    .min_args = 1,
    .max_args = 1,
    .run = token_create_command,
};
static const struct command token_all = {
    .name = "token list",
    .summary = "List your tokens",
    .example = "albumen token list",
    .run = token_list_command,
};
static const struct command token_off = {
    .name = "token revoke",
    .args = "ID",
    .summary = "Revoke a token: it stops working at once",
    .example = "albumen token revoke 0193fd2e-5a7b-7c11-b7a1-2f6f3b1c9d10",
    .min_args = 1,
    .max_args = 1,
    .run = token_revoke_command,
};

const struct command *const account_commands[] = {
    &add, &list, &set, &rm, &link_new, &token_new, &token_all, &token_off, NULL,
};
