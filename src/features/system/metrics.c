/* What the database tells of the installation: lanes, pictures, money, what was made today. */
#include "features/system/metrics.h"

#include "api/api.h"
#include "base/clock.h"
#include "base/histogram.h"
#include "engine/lane.h"
#include "engine/period.h"
#include "engine/stats.h"
#include "engine/usage.h"
#include "work/services.h"

static const double MICROS = 1e6, MS = 1e3;

/* A sample of one lane. */
static void put_lane(struct buf *out, const char *name, const struct lane *lane, int64_t value)
{
    buf_putf(out, "%s{", name);
    metric_label(out, "lane", lane->name);
    buf_putf(out, "} %lld\n", (long long)value);
}

static bool load_lanes(struct api_call *call, struct field_list *out, struct err *e)
{
    const struct work_services *services = api_options(call->api)->services;
    size_t count = backend_count(services->backends);
    struct lane *lanes = arena_array(call->arena, struct lane, count + 1);

    for (size_t i = 0; i <= count; i++) {
        struct str name =
            i < count ? backend_name(backend_at(services->backends, i)) : JOB_LANE_SYSTEM;

        if (!lane_load(call->tx, call->arena, name, &lanes[i], e))
            return false;
    }
    *out = (struct field_list){ lanes, count + 1 };
    return true;
}

static bool put_lanes(struct api_call *call, struct buf *out, struct err *e)
{
    struct field_list list;
    const struct lane *lanes;

    if (!load_lanes(call, &list, e))
        return false;
    lanes = list.items;
    metric_head(out, "albumen_queue_waiting", "gauge",
                "jobs that could start now, counted up to 10000");
    for (size_t i = 0; i < list.count; i++)
        put_lane(out, "albumen_queue_waiting", &lanes[i], lanes[i].waiting);
    metric_head(out, "albumen_queue_running", "gauge", "jobs that run, in all processes");
    for (size_t i = 0; i < list.count; i++)
        put_lane(out, "albumen_queue_running", &lanes[i], lanes[i].running);
    metric_head(out, "albumen_queue_paused", "gauge", "1 for a lane that starts no jobs");
    for (size_t i = 0; i < list.count; i++)
        put_lane(out, "albumen_queue_paused", &lanes[i], lanes[i].paused_at != 0);
    return true;
}

static void put_number(struct buf *out, const char *name, const char *help, int64_t value)
{
    metric_head(out, name, "gauge", help);
    buf_putf(out, "%s %lld\n", name, (long long)value);
}

static bool put_sums(struct api_call *call, struct buf *out, struct err *e)
{
    struct stats stats;

    if (!stats_load(call->tx, &stats, e))
        return false;
    put_number(out, "albumen_pictures", "pictures of all users, without the trash", stats.pictures);
    put_number(out, "albumen_pictures_trashed", "pictures in the trash", stats.trashed);
    metric_head(out, "albumen_spent_dollars", "gauge", "spent in this day and month (UTC)");
    buf_putf(out, "albumen_spent_dollars{period=\"day\"} %.6f\n",
             (double)stats.spent_today / MICROS);
    buf_putf(out, "albumen_spent_dollars{period=\"month\"} %.6f\n",
             (double)stats.spent_this_month / MICROS);
    metric_head(out, "albumen_reserved_dollars", "gauge", "held back for jobs that are open");
    buf_putf(out, "albumen_reserved_dollars %.6f\n", (double)stats.reserved / MICROS);
    return true;
}

static void put_made(struct buf *out, const char *name, const struct usage *one, double value)
{
    buf_putf(out, "%s{", name);
    metric_label(out, "backend", one->name);
    buf_putf(out, "} %.15g\n", value);
}

/* Of all users, whether it costs something or not. */
static bool put_usage(struct api_call *call, struct buf *out, struct err *e)
{
    int64_t today = period_start(PERIOD_DAY, clock_now_ms());
    struct usage_question question = { .from = today,
                                       .to = today + DAY_MS,
                                       .by = USAGE_BY_BACKEND };
    struct field_list found;
    const struct usage *made;

    if (!usage_list(call->tx, call->arena, &question, &found, e))
        return false;
    made = found.items;
    metric_head(out, "albumen_made_pictures", "gauge", "made in this day (UTC)");
    for (size_t i = 0; i < found.count; i++)
        put_made(out, "albumen_made_pictures", &made[i], (double)made[i].pictures);
    metric_head(out, "albumen_made_jobs_failed", "gauge", "jobs without a picture in this day");
    for (size_t i = 0; i < found.count; i++)
        put_made(out, "albumen_made_jobs_failed", &made[i], (double)made[i].failed);
    metric_head(out, "albumen_made_work_seconds", "gauge", "how long workers had them");
    for (size_t i = 0; i < found.count; i++)
        put_made(out, "albumen_made_work_seconds", &made[i], (double)made[i].took_ms / MS);
    return true;
}

bool metrics_put_state(struct api_call *call, struct buf *out, struct err *e)
{
    return put_lanes(call, out, e) && put_sums(call, out, e) && put_usage(call, out, e);
}
