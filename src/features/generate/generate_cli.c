/* albumen generate: prompts become files. */
#include <stdio.h>
#include <unistd.h>

#include "api/console.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/random.h"
#include "features/generate/commands.h"
#include "features/generate/dry_run.h"
#include "features/generate/reference.h"

enum { STDIN_MAX_BYTES = 64 * 1024, JOBS_MAX = 64, PREVIEW_ITEMS_MAX = 16 };

static const char *const preview_names[] = { "auto", "on", "off", NULL };

/* What is wrong with the command line itself. */
static int usage(struct err *e, const char *message)
{
    err_set(e, ERR_INVALID, "%s", message);
    return EXIT_USAGE;
}

static bool read_stdin(struct arena *a, struct str *out, struct err *e)
{
    char *text = arena_alloc(a, STDIN_MAX_BYTES);
    size_t len = 0;
    ssize_t n;

    while (len < STDIN_MAX_BYTES && (n = read(STDIN_FILENO, text + len, STDIN_MAX_BYTES - len)) > 0)
        len += (size_t)n;
    if (len == STDIN_MAX_BYTES)
        return err_set(e, ERR_TOO_LARGE, "the prompt on standard input is too long");
    while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == '\r' || text[len - 1] == ' '))
        len--;
    *out = str_of(text, len);
    return true;
}

static bool read_prompt(struct command_env *env, struct field_list *out, struct err *e)
{
    struct prompt_row *row = arena_new(env->arena, struct prompt_row);

    row->prompt = env->args.items[0];
    if (str_eq(row->prompt, STR("-")) && !read_stdin(env->arena, &row->prompt, e))
        return false;
    row->prompt = str_trim(row->prompt);
    if (row->prompt.len == 0)
        return err_set(e, ERR_INVALID, "the prompt is empty");
    if (!str_is_utf8(row->prompt))
        return err_set(e, ERR_INVALID, "the prompt is not UTF-8");
    *out = (struct field_list){ row, 1 };
    return true;
}

static bool read_rows(struct session *s, struct field_list *out, struct err *e)
{
    struct arena *a = s->env->arena;
    struct str file = s->options->from_file, text;

    if (str_is_null(file))
        return read_prompt(s->env, out, e);
    return file_read(a, arena_cstr(a, file), PROMPTS_MAX_BYTES, &text, e) &&
           prompts_read(a, file, text, out, e);
}

static int check_preview(const struct generate_options *o, struct err *e)
{
    if (!str_is_null(o->preview) && enum_find(preview_names, o->preview) < 0)
        return usage(e, "--preview is auto, on or off");
    return EXIT_OK;
}

static int check_options(const struct session *s, struct err *e)
{
    const struct generate_options *o = s->options;
    bool has_prompt = s->env->args.count > 0, has_file = !str_is_null(o->from_file);

    if (o->resume && (has_prompt || has_file))
        return usage(e, "--resume goes on with what was asked for then: leave the prompt out");
    if (o->resume && o->dry_run)
        return usage(e, "--resume and --dry-run exclude each other");
    if (!o->resume && !has_prompt && !has_file)
        return usage(e, "what shall be made? A prompt in quotes, '-' to read it from standard "
                        "input, or --from-file");
    if (has_prompt && has_file)
        return usage(e, "a prompt and --from-file exclude each other");
    return check_preview(o, e);
}

static void set_preview(struct session *s)
{
    enum command_switch wanted = s->setup.preview;

    if (!str_is_null(s->options->preview))
        wanted = (enum command_switch)enum_find(preview_names, s->options->preview);
    if (wanted == SWITCH_AUTO)
        s->preview = isatty(STDOUT_FILENO) == 1 && !session_is_quiet(s) &&
                     s->plan.count <= PREVIEW_ITEMS_MAX;
    else
        s->preview = wanted == SWITCH_ON;
}

/* The album of that name, made when there is none. */
static bool find_album(struct session *s, struct err *e)
{
    struct command_env *env = s->env;
    struct json answer;
    AUTO_BUF body;
    struct json_writer w = { .out = &body };

    buf_init(&body, CONSOLE_BODY_MAX);
    json_begin_object(&w);
    console_put_text(&w, "name", s->album);
    json_put_name(&w, STR("reuse"));
    json_put_bool(&w, true);
    json_end_object(&w);
    if (!console_send(env, HTTP_POST, STR("/api/albums"), &body, &answer, e))
        return false;
    s->album_id = arena_str(&s->arena, json_get_str(&answer, "id"));
    return true;
}

