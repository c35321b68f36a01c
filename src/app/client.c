/* How a command reaches the API. */
#include "app/client.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include "app/app.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/file.h"
#include "base/log.h"
#include "net/fetch.h"

enum {
    ADDRESS_FILE_MAX = 256,
    ANSWER_MAX_BYTES = 64 * 1024 * 1024,
    COPY_MAX_BYTES = 1 << 24,
    ERROR_MAX_BYTES = 64 * 1024,
    LOOK_TIMEOUT_MS = 5000,
    TURN_MAX_MS = 10 * 60 * 1000,
    TURN_SAID_MS = 1000,
    TURN_LOOK_MS = 50,
    REFUSED_MAX_MS = 10 * 60 * 1000, /* of one request, in all */
    AWAY_MAX_MS = 60 * 1000,
    REFUSED_LOOK_MS = 50,
    PATIENCE_MS = 15 * 60 * 1000,
    FILE_TIMEOUT_MS = 3600 * 1000, /* by a slow line; that it moves at all is watched too */
    STREAM_TIMEOUT_MS = 7 * 24 * 3600 * 1000,
    STREAM_LINE_MAX = 256 * 1024,
};

struct client {
    struct app *app; /* in this process, or */
    struct str base; /* "http://127.0.0.1:8001" */
    struct str token;
    struct guard guard;
    const struct command_patience *patience;
    bool told_to_wait;
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
    if (!str_starts(base, STR("http://")) && !str_starts(base, STR("https://")))
        return err_set(e, ERR_INVALID,
                       "the server is like http://127.0.0.1:8001, not '" STR_FMT "'",
                       (int)MIN(base.len, 100), base.ptr);
    if (str_ends(base, STR("/")))
        base.len--;
    c->base = arena_str(&c->arena, base);
    c->token = str_is_null(options->token) ? options->token : arena_str(&c->arena, options->token);
    allow_any_address(c);
    if (str_is_null(c->token) &&
        !read_line(c, app_path(options->config, &c->arena, "token"), &c->token, e))
        return err_set(e, ERR_UNAUTHENTICATED,
                       "no token: set ALBUMEN_TOKEN, or run where the data folder is");
    log_add_secret(c->token);
    return true;
}

/* An address that nobody answers at is that of a server which was killed. */
static bool answers(struct client *c)
{
    struct fetch_request request =
        fetch_get(arena_strf(&c->arena, STR_FMT "/healthz", STR_ARG(c->base)), &c->guard);
    struct fetch_reply reply;
    struct err e = { 0 };

    request.timeout_ms = LOOK_TIMEOUT_MS;
    return fetch(&c->arena, &request, &reply, NULL, &e) || e.code != ERR_UPSTREAM;
}

/* The server that has the data folder. *out_is_server false: it is none that has it. */
static bool use_local_server(struct client *c, const struct client_options *options,
                             bool *out_is_server, struct err *e)
{
    struct str address;
    struct err none;

    *out_is_server = read_line(c, app_path(options->config, &c->arena, "address"), &address, &none);
    if (!*out_is_server ||
        !use_server(c, options, arena_strf(&c->arena, "http://" STR_FMT, STR_ARG(address)), e))
        return false;
    *out_is_server = answers(c);
    return *out_is_server;
}

/* Commands are short: of two at once the second one waits for its turn. */
static bool open_here(struct client *c, const struct client_options *options, struct err *e)
{
    int64_t waited_ms = 0;
    struct err why = { 0 };
    bool is_server;

    while (!app_open(options->config, &c->app, &why)) {
        if (why.code != ERR_BUSY) {
            *e = why;
            return false;
        }
        if (use_local_server(c, options, &is_server, e))
            return true;
        if (is_server)
            return false;
        if (waited_ms >= TURN_MAX_MS)
            return err_set(e, ERR_BUSY,
                           "another albumen keeps the data folder, and it is no server: try again");
        if (waited_ms == TURN_SAID_MS && options->waits != NULL)
            options->waits();
        poll(NULL, 0, TURN_LOOK_MS);
        waited_ms += TURN_LOOK_MS;
    }
    return true;
}

static bool open_client(struct client *c, const struct client_options *options, struct err *e)
{
    if (!str_is_null(options->server))
        return use_server(c, options, options->server, e);
    return open_here(c, options, e);
}

