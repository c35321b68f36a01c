/* What the worker tells of its lanes: how long jobs waited, and how they ended. */
#include <string.h>

#include "work/worker_internal.h"

static const char *const ends[WORKER_ENDS] = {
    "completed", "failed", "cancelled", "retry", "given back", "lost",
};

void worker_count_end(struct lane_state *lane, const char *how)
{
    for (size_t i = 0; i < WORKER_ENDS; i++) {
        if (strcmp(ends[i], how) == 0)
            atomic_fetch_add_explicit(&lane->ends[i], 1, memory_order_relaxed);
    }
}

static void put_wait(const struct lane_state *lane, struct buf *out)
{
    AUTO_BUF label = { 0 };

    buf_init(&label, 1024);
    metric_label(&label, "lane", str_from(lane->name));
    histogram_print(&lane->waits, "albumen_job_wait_seconds", buf_str(&label), out);
}

static void put_ends(const struct lane_state *lane, struct buf *out)
{
    for (size_t i = 0; i < WORKER_ENDS; i++) {
        long long count = atomic_load_explicit(&lane->ends[i], memory_order_relaxed);

        if (count == 0)
            continue;
        buf_put(out, STR("albumen_job_ends_total{"));
        metric_label(out, "lane", str_from(lane->name));
        buf_putf(out, ",end=\"%s\"} %lld\n", ends[i], count);
    }
}

/* Lanes do not come or go while the worker lives. */
void worker_print_metrics(const struct worker *w, struct buf *out)
{
    metric_head(out, "albumen_job_wait_seconds", "histogram",
                "from the queue to a worker of this process");
    for (size_t i = 0; i < w->lane_count; i++)
        put_wait(&w->lanes[i], out);
    metric_head(out, "albumen_job_ends_total", "counter",
                "attempts of this process by how they ended");
    for (size_t i = 0; i < w->lane_count; i++)
        put_ends(&w->lanes[i], out);
}