static int check_target(const struct session *s, struct err *e)
{
    if (s->target.kind == TARGET_FOLDER)
        return EXIT_OK;
    if (s->target.kind == TARGET_STDOUT && s->plan.count > 1)
        return usage(e, "--output - takes one picture");
    if (s->target.kind == TARGET_STDOUT && s->env->json)
        return usage(e, "--output - and --json exclude each other");
    return EXIT_OK;
}

/* From the command line to a plan. */
static int plan(struct session *s, struct err *e)
{
    const struct generate_options *o = s->options;
    struct str_list references;
    struct field_list rows;
    struct err why = { 0 };

    if (!target_read(&s->arena, &s->setup, o->output, o->name, &s->target, e) ||
        !read_rows(s, &rows, e))
        return EXIT_USAGE;
    if (!references_resolve(s->env, &o->ref, o->dry_run, &references, &why)) {
        *e = why;
        return why.code == ERR_INVALID || why.code == ERR_NOT_FOUND ? EXIT_USAGE : EXIT_OK;
    }
    if (!plan_make(&s->arena, o, &rows, references, s->target.pattern, &s->plan, e))
        return EXIT_USAGE;
    if (!str_is_null(o->album))
        s->album = o->album;
    return check_target(s, e);
}

static bool open_journal(struct session *s, struct err *e)
{
    struct journal_head head = {
        .run = uuid_new(&s->arena),
        .where = s->setup.where,
        .album = s->album,
        .target = s->target,
    };

    if (s->target.kind == TARGET_STDOUT) {
        s->journal = (struct journal){ .fd = -1, .run = head.run };
        return true;
    }
    return journal_create(&s->arena, &head, &s->plan, &s->journal, e);
}

/* What failed is tried again; what may have been bought is not. */
static void reopen(struct session *s)
{
    for (size_t i = 0; i < s->plan.count; i++) {
        struct item *item = &s->plan.items[i];

        if (item->state == ITEM_FAILED) {
            item->state = ITEM_WAITING;
            item->attempt += str_is_null(item->job) ? 0 : 1;
        } else if (item->state == ITEM_CLOSED) {
            s->failed++;
        }
    }
}

static int resume(struct session *s, struct err *e)
{
    struct journal_head head = { .album = { 0 } };
    struct target target;

    if (!target_read(&s->arena, &s->setup, s->options->output, (struct str){ 0 }, &target, e))
        return EXIT_USAGE;
    if (!journal_open(&s->arena, target.folder, &head, &s->plan, &s->journal, e))
        return EXIT_SOME_FAILED;
    if (!str_eq(head.where, s->setup.where)) {
        err_set(e, ERR_CONFLICT, "that call asked %.150s: go on there (--server, --data)",
                arena_cstr(s->env->arena, head.where));
        return EXIT_USAGE;
    }
    s->target = head.target;
    s->album = head.album;
    reopen(s);
    return EXIT_OK;
}

static int exit_code(const struct session *s)
{
    if (session_interrupted())
        return EXIT_INTERRUPTED;
    if (s->failed + s->cancelled == 0)
        return EXIT_OK;
    if (s->reason == ERR_BUDGET_EXHAUSTED)
        return EXIT_BUDGET;
    if (s->written > 0 || s->failed == 0 || s->reason == ERR_UNAUTHENTICATED ||
        s->reason == ERR_FORBIDDEN)
        return EXIT_SOME_FAILED;
    return s->reason == ERR_INVALID || s->reason == ERR_MALFORMED ? EXIT_USAGE : EXIT_BACKEND;
}

static size_t count_left(const struct session *s)
{
    size_t left = 0;

    for (size_t i = 0; i < s->plan.count; i++)
        left += s->plan.items[i].state != ITEM_DONE && s->plan.items[i].state != ITEM_CLOSED;
    return left;
}

static void tell_end(struct session *s, size_t left)
{
    progress_clear(s);
    if (session_is_quiet(s) || (s->plan.count == 1 && !session_interrupted()))
        return;
    if (session_interrupted())
        fprintf(stderr, "%s: interrupted. %zu picture%s kept, %zu left.\n", s->env->program,
                s->written, s->written == 1 ? " is" : "s are", left);
    else
        fprintf(stderr, "%zu picture%s in %.1f s, %zu not made.\n", s->written,
                s->written == 1 ? "" : "s", (double)(clock_steady_ms() - s->began_ms) / 1000,
                s->failed + s->cancelled);
}

