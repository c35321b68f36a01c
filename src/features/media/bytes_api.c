/* The bytes of a picture: as they came, or as one of its thumbnails. */
#include "api/api.h"
#include "base/clock.h"
#include "engine/media_link.h"
#include "features/media/media.h"
#include "net/range.h"
#include "work/services.h"

#define CACHE_FOR_EVER STR("private, max-age=31536000, immutable")
/* The original in place of a thumbnail that is not there yet: whoever asks again may get it. */
#define CACHE_ASK_AGAIN STR("private, no-cache")

struct media_query {
    struct opt_i64 w;
    int64_t expires;
    struct str signature;
};

static const struct field media_query_fields[] = {
    { FIELD(struct media_query, w), .unit = "px",
      .help = "256, 512 or 1024: a thumbnail whose longer side is at most this; the original while "
              "there is none" },
    { FIELD(struct media_query, expires), .unit = "s", .max = 1e15,
      .help = "of a signed link: seconds since 1970" },
    { FIELD(struct media_query, signature), .max = 100,
      .help = "of a signed link, instead of credentials" },
    { 0 },
};
const struct shape media_query_shape = { "MediaQuery", media_query_fields,
                                         sizeof(struct media_query) };

static bool check_size(struct opt_i64 w, struct err *e)
{
    for (size_t i = 0; i < IMAGE_THUMB_SIZES; i++) {
        if (!w.set || w.value == image_thumb_sizes[i])
            return true;
    }
    return err_set_field(e, ERR_INVALID, STR("w"), "'w' must be 256, 512 or 1024");
}

static struct media_signer signer_of(const struct api_call *call)
{
    return (struct media_signer){
        .key = str_of(api_options(call->api)->signing_key, SIGNING_KEY_BYTES),
        .base_url = call_base_url(call),
    };
}

/* Whether the picture is there is told to nobody who has not been given a link to it. */
static bool find_linked(struct api_call *call, struct image *out, struct err *e)
{
    const struct media_query *query = call->query;
    struct media_signer signer = signer_of(call);

    if (!image_load_by_key_of_anybody(call->tx, call->arena, call_param(call, "key"), out, e))
        return e->code == ERR_NOT_FOUND ? media_link_refuse(e) : false;
    if (!media_link_check(&signer, out, query->w.value, query->expires, query->signature, e))
        return false;
    return out->deleted_at == 0 || err_set(e, ERR_NOT_FOUND, "this picture is no longer there");
}

static bool find_image(struct api_call *call, struct image *out, struct err *e)
{
    if (!call->signed_in)
        return find_linked(call, out, e);
    return image_load_by_key(call->tx, call->arena, call->who.user.id, call_param(call, "key"), out,
                             e);
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

/* A link's answer is kept no longer than the link is good for. */
static struct str cache_control(const struct api_call *call, const struct delivery *d)
{
    const struct media_query *query = call->query;

    if (d->ask_again)
        return CACHE_ASK_AGAIN;
    if (call->signed_in)
        return CACHE_FOR_EVER;
    return arena_strf(call->arena, "private, max-age=%lld, immutable",
                      (long long)MAX((query->expires * 1000 - clock_now_ms()) / 1000, 0));
}

/* The bytes may be anybody's: nothing that a browser could run is ever sent as such. A link may be
 * shown on another site: that is what it is for. */
static void put_headers(struct api_call *call, const struct delivery *d)
{
    struct http_exchange *x = call->exchange;
    bool shown = is_shown(d->media_type);

    http_reply_header(x, "Content-Type", shown ? d->media_type : STR("application/octet-stream"));
    http_reply_header(x, "Content-Disposition", shown ? STR("inline") : STR("attachment"));
    http_reply_header(x, "Cache-Control", cache_control(call, d));
    http_reply_header(x, "Content-Security-Policy", STR("sandbox; default-src 'none'"));
    http_reply_header(x, "Cross-Origin-Resource-Policy",
                      call->signed_in ? STR("same-origin") : STR("cross-origin"));
}

bool media_get(struct api_call *call, struct err *e)
{
    const struct media_query *query = call->query;
    struct http_exchange *x = call->exchange;
    struct delivery delivery = { .ask_again = false };
    struct image image;

    if (!check_size(query->w, e) || !find_image(call, &image, e) ||
        !open_bytes(call, &image, query->w, &delivery, e))
        return false;
    x->reply.status = 200;
    x->reply.file_fd = delivery.file.fd;
    x->reply.file_offset = 0;
    x->reply.file_bytes = delivery.file.size;
    put_headers(call, &delivery);
    range_apply(x, delivery.etag, delivery.file.size);
    return true;
}

struct link_request {
    int64_t seconds;
    struct opt_i64 w;
};

static const struct field link_request_json[] = {
    { FIELD(struct link_request, seconds), .unit = "s", .min = 1, .max = MEDIA_LINK_MAX_S,
      .help = "how long it works, default an hour, at most a week" },
    { FIELD(struct link_request, w), .unit = "px",
      .help = "256, 512 or 1024: of a thumbnail; default the original" },
    { 0 },
};
static const struct link_request link_request_defaults = { .seconds = MEDIA_LINK_DEFAULT_S };
const struct shape link_request_shape = { "ImageLinkRequest", link_request_json,
                                          sizeof(struct link_request), &link_request_defaults };

struct link {
    struct str url;
    int64_t expires_at;
};

static const struct field link_json[] = {
    { FIELD(struct link, url), .required = true, .secret = true },
    { FIELD_TIME(struct link, expires_at), .required = true },
    { 0 },
};
const struct shape link_shape = { "ImageLink", link_json, sizeof(struct link) };

bool link_post(struct api_call *call, struct err *e)
{
    const struct link_request *want = call->body;
    int64_t expires_s = (clock_now_ms() + 999) / 1000 + want->seconds; /* not a moment less */
    struct media_signer signer = signer_of(call);
    struct link *link = arena_new(call->arena, struct link);
    struct image image;

    if (!check_size(want->w, e) ||
        !image_load(call->tx, call->arena, call->who.user.id, call_param(call, "id"), &image, e))
        return false;
    if (image.deleted_at != 0)
        return err_set(e, ERR_NOT_FOUND, "this picture is in the trash: restore it first");
    link->url = media_link(call->arena, &signer, &image, want->w.value, expires_s);
    link->expires_at = expires_s * 1000;
    call->answer = link;
    return true;
}
