/* The few colours that stand for many: k-means in OKLab. */
#ifndef IMAGE_SKETCH_CLUSTER_H
#define IMAGE_SKETCH_CLUSTER_H

#include "image/sketch/colour.h"

enum { CLUSTER_MAX = 32, CLUSTER_SAMPLES = 2048 };

struct cluster {
    struct lab mean;
    int members;
};

/* Writes up to `wanted` clusters, most members first; says how many have any. The start is a fixed
 * spread, so the same samples always give the same clusters. count <= CLUSTER_SAMPLES. */
int cluster_find(const struct lab *samples, int count, int wanted, struct cluster out[CLUSTER_MAX]);

#endif
