/* What the answers of providers say: classes of a status, waiting times, the text of an error,
 * images inside JSON. */
#include "provider/call.h"

#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/encode.h"
#include "base/json.h"

enum { TEXT_MAX = 160, PARSE_MAX = 64 * 1024, SECRET_MIN_LEN = 4 };

static bool speaks_of_money(struct str body)
{
    static const char *const words[] = { "insufficient_quota", "billing", "quota", "credit" };

    body = str_slice(body, 0, PARSE_MAX);
    for (size_t i = 0; i < COUNT(words); i++) {
        if (str_find(body, str_from(words[i])) < body.len)
            return true;
    }
    return false;
}

/*
 * 504 and 524 come from a gateway that gave up waiting: the provider behind it may be at work, so a
 * call that buys has an unknown outcome. The other server errors say that the work was not done.
 */
enum err_code provider_status_code(int status, struct str body, bool buys)
{
    switch (status) {
    case 401:
    case 402:
    case 403:
        return ERR_MISCONFIGURED;
    case 408:
    case 425:
        return ERR_UPSTREAM;
    case 429:
        return speaks_of_money(body) ? ERR_MISCONFIGURED : ERR_RATE_LIMITED;
    case 504:
    case 524:
        return buys ? ERR_OUTCOME_UNKNOWN : ERR_UPSTREAM;
    case 503:
    case 529:
        return ERR_UNAVAILABLE;
    default:
        if (status >= 200 && status <= 299)
            return ERR_NONE;
        return status >= 500 ? ERR_UPSTREAM : ERR_REJECTED;
    }
}

bool provider_status_is_refusal(int status)
{
    return status >= 400 && status <= 499 && status != 408 && status != 425 && status != 429;
}

static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul",
                                      "Aug", "Sep", "Oct", "Nov", "Dec", NULL };

/* "Sun, 06 Nov 1994 08:49:37 GMT" by way of ISO 8601. */
static bool parse_http_date(struct str s, int64_t *out_ms)
{
    char iso[] = "YYYY-MM-DDThh:mm:ssZ";
    int month = s.len == 29 ? enum_find(months, str_slice(s, 8, 11)) : -1;

    if (month < 0 || !str_ends(s, STR(" GMT")))
        return false;
    memcpy(iso, s.ptr + 12, 4);
    iso[5] = (char)('0' + (month + 1) / 10);
    iso[6] = (char)('0' + (month + 1) % 10);
    memcpy(iso + 8, s.ptr + 5, 2);
    memcpy(iso + 11, s.ptr + 17, 8);
    return clock_parse_iso(str_from(iso), out_ms);
}

int64_t provider_retry_after(struct str value, int64_t now_ms)
{
    int64_t seconds, when;

    value = str_trim(value);
    if (str_to_i64(value, 0, INT64_MAX, &seconds))
        return MIN(seconds, RETRY_AFTER_MAX_MS / 1000) * 1000;
    if (!parse_http_date(value, &when))
        return 0;
    return MAX(MIN(when - now_ms, RETRY_AFTER_MAX_MS), 0);
}

/* {"error":{"message":..}}, {"error":".."}, {"detail":".."}, {"detail":[{"msg":..}]}, ... */
static struct str find_message(const struct json *v, int depth)
{
    static const char *const names[] = { "message", "error", "detail", "details",
                                         "title",   "msg",   "errors", "reason" };

    if (v == NULL || depth > 4)
        return (struct str){ 0 };
    if (v->type == JSON_STR)
        return v->str;
    if (v->type == JSON_ARRAY && v->array.count > 0)
        return find_message(&v->array.items[0], depth + 1);
    for (size_t i = 0; i < COUNT(names); i++) {
        struct str found = find_message(json_get(v, names[i]), depth + 1);

        if (found.len > 0)
            return found;
    }
    return (struct str){ 0 };
}

/* A page for browsers says nothing in one line. */
static bool is_page(struct str body)
{
    size_t at = 0;

    while (at < body.len && strchr(" \t\r\n", body.ptr[at]) != NULL)
        at++;
    return at < body.len && body.ptr[at] == '<';
}

/* Of a text of up to PARSE_MAX bytes. */
static struct str without_secret(struct arena *a, struct str s, struct str secret)
{
    AUTO_BUF kept = { 0 };
    size_t at;

    buf_init(&kept, PARSE_MAX); /* enough: what is put in its place is shorter */
    if (secret.len < SECRET_MIN_LEN)
        return s;
    while ((at = str_find(s, secret)) < s.len) {
        buf_put(&kept, str_slice(s, 0, at));
        buf_put(&kept, STR("***"));
        s = str_slice(s, at + secret.len, s.len);
    }
    buf_put(&kept, s);
    return arena_str(a, buf_str(&kept));
}

/* Printable, one line, cut between characters. */
static struct str one_line(struct arena *a, struct str s)
{
    char *line = arena_cstr(a, str_slice(s, 0, TEXT_MAX));
    size_t len = MIN(s.len, (size_t)TEXT_MAX);

    while (len > 0 && !str_is_utf8(str_of(line, len)))
        len--;
    for (size_t i = 0; i < len; i++) {
        if ((unsigned char)line[i] < 0x20 || line[i] == 0x7F)
            line[i] = ' ';
    }
    return str_trim(str_of(line, len));
}

struct str provider_error_text(struct arena *a, struct str body, const struct str_list *secrets)
{
    struct str text = str_slice(body, 0, PARSE_MAX);
    struct json tree = { 0 };
    struct err ignored = { 0 };

    if (is_page(text))
        return STR("");
    if (body.len <= PARSE_MAX && json_parse(a, body, &tree, &ignored))
        text = find_message(&tree, 0);
    for (size_t i = 0; i < secrets->count; i++)
        text = without_secret(a, text, secrets->items[i]);
    return one_line(a, text);
}

static bool too_large(int64_t max_bytes, struct err *e)
{
    return err_set(e, ERR_TOO_LARGE, "the provider sent a picture of more than %lld bytes",
                   (long long)max_bytes);
}

static bool unreadable(struct err *e)
{
    return err_set(e, ERR_REJECTED, "the provider sent a picture that cannot be read");
}

/* Judged before decoding with room for line breaks, and exactly after it. */
bool provider_inline_image(struct arena *a, struct str text, int64_t max_bytes,
                           struct str *out_bytes, struct str *out_type, struct err *e)
{
    struct str type = { 0 }, bytes;

    if (str_starts(text, STR("data:"))) {
        size_t comma = str_find_char(text, ',', 0);
        struct str head = str_slice(text, 5, comma), parameters;

        if (comma == text.len || !str_ends(head, STR(";base64")))
            return unreadable(e);
        str_cut(head, ';', &type, &parameters);
        text = str_slice(text, comma + 1, text.len);
    }
    if (text.len / 4 * 3 > (uint64_t)(max_bytes + max_bytes / 16 + 64))
        return too_large(max_bytes, e);
    if (!base64_decode(a, text, &bytes))
        return unreadable(e);
    if (bytes.len > (uint64_t)max_bytes)
        return too_large(max_bytes, e);
    *out_bytes = bytes;
    *out_type = type;
    return true;
}

struct str provider_data_url(struct arena *a, struct str bytes, struct str media_type)
{
    struct str text = base64_encode(a, bytes);

    return arena_strf(a, "data:" STR_FMT ";base64," STR_FMT, STR_ARG(media_type), STR_ARG(text));
}