static int run(struct session *s, struct err *e)
{
    bool ok, keep;
    size_t left;

    set_preview(s);
    if (!s->options->resume && !open_journal(s, e))
        return EXIT_SOME_FAILED;
    session_catch_signals();
    ok = (str_is_null(s->album) || find_album(s, e)) && session_run(s, e);
    left = count_left(s);
    keep = left > 0 && (!ok || session_interrupted() || s->plan.count > 1);
    tell_end(s, left);
    if (keep && s->journal.fd >= 0 && !session_is_quiet(s))
        fprintf(stderr, "%s generate --resume goes on with them.\n", s->env->program);
    journal_close(&s->journal, keep);
    return ok ? exit_code(s) : EXIT_OK;
}

static int generate_in(struct session *s, struct err *e)
{
    int code = check_options(s, e);

    if (code != EXIT_OK)
        return code;
    if (!s->env->setup(s->env, &s->setup, e))
        return EXIT_CONFIG;
    code = s->options->resume ? resume(s, e) : plan(s, e);
    if (code != EXIT_OK || e->code != ERR_NONE)
        return code;
    if (s->options->dry_run)
        return dry_run(s, e) || e->code != ERR_INVALID ? EXIT_OK : EXIT_USAGE;
    return run(s, e);
}

static int generate(struct command_env *env, struct err *e)
{
    struct session s = { .env = env, .options = env->options, .journal = { .fd = -1 } };
    int code = generate_in(&s, e);

    journal_close(&s.journal, true);
    arena_deinit(&s.arena);
    return code;
}

static const struct field options[] = {
    { FIELD(struct generate_options, backend), .unit = "NAME",
      .help = "who makes it; repeat it to compare several" },
    { FIELD(struct generate_options, style), .unit = "NAME",
      .help = "a style by its name (see 'style list')" },
    { FIELD(struct generate_options, size), .unit = "WxH",
      .help = "1024x768; with --aspect the longer side alone" },
    { FIELD(struct generate_options, aspect), .unit = "W:H", .help = "16:9, about a megapixel" },
    { FIELD(struct generate_options, seed), .unit = "N",
      .help = "the same seed, the same picture, where the backend can; each further picture has "
              "one more" },
    { FIELD(struct generate_options, steps), .min = 1, .max = 500 },
    { FIELD(struct generate_options, guidance), .min = 0, .max = 100,
      .help = "how closely to follow the prompt" },
    { FIELD(struct generate_options, negative), .unit = "TEXT", .max = 4000,
      .help = "what not to show" },
    { FIELD(struct generate_options, count), .short_name = 'n', .min = 1, .max = PLAN_COUNT_MAX,
      .help = "pictures of each prompt" },
    { FIELD(struct generate_options, ref), .unit = "REF",
      .help = "a picture to go by: file, address or id; repeat it" },
    { FIELD(struct generate_options, opt), .unit = "KEY=VALUE",
      .help = "the backend's own option; repeat it" },
    { FIELD(struct generate_options, output), .short_name = 'o', .unit = "WHERE",
      .help = "folder, file, or - for standard output" },
    { FIELD(struct generate_options, name), .unit = "PATTERN", .min = 1, .max = 200,
      .help = "file name: {date} {time} {slug} {seed} {backend} {ext} are filled in" },
    { FIELD(struct generate_options, album), .unit = "NAME", .min = 1, .max = 200,
      .help = "also add it to this album, made when it is missing" },
    { FIELD(struct generate_options, from_file), .unit = "FILE",
      .help = "prompts: .txt a line each, .csv with a header, .jsonl an object each" },
    { FIELD(struct generate_options, jobs), .short_name = 'j', .min = 1, .max = JOBS_MAX,
      .help = "pictures asked for at a time, default 4" },
    { FIELD(struct generate_options, resume),
      .help = "go on with what an interrupted call left in the folder" },
    { FIELD(struct generate_options, preview), .unit = "WHEN", .names = preview_names,
      .help = "show it in the terminal: auto, on or off" },
    { FIELD(struct generate_options, dry_run),
      .help = "only say what would be sent, where, at which price" },
    { FIELD(struct generate_options, no_cloud), .help = "no copy to the cloud this time" },
    { FIELD(struct generate_options, quiet), .help = "print the files alone" },
    { 0 },
};

const struct command generate_command = {
    .name = "generate",
    .args = "[PROMPT|-]",
    .summary = "Make pictures and write them to files",
    .details = "Each picture goes into a file of its own beside a JSON file with its recipe, by "
               "output.directory and output.naming of the configuration; nothing is ever written "
               "over. A running server of the data folder is asked, or one that is named, else "
               "the pictures are made in this process. Ctrl-C cancels what is under way.",
    .example = "albumen generate 'a red fox in snow' --style watercolor --aspect 3:2 -n 4",
    .options = options,
    .option_bytes = sizeof(struct generate_options),
    .max_args = 1,
    .runs_jobs = true,
    .run = generate,
};
