/* Reads requests the way a connection does, and writes down what it understood. */
#ifndef TESTS_UNIT_NET_HTTP_READING_H
#define TESTS_UNIT_NET_HTTP_READING_H

#include "base/buf.h"
#include "net/http_parse.h"

enum { READING_MAX_HEAD = 2048 };

struct reading {
    struct buf input; /* what could not be used yet */
    struct buf notes; /* what was understood, a line for each thing */
    struct http_scanner scanner;
    struct http_chunked chunked;
    int64_t body_left; /* of a plain body */
    enum { READING_HEAD, READING_PLAIN, READING_CHUNKED, READING_OVER } state;
};

void reading_init(struct reading *r);
void reading_deinit(struct reading *r);
void reading_feed(struct reading *r, struct str bytes);

#endif
