/* albumen import: the command, and its summary. */
#include <stdio.h>

#include "api/console.h"
#include "features/library/import.h"

struct import_options {
    struct str_list tag;
    bool dry_run;
};
static const struct field import_options[] = {
    { FIELD(struct import_options, tag), .unit = "TAG", .help = "for what is added; repeat it",
      .short_name = 't' },
    { FIELD(struct import_options, dry_run), .help = "only say what would be added" },
    { 0 },
};

static const struct field failure_json[] = {
    { FIELD(struct import_failure, file) },
    { FIELD(struct import_failure, error) },
    { 0 },
};
static const struct field tally_json[] = {
    { FIELD(struct import_tally, added) },
    { FIELD(struct import_tally, added_bytes), .unit = "bytes" },
    { FIELD(struct import_tally, with_prompt) },
    { FIELD(struct import_tally, known) },
    { FIELD(struct import_tally, known_bytes), .unit = "bytes" },
    { FIELD(struct import_tally, others) },
    { FIELD(struct import_tally, failed) },
    { FIELD_LIST(struct import_tally, failures, struct import_failure, failure_json) },
    { 0 },
};

enum { SUMMARY_MAX_BYTES = 16 * 1024 * 1024, BYTES_PER_MB = 1000 * 1000 };

static void print_json(const struct import_tally *tally, bool dry_run)
{
    AUTO_BUF text = { 0 };
    struct json_writer w = { .out = &text, .spelling = JSON_CAMEL };

    buf_init(&text, SUMMARY_MAX_BYTES);
    json_begin_object(&w);
    json_put_name(&w, STR("dryRun"));
    json_put_bool(&w, dry_run);
    json_put_members(&w, tally_json, tally);
    json_end_object(&w);
    printf(STR_FMT "\n", STR_ARG(buf_str(&text)));
}

static void print_row(const char *what, int64_t count, int64_t bytes)
{
    printf("%-16s %8lld", what, (long long)count);
    if (bytes > 0)
        printf("  %10.1f MB", (double)bytes / BYTES_PER_MB);
    printf("\n");
}

static void print_table(const struct import_tally *tally, bool dry_run)
{
    print_row(dry_run ? "would be added" : "added", tally->added, tally->added_bytes);
    if (!dry_run)
        print_row("  with a prompt", tally->with_prompt, 0);
    print_row("there already", tally->known, tally->known_bytes);
    print_row("no pictures", tally->others, 0);
    print_row("failed", tally->failed, 0);
}

static int import(struct command_env *env, struct err *e)
{
    const struct import_options *options = env->options;
    struct import_tally *tally = arena_new(env->arena, struct import_tally);
    struct str_list files;
    bool ok;

    if (!import_walk(env->arena, env->args.items[0], &files, e))
        return EXIT_SOME_FAILED;
    ok = import_run(env, &files, &options->tag, options->dry_run, tally, e);
    if (env->json)
        print_json(tally, options->dry_run);
    else
        print_table(tally, options->dry_run);
    return ok && tally->failed == 0 ? EXIT_OK : EXIT_SOME_FAILED;
}

const struct command import_command = {
    .name = "import",
    .summary = "Add all pictures of a folder, with the recipes that they carry",
    .args = "DIR",
    .example = "albumen import ~/ComfyUI/output --dry-run",
    .options = import_options,
    .option_bytes = sizeof(struct import_options),
    .min_args = 1,
    .max_args = 1,
    .run = import,
};
