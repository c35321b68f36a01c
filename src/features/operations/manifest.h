/*
 * What a folder with a backup holds. The manifest is written last, so a backup that was broken off
 * has none, or that of the one before, which is complete:
 *
 *   manifest.json             names, sizes and hashes of the next two
 *   database-<time>           of SQLite the file itself, of PostgreSQL all rows as text
 *   blobs-<time>.sha256       a line for each stored file, as sha256sum -c reads it
 *   blobs/<key>               the files; what is there is never written again
 */
#ifndef FEATURES_OPERATIONS_MANIFEST_H
#define FEATURES_OPERATIONS_MANIFEST_H

#include "base/field.h"
#include "base/file.h"

enum { MANIFEST_FORMAT = 1, MANIFEST_TIME_MAX = 32 };

struct manifest_file {
    struct str file, sha256;
    int64_t bytes;
};

struct manifest {
    int64_t format, created_at;
    struct str program;  /* the version that made it */
    struct str dialect;  /* "sqlite" or "postgres" */
    int64_t schema;      /* steps of it */
    struct str store_id; /* which store belongs to this database */
    struct manifest_file database, list;
    int64_t blobs, blob_bytes;
    int64_t missing; /* pictures whose bytes were gone or damaged: they are not in it */
};
extern const struct field manifest_json[];

#define MANIFEST_NAME "manifest.json"

MUST_CHECK bool manifest_write(const char *folder, const struct manifest *m, struct err *e);
/* ERR_NOT_FOUND: there is no complete backup. ERR_INVALID: it cannot be read, or is of a newer
 * format. */
MUST_CHECK bool manifest_read(struct arena *a, const char *folder, struct manifest *out,
                              struct err *e);

/* Copies a file from its beginning to a new one, whole or not at all, and on the disk. */
MUST_CHECK bool manifest_copy(const char *from, const char *to, struct manifest_file *out,
                              struct arena *a, struct err *e);
/* ERR_INVALID when the file is not the one that was written down. */
MUST_CHECK bool manifest_check(const char *folder, const struct manifest_file *file, struct err *e);

/* A line of the list: "<sha256>  blobs/<key>". */
MUST_CHECK bool manifest_read_line(struct str line, struct str *out_sha256, struct str *out_key);

#endif
