/* albumen generate: prompts become files. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "api/console.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/random.h"
#include "features/generate/commands.h"
#include "features/generate/dry_run.h"
#include "features/generate/reference.h"
#include "work/order.h"

enum {
    STDIN_MAX_BYTES = 64 * 1024,
    STDIN_PIECE_BYTES = 4096,
    JOBS_MAX = 64,
    PREVIEW_ITEMS_MAX = 16,
    CHECKED_MAX = 64
};

static const char *const preview_names[] = { "auto", "on", "off", NULL };

/* What is wrong with the command line itself. */
static int usage(struct err *e, const char *message)
{
    err_set(e, ERR_INVALID, "%s", message);
    return EXIT_USAGE;
}

static bool read_stdin(struct arena *a, size_t most_bytes, struct str *out, struct err *e)
{
    AUTO_BUF text = { 0 };
    ssize_t n = 1;

    buf_init(&text, most_bytes);
    while (n > 0) {
        char *room = buf_reserve(&text, STDIN_PIECE_BYTES);

        if (room == NULL)
            return err_set(e, ERR_TOO_LARGE, "standard input is too long");
        n = read(STDIN_FILENO, room, STDIN_PIECE_BYTES);
        if (n < 0)
            return err_set(e, ERR_IO, "standard input: %s", strerror(errno));
        buf_advance(&text, (size_t)n);
    }
    *out = arena_str(a, buf_str(&text));
    return true;
}

static bool read_prompt(struct command_env *env, struct field_list *out, struct err *e)
{
    struct prompt_row *row = arena_new(env->arena, struct prompt_row);

    row->prompt = env->args.items[0];
    if (str_eq(row->prompt, STR("-")) && !read_stdin(env->arena, STDIN_MAX_BYTES, &row->prompt, e))
        return false;
    while (row->prompt.len > 0 && strchr(" \t\r\n", row->prompt.ptr[row->prompt.len - 1]) != NULL)
        row->prompt.len--;
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
    if (file.len == 0)
        return err_set(e, ERR_INVALID, "--from-file is empty");
    if (str_eq(file, STR("-")))
        return read_stdin(a, PROMPTS_MAX_BYTES, &text, e) &&
               prompts_read(a, STR("standard input"), text, out, e);
    return file_read(a, arena_cstr(a, file), PROMPTS_MAX_BYTES, &text, e) &&
           prompts_read(a, file, text, out, e);
}

static int check_preview(const struct generate_options *o, struct err *e)
{
    if (str_is_null(o->preview) || enum_find(preview_names, o->preview) >= 0)
        return EXIT_OK;
    err_set(e, ERR_INVALID, "--preview is auto, on or off, not '%.60s'", o->preview.ptr);
    return EXIT_USAGE;
}

/* The first option that says what to make, or NULL. */
static const char *option_of_request(const struct generate_options *o)
{
    const struct {
        const char *name;
        bool is_given;
    } options[] = {
        { "backend", o->backend.count > 0 },
        { "style", !str_is_null(o->style) },
        { "size", !str_is_null(o->size) },
        { "aspect", !str_is_null(o->aspect) },
        { "seed", o->seed.set },
        { "steps", o->steps.set },
        { "guidance", o->guidance.set },
        { "negative", !str_is_null(o->negative) },
        { "count", o->count.set },
        { "ref", o->ref.count > 0 },
        { "opt", o->opt.count > 0 },
        { "name", !str_is_null(o->name) },
        { "album", !str_is_null(o->album) },
        { "dry-run", o->dry_run },
        { "from-file", !str_is_null(o->from_file) },
    };

    for (size_t i = 0; i < COUNT(options); i++) {
        if (options[i].is_given)
            return options[i].name;
    }
    return NULL;
}

static int check_resume(const struct session *s, struct err *e)
{
    const char *option = option_of_request(s->options);

    if (option == NULL && s->env->args.count == 0)
        return check_preview(s->options, e);
    err_set(e, ERR_INVALID, "--resume goes on with what was asked for then: leave %s%s out",
            option != NULL ? "--" : "the prompt", option != NULL ? option : "");
    return EXIT_USAGE;
}

