/* albumen restore: a backup becomes a data folder again. */
#include <stdio.h>
#include <unistd.h>

#include "app/restore.h"
#include "base/clock.h"
#include "base/json.h"
#include "cli/cli.h"

enum { LINE_COLUMNS = 79, TELL_EVERY_MS = 200, BYTES_PER_MB = 1000000, ANSWER_MAX = 4096 };

struct restore_flags {
    bool replace;
};

static const struct field restore_fields[] = {
    { FIELD(struct restore_flags, replace),
      .help =
          "move what is in the data folder into \"replaced-<time>\" in it, instead of refusing" },
    { 0 },
};

static const struct field result_json[] = {
    { FIELD(struct restore_result, blobs) },
    { FIELD(struct restore_result, bytes) },
    { FIELD(struct restore_result, database_bytes) },
    { FIELD_TIME(struct restore_result, created_at) },
    { FIELD(struct restore_result, replaced) },
    { 0 },
};

static void clear_progress(void)
{
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\r%*s\r", LINE_COLUMNS, "");
}

static void tell(void *ctx, const char *what, int64_t done, int64_t total)
{
    int64_t *told_ms = ctx, now_ms = clock_steady_ms();

    if (!isatty(STDERR_FILENO) || now_ms - *told_ms < TELL_EVERY_MS)
        return;
    *told_ms = now_ms;
    fprintf(stderr, "\r%3lld %%  %lld of %lld files %s", (long long)(done * 100 / MAX(total, 1)),
            (long long)done, (long long)total, what);
    fflush(stderr);
}

static void print_result(const struct restore_result *got, const struct config *config)
{
    char iso[CLOCK_ISO_LEN + 1];

    clock_format_iso(got->created_at, iso);
    printf("Restored into '" STR_FMT "': the state of %s, %lld files with %lld MB.\n",
           STR_ARG(config->data), iso, (long long)got->blobs, (long long)got->bytes / BYTES_PER_MB);
    if (!str_is_null(got->replaced))
        printf("What was there is in '" STR_FMT "'.\n", STR_ARG(got->replaced));
}

static void print_result_json(const struct restore_result *got)
{
    AUTO_BUF text = { 0 };
    struct json_writer w = { .out = &text, .spelling = JSON_CAMEL };

    buf_init(&text, ANSWER_MAX);
    json_put_struct(&w, result_json, got);
    printf(STR_FMT "\n", STR_ARG(buf_str(&text)));
}

static int restore(struct command_env *env, struct err *e)
{
    struct cli *cli = env->ctx;
    const struct restore_flags *flags = env->options;
    int64_t told_ms = 0;
    struct restore_options options = { .config = &cli->config,
                                       .folder = arena_cstr(env->arena, env->args.items[0]),
                                       .replace = flags->replace,
                                       .tell = tell,
                                       .ctx = &told_ms };
    struct restore_result got;
    bool ok;

    if (!cli_load_config(cli, e))
        return EXIT_CONFIG;
    ok = restore_run(&options, env->arena, &got, e);
    clear_progress();
    if (!ok)
        return EXIT_SOME_FAILED;
    if (env->json)
        print_result_json(&got);
    else
        print_result(&got, &cli->config);
    return EXIT_OK;
}

const struct command cmd_restore = {
    .name = "restore",
    .args = "FOLDER",
    .summary = "Make a data folder, and the database, from a backup, after comparing all of it",
    .example = "ALBUMEN_DATA=/srv/albumen albumen restore /mnt/backup/albumen",
    .options = restore_fields,
    .option_bytes = sizeof(struct restore_flags),
    .min_args = 1,
    .max_args = 1,
    .run = restore,
};
