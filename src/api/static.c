/* The user interface's files, out of the binary: compressed beforehand, cached by the browser for
 * as long as they hold. */
#include "api/internal.h"
#include "net/range.h"

static const struct asset *find_asset(const struct api *api, struct str path)
{
    for (size_t i = 0; i < api->options.asset_count; i++) {
        if (str_eq(api->options.assets[i].path, path))
            return &api->options.assets[i];
    }
    return NULL;
}

/* Does Accept-Encoding name the coding, not with a weight of 0? */
static bool accepts(const struct http_request *request, struct str coding)
{
    struct str rest = http_header_get(request, "Accept-Encoding"), item, name, weight;

    while (rest.len > 0) {
        str_cut(rest, ',', &item, &rest);
        str_cut(item, ';', &name, &weight);
        if (str_eq_nocase(str_trim(name), coding))
            return !str_eq(str_trim(weight), STR("q=0")) && !str_eq(str_trim(weight), STR("q=0.0"));
    }
    return false;
}

/* Fills the body with the smallest form that the client takes. Gives its tag: each form is an
 * entity of its own. */
static struct str put_body(struct http_exchange *x, const struct asset *asset)
{
    struct str tag = str_slice(asset->etag, 0, asset->etag.len - 1);

    if (asset->brotli.len > 0 && accepts(&x->request, STR("br"))) {
        http_reply_header(x, "Content-Encoding", STR("br"));
        x->reply.body = asset->brotli;
        return arena_strf(&x->arena, STR_FMT "-br\"", STR_ARG(tag));
    }
    if (asset->gzip.len > 0 && accepts(&x->request, STR("gzip"))) {
        http_reply_header(x, "Content-Encoding", STR("gzip"));
        x->reply.body = asset->gzip;
        return arena_strf(&x->arena, STR_FMT "-gzip\"", STR_ARG(tag));
    }
    x->reply.body = asset->plain;
    return asset->etag;
}

static void page_headers(struct http_exchange *x)
{
    http_reply_header(
        x, "Content-Security-Policy",
        STR("default-src 'self'; img-src 'self' blob: data:; style-src 'self' 'unsafe-inline'; "
            "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"));
    http_reply_header(x, "Referrer-Policy", STR("no-referrer"));
    http_reply_header(x, "Cross-Origin-Opener-Policy", STR("same-origin"));
}

/* Paths of the application are its own to route; paths of the API and its media are not. */
static bool is_page_path(struct str path)
{
    static const char *const others[] = { "/api/", "/v1/", "/media/", "/assets/" };

    for (size_t i = 0; i < COUNT(others); i++) {
        if (str_starts(path, str_from(others[i])))
            return false;
    }
    return str_find_char(path, '.', 0) == path.len;
}

bool static_reply(const struct api *api, struct http_exchange *x)
{
    const struct http_request *request = &x->request;
    const struct asset *asset;
    struct str etag;

    if (request->method != HTTP_GET && request->method != HTTP_HEAD)
        return false;
    asset = find_asset(api, request->path);
    if (asset == NULL && is_page_path(request->path))
        asset = find_asset(api, STR("/index.html"));
    if (asset == NULL)
        return false;

    x->reply.status = 200;
    x->reply.header_count = 0;
    http_reply_header(x, "Content-Type", asset->content_type);
    http_reply_header(x, "Cache-Control",
                      asset->immutable ? STR("public, max-age=31536000, immutable")
                                       : STR("no-cache"));
    http_reply_header(x, "Vary", STR("Accept-Encoding"));
    if (str_starts(asset->content_type, STR("text/html")))
        page_headers(x);
    etag = put_body(x, asset);
    range_apply(x, etag, (int64_t)x->reply.body.len);
    return true;
}
