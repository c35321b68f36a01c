/* The face of every store: checks that are the same for all, and what is made of their parts. */
#include "blob/blob.h"

#include <errno.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/file.h"
#include "blob/opener.h"

static bool is_key_character(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '.' ||
           c == '_' || c == '-';
}

/* A segment with a dot in front is "." or "..", or hidden from the people who look after the
 * folder. */
bool blob_key_is_valid(struct str key)
{
    size_t length = 0; /* of the segment so far */

    if (key.len > BLOB_KEY_MAX)
        return false;
    for (size_t i = 0; i < key.len; i++) {
        char c = key.ptr[i];

        if (c == '/' ? length == 0 : !is_key_character(c) || (c == '.' && length == 0))
            return false;
        length = c == '/' ? 0 : length + 1;
        if (length > BLOB_SEGMENT_MAX)
            return false;
    }
    return length > 0;
}

static bool check_key(struct str key, struct err *e)
{
    if (blob_key_is_valid(key))
        return true;
    return err_set(e, ERR_INVALID, "not a valid name for stored bytes");
}

bool blob_open(const struct blob_store_ops *ops, const struct json *settings,
               const struct guard *guard, struct blob_store **out, struct err *e)
{
    struct blob_store *s = NULL;
    struct err not_swept = { 0 };
    int64_t removed;

    if (!ops->open(settings, guard, &s, e))
        return false;
    s->opener = opener_create(s);
    *out = s;
    if (!blob_sweep(s, &removed, &not_swept))
        return true; /* a disk that refuses for now still serves what it has */
    return true;
}

void blob_close(struct blob_store *s)
{
    if (s == NULL)
        return;
    opener_destroy(s->opener);
    s->ops->close(s);
}

bool blob_put(struct blob_store *s, struct str key, const struct blob_content *content,
              struct err *e)
{
    return check_key(key, e) && s->ops->put(s, key, content, e);
}

bool blob_put_bytes(struct blob_store *s, struct str key, struct str bytes, struct err *e)
{
    struct blob_content content = { .bytes = bytes, .fd = -1, .size = (int64_t)bytes.len };

    return blob_put(s, key, &content, e);
}

bool blob_open_read(struct blob_store *s, struct str key, struct blob_file *out, struct err *e)
{
    return check_key(key, e) && s->ops->open_read(s, key, out, e);
}

void blob_open_later(struct blob_store *s, struct blob_opening *opening)
{
    opener_put(s->opener, opening);
}

bool blob_read(struct blob_store *s, struct arena *a, struct str key, size_t max_bytes,
               struct str *out, struct err *e)
{
    struct blob_file file = { .fd = -1 };
    AUTO_FD fd = -1;
    char *bytes;
    size_t got;
    int error;

    if (!blob_open_read(s, key, &file, e))
        return false;
    fd = file.fd;
    if ((uint64_t)file.size > max_bytes)
        return err_set(e, ERR_TOO_LARGE, "'" STR_FMT "' has more than %zu bytes", STR_ARG(key),
                       max_bytes);
    bytes = arena_alloc(a, (size_t)file.size + 1);
    error = file_read_first(fd, bytes, (size_t)file.size, &got);
    if (error != 0 || got < (size_t)file.size)
        return err_set_errno(e, error != 0 ? error : EIO, "read", arena_cstr(a, key));
    *out = str_of(bytes, got);
    return true;
}

bool blob_remove(struct blob_store *s, struct str key, struct err *e)
{
    return check_key(key, e) && s->ops->remove(s, key, e);
}

bool blob_list(struct blob_store *s, struct arena *a, struct str after, size_t limit,
               struct blob_page *out, struct err *e)
{
    if (after.len > 0 && !check_key(after, e))
        return false;
    return s->ops->list(s, a, after, MIN(limit, BLOB_PAGE_MAX), out, e);
}

bool blob_visit(struct blob_store *s, blob_visit_fn visit, void *ctx, struct err *e)
{
    return s->ops->visit(s, visit, ctx, e);
}

bool blob_now(struct blob_store *s, int64_t *out_ms, struct err *e)
{
    return s->ops->now(s, out_ms, e);
}

bool blob_check(struct blob_store *s, struct err *e)
{
    if (s->ops->check(s, e))
        return true;
    e->code = ERR_UNAVAILABLE;
    return false;
}

bool blob_sweep(struct blob_store *s, int64_t *out_removed, struct err *e)
{
    *out_removed = 0;
    return s->ops->sweep == NULL || s->ops->sweep(s, true, out_removed, e);
}

bool blob_count_leftovers(struct blob_store *s, int64_t *out_count, struct err *e)
{
    *out_count = 0;
    return s->ops->sweep == NULL || s->ops->sweep(s, false, out_count, e);
}

bool blob_url(struct blob_store *s, struct arena *a, struct str key, int64_t seconds,
              struct str *out, struct err *e)
{
    if (s->ops->url == NULL)
        return err_set(e, ERR_NOT_IMPLEMENTED, "this store has no addresses of its own");
    return check_key(key, e) && s->ops->url(s, a, key, seconds, out, e);
}
