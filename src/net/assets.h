/* Files built into the program: tools/embed writes the table, the server answers from it. */
#ifndef NET_ASSETS_H
#define NET_ASSETS_H

#include "base/str.h"

struct asset {
    struct str path;         /* as in the URL: "/index.html" */
    struct str content_type; /* with charset where it is text */
    struct str etag;         /* quoted, of plain; the other forms need their own */
    struct str plain;
    struct str gzip;   /* no value when it would not be smaller */
    struct str brotli; /* no value when the build had none */
    bool immutable;    /* the name carries a hash of the content: may be cached for ever */
};

/* Sorted by path in byte order; lives as long as the program. */
extern const struct asset assets[];
extern const size_t asset_count;

#endif
