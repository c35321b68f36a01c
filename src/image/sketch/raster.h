/* Coverage of outlines, row by row, in integers. */
#ifndef IMAGE_SKETCH_RASTER_H
#define IMAGE_SKETCH_RASTER_H

#include "image/sketch/canvas.h"

struct raster_edge {
    int32_t x0, y0, x1, y1; /* 24.8 pixels, y0 < y1 */
    int32_t sign;
};

/* One pass over one path, top to bottom. Lives in the canvas's arena until that is rewound. */
struct raster {
    struct raster_edge *edges; /* by first row */
    int *active;
    int edge_count, active_count, next;
    int32_t *acc; /* width + 2 cells, all zero between rows */
    int width, first_row, end_row;
    int left, right; /* columns touched by the last row: [left, right) */
};

/* False: nothing of the path lies on the canvas. */
bool raster_begin(struct raster *r, const struct canvas *c, const struct path *p);
/* Rows must be asked for in rising order. Writes coverage into [r->left, r->right) of cover. */
void raster_row(struct raster *r, int row, uint8_t *cover);

#endif
