/* The program: finds the command that was asked for, runs it, and turns its error into words and an
 * exit code. */
#include <assert.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/app.h"
#include "app/client.h"
#include "app/registry.h"
#include "base/file.h"
#include "base/log.h"
#include "cli/cli.h"
#include "net/fetch.h"

enum { HELP_MAX_BYTES = 256 * 1024, LINE_COLUMNS = 79 };

static void print_issues(const char *kind, const struct config_issues *issues)
{
    for (size_t i = 0; i < issues->count; i++)
        fprintf(stderr, "%s: " STR_FMT "\n", kind, STR_ARG(issues->items[i].text));
    if (issues->dropped > 0)
        fprintf(stderr, "%s: and %zu more\n", kind, issues->dropped);
}

/* What serves keeps a log; a command does when it is asked to. */
static bool speaks_to_people(const struct cli *cli)
{
    return cli->command != &cmd_serve && cli->command != &cmd_worker &&
           str_is_null(cli->globals.log_level) && getenv("ALBUMEN_LOG_LEVEL") == NULL;
}

bool cli_load_config(struct cli *cli, struct err *e)
{
    struct config_options options = {
        .program = cli->program,
        .file = cli->globals.config,
        .data = cli->globals.data,
        .listen = cli->globals.listen,
        .database_url = cli->globals.database,
        .log_level = cli->globals.log_level,
    };
    struct config_report *report = arena_new(cli->arena, struct config_report);
    bool ok;

    if (cli->config_is_loaded)
        return true;
    ok = config_load(cli->arena, &options, &cli->config, report);
    print_issues("error", &report->errors);
    print_issues("warning", &report->warnings);
    if (!ok)
        return err_set(e, ERR_INVALID, "the configuration is not valid");
    config_hide_secrets(&cli->config);
    fetch_trust_also(arena_cstr(cli->arena, cli->config.guard.ca_file));
    log_set_level((enum log_level)cli->config.log.level);
    if (speaks_to_people(cli))
        log_set_words(cli->program);
    cli->config_is_loaded = true;
    return true;
}

static struct str server_of(const struct cli *cli)
{
    struct str variable = str_from(getenv("ALBUMEN_SERVER"));

    if (!str_is_null(cli->globals.server))
        return cli->globals.server;
    return variable.len > 0 ? variable : (struct str){ 0 };
}

enum { TOKEN_FILE_MAX = 4096 };

/* ALBUMEN_TOKEN, or the first line of the file that ALBUMEN_TOKEN_FILE names; no value for neither.
 */
static bool load_token(struct cli *cli, struct str *out, struct err *e)
{
    const char *path = getenv("ALBUMEN_TOKEN_FILE");
    struct str text, token = str_from(getenv("ALBUMEN_TOKEN"));

    *out = token.len > 0 ? token : (struct str){ 0 };
    if (token.len > 0 || path == NULL || path[0] == '\0')
        return true;
    if (!file_read(cli->arena, path, TOKEN_FILE_MAX, &text, e))
        return err_wrap(e, "ALBUMEN_TOKEN_FILE");
    *out = str_trim(str_slice(text, 0, str_find_char(text, '\n', 0)));
    return out->len > 0 || err_set(e, ERR_INVALID, "ALBUMEN_TOKEN_FILE: '%s' is empty", path);
}

static void say_waits(void)
{
    fputs("Another command is using the data folder: waiting until it is done.\n", stderr);
}

/* Opens the way to the API at the first use: commands that need none stay quick. */
static bool open_client(struct cli *cli, struct err *e)
{
    struct client_options options = { .config = &cli->config,
                                      .server = server_of(cli),
                                      .waits = say_waits,
                                      .patience = cli->patience };

    if (cli->client != NULL)
        return true;
    if (!cli_load_config(cli, e))
        return false;
    if (!load_token(cli, &options.token, e) || !client_open(&options, &cli->client, e)) {
        cli->is_misconfigured = e->code != ERR_BUSY;
        return false;
    }
    return !cli->command->runs_jobs || client_run_jobs(cli->client, e);
}