bool client_open(const struct client_options *options, struct client **out, struct err *e)
{
    struct client *c = mem_alloc(sizeof(*c));

    c->patience = options->patience;
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
    struct str key; /* Idempotency-Key, or no value */
    struct str body;
    int body_fd; /* -1: none */
    int64_t body_bytes;
    bool wants_file; /* the answer goes to out_fd */
    int out_fd;
};

static size_t put_headers(const struct call *call, struct http_header *out)
{
    size_t count = 0;

    out[count++] = (struct http_header){ STR("Content-Type"), call->type };
    if (!str_is_null(call->key))
        out[count++] = (struct http_header){ STR("Idempotency-Key"), call->key };
    return count;
}

/* "Retry-After: 2" on what was refused for now. Without it a 503 may be anything. */
static void note_refusal(struct err *e, int status, struct str retry_after)
{
    int64_t seconds = 1;
    bool is_told = str_to_i64(retry_after, 1, INT32_MAX, &seconds);

    if (status == 429 || (status == 503 && is_told))
        e->retry_after_ms = seconds * 1000;
}

static struct str reply_header(const struct http_reply *reply, const char *name)
{
    for (size_t i = 0; i < reply->header_count; i++) {
        if (str_eq_nocase(reply->headers[i].name, str_from(name)))
            return reply->headers[i].value;
    }
    return (struct str){ 0 };
}

/* What the reply lends: a part of a file, or bytes. */
static bool copy_reply(const struct http_reply *reply, int out_fd, struct err *e)
{
    off_t from = reply->file_offset;
    int64_t left = reply->file_bytes;

    if (reply->file_fd < 0)
        return file_write_all(out_fd, reply->body, e);
    while (left > 0) {
        ssize_t n = sendfile(out_fd, reply->file_fd, &from, (size_t)MIN(left, COPY_MAX_BYTES));

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return err_set_unwritten(e, n < 0 ? errno : EIO);
        left -= n;
    }
    return true;
}

static bool finish_here(struct http_exchange *x, struct arena *a, const struct call *call,
                        struct json *out, struct err *e)
{
    struct str retry_after = reply_header(&x->reply, "Retry-After");

    if (call->wants_file && x->reply.status == 200)
        return copy_reply(&x->reply, call->out_fd, e);
    if (read_answer(x->reply.status, arena_str(a, x->reply.body), a, out, e))
        return true;
    if (e->code != ERR_UNAVAILABLE) /* what is missing in this process nobody else brings */
        note_refusal(e, x->reply.status, retry_after);
    return false;
}

static bool call_here(struct client *c, struct arena *a, const struct call *call, struct json *out,
                      struct err *e)
{
    struct http_header headers[2];
    struct http_exchange x = { .reply.file_fd = -1 };
    bool ok;

    str_cut(call->path, '?', &x.request.path, &x.request.query);
    x.request.method = call->method;
    x.request.host = c->app->config->server.listen; /* where a server would be: for links */
    x.request.peer = STR("127.0.0.1");
    x.request.headers = headers;
    x.request.header_count = put_headers(call, headers);
    x.request.body = call->body;
    x.request.body_fd = call->body_fd;
    x.request.body_bytes = call->body_bytes;
    api_perform(c->app->api, &x, &c->app->admin);
    ok = finish_here(&x, a, call, out, e);
    http_reply_drop_body(&x.reply);
    arena_deinit(&x.arena);
    return ok;
}

/* What came instead of a picture is an error's text, and stands where the picture would. */
static bool take_text_back(int fd, struct arena *a, struct str *out, struct err *e)
{
    char *text = arena_alloc(a, ERROR_MAX_BYTES);
    ssize_t length = pread(fd, text, ERROR_MAX_BYTES, 0);

    if (length < 0 || ftruncate(fd, 0) != 0 || lseek(fd, 0, SEEK_SET) != 0)
        return err_set_errno(e, errno, "read", "the server's answer");
    *out = str_of(text, (size_t)length);
    return true;
}

static bool finish_there(struct fetch_reply *reply, struct arena *a, const struct call *call,
                         struct json *out, struct err *e)
{
    if (call->wants_file && reply->status == 200)
        return true;
    if (call->wants_file && !take_text_back(call->out_fd, a, &reply->body, e))
        return false;
    if (read_answer(reply->status, reply->body, a, out, e))
        return true;
    note_refusal(e, reply->status, fetch_header(reply, "Retry-After"));
    return false;
}

