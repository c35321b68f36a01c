/* Reads Range and entity tags, and cuts a reply down to what was asked for. */
#include "net/range.h"

#include <assert.h>

/* Digits only; what does not fit becomes INT64_MAX, past every size. */
static bool parse_position(struct str s, int64_t *out)
{
    int64_t value = 0;

    if (s.len == 0)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
        value = value > (INT64_MAX - 9) / 10 ? INT64_MAX : value * 10 + (s.ptr[i] - '0');
    }
    *out = value;
    return true;
}

static enum range_result suffix_range(struct str length, int64_t size, struct range *out)
{
    int64_t bytes;

    if (!parse_position(length, &bytes))
        return RANGE_NONE;
    if (bytes == 0)
        return RANGE_UNSATISFIABLE;
    bytes = MIN(bytes, size);
    *out = (struct range){ .start = size - bytes, .bytes = bytes };
    return RANGE_OK;
}

enum range_result range_parse(struct str header, int64_t size, struct range *out)
{
    struct str unit, spec, first, last;
    int64_t start, end;

    assert(size >= 0);
    if (size == 0 || !str_cut(header, '=', &unit, &spec) || !str_eq_nocase(unit, STR("bytes")))
        return RANGE_NONE;
    if (!str_cut(str_trim(spec), '-', &first, &last))
        return RANGE_NONE;
    if (first.len == 0)
        return suffix_range(last, size, out);
    if (!parse_position(first, &start))
        return RANGE_NONE;
    if (last.len == 0)
        end = size - 1;
    else if (!parse_position(last, &end) || end < start)
        return RANGE_NONE;
    if (start >= size)
        return RANGE_UNSATISFIABLE;
    end = MIN(end, size - 1);
    *out = (struct range){ .start = start, .bytes = end - start + 1 };
    return RANGE_OK;
}

static struct str without_weak(struct str tag)
{
    return str_starts(tag, STR("W/")) ? str_slice(tag, 2, tag.len) : tag;
}

/* Takes one tag, with its quotes and without W/, off the front of the list. */
static bool take_tag(struct str *list, struct str *out)
{
    struct str rest = without_weak(*list);
    size_t end;

    if (rest.len == 0 || rest.ptr[0] != '"')
        return false;
    end = str_find_char(rest, '"', 1);
    if (end == rest.len)
        return false;
    *out = str_slice(rest, 0, end + 1);
    *list = str_trim(str_slice(rest, end + 1, rest.len));
    return true;
}

bool etag_matches(struct str if_none_match, struct str etag)
{
    struct str list = str_trim(if_none_match);
    struct str tag;

    if (str_eq(list, STR("*")))
        return true;
    while (list.len > 0) {
        if (list.ptr[0] == ',') { /* empty members are allowed */
            list = str_trim(str_slice(list, 1, list.len));
            continue;
        }
        if (!take_tag(&list, &tag) || (list.len > 0 && list.ptr[0] != ','))
            return false;
        if (str_eq(tag, without_weak(etag)))
            return true;
    }
    return false;
}

/* If-Range compares strongly, and a date is never believed: a second is too long for it. */
static bool range_holds(struct http_exchange *x, struct str etag)
{
    struct str if_range = http_header_get(&x->request, "If-Range");

    return str_is_null(if_range) ||
           (str_starts(etag, STR("\"")) && str_eq(str_trim(if_range), etag));
}

static void cut_body(struct http_reply *reply, struct range range)
{
    if (reply->source.next != NULL) {
        reply->source.seek(reply->source.ctx, range.start);
        reply->source_bytes = range.bytes;
    } else if (reply->file_fd >= 0) {
        reply->file_offset += range.start;
        reply->file_bytes = range.bytes;
    } else {
        reply->body =
            str_slice(reply->body, (size_t)range.start, (size_t)(range.start + range.bytes));
    }
}

static void apply_range(struct http_exchange *x, struct str header, int64_t size)
{
    struct range range;

    switch (range_parse(header, size, &range)) {
    case RANGE_NONE:
        return;
    case RANGE_OK:
        x->reply.status = 206;
        http_reply_header(x, "Content-Range",
                          arena_strf(&x->arena, "bytes %lld-%lld/%lld", (long long)range.start,
                                     (long long)(range.start + range.bytes - 1), (long long)size));
        cut_body(&x->reply, range);
        return;
    case RANGE_UNSATISFIABLE:
        x->reply.status = 416;
        http_reply_header(x, "Content-Range",
                          arena_strf(&x->arena, "bytes */%lld", (long long)size));
        http_reply_drop_body(&x->reply);
        return;
    }
}

void range_apply(struct http_exchange *x, struct str etag, int64_t size)
{
    struct str if_none_match = http_header_get(&x->request, "If-None-Match");
    struct str range = http_header_get(&x->request, "Range");
    bool can_cut = x->reply.source.next == NULL || x->reply.source.seek != NULL;

    assert(x->reply.status == 200 && size >= 0);
    if (!str_is_null(etag))
        http_reply_header(x, "ETag", etag);
    if (can_cut)
        http_reply_header(x, "Accept-Ranges", STR("bytes"));
    if (x->request.method != HTTP_GET && x->request.method != HTTP_HEAD)
        return;
    if (!str_is_null(if_none_match) && etag_matches(if_none_match, etag)) {
        x->reply.status = 304;
        http_reply_drop_body(&x->reply);
        return;
    }
    if (!str_is_null(range) && can_cut && x->request.method == HTTP_GET && range_holds(x, etag))
        apply_range(x, range, size);
}
