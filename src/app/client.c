/* How a command reaches the API. */
#include "app/client.h"

#include <stdlib.h>

#include "app/app.h"
#include "base/crypto.h"
#include "base/file.h"
#include "base/log.h"
#include "net/fetch.h"

enum {
    ADDRESS_FILE_MAX = 256,
    ANSWER_MAX_BYTES = 64 * 1024 * 1024,
    FILE_TIMEOUT_MS = 3600 * 1000, /* by a slow line; that it moves at all is watched too */
    STREAM_TIMEOUT_MS = 7 * 24 * 3600 * 1000,
    STREAM_LINE_MAX = 256 * 1024,
};

struct client {
    struct app *app; /* in this process, or */
    struct str base; /* "http://127.0.0.1:8001" */
    struct str token;
    struct guard guard;
    struct arena arena;
};

static struct str first_line(struct str text)
{
    return str_slice(text, 0, str_find_char(text, '\n', 0));
}

static bool read_line(struct client *c, const char *path, struct str *out, struct err *e)
{
    struct str text;

    if (!file_read(&c->arena, path, ADDRESS_FILE_MAX, &text, e))
        return false;
    *out = first_line(text);
    return true;
}

/* The server that the user named may stand anywhere: it is his own choice, like any command's. */
static void allow_any_address(struct client *c)
{
    struct str *all = arena_array(&c->arena, struct str, 2);

    all[0] = STR("0.0.0.0/0");
    all[1] = STR("::/0");
    c->guard.allow = (struct str_list){ all, 2 };
}

static bool use_server(struct client *c, const struct client_options *options, struct str base,
                       struct err *e)
{
    c->base = str_ends(base, STR("/")) ? str_slice(base, 0, base.len - 1) : base;
    c->token = options->token;
    allow_any_address(c);
    if (str_is_null(c->token) &&
        !read_line(c, app_path(options->config, &c->arena, "token"), &c->token, e))
        return err_set(e, ERR_UNAUTHENTICATED,
                       "no token: set ALBUMEN_TOKEN, or run where the data folder is");
    log_add_secret(c->token);
    return fetch_init(e);
}

static bool use_local_server(struct client *c, const struct client_options *options, struct err *e)
{
    struct str address;

    if (!read_line(c, app_path(options->config, &c->arena, "address"), &address, e))
        return err_set(e, ERR_BUSY,
                       "another albumen is using the data folder, and it is no server: try again");
    return use_server(c, options, arena_strf(&c->arena, "http://" STR_FMT, STR_ARG(address)), e);
}

static bool open_client(struct client *c, const struct client_options *options, struct err *e)
{
    struct err why = { 0 };

    if (!str_is_null(options->server))
        return use_server(c, options, options->server, e);
    if (app_open(options->config, &c->app, &why))
        return true;
    if (why.code == ERR_BUSY)
        return use_local_server(c, options, e);
    *e = why;
    return false;
}

bool client_open(const struct client_options *options, struct client **out, struct err *e)
{
    struct client *c = mem_alloc(sizeof(*c));

    if (!open_client(c, options, e)) {
        client_close(c);
        return false;
    }
    *out = c;
    return true;
}

bool client_run_jobs(struct client *c, struct err *e)
{
    return c->app == NULL || c->app->worker != NULL || app_start_worker(c->app, NULL, e);
}

void client_close(struct client *c)
{
    if (c == NULL)
        return;
    app_close(c->app);
    arena_deinit(&c->arena);
    free(c);
}

/* The API's error object back into an error. */
static bool fail_with(int status, struct str body, struct arena *a, struct err *e)
{
    struct json tree;
    const struct json *error;
    struct str code;
    enum err_code found = status >= 500 ? ERR_UPSTREAM : ERR_INVALID;

    if (!json_parse(a, body, &tree, e) || (error = json_get(&tree, "error")) == NULL)
        return err_set(e, ERR_UPSTREAM, "the server answered with status %d", status);
    code = json_get_str(error, "code");
    for (int i = 0; i < ERR_CODE_COUNT; i++) {
        if (str_eq(str_from(err_name((enum err_code)i)), code))
            found = (enum err_code)i;
    }
    return err_set_field(e, found, json_get_str(error, "field"), STR_FMT,
                         STR_ARG(json_get_str(error, "message")));
}

static bool read_answer(int status, struct str body, struct arena *a, struct json *out,
                        struct err *e)
{
    if (status < 200 || status > 299)
        return fail_with(status, body, a, e);
    *out = (struct json){ .type = JSON_NULL };
    return body.len == 0 || json_parse(a, body, out, e);
}

/* One request: its body in memory, or in a file. */
struct call {
    enum http_method method;
    struct str path, type;
    struct str body;
    int body_fd; /* -1: none */
    int64_t body_bytes;
};

static bool call_here(struct client *c, struct arena *a, const struct call *call, struct json *out,
                      struct err *e)
{
    struct http_header type = { STR("Content-Type"), call->type };
    struct http_exchange x = { .reply.file_fd = -1 };
    struct str answer;
    int status;

