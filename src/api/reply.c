/* Answers and errors as HTTP replies. */
#include <assert.h>

#include "api/internal.h"
#include "base/file.h"
#include "base/log.h"

enum {
    ANSWER_MAX_BYTES = 64 * 1024 * 1024,
    ROW_LIKELY_BYTES = 768 /* in a page, so that the text is not moved while it grows */
};

void reply_common_headers(struct http_exchange *x, struct str request_id)
{
    http_reply_header(x, "X-Content-Type-Options", STR("nosniff"));
    if (!str_is_null(request_id))
        http_reply_header(x, "X-Request-Id", request_id);
}

/* {"error":{"code":"not_found","message":"no such user","field":null}} */
static struct str error_body(struct arena *a, const struct err *e)
{
    AUTO_BUF text = { 0 };
    struct json_writer w = { .out = &text };

    buf_init(&text, 4096);
    json_begin_object(&w);
    json_put_name(&w, STR("error"));
    json_begin_object(&w);
    json_put_name(&w, STR("code"));
    json_put_str(&w, str_from(err_name(e->code)));
    json_put_name(&w, STR("message"));
    json_put_str(&w, str_from(e->msg[0] != '\0' ? e->msg : err_text(e->code)));
    json_put_name(&w, STR("field"));
    json_put_str(&w, e->field[0] != '\0' ? str_from(e->field) : (struct str){ 0 });
    json_end_object(&w);
    json_end_object(&w);
    return arena_str(a, buf_str(&text));
}

void reply_error(struct http_exchange *x, const struct err *e, struct str request_id)
{
    int status = err_status(e->code);
    struct err shown = *e;

    if (status == 500) {
        /* What went wrong inside is for the log; the caller gets the id to ask about. */
        log_error("request failed", LOG_E(e), LOG_S("path", x->request.path));
        err_set(&shown, e->code, "%s (request " STR_FMT ")", err_text(ERR_INTERNAL),
                STR_ARG(request_id));
    } else if (status > 500) {
        log_warn("request refused", LOG_E(e), LOG_S("path", x->request.path));
    }
    http_reply_drop_body(&x->reply);
    x->reply.status = status;
    x->reply.header_count = 0;
    x->reply.body = error_body(&x->arena, &shown);
    http_reply_header(x, "Content-Type", STR("application/json"));
    http_reply_header(x, "Cache-Control", STR("no-store"));
    reply_common_headers(x, request_id);
    if (status == 401)
        http_reply_header(x, "WWW-Authenticate", STR("Bearer"));
    if (status == 429 || status == 503)
        http_reply_header(
            x, "Retry-After",
            arena_strf(&x->arena, "%lld", (long long)MAX((e->retry_after_ms + 999) / 1000, 1)));
}

void reply_broken(const struct http_exchange *x, struct str request_id)
{
    log_set_request(request_id);
    log_error("a reply broke off", LOG_E(x->broken), LOG_S("path", x->request.path));
    log_set_request(STR(""));
}

static void put_list(struct json_writer *w, const struct api_call *call, const struct shape *shape)
{
    json_begin_object(w);
    json_put_name(w, str_from(call->route->list));
    json_begin_array(w);
    json_put_structs(w, shape->fields, shape->bytes, &call->list);
    json_end_array(w);
    json_put_name(w, w->spelling == JSON_CAMEL ? STR("nextCursor") : STR("next_cursor"));
    json_put_str(w, call->next_cursor);
    json_end_object(w);
}

static struct str encode(struct api_request *r)
{
    struct api_call *call = &r->call;
    const struct shape *shape =
        call->answer_shape != NULL ? call->answer_shape : call->route->answer;
    AUTO_BUF text = { 0 };
    struct json_writer w = { .out = &text, .spelling = r->target->feature->spelling };

    buf_init(&text, ANSWER_MAX_BYTES);
    buf_reserve(&text, MIN(call->list.count, (size_t)PAGE_MAX) * ROW_LIKELY_BYTES);
    if (call->route->list != NULL)
        put_list(&w, call, shape);
    else
        json_put_struct(&w, shape->fields, call->answer);
    assert(!text.overflowed);
    return arena_str(call->arena, buf_str(&text));
}

void reply_answer(struct api_request *r)
{
    const struct route *route = r->call.route;
    struct http_exchange *x = r->call.exchange;
    bool has_body = route->text_type != NULL || route->answer != NULL;

    if (route->raw) {
        reply_common_headers(x, r->id);
        return;
    }
    if (x->reply.status == 0)
        x->reply.status = route->success != 0 ? route->success : has_body ? 200 : 204;
    if (route->text_type != NULL) {
        x->reply.body = r->call.text;
        http_reply_header(x, "Content-Type", str_from(route->text_type));
    } else if (route->answer != NULL) {
        x->reply.body = encode(r);
        http_reply_header(x, "Content-Type", STR("application/json"));
    }
    http_reply_header(x, "Cache-Control", STR("no-store"));
    reply_common_headers(x, r->id);
}
