/* Handlers of the routes that tell what was made and spent. */
#include "api/api.h"
#include "base/clock.h"
#include "engine/period.h"
#include "features/money/money.h"
#include "features/money/usage_view.h"
#include "provider/price.h"

enum { DATE_LEN = 10, DAYS_MAX = 3660 };

struct usage_query {
    struct str from, to, user;
    enum usage_by by;
};

static const struct field usage_query_fields[] = {
    { FIELD(struct usage_query, from), .max = DATE_LEN,
      .help = "the first day, as 2026-11-01; default: the first of this month (UTC)" },
    { FIELD(struct usage_query, to), .max = DATE_LEN, .help = "the last day; default: today" },
    { FIELD_ENUM(struct usage_query, by, usage_by_names), .help = "default: day" },
    { FIELD(struct usage_query, user), .min = 1, .max = 64,
      .help = "id; default: all users for admins, and oneself for others" },
    { 0 },
};
static const struct usage_query usage_query_defaults = { .by = USAGE_BY_DAY };
const struct shape usage_query_shape = { "UsageQuery", usage_query_fields,
                                         sizeof(struct usage_query), &usage_query_defaults };
const struct shape usage_shape = { "Usage", usage_view_json, sizeof(struct usage_view) };

static bool parse_day(struct arena *a, const char *name, struct str text, int64_t *out,
                      struct err *e)
{
    struct str iso = arena_strf(a, STR_FMT "T00:00:00Z", STR_ARG(text));

    if (text.len == DATE_LEN && clock_parse_iso(iso, out))
        return true;
    return err_set_field(e, ERR_INVALID, str_from(name), "'%s' must be a day, as 2026-11-01", name);
}

static struct str print_day(struct arena *a, int64_t ms)
{
    char iso[CLOCK_ISO_LEN + 1];

    clock_format_iso(ms, iso);
    return arena_str(a, str_of(iso, DATE_LEN));
}

/* *out_to is the last day, not the one behind it. */
static bool range_of(struct api_call *call, int64_t *out_from, int64_t *out_to, struct err *e)
{
    const struct usage_query *query = call->query;
    int64_t now = clock_now_ms();

    *out_to = period_start(PERIOD_DAY, now);
    if (!str_is_null(query->to) && !parse_day(call->arena, "to", query->to, out_to, e))
        return false;
    *out_from = period_start(PERIOD_MONTH, *out_to);
    if (!str_is_null(query->from) && !parse_day(call->arena, "from", query->from, out_from, e))
        return false;
    if (*out_from > *out_to)
        return err_set_field(e, ERR_INVALID, STR("to"), "'to' must not lie before 'from'");
    if (*out_to - *out_from >= (int64_t)DAYS_MAX * DAY_MS)
        return err_set_field(e, ERR_INVALID, STR("from"), "at most %d days at once", DAYS_MAX);
    return true;
}

/* Everybody's is for admins; of others nobody learns whether they are there. */
static bool whose(struct api_call *call, struct str *out, struct err *e)
{
    const struct usage_query *query = call->query;
    struct str own = call->who.user.id;

    if (call->who.user.role == USER_ADMIN) {
        *out = query->user;
        return str_is_null(query->user) || usage_check_user(call->tx, call->arena, query->user, e);
    }
    *out = own;
    return str_is_null(query->user) || str_eq(query->user, own) ||
           err_set_field(e, ERR_NOT_FOUND, STR("user"), "there is no such user");
}

static void fill_rows(struct arena *a, struct field_list found, struct usage_view *out)
{
    const struct usage *usage = found.items;
    struct usage_view_row *rows = arena_array(a, struct usage_view_row, found.count);

    for (size_t i = 0; i < found.count; i++) {
        rows[i] = (struct usage_view_row){
            .name = out->by == USAGE_BY_DAY ? print_day(a, usage[i].day) : usage[i].name,
            .label = usage[i].label,
            .jobs = usage[i].jobs,
            .failed = usage[i].failed,
            .pictures = usage[i].pictures,
            .cost_micros = usage[i].spent,
            .took_ms = usage[i].took_ms,
        };
        out->jobs += usage[i].jobs;
        out->failed += usage[i].failed;
        out->pictures += usage[i].pictures;
        out->cost_micros += usage[i].spent;
        out->took_ms += usage[i].took_ms;
    }
    out->rows = (struct field_list){ rows, found.count };
}

static bool load(struct api_call *call, struct usage_view *out, struct err *e)
{
    const struct usage_query *query = call->query;
    struct usage_question question = { .by = query->by };
    struct field_list found;
    int64_t last;

    if (!whose(call, &question.user_id, e) || !range_of(call, &question.from, &last, e))
        return false;
    question.to = last + DAY_MS;
    if (!usage_list(call->tx, call->arena, &question, &found, e))
        return false;
    *out = (struct usage_view){ .from = print_day(call->arena, question.from),
                                .to = print_day(call->arena, last),
                                .by = query->by,
                                .currency = STR(GEN_CURRENCY) };
    fill_rows(call->arena, found, out);
    return true;
}

bool usage_get(struct api_call *call, struct err *e)
{
    struct usage_view *view = arena_new(call->arena, struct usage_view);

    call->answer = view;
    return load(call, view, e);
}

bool usage_csv_get(struct api_call *call, struct err *e)
{
    struct usage_view view;
    struct str name;
    AUTO_BUF text = { 0 };

    buf_init(&text, USAGE_CSV_MAX_BYTES);
    if (!load(call, &view, e))
        return false;
    usage_put_csv(&text, &view);
    if (text.overflowed)
        return err_set(e, ERR_TOO_LARGE, "that is too much at once: ask for fewer days");
    call->text = arena_str(call->arena, buf_str(&text));
    name = arena_strf(call->arena, "usage-" STR_FMT "-" STR_FMT ".csv", STR_ARG(view.from),
                      STR_ARG(view.to));
    return call_add_header(call, "Content-Disposition", http_attachment(call->arena, name), e);
}
