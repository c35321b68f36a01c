/* What was made and spent, by day, backend, door or user. */
#include "engine/usage.h"

const char *const usage_by_names[] = { "backend", "door", "user", "day", NULL };

struct usage_row {
    struct str user_id;
    enum usage_by dimension;
    int64_t from, to;
};

static const struct field usage_params[] = {
    { FIELD(struct usage_row, user_id) },
    { FIELD_ENUM(struct usage_row, dimension, usage_by_names) },
    { FIELD(struct usage_row, from) },
    { FIELD(struct usage_row, to) },
    { 0 },
};

static const struct field usage_columns[] = {
    { FIELD(struct usage, day) },
    { FIELD(struct usage, name) },
    { FIELD(struct usage, label) },
    { FIELD(struct usage, jobs) },
    { FIELD(struct usage, pictures) },
    { FIELD(struct usage, spent) },
    { 0 },
};

static bool list_by(struct db_tx *tx, struct arena *a, enum query query,
                    const struct usage_row *row, struct field_list *out, struct err *e)
{
    return db_rows(tx, a, query, usage_params, row, usage_columns, sizeof(struct usage), out, e);
}

bool usage_list(struct db_tx *tx, struct arena *a, const struct usage_question *question,
                struct field_list *out, struct err *e)
{
    struct usage_row row = { .user_id = question->user_id,
                             .dimension = question->by,
                             .from = question->from,
                             .to = question->to };

    if (str_is_null(row.user_id))
        row.user_id = STR("");
    if (question->by == USAGE_BY_USER)
        return list_by(tx, a, Q_USAGE_BY_USER, &row, out, e);
    if (question->by != USAGE_BY_DAY)
        return list_by(tx, a, Q_USAGE_BY_NAME, &row, out, e);
    row.dimension = USAGE_BY_BACKEND; /* of the three that have all of a day the shortest */
    return list_by(tx, a, Q_USAGE_BY_DAY, &row, out, e);
}
