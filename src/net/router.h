/* Paths to targets: patterns with ":name" segments, compiled once, matched without copying. */
#ifndef NET_ROUTER_H
#define NET_ROUTER_H

#include "net/http.h"

struct router;

enum { ROUTER_MAX_PARAMS = 6 };

struct router_match {
    const void *target;
    struct str names[ROUTER_MAX_PARAMS];
    struct str values[ROUTER_MAX_PARAMS]; /* percent-decoded, in the arena */
    size_t param_count;
    unsigned methods; /* bits of enum http_method that the path takes */
};

enum router_result {
    ROUTER_FOUND,
    ROUTER_NO_PATH,
    ROUTER_NO_METHOD, /* the path is known, match.methods says what it takes */
    ROUTER_BAD_PATH,  /* broken escapes, NUL, "." or ".." segments, not UTF-8 */
};

struct router *router_create(void);
void router_destroy(struct router *r);
/*
 * "/api/users/:id"; a last segment ":name*" takes the rest of the path, at least one byte. A
 * literal segment wins over a parameter. ERR_CONFLICT when two patterns of one method would match
 * the same. HEAD is answered by GET's target.
 */
MUST_CHECK bool router_add(struct router *r, enum http_method method, const char *pattern,
                           const void *target, struct err *e);
enum router_result router_find(const struct router *r, struct arena *a, enum http_method method,
                               struct str path, struct router_match *out);

#endif
