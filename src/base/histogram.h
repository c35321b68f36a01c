/* How long things take: counts by length, which any thread adds to without a lock. */
#ifndef BASE_HISTOGRAM_H
#define BASE_HISTOGRAM_H

#include <stdatomic.h>

#include "base/buf.h"

enum { HISTOGRAM_BOUNDS = 14 };

/* All zero is a valid, empty one. */
struct histogram {
    atomic_llong counts[HISTOGRAM_BOUNDS + 1]; /* of each bucket alone; the last has no bound */
    atomic_llong sum_us;
};

void histogram_add(struct histogram *h, int64_t us); /* microseconds; less than 0 counts as 0 */
int64_t histogram_count(const struct histogram *h);

/*
 * Prometheus text: name_bucket{labels,le="..."}, name_sum and name_count, in seconds. labels is
 * empty, or pairs with a comma between. Head lines are the caller's.
 */
void histogram_print(const struct histogram *h, const char *name, struct str labels,
                     struct buf *out);

/* The lines in front of a metric's samples. */
void metric_head(struct buf *out, const char *name, const char *type, const char *help);
/* name="value", with what the format has to have escaped. */
void metric_label(struct buf *out, const char *name, struct str value);

#endif
