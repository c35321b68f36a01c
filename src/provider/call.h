/* One HTTP call to a provider, with its failures told apart: what may be tried again, and what may
 * have been paid. */
#ifndef PROVIDER_CALL_H
#define PROVIDER_CALL_H

#include "net/fetch.h"
#include "provider/run.h"

enum { PROVIDER_HEADERS_MAX = 8, RETRY_AFTER_MAX_MS = 120 * 1000 };

struct provider_call {
    enum http_method method;
    struct str url;
    struct http_header headers[PROVIDER_HEADERS_MAX]; /* a name without value ends them */
    struct str body, content_type;
    struct str secret;      /* cut out of what the provider says, as the headers' values are */
    bool buys;              /* carried out twice it may be paid twice */
    enum fetch_trust trust; /* FETCH_FOREIGN for an address out of an answer, without the secret */
    const struct guard *guard;
    int64_t timeout_ms;     /* within the deadline of the run; 0: 60 s */
    int64_t max_body_bytes; /* 0: 1 MiB, and what is larger is no answer */
};

/*
 * True for 2xx. *out is filled in whenever there was an answer (else its status is 0), so that an
 * adapter can look for its own signs of a refusal before it passes the error on.
 *   ERR_RATE_LIMITED, ERR_UPSTREAM, ERR_UNAVAILABLE, ERR_TIMEOUT: again later
 *   ERR_MISCONFIGURED: credential, credit, quota; ERR_REJECTED: every other 3xx and 4xx
 *   ERR_OUTCOME_UNKNOWN: a call that buys was sent and no clear answer came
 * and ERR_CANCELLED, ERR_TOO_LARGE, ERR_FORBIDDEN, ERR_INVALID as fetch has them. The message holds
 * what the provider says, one line, without the credential.
 */
MUST_CHECK bool provider_fetch(const struct gen_run *run, struct arena *a,
                               const struct provider_call *call, struct fetch_reply *out,
                               struct err *e);

/* The same without fetching: the error for a status, 0 for one that is none. */
enum err_code provider_status_code(int status, struct str body, bool buys);
/* These say for certain that a call has begun nothing; behind all others it may have. */
bool provider_status_is_refusal(int status);
/* One line out of the body of an error: JSON in the shapes that providers use, or plain text. */
struct str provider_error_text(struct arena *a, struct str body, const struct str_list *secrets);
/* "17" or an HTTP date; 0 when it is neither or over, at most RETRY_AFTER_MAX_MS. */
int64_t provider_retry_after(struct str value, int64_t now_ms);

/* The guard of a backend: what everybody may reach, and host and port of its own address. */
MUST_CHECK bool provider_guard(struct arena *a, const struct guard *everybody, struct str url,
                               struct guard *out, struct err *e);

/* An image as base64, with or without "data:<type>;base64," in front; *out_type has no value
 * without. ERR_REJECTED for anything else, ERR_TOO_LARGE past max_bytes. */
MUST_CHECK bool provider_inline_image(struct arena *a, struct str text, int64_t max_bytes,
                                      struct str *out_bytes, struct str *out_type, struct err *e);
/* "data:<type>;base64,..." */
struct str provider_data_url(struct arena *a, struct str bytes, struct str media_type);

#endif
