/* A server with nothing above net/: files, uploads and event streams, for script/bench to load. */
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "base/file.h"
#include "net/range.h"
#include "net/server.h"

enum { UPLOAD_MAX_BYTES = 64 * 1024 * 1024, DRAIN_MS = 5000 };

static struct server *server;
static const char *folder;
static int64_t frame_number;

static void head(void *ctx, struct http_exchange *x, struct http_body_policy *policy)
{
    UNUSED(ctx);
    policy->max_bytes = UPLOAD_MAX_BYTES;
    policy->spool = str_eq(x->request.path, STR("/upload"));
}

static void answer_file(struct http_exchange *x)
{
    struct str path = arena_strf(&x->arena, "%s" STR_FMT, folder, STR_ARG(x->request.path));
    struct err e;
    int fd;

    if (!file_open(path.ptr, O_RDONLY, 0, &fd, &e)) {
        x->reply.status = 404;
        return;
    }
    x->reply.status = 200;
    x->reply.file_fd = fd;
    x->reply.file_bytes = file_size(fd);
    http_reply_header(x, "Content-Type", STR("application/octet-stream"));
    range_apply(x, STR("\"bench\""), x->reply.file_bytes);
}

/* 200 bytes behind the frame's number, as an event of the product would have. */
static void publish(struct http_exchange *x)
{
    struct str frame;

    frame_number++;
    frame = arena_strf(&x->arena,
                       "id: %" PRId64
                       "\ndata: {\"type\":\"job\",\"result\":{\"jobId\":\"%0180d\"}}\n\n",
                       frame_number, 7);
    server_publish(server, STR("all"), frame_number, frame);
    x->reply.status = 204;
}

static void request(void *ctx, struct http_exchange *x)
{
    UNUSED(ctx);
    if (str_eq(x->request.path, STR("/events"))) {
        x->reply.status = 200;
        server_open_stream(server, x, STR("all"), frame_number, STR("bench"));
        return;
    }
    if (str_eq(x->request.path, STR("/publish")))
        publish(x);
    else if (str_eq(x->request.path, STR("/upload")))
        x->reply.status = 204;
    else
        answer_file(x);
    server_answer(server, x);
}

int main(int argc, char **argv)
{
    struct server_options options = { .listen = STR("127.0.0.1:0"), .max_connections = 18000 };
    struct err e = { 0 };
    sigset_t signals;
    int signal_number;

    if (argc != 3) {
        fprintf(stderr, "usage: bench_net_server FOLDER LOOPS\n");
        return 2;
    }
    folder = argv[1];
    options.loops = (int)strtol(argv[2], NULL, 10);
    options.spool_folder = folder;
    options.handler = (struct http_handler){ .head = head, .request = request };
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    if (!crypto_init(&e) || !server_start(&options, &server, &e)) {
        fprintf(stderr, "%s\n", e.msg);
        return 1;
    }
    printf(STR_FMT "\n", STR_ARG(server_address(server)));
    fflush(stdout);
    sigwait(&signals, &signal_number);
    server_stop(server, DRAIN_MS);
    return 0;
}
