/* Names, reasons, and the reading and writing of single headers. */
#include "net/http.h"

#include <assert.h>
#include <string.h>

#include "base/encode.h"
#include "base/file.h"

const char *const http_method_names[] = {
    [HTTP_GET] = "GET",         [HTTP_HEAD] = "HEAD",       [HTTP_POST] = "POST",
    [HTTP_PUT] = "PUT",         [HTTP_PATCH] = "PATCH",     [HTTP_DELETE] = "DELETE",
    [HTTP_OPTIONS] = "OPTIONS", [HTTP_METHOD_COUNT] = NULL,
};

const char *http_reason(int status)
{
    static const struct {
        int status;
        const char *reason;
    } reasons[] = {
        { 200, "OK" },
        { 201, "Created" },
        { 202, "Accepted" },
        { 204, "No Content" },
        { 206, "Partial Content" },
        { 302, "Found" },
        { 303, "See Other" },
        { 304, "Not Modified" },
        { 307, "Temporary Redirect" },
        { 308, "Permanent Redirect" },
        { 400, "Bad Request" },
        { 401, "Unauthorized" },
        { 402, "Payment Required" },
        { 403, "Forbidden" },
        { 404, "Not Found" },
        { 405, "Method Not Allowed" },
        { 408, "Request Timeout" },
        { 409, "Conflict" },
        { 410, "Gone" },
        { 412, "Precondition Failed" },
        { 413, "Content Too Large" },
        { 415, "Unsupported Media Type" },
        { 416, "Range Not Satisfiable" },
        { 417, "Expectation Failed" },
        { 421, "Misdirected Request" },
        { 422, "Unprocessable Content" },
        { 429, "Too Many Requests" },
        { 431, "Request Header Fields Too Large" },
        { 500, "Internal Server Error" },
        { 501, "Not Implemented" },
        { 502, "Bad Gateway" },
        { 503, "Service Unavailable" },
        { 504, "Gateway Timeout" },
        { 507, "Insufficient Storage" },
    };

    for (size_t i = 0; i < COUNT(reasons); i++) {
        if (reasons[i].status == status)
            return reasons[i].reason;
    }
    return "Status"; /* the phrase has no meaning, but an empty one confuses old clients */
}

struct str http_header_get(const struct http_request *request, const char *name)
{
    struct str wanted = str_from(name);

    for (size_t i = 0; i < request->header_count; i++) {
        if (str_eq_nocase(request->headers[i].name, wanted))
            return request->headers[i].value;
    }
    return (struct str){ 0 };
}

static struct str cookie_in(struct str cookies, struct str wanted)
{
    struct str pair, name, value;

    while (!str_is_null(cookies)) {
        str_cut(cookies, ';', &pair, &cookies);
        if (str_cut(str_trim(pair), '=', &name, &value) && str_eq(name, wanted))
            return value;
    }
    return (struct str){ 0 };
}

struct str http_cookie_get(const struct http_request *request, const char *name)
{
    struct str value = { 0 };

    for (size_t i = 0; i < request->header_count && str_is_null(value); i++) {
        if (str_eq_nocase(request->headers[i].name, STR("cookie")))
            value = cookie_in(request->headers[i].value, str_from(name));
    }
    return value;
}

void http_reply_header(struct http_exchange *x, const char *name, struct str value)
{
    assert(x->reply.header_count < HTTP_REPLY_HEADERS);
    assert(http_value_is_safe(value) && http_value_is_safe(str_from(name)));
    x->reply.headers[x->reply.header_count++] = (struct http_header){ str_from(name), value };
}

void http_reply_drop_body(struct http_reply *reply)
{
    if (reply->source.next != NULL && reply->source.close != NULL)
        reply->source.close(reply->source.ctx);
    reply->source = (struct http_source){ .next = NULL };
    reply->source_bytes = 0;
    fd_close(&reply->file_fd);
    reply->file_offset = 0;
    reply->file_bytes = 0;
    reply->body = (struct str){ 0 };
}

/* RFC 6266: a name in ASCII for old clients, then the name itself, percent-encoded. */
struct str http_attachment(struct arena *a, struct str file_name)
{
    struct str encoded = percent_encode(a, file_name, false);
    char *at = arena_cstr(a, file_name);

    for (size_t i = 0; i < file_name.len; i++) {
        bool quoted = at[i] == '"' || at[i] == '\\' || at[i] == '%';

        if (quoted || (unsigned char)at[i] >= 0x7F || (unsigned char)at[i] < ' ')
            at[i] = '_';
    }
    return arena_strf(a, "attachment; filename=\"%s\"; filename*=UTF-8''" STR_FMT, at,
                      STR_ARG(encoded));
}
