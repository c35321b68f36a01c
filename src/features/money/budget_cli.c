/* albumen budget: how much users, or all together, may spend. */
#include <stdio.h>

#include "api/console.h"
#include "engine/period.h"
#include "features/money/money.h"

enum { MICROS = 1000 * 1000, DECIMALS = 6, DOLLARS_MAX = 1000 * 1000 * 1000 };

struct budget_options {
    struct str user, per;
};

static struct str period_of(const struct command_env *env)
{
    const struct budget_options *options = env->options;

    return str_is_null(options->per) ? STR("month") : options->per;
}

static bool check_period(const struct command_env *env, struct err *e)
{
    return enum_find(period_names, period_of(env)) >= 0 ||
           err_set(e, ERR_INVALID, "--per is day, week or month, not '" STR_FMT "'",
                   (int)MIN(period_of(env).len, 60), period_of(env).ptr);
}

/* "25", "0.04": exact, not by way of a fraction that is nearly it. */
static bool parse_dollars(struct str text, int64_t *out_micros, struct err *e)
{
    struct str whole, part;
    int64_t dollars, rest = 0;
    bool has_part = str_cut(text, '.', &whole, &part);

    if (!str_to_i64(whole, 0, DOLLARS_MAX, &dollars) ||
        (has_part && (part.len > DECIMALS || !str_to_i64(part, 0, MICROS - 1, &rest))))
        return err_set(e, ERR_INVALID, "'" STR_FMT "' is no amount of dollars, as 25 or 0.04",
                       STR_ARG(text));
    for (size_t i = part.len; has_part && i < DECIMALS; i++)
        rest *= 10;
    *out_micros = dollars * MICROS + rest;
    return true;
}

struct amount {
    char text[32];
};

static struct str dollars(const struct json *budget, const char *name, struct amount *out)
{
    snprintf(out->text, sizeof(out->text), "%.2f", (double)json_get_i64(budget, name, 0) / MICROS);
    return str_from(out->text);
}

static const struct table_column table[] = {
    { "USER", 20 },
    { "PER", 5 },
    { "LIMIT USD", 9, true },
    { "SPENT", 9, true },
    { "RESERVED", 9, true },
    { "LEFT", 9, true },
    { 0 },
};

static void print_budget(const struct json *budget)
{
    struct str user = json_get_str(budget, "userName");
    struct amount amounts[4];
    const struct str cells[] = {
        str_is_null(user) ? STR("(total)") : user,      console_text(budget, "period"),
        dollars(budget, "limitMicros", &amounts[0]),    dollars(budget, "spentMicros", &amounts[1]),
        dollars(budget, "reservedMicros", &amounts[2]), dollars(budget, "leftMicros", &amounts[3]),
    };

    table_put_row(table, cells);
}

static int list_all(struct command_env *env, struct err *e)
{
    static const struct console_list list = { "budgets", table, print_budget };

    (void)!console_each(env, STR("/api/budgets"), &list, e);
    return EXIT_OK;
}

static int set_one(struct command_env *env, struct err *e)
{
    const struct budget_options *options = env->options;
    struct str user = { 0 };
    struct json answer;
    int64_t micros;
    AUTO_BUF body = { 0 };
    struct json_writer w = { .out = &body };

    buf_init(&body, CONSOLE_BODY_MAX);
    if (!parse_dollars(env->args.items[0], &micros, e) || !check_period(env, e))
        return EXIT_USAGE;
    if (!str_is_null(options->user) && !console_find_user(env, options->user, &user, e))
        return EXIT_OK;
    json_begin_object(&w);
    console_put_text(&w, "userId", user);
    console_put_text(&w, "period", period_of(env));
    console_put_i64(&w, "limitMicros", (struct opt_i64){ true, micros });
    json_end_object(&w);
    if (!console_send(env, HTTP_PUT, STR("/api/budgets"), &body, &answer, e))
        return EXIT_OK;
    if (env->json)
        console_print_json(&answer);
    else
        print_budget(&answer);
    return EXIT_OK;
}

/* The budget of this user and period; an empty user is all together. */
static bool find_budget(struct command_env *env, struct str user_id, struct str *out_id,
                        struct err *e)
{
    struct str cursor = STR("");

    do {
        struct str path = arena_strf(env->arena, "/api/budgets?limit=200%s" STR_FMT,
                                     cursor.len > 0 ? "&cursor=" : "", STR_ARG(cursor));
        struct json_list budgets;
        struct json answer;

        if (!console_call(env, HTTP_GET, path, &answer, e))
            return false;
        budgets = json_get_list(&answer, "budgets");
        for (size_t i = 0; i < budgets.count; i++) {
            const struct json *one = &budgets.items[i];

            if (str_eq(json_get_str(one, "userId"), user_id) &&
                str_eq(json_get_str(one, "period"), period_of(env))) {
                *out_id = json_get_str(one, "id");
                return true;
            }
        }
        cursor = json_get_str(&answer, "nextCursor");
    } while (!str_is_null(cursor));
    return err_set(e, ERR_NOT_FOUND, "there is no such budget for a " STR_FMT,
                   STR_ARG(period_of(env)));
}

static int remove_one(struct command_env *env, struct err *e)
{
    const struct budget_options *options = env->options;
    struct str user = { 0 }, id;
    struct json answer;

    if (!check_period(env, e))
        return EXIT_USAGE;
    if ((!str_is_null(options->user) && !console_find_user(env, options->user, &user, e)) ||
        !find_budget(env, user, &id, e) ||
        !console_call(env, HTTP_DELETE, console_path(env, "/api/budgets/", id, ""), &answer, e))
        return EXIT_OK;
    if (!env->json)
        printf("Deleted.\n");
    return EXIT_OK;
}

static const struct field options[] = {
    { FIELD(struct budget_options, user), .unit = "NAME",
      .help = "of this user; default: of all users together" },
    { FIELD(struct budget_options, per), .unit = "PERIOD",
      .help = "day, week or month (default), in UTC" },
    { 0 },
};

const struct command budget_list_command = {
    .name = "budget list",
    .summary = "List the budgets, with what is spent and left",
    .example = "albumen budget list",
    .run = list_all,
};
const struct command budget_set_command = {
    .name = "budget set",
    .args = "DOLLARS",
    .summary = "Set how much a user, or all together, may spend",
    .example = "albumen budget set 25 --user ada --per month",
    .options = options,
    .option_bytes = sizeof(struct budget_options),
    .min_args = 1,
    .max_args = 1,
    .run = set_one,
};
const struct command budget_rm_command = {
    .name = "budget rm",
    .summary = "Delete a budget: there is no limit any more",
    .example = "albumen budget rm --user ada --per month",
    .options = options,
    .option_bytes = sizeof(struct budget_options),
    .run = remove_one,
};
