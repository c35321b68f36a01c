/* How long things take, and the text that tells Prometheus. */
#include "base/histogram.h"

/* From a quick answer to a long render. */
static const int64_t bounds_ms[HISTOGRAM_BOUNDS] = {
    5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000, 30000, 120000, 600000
};

static size_t bucket_of(int64_t us)
{
    size_t i = 0;

    while (i < HISTOGRAM_BOUNDS && us > bounds_ms[i] * 1000)
        i++;
    return i;
}

void histogram_add(struct histogram *h, int64_t us)
{
    us = MAX(us, 0);
    atomic_fetch_add_explicit(&h->counts[bucket_of(us)], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&h->sum_us, us, memory_order_relaxed);
}

int64_t histogram_count(const struct histogram *h)
{
    int64_t count = 0;

    for (size_t i = 0; i <= HISTOGRAM_BOUNDS; i++)
        count += atomic_load_explicit(&h->counts[i], memory_order_relaxed);
    return count;
}

static void put_sample(struct buf *out, const char *name, const char *what, struct str labels)
{
    buf_putf(out, "%s%s", name, what);
    if (labels.len > 0)
        buf_putf(out, "{" STR_FMT "}", STR_ARG(labels));
}

/* The counts are added up once, so that buckets and sum of one text agree. */
void histogram_print(const struct histogram *h, const char *name, struct str labels,
                     struct buf *out)
{
    const char *comma = labels.len > 0 ? "," : "";
    int64_t count = 0;

    for (size_t i = 0; i <= HISTOGRAM_BOUNDS; i++) {
        count += atomic_load_explicit(&h->counts[i], memory_order_relaxed);
        buf_putf(out, "%s_bucket{" STR_FMT "%sle=\"", name, STR_ARG(labels), comma);
        if (i < HISTOGRAM_BOUNDS)
            buf_putf(out, "%g\"} %lld\n", (double)bounds_ms[i] / 1000, (long long)count);
        else
            buf_putf(out, "+Inf\"} %lld\n", (long long)count);
    }
    put_sample(out, name, "_sum", labels);
    buf_putf(out, " %.6f\n", (double)atomic_load_explicit(&h->sum_us, memory_order_relaxed) / 1e6);
    put_sample(out, name, "_count", labels);
    buf_putf(out, " %lld\n", (long long)count);
}

void metric_head(struct buf *out, const char *name, const char *type, const char *help)
{
    buf_putf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

void metric_label(struct buf *out, const char *name, struct str value)
{
    buf_putf(out, "%s=\"", name);
    for (size_t i = 0; i < value.len; i++) {
        char c = value.ptr[i];

        if (c == '\n')
            buf_put(out, STR("\\n"));
        else if (c == '"' || c == '\\')
            buf_putf(out, "\\%c", c);
        else
            buf_put_char(out, c);
    }
    buf_put_char(out, '"');
}
