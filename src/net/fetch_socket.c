/* Lets libcurl connect and then only carry bytes; what is waited for is the socket and the wake. */
#include "net/fetch_socket.h"

#include <assert.h>
#include <poll.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/fault.h"
#include "net/fetch_gate.h"

enum { CANCEL_LOOK_MS = 100, WAIT_MAX_MS = 60 * 1000 };

struct fetch_socket {
    struct arena arena;
    struct fetch_socket_request request;
    struct fetch_url url;
    struct fetch_gate gate;
    CURL *easy;
    CURLM *multi;
    bool added; /* libcurl uses the connection only while the handle is in there */
    int fd;     /* libcurl's */
};

static bool fail(const struct fetch_socket *s, enum err_code code, const char *reason,
                 struct err *e)
{
    return err_set(e, code, "'" STR_FMT "' %s", STR_ARG(s->url.host), reason);
}

static bool check_cancel(const struct fetch_socket *s, struct err *e)
{
    if (s->request.cancel != NULL && atomic_load(s->request.cancel))
        return fail(s, ERR_CANCELLED, "is not waited for any longer", e);
    return true;
}

/* How long one wait may last: the cancel is looked at where it cannot wake us. */
static int wait_ms(const struct fetch_socket *s, int64_t deadline_ms)
{
    bool looks = s->request.cancel != NULL && s->request.wake_fd < 0;
    int64_t most = looks ? CANCEL_LOOK_MS : WAIT_MAX_MS;

    return (int)MIN(most, MAX(deadline_ms - clock_steady_ms(), 0));
}

/* An interrupted or a failed wait shows in what is tried next. */
static void wait_for(const struct fetch_socket *s, short events, int64_t deadline_ms)
{
    struct pollfd fds[] = { { .fd = s->fd, .events = events },
                            { .fd = s->request.wake_fd, .events = POLLIN } };

    (void)poll(fds, COUNT(fds), wait_ms(s, deadline_ms));
}

static bool drive(struct fetch_socket *s, int64_t deadline_ms, CURLcode *out, struct err *e)
{
    const struct fetch_curl *curl = s->gate.curl;
    struct curl_waitfd wake = { .fd = s->request.wake_fd, .events = CURL_WAIT_POLLIN };
    unsigned wakes = s->request.wake_fd >= 0 ? 1 : 0;
    int running = 1, left = 0;
    const CURLMsg *message;

    while (check_cancel(s, e)) {
        if (clock_steady_ms() >= deadline_ms)
            return fail(s, ERR_TIMEOUT, "does not take the connection", e);
        if (curl->multi_perform(s->multi, &running) != CURLM_OK)
            return fail(s, ERR_INTERNAL, "cannot be talked to: libcurl gave up", e);
        message = curl->multi_info_read(s->multi, &left);
        if (message != NULL && message->msg == CURLMSG_DONE) {
            *out = message->data.result;
            return true;
        }
        if (curl->multi_poll(s->multi, &wake, wakes, wait_ms(s, deadline_ms), NULL) != CURLM_OK)
            return fail(s, ERR_INTERNAL, "cannot be talked to: libcurl cannot wait", e);
    }
    return false;
}

static bool connect_to(struct fetch_socket *s, int64_t deadline_ms, struct err *e)
{
    const struct fetch_curl *curl = s->gate.curl;
    CURLcode result = CURLE_OK;
    curl_socket_t fd = CURL_SOCKET_BAD;

    /* What forbids reuse would close it right away; one that only connects is never used again. */
    if (!fetch_gate_put(&s->gate, s->easy) ||
        curl->easy_setopt(s->easy, CURLOPT_FORBID_REUSE, 0L) != CURLE_OK ||
        curl->easy_setopt(s->easy, CURLOPT_CONNECT_ONLY, 1L) != CURLE_OK)
        return err_set(e, ERR_UNAVAILABLE, "libcurl does not know an option that is needed");
    if (curl->multi_add_handle(s->multi, s->easy) != CURLM_OK)
        return err_set(e, ERR_UNAVAILABLE, "libcurl takes no more transfers");
    s->added = true;
    if (!drive(s, deadline_ms, &result, e))
        return false;
    if (result != CURLE_OK)
        return fetch_gate_fail(&s->gate, result, e);
    if (curl->easy_getinfo(s->easy, CURLINFO_ACTIVESOCKET, &fd) != CURLE_OK ||
        fd == CURL_SOCKET_BAD)
        return fail(s, ERR_UPSTREAM, "broke off", e);
    s->fd = fd;
    return true;
}

