/* The mock's purchases at a fake server, one for each way in which a cut call is found again. */
#include "provider/mock_parts.h"

#include "base/random.h"

enum { ID_MAX = 200, REQUEST_MAX_BYTES = 128 * 1024 * 1024 };

static void put_references(struct json_writer *w, const struct mock_visit *v)
{
    json_begin_array(w);
    for (size_t i = 0; i < v->request->reference_count; i++) {
        const struct gen_reference *r = &v->request->references[i];

        json_put_str(w, provider_data_url(v->arena, r->bytes, r->media_type));
    }
    json_end_array(w);
}

static bool request_text(struct mock_visit *v, struct str *out, struct err *e)
{
    AUTO_BUF body = { 0 };
    struct json_writer w = { .out = &body };

    buf_init(&body, REQUEST_MAX_BYTES);
    json_begin_object(&w);
    json_put_name(&w, STR("prompt"));
    json_put_str(&w, v->script);
    json_put_name(&w, STR("width"));
    json_put_i64(&w, v->request->width);
    json_put_name(&w, STR("height"));
    json_put_i64(&w, v->request->height);
    json_put_name(&w, STR("seed"));
    json_put_i64(&w, v->request->seed.set ? v->request->seed.value : -1);
    json_put_name(&w, STR("references"));
    put_references(&w, v);
    json_end_object(&w);
    if (body.overflowed)
        return err_set(e, ERR_TOO_LARGE, "the references are too large for one request");
    *out = arena_str(v->arena, buf_str(&body));
    return true;
}

static bool read_reply(struct arena *a, const struct fetch_reply *reply, struct json *out)
{
    struct err why = { 0 };

    return json_parse(a, reply->body, out, &why);
}

static bool is_id(struct str id)
{
    return id.len > 0 && id.len <= ID_MAX && id.ptr[0] != '.';
}

static bool submit(struct mock_visit *v, struct provider_call *call, struct fetch_reply *out,
                   struct err *e)
{
    if (!request_text(v, &call->body, e))
        return false;
    if (provider_fetch(v->run, v->arena, call, out, e))
        return true;
    if (out->status == 422) /* this server's way of refusing */
        e->code = ERR_REFUSED;
    return false;
}

/* REMOTE_GIVEN: between the call and its answer nobody here knows the id. */
static bool create(struct mock_visit *v, struct err *e)
{
    struct provider_call call = mock_call(v->mock, v->arena, HTTP_POST, "/jobs");
    struct fetch_reply reply;
    struct json tree = { 0 };

    call.buys = true;
    if (!submit(v, &call, &reply, e))
        return false;
    if (!read_reply(v->arena, &reply, &tree) || !is_id(json_get_str(&tree, "id")))
        return err_set(e, ERR_OUTCOME_UNKNOWN, "the provider has answered without a usable id");
    v->id = json_get_str(&tree, "id");
    return run_save_remote(v->run, mock_remote_text(v->arena, v->id), e);
}

/* REMOTE_OWN: the server takes an id once, so that sending it again buys nothing. One that it
 * refuses stands for nothing, and must not be taken for a purchase. */
static bool place(struct mock_visit *v, struct err *e)
{
    struct provider_call call = mock_call_to_job(v, HTTP_PUT, "");
    struct fetch_reply reply = { 0 };
    struct err why = { 0 };

    if (submit(v, &call, &reply, &why))
        return true;
    if (provider_status_is_refusal(reply.status) && !run_save_remote(v->run, STR(""), e))
        return false;
    *e = why;
    return false;
}

static bool place_under_own_id(struct mock_visit *v, struct err *e)
{
    v->id = uuid_new(v->arena);
    return run_save_remote(v->run, mock_remote_text(v->arena, v->id), e) && place(v, e);
}

/* Did the call that an earlier attempt has sent under this id arrive? */
static bool look_up(struct mock_visit *v, struct err *e)
{
    struct provider_call call = mock_call_to_job(v, HTTP_GET, "");
    struct fetch_reply reply;
    struct err why = { 0 };

    if (provider_fetch(v->run, v->arena, &call, &reply, &why))
        return true;
    if (reply.status == 404)
        return place(v, e);
    *e = why;
    return false;
}

static bool find_saved(struct mock_visit *v)
{
    struct json saved = { 0 };
    struct err none = { 0 };

    if (v->run->saved_remote.len == 0 ||
        !json_parse(v->arena, v->run->saved_remote, &saved, &none) ||
        !is_id(json_get_str(&saved, "id")))
        return false;
    v->id = json_get_str(&saved, "id");
    return true;
}

bool mock_begin(struct mock_visit *v, struct err *e)
{
    bool own = v->mock->settings.remote == REMOTE_OWN;

    if (find_saved(v))
        return !own || look_up(v, e);
    return own ? place_under_own_id(v, e) : create(v, e);
}

bool mock_buy_at_once(struct mock_visit *v, struct gen_result *out, struct err *e)
{
    struct provider_call call = mock_call(v->mock, v->arena, HTTP_POST, "/images");
    struct fetch_reply reply;

    call.buys = true;
    call.timeout_ms = INT64_MAX; /* the run's deadline counts */
    call.max_body_bytes = v->run->max_image_bytes;
    if (!submit(v, &call, &reply, e))
        return false;
    out->images = gen_images_new(v->arena, 1);
    out->image_count = 1;
    mock_take_picture(&reply, &out->images[0]);
    return true;
}
