/* Objects, rows and signed addresses of a Supabase project. */
#include "features/cloud/supabase.h"

#include <stdio.h>

#include "base/encode.h"
#include "base/log.h"
#include "provider/call.h"

enum { FIRST_PAUSE_MS = 500, CALL_MS = 60 * 1000, STATEMENT_MAX = 64 * 1024, STATUS_MAX = 599 };

static struct str without_slash(struct str url)
{
    while (str_ends(url, STR("/")))
        url.len--;
    return url;
}

static bool missing(const char *name, struct err *e)
{
    return err_set(e, ERR_MISCONFIGURED, "the project's '%s' is empty", name);
}

/* It may be reached, also in a private network: it stands in the configuration. */
static bool allow(struct arena *a, struct supabase *s, struct str url, struct err *e)
{
    struct guard before = s->guard;

    if (url.len == 0 || provider_guard(a, &before, url, &s->guard, e))
        return true;
    e->code = ERR_MISCONFIGURED;
    return err_wrap(e, "the project's address");
}

bool supabase_open(struct arena *a, const struct command_cloud *settings, struct supabase *out,
                   struct err *e)
{
    struct str url = without_slash(settings->url);
    struct supabase s = { .storage_url = without_slash(settings->storage_url),
                          .rest_url = without_slash(settings->rest_url),
                          .key = settings->service_key,
                          .pause_ms = FIRST_PAUSE_MS };

    if (url.len == 0 && s.rest_url.len == 0)
        return missing("url", e);
    if (s.key.len == 0)
        return missing("service_key", e);
    if (s.storage_url.len == 0 && url.len > 0)
        s.storage_url = arena_strf(a, STR_FMT "/storage/v1", STR_ARG(url));
    if (s.rest_url.len == 0)
        s.rest_url = arena_strf(a, STR_FMT "/rest/v1", STR_ARG(url));
    log_add_secret(s.key);
    if (!allow(a, &s, s.storage_url, e) || !allow(a, &s, s.rest_url, e))
        return false;
    *out = s;
    return true;
}

/* {"statusCode":"404","error":"not_found","message":"Object not found"} */
int supabase_status(int http_status, struct str body)
{
    AUTO_ARENA a = { 0 };
    struct json tree = { 0 };
    struct err unheard;
    int64_t status;

    if (body.len > STATEMENT_MAX || !json_parse(&a, body, &tree, &unheard))
        return http_status;
    status = json_get_i64(&tree, "statusCode", 0);
    if (status == 0 && !str_to_i64(json_get_str(&tree, "statusCode"), 1, STATUS_MAX, &status))
        return http_status;
    return status >= 400 && status <= STATUS_MAX ? (int)status : http_status;
}

static void add_header(struct provider_call *call, const char *name, struct str value)
{
    for (size_t i = 0; i < PROVIDER_HEADERS_MAX; i++) {
        if (call->headers[i].name.len > 0)
            continue;
        call->headers[i] = (struct http_header){ str_from(name), value };
        return;
    }
}

/* The old keys are tokens and say so; the new ones must not stand where a token is expected. */
static struct provider_call call_to(const struct supabase *s, struct arena *a,
                                    enum http_method method, struct str url)
{
    struct provider_call call = { .method = method,
                                  .url = url,
                                  .content_type = STR("application/json"),
                                  .secret = s->key,
                                  .guard = &s->guard,
                                  .timeout_ms = CALL_MS };

    add_header(&call, "apikey", s->key);
    if (!str_starts(s->key, STR("sb_")))
        add_header(&call, "Authorization", arena_strf(a, "Bearer " STR_FMT, STR_ARG(s->key)));
    add_header(&call, "User-Agent", STR("albumen/" ALBUMEN_VERSION));
    return call;
}

/* What the project's own code for a missing right or place is, whatever its HTTP status. */
static enum err_code code_of(int status)
{
    return status == 404 || status == 406 ? ERR_MISCONFIGURED
                                          : provider_status_code(status, STR(""), false);
}

static bool judge(struct arena *a, const struct supabase *s, const struct fetch_reply *reply,
                  struct err *e)
{
    int status = supabase_status(reply->status, reply->body);
    struct str key = s->key;
    struct str says = provider_error_text(a, reply->body, &(struct str_list){ &key, 1 });
    int64_t wait_ms = e->retry_after_ms;

