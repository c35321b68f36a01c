/* Keeps callers away from a backend that fails, and lets one of them find out when it is back. */
#ifndef PROVIDER_BREAKER_H
#define PROVIDER_BREAKER_H

#include "base/thread.h"

enum breaker_state {
    BREAKER_CLOSED,    /* calls pass */
    BREAKER_OPEN,      /* none passes until the cool-down is over */
    BREAKER_HALF_OPEN, /* one passes and decides */
};
extern const char *const breaker_state_names[]; /* NULL at the end */

/* Zeros stand for the defaults. */
struct breaker_rules {
    int64_t failures_in_a_row; /* that open it: 5 */
    int64_t percent_failed;    /* of the last 20 calls, also opens it: 60 */
    int64_t cool_down_ms;      /* 5 s; doubled by each probe that fails, shortened by jitter */
    int64_t cool_down_max_ms;  /* 5 min */
};

/* Any thread. Created in place, by its owner. */
struct breaker {
    struct breaker_rules rules;
    struct lock lock; /* guards what follows */
    enum breaker_state state;
    int64_t in_a_row, opened_in_a_row, ready_ms;
    uint32_t epoch;   /* counts changes of state: late answers of an earlier one count no more */
    uint32_t history; /* a bit for each of the last calls, 1 for a failure */
    int known;        /* bits of history that mean something */
    bool probing;
};

/* Hand it back with breaker_leave, once. */
struct breaker_pass {
    uint32_t epoch;
    int64_t began_us; /* steady; the backend's */
};

/* What a call says about the backend's health; a request's own fault says nothing. */
enum breaker_verdict { VERDICT_WELL, VERDICT_ILL, VERDICT_NOTHING };

struct breaker_view {
    enum breaker_state state;
    int64_t in_a_row;    /* failures */
    int64_t ready_in_ms; /* until a call may pass; 0: now */
};

void breaker_init(struct breaker *b, const struct breaker_rules *rules);
void breaker_deinit(struct breaker *b);
/* False: not now; *out_retry_ms says when to ask again. */
MUST_CHECK bool breaker_enter(struct breaker *b, struct breaker_pass *out, int64_t *out_retry_ms);
/* retry_after_ms is what the backend asked for, 0 for nothing: it keeps an open breaker open. */
void breaker_leave(struct breaker *b, struct breaker_pass pass, enum breaker_verdict verdict,
                   int64_t retry_after_ms);
struct breaker_view breaker_look(struct breaker *b);

#endif
