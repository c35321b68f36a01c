/* Days, weeks and months of UTC. */
#include "check.h"

#include "base/clock.h"
#include "engine/period.h"

static int64_t at(const char *iso)
{
    int64_t ms = 0;

    CHECK(clock_parse_iso(str_from(iso), &ms));
    return ms;
}

static void periods_begin_and_end_where_calendars_say(void **state)
{
    static const struct {
        enum period period;
        const char *moment, *start, *end;
    } cases[] = {
        { PERIOD_DAY, "2026-11-21T00:00:00Z", "2026-11-21T00:00:00Z", "2026-11-22T00:00:00Z" },
        { PERIOD_DAY, "2026-11-21T23:59:59.999Z", "2026-11-21T00:00:00Z", "2026-11-22T00:00:00Z" },
        { PERIOD_DAY, "2028-02-28T12:00:00Z", "2028-02-28T00:00:00Z", "2028-02-29T00:00:00Z" },
        { PERIOD_WEEK, "2026-11-21T12:00:00Z", "2026-11-16T00:00:00Z", "2026-11-23T00:00:00Z" },
        { PERIOD_WEEK, "2026-11-22T23:59:59.999Z", "2026-11-16T00:00:00Z", "2026-11-23T00:00:00Z" },
        { PERIOD_WEEK, "2026-11-23T00:00:00Z", "2026-11-23T00:00:00Z", "2026-11-30T00:00:00Z" },
        { PERIOD_WEEK, "2027-01-01T00:00:00Z", "2026-12-28T00:00:00Z", "2027-01-04T00:00:00Z" },
        { PERIOD_MONTH, "2026-11-21T12:00:00Z", "2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z" },
        { PERIOD_MONTH, "2026-12-31T23:59:59.999Z", "2026-12-01T00:00:00Z",
          "2027-01-01T00:00:00Z" },
        { PERIOD_MONTH, "2028-02-29T12:00:00Z", "2028-02-01T00:00:00Z", "2028-03-01T00:00:00Z" },
        { PERIOD_MONTH, "1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "1970-02-01T00:00:00Z" },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t moment = at(cases[i].moment);

        CHECK_I64(period_start(cases[i].period, moment), at(cases[i].start));
        CHECK_I64(period_end(cases[i].period, moment), at(cases[i].end));
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = { TEST(periods_begin_and_end_where_calendars_say) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
