/* What was made and spent, by day, backend, door or user. */
#include "engine/usage.h"

const char *const usage_by_names[] = { "backend", "door", "user", "day", NULL };

struct usage_row {
    struct str user_id;
    int64_t from, to;
};

static const struct field usage_params[] = {
    { FIELD(struct usage_row, user_id) },
    { FIELD(struct usage_row, from) },
    { FIELD(struct usage_row, to) },
    { 0 },
};

static const struct field usage_columns[] = {
    { FIELD(struct usage, day) },
    { FIELD(struct usage, name) },
    { FIELD(struct usage, label) },
    { FIELD(struct usage, jobs) },
    { FIELD(struct usage, failed) },
    { FIELD(struct usage, pictures) },
    { FIELD(struct usage, spent) },
    { FIELD(struct usage, took_ms) },
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
    bool of_all = str_is_null(question->user_id);
    struct usage_row row = { .user_id = of_all ? STR("") : question->user_id,
                             .from = question->from,
                             .to = question->to };

    switch (question->by) {
    case USAGE_BY_BACKEND:
        return list_by(tx, a, Q_USAGE_BY_BACKEND, &row, out, e);
    case USAGE_BY_DOOR:
        return list_by(tx, a, Q_USAGE_BY_DOOR, &row, out, e);
    case USAGE_BY_USER:
        return of_all ? list_by(tx, a, Q_USAGE_BY_USER, &row, out, e)
                      : list_by(tx, a, Q_USAGE_OF_USER, &row, out, e);
    default:
        return list_by(tx, a, Q_USAGE_BY_DAY, &row, out, e);
    }
}

bool usage_check_user(struct db_tx *tx, struct arena *a, struct str user_id, struct err *e)
{
    const struct usage_row row = { .user_id = user_id };
    struct usage found;

    if (db_row(tx, a, Q_USAGE_KNOWS_USER, usage_params, &row, usage_columns, &found, e))
        return true;
    return e->code == ERR_NOT_FOUND
               ? err_set_field(e, ERR_NOT_FOUND, STR("user"), "there is no such user")
               : false;
}
