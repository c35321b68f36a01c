/* Which backend a job goes to next, from its list of wishes and how the backends are. */
#ifndef PROVIDER_FALLBACK_H
#define PROVIDER_FALLBACK_H

#include "provider/breaker.h"

struct fallback_option {
    bool known; /* there is such a backend, and it can do the request */
    bool tried; /* by this job, and it said that it will not (GEN_ELSEWHERE) */
    bool full;  /* as many calls as it may have */
    struct breaker_view breaker;
};

/*
 * The first option in order that takes a call now. Else, of those not tried, the one that is ready
 * soonest, with the wait in *out_wait_ms (0 for one that is only full). -1: none is left.
 */
int fallback_pick(const struct fallback_option *options, size_t count, int64_t *out_wait_ms);

#endif
