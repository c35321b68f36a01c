/* Forms that a field table cannot express, and warnings about values that need each other. */
#include "app/config_tables.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>

#include "features/generate/naming.h"
#include "net/guard.h"

enum { PLAN_NAME_MAX = 40, WEIGHT_MAX = 1000 };

static const struct field *section_called(const char *name)
{
    return field_find(config_fields, str_from(name));
}

static struct config_source source_called(const struct config *c, const char *section,
                                          const char *name)
{
    return config_source_of(c, field_find(section_called(section)->fields, str_from(name)));
}

static void complain(struct config_loader *l, const char *section, const char *name,
                     const char *message)
{
    struct config_source at = source_called(l->config, section, name);

    config_complain(l, &l->report->errors, &at, message);
}

static void warn(struct config_loader *l, const char *section, const char *name,
                 const char *message)
{
    struct config_source at = source_called(l->config, section, name);

    config_complain(l, &l->report->warnings, &at, message);
}

union address {
    struct in_addr v4;
    struct in6_addr v6;
};

/* "127.0.0.1:8001" or "[::1]:8001" -> family and address, 0 when it is neither. */
static int parse_listen(struct str listen, union address *out)
{
    char host[INET6_ADDRSTRLEN + 1];
    size_t colon = listen.len;
    bool is_v6 = str_starts(listen, STR("["));
    struct str inside;
    int64_t port = 0;

    while (colon > 0 && listen.ptr[colon - 1] != ':')
        colon--;
    if (colon == 0 || !str_to_i64(str_slice(listen, colon, listen.len), 0, 65535, &port))
        return 0;
    inside = str_slice(listen, is_v6 ? 1 : 0, colon - 1);
    if (is_v6 && !str_ends(inside, STR("]")))
        return 0;
    inside.len -= is_v6 ? 1 : 0;
    if (inside.len >= sizeof(host))
        return 0;
    snprintf(host, sizeof(host), STR_FMT, STR_ARG(inside));
    if (inet_pton(is_v6 ? AF_INET6 : AF_INET, host, out) != 1)
        return 0;
    return is_v6 ? AF_INET6 : AF_INET;
}

static bool is_loopback(struct str listen)
{
    union address address;
    int family = parse_listen(listen, &address);

    if (family == AF_INET)
        return ntohl(address.v4.s_addr) >> 24 == 127;
    if (family != AF_INET6)
        return false;
    return IN6_IS_ADDR_LOOPBACK(&address.v6) ||
           (IN6_IS_ADDR_V4MAPPED(&address.v6) && address.v6.s6_addr[12] == 127);
}

bool config_check_listen(const struct config *c, struct err *e)
{
    if (is_loopback(c->server.listen) || c->server.behind_proxy)
        return true;
    return err_set(
        e, ERR_FORBIDDEN,
        "listening on " STR_FMT
        " would show logins and pictures to the whole network unencrypted: put "
        "nginx or Caddy in front and set 'behind_proxy: true' in 'server', or listen on 127.0.0.1",
        STR_ARG(c->server.listen));
}

static bool is_web_address(struct str url, bool path_allowed)
{
    struct str scheme = str_starts(url, STR("https://")) ? STR("https://") : STR("http://");
    struct str host, path;

    if (!str_starts(url, scheme))
        return false;
    str_cut(str_slice(url, scheme.len, url.len), '/', &host, &path);
    for (size_t i = 0; i < url.len; i++) {
        if (url.ptr[i] <= ' ' || url.ptr[i] > '~' ||
            str_find_char(STR("?#@\\\"<>"), url.ptr[i], 0) < 7)
            return false;
    }
    return host.len > 0 && (path_allowed || path.len == 0);
}

static bool is_host_name(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        bool is_alnum = (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');

        if (!is_alnum && str_find_char(STR("-._:[]"), c, 0) == 6)
            return false;
    }
    return s.len > 0;
}

static void check_server(struct config_loader *l)
{
    const struct config_server *server = &l->config->server;
    union address ignored;

    if (parse_listen(server->listen, &ignored) == 0)
        complain(l, "server", "listen",
                 "'server.listen' must be an address and a port: 127.0.0.1:8001 or [::1]:8001");
    if (server->public_url.len > 0 && !is_web_address(server->public_url, false))
        complain(l, "server", "public_url",
                 "'server.public_url' must be like https://pictures.example.org, without a path");
    for (size_t i = 0; i < server->allowed_hosts.count; i++) {
        if (!is_host_name(server->allowed_hosts.items[i])) {
            complain(l, "server", "allowed_hosts",
                     "'server.allowed_hosts' must be host names: pictures.example.org");
            break;
        }
    }
    if (server->behind_proxy && server->public_url.len == 0 && server->allowed_hosts.count == 0)
        warn(
            l, "server", "behind_proxy",
            "'server.behind_proxy' is on, but neither 'public_url' nor 'allowed_hosts' is set: requests under "
            "the proxy's host name will be refused");
}

