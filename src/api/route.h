/* Routes as data: one row says all about a path, and a handler sees nothing but a decoded call. */
#ifndef API_ROUTE_H
#define API_ROUTE_H

#include "api/command.h"
#include "api/page.h"
#include "api/stream.h"
#include "engine/credential.h"
#include "net/router.h"

struct api;
struct api_call;

/* Who may call, at least. */
enum route_who { WHO_ANYONE, WHO_VIEWER, WHO_MEMBER, WHO_ADMIN };
extern const char *const route_who_names[];

enum route_kind {
    ROUTE_PLAIN,  /* no database: runs on the loop thread, must be quick */
    ROUTE_READ,   /* one snapshot */
    ROUTE_WRITE,  /* one transaction; the answer leaves after the commit */
    ROUTE_STREAM, /* one snapshot; then events follow behind call->text, as call->stream says */
};
extern const char *const route_kind_names[];

/* A struct with its table and its name outside. */
struct shape {
    const char *name;
    const struct field *fields;
    size_t bytes;
    const void *defaults; /* what a request's struct holds before it is filled; NULL: zeros */
};

/*
 * False with *e: the transaction is rolled back and the error is the answer. May run more than once
 * in a row. It parses nothing, writes no JSON, holds no SQL, commits nothing.
 */
typedef bool (*api_handler_fn)(struct api_call *call, struct err *e);

struct route {
    enum http_method method;
    const char *path;
    enum route_who who;
    enum route_kind kind;
    api_handler_fn handler;
    const struct shape *body;   /* NULL: none is taken */
    const struct shape *query;  /* NULL: no parameters */
    const struct shape *answer; /* NULL: no content, or text */
    const char *summary;
    const char *list; /* the answer is {"<list>":[answer...],"nextCursor":...} */
    api_handler_fn
        prepare; /* slow work before the transaction, on a thread of its own: hashing a password */
    bool upload; /* takes a body of any type into a file, request.body_fd; call->body is NULL then.
                  * JSON is decoded as everywhere. With prepare. */
    bool idempotent;       /* takes Idempotency-Key */
    const char *text_type; /* content type of an answer that is not JSON */
    bool raw;              /* the handler fills the reply by itself: a file */
    bool signed_url; /* a signature in the query stands for credentials; the handler, which finds
                        nobody signed in, checks it. For READ alone */
    int success;     /* 0: 200, or 204 without an answer */
};

/* One request on its way through a handler. Everything lives in the arena, which dies with the
 * request. */
struct api_call {
    struct arena *arena;
    struct api *api;
    const struct route *route;
    struct http_exchange *exchange;
    const struct router_match *match;
    struct identity who; /* when signed_in */
    bool signed_in;
    struct db_tx *tx; /* NULL in ROUTE_PLAIN and prepare */
    const void *body, *query;
    void *prepared; /* from prepare to handler */

    const void *answer;               /* a struct of route->answer */
    const struct shape *answer_shape; /* or of this, when there are two */
    struct field_list list;
    struct str next_cursor, text; /* text: with route->text_type */
    struct stream_start stream;   /* ROUTE_STREAM */
};

/* The value of ":name" in the path. */
struct str call_param(const struct api_call *call, const char *name);
/* A header of the reply; control characters in value are an ERR_INVALID. */
MUST_CHECK bool call_add_header(struct api_call *call, const char *name, struct str value,
                                struct err *e);

/* "https://studio.example.org", for links: configured, else what this request came to. */
struct str call_base_url(const struct api_call *call);

/* A room of the house: what it adds to each table. */
struct feature {
    const char *name;
    enum json_spelling spelling;
    const struct route *routes; /* ends with a row without a path */
    const char *alias;          /* "/api/other": its paths below /api are there below this, too */
    const struct command *const *commands;
    /* Optional: hears of every picture that a command has written to a file. */
    command_written_fn written;
};

#endif
