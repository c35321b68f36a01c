/* The words of HTTP that every layer above net/ shares: methods, requests, replies, exchanges. */
#ifndef NET_HTTP_H
#define NET_HTTP_H

#include <stdatomic.h>

#include "base/arena.h"
#include "base/err.h"

enum http_method {
    HTTP_GET,
    HTTP_HEAD,
    HTTP_POST,
    HTTP_PUT,
    HTTP_PATCH,
    HTTP_DELETE,
    HTTP_OPTIONS,
    HTTP_METHOD_COUNT
};
extern const char *const http_method_names[]; /* NULL at the end */
const char *http_reason(int status);

struct http_header {
    struct str name; /* as sent; compared without case */
    struct str value;
};

/* Everything here is borrowed from the exchange. */
struct http_request {
    enum http_method method;
    struct str path;  /* raw, begins with '/', no query */
    struct str query; /* raw, without '?', no value when there is none */
    struct str host;
    const struct http_header *headers;
    size_t header_count;
    bool has_body;   /* one is announced; what follows is known when it has come */
    struct str body; /* when held in memory */
    int body_fd;     /* when spooled: an unnamed file, read from 0; else -1 */
    int64_t body_bytes;
    struct str peer; /* the client's address without port; behind a proxy, what that says */
    bool secure;     /* https, as the proxy says */
};

/* The value of the first header of that name, or no value. */
struct str http_header_get(const struct http_request *request, const char *name);
/* One cookie's value out of the Cookie header, or no value. */
struct str http_cookie_get(const struct http_request *request, const char *name);

/* A run of a reply's body: bytes, or a piece of a file. */
struct http_part {
    struct str bytes; /* used when fd is -1 */
    int fd;           /* owned by the source that gave it */
    int64_t offset, length;
};

enum http_next {
    HTTP_NEXT_PART,   /* *out is the part that follows; it may be empty */
    HTTP_NEXT_WAIT,   /* nothing yet: server_resume is called, once, when there may be */
    HTTP_NEXT_FAILED, /* there will be none, *e says why: the connection ends */
};

/*
 * A body that is made piece by piece on the loop thread, where nothing may block. It is asked for
 * no more than its length: what the last part has too much is not sent.
 */
struct http_source {
    /* *out holds nothing. A part stays valid until the next call or close. */
    enum http_next (*next)(void *ctx, struct http_part *out, struct err *e);
    void (*close)(void *ctx); /* exactly once, also when the peer went away; never during a wait */
    /* Optional: the next part begins at this position of the whole. With it, ranges are served. */
    void (*seek)(void *ctx, int64_t position);
    void *ctx;
};

enum { HTTP_REPLY_HEADERS = 16 };

/* status 0: not answered yet. Content-Length, Date and Connection are the server's to write. */
struct http_reply {
    int status;
    struct http_header headers[HTTP_REPLY_HEADERS];
    size_t header_count;
    struct str body; /* lives in the exchange's arena, or for ever */
    int file_fd;     /* or -1; the server closes it after sending [file_offset, +file_bytes) */
    int64_t file_offset, file_bytes;
    struct http_source source; /* used when next is set; source_bytes is the exact length */
    int64_t source_bytes;
    bool close; /* end the connection after this reply */
};

/*
 * One request and its reply. Owned by the loop thread and lent to whoever answers it, who may use
 * it until then, also when the connection is gone; what the reply points to lives until done().
 */
struct http_exchange {
    struct arena arena;
    struct http_request request;
    struct http_reply reply;
    void *user;               /* the handler's own */
    const struct err *broken; /* the reply was begun and could not be finished, because: */
    atomic_bool gone; /* the peer hung up: who works on the answer may stop, but still answers */
};

/* Aborts on a name or value with control characters, and beyond HTTP_REPLY_HEADERS. */
void http_reply_header(struct http_exchange *x, const char *name, struct str value);
/* Takes a body off that was not begun: its file and its source are closed. */
void http_reply_drop_body(struct http_reply *reply);
/* For Content-Disposition: a download under this name, which is UTF-8 without controls. */
struct str http_attachment(struct arena *a, struct str file_name);
/* May it stand in a header? Control characters but the tab may not. */
MUST_CHECK bool http_value_is_safe(struct str value);

#endif
