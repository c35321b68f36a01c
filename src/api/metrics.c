/* Prometheus text: what the process has done and how it stands. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "api/internal.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/histogram.h"

static void put_value(struct buf *out, const char *name, const char *type, const char *help,
                      long long value)
{
    metric_head(out, name, type, help);
    buf_putf(out, "%s %lld\n", name, value);
}

static long long resident_bytes(void)
{
    struct str head, rest, pages;
    struct err e;
    char text[128] = { 0 };
    AUTO_FD fd = -1;
    int64_t count;

    if (!file_open("/proc/self/statm", 0, 0, &fd, &e) || read(fd, text, sizeof(text) - 1) <= 0)
        return 0;
    str_cut(str_from(text), ' ', &head, &rest);
    str_cut(rest, ' ', &pages, &rest);
    return str_to_i64(pages, 0, INT64_MAX, &count) ? (long long)count * sysconf(_SC_PAGESIZE) : 0;
}

static void put_routes(const struct api *api, struct buf *out)
{
    metric_head(out, "albumen_http_request_seconds", "summary",
                "time from the whole request to its answer");
    for (size_t i = 0; i < api->route_count; i++) {
        const struct api_route *r = &api->routes[i];
        long long calls = atomic_load(&r->calls);

        if (calls == 0)
            continue;
        buf_putf(out, "albumen_http_request_seconds_sum{method=\"%s\",path=\"%s\"} %.6f\n",
                 http_method_names[r->route->method], r->route->path,
                 (double)atomic_load(&r->nanoseconds) / 1e9);
        buf_putf(out, "albumen_http_request_seconds_count{method=\"%s\",path=\"%s\"} %lld\n",
                 http_method_names[r->route->method], r->route->path, calls);
    }
}

static void put_server(const struct server *server, struct buf *out)
{
    struct server_stats s = server_stats(server);

    put_value(out, "albumen_http_connections", "gauge", "open connections", s.connections);
    put_value(out, "albumen_http_streams", "gauge", "open event streams", s.streams);
    put_value(out, "albumen_http_received_bytes_total", "counter", "bytes received",
              s.bytes_received);
    put_value(out, "albumen_http_sent_bytes_total", "counter", "bytes sent", s.bytes_sent);
    put_value(out, "albumen_http_refused_total", "counter",
              "connections and requests refused by the server", s.refused);
}

void api_print_metrics(const struct api *api, struct buf *out)
{
    metric_head(out, "albumen_http_responses_total", "counter", "answers by class of status");
    for (int i = 1; i < 6; i++)
        buf_putf(out, "albumen_http_responses_total{class=\"%dxx\"} %lld\n", i,
                 (long long)atomic_load(&api->statuses[i]));
    put_routes(api, out);
    if (api->server != NULL)
        put_server(api->server, out);
    if (api->options.print_metrics != NULL)
        api->options.print_metrics(api->options.services, out);
    put_value(out, "albumen_resident_bytes", "gauge", "memory in use", resident_bytes());
    put_value(out, "albumen_uptime_seconds", "gauge", "seconds since the start",
              (long long)(clock_now_ms() - api->started_ms) / 1000);
}
