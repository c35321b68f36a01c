/* The parts of Supabase that a copy needs: objects in Storage, rows through PostgREST, signed
 * addresses. */
#ifndef FEATURES_CLOUD_SUPABASE_H
#define FEATURES_CLOUD_SUPABASE_H

#include "api/command.h"
#include "net/guard.h"
#include "provider/run.h"

enum { SUPABASE_ATTEMPTS = 3, SUPABASE_OBJECT_MAX_BYTES = 256 * 1024 * 1024 };

struct supabase {
    struct str storage_url, rest_url; /* no slash at the end; storage_url may be empty */
    struct str key;
    struct guard guard;        /* these two */
    struct gen_cancel *cancel; /* of whoever waits; NULL: nobody ends it */
    int64_t pause_ms;          /* before the second attempt; then twice that */
};

/* ERR_MISCONFIGURED says which setting is missing or wrong. The key is kept out of the log. */
MUST_CHECK bool supabase_open(struct arena *a, const struct command_cloud *settings,
                              struct supabase *out, struct err *e);

/*
 * All of them may be repeated freely, and are, after a cut connection and after 5xx and 429, never
 * after any other answer: SUPABASE_ATTEMPTS in all. ERR_MISCONFIGURED: key, policy, bucket, table;
 * ERR_REJECTED: what is wrong with this one; ERR_UPSTREAM, ERR_UNAVAILABLE, ERR_RATE_LIMITED,
 * ERR_TIMEOUT: later. Messages hold what the project says, without the key.
 */
MUST_CHECK bool supabase_upload(const struct supabase *s, struct arena *a, struct str bucket,
                                struct str path, struct str bytes, struct str media_type,
                                struct err *e);
/* row: a JSON object; one with the same value in `key` is replaced. */
MUST_CHECK bool supabase_insert(const struct supabase *s, struct arena *a, struct str schema,
                                struct str table, const char *key, struct str row, struct err *e);
/* An address that needs no key and works for so long. */
MUST_CHECK bool supabase_sign(const struct supabase *s, struct arena *a, struct str bucket,
                              struct str path, int64_t seconds, struct str *out_url, struct err *e);

/* The status that an error of Storage means: its HTTP status is 400 for nearly all of them. */
int supabase_status(int http_status, struct str body);

#endif