static bool call_api(struct command_env *env, enum http_method method, struct str path,
                     struct str body, struct json *out, struct err *e)
{
    struct cli *cli = env->ctx;

    return open_client(cli, e) && client_call(cli->client, env->arena, method, path, body, out, e);
}

static bool send_file(struct command_env *env, struct str path, int fd, int64_t bytes,
                      struct json *out, struct err *e)
{
    struct cli *cli = env->ctx;

    return open_client(cli, e) &&
           client_send_file(cli->client, env->arena, path, fd, bytes, out, e);
}

static bool post_once(struct command_env *env, struct str path, struct str key, struct str body,
                      struct json *out, struct err *e)
{
    struct cli *cli = env->ctx;

    return open_client(cli, e) &&
           client_post_once(cli->client, env->arena, path, key, body, out, e);
}

static bool receive_file(struct command_env *env, struct str path, int fd, struct err *e)
{
    struct cli *cli = env->ctx;

    return open_client(cli, e) && client_receive_file(cli->client, env->arena, path, fd, e);
}

static_assert((int)SWITCH_AUTO == CONFIG_AUTO && (int)SWITCH_ON == CONFIG_ON &&
                  (int)SWITCH_OFF == CONFIG_OFF,
              "one order of switches");

/* The data folder from the root on, so that it is the same from everywhere. */
static struct str data_folder(struct cli *cli)
{
    struct str data = cli->config.data;
    char here[PATH_MAX];

    if (str_starts(data, STR("/")) || getcwd(here, sizeof(here)) == NULL)
        return data;
    if (str_starts(data, STR("./")))
        data = str_slice(data, 2, data.len);
    return arena_strf(cli->arena, "%s/" STR_FMT, here, STR_ARG(data));
}

static bool setup(struct command_env *env, struct command_setup *out, struct err *e)
{
    struct cli *cli = env->ctx;
    const struct config_output *output = &cli->config.output;
    struct str server = server_of(cli);

    if (!cli_load_config(cli, e))
        return false;
    *out = (struct command_setup){
        .where = str_is_null(server) ? data_folder(cli) : server,
        .data = data_folder(cli),
        .directory = output->directory,
        .naming = output->naming,
        .preview_command = output->preview_command,
        .preview = (enum command_switch)output->preview,
        .cloud_sync = (enum command_switch)output->cloud_sync,
        .cloud = cli->config.cloud,
        .usage = cli->config.usage,
        .write_sidecar = output->write_metadata_json,
    };
    out->copies_to = app_copies_to(cli->arena, out);
    return true;
}

/* All features hear of it, whatever happens to one of them. */
static bool written(struct command_env *env, const struct command_written *picture, struct err *e)
{
    bool ok = true;

    for (size_t f = 0; app_features[f] != NULL; f++) {
        struct err why = { 0 };

        if (app_features[f]->written == NULL || app_features[f]->written(env, picture, &why))
            continue;
        if (ok)
            *e = why;
        ok = false;
    }
    return ok;
}

static bool follow(struct command_env *env, command_hear_fn hear, void *ctx, struct err *e)
{
    struct cli *cli = env->ctx;

    return open_client(cli, e) && client_follow(cli->client, hear, ctx, e);
}

static int exit_code_of(const struct cli *cli, const struct err *e)
{
    if (cli->is_misconfigured || (!cli->config_is_loaded && e->code == ERR_INVALID))
        return EXIT_CONFIG;
    switch (e->code) {
    case ERR_UPSTREAM:
        return EXIT_BACKEND;
    case ERR_BUDGET_EXHAUSTED:
        return EXIT_BUDGET;
    default:
        return EXIT_SOME_FAILED;
    }
}

