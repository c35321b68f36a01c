/* Range, If-Range and entity tags of one reply. */
#ifndef NET_RANGE_H
#define NET_RANGE_H

#include "net/http.h"

/* Half open: [start, start + bytes). */
struct range {
    int64_t start, bytes;
};

enum range_result {
    RANGE_NONE,          /* no usable header: send all with 200 */
    RANGE_OK,            /* send *out with 206 */
    RANGE_UNSATISFIABLE, /* 416 with "bytes * / size" */
};

/*
 * One range only; several, or other units, count as none, as RFC 9110 allows. So does any range of
 * an empty body: some clients send "bytes=0-" with everything, and nothing is all there is.
 */
enum range_result range_parse(struct str header, int64_t size, struct range *out);

/* Does If-None-Match (a list, "*", weak tags) name this tag, quotes included? */
bool etag_matches(struct str if_none_match, struct str etag);

/*
 * Turns a full 200 reply to GET or HEAD, whose body, file or source has `size` bytes, into the
 * right one: 304 for a matching If-None-Match, 206 or 416 for a Range that If-Range does not void.
 * Adds ETag (when there is one) and Accept-Ranges. A source that cannot seek is sent whole; what is
 * not sent is closed.
 */
void range_apply(struct http_exchange *x, struct str etag, int64_t size);

#endif
