/* The mock at a fake server: create, save the id, ask until it is done, fetch the pictures. */
#include "provider/mock_parts.h"

#include "base/encode.h"
#include "provider/call.h"

enum { ID_MAX = 200 };

/* Whoever makes an adapter for a queue of jobs finds its shape here. */
struct visit {
    struct mock *mock;
    struct gen_run *run;
    struct arena *arena;
    struct str id;
    int64_t count; /* of pictures, once it is done */
};

static struct provider_call call_to(struct mock *m, struct arena *a, enum http_method method,
                                    const char *path, struct str rest)
{
    struct str url = m->settings.url, key = m->settings.api_key;

    while (str_ends(url, STR("/")))
        url.len--;
    return (struct provider_call){
        .method = method,
        .url = arena_strf(a, STR_FMT "%s" STR_FMT, STR_ARG(url), path, STR_ARG(rest)),
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

static struct provider_call call_to_job(struct visit *v, enum http_method method, const char *what)
{
    struct str id = percent_encode(v->arena, v->id, false);
    struct str path = arena_strf(v->arena, STR_FMT "%s", STR_ARG(id), what);

    return call_to(v->mock, v->arena, method, "/jobs/", path);
}

static bool read_reply(struct arena *a, const struct fetch_reply *reply, struct json *out,
                       struct err *e)
{
    struct err why = { 0 };

    if (json_parse(a, reply->body, out, &why))
        return true;
    return err_set(e, ERR_UPSTREAM, "the provider's answer cannot be read");
}

static bool is_id(struct str id)
{
    return id.len > 0 && id.len <= ID_MAX && id.ptr[0] != '.';
}

static bool create(struct visit *v, const struct gen_request *request, struct str script,
                   struct err *e)
{
    struct provider_call call = call_to(v->mock, v->arena, HTTP_POST, "/jobs", STR(""));
    AUTO_BUF body = { 0 };
    struct json_writer w = { .out = &body };
    struct fetch_reply reply;
    struct json tree = { 0 };

    buf_init(&body, MIB);
    json_begin_object(&w);
    json_put_name(&w, STR("prompt"));
    json_put_str(&w, script);
    json_put_name(&w, STR("width"));
    json_put_i64(&w, request->width);
    json_put_name(&w, STR("height"));
    json_put_i64(&w, request->height);
    json_put_name(&w, STR("seed"));
    json_put_i64(&w, request->seed.set ? request->seed.value : -1);
    json_end_object(&w);
    call.body = buf_str(&body);
    call.buys = true;
    if (!provider_fetch(v->run, v->arena, &call, &reply, e)) {
        if (reply.status == 422) /* this server's way of refusing */
            e->code = ERR_REFUSED;
        return false;
    }
    if (!read_reply(v->arena, &reply, &tree, e) || !is_id(json_get_str(&tree, "id")))
        return err_set(e, ERR_OUTCOME_UNKNOWN, "the provider has answered without a usable id");
    v->id = json_get_str(&tree, "id");
    return run_save_remote(v->run, mock_remote_text(v->arena, v->id), e);
}

/* A job that has ended without a picture is forgotten: the next attempt is a new one. */
static bool give_up(struct visit *v, enum err_code code, const char *why, struct err *e)
{
    if (!run_save_remote(v->run, STR(""), e))
        return false;
    return err_set(e, code, "%s", why);
}

static bool look(struct visit *v, bool *out_done, struct err *e)
{
    struct provider_call call = call_to_job(v, HTTP_GET, "");
    struct fetch_reply reply;
    struct json tree = { 0 };
    struct str status;

    if (!provider_fetch(v->run, v->arena, &call, &reply, e)) {
        if (reply.status == 404)
            return give_up(v, ERR_REJECTED, "the provider has lost the job", e);
        return false;
    }
    if (!read_reply(v->arena, &reply, &tree, e))
        return false;
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
    struct visit *v = ctx;
    struct arena_mark mark = arena_mark(v->arena);
    bool ok = look(v, out_done, e);

    arena_rewind(v->arena, mark);
    return ok;
}

static bool fetch_picture(struct visit *v, int64_t which, struct gen_image *out, struct err *e)
{
    struct str path = arena_strf(v->arena, "/images/%lld", (long long)which);
    struct provider_call call = call_to_job(v, HTTP_GET, path.ptr);
    struct fetch_reply reply;
    int64_t seed;

    call.max_body_bytes = v->run->max_image_bytes;
    if (!provider_fetch(v->run, v->arena, &call, &reply, e))
        return false;
    out->bytes = reply.body;
    out->size = (int64_t)reply.body.len;
    out->media_type = fetch_header(&reply, "Content-Type");
    out->seed.set = str_to_i64(fetch_header(&reply, "X-Seed"), 0, INT64_MAX, &seed);
    out->seed.value = out->seed.set ? seed : 0;
    return true;
}

static bool find_saved(struct visit *v, struct err *e)
{
    struct json saved = { 0 };

    if (v->run->saved_remote.len == 0 || !json_parse(v->arena, v->run->saved_remote, &saved, e))
        return false;
    v->id = json_get_str(&saved, "id");
    return is_id(v->id);
}

bool mock_http_generate(struct mock *m, const struct gen_request *request, struct str script,
                        struct gen_run *run, struct arena *a, struct gen_result *out, struct err *e)
{
    struct visit v = { .mock = m, .run = run, .arena = a };
    struct run_poll how = { m->settings.poll_ms, 20 * m->settings.poll_ms, poll_once, &v };
    struct err none = { 0 };

    if (!find_saved(&v, &none) && !create(&v, request, script, e))
        return false;
    if (!run_poll(run, &how, e))
        return false;
    if (v.count < 1 || v.count > (int64_t)run->max_images)
        return err_set(e, ERR_REJECTED, "the provider sent too many pictures, or none");
    out->images = gen_images_new(a, (size_t)v.count);
    for (; out->image_count < (size_t)v.count; out->image_count++) {
        if (!fetch_picture(&v, (int64_t)out->image_count, &out->images[out->image_count], e))
            return false;
    }
    out->metadata = mock_remote_text(a, v.id);
    return true;
}

bool mock_http_cancel(struct mock *m, struct str saved_remote, struct gen_run *run, struct err *e)
{
    AUTO_ARENA a = { 0 };
    struct gen_run with_saved = *run;
    struct visit v = { .mock = m, .run = &with_saved, .arena = &a };
    struct provider_call call;
    struct fetch_reply reply;
    struct err none = { 0 };

    with_saved.saved_remote = saved_remote;
    if (!find_saved(&v, &none))
        return true;
    call = call_to_job(&v, HTTP_POST, "/cancel");
    return provider_fetch(run, &a, &call, &reply, e) || reply.status == 404;
}

bool mock_http_check(struct mock *m, struct gen_run *run, struct err *e)
{
    AUTO_ARENA a = { 0 };
    struct provider_call call = call_to(m, &a, HTTP_GET, "/account", STR(""));
    struct fetch_reply reply;

    return provider_fetch(run, &a, &call, &reply, e);
}
