/* A picture from an address that a user gives. */
#include <fcntl.h>

#include "api/api.h"
#include "base/encode.h"
#include "base/file.h"
#include "features/library/upload.h"
#include "net/fetch.h"

enum {
    FETCHES_MAX = 2, /* one thread less than uploads have: a slow server does not stop them all */
    TIMEOUT_MS = 30 * 1000,
    STALL_MS = 10 * 1000,
    RETRY_MS = 2000,
    REDIRECTS_MAX = 5,
};

static atomic_int fetches; /* of this process, at this moment */

/* Without what may be secret: the query, and what stands before an @. */
static struct str origin_of(struct str url)
{
    return str_slice(url, 0, MIN(str_find_char(url, '?', 0), str_find_char(url, '#', 0)));
}

static struct str name_of(struct arena *a, struct str url)
{
    struct str path = origin_of(url), decoded;
    size_t host = str_find(path, STR("://")) + 3;
    size_t slash = str_find_char(path, '/', host);

    path = str_slice(path, slash, path.len);
    if (!percent_decode(a, path, false, &decoded) || !str_is_utf8(decoded))
        return (struct str){ 0 };
    return upload_file_name(decoded);
}

static bool refuse(struct err *e)
{
    struct err why = *e;

    if (why.code == ERR_TOO_LARGE || why.code == ERR_CANCELLED)
        return false;
    return err_set_field(e, ERR_INVALID, STR("url"), "the picture cannot be fetched: %s", why.msg);
}

static bool fetch_into(struct api_call *call, struct str url, int fd, struct fetch_reply *out,
                       struct err *e)
{
    static const struct guard nothing_allowed;
    struct fetch_request request = fetch_get(url, &nothing_allowed);
    struct http_header accept = { STR("Accept"), STR("image/png, image/jpeg, image/webp") };

    request.headers = &accept;
    request.header_count = 1;
    request.trust = FETCH_FOREIGN;
    request.timeout_ms = TIMEOUT_MS;
    request.stall_timeout_ms = STALL_MS;
    request.max_redirects = REDIRECTS_MAX;
    request.max_body_bytes = api_options(call->api)->max_upload_bytes;
    request.cancel = &call->exchange->gone;
    request.out_fd = fd;
    return fetch(call->arena, &request, out, NULL, e);
}

/* The redirects have been followed: anything but 200 is no picture. */
static bool fetch_picture(struct api_call *call, struct str url, int *out_fd, struct err *e)
{
    const char *folder = api_options(call->api)->spool_folder;
    struct fetch_reply reply;
    AUTO_FD fd = -1;

    if (!folder_make(folder, 0700, e) || !file_open(folder, O_TMPFILE | O_RDWR, 0600, &fd, e))
        return false;
    if (!fetch_into(call, url, fd, &reply, e))
        return refuse(e);
    if (reply.status != 200)
        return err_set_field(e, ERR_INVALID, STR("url"),
                             "the picture cannot be fetched: the server there answers with "
                             "status %d",
                             reply.status);
    *out_fd = fd_take(&fd);
    return true;
}

bool upload_from_url(struct api_call *call, struct str url, struct upload_source *out,
                     struct err *e)
{
    bool ok = atomic_fetch_add(&fetches, 1) < FETCHES_MAX;

    if (!ok) {
        err_set(e, ERR_BUSY, "too many pictures are being fetched");
        e->retry_after_ms = RETRY_MS;
    }
    ok = ok && fetch_picture(call, url, &out->fd, e);
    atomic_fetch_sub(&fetches, 1);
    if (!ok)
        return false;
    out->file_name = name_of(call->arena, url);
    out->origin = origin_of(url);
    return true;
}
