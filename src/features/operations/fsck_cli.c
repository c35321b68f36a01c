/* albumen fsck: goes through the steps of the check, and says what it found. */
#include <stdio.h>
#include <unistd.h>

#include "api/console.h"
#include "features/operations/operations.h"

enum {
    FSCK_CLEAN = 0,
    FSCK_DRIFT = 1,
    FSCK_COULD_NOT = 2,
    LINE_COLUMNS = 79,
    BYTES_PER_MB = 1000000,
    CURSOR_MAX = 512
};

struct fsck_options {
    bool deep, repair;
};

static const struct field fsck_options[] = {
    { FIELD(struct fsck_options, repair),
      .help = "mend what is found: note lost pictures, make thumbnails again, remove orphans" },
    { FIELD(struct fsck_options, deep), .help = "read every picture and compare its hash" },
    { 0 },
};

struct fsck {
    struct command_env *env;
    int64_t rows, files, bytes, known_defects, findings, repaired;
};

static void put_bool(struct json_writer *w, const char *name, bool value)
{
    json_put_name(w, str_from(name));
    json_put_bool(w, value);
}

static bool step(struct fsck *f, struct str cursor, struct json *out, struct err *e)
{
    const struct fsck_options *options = f->env->options;
    AUTO_BUF body = { 0 };
    struct json_writer w = { .out = &body };

    buf_init(&body, CONSOLE_BODY_MAX);
    json_begin_object(&w);
    console_put_text(&w, "cursor", cursor);
    put_bool(&w, "deep", options->deep);
    put_bool(&w, "repair", options->repair);
    json_end_object(&w);
    return console_send(f->env, HTTP_POST, STR("/api/fsck"), &body, out, e);
}

static void clear_progress(void)
{
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\r%*s\r", LINE_COLUMNS, "");
}

static void show_progress(const struct fsck *f, struct str pass)
{
    if (!isatty(STDERR_FILENO))
        return;
    fprintf(stderr, "\r%lld pictures, %lld files, %lld MB read, %lld found; next: " STR_FMT "%*s",
            (long long)f->rows, (long long)f->files, (long long)f->bytes / BYTES_PER_MB,
            (long long)f->findings, STR_ARG(pass), 8, "");
    fflush(stderr);
}

static bool is_repaired(const struct json *finding)
{
    return json_get_bool(finding, "repaired");
}

static void print_finding(const struct json *finding)
{
    struct str detail = json_get_str(finding, "detail");

    printf("%-18.*s %-8s " STR_FMT "%s" STR_FMT "\n", STR_ARG(console_text(finding, "kind")),
           is_repaired(finding) ? "repaired" : "found", STR_ARG(console_text(finding, "key")),
           str_is_null(detail) ? "" : "  ", STR_ARG(console_shown(detail)));
}

static void take_answer(struct fsck *f, const struct json *answer)
{
    struct json_list findings = json_get_list(answer, "findings");

    f->rows += json_get_i64(answer, "rows", 0);
    f->files += json_get_i64(answer, "files", 0);
    f->bytes += json_get_i64(answer, "bytes", 0);
    f->known_defects += json_get_i64(answer, "knownDefects", 0);
    if (findings.count == 0)
        return;
    clear_progress();
    for (size_t i = 0; i < findings.count; i++) {
        f->findings++;
        f->repaired += is_repaired(&findings.items[i]);
        if (f->env->json)
            console_print_json(&findings.items[i]);
        else
            print_finding(&findings.items[i]);
    }
    fflush(stdout);
}

static void print_summary(const struct fsck *f)
{
    printf("%lld pictures and %lld files: ", (long long)f->rows, (long long)f->files);
    if (f->findings == 0)
        printf("all is well");
    else
        printf("%lld found, %lld repaired", (long long)f->findings, (long long)f->repaired);
    if (f->known_defects > 0)
        printf("; %lld %s known from before", (long long)f->known_defects,
               f->known_defects == 1 ? "defect is" : "defects are");
    printf("\n");
}

static const struct field summary_json[] = {
    { FIELD(struct fsck, rows) },
    { FIELD(struct fsck, files) },
    { FIELD(struct fsck, bytes) },
    { FIELD(struct fsck, known_defects) },
    { FIELD(struct fsck, findings) },
    { FIELD(struct fsck, repaired) },
    { 0 },
};

static void print_summary_json(const struct fsck *f)
{
    AUTO_BUF text = { 0 };
    struct json_writer w = { .out = &text, .spelling = JSON_CAMEL };

    buf_init(&text, CONSOLE_BODY_MAX);
    json_put_struct(&w, summary_json, f);
    printf(STR_FMT "\n", STR_ARG(buf_str(&text)));
}

/* To the end, or as far as it goes. What the first call has opened stays, answers do not. */
static bool walk(struct fsck *f, struct err *e)
{
    struct arena *a = f->env->arena;
    struct arena_mark mark = { 0 };
    char cursor[CURSOR_MAX + 1] = "";
    bool is_first = true;

    do {
        struct json answer;

        if (!step(f, str_from(is_first ? NULL : cursor), &answer, e))
            return false;
        if (is_first)
            mark = arena_mark(a);
        is_first = false;
        take_answer(f, &answer);
        show_progress(f, console_text(&answer, "pass"));
        snprintf(cursor, sizeof(cursor), STR_FMT, STR_ARG(json_get_str(&answer, "cursor")));
        arena_rewind(a, mark);
    } while (cursor[0] != '\0');
    return true;
}

static int fsck(struct command_env *env, struct err *e)
{
    struct fsck f = { .env = env };
    bool ok = walk(&f, e);

    clear_progress();
    if (!ok)
        return FSCK_COULD_NOT;
    if (env->json)
        print_summary_json(&f);
    else
        print_summary(&f);
    return f.findings > 0 ? FSCK_DRIFT : FSCK_CLEAN;
}

const struct command fsck_command = {
    .name = "fsck",
    .summary = "Compare all pictures with what is stored; exit code 1 when something is wrong, 2 "
               "when it could not look",
    .example = "albumen fsck --deep",
    .options = fsck_options,
    .option_bytes = sizeof(struct fsck_options),
    .run = fsck,
};