static void check_guard(struct config_loader *l)
{
    const struct guard guard = { .allow = l->config->guard.allow };
    struct err e = { 0 };

    if (guard_check_entries(&guard, &e))
        return;
    err_wrap(&e, "'guard.allow'");
    complain(l, "guard", "allow", e.msg);
}

static void check_database(struct config_loader *l)
{
    struct str url = l->config->database.url;

    if (url.len > 0 && !str_starts(url, STR("sqlite:")) && !str_starts(url, STR("postgres://")) &&
        !str_starts(url, STR("postgresql://")))
        complain(l, "database", "url", "'database.url' must begin with sqlite: or postgres://");
}

bool config_parse_weight(struct str text, struct str *out_plan, int64_t *out_weight)
{
    struct str plan, weight;

    return str_cut(text, '=', &plan, &weight) && plan.len > 0 && plan.len <= PLAN_NAME_MAX &&
           str_to_i64(weight, 1, WEIGHT_MAX, out_weight) && (*out_plan = plan, true);
}

static void check_queue(struct config_loader *l)
{
    const struct str_list *weights = &l->config->queue.plan_weights;
    struct str plan;
    int64_t weight;

    for (size_t i = 0; i < weights->count; i++) {
        if (config_parse_weight(weights->items[i], &plan, &weight))
            continue;
        complain(l, "queue", "plan_weights",
                 "'queue.plan_weights' must be plans with weights from 1 to 1000: [pro=4]");
        break;
    }
    if (l->config->queue.ageing_seconds * 1000 < l->config->queue.lease_ms)
        complain(l, "queue", "ageing_seconds",
                 "'queue.ageing_seconds' must not be shorter than 'queue.lease_ms'");
}

static void check_cloud(struct config_loader *l)
{
    const struct config *c = l->config;
    bool auto_is_meant =
        source_called(c, "output", "cloud_sync").origin != CONFIG_DEFAULT || c->cloud.url.len > 0;
    bool is_wanted =
        c->output.cloud_sync == CONFIG_ON || (c->output.cloud_sync == CONFIG_AUTO && auto_is_meant);

    if (c->cloud.url.len > 0 && !is_web_address(c->cloud.url, true))
        complain(l, "cloud", "url", "'cloud.url' must be like https://<ref>.supabase.co");
    if (c->usage.url.len > 0 && !is_web_address(c->usage.url, true))
        complain(l, "usage", "url", "'usage.url' must be like https://<ref>.supabase.co");
    if (is_wanted && c->cloud.owner_user_id.len == 0)
        warn(
            l, "output", "cloud_sync",
            "'output.cloud_sync' is not off, but 'cloud.owner_user_id' is empty: nothing can be synced");
    if (c->output.cloud_sync == CONFIG_ON &&
        ((c->cloud.url.len == 0 && c->cloud.rest_url.len == 0) || c->cloud.service_key.len == 0))
        warn(
            l, "output", "cloud_sync",
            "'output.cloud_sync' is on, but 'cloud.url' or 'cloud.service_key' is empty: nothing can be synced");
}

static void check_home(struct config_loader *l, struct str path, const struct field *f,
                       const char *label)
{
    const char *home = getenv("HOME");
    struct config_source at = config_source_of(l->config, f);
    struct str message = arena_strf(l->arena, "'%s' begins with ~, but HOME is not set", label);

    if (str_starts(path, STR("~")) && (home == NULL || home[0] == '\0'))
        config_complain(l, &l->report->errors, &at, message.ptr);
}

void config_check(struct config_loader *l)
{
    struct err e = { 0 };

    check_server(l);
    check_database(l);
    check_guard(l);
    check_queue(l);
    if (!naming_check(l->config->output.naming, "'output.naming'", &e))
        complain(l, "output", "naming", e.msg);
    check_cloud(l);
    check_home(l, l->config->data, field_find(config_fields, STR("data")), "data");
    check_home(l, l->config->output.directory,
               field_find(section_called("output")->fields, STR("directory")), "output.directory");
    check_home(l, l->config->guard.ca_file,
               field_find(section_called("guard")->fields, STR("ca_file")), "guard.ca_file");
}
