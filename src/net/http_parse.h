/* Reads HTTP/1.x from bytes in any split: request heads and chunked bodies, strictly. */
#ifndef NET_HTTP_PARSE_H
#define NET_HTTP_PARSE_H

#include "net/http.h"

enum { HTTP_MAX_HEADERS = 100 };

bool http_is_token_char(char c); /* of header names and methods */

/* Finds the end of a head while it grows. All zero to begin; the bytes must stay in front. */
struct http_scanner {
    size_t line;  /* where the line begins that is not complete yet */
    size_t lines; /* complete ones so far */
};

enum http_scan {
    HTTP_SCAN_MORE,
    HTTP_SCAN_DONE,
    HTTP_SCAN_BAD,       /* 400: this can never become a head */
    HTTP_SCAN_TOO_LARGE, /* 431 */
};

/* bytes: all since the head began. The answer depends on the bytes only, not on the split. */
enum http_scan http_scan(struct http_scanner *s, struct str bytes, size_t max_bytes,
                         size_t *out_head_bytes);

struct http_head {
    struct http_request request; /* views of the head that was parsed; headers in the arena */
    int64_t content_length;      /* 0 without one */
    bool chunked;
    bool keep_alive;
    bool expects_continue;
};

/*
 * A whole head with its empty line. ERR_MALFORMED, ERR_HEADERS_TOO_LARGE (too many), and for what
 * may be right but is not spoken here ERR_NOT_IMPLEMENTED or ERR_EXPECTATION.
 */
MUST_CHECK bool http_head_parse(struct arena *a, struct str head, struct http_head *out,
                                struct err *e);

/* A chunked body being read. All zero to begin. */
struct http_chunked {
    int state;
    int digits;         /* of the size */
    int64_t left;       /* of the chunk */
    size_t extra_bytes; /* extensions and trailers: skipped, and limited */
    char name[18];      /* of the trailer, as far as it matters */
    size_t name_bytes;
};

enum http_chunk { HTTP_CHUNK_MORE, HTTP_CHUNK_DATA, HTTP_CHUNK_END, HTTP_CHUNK_BAD };

/*
 * Takes bytes from the front of *in. HTTP_CHUNK_DATA: *out is the next run of the body; call again.
 * HTTP_CHUNK_MORE: *in is used up. After HTTP_CHUNK_END *in is what follows the body.
 */
enum http_chunk http_chunked_next(struct http_chunked *c, struct str *in, struct str *out);

#endif
