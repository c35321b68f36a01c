/* The one place where connections begin: the guard at their socket, and what libcurl is not to do
 * by itself. */
#ifndef NET_FETCH_GATE_H
#define NET_FETCH_GATE_H

#include "net/fetch_url.h"
#include "net/guard.h"

struct fetch_gate {
    const struct fetch_curl *curl;
    const struct fetch_url *url;
    const struct guard *guard; /* NULL: public addresses only */
    int64_t connect_timeout_ms;
    /* What came of it. */
    bool refused;    /* an address was, and why: */
    bool connecting; /* another one was not */
    struct err refusal;
};

/* Sets the handle up; the gate outlives it. False: libcurl does not know an option. */
MUST_CHECK bool fetch_gate_put(struct fetch_gate *g, CURL *easy);
/* Gives false with the words for a transfer's result. */
bool fetch_gate_fail(const struct fetch_gate *g, CURLcode result, struct err *e);

#endif
