/* The mock at a fake server: begin, ask until it is done, fetch the pictures. Whoever makes an
 * adapter for a queue of jobs finds its shape here. */
#include "provider/mock_parts.h"

#include "base/encode.h"

struct provider_call mock_call(struct mock *m, struct arena *a, enum http_method method,
                               const char *path)
{
    struct str url = m->settings.url, key = m->settings.api_key;

    while (str_ends(url, STR("/")))
        url.len--;
    return (struct provider_call){
        .method = method,
        .url = arena_strf(a, STR_FMT "%s", STR_ARG(url), path),
        .headers = { { STR("Authorization"), arena_strf(a, "Bearer " STR_FMT, STR_ARG(key)) } },
        .content_type = STR("application/json"),
        .secret = key,
        .guard = &m->guard,
    };
}

/* The id is the server's choice: escaped here, and again in every path. */
struct str mock_remote_text(struct arena *a, struct str id)
{
    AUTO_BUF text = { 0 };
    struct json_writer w = { .out = &text };

    buf_init(&text, 16 * KIB);
    json_begin_object(&w);
    json_put_name(&w, STR("id"));
    json_put_str(&w, id);
    json_end_object(&w);
    return arena_str(a, buf_str(&text));
}

struct provider_call mock_call_to_job(struct mock_visit *v, enum http_method method,
                                      const char *what)
{
    struct str id = percent_encode(v->arena, v->id, false);
    struct str path = arena_strf(v->arena, "/jobs/" STR_FMT "%s", STR_ARG(id), what);

    return mock_call(v->mock, v->arena, method, path.ptr);
}

/* A job that has ended without a picture is forgotten: the next attempt is a new one. */
static bool give_up(struct mock_visit *v, enum err_code code, const char *why, struct err *e)
{
    if (!run_save_remote(v->run, STR(""), e))
        return false;
    return err_set(e, code, "%s", why);
}

static bool look(struct mock_visit *v, bool *out_done, struct err *e)
{
    struct provider_call call = mock_call_to_job(v, HTTP_GET, "");
    struct fetch_reply reply;
    struct json tree = { 0 };
    struct err why = { 0 };
    struct str status;

    if (!provider_fetch(v->run, v->arena, &call, &reply, e)) {
        if (reply.status == 404)
            return give_up(v, ERR_REJECTED, "the provider has lost the job", e);
        return false;
    }
    if (!json_parse(v->arena, reply.body, &tree, &why))
        return err_set(e, ERR_UPSTREAM, "the provider's answer cannot be read");
    status = json_get_str(&tree, "status");
    if (str_eq(status, STR("failed")))
        return give_up(v, ERR_REJECTED, "the job has failed at the provider", e);
    if (str_eq(status, STR("cancelled")))
        return give_up(v, ERR_REJECTED, "the job was cancelled at the provider", e);
    run_progress(v->run, (double)json_get_i64(&tree, "percent", 0) / 100, "at the provider");
    v->count = json_get_i64(&tree, "count", 1);
    *out_done = str_eq(status, STR("succeeded"));
    return true;
}

/* What an answer leaves in memory between two questions is given back. */
static bool poll_once(void *ctx, bool *out_done, struct err *e)
{
    struct mock_visit *v = ctx;
    struct arena_mark mark = arena_mark(v->arena);
    bool ok = look(v, out_done, e);

    arena_rewind(v->arena, mark);
    return ok;
}

void mock_take_picture(const struct fetch_reply *reply, struct gen_image *out)
{
    int64_t seed;

    out->bytes = reply->body;
    out->size = (int64_t)reply->body.len;
    out->media_type = fetch_header(reply, "Content-Type");
    out->seed.set = str_to_i64(fetch_header(reply, "X-Seed"), 0, INT64_MAX, &seed);
    out->seed.value = out->seed.set ? seed : 0;
}

static bool fetch_picture(struct mock_visit *v, int64_t which, struct gen_image *out, struct err *e)
{
    struct str path = arena_strf(v->arena, "/images/%lld", (long long)which);
    struct provider_call call = mock_call_to_job(v, HTTP_GET, path.ptr);
    struct fetch_reply reply;

    call.max_body_bytes = v->run->max_image_bytes;
    if (!provider_fetch(v->run, v->arena, &call, &reply, e))
        return false;
    mock_take_picture(&reply, out);
    return true;
}

bool mock_http_generate(struct mock_visit *v, struct gen_result *out, struct err *e)
{
    int64_t first_ms = v->mock->settings.poll_ms;
    struct run_poll how = { first_ms, 20 * first_ms, poll_once, v };

    if (v->mock->settings.remote == REMOTE_NONE)
        return mock_buy_at_once(v, out, e);
    if (!mock_begin(v, e) || !run_poll(v->run, &how, e))
        return false;
    if (v->count < 1 || v->count > (int64_t)v->run->max_images)
        return err_set(e, ERR_REJECTED, "the provider sent too many pictures, or none");
    out->images = gen_images_new(v->arena, (size_t)v->count);
    for (; out->image_count < (size_t)v->count; out->image_count++) {
        if (!fetch_picture(v, (int64_t)out->image_count, &out->images[out->image_count], e))
            return false;
    }
    out->metadata = mock_remote_text(v->arena, v->id);
    return true;
}

bool mock_http_cancel(struct mock *m, struct str saved_remote, struct gen_run *run, struct err *e)
{
    AUTO_ARENA a = { 0 };
    struct mock_visit v = { .mock = m, .run = run, .arena = &a };
    struct json saved = { 0 };
    struct provider_call call;
    struct fetch_reply reply;
    struct err none = { 0 };

    if (!json_parse(&a, saved_remote, &saved, &none) || json_get_str(&saved, "id").len == 0)
        return true;
    v.id = json_get_str(&saved, "id");
    call = mock_call_to_job(&v, HTTP_POST, "/cancel");
    return provider_fetch(run, &a, &call, &reply, e) || reply.status == 404;
}

bool mock_http_check(struct mock *m, struct gen_run *run, struct err *e)
{
    AUTO_ARENA a = { 0 };
    struct provider_call call = mock_call(m, &a, HTTP_GET, "/account");
    struct fetch_reply reply;

    return provider_fetch(run, &a, &call, &reply, e);
}
