/* Where the bytes of images live: a store of named, never changed contents behind one contract. */
#ifndef BLOB_BLOB_H
#define BLOB_BLOB_H

#include "base/arena.h"
#include "base/err.h"
#include "base/json.h"
#include "net/guard.h"

struct blob_opener;

/* Each kind of store embeds it as its first member. */
struct blob_store {
    const struct blob_store_ops *ops;
    struct blob_opener *opener; /* blob_open's */
};

/* What is to be stored: bytes, or `size` bytes of a file from its beginning when fd is not -1. */
struct blob_content {
    struct str bytes;
    int fd;
    int64_t size;
    struct str media_type; /* what remote stores answer with; may be no value */
};

/* The caller closes fd. Its position means nothing: read at offsets. */
struct blob_file {
    int fd;
    int64_t size;
};

struct blob_entry {
    struct str key;
    int64_t size, changed_ms;
};

struct blob_page {
    struct blob_entry *entries;
    size_t count;
};

enum { BLOB_KEY_MAX = 300, BLOB_SEGMENT_MAX = 255, BLOB_PAGE_MAX = 10000 };

/* What is put below this prefix belongs to no row: a day later the sweep takes it away. */
#define BLOB_BRIEF "brief/"
enum { BLOB_BRIEF_MS = 24 * 3600 * 1000 };

/* Is given each entry in turn, its key for the length of the call. False with *e ends the visit. */
typedef bool (*blob_visit_fn)(void *ctx, const struct blob_entry *entry, struct err *e);

/* What a kind of store does. Keys are valid when they get here. Any thread, any number at once. */
struct blob_store_ops {
    const char *type, *title;
    const struct field *settings; /* its slice of the configuration */
    bool (*open)(const struct json *settings, const struct guard *guard, struct blob_store **out,
                 struct err *e);
    void (*close)(struct blob_store *s);
    bool (*put)(struct blob_store *s, struct str key, const struct blob_content *content,
                struct err *e);
    /* A store far away fetches into an unnamed file first. */
    bool (*open_read)(struct blob_store *s, struct str key, struct blob_file *out, struct err *e);
    bool (*remove)(struct blob_store *s, struct str key, struct err *e);
    bool (*list)(struct blob_store *s, struct arena *a, struct str after, size_t limit,
                 struct blob_page *out, struct err *e);
    bool (*visit)(struct blob_store *s, blob_visit_fn visit, void *ctx, struct err *e);
    bool (*now)(struct blob_store *s, int64_t *out_ms, struct err *e);
    bool (*check)(struct blob_store *s, struct err *e);
    /* Optional. remove: else they are only counted. */
    bool (*sweep)(struct blob_store *s, bool remove, int64_t *out_count, struct err *e);
    bool (*url)(struct blob_store *s, struct arena *a, struct str key, int64_t seconds,
                struct str *out, struct err *e);
};

/*
 * Opens, and sweeps as far as that works: the next sweep finds the rest. A store that cannot be
 * reached or written is ERR_UNAVAILABLE here and in every call below, a full one ERR_STORAGE_FULL;
 * both may pass.
 */
MUST_CHECK bool blob_open(const struct blob_store_ops *ops, const struct json *settings,
                          const struct guard *guard, struct blob_store **out, struct err *e);
void blob_close(struct blob_store *s); /* takes NULL */

/*
 * Stores under a key that is new: ERR_CONFLICT when there is something under it, which stays as it
 * is; of several callers at once exactly one succeeds. Success means durable, also across a power
 * cut. After a failure nothing is there, unless the process died in between: then all or nothing.
 */
MUST_CHECK bool blob_put(struct blob_store *s, struct str key, const struct blob_content *content,
                         struct err *e);
MUST_CHECK bool blob_put_bytes(struct blob_store *s, struct str key, struct str bytes,
                               struct err *e);
/* ERR_NOT_FOUND when there is nothing under the key. */
MUST_CHECK bool blob_open_read(struct blob_store *s, struct str key, struct blob_file *out,
                               struct err *e);

/* All of it, at most max_bytes: else ERR_TOO_LARGE. */
MUST_CHECK bool blob_read(struct blob_store *s, struct arena *a, struct str key, size_t max_bytes,
                          struct str *out, struct err *e);
/* Succeeds when nothing was there: what matters is that nothing is. */
MUST_CHECK bool blob_remove(struct blob_store *s, struct str key, struct err *e);
/* Up to limit entries behind the key `after` (empty: from the first), in the order of their bytes.
 */
MUST_CHECK bool blob_list(struct blob_store *s, struct arena *a, struct str after, size_t limit,
                          struct blob_page *out, struct err *e);
/*
 * Every entry, in no order, in memory that does not grow with their number. What comes or goes
 * meanwhile, also by the visitor's hand, is visited or not.
 */
MUST_CHECK bool blob_visit(struct blob_store *s, blob_visit_fn visit, void *ctx, struct err *e);
/* By the clock that stamps the entries: what is put from now on has no earlier changed_ms. */
MUST_CHECK bool blob_now(struct blob_store *s, int64_t *out_ms, struct err *e);
/* Does it answer? Writes nothing; otherwise ERR_UNAVAILABLE. */
MUST_CHECK bool blob_check(struct blob_store *s, struct err *e);
/* Removes what puts have left behind that nobody will finish; those under way are not touched. */
MUST_CHECK bool blob_sweep(struct blob_store *s, int64_t *out_removed, struct err *e);
/* How many there are of them. */
MUST_CHECK bool blob_count_leftovers(struct blob_store *s, int64_t *out_count, struct err *e);
/* An address that gives the bytes to anybody for so long; ERR_NOT_IMPLEMENTED where there is none.
 */
MUST_CHECK bool blob_url(struct blob_store *s, struct arena *a, struct str key, int64_t seconds,
                         struct str *out, struct err *e);

/* Segments of A-Z a-z 0-9 . _ - between slashes, none empty or with a dot in front, none longer
 * than BLOB_SEGMENT_MAX and all together at most BLOB_KEY_MAX bytes. */
bool blob_key_is_valid(struct str key);

#endif
