/* An archive as the whole of a reply: attached before the transaction, headed in it. */
#ifndef BLOB_ARCHIVE_REPLY_H
#define BLOB_ARCHIVE_REPLY_H

#include "blob/archive.h"

/* What is known of an archive once its reply owns it. */
struct archive_reply {
    struct str file_name, etag;
    int64_t size_bytes;
};

/*
 * Gives the archive to x's reply, also when this fails. ERR_NOT_IMPLEMENTED without a server,
 * ERR_BUSY when too many are being sent. *out lies in the arena and dies with it.
 */
MUST_CHECK bool archive_reply_attach(struct archive *archive, struct server *server,
                                     struct http_exchange *x, struct arena *a, struct str file_name,
                                     struct archive_reply **out, struct err *e);
/* Status, headers and the range that was asked for. */
void archive_reply_head(const struct archive_reply *reply, struct http_exchange *x,
                        struct arena *a);

#endif
