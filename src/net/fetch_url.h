/* A URL taken apart by the parser that will also connect, so that what is checked is what is used.
 */
#ifndef NET_FETCH_URL_H
#define NET_FETCH_URL_H

#include "base/arena.h"
#include "net/fetch_curl.h"

enum { FETCH_URL_MAX = 8192 };

struct fetch_url {
    struct str text; /* normalised, without fragment */
    struct str host; /* ASCII; numeric IPv4 as four decimals, IPv6 in brackets */
    int port;
    bool secure;
};

/*
 * base is the URL that text is relative to, or has no value. ERR_INVALID: not http or https, user
 * info, control characters, blanks, a host that is no name and no address. Messages never quote.
 */
MUST_CHECK bool fetch_url_parse(const struct fetch_curl *curl, struct arena *a, struct str base,
                                struct str text, struct fetch_url *out, struct err *e);
bool fetch_url_same_origin(const struct fetch_url *a, const struct fetch_url *b);

#endif
