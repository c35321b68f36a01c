/* Which backend a job goes to next. */
#include "provider/fallback.h"

int fallback_pick(const struct fallback_option *options, size_t count, int64_t *out_wait_ms)
{
    int best = -1;

    *out_wait_ms = 0;
    for (size_t i = 0; i < count; i++) {
        int64_t wait = options[i].breaker.ready_in_ms;

        if (!options[i].known || options[i].tried)
            continue;
        if (wait == 0 && !options[i].full) {
            *out_wait_ms = 0;
            return (int)i;
        }
        if (best < 0 || wait < *out_wait_ms) {
            best = (int)i;
            *out_wait_ms = wait;
        }
    }
    return best;
}