static int check_options(const struct session *s, struct err *e)
{
    const struct generate_options *o = s->options;
    bool has_prompt = s->env->args.count > 0, has_file = !str_is_null(o->from_file);

    if (o->resume)
        return check_resume(s, e);
    if (!has_prompt && !has_file)
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
    AUTO_BUF body = { 0 };
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

/* Files are copied by this command, so a server that copies pictures too leaves them to it. */
static struct str cloud_copy(const struct session *s)
{
    const struct str nowhere = { 0 };

    if (s->options->no_cloud)
        return STR(ORDER_NO_COPY);
    return s->target.kind == TARGET_STDOUT ? nowhere : s->setup.copies_to;
}

/* Do they ask the same of the same backend, but for the words? */
static bool are_alike(const struct prompt_row *a, const struct prompt_row *b)
{
    return str_eq(a->backend, b->backend) && str_eq(a->style, b->style) &&
           str_eq(a->size, b->size) && str_eq(a->aspect, b->aspect);
}

static bool check_item(struct session *s, const struct item *item, struct err *e)
{
    struct arena_mark mark = arena_mark(s->env->arena);
    struct json answer;
    bool ok = s->env->call(s->env, HTTP_POST, STR("/api/jobs/check"), item->body, &answer, e);

    arena_rewind(s->env->arena, mark);
    return ok;
}

/* What row 500 has wrong shall be said before 499 pictures are paid. One of each sort is asked
 * about, and of more sorts than these the rest tells it when it comes to it. */
static bool check_rows(struct session *s, const struct plan_sources *sources, struct err *e)
{
    const struct item *seen[CHECKED_MAX];
    size_t count = 0;

    for (size_t i = 0; i < s->plan.count && count < CHECKED_MAX; i++) {
        const struct item *item = &s->plan.items[i];
        size_t k = 0;

        while (k < count &&
               (!are_alike(seen[k]->row, item->row) || !str_eq(seen[k]->backend, item->backend)))
            k++;
        if (k < count)
            continue;
        if (!check_item(s, item, e))
            return plan_fail_at(s->env->arena, sources, item->row, e);
        seen[count++] = item;
    }
    return true;
}

/* From the command line to a plan. */
static int plan(struct session *s, struct err *e)
{
    const struct generate_options *o = s->options;
    struct plan_sources sources = { .rows = { 0 } };
    struct err why = { 0 };

    if (!target_read(&s->arena, &s->setup, o->output, o->name, &s->target, e) ||
        !read_rows(s, &sources.rows, e))
        return EXIT_USAGE;
    sources.file = o->from_file;
    if (str_eq(sources.file, STR("-")))
        sources.file = STR("standard input");
    sources.pattern = s->target.pattern;
    sources.cloud_copy = cloud_copy(s);
    if (!references_resolve(s->env, &o->ref, o->dry_run, &sources.references, &why)) {
        *e = why;
        return why.code == ERR_INVALID || why.code == ERR_NOT_FOUND ? EXIT_USAGE : EXIT_OK;
    }
    if (!plan_make(&s->arena, o, &sources, &s->plan, e))
        return EXIT_USAGE;
    if ((s->plan.count > 1 || !str_is_null(o->from_file)) && !check_rows(s, &sources, &why)) {
        *e = why;
        return why.code == ERR_INVALID ? EXIT_USAGE : EXIT_OK;
    }
    if (!str_is_null(o->album))
        s->album = o->album;
    s->no_cloud = o->no_cloud;
    return check_target(s, e);
}

static bool open_journal(struct session *s, struct err *e)
{
    struct journal_head head = {
        .run = uuid_new(&s->arena),
        .where = s->setup.where,
        .album = s->album,
        .no_cloud = s->no_cloud,
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
        } else if (item->state == ITEM_OPEN) {
            item->was_left = true;
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
    s->no_cloud = head.no_cloud || s->options->no_cloud;
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

static size_t count_not_made(const struct session *s)
{
    size_t count = 0;

    for (size_t i = 0; i < s->plan.count; i++)
        count += s->plan.items[i].state != ITEM_DONE;
    return count;
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
                count_not_made(s));
}

static int run(struct session *s, struct err *e)
{
    struct err why = { 0 };
    bool ok, keep;
    size_t left;

    set_preview(s);
    if (!s->options->resume && !open_journal(s, e))
        return EXIT_SOME_FAILED;
    session_catch_signals();
    ok = (str_is_null(s->album) || find_album(s, &why)) && session_run(s, &why);
    if (!ok && !session_gave_up(&why))
        *e = why;
    left = count_left(s);
    keep = left > 0 && (!ok || session_interrupted() || s->plan.count > 1);
    tell_end(s, left);
    if (keep && s->journal.fd >= 0 && !session_is_quiet(s))
        fprintf(stderr, "%s generate --resume goes on with them.\n", s->env->program);
    journal_close(&s->journal, keep);
    return e->code == ERR_NONE ? exit_code(s) : EXIT_OK;
}

/* A data folder or a server that cannot be had is known before anything is planned or written. */
static bool is_reachable(struct session *s, struct err *e)
{
    struct json me;

    return console_call(s->env, HTTP_GET, STR("/api/me"), &me, e);
}

static int generate_in(struct session *s, struct err *e)
{
    int code = check_options(s, e);

    if (code != EXIT_OK)
        return code;
    if (!s->env->setup(s->env, &s->setup, e))
        return EXIT_CONFIG;
    if (!is_reachable(s, e))
        return EXIT_OK; /* the error decides */
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
    int code;

    session_be_patient(&s);
    code = generate_in(&s, e);
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
