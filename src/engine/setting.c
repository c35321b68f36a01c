/* Values of the whole installation that live in its database. */
#include "engine/setting.h"

struct setting {
    struct str name, value;
};

static const struct field setting_columns[] = {
    { FIELD(struct setting, name) },
    { FIELD(struct setting, value) },
    { 0 },
};

bool setting_load_or_store(struct db_tx *tx, struct arena *a, struct str name, struct str fresh,
                           struct str *out, struct err *e)
{
    struct setting want = { name, fresh }, found = { 0 };

    if (!db_exec(tx, Q_SETTING_INSERT, setting_columns, &want, e) ||
        !db_row(tx, a, Q_SETTING_BY_NAME, setting_columns, &want, setting_columns, &found, e))
        return false;
    *out = found.value;
    return true;
}

bool setting_load(struct db_tx *tx, struct arena *a, struct str name, struct str *out,
                  struct err *e)
{
    struct setting want = { .name = name }, found = { 0 };

    if (!db_row(tx, a, Q_SETTING_BY_NAME, setting_columns, &want, setting_columns, &found, e))
        return false;
    *out = found.value;
    return true;
}
