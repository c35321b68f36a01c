/* Comma-separated values, RFC 4180: rows of cells, quoted where they have to be. */
#ifndef FEATURES_GENERATE_CSV_H
#define FEATURES_GENERATE_CSV_H

#include "base/arena.h"
#include "base/err.h"

struct csv {
    struct arena *arena; /* of cells that were quoted; others point into the text */
    struct str rest;
    size_t line; /* where the row that is read begins, from 1; where it broke after an error */
    size_t next_line;
};
struct csv_row {
    struct str *cells; /* the caller's */
    size_t count, line;
};

struct csv csv_open(struct arena *a, struct str text);
/* The next row; *out_more is false at the end. ERR_INVALID for more than max cells and for quotes
 * that are not closed or do not stand at the edge of a cell. */
MUST_CHECK bool csv_next(struct csv *c, struct csv_row *out, size_t max, bool *out_more,
                         struct err *e);

#endif
