/* What was made and spent, as it is told outside: JSON of the API, tables and CSV. */
#ifndef FEATURES_MONEY_USAGE_VIEW_H
#define FEATURES_MONEY_USAGE_VIEW_H

#include "base/buf.h"
#include "engine/usage.h"

struct usage_view_row {
    struct str name;  /* "2026-11-21", a backend, a door, or a user's id */
    struct str label; /* a user's name, or no value */
    int64_t jobs, failed, pictures, cost_micros, took_ms;
};

struct usage_view {
    struct str from, to; /* the first and the last day */
    enum usage_by by;
    struct str currency;
    struct field_list rows;                               /* struct usage_view_row */
    int64_t jobs, failed, pictures, cost_micros, took_ms; /* of all rows */
};
extern const struct field usage_view_json[];

enum { USAGE_CSV_MAX_BYTES = 16 * 1024 * 1024 };
/* With a line of names above; for users their ids and their names. */
void usage_put_csv(struct buf *out, const struct usage_view *view);

#endif
