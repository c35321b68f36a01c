/* Drives one transfer with libcurl's multi interface, so that a cancel is seen within 100 ms. */
#include "net/fetch_hop.h"

#include <assert.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/file.h"
#include "net/fetch_gate.h"

enum { CANCEL_LOOK_MS = 100, WAIT_MAX_MS = 1000 };

struct transfer {
    struct fetch_hop *hop;
    CURL *easy;
    CURLM *multi;
    struct curl_slist *headers;
    unsigned option_errors;
    struct err *e; /* filled by whoever sets failed */
    bool failed;   /* a callback or the loop gave up: *e says why */
    bool enough;   /* a callback has all it wants */
    struct fetch_gate gate;
    size_t head_bytes;
    bool head_done;
    int64_t body_sent;
    int64_t last_byte_ms;
};

static bool fail(struct transfer *t, enum err_code code, const char *reason)
{
    t->failed = true;
    return err_set(t->e, code, "'" STR_FMT "' %s", STR_ARG(t->hop->url->host), reason);
}

/* Connected, TLS included, and about to send. */
static int on_before_request(void *ctx, char *remote_ip, char *local_ip, int remote_port,
                             int local_port)
{
    struct transfer *t = ctx;

    UNUSED(remote_ip);
    UNUSED(local_ip);
    UNUSED(remote_port);
    UNUSED(local_port);
    t->hop->sent = true;
    t->last_byte_ms = clock_steady_ms();
    return CURL_PREREQFUNC_OK;
}

static size_t on_send_body(char *out, size_t size, size_t count, void *ctx)
{
    struct transfer *t = ctx;
    const struct fetch_request *request = t->hop->request;
    size_t want = size * count;
    ssize_t got;

    t->last_byte_ms = clock_steady_ms();
    if (request->body_fd < 0) {
        struct str piece =
            str_slice(request->body, (size_t)t->body_sent, (size_t)t->body_sent + want);

        memcpy(out, piece.ptr, piece.len);
        t->body_sent += (int64_t)piece.len;
        return piece.len;
    }
    want = (size_t)MIN((int64_t)want, request->body_bytes - t->body_sent);
    got = pread(request->body_fd, out, want, t->body_sent);
    if (got < 0 || (got == 0 && want > 0)) {
        t->failed = true;
        err_set(t->e, ERR_IO, "the body to send cannot be read");
        return CURL_READFUNC_ABORT;
    }
    t->body_sent += got;
    return (size_t)got;
}

static bool add_header(struct transfer *t, struct str line)
{
    struct fetch_hop *hop = t->hop;
    struct str name, value;

    if (!str_cut(line, ':', &name, &value) || name.len == 0 || name.ptr[0] == ' ' ||
        name.ptr[0] == '\t')
        return fail(t, ERR_UPSTREAM, "sent a header that cannot be read");
    if (hop->reply_headers == NULL)
        hop->reply_headers = arena_array(hop->arena, struct http_header, FETCH_MAX_HEADERS);
    if (hop->reply_header_count == FETCH_MAX_HEADERS)
        return fail(t, ERR_UPSTREAM, "sent too many headers");
    hop->reply_headers[hop->reply_header_count++] = (struct http_header){
        .name = arena_str(hop->arena, str_trim(name)),
        .value = arena_str(hop->arena, str_trim(value)),
    };
    return true;
}

static bool end_head(struct transfer *t)
{
    struct fetch_hop *hop = t->hop;
    long status = 0;
    int64_t length = 0;
    bool has_body;

    hop->curl->easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
    if (status < 200) /* an interim reply; the real one follows */
        return true;
    t->head_done = true;
    hop->status = (int)status;
    if (hop->may_follow && fetch_is_redirect(hop->status) &&
        !str_is_null(fetch_hop_header(hop, "Location"))) {
        t->enough = true;
        return false;
    }
    has_body = hop->method != HTTP_HEAD && status != 204 && status != 304;
    if (has_body && str_to_i64(fetch_hop_header(hop, "Content-Length"), 0, INT64_MAX, &length) &&
        length > hop->request->max_body_bytes)
        return fail(t, ERR_TOO_LARGE, "sends more than is taken");
    return true;
}

