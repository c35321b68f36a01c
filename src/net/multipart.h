/* multipart/form-data, read as it comes: parts with their headers, bytes in any split. */
#ifndef NET_MULTIPART_H
#define NET_MULTIPART_H

#include "base/arena.h"
#include "base/err.h"

enum { MULTIPART_MAX_PARTS = 64, MULTIPART_MAX_HEAD = 8192 };

/* The strings are copies in the reader's arena. */
struct multipart_part {
    struct str name;         /* of the field */
    struct str filename;     /* no value for a plain field; may hold slashes and backslashes */
    struct str content_type; /* no value when not said */
};

/* Each may stop the reading by giving false with *e filled. */
struct multipart_handler {
    void *ctx;
    bool (*begin)(void *ctx, const struct multipart_part *part, struct err *e);
    bool (*data)(void *ctx, struct str bytes, struct err *e);
    bool (*end)(void *ctx, struct err *e);
};

struct multipart;

/*
 * ERR_UNSUPPORTED_TYPE or ERR_MALFORMED for a content type without a usable boundary. The arena
 * must outlive the reader; what the reader takes of it does not grow with the size of the parts.
 */
MUST_CHECK bool multipart_create(struct arena *a, struct str content_type,
                                 const struct multipart_handler *handler, struct multipart **out,
                                 struct err *e);
/*
 * Bytes in any split. Strict: nothing but a line end before the first boundary and behind the last,
 * names in UTF-8 without control characters. In quotes, \" and \\ are escapes and any other
 * backslash is itself; escapes in the style of filename* are refused. ERR_MALFORMED, or
 * ERR_TOO_LARGE past MULTIPART_MAX_PARTS and MULTIPART_MAX_HEAD. After a failure the reader fails.
 */
MUST_CHECK bool multipart_feed(struct multipart *m, struct str bytes, struct err *e);
/* After the last byte: ERR_MALFORMED when the closing boundary never came. */
MUST_CHECK bool multipart_finish(struct multipart *m, struct err *e);

#endif
