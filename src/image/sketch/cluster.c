/* k-means, started from samples that lie far apart. */
#include "image/sketch/cluster.h"

#include <assert.h>

enum { ROUNDS = 7 };

static int nearest(const struct cluster *clusters, int count, struct lab c)
{
    float best = 1e9f;
    int at = 0;

    for (int i = 0; i < count; i++) {
        float dl = clusters[i].mean.l - c.l, da = clusters[i].mean.a - c.a,
              db = clusters[i].mean.b - c.b;
        float d =
            dl * dl + 2 * (da * da + db * db); /* hue tells things apart more than light does */

        if (d < best) {
            best = d;
            at = i;
        }
    }
    return at;
}

/* Each start is the sample farthest from those before it. */
static int spread_starts(const struct lab *samples, int count, int wanted, struct cluster *out)
{
    float far[CLUSTER_SAMPLES];
    int found = 1;

    out[0].mean = samples[count / 2];
    for (int i = 0; i < count; i++)
        far[i] = lab_distance(samples[i], out[0].mean);
    while (found < wanted) {
        int best = 0;

        for (int i = 1; i < count; i++)
            if (far[i] > far[best])
                best = i;
        if (far[best] < 0.01f)
            break; /* no further colour is another colour */
        out[found].mean = samples[best];
        for (int i = 0; i < count; i++) {
            float d = lab_distance(samples[i], out[found].mean);

            far[i] = d < far[i] ? d : far[i];
        }
        found++;
    }
    return found;
}

static void settle(const struct lab *samples, int count, struct cluster *out, int clusters)
{
    struct lab sum[CLUSTER_MAX] = { 0 };

    for (int i = 0; i < clusters; i++)
        out[i].members = 0;
    for (int i = 0; i < count; i++) {
        int at = nearest(out, clusters, samples[i]);

        sum[at].l += samples[i].l;
        sum[at].a += samples[i].a;
        sum[at].b += samples[i].b;
        out[at].members++;
    }
    for (int i = 0; i < clusters; i++)
        if (out[i].members > 0) {
            float n = (float)out[i].members;

            out[i].mean = (struct lab){ sum[i].l / n, sum[i].a / n, sum[i].b / n };
        }
}

int cluster_find(const struct lab *samples, int count, int wanted, struct cluster out[CLUSTER_MAX])
{
    int clusters, used = 0;

    assert(count > 0 && count <= CLUSTER_SAMPLES && wanted <= CLUSTER_MAX);
    clusters = spread_starts(samples, count, wanted, out);
    for (int round = 0; round < ROUNDS; round++)
        settle(samples, count, out, clusters);
    for (int i = 1; i < clusters; i++) /* few: insertion is enough, and keeps equals in order */
        for (int k = i; k > 0 && out[k].members > out[k - 1].members; k--) {
            struct cluster swap = out[k];

            out[k] = out[k - 1];
            out[k - 1] = swap;
        }
    while (used < clusters && out[used].members > 0)
        used++;
    return used;
}
