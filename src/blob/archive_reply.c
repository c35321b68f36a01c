/* An archive as the whole of a reply. */
#include "blob/archive_reply.h"

#include "net/range.h"

bool archive_reply_attach(struct archive *archive, struct server *server, struct http_exchange *x,
                          struct arena *a, struct str file_name, struct archive_reply **out,
                          struct err *e)
{
    struct archive_reply *reply = arena_new(a, struct archive_reply);

    if (server == NULL) {
        archive_destroy(archive);
        return err_set(
            e, ERR_NOT_IMPLEMENTED,
            "a ZIP comes from a running server: start one (albumen serve), or name one (--server)");
    }
    reply->file_name = file_name;
    reply->etag = archive_etag(archive, a);
    reply->size_bytes = archive_bytes(archive);
    if (!archive_attach(archive, server, x, e))
        return false;
    *out = reply;
    return true;
}

void archive_reply_head(const struct archive_reply *reply, struct http_exchange *x, struct arena *a)
{
    x->reply.status = 200;
    http_reply_header(x, "Content-Type", STR("application/zip"));
    http_reply_header(x, "Content-Disposition", http_attachment(a, reply->file_name));
    http_reply_header(x, "Cache-Control", STR("private, no-cache"));
    http_reply_header(x, "Cross-Origin-Resource-Policy", STR("same-origin"));
    range_apply(x, reply->etag, reply->size_bytes);
}
