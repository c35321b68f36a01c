/* The bytes of a picture: as they came, or as one of its thumbnails. */
#include "api/api.h"
#include "engine/image.h"
#include "features/media/media.h"
#include "net/range.h"
#include "work/services.h"

#define CACHE_FOR_EVER STR("private, max-age=31536000, immutable")
/* The original in place of a thumbnail that is not there yet: whoever asks again may get it. */
#define CACHE_ASK_AGAIN STR("private, no-cache")

struct media_query {
    struct opt_i64 w;
};

static const struct field media_query_fields[] = {
    { FIELD(struct media_query, w), .unit = "px",
      .help = "256, 512 or 1024: a thumbnail whose longer side is at most this; the original while "
              "there is none" },
    { 0 },
};
const struct shape media_query_shape = { "MediaQuery", media_query_fields,
                                         sizeof(struct media_query) };

static bool check_size(const struct media_query *query, struct err *e)
{
    for (size_t i = 0; i < IMAGE_THUMB_SIZES; i++) {
        if (!query->w.set || query->w.value == image_thumb_sizes[i])
            return true;
    }
    return err_set_field(e, ERR_INVALID, STR("w"), "'w' must be 256, 512 or 1024");
}

/* What goes out. Without ask_again it never changes. */
struct delivery {
    struct blob_file file;
    struct str media_type, etag;
    bool ask_again;
};

/* A picture has thumbnails up to the first that holds it whole; past that one nothing is larger. */
static bool open_thumbnail(struct api_call *call, const struct image *image, int64_t width,
                           struct delivery *out, struct err *e)
{
    struct work_services *services = api_options(call->api)->services;
    int64_t size = MIN(width, image->thumb_size.value);

    out->media_type = STR("image/webp");
    out->etag =
        arena_strf(call->arena, "\"" STR_FMT "-%lld\"", STR_ARG(image->sha256), (long long)size);
    out->ask_again = false;
    return blob_open_read(services->store, image_thumb_key(call->arena, image->key, size),
                          &out->file, e);
}

static bool open_original(struct api_call *call, const struct image *image, struct delivery *out,
                          struct err *e)
{
    struct work_services *services = api_options(call->api)->services;

    out->media_type = image->media_type;
    out->etag = arena_strf(call->arena, "\"" STR_FMT "\"", STR_ARG(image->sha256));
    return blob_open_read(services->store, image->key, &out->file, e);
}

static bool open_bytes(struct api_call *call, const struct image *image, struct opt_i64 width,
                       struct delivery *out, struct err *e)
{
    struct err missing = { 0 };

    if (width.set && image->thumb_size.set &&
        open_thumbnail(call, image, width.value, out, &missing))
        return true;
    if (missing.code != ERR_NONE && missing.code != ERR_NOT_FOUND) {
        *e = missing;
        return false;
    }
    out->ask_again = width.set;
    return open_original(call, image, out, e);
}

static bool is_shown(struct str media_type)
{
    return str_eq(media_type, STR("image/png")) || str_eq(media_type, STR("image/jpeg")) ||
           str_eq(media_type, STR("image/webp"));
}

/* The bytes may be anybody's: nothing that a browser could run is ever sent as such. */
static void put_headers(struct http_exchange *x, const struct delivery *d)
{
    bool shown = is_shown(d->media_type);

    http_reply_header(x, "Content-Type", shown ? d->media_type : STR("application/octet-stream"));
    http_reply_header(x, "Content-Disposition", shown ? STR("inline") : STR("attachment"));
    http_reply_header(x, "Cache-Control", d->ask_again ? CACHE_ASK_AGAIN : CACHE_FOR_EVER);
    http_reply_header(x, "Content-Security-Policy", STR("sandbox; default-src 'none'"));
    http_reply_header(x, "Cross-Origin-Resource-Policy", STR("same-origin"));
}

bool media_get(struct api_call *call, struct err *e)
{
    const struct media_query *query = call->query;
    struct http_exchange *x = call->exchange;
    struct delivery delivery = { .ask_again = false };
    struct image image;

    if (!check_size(query, e) ||
        !image_load_by_key(call->tx, call->arena, call->who.user.id, call_param(call, "key"),
                           &image, e) ||
        !open_bytes(call, &image, query->w, &delivery, e))
        return false;
    x->reply.status = 200;
    x->reply.file_fd = delivery.file.fd;
    x->reply.file_offset = 0;
    x->reply.file_bytes = delivery.file.size;
    put_headers(x, &delivery);
    range_apply(x, delivery.etag, delivery.file.size);
    return true;
}
