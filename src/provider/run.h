/* What the worker lends to one call of a provider: a way to save, to tell, to wait and to be
 * stopped. */
#ifndef PROVIDER_RUN_H
#define PROVIDER_RUN_H

#include <stdatomic.h>

#include "base/err.h"
#include "base/thread.h"

/* Set by one thread, waited on by another. */
struct gen_cancel {
    struct lock lock;
    atomic_bool set; /* what fetch looks at */
    int wake_fd;     /* of gen_cancel_fd, or -1; the lock guards it */
};

void gen_cancel_init(struct gen_cancel *c);
void gen_cancel_deinit(struct gen_cancel *c);
void gen_cancel_set(struct gen_cancel *c); /* wakes who waits */
/* Can be read once it is set: for who waits on a socket. Lives as long as c; -1: there is none
 * left.
 */
int gen_cancel_fd(struct gen_cancel *c);

struct gen_run {
    struct gen_cancel *cancel;
    int64_t deadline_ms;     /* on the steady clock; 0: none */
    struct str saved_remote; /* what an earlier attempt saved, or no value */
    int64_t max_image_bytes;
    size_t max_images;
    void *ctx;
    /* Durable before it returns; a later save replaces an earlier one. JSON text, under 64 KiB;
     * empty text forgets: what was there has ended without a picture. */
    bool (*save_remote)(void *ctx, struct str text, struct err *e);
    /* Optional. Durable before it returns: true right before a call that buys is sent, false when
     * that call has provably bought nothing. A saved remote id takes its place. */
    bool (*mark_sent)(void *ctx, bool sent, struct err *e);
    /* Optional. fraction from 0 to 1, or negative: not known. */
    void (*progress)(void *ctx, double fraction, struct str note);
    void (*preview)(void *ctx, struct str bytes); /* an image file, of a kind to be sniffed */
};

/* ERR_CANCELLED when cancelled, ERR_TIMEOUT past the deadline. */
MUST_CHECK bool run_check(const struct gen_run *run, struct err *e);
/* Waits so long unless one of both comes first. */
MUST_CHECK bool run_wait(const struct gen_run *run, int64_t ms, struct err *e);
/* Until the deadline, at most `most`. */
int64_t run_left_ms(const struct gen_run *run, int64_t most);
MUST_CHECK bool run_save_remote(const struct gen_run *run, struct str text, struct err *e);
/* provider_fetch does it for calls that buy; others do it themselves. */
MUST_CHECK bool run_mark_sent(const struct gen_run *run, bool sent, struct err *e);
void run_progress(const struct gen_run *run, double fraction, const char *note);
void run_preview(const struct gen_run *run, struct str bytes);

/*
 * Asks again and again, with growing pauses, until poll says done. What err_may_retry holds of is
 * asked again: until the deadline, or until it has failed failures_max times. Pauses start at
 * first_ms and grow to max_ms; a longer Retry-After is honoured. `wait`, when there is one, stands
 * for run_wait: it may end sooner, or go on for longer while it knows that there is nothing to ask.
 */
struct run_poll {
    int64_t first_ms, max_ms;
    bool (*poll)(void *ctx, bool *out_done, struct err *e);
    void *ctx;
    int failures_max; /* 0: the deadline alone ends it */
    bool (*wait)(void *ctx, int64_t ms, struct err *e);
};
MUST_CHECK bool run_poll(const struct gen_run *run, const struct run_poll *how, struct err *e);

#endif
