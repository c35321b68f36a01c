/* The strict reader of request heads: what two readers could understand differently is refused. */
#include "net/http_parse.h"

#include <string.h>

enum http_scan http_scan(struct http_scanner *s, struct str bytes, size_t max_bytes,
                         size_t *out_head_bytes)
{
    size_t limit = MIN(bytes.len, max_bytes);

    if (bytes.len > 0 && (bytes.ptr[0] <= ' ' || bytes.ptr[0] >= 0x7f) && bytes.ptr[0] != '\r')
        return HTTP_SCAN_BAD;
    for (;;) {
        size_t start = s->line, end = str_find_char(bytes, '\n', start);

        if (end >= limit)
            break;
        if (end == start || bytes.ptr[end - 1] != '\r')
            return HTTP_SCAN_BAD;
        s->line = end + 1;
        if (end - 1 > start) {
            s->lines++;
        } else if (s->lines > 0) {
            *out_head_bytes = s->line;
            return HTTP_SCAN_DONE;
        } else if (start > 0) {
            return HTTP_SCAN_BAD; /* one empty line may stand before a request, not two */
        }
    }
    return bytes.len >= max_bytes ? HTTP_SCAN_TOO_LARGE : HTTP_SCAN_MORE;
}

bool http_is_token_char(char c)
{
    char lower = (char)(c | 0x20);

    if ((lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '-')
        return true;
    return c != '\0' && strchr("!#$%&'*+.^_`|~", c) != NULL;
}

static bool is_token(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (!http_is_token_char(s.ptr[i]))
            return false;
    }
    return s.len > 0;
}

/* Looks at every byte, whatever it finds: so the compiler takes many at a time. */
bool http_value_is_safe(struct str value)
{
    unsigned unsafe = 0;

    for (size_t i = 0; i < value.len; i++) {
        unsigned char c = (unsigned char)value.ptr[i];

        unsafe |= (unsigned)((c < 0x20) & (c != '\t')) | (unsigned)(c == 0x7f);
    }
    return unsafe == 0;
}

static bool read_method(struct str name, enum http_method *out, struct err *e)
{
    for (int i = 0; i < HTTP_METHOD_COUNT; i++) {
        if (str_eq(name, str_from(http_method_names[i]))) {
            *out = (enum http_method)i;
            return true;
        }
    }
    if (!is_token(name))
        return err_set(e, ERR_MALFORMED, "the method is not a word");
    return err_set(e, ERR_NOT_IMPLEMENTED, "this method is not supported");
}

/* A name or an address, and perhaps a port: what a URL may hold between // and the next slash. */
static bool is_host(struct str host)
{
    size_t i = 0;

    if (host.len > 0 && host.ptr[0] == '[') {
        i = str_find_char(host, ']', 0) + 1;
        for (size_t k = 1; k + 1 < MIN(i, host.len); k++) {
            if (strchr("0123456789abcdefABCDEF:.", host.ptr[k]) == NULL || host.ptr[k] == '\0')
                return false;
        }
        if (i > host.len || i < 4)
            return false;
    } else {
        while (i < host.len && host.ptr[i] != ':' && http_is_token_char(host.ptr[i]) &&
               strchr("#$%&'*+!^`|", host.ptr[i]) == NULL)
            i++;
        if (i == 0)
            return false;
    }
    if (i < host.len) {
        int64_t port;

        return host.ptr[i] == ':' && str_to_i64(str_slice(host, i + 1, host.len), 0, 65535, &port);
    }
    return true;
}

/* "http://host/path?query" is for proxies, but a server has to take it as well. */
static bool cut_origin(struct str *target, struct str *out_host, struct err *e)
{
    static const struct str schemes[] = { { "http://", 7 }, { "https://", 8 } };

    for (size_t i = 0; i < COUNT(schemes); i++) {
        struct str rest = str_slice(*target, schemes[i].len, target->len);
        size_t end;

        if (!str_eq_nocase(str_slice(*target, 0, schemes[i].len), schemes[i]))
            continue;
        end = MIN(str_find_char(rest, '/', 0), str_find_char(rest, '?', 0));
        *out_host = str_slice(rest, 0, end);
        *target = str_slice(rest, end, rest.len);
        return is_host(*out_host) || err_set(e, ERR_MALFORMED, "the host in the target is broken");
    }
    return err_set(e, ERR_MALFORMED, "the target is not a path");
}

