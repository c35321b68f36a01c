/* Numbers of the whole installation, from sums that are kept. */
#include "engine/stats.h"

#include "base/clock.h"
#include "engine/period.h"

struct pictures {
    int64_t pictures, trashed;
};

static const struct field pictures_columns[] = {
    { FIELD(struct pictures, pictures) },
    { FIELD(struct pictures, trashed) },
    { 0 },
};

struct money {
    int64_t reserved, day_start, day_spent, month_start, month_spent;
};

static const struct field money_columns[] = {
    { FIELD(struct money, reserved) },    { FIELD_TIME(struct money, day_start) },
    { FIELD(struct money, day_spent) },   { FIELD_TIME(struct money, month_start) },
    { FIELD(struct money, month_spent) }, { 0 },
};

/* What was spent in a period that is over does not count in this one. */
static int64_t spent_in(enum period period, int64_t start, int64_t spent)
{
    return start == period_start(period, clock_now_ms()) ? spent : 0;
}

bool stats_load(struct db_tx *tx, struct stats *out, struct err *e)
{
    AUTO_ARENA a = { 0 };
    struct pictures pictures = { 0 };
    struct money money = { 0 };
    struct err why = { 0 };

    if (!db_row(tx, &a, Q_STATS_PICTURES, NULL, NULL, pictures_columns, &pictures, e))
        return false;
    if (!db_row(tx, &a, Q_STATS_MONEY, NULL, NULL, money_columns, &money, &why) &&
        why.code != ERR_NOT_FOUND) {
        *e = why;
        return false;
    }
    *out = (struct stats){
        .pictures = pictures.pictures,
        .trashed = pictures.trashed,
        .reserved = money.reserved,
        .spent_today = spent_in(PERIOD_DAY, money.day_start, money.day_spent),
        .spent_this_month = spent_in(PERIOD_MONTH, money.month_start, money.month_spent),
    };
    return true;
}
