/*
 * A ZIP of stored bytes as the body of a reply, made while it is sent. In memory is what is in it,
 * not its contents; files are opened one after the other, the next one while one is being sent.
 */
#ifndef BLOB_ARCHIVE_H
#define BLOB_ARCHIVE_H

#include "blob/blob.h"
#include "net/server.h"

struct archive;

struct archive_file {
    struct str name; /* zip_name_is_safe, and unique */
    struct str key;  /* in the store */
    int64_t size;    /* of its bytes, which are compared with what is stored */
    uint32_t crc32;  /* of its bytes, which are not */
    int64_t changed_ms;
};

/* All archives that are being sent together take at most so much memory for their contents' list.
 */
#define ARCHIVES_MAX_BYTES ((int64_t)(64 * MIB))
enum { ARCHIVE_TEXTS_MAX_BYTES = 512 * 1024 * 1024 };

/*
 * Texts go to an unnamed file in spool_folder; without one, an archive with texts can be measured,
 * but not sent. One owner.
 */
struct archive *archive_create(struct blob_store *store, const char *spool_folder);
void archive_destroy(struct archive *a); /* NULL is fine */

/* ERR_INVALID for a name that is not safe, ERR_TOO_LARGE for more than an archive takes. */
MUST_CHECK bool archive_add(struct archive *a, const struct archive_file *file, struct err *e);
MUST_CHECK bool archive_add_text(struct archive *a, struct str name, int64_t changed_ms,
                                 struct str text, struct err *e);

int64_t archive_bytes(const struct archive *a); /* exactly */
/* Quoted; another one whenever a name, key, size, checksum or time is another. */
struct str archive_etag(const struct archive *a, struct arena *arena);

/*
 * Makes it the source of x's reply, which owns it from here on, also when this fails: ERR_BUSY when
 * too many are being sent. The reply's source_bytes are its length; status, headers and range are
 * the caller's. Bytes that are missing, or another number than they should be, break the reply off.
 */
MUST_CHECK bool archive_attach(struct archive *a, struct server *server, struct http_exchange *x,
                               struct err *e);

#endif