static bool take_head_line(struct transfer *t, struct str line)
{
    while (line.len > 0 && (line.ptr[line.len - 1] == '\n' || line.ptr[line.len - 1] == '\r'))
        line.len--;
    if (t->head_done) /* trailers are of no use to anybody here */
        return true;
    if (line.len == 0)
        return end_head(t);
    if (str_starts(line, STR("HTTP/"))) {
        t->hop->reply_header_count = 0;
        return true;
    }
    return add_header(t, line);
}

static size_t on_head_line(char *data, size_t size, size_t count, void *ctx)
{
    struct transfer *t = ctx;
    size_t bytes = size * count;

    t->last_byte_ms = clock_steady_ms();
    t->head_bytes += bytes;
    if (t->head_bytes > FETCH_MAX_HEAD_BYTES) {
        fail(t, ERR_UPSTREAM, "sent too large a head");
        return 0;
    }
    return take_head_line(t, str_of(data, bytes)) ? bytes : 0;
}

static bool give_body(struct fetch_hop *hop, struct str bytes, struct err *e)
{
    if (hop->request->on_data != NULL)
        return hop->request->on_data(hop->request->ctx, bytes, e);
    if (hop->request->out_fd >= 0)
        return file_write_all(hop->request->out_fd, bytes, e);
    buf_put(hop->body, bytes);
    return true; /* cannot overflow: the buffer takes max_body_bytes */
}

static size_t on_body(char *data, size_t size, size_t count, void *ctx)
{
    struct transfer *t = ctx;
    struct str bytes = str_of(data, size * count);

    t->last_byte_ms = clock_steady_ms();
    if (!t->head_done || FAULT(fetch_read)) {
        fail(t, ERR_UPSTREAM, "broke off");
        return 0;
    }
    if ((int64_t)bytes.len > t->hop->request->max_body_bytes - t->hop->body_bytes) {
        fail(t, ERR_TOO_LARGE, "sends more than is taken");
        return 0;
    }
    t->hop->body_bytes += (int64_t)bytes.len;
    if (!give_body(t->hop, bytes, t->e)) {
        t->failed = true;
        return 0;
    }
    return bytes.len;
}

#define SET(option, value)                                                                         \
    (t->option_errors |= t->hop->curl->easy_setopt(t->easy, (option), (value)) != CURLE_OK)

static void set_receivers(struct transfer *t)
{
    SET(CURLOPT_PREREQFUNCTION, on_before_request);
    SET(CURLOPT_PREREQDATA, t);
    SET(CURLOPT_HEADERFUNCTION, on_head_line);
    SET(CURLOPT_HEADERDATA, t);
    SET(CURLOPT_WRITEFUNCTION, on_body);
    SET(CURLOPT_WRITEDATA, t);
}

static void set_method(struct transfer *t)
{
    const struct fetch_hop *hop = t->hop;
    const struct fetch_request *request = hop->request;
    int64_t bytes = request->body_fd >= 0 ? request->body_bytes : (int64_t)request->body.len;

    if (hop->method == HTTP_HEAD) {
        SET(CURLOPT_NOBODY, 1L);
        return;
    }
    SET(CURLOPT_CUSTOMREQUEST, http_method_names[hop->method]);
    if (!hop->has_body)
        return;
    SET(CURLOPT_UPLOAD, 1L);
    SET(CURLOPT_INFILESIZE_LARGE, (curl_off_t)bytes);
    SET(CURLOPT_READFUNCTION, on_send_body);
    SET(CURLOPT_READDATA, t);
}

static void add_line(struct transfer *t, struct str line)
{
    struct curl_slist *longer = t->hop->curl->slist_append(t->headers, line.ptr);

    if (longer == NULL)
        t->option_errors |= 1;
    else
        t->headers = longer;
}

static void set_headers(struct transfer *t)
{
    const struct fetch_hop *hop = t->hop;
    bool has_agent = false;

    for (size_t i = 0; i < hop->header_count; i++) {
        struct http_header h = hop->headers[i];
        bool empty = str_trim(h.value).len == 0; /* "Name:" would mean: not to send it */

        has_agent = has_agent || str_eq_nocase(h.name, STR("User-Agent"));
        add_line(t, arena_strf(hop->arena, STR_FMT "%s" STR_FMT, STR_ARG(h.name),
                               empty ? ";" : ": ", STR_ARG(h.value)));
    }
    add_line(t,
             STR("Expect:")); /* waiting for leave to send costs a second where it is not known */
    if (!has_agent)
        add_line(t, STR("User-Agent: albumen/" ALBUMEN_VERSION));
    SET(CURLOPT_HTTPHEADER, t->headers);
}

