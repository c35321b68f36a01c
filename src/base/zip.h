/*
 * The layout of a ZIP archive of stored entries: its exact length, and the bytes at any place of it
 * without those that stand before. It holds no data: whoever sends the archive brings that.
 */
#ifndef BASE_ZIP_H
#define BASE_ZIP_H

#include "base/buf.h"
#include "base/err.h"

struct zip_entry {
    struct str name; /* zip_name_is_safe; to be unique is the caller's business */
    int64_t size;
    uint32_t crc32;     /* of the data; it is not compressed */
    int64_t changed_ms; /* written as UTC, to two seconds, and to one until 2038 */
};

enum {
    ZIP_ENTRIES_MAX = 400000,
    ZIP_MEMORY_BYTES = 512, /* any header, record or end of an archive fits */
};
#define ZIP_DATA_MAX ((int64_t)1 << 56) /* bytes of one entry, and of all of them */

struct zip_slot;

/* The same entries in the same order give the same bytes. One owner. */
struct zip {
    struct zip_slot *slots;
    size_t count, room;
    struct buf names;
    int64_t data_end;      /* where the central directory begins */
    int64_t central_bytes; /* its length */
};

void zip_init(struct zip *z);
void zip_deinit(struct zip *z);

/* ERR_INVALID for a name that is not safe, ERR_TOO_LARGE past the limits above. */
MUST_CHECK bool zip_add(struct zip *z, const struct zip_entry *entry, struct err *e);
int64_t zip_bytes(const struct zip *z);        /* of the whole archive */
int64_t zip_memory_bytes(const struct zip *z); /* what the layout itself takes */
struct str zip_name_of(const struct zip *z, size_t entry);
int64_t zip_size_of(const struct zip *z, size_t entry);

/* What stands at a position: bytes of the archive itself, or a stretch of an entry's data. */
struct zip_piece {
    struct str bytes; /* in the caller's memory, or no value for data: */
    size_t entry;
    int64_t offset; /* in the entry's data */
    int64_t length; /* of what is left of it, > 0 */
};

/*
 * Positions are from 0 to zip_bytes - 1, memory has at least ZIP_MEMORY_BYTES. What follows the
 * piece is found by the next call.
 */
void zip_at(const struct zip *z, int64_t position, char *memory, size_t memory_bytes,
            struct zip_piece *out);

#endif
