/* One HTTP call to a provider: limits on the way out, the class of a failure on the way back. */
#include "provider/call.h"

#include "base/clock.h"

enum { DEFAULT_TIMEOUT_MS = 60 * 1000 };

static size_t put_headers(const struct provider_call *call, struct http_header *out)
{
    size_t count = 0;

    for (size_t i = 0; i < PROVIDER_HEADERS_MAX && call->headers[i].name.len > 0; i++)
        out[count++] = call->headers[i];
    if (call->content_type.len > 0)
        out[count++] = (struct http_header){ STR("Content-Type"), call->content_type };
    return count;
}

/*
 * fetch has failed: `sent` tells whether the provider may have heard us. What is read and not kept
 * is small: an answer without end is none.
 */
static bool fail_without_answer(const struct provider_call *call, bool sent, struct err *e)
{
    bool endless = e->code == ERR_TOO_LARGE && call->max_body_bytes == 0;
    bool unclear = e->code == ERR_UPSTREAM || e->code == ERR_TIMEOUT || endless;

    if (endless)
        e->code = ERR_UPSTREAM;
    if (call->buys && sent && unclear)
        e->code = ERR_OUTCOME_UNKNOWN;
    return false;
}

static bool fail_with_answer(struct arena *a, const struct provider_call *call,
                             const struct fetch_reply *reply, enum err_code code, struct err *e)
{
    struct str secrets[PROVIDER_HEADERS_MAX + 1] = { call->secret };
    struct str_list all = { secrets, COUNT(secrets) };
    struct str says;
    int64_t retry_after = provider_retry_after(fetch_header(reply, "Retry-After"), clock_now_ms());

    for (size_t i = 0; i < PROVIDER_HEADERS_MAX; i++)
        secrets[i + 1] = call->headers[i].value;
    says = provider_error_text(a, reply->body, &all);
    err_set(e, code, "HTTP %d%s" STR_FMT, reply->status, says.len > 0 ? ": " : "", STR_ARG(says));
    e->retry_after_ms = err_may_retry(code) ? retry_after : 0;
    return false;
}

/* A mark that stays by mistake costs the job, one that goes by mistake costs money. */
static void unmark(const struct gen_run *run, const struct provider_call *call)
{
    struct err unheard;

    if (call->buys && !run_mark_sent(run, false, &unheard))
        return;
}

static void fill_request(const struct gen_run *run, const struct provider_call *call,
                         struct fetch_request *out)
{
    out->method = call->method;
    out->body = call->body;
    out->trust = call->trust;
    out->cancel = &run->cancel->set;
    out->timeout_ms =
        MAX(run_left_ms(run, call->timeout_ms > 0 ? call->timeout_ms : DEFAULT_TIMEOUT_MS), 1);
    out->stall_timeout_ms = out->timeout_ms; /* one call may think for long */
    out->max_body_bytes = call->max_body_bytes > 0 ? call->max_body_bytes : (int64_t)MIB;
}

bool provider_fetch(const struct gen_run *run, struct arena *a, const struct provider_call *call,
                    struct fetch_reply *out, struct err *e)
{
    struct http_header headers[PROVIDER_HEADERS_MAX + 1];
    struct fetch_request request = fetch_get(call->url, call->guard);
    enum err_code code;
    bool sent = false;

    *out = (struct fetch_reply){ 0 };
    if (!run_check(run, e) || (call->buys && !run_mark_sent(run, true, e)))
        return false;
    fill_request(run, call, &request);
    request.headers = headers;
    request.header_count = put_headers(call, headers);
    if (!fetch(a, &request, out, &sent, e)) {
        *out = (struct fetch_reply){ 0 };
        if (!sent)
            unmark(run, call);
        return fail_without_answer(call, sent, e);
    }
    code = provider_status_code(out->status, out->body, call->buys);
    if (code == ERR_NONE)
        return true;
    if (code != ERR_OUTCOME_UNKNOWN)
        unmark(run, call);
    return fail_with_answer(a, call, out, code, e);
}

bool provider_guard(struct arena *a, const struct guard *everybody, struct str url,
                    struct guard *out, struct err *e)
{
    bool secure = str_starts(url, STR("https://"));
    struct str rest = str_slice(url, secure ? 8 : 7, url.len), host, after;
    struct str *items = arena_array(a, struct str, everybody->allow.count + 1);
    size_t bracket;

    if ((!secure && !str_starts(url, STR("http://"))) || str_find_char(rest, '@', 0) < rest.len)
        return err_set(e, ERR_INVALID, "must begin with http:// or https://, without a user");
    str_cut(rest, '/', &host, &after);
    bracket = str_starts(host, STR("[")) ? str_find_char(host, ']', 0) : 0;
    if (str_find_char(host, ':', bracket) == host.len)
        host = arena_strf(a, STR_FMT ":%d", STR_ARG(host), secure ? 443 : 80);
    for (size_t i = 0; i < everybody->allow.count; i++)
        items[i] = everybody->allow.items[i];
    items[everybody->allow.count] = host;
    *out = (struct guard){ .allow = { items, everybody->allow.count + 1 } };
    return guard_check_entries(out, e);
}
