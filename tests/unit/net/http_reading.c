/* Reads requests the way a connection does, and writes down what it understood. */
#include "http_reading.h"

void reading_init(struct reading *r)
{
    *r = (struct reading){ 0 };
    buf_init(&r->input, 1 * MIB);
    buf_init(&r->notes, 8 * MIB);
}

void reading_deinit(struct reading *r)
{
    buf_deinit(&r->input);
    buf_deinit(&r->notes);
}

static size_t refuse(struct reading *r, int status)
{
    buf_putf(&r->notes, "refused %d\n", status);
    r->state = READING_OVER;
    return 0;
}

static void end_message(struct reading *r)
{
    buf_put(&r->notes, STR("\nend\n"));
    r->state = READING_HEAD;
    r->scanner = (struct http_scanner){ 0 };
}

static void note_head(struct reading *r, const struct http_head *h)
{
    buf_putf(&r->notes, "%s " STR_FMT " ? " STR_FMT " host " STR_FMT "%s%s\n",
             http_method_names[h->request.method], STR_ARG(h->request.path),
             STR_ARG(h->request.query), STR_ARG(h->request.host), h->keep_alive ? " keep" : "",
             h->expects_continue ? " expects" : "");
    for (size_t i = 0; i < h->request.header_count; i++)
        buf_putf(&r->notes, STR_FMT "=" STR_FMT "\n", STR_ARG(h->request.headers[i].name),
                 STR_ARG(h->request.headers[i].value));
}

static size_t head(struct reading *r, struct str bytes)
{
    AUTO_ARENA arena = { 0 };
    struct http_head head;
    struct err e = { 0 };
    size_t used = 0;

    switch (http_scan(&r->scanner, bytes, READING_MAX_HEAD, &used)) {
    case HTTP_SCAN_MORE:
        return 0;
    case HTTP_SCAN_BAD:
        return refuse(r, 400);
    case HTTP_SCAN_TOO_LARGE:
        return refuse(r, 431);
    case HTTP_SCAN_DONE:
        break;
    }
    if (!http_head_parse(&arena, str_slice(bytes, 0, used), &head, &e))
        return refuse(r, err_status(e.code));
    note_head(r, &head);
    r->chunked = (struct http_chunked){ 0 };
    r->body_left = head.content_length;
    r->state = head.chunked ? READING_CHUNKED : READING_PLAIN;
    if (!head.chunked && head.content_length == 0)
        end_message(r);
    return used;
}

static size_t body(struct reading *r, struct str bytes)
{
    struct str rest = bytes, data;

    if (r->state == READING_PLAIN) {
        data = str_slice(bytes, 0, (size_t)MIN((uint64_t)r->body_left, (uint64_t)bytes.len));
        buf_put(&r->notes, data);
        r->body_left -= (int64_t)data.len;
        if (r->body_left == 0)
            end_message(r);
        return data.len;
    }
    switch (http_chunked_next(&r->chunked, &rest, &data)) {
    case HTTP_CHUNK_DATA:
        buf_put(&r->notes, data);
        break;
    case HTTP_CHUNK_END:
        end_message(r);
        break;
    case HTTP_CHUNK_BAD:
        return refuse(r, 400);
    case HTTP_CHUNK_MORE:
        break;
    }
    return bytes.len - rest.len;
}

void reading_feed(struct reading *r, struct str bytes)
{
    size_t used = 1;

    buf_put(&r->input, bytes);
    while (r->state != READING_OVER && used > 0 && r->input.len > 0) {
        used = r->state == READING_HEAD ? head(r, buf_str(&r->input)) : body(r, buf_str(&r->input));
        buf_consume(&r->input, used);
    }
}