/* Errors hold names and what others say, and a terminal obeys control characters. */
static void say_error(const struct cli *cli, struct err *e)
{
    str_blank_controls(e->msg, strlen(e->msg));
    fprintf(stderr, "%s: %s\n", cli->program, e->msg[0] != '\0' ? e->msg : err_text(e->code));
}

/* In the place of a line of progress, where one may stand. */
static void say_refused(void *ctx, const struct err *why)
{
    struct err shown = *why;
    const char *text = shown.msg[0] != '\0' ? shown.msg : err_text(shown.code);
    const struct cli *cli = ctx;

    str_blank_controls(shown.msg, strlen(shown.msg));
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\r%*s\r", LINE_COLUMNS, "");
    fprintf(stderr, "%s: waiting: %s\n", cli->program, text);
}

/* A reader that has seen enough ("| head") is told nothing; a full disk is. */
static int end_output(const struct cli *cli, int code)
{
    struct pollfd out = { .fd = STDOUT_FILENO };
    bool lost = fflush(stdout) != 0 || ferror(stdout) != 0;
    bool left = lost && poll(&out, 1, 0) == 1 && (out.revents & POLLERR) != 0;

    if (lost && !left)
        fprintf(stderr, "%s: standard output could not be written\n", cli->program);
    return lost && code == EXIT_OK ? EXIT_SOME_FAILED : code;
}

static int run_command(struct cli *cli, const struct cli_parsed *parsed)
{
    AUTO_ARENA work = { 0 }; /* commands wind it back: what they are made of is not in it */
    struct command_env *env = arena_new(cli->arena, struct command_env);
    struct err e = { 0 };
    int code;

    *env = (struct command_env){
        .arena = &work,
        .options = parsed->options,
        .args = parsed->args,
        .json = cli->globals.json,
        .call = call_api,
        .send_file = send_file,
        .post_once = post_once,
        .receive_file = receive_file,
        .setup = setup,
        .written = written,
        .program = cli->program,
        .follow = follow,
        .patience = { .tell = say_refused, .ctx = cli },
        .ctx = cli,
    };
    cli->command = parsed->command;
    cli->patience = &env->patience;
    signal(SIGPIPE, SIG_IGN); /* a reader that goes away is an error of the call that writes */
    code = parsed->command->run(env, &e);

    if (e.code != ERR_NONE) {
        say_error(cli, &e);
        if (code == EXIT_OK)
            code = exit_code_of(cli, &e);
    }
    client_close(cli->client);
    return end_output(cli, code);
}

static int print_help(struct cli *cli, const struct command *command)
{
    AUTO_BUF text = { 0 };

    buf_init(&text, HELP_MAX_BYTES);
    if (command != NULL)
        cli_print_help(cli->program, command, &text);
    else
        cli_print_overview(cli->program, &text);
    fwrite(text.ptr, 1, text.len, stdout);
    return end_output(cli, EXIT_OK);
}

static const char *program_name(const char *path)
{
    const char *slash = path != NULL ? strrchr(path, '/') : NULL;
    const char *name = slash != NULL ? slash + 1 : path;

    return name != NULL && strcmp(name, "imagen") == 0 ? "imagen" : "albumen";
}

/* One that is closed would be the number of the next file that is opened, the database perhaps, and
 * what is printed would go there. This way it is an error to write to it. */
static void hold_standard_streams(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDONLY) != fd)
            abort();
    }
}

int main(int argc, char **argv)
{
    AUTO_ARENA arena = { 0 };
    struct cli cli = { .arena = &arena, .program = program_name(argc > 0 ? argv[0] : NULL) };
    struct cli_parsed parsed = { 0 };
    struct err e = { 0 };

    hold_standard_streams();
    if (!cli_parse(&cli, argc, argv, &parsed, &e)) {
        say_error(&cli, &e);
        return EXIT_USAGE;
    }
    if (cli.globals.version)
        parsed.command = &cmd_version;
    if (parsed.command == NULL || cli.globals.help)
        return print_help(&cli, parsed.command);
    return run_command(&cli, &parsed);
}