    str_cut(call->path, '?', &x.request.path, &x.request.query);
    x.request.method = call->method;
    x.request.host = c->app->config->server.listen; /* where a server would be: for links */
    x.request.peer = STR("127.0.0.1");
    x.request.headers = &type;
    x.request.header_count = 1;
    x.request.body = call->body;
    x.request.body_fd = call->body_fd;
    x.request.body_bytes = call->body_bytes;
    api_perform(c->app->api, &x, &c->app->admin);
    status = x.reply.status;
    answer = arena_str(a, x.reply.body);
    arena_deinit(&x.arena);
    return read_answer(status, answer, a, out, e);
}

static bool call_server(struct client *c, struct arena *a, const struct call *call,
                        struct json *out, struct err *e)
{
    struct fetch_request request =
        fetch_get(arena_strf(a, STR_FMT STR_FMT, STR_ARG(c->base), STR_ARG(call->path)), &c->guard);
    struct http_header headers[] = {
        { STR("Authorization"), arena_strf(a, "Bearer " STR_FMT, STR_ARG(c->token)) },
        { STR("Content-Type"), call->type },
    };
    struct fetch_reply reply;

    request.method = call->method;
    request.headers = headers;
    request.header_count = COUNT(headers);
    request.body = call->body;
    request.body_fd = call->body_fd;
    request.body_bytes = call->body_bytes;
    request.max_body_bytes = ANSWER_MAX_BYTES;
    if (call->body_fd >= 0)
        request.timeout_ms = FILE_TIMEOUT_MS;
    if (!fetch(a, &request, &reply, NULL, e))
        return false;
    return read_answer(reply.status, reply.body, a, out, e);
}

static bool perform(struct client *c, struct arena *a, const struct call *call, struct json *out,
                    struct err *e)
{
    return c->app != NULL ? call_here(c, a, call, out, e) : call_server(c, a, call, out, e);
}

bool client_call(struct client *c, struct arena *a, enum http_method method, struct str path,
                 struct str body, struct json *out_answer, struct err *e)
{
    struct call call = { .method = method,
                         .path = path,
                         .type = STR("application/json"),
                         .body = body,
                         .body_fd = -1,
                         .body_bytes = (int64_t)body.len };

    return perform(c, a, &call, out_answer, e);
}

bool client_send_file(struct client *c, struct arena *a, struct str path, int fd, int64_t bytes,
                      struct json *out_answer, struct err *e)
{
    struct call call = { .method = HTTP_POST,
                         .path = path,
                         .type = STR("application/octet-stream"),
                         .body_fd = fd,
                         .body_bytes = bytes };

    return perform(c, a, &call, out_answer, e);
}

/* An event stream on its way in. */
struct stream {
    command_hear_fn hear;
    void *ctx;
    struct buf text; /* of the line that is not whole yet */
    bool is_open, enough;
};

static bool hear_line(struct stream *s, struct str line, struct err *e)
{
    static const struct str data = { "data: ", sizeof("data: ") - 1 };
    AUTO_ARENA a = { 0 };
    struct json event;

    /* The replay's id is there as soon as the server has us on its list. */
    if (!s->is_open && str_starts(line, STR("id: "))) {
        s->is_open = true;
        return s->hear(s->ctx, NULL, &s->enough, e);
    }
    if (!str_starts(line, data))
        return true;
    return json_parse(&a, str_slice(line, data.len, line.len), &event, e) &&
           s->hear(s->ctx, &event, &s->enough, e);
}

static bool take_stream(void *ctx, struct str bytes, struct err *e)
{
    struct stream *s = ctx;
    size_t end;

    buf_put(&s->text, bytes);
    if (s->text.overflowed)
        return err_set(e, ERR_UPSTREAM, "the server sends events without an end");
    while ((end = str_find_char(buf_str(&s->text), '\n', 0)) < s->text.len) {
        struct str line = str_slice(buf_str(&s->text), 0, end);

        if (!hear_line(s, line, e))
            return false;
        if (s->enough)
            return err_set(e, ERR_CANCELLED, "enough was heard");
        buf_consume(&s->text, end + 1);
    }
    return true;
}

bool client_follow(struct client *c, command_hear_fn hear, void *ctx, struct err *e)
{
    AUTO_ARENA a = { 0 };
    struct stream s = { .hear = hear, .ctx = ctx };
    struct fetch_request request;
    struct http_header who = { STR("Authorization"), { 0 } };
    struct fetch_reply reply;
    struct err why = { 0 };

    if (c->app != NULL)
        return err_set(e, ERR_NOT_IMPLEMENTED, "events are sent by a running server only");
    who.value = arena_strf(&a, "Bearer " STR_FMT, STR_ARG(c->token));
    request = fetch_get(arena_strf(&a, STR_FMT "/api/events", STR_ARG(c->base)), &c->guard);
    request.headers = &who;
    request.header_count = 1;
    request.timeout_ms = STREAM_TIMEOUT_MS;
    request.max_body_bytes = INT64_MAX;
    request.on_data = take_stream;
    request.ctx = &s;
    buf_init(&s.text, STREAM_LINE_MAX);
    bool ok = fetch(&a, &request, &reply, NULL, &why);

    buf_deinit(&s.text);
    if (s.enough)
        return true;
    if (ok)
        err_set(&why, ERR_UPSTREAM, "the server has ended its stream of events");
    *e = why;
    return false;
}
