/* Parses with libcurl and keeps only what an http request needs. */
#include "net/fetch_url.h"

#include <string.h>

#include "net/text.h"

static bool get_part(const struct fetch_curl *curl, const CURLU *u, CURLUPart part, unsigned flags,
                     struct arena *a, struct str *out)
{
    char *text = NULL;

    if (curl->url_get(u, part, &text, flags) != CURLUE_OK)
        return false;
    *out = arena_str(a, str_from(text));
    curl->free(text);
    return true;
}

/*
 * Letters, digits and "-._", or hexadecimal in brackets. International names come as "xn--": what
 * else they are spelt like is a trap for readers, and libcurl 7.88 leaks when it translates them.
 */
static bool is_host(struct str host)
{
    bool bracketed = str_starts(host, STR("[")) && str_ends(host, STR("]"));
    struct str inner = bracketed ? str_slice(host, 1, host.len - 1) : host;

    for (size_t i = 0; i < inner.len; i++) {
        char c = inner.ptr[i];
        bool word = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

        if (!word && (c == '\0' || strchr(bracketed ? ":." : "-._", c) == NULL))
            return false;
    }
    return inner.len > 0;
}

static bool has_part(const struct fetch_curl *curl, const CURLU *u, CURLUPart part)
{
    char *text = NULL;

    if (curl->url_get(u, part, &text, 0) != CURLUE_OK)
        return false;
    curl->free(text);
    return true;
}

static bool take_apart(const struct fetch_curl *curl, struct arena *a, CURLU *u,
                       struct fetch_url *out, struct err *e)
{
    struct str scheme, port;
    int64_t port_number;

    if (!get_part(curl, u, CURLUPART_SCHEME, 0, a, &scheme) ||
        (!str_eq_nocase(scheme, STR("http")) && !str_eq_nocase(scheme, STR("https"))))
        return err_set(e, ERR_INVALID, "only http and https URLs are fetched");
    if (has_part(curl, u, CURLUPART_USER) || has_part(curl, u, CURLUPART_PASSWORD))
        return err_set(e, ERR_INVALID, "a URL must not hold a user name or a password");
    if (has_part(curl, u, CURLUPART_ZONEID) ||
        !get_part(curl, u, CURLUPART_HOST, 0, a, &out->host) || !is_host(out->host) ||
        !get_part(curl, u, CURLUPART_PORT, CURLU_DEFAULT_PORT, a, &port) ||
        !str_to_i64(port, 1, 65535, &port_number))
        return err_set(e, ERR_INVALID, "the URL has no usable host and port");
    if (curl->url_set(u, CURLUPART_FRAGMENT, NULL, 0) != CURLUE_OK ||
        !get_part(curl, u, CURLUPART_URL, 0, a, &out->text) || out->text.len > FETCH_URL_MAX)
        return err_set(e, ERR_INVALID, "the URL cannot be read");
    out->port = (int)port_number;
    out->secure = str_eq_nocase(scheme, STR("https"));
    return true;
}

static bool parse_once(const struct fetch_curl *curl, struct arena *a, struct str base,
                       struct str text, struct fetch_url *out, struct err *e)
{
    CURLUcode result = CURLUE_OK;
    CURLU *u = curl->url();
    bool ok;

    if (u == NULL)
        return err_set(e, ERR_UNAVAILABLE, "no memory for a URL");
    if (!str_is_null(base))
        result = curl->url_set(u, CURLUPART_URL, arena_cstr(a, base), 0);
    if (result == CURLUE_OK)
        result = curl->url_set(u, CURLUPART_URL, arena_cstr(a, text),
                               CURLU_URLENCODE | CURLU_NON_SUPPORT_SCHEME);
    ok = result == CURLUE_OK ? take_apart(curl, a, u, out, e)
                             : err_set(e, ERR_INVALID, "the URL cannot be read");
    curl->url_cleanup(u);
    return ok;
}

bool fetch_url_parse(const struct fetch_curl *curl, struct arena *a, struct str base,
                     struct str text, struct fetch_url *out, struct err *e)
{
    struct fetch_url first, url;

    if (text.len > FETCH_URL_MAX || !text_is_clean(text) || str_find_char(text, ' ', 0) < text.len)
        return err_set(e, ERR_INVALID, "the URL is too long or holds blanks or control characters");
    /*
     * Twice, because the connection will parse what is given out here: libcurl 7.88 decodes %31 in
     * a host only after it has looked for numeric addresses, so "%31%32%37.1" becomes one late.
     */
    if (!parse_once(curl, a, base, text, &first, e) ||
        !parse_once(curl, a, (struct str){ 0 }, first.text, &url, e))
        return false;
    *out = url;
    return true;
}

bool fetch_url_same_origin(const struct fetch_url *a, const struct fetch_url *b)
{
    return a->secure == b->secure && a->port == b->port && str_eq_nocase(a->host, b->host);
}
