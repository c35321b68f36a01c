/* Days, weeks and months of UTC. */
#include "engine/period.h"

#include <assert.h>
#include <time.h>

enum { WEEK_DAYS = 7, THURSDAY = 3 /* 1970 began on one; days since Monday */ };

const char *const period_names[] = { "day", "week", "month", NULL };
static_assert(COUNT(period_names) == PERIOD_COUNT + 1, "one spelling per period");

static int64_t day_of(int64_t ms)
{
    return (ms - (ms < 0 ? DAY_MS - 1 : 0)) / DAY_MS;
}

/* The first of the month that is so many months after the one of this moment. */
static int64_t month_start(int64_t ms, int months)
{
    time_t seconds = (time_t)(day_of(ms) * (DAY_MS / 1000));
    struct tm parts = { 0 };

    gmtime_r(&seconds, &parts);
    parts.tm_mday = 1;
    parts.tm_mon += months;
    return (int64_t)timegm(&parts) * 1000;
}

int64_t period_start(enum period period, int64_t ms)
{
    int64_t day = day_of(ms);

    switch (period) {
    case PERIOD_WEEK:
        return (day - (day + THURSDAY) % WEEK_DAYS) * DAY_MS;
    case PERIOD_MONTH:
        return month_start(ms, 0);
    default:
        return day * DAY_MS;
    }
}

int64_t period_end(enum period period, int64_t ms)
{
    int64_t start = period_start(period, ms);

    switch (period) {
    case PERIOD_WEEK:
        return start + (int64_t)WEEK_DAYS * DAY_MS;
    case PERIOD_MONTH:
        return month_start(ms, 1);
    default:
        return start + DAY_MS;
    }
}