    err_set(e, code_of(status), "HTTP %d%s" STR_FMT, status, says.len > 0 ? ": " : "",
            STR_ARG(says));
    e->retry_after_ms = err_may_retry(e->code) ? wait_ms : 0;
    return false;
}

static bool send_once(const struct gen_run *run, const struct supabase *s, struct arena *a,
                      const struct provider_call *call, struct fetch_reply *reply, struct err *e)
{
    if (provider_fetch(run, a, call, reply, e))
        return true;
    return reply->status > 0 ? judge(a, s, reply, e) : false;
}

static bool send_call(const struct supabase *s, struct arena *a, const struct provider_call *call,
                      struct fetch_reply *reply, struct err *e)
{
    struct gen_cancel never;
    struct gen_run run = { 0 };
    int64_t pause_ms = s->pause_ms;
    bool ok = false;

    gen_cancel_init(&never);
    run.cancel = s->cancel != NULL ? s->cancel : &never;
    for (int attempt = 1; !ok; attempt++, pause_ms *= 2) {
        ok = send_once(&run, s, a, call, reply, e);
        if (ok || attempt == SUPABASE_ATTEMPTS || !err_may_retry(e->code) ||
            !run_wait(&run, MAX(pause_ms, MIN(e->retry_after_ms, 10 * s->pause_ms)), e))
            break;
    }
    gen_cancel_deinit(&never);
    return ok;
}

bool supabase_upload(const struct supabase *s, struct arena *a, struct str bucket, struct str path,
                     struct str bytes, struct str media_type, struct err *e)
{
    struct str folder = percent_encode(a, bucket, false), name = percent_encode(a, path, true);
    struct str url = arena_strf(a, STR_FMT "/object/" STR_FMT "/" STR_FMT, STR_ARG(s->storage_url),
                                STR_ARG(folder), STR_ARG(name));
    struct provider_call call = call_to(s, a, HTTP_PUT, url);
    struct fetch_reply reply;

    if (s->storage_url.len == 0)
        return missing("storage_url", e);
    call.body = bytes;
    call.content_type = media_type;
    add_header(&call, "x-upsert", STR("true"));
    add_header(&call, "Cache-Control", STR("max-age=3600"));
    return send_call(s, a, &call, &reply, e);
}

bool supabase_insert(const struct supabase *s, struct arena *a, struct str schema, struct str table,
                     const char *key, struct str row, struct err *e)
{
    struct str name = percent_encode(a, table, false);
    struct str url = arena_strf(a, STR_FMT "/" STR_FMT "?on_conflict=%s", STR_ARG(s->rest_url),
                                STR_ARG(name), key);
    struct provider_call call = call_to(s, a, HTTP_POST, url);
    struct fetch_reply reply;

    call.body = row;
    add_header(&call, "Content-Profile", schema);
    add_header(&call, "Accept-Profile", schema);
    add_header(&call, "Prefer", STR("resolution=merge-duplicates,return=minimal"));
    return send_call(s, a, &call, &reply, e);
}

/* {"signedURL":"/object/sign/bucket/path?token=..."}, from the address of Storage on. */
bool supabase_sign(const struct supabase *s, struct arena *a, struct str bucket, struct str path,
                   int64_t seconds, struct str *out_url, struct err *e)
{
    struct str folder = percent_encode(a, bucket, false), name = percent_encode(a, path, true);
    struct str url = arena_strf(a, STR_FMT "/object/sign/" STR_FMT "/" STR_FMT,
                                STR_ARG(s->storage_url), STR_ARG(folder), STR_ARG(name));
    struct provider_call call = call_to(s, a, HTTP_POST, url);
    struct fetch_reply reply;
    struct json tree = { 0 };
    struct err unheard;
    struct str signed_path;

    if (s->storage_url.len == 0)
        return missing("storage_url", e);
    call.body = arena_strf(a, "{\"expiresIn\":%lld}", (long long)seconds);
    if (!send_call(s, a, &call, &reply, e))
        return false;
    if (!json_parse(a, reply.body, &tree, &unheard) ||
        !str_starts(signed_path = json_get_str(&tree, "signedURL"), STR("/")))
        return err_set(e, ERR_UPSTREAM, "the project's answer cannot be read");
    *out_url = arena_strf(a, STR_FMT STR_FMT, STR_ARG(s->storage_url), STR_ARG(signed_path));
    return true;
}
