/* albumen usage: what was made and spent, as a table, as JSON, or as CSV. */
#include <stdio.h>

#include "api/console.h"
#include "base/clock.h"
#include "base/encode.h"
#include "engine/period.h"
#include "features/money/money.h"
#include "features/money/usage_view.h"

enum { DATE_LEN = 10, MINUTE_S = 60, HOUR_S = 3600 };

struct usage_options {
    struct str by, from, to, user;
    bool csv;
};

/* "today", "week" or "month": when it began. */
static bool first_day(struct command_env *env, struct str *out, struct err *e)
{
    static const char *const words[] = { "today", "week", "month", NULL };
    struct str word = env->args.count > 0 ? env->args.items[0] : STR("month");
    int period = enum_find(words, word);
    char iso[CLOCK_ISO_LEN + 1];

    if (period < 0)
        return err_set(e, ERR_INVALID, "'" STR_FMT "' is none of today, week, month",
                       STR_ARG(word));
    clock_format_iso(period_start((enum period)period, clock_now_ms()), iso);
    *out = arena_str(env->arena, str_of(iso, DATE_LEN));
    return true;
}

/* "&name=value", or nothing without a value. */
static struct str parameter(struct command_env *env, const char *name, struct str value)
{
    if (str_is_null(value))
        return STR("");
    return arena_strf(env->arena, "&%s=" STR_FMT, name,
                      STR_ARG(percent_encode(env->arena, value, false)));
}

static bool path_of(struct command_env *env, struct str from, struct str *out, struct err *e)
{
    const struct usage_options *options = env->options;
    struct str by = options->by, user = { 0 };

    if (!str_is_null(options->user) && !console_find_user(env, options->user, &user, e))
        return false;
    if (str_is_null(by))
        by = STR("day");
    *out = arena_strf(
        env->arena, "/api/usage?by=" STR_FMT STR_FMT STR_FMT STR_FMT,
        STR_ARG(percent_encode(env->arena, by, false)), STR_ARG(parameter(env, "from", from)),
        STR_ARG(parameter(env, "to", options->to)), STR_ARG(parameter(env, "user", user)));
    return true;
}

/* "0.4 s", "12 min 05 s", "3 h 20 min". */
static struct str time_text(struct arena *a, int64_t ms)
{
    long long seconds = ms / 1000;

    if (seconds < MINUTE_S)
        return arena_strf(a, "%.1f s", (double)ms / 1000);
    if (seconds < HOUR_S)
        return arena_strf(a, "%lld min %02lld s", seconds / MINUTE_S, seconds % MINUTE_S);
    return arena_strf(a, "%lld h %02lld min", seconds / HOUR_S, seconds % HOUR_S / MINUTE_S);
}

static void put_line(const struct table_column *columns, struct arena *a,
                     const struct usage_view_row *row)
{
    const struct str cells[] = {
        str_is_null(row->label) ? row->name : row->label,
        arena_strf(a, "%lld", (long long)row->jobs),
        arena_strf(a, "%lld", (long long)row->failed),
        arena_strf(a, "%lld", (long long)row->pictures),
        time_text(a, row->took_ms),
        arena_strf(a, "%.4f", (double)row->cost_micros / 1e6),
    };

    table_put_row(columns, cells);
}

static void print_table(struct arena *a, const struct usage_view *view)
{
    static const char *const heads[] = { "BACKEND", "DOOR", "USER", "DAY" };
    const struct usage_view_row *rows = view->rows.items;
    const struct usage_view_row total = { .name = STR("TOTAL"),
                                          .jobs = view->jobs,
                                          .failed = view->failed,
                                          .pictures = view->pictures,
                                          .cost_micros = view->cost_micros,
                                          .took_ms = view->took_ms };
    const struct table_column columns[] = {
        { heads[view->by], 20, false },
        { "JOBS", 7, true },
        { "FAILED", 7, true },
        { "PICTURES", 9, true },
        { "TIME", 12, true },
        { "COST USD", 11, true },
        { 0 },
    };

    table_put_head(columns);
    for (size_t i = 0; i < view->rows.count; i++)
        put_line(columns, a, &rows[i]);
    put_line(columns, a, &total);
}

static bool print_csv(const struct usage_view *view, struct err *e)
{
    AUTO_BUF text = { 0 };

    buf_init(&text, USAGE_CSV_MAX_BYTES);
    usage_put_csv(&text, view);
    if (text.overflowed)
        return err_set(e, ERR_TOO_LARGE, "that is too much at once: ask for fewer days");
    printf(STR_FMT, STR_ARG(buf_str(&text)));
    return true;
}

static int usage_show(struct command_env *env, struct err *e)
{
    const struct usage_options *options = env->options;
    struct usage_view view = { 0 };
    struct json answer;
    struct str path, from;

    if (options->csv && env->json) {
        err_set(e, ERR_INVALID, "--csv and --json exclude each other");
        return EXIT_USAGE;
    }
    if (!first_day(env, &from, e))
        return EXIT_USAGE;
    if (!str_is_null(options->from))
        from = options->from;
    if (!path_of(env, from, &path, e) || !console_call(env, HTTP_GET, path, &answer, e) ||
        !json_decode(env->arena, &answer, usage_view_json, JSON_LENIENT, JSON_CAMEL, &view, e))
        return EXIT_OK;
    if (env->json)
        console_print_json(&answer);
    else if (options->csv)
        (void)!print_csv(&view, e);
    else
        print_table(env->arena, &view);
    return EXIT_OK;
}

static const struct field usage_options[] = {
    { FIELD(struct usage_options, by), .unit = "WHAT",
      .help = "day (default), backend, user or door" },
    { FIELD(struct usage_options, from), .unit = "DAY", .help = "the first day, as 2026-11-01" },
    { FIELD(struct usage_options, to), .unit = "DAY", .help = "the last day; default today" },
    { FIELD(struct usage_options, user), .unit = "NAME",
      .help = "of this user alone (for admins; default: of all)" },
    { FIELD(struct usage_options, csv), .help = "print CSV, for spreadsheets" },
    { 0 },
};

const struct command usage_command = {
    .name = "usage",
    .args = "[today|week|month]",
    .summary = "What was made and spent, by day, backend, user or door (UTC; default this month)",
    .example = "albumen usage week --by backend",
    .options = usage_options,
    .option_bytes = sizeof(struct usage_options),
    .max_args = 1,
    .run = usage_show,
};
