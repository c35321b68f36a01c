/* Paths to targets: patterns with ":name" segments, compiled once, matched without copying. */
#ifndef NET_ROUTER_H
#define NET_ROUTER_H

#include "net/http.h"

struct router;

enum {
    ROUTER_MAX_PARAMS = 6,
    ROUTER_MAX_SEGMENTS = 16, /* of a pattern */
};

struct router_match {
    const void *target;
    struct str names[ROUTER_MAX_PARAMS];
    struct str values[ROUTER_MAX_PARAMS]; /* percent-decoded; in the arena or in the path */
    size_t param_count;
    unsigned methods; /* ROUTER_NO_METHOD: bits of enum http_method that the path takes */
};

enum router_result {
    ROUTER_FOUND,
    ROUTER_NO_PATH,   /* a trailing slash makes another path, which no pattern matches */
    ROUTER_NO_METHOD, /* the path is known, match.methods says what it takes */
    ROUTER_BAD_PATH,  /* broken escapes, controls, ".", ".." or empty segments, not UTF-8 */
};

struct router *router_create(void);
void router_destroy(struct router *r);
/*
 * "/api/users/:id"; a last segment ":name*" takes the rest of the path, at least one segment. A
 * literal segment wins over a parameter, a parameter over a rest; the next best is tried when the
 * method or a later segment does not fit. Escapes are decoded per segment after splitting: "%2F"
 * never splits, and a rest refuses it (ROUTER_NO_PATH). HEAD is answered by GET's target.
 * ERR_CONFLICT when two patterns of one method would match the same, ERR_INVALID for a pattern that
 * is none. The pattern must live as long as the router.
 */
MUST_CHECK bool router_add(struct router *r, enum http_method method, const char *pattern,
                           const void *target, struct err *e);
/* Any number of threads at once. */
enum router_result router_find(const struct router *r, struct arena *a, enum http_method method,
                               struct str path, struct router_match *out);

#endif