/* How long the loop may sleep, or false when it is over. */
static bool time_left(struct transfer *t, int *out_wait_ms)
{
    const struct fetch_request *request = t->hop->request;
    int64_t now = clock_steady_ms();
    int64_t to_deadline = t->hop->deadline_ms - now;
    int64_t to_stall = t->last_byte_ms + request->stall_timeout_ms - now;
    int64_t wait = request->cancel != NULL ? CANCEL_LOOK_MS : WAIT_MAX_MS;

    if (request->cancel != NULL && atomic_load(request->cancel))
        return fail(t, ERR_CANCELLED, "is not waited for any longer");
    if (to_deadline <= 0)
        return fail(t, ERR_TIMEOUT, "took too long");
    if (to_stall <= 0)
        return fail(t, ERR_TIMEOUT, "fell silent");
    *out_wait_ms = (int)MIN(wait, MIN(to_deadline, to_stall));
    return true;
}

static bool drive(struct transfer *t, CURLcode *out)
{
    const struct fetch_curl *curl = t->hop->curl;
    int running = 1, left = 0, wait_ms = 0;
    const CURLMsg *message;

    t->last_byte_ms = clock_steady_ms();
    while (time_left(t, &wait_ms)) {
        if (curl->multi_perform(t->multi, &running) != CURLM_OK)
            return fail(t, ERR_INTERNAL, "cannot be talked to: libcurl gave up");
        message = curl->multi_info_read(t->multi, &left);
        if (message != NULL && message->msg == CURLMSG_DONE) {
            *out = message->data.result;
            return true;
        }
        assert(running > 0);
        if (curl->multi_poll(t->multi, NULL, 0, wait_ms, NULL) != CURLM_OK)
            return fail(t, ERR_INTERNAL, "cannot be talked to: libcurl cannot wait");
    }
    return false;
}

static bool run(struct transfer *t)
{
    CURLcode result = CURLE_OK;
    bool driven;

    t->option_errors |= !fetch_gate_put(&t->gate, t->easy);
    set_receivers(t);
    set_method(t);
    set_headers(t);
    if (t->option_errors != 0)
        return err_set(t->e, ERR_UNAVAILABLE, "libcurl does not know an option that is needed");
    if (t->hop->curl->multi_add_handle(t->multi, t->easy) != CURLM_OK)
        return err_set(t->e, ERR_UNAVAILABLE, "libcurl takes no more transfers");
    driven = drive(t, &result);
    t->hop->curl->multi_remove_handle(t->multi, t->easy);
    if (!driven || t->failed)
        return false;
    if (t->enough || (result == CURLE_OK && t->head_done))
        return true;
    return fetch_gate_fail(&t->gate, result == CURLE_OK ? CURLE_WEIRD_SERVER_REPLY : result, t->e);
}

bool fetch_hop_run(struct fetch_hop *hop, struct err *e)
{
    const struct fetch_curl *curl = hop->curl;
    const struct fetch_request *request = hop->request;
    struct transfer t = {
        .hop = hop,
        .e = e,
        .gate = { .curl = curl,
                  .url = hop->url,
                  .guard = request->trust == FETCH_CONFIGURED ? request->guard : NULL,
                  .connect_timeout_ms = request->connect_timeout_ms },
    };
    bool ok;

    t.easy = FAULT(fetch_start) ? NULL : curl->easy_init();
    t.multi = fetch_curl_take_multi();
    if (t.easy != NULL && t.multi != NULL)
        ok = run(&t);
    else
        ok = err_set(e, ERR_UNAVAILABLE, "libcurl has no memory for a transfer");
    if (t.easy != NULL)
        curl->easy_cleanup(t.easy);
    if (t.multi != NULL)
        fetch_curl_give_multi(t.multi);
    curl->slist_free_all(t.headers);
    return ok;
}

bool fetch_is_redirect(int status)
{
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

struct str fetch_hop_header(const struct fetch_hop *hop, const char *name)
{
    for (size_t i = 0; i < hop->reply_header_count; i++) {
        if (str_eq_nocase(hop->reply_headers[i].name, str_from(name)))
            return hop->reply_headers[i].value;
    }
    return (struct str){ 0 };
}