static bool read_target(struct str target, struct http_request *r, struct err *e)
{
    for (size_t i = 0; i < target.len; i++) {
        unsigned char c = (unsigned char)target.ptr[i];

        if (c <= ' ' || c >= 0x7f || c == '#')
            return err_set(e, ERR_MALFORMED, "the target holds a character that must be escaped");
    }
    if (target.len == 0 || (target.ptr[0] != '/' && !cut_origin(&target, &r->host, e)))
        return target.len > 0 ? false : err_set(e, ERR_MALFORMED, "the target is missing");
    str_cut(target, '?', &r->path, &r->query);
    if (r->path.len == 0)
        r->path = STR("/");
    return true;
}

/* "METHOD SP target SP HTTP/1.x", with exactly these two blanks. */
static bool read_request_line(struct str line, struct http_head *h, bool *out_is_1_0, struct err *e)
{
    struct str method, rest, target, version;

    if (!str_cut(line, ' ', &method, &rest) || !str_cut(rest, ' ', &target, &version))
        return err_set(e, ERR_MALFORMED, "the request line has not three words");
    *out_is_1_0 = str_eq(version, STR("HTTP/1.0"));
    if (!*out_is_1_0 && !str_eq(version, STR("HTTP/1.1")))
        return err_set(e, ERR_MALFORMED, "the version is not HTTP/1.1");
    return read_method(method, &h->request.method, e) && read_target(target, &h->request, e);
}

/* *out_raw: the value with the blanks around it. */
static bool read_header(struct str line, struct http_header *out, struct str *out_raw,
                        struct err *e)
{
    if (!str_cut(line, ':', &out->name, out_raw) || !is_token(out->name))
        return err_set(e, ERR_MALFORMED, "a header line has no proper name");
    out->value = str_trim(*out_raw);
    if (!http_value_is_safe(out->value))
        return err_set(e, ERR_MALFORMED, "a header value holds a control character");
    return true;
}

/* What the framing of the message depends on; each of them at most once, except connection. */
struct framing {
    struct str host, length, encoding, expect;
    bool says_close;
};

/* A tab beside such a value is allowed, but not all readers skip it: so it is not taken. */
static bool take_once(struct str *slot, struct str value, struct str raw, struct err *e)
{
    if (!str_is_null(*slot))
        return err_set(e, ERR_MALFORMED, "a header that may stand once stands twice");
    if (str_find_char(raw, '\t', 0) < raw.len)
        return err_set(e, ERR_MALFORMED, "a header that frames the message holds a tab");
    *slot = value;
    return true;
}

/* Does the comma-separated list hold the word? *out_last: and is it the last one? */
static bool lists(struct str list, struct str word, bool *out_last)
{
    struct str item, rest = list;
    bool found = false;

    do {
        str_cut(rest, ',', &item, &rest);
        *out_last = str_eq_nocase(str_trim(item), word);
        found |= *out_last;
    } while (!str_is_null(rest));
    return found;
}

static bool note_header(struct framing *f, const struct http_header *h, struct str raw,
                        struct err *e)
{
    static const struct {
        struct str name;
        size_t slot;
    } once[] = {
        { { "host", 4 }, offsetof(struct framing, host) },
        { { "content-length", 14 }, offsetof(struct framing, length) },
        { { "transfer-encoding", 17 }, offsetof(struct framing, encoding) },
        { { "expect", 6 }, offsetof(struct framing, expect) },
    };
    bool last;

    for (size_t i = 0; i < COUNT(once); i++) {
        if (str_eq_nocase(h->name, once[i].name))
            return take_once((struct str *)(void *)((char *)f + once[i].slot), h->value, raw, e);
    }
    if (str_eq_nocase(h->name, STR("connection")))
        f->says_close |= lists(h->value, STR("close"), &last);
    return true;
}