static bool open_in(struct fetch_socket *s, int64_t deadline_ms, struct err *e)
{
    const struct fetch_socket_request *request = &s->request;

    if (!fetch_curl_load(&s->gate.curl, e) ||
        !fetch_url_parse(s->gate.curl, &s->arena, (struct str){ 0 }, request->url, &s->url, e))
        return false;
    s->gate.url = &s->url;
    s->gate.guard = request->trust == FETCH_CONFIGURED ? request->guard : NULL;
    s->gate.connect_timeout_ms = MAX(deadline_ms - clock_steady_ms(), 1);
    s->easy = FAULT(fetch_start) ? NULL : s->gate.curl->easy_init();
    s->multi = fetch_curl_take_multi();
    if (s->easy == NULL || s->multi == NULL)
        return err_set(e, ERR_UNAVAILABLE, "libcurl has no memory for a transfer");
    return connect_to(s, deadline_ms, e);
}

bool fetch_socket_open(const struct fetch_socket_request *request, int64_t deadline_ms,
                       struct fetch_socket **out, struct err *e)
{
    struct fetch_socket *s = mem_alloc(sizeof(*s));

    s->request = *request;
    s->fd = -1;
    if (!open_in(s, deadline_ms, e)) {
        fetch_socket_close(s);
        return false;
    }
    *out = s;
    return true;
}

void fetch_socket_close(struct fetch_socket *s)
{
    if (s == NULL)
        return;
    if (s->added) /* ends the connection, too */
        s->gate.curl->multi_remove_handle(s->multi, s->easy);
    if (s->easy != NULL)
        s->gate.curl->easy_cleanup(s->easy);
    if (s->multi != NULL)
        fetch_curl_give_multi(s->multi);
    arena_deinit(&s->arena);
    free(s);
}

/* What stands behind "://". */
static struct str behind_scheme(const struct fetch_socket *s)
{
    struct str text = s->url.text;

    return str_slice(text, str_find(text, STR("://")) + 3, text.len);
}

struct str fetch_socket_host(const struct fetch_socket *s)
{
    struct str rest = behind_scheme(s);

    return str_slice(rest, 0, str_find_char(rest, '/', 0));
}

struct str fetch_socket_target(const struct fetch_socket *s)
{
    struct str rest = behind_scheme(s);

    return str_slice(rest, str_find_char(rest, '/', 0), rest.len);
}

bool fetch_socket_send(struct fetch_socket *s, struct str bytes, int64_t deadline_ms, struct err *e)
{
    while (bytes.len > 0) {
        size_t sent = 0;
        CURLcode result;

        if (!check_cancel(s, e))
            return false;
        result = s->gate.curl->easy_send(s->easy, bytes.ptr, bytes.len, &sent);
        if (result != CURLE_OK && result != CURLE_AGAIN)
            return fail(s, ERR_UPSTREAM, "broke off", e);
        bytes = str_slice(bytes, sent, bytes.len);
        if (result == CURLE_OK)
            continue;
        if (clock_steady_ms() >= deadline_ms)
            return fail(s, ERR_TIMEOUT, "does not take what is sent", e);
        wait_for(s, POLLOUT, deadline_ms);
    }
    return true;
}

bool fetch_socket_receive(struct fetch_socket *s, char *room, size_t bytes, int64_t deadline_ms,
                          size_t *out_got, struct err *e)
{
    assert(bytes > 0);
    while (check_cancel(s, e)) {
        CURLcode result = s->gate.curl->easy_recv(s->easy, room, bytes, out_got);

        if ((result == CURLE_OK && *out_got == 0) || FAULT(fetch_read))
            return fail(s, ERR_UPSTREAM, "has ended the connection", e);
        if (result == CURLE_OK)
            return true;
        if (result != CURLE_AGAIN)
            return fail(s, ERR_UPSTREAM, "broke off", e);
        *out_got = 0;
        if (clock_steady_ms() >= deadline_ms)
            return true;
        wait_for(s, POLLIN, deadline_ms);
    }
    return false;
}
