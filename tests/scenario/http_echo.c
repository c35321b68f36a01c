/*
 * Answers each request with what it understood of it, in one header, so that another parser's
 * understanding can be compared. Ends when its standard input does.
 */
#include <stdio.h>
#include <unistd.h>

#include "base/encode.h"
#include "net/server.h"

enum { BODY_MAX_BYTES = 4096, STOP_MS = 1000 };

static struct server *server;

static void on_head(void *ctx, struct http_exchange *x, struct http_body_policy *policy)
{
    UNUSED(ctx);
    UNUSED(x);
    policy->max_bytes = BODY_MAX_BYTES;
}

/* Hexadecimal, because a header cannot hold everything that a request can. */
static struct str describe(struct arena *a, const struct http_request *r)
{
    struct str text = arena_strf(a, "%s|" STR_FMT "|" STR_FMT "|" STR_FMT "|",
                                 http_method_names[r->method], STR_ARG(hex_encode(a, r->path)),
                                 STR_ARG(hex_encode(a, r->query)), STR_ARG(hex_encode(a, r->body)));

    for (size_t i = 0; i < r->header_count; i++)
        text = arena_strf(a, STR_FMT STR_FMT "=" STR_FMT ",", STR_ARG(text),
                          STR_ARG(hex_encode(a, r->headers[i].name)),
                          STR_ARG(hex_encode(a, r->headers[i].value)));
    return text;
}

static void on_request(void *ctx, struct http_exchange *x)
{
    UNUSED(ctx);
    x->reply.status = 200;
    http_reply_header(x, "X-Understood", describe(&x->arena, &x->request));
    server_answer(server, x);
}

int main(void)
{
    struct server_options options = {
        .listen = STR("127.0.0.1:0"),
        .loops = 1,
        .spool_folder = "/tmp",
        .handler = { .head = on_head, .request = on_request },
    };
    struct err e;
    char byte;

    if (!server_start(&options, &server, &e)) {
        fprintf(stderr, "%s\n", e.msg);
        return 1;
    }
    printf("listening " STR_FMT "\n", STR_ARG(server_address(server)));
    fflush(stdout);
    while (read(STDIN_FILENO, &byte, 1) > 0)
        continue;
    server_stop(server, STOP_MS);
    return 0;
}
