/* The HTTP core without the program: tells what it was sent, streams events. For tests of proxies,
 * and for benchmarks. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/crypto.h"
#include "base/encode.h"
#include "net/server.h"

enum { UPLOAD_MAX_BYTES = 1 << 30, PIECE_BYTES = 1 << 16, STOP_MS = 5000 };

/* Set before the address is printed, so before anybody can ask. */
static struct server *server;

static bool is_path(const struct http_exchange *x, const char *path)
{
    return str_eq(x->request.path, str_from(path));
}

static void answer(struct http_exchange *x, int status, struct str body)
{
    x->reply.status = status;
    x->reply.body = body;
    http_reply_header(x, "Content-Type", STR("text/plain; charset=utf-8"));
    server_answer(server, x);
}

/* Says that the head is here: a test learns from it that no proxy holds the body back. */
static void on_head(void *ctx, struct http_exchange *x, struct http_body_policy *policy)
{
    UNUSED(ctx);
    policy->max_bytes = UPLOAD_MAX_BYTES;
    policy->spool = is_path(x, "/upload");
    printf("head " STR_FMT "\n", STR_ARG(x->request.path));
    fflush(stdout);
}

static struct str hash_of_file(struct arena *a, int fd)
{
    static const size_t piece_bytes = PIECE_BYTES;
    char *piece = arena_alloc(a, piece_bytes);
    uint8_t hash[SHA256_BYTES];
    struct sha256_stream stream;
    off_t at = 0;
    ssize_t got;

    sha256_begin(&stream);
    while ((got = pread(fd, piece, piece_bytes, at)) > 0) {
        sha256_add(&stream, str_of(piece, (size_t)got));
        at += got;
    }
    sha256_end(&stream, hash);
    return hex_encode(a, str_of(hash, sizeof(hash)));
}

static void answer_peer(struct http_exchange *x)
{
    const struct http_request *r = &x->request;

    answer(x, 200,
           arena_strf(&x->arena, "peer=" STR_FMT " secure=%d host=" STR_FMT, STR_ARG(r->peer),
                      r->secure, STR_ARG(r->host)));
}

/* POST /publish?7 sends frame 7 to all streams. */
static void publish(struct http_exchange *x)
{
    int64_t number = 0;

    if (!str_to_i64(x->request.query, 1, INT64_MAX, &number)) {
        answer(x, 400, STR("publish which number?"));
        return;
    }
    server_publish(
        server, STR("all"), number,
        arena_strf(&x->arena, "id: %lld\ndata: %lld\n\n", (long long)number, (long long)number));
    answer(x, 200, STR("published"));
}

static void open_stream(struct http_exchange *x)
{
    x->reply.status = 200;
    x->reply.body = STR(": open\n\n");
    http_reply_header(x, "Content-Type", STR("text/event-stream"));
    server_open_stream(server, x, STR("all"), 0, STR(""));
}

/* Hashing on the loop thread is against the rules of the house; this is a tool for tests with one
 * client at a time. */
static void on_request(void *ctx, struct http_exchange *x)
{
    UNUSED(ctx);
    if (is_path(x, "/upload"))
        answer(x, 200,
               arena_strf(&x->arena, "%lld " STR_FMT, (long long)x->request.body_bytes,
                          STR_ARG(hash_of_file(&x->arena, x->request.body_fd))));
    else if (is_path(x, "/peer"))
        answer_peer(x);
    else if (is_path(x, "/publish"))
        publish(x);
    else if (is_path(x, "/events"))
        open_stream(x);
    else
        answer(x, 404, STR("no such path"));
}

int main(void)
{
    struct server_options options = {
        .listen = STR("127.0.0.1:0"),
        .spool_folder = "/tmp",
        .behind_proxy = true,
        .handler = { .head = on_head, .request = on_request },
    };
    sigset_t signals;
    struct err e;
    int got;

    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    signal(SIGPIPE, SIG_IGN);
    if (!crypto_init(&e) || !server_start(&options, &server, &e)) {
        fprintf(stderr, "%s\n", e.msg);
        return 1;
    }
    printf("listening " STR_FMT "\n", STR_ARG(server_address(server)));
    fflush(stdout);
    sigwait(&signals, &got);
    server_stop(server, STOP_MS);
    return 0;
}