static bool apply_host(const struct framing *f, struct http_head *h, bool is_1_0, struct err *e)
{
    struct str in_target = h->request.host;

    if (str_is_null(f->host))
        return is_1_0 || err_set(e, ERR_MALFORMED, "the Host header is missing");
    if (!is_host(f->host))
        return err_set(e, ERR_MALFORMED, "the Host header is broken");
    if (!str_is_null(in_target) && !str_eq_nocase(in_target, f->host))
        return err_set(e, ERR_MALFORMED, "the target and the Host header name two hosts");
    h->request.host = f->host;
    return true;
}

static bool is_digits(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
    }
    return s.len > 0;
}

static bool apply_encoding(struct str encoding, struct http_head *h, struct err *e)
{
    bool last = false;

    h->chunked = str_eq_nocase(encoding, STR("chunked"));
    if (h->chunked)
        return true;
    if (lists(encoding, STR("chunked"), &last) && !last)
        return err_set(e, ERR_MALFORMED, "chunked is not the last Transfer-Encoding");
    return err_set(e, ERR_NOT_IMPLEMENTED, "this Transfer-Encoding is not supported");
}

static bool apply_body(const struct framing *f, struct http_head *h, bool is_1_0, struct err *e)
{
    if (!str_is_null(f->length) && !str_is_null(f->encoding))
        return err_set(e, ERR_MALFORMED, "both Content-Length and Transfer-Encoding are given");
    if (!str_is_null(f->length) &&
        (!is_digits(f->length) || !str_to_i64(f->length, 0, INT64_MAX, &h->content_length)))
        return err_set(e, ERR_MALFORMED, "Content-Length is not a number");
    if (str_is_null(f->encoding))
        return true;
    if (is_1_0)
        return err_set(e, ERR_MALFORMED, "HTTP/1.0 has no Transfer-Encoding");
    return apply_encoding(f->encoding, h, e);
}

static bool apply_framing(const struct framing *f, struct http_head *h, bool is_1_0, struct err *e)
{
    if (!apply_host(f, h, is_1_0, e) || !apply_body(f, h, is_1_0, e))
        return false;
    h->keep_alive = !is_1_0 && !f->says_close;
    if (!str_is_null(f->expect) && !is_1_0) {
        h->expects_continue = str_eq_nocase(f->expect, STR("100-continue"));
        if (!h->expects_continue)
            return err_set(e, ERR_EXPECTATION, "only 100-continue can be expected");
    }
    return true;
}

/* Up to the next CRLF, which is there: the scanner saw it. */
static struct str next_line(struct str *rest)
{
    size_t end = str_find_char(*rest, '\n', 0);
    struct str line = str_slice(*rest, 0, end - 1);

    *rest = str_slice(*rest, end + 1, rest->len);
    return line;
}

bool http_head_parse(struct arena *a, struct str head, struct http_head *out, struct err *e)
{
    struct http_head h = { .request.body_fd = -1 };
    struct framing framing = { 0 };
    struct http_header *headers;
    size_t lines = 0;
    bool is_1_0 = false;

    if (str_starts(head, STR("\r\n")))
        head = str_slice(head, 2, head.len);
    if (!read_request_line(next_line(&head), &h, &is_1_0, e))
        return false;

    for (size_t i = 0; i < head.len; i++)
        lines += head.ptr[i] == '\n';
    if (lines - 1 > HTTP_MAX_HEADERS)
        return err_set(e, ERR_HEADERS_TOO_LARGE, "more than %d headers", HTTP_MAX_HEADERS);
    headers = arena_array(a, struct http_header, lines);
    h.request.headers = headers;
    while (h.request.header_count + 1 < lines) {
        struct http_header *header = &headers[h.request.header_count++];
        struct str raw;

        if (!read_header(next_line(&head), header, &raw, e) ||
            !note_header(&framing, header, raw, e))
            return false;
    }
    if (!apply_framing(&framing, &h, is_1_0, e))
        return false;
    *out = h;
    return true;
}