static bool call_server(struct client *c, struct arena *a, const struct call *call,
                        struct json *out, struct err *e)
{
    struct fetch_request request =
        fetch_get(arena_strf(a, STR_FMT STR_FMT, STR_ARG(c->base), STR_ARG(call->path)), &c->guard);
    struct http_header headers[3];
    size_t count = put_headers(call, headers);
    struct fetch_reply reply;

    headers[count++] = (struct http_header){ STR("Authorization"),
                                             arena_strf(a, "Bearer " STR_FMT, STR_ARG(c->token)) };
    request.method = call->method;
    request.headers = headers;
    request.header_count = count;
    request.body = call->body;
    request.body_fd = call->body_fd;
    request.body_bytes = call->body_bytes;
    request.max_body_bytes = call->wants_file ? INT64_MAX : ANSWER_MAX_BYTES;
    /* Some answers take their time: a copy of the whole database. */
    request.timeout_ms = FILE_TIMEOUT_MS;
    if (call->body_fd < 0)
        request.stall_timeout_ms = PATIENCE_MS;
    if (call->wants_file)
        request.out_fd = call->out_fd;
    return fetch(a, &request, &reply, NULL, e) && finish_there(&reply, a, call, out, e);
}

static bool ask(struct client *c, struct arena *a, const struct call *call, struct json *out,
                struct err *e)
{
    return c->app != NULL ? call_here(c, a, call, out, e) : call_server(c, a, call, out, e);
}

static bool is_interrupted(const struct client *c)
{
    const atomic_bool *interrupted = c->patience->interrupted;

    return interrupted != NULL && atomic_load(interrupted);
}

/* Where there were too many requests this one was not begun. Whatever else cannot be had for now
 * may be a change, too, whose end nobody knows: that is not sent twice. */
static int64_t patience_for(const struct call *call, enum err_code code)
{
    if (code == ERR_RATE_LIMITED || code == ERR_BUSY)
        return REFUSED_MAX_MS;
    return call->method == HTTP_GET || !str_is_null(call->key) ? AWAY_MAX_MS : 0;
}

/* In small steps: a signal may come to another thread, or right before the wait. */
static bool wait_as_told(struct client *c, const struct err *why, int64_t deadline_ms)
{
    int64_t until_ms = clock_steady_ms() + why->retry_after_ms, ends_ms = c->patience->ends_ms;

    if (why->retry_after_ms == 0 || until_ms > deadline_ms || is_interrupted(c) ||
        (ends_ms != 0 && until_ms > ends_ms))
        return false;
    if (!c->told_to_wait)
        c->patience->tell(c->patience->ctx, why);
    c->told_to_wait = true;
    while (!is_interrupted(c) && clock_steady_ms() < until_ms)
        poll(NULL, 0, REFUSED_LOOK_MS);
    return !is_interrupted(c);
}

static bool perform(struct client *c, struct arena *a, const struct call *call, struct json *out,
                    struct err *e)
{
    struct arena_mark mark = arena_mark(a);
    int64_t began_ms = clock_steady_ms();
    struct err why = { 0 };

    while (!ask(c, a, call, out, &why)) {
        if (!wait_as_told(c, &why, began_ms + patience_for(call, why.code))) {
            *e = why;
            return false;
        }
        arena_rewind(a, mark);
        why = (struct err){ 0 };
    }
    return true;
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

bool client_post_once(struct client *c, struct arena *a, struct str path, struct str key,
                      struct str body, struct json *out_answer, struct err *e)
{
    struct call call = { .method = HTTP_POST,
                         .path = path,
                         .type = STR("application/json"),
                         .key = key,
                         .body = body,
                         .body_fd = -1,
                         .body_bytes = (int64_t)body.len };

    return perform(c, a, &call, out_answer, e);
}

bool client_receive_file(struct client *c, struct arena *a, struct str path, int fd, struct err *e)
{
    struct call call = { .method = HTTP_GET,
                         .path = path,
                         .type = STR("application/json"),
                         .body_fd = -1,
                         .wants_file = true,
                         .out_fd = fd };
    struct json nothing;

    return perform(c, a, &call, &nothing, e);
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
