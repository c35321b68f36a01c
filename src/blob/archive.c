/* A ZIP of stored bytes as the body of a reply, made while it is sent. */
#include "blob/archive.h"

#include <assert.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/crc32.h"
#include "base/crypto.h"
#include "base/encode.h"
#include "base/file.h"
#include "base/zip.h"
#include "blob/opening.h"

enum { MEMORY_BYTES = 16 * 1024, ETAG_BYTES = 16, BUSY_RETRY_MS = 10000 };

/* Where an entry's bytes are: under a key, or in the file of texts. */
struct place {
    int64_t at;         /* of the key among the keys, or of the text in its file */
    uint32_t key_bytes; /* 0: a text */
};

/*
 * A file that is opened while another one is sent. Two threads know it, the loop's and the store's,
 * and state says who frees it: whoever is the last.
 */
enum { OPENING, AWAITED, OPENED, ABANDONED };

struct ahead {
    struct blob_opening opening;
    atomic_int state;
    size_t entry;
    struct server *server;
    struct http_exchange *x;
    char key[BLOB_KEY_MAX];
};

struct archive {
    struct blob_store *store;
    char *spool_folder; /* or NULL */
    struct zip zip;
    struct place *places; /* of each entry */
    size_t room;
    struct buf keys;
    struct sha256_stream tag;
    int text_fd; /* or -1 */
    int64_t text_bytes;

    /* While it is sent, on the loop thread: */
    struct server *server;
    struct http_exchange *x;
    int64_t counted_bytes; /* in archives_bytes */
    int64_t position;
    int fd; /* of what is being sent, or -1 */
    struct ahead *ahead;
    char memory[MEMORY_BYTES];
};

static atomic_llong archives_bytes; /* of all that are being sent */

struct archive *archive_create(struct blob_store *store, const char *spool_folder)
{
    struct archive *a = mem_alloc(sizeof(*a));

    a->store = store;
    a->spool_folder = spool_folder != NULL ? mem_cstr(str_from(spool_folder)) : NULL;
    a->text_fd = -1;
    a->fd = -1;
    zip_init(&a->zip);
    buf_init(&a->keys, (size_t)ZIP_ENTRIES_MAX * BLOB_KEY_MAX);
    sha256_begin(&a->tag);
    return a;
}

static void free_opened(struct ahead *ahead)
{
    if (ahead->opening.ok)
        fd_close(&ahead->opening.file.fd);
    free(ahead);
}

static void abandon(struct ahead *ahead)
{
    if (ahead != NULL && atomic_exchange(&ahead->state, ABANDONED) == OPENED)
        free_opened(ahead);
}

void archive_destroy(struct archive *a)
{
    if (a == NULL)
        return;
    atomic_fetch_sub(&archives_bytes, a->counted_bytes);
    abandon(a->ahead);
    fd_close(&a->fd);
    fd_close(&a->text_fd);
    zip_deinit(&a->zip);
    buf_deinit(&a->keys);
    free(a->places);
    free(a->spool_folder);
    free(a);
}

static void add_to_tag(struct archive *a, const struct zip_entry *entry, struct str key)
{
    const int64_t numbers[] = { entry->size, entry->crc32, entry->changed_ms,
                                (int64_t)entry->name.len, (int64_t)key.len };

    sha256_add(&a->tag, str_of(numbers, sizeof(numbers)));
    sha256_add(&a->tag, entry->name);
    sha256_add(&a->tag, key);
}

static bool add_entry(struct archive *a, const struct zip_entry *entry, int64_t at, struct str key,
                      struct err *e)
{
    if (!zip_add(&a->zip, entry, e))
        return false;
    if (a->zip.count > a->room) {
        a->room = MAX(a->room + a->room / 2, (size_t)16);
        a->places = mem_realloc(a->places, a->room * sizeof(*a->places));
    }
    a->places[a->zip.count - 1] = (struct place){ at, (uint32_t)key.len };
    add_to_tag(a, entry, key);
    return true;
}

bool archive_add(struct archive *a, const struct archive_file *file, struct err *e)
{
    struct zip_entry entry = { file->name, file->size, file->crc32, file->changed_ms };

    assert(file->key.len > 0 && file->key.len <= BLOB_KEY_MAX);
    if (!add_entry(a, &entry, (int64_t)a->keys.len, file->key, e))
        return false;
    buf_put(&a->keys, file->key);
    assert(!a->keys.overflowed);
    return true;
}

bool archive_add_text(struct archive *a, struct str name, int64_t changed_ms, struct str text,
                      struct err *e)
{
    struct zip_entry entry = { name, (int64_t)text.len, crc32_add(0, text), changed_ms };

    if ((int64_t)text.len > ARCHIVE_TEXTS_MAX_BYTES - a->text_bytes)
        return err_set(e, ERR_TOO_LARGE, "the texts beside the pictures are too long");
    if (!add_entry(a, &entry, a->text_bytes, (struct str){ 0 }, e))
        return false;
    a->text_bytes += entry.size;
    if (a->spool_folder == NULL)
        return true;
    if (a->text_fd < 0 && !file_open(a->spool_folder, O_TMPFILE | O_RDWR, 0600, &a->text_fd, e))
        return false;
    return file_write_all(a->text_fd, text, e);
}

int64_t archive_bytes(const struct archive *a)
{
    return zip_bytes(&a->zip);
}

struct str archive_etag(const struct archive *a, struct arena *arena)
{
    struct sha256_stream tag = a->tag;
    uint8_t hash[SHA256_BYTES];

    sha256_end(&tag, hash);
    return arena_strf(arena, "\"" STR_FMT "\"",
                      STR_ARG(hex_encode(arena, str_of(hash, ETAG_BYTES))));
}

/* On a thread of the store. */
static void opened(struct blob_opening *opening)
{
    struct ahead *ahead = CONTAINER_OF(opening, struct ahead, opening);
    struct server *server = ahead->server;
    struct http_exchange *x = ahead->x;

    switch (atomic_exchange(&ahead->state, OPENED)) {
    case AWAITED:
        server_resume(server, x);
        break;
    case ABANDONED:
        free_opened(ahead);
        break;
    default:
        break; /* it is the loop's from now on */
    }
}

/* The first entry from here on whose bytes are under a key; zip.count without one. */
static size_t find_stored(const struct archive *a, size_t entry)
{
    while (entry < a->zip.count &&
           (a->places[entry].key_bytes == 0 || zip_size_of(&a->zip, entry) == 0))
        entry++;
    return entry;
}

static void open_ahead(struct archive *a, size_t entry)
{
    struct ahead *ahead;

    entry = find_stored(a, entry);
    if (entry == a->zip.count)
        return;
    ahead = mem_alloc(sizeof(*ahead));
    ahead->entry = entry;
    ahead->server = a->server;
    ahead->x = a->x;
    ahead->opening.key = str_of(ahead->key, a->places[entry].key_bytes);
    ahead->opening.done = opened;
    memcpy(ahead->key, a->keys.ptr + a->places[entry].at, a->places[entry].key_bytes);
    a->ahead = ahead;
    blob_open_later(a->store, &ahead->opening);
}

static bool check_opened(const struct archive *a, const struct ahead *ahead, struct err *e)
{
    int64_t size = zip_size_of(&a->zip, ahead->entry);

    if (!ahead->opening.ok) {
        *e = ahead->opening.err;
        return false;
    }
    if (ahead->opening.file.size == size)
        return true;
    return err_set(e, ERR_IO, "'" STR_FMT "' has %lld bytes in the store, not %lld",
                   STR_ARG(ahead->opening.key), (long long)ahead->opening.file.size,
                   (long long)size);
}

/* Makes the entry's file a->fd, and has the next one opened. */
static enum http_next take_file(struct archive *a, size_t entry, int *out_fd, struct err *e)
{
    struct ahead *ahead;
    int state = OPENING;
    bool fits;

    if (a->ahead == NULL)
        open_ahead(a, entry);
    ahead = a->ahead;
    assert(ahead != NULL && ahead->entry == entry);
    if (atomic_compare_exchange_strong(&ahead->state, &state, AWAITED))
        return HTTP_NEXT_WAIT;
    a->ahead = NULL;
    fits = check_opened(a, ahead, e);
    if (fits)
        a->fd = fd_take(&ahead->opening.file.fd);
    free_opened(ahead);
    if (!fits)
        return HTTP_NEXT_FAILED;
    *out_fd = a->fd;
    open_ahead(a, entry + 1);
    return HTTP_NEXT_PART;
}

static enum http_next next_data(struct archive *a, const struct zip_piece *piece,
                                struct http_part *out, struct err *e)
{
    const struct place *place = &a->places[piece->entry];

    out->length = piece->length;
    if (place->key_bytes == 0) {
        out->fd = a->text_fd;
        out->offset = place->at + piece->offset;
        return HTTP_NEXT_PART;
    }
    fd_close(&a->fd);
    out->offset = piece->offset;
    return take_file(a, piece->entry, &out->fd, e);
}

static enum http_next next(void *ctx, struct http_part *out, struct err *e)
{
    struct archive *a = ctx;
    enum http_next result = HTTP_NEXT_PART;
    struct zip_piece piece;

    zip_at(&a->zip, a->position, a->memory, sizeof(a->memory), &piece);
    if (piece.bytes.len > 0)
        out->bytes = piece.bytes;
    else
        result = next_data(a, &piece, out, e);
    if (result == HTTP_NEXT_PART)
        a->position += piece.bytes.len > 0 ? (int64_t)piece.bytes.len : piece.length;
    return result;
}

static void seek(void *ctx, int64_t position)
{
    struct archive *a = ctx;

    a->position = position;
}

static void close_archive(void *ctx)
{
    archive_destroy(ctx);
}

bool archive_attach(struct archive *a, struct server *server, struct http_exchange *x,
                    struct err *e)
{
    assert(a->text_bytes == 0 || a->text_fd >= 0);
    a->server = server;
    a->x = x;
    a->counted_bytes = (int64_t)(sizeof(*a) + a->room * sizeof(*a->places) + a->keys.cap) +
                       zip_memory_bytes(&a->zip);
    x->reply.source =
        (struct http_source){ .next = next, .close = close_archive, .seek = seek, .ctx = a };
    x->reply.source_bytes = archive_bytes(a);
    if (atomic_fetch_add(&archives_bytes, a->counted_bytes) + a->counted_bytes <=
        ARCHIVES_MAX_BYTES)
        return true;
    err_set(e, ERR_BUSY, "too many archives are being sent, try again");
    e->retry_after_ms = BUSY_RETRY_MS;
    return false;
}
