/* Who sent a request, and whether a browser was tricked into sending it. */
#include <string.h>

#include "api/internal.h"
#include "base/clock.h"

#define SESSION_COOKIE "albumen_session"

/* "name:port" or "[v6]:port" without the port. */
static struct str host_name(struct str host)
{
    size_t colon;

    if (host.len > 0 && host.ptr[0] == '[') {
        size_t end = str_find_char(host, ']', 0);

        return str_slice(host, 0, end + 1);
    }
    colon = str_find_char(host, ':', 0);
    return str_slice(host, 0, colon);
}

static bool is_loopback_name(struct str name)
{
    return str_eq_nocase(name, STR("localhost")) || str_eq(name, STR("127.0.0.1")) ||
           str_eq(name, STR("[::1]"));
}

/* The host of "https://name:port/path". */
static struct str url_host(struct str url)
{
    size_t scheme = str_find(url, STR("://"));
    struct str rest = scheme == url.len ? url : str_slice(url, scheme + 3, url.len);

    return str_slice(rest, 0, str_find_char(rest, '/', 0));
}

/*
 * A name that an attacker points at 127.0.0.1 (DNS rebinding) reaches the socket, but still shows
 * in Host: only names that were configured, and those of the loopback, are answered.
 */
bool auth_check_host(const struct api *api, const struct http_request *request, struct err *e)
{
    struct str name = host_name(request->host);
    const struct str_list *hosts = &api->options.hosts;

    if (is_loopback_name(name))
        return true;
    for (size_t i = 0; i < hosts->count; i++) {
        if (str_eq_nocase(hosts->items[i], request->host) || str_eq_nocase(hosts->items[i], name))
            return true;
    }
    if (!str_is_null(api->options.public_url) &&
        str_eq_nocase(host_name(url_host(api->options.public_url)), name))
        return true;
    return err_set(e, ERR_MISDIRECTED,
                   "'" STR_FMT
                   "' is not a host name of this server: add it to server.allowed_hosts",
                   STR_ARG(str_slice(name, 0, 100)));
}

static bool is_safe_method(enum http_method method)
{
    return method == HTTP_GET || method == HTTP_HEAD || method == HTTP_OPTIONS;
}

/* Browsers send Origin with every request that changes something; it must be the site that the user
 * sees. */
bool auth_check_origin(const struct http_request *request, struct err *e)
{
    struct str origin = http_header_get(request, "Origin");
    struct str site = http_header_get(request, "Sec-Fetch-Site");

    if (is_safe_method(request->method))
        return true;
    if (!str_is_null(origin) && !str_eq_nocase(url_host(origin), request->host))
        return err_set(e, ERR_FORBIDDEN, "requests from another site are not taken");
    if (!str_is_null(site) && !str_eq(site, STR("same-origin")) && !str_eq(site, STR("none")))
        return err_set(e, ERR_FORBIDDEN, "requests from another site are not taken");
    if (str_is_null(origin) && str_is_null(site) &&
        !str_is_null(http_cookie_get(request, SESSION_COOKIE)) &&
        str_is_null(http_header_get(request, "Authorization")))
        return err_set(e, ERR_FORBIDDEN, "a request with a session cookie needs an Origin header");
    return true;
}

static struct str bearer_token(const struct http_request *request)
{
    struct str header = http_header_get(request, "Authorization");
    struct str scheme, rest;

    if (!str_cut(header, ' ', &scheme, &rest) || !str_eq_nocase(scheme, STR("Bearer")))
        return (struct str){ 0 };
    return str_trim(rest);
}

bool auth_has_credentials(const struct http_request *request)
{
    return !str_is_null(http_header_get(request, "Authorization")) ||
           !str_is_null(http_cookie_get(request, SESSION_COOKIE));
}

bool auth_is_signed(const struct route *route, const struct http_request *request)
{
    struct str rest = request->query, pair;

    while (route->signed_url && rest.len > 0) {
        str_cut(rest, '&', &pair, &rest);
        if (str_starts(pair, STR("signature=")))
            return true;
    }
    return false;
}

/*
 * What changes something asks the database in its own transaction: a right that has ended meanwhile
 * does not pass. A read may go by what was known when it came, where this process hears of changes
 * first. Where it does not, what is known is a guess, which the database checks in the same
 * snapshot, mostly together with what is asked next.
 */
static struct known *known_for(const struct api_request *r)
{
    const struct api *api = r->call.api;
    const struct route *route = r->call.route;

    return route != NULL && route->kind == ROUTE_READ ? api->known : NULL;
}

static bool confirm(struct api_request *r, struct err *e)
{
    struct api_call *call = &r->call;

    if (db_hears_first(call->api->options.db))
        return true;
    r->guess = GUESS_MADE;
    return identity_confirm(call->tx, &call->who, e);
}

bool auth_may_ask_again(struct api_request *r, const struct err *e)
{
    if (r->guess != GUESS_MADE || e->code != ERR_EXPECTATION)
        return false;
    r->guess = GUESS_WRONG;
    return true;
}

static bool look_up(struct api_call *call, struct str secret, bool is_token, struct identity *out,
                    struct err *e)
{
    return is_token ? identity_of_token(call->tx, call->arena, secret, out, e)
                    : identity_of_session(call->tx, call->arena, secret, out, e);
}

static bool find_by(struct api_request *r, struct str secret, bool is_token, struct err *e)
{
    struct api_call *call = &r->call;
    struct known *known = known_for(r);
    int64_t turn = 0;

    if (known != NULL && r->guess == GUESS_WRONG)
        known_drop(known, secret);
    if (known != NULL && known_find(known, call->arena, secret, &call->who, &turn) &&
        call->who.is_session != is_token && r->guess != GUESS_WRONG)
        return confirm(r, e);
    if (!look_up(call, secret, is_token, &call->who, e))
        return false;
    if (known != NULL)
        known_add(known, secret, &call->who, turn);
    return true;
}

/* What a request shows of its sender: a token, or else a session. */
static bool read_secret(const struct http_request *request, struct str *out, bool *out_is_token,
                        struct err *e)
{
    struct str token = bearer_token(request);
    struct str cookie = http_cookie_get(request, SESSION_COOKIE);

    *out_is_token = !str_is_null(token);
    *out = *out_is_token ? token : cookie;
    if (!*out_is_token && !str_is_null(http_header_get(request, "Authorization")))
        return err_set(e, ERR_UNAUTHENTICATED, "the Authorization header must be 'Bearer <token>'");
    return !str_is_null(*out) ||
           err_set(e, ERR_UNAUTHENTICATED, "%s", err_text(ERR_UNAUTHENTICATED));
}

static bool find_identity(struct api_request *r, struct err *e)
{
    struct str secret;
    bool is_token;

    return read_secret(&r->call.exchange->request, &secret, &is_token, e) &&
           find_by(r, secret, is_token, e);
}

bool auth_is_known(struct api_request *r)
{
    struct api_call *call = &r->call;
    struct identity who;
    struct err why = { 0 };
    struct str secret;
    int64_t turn;
    bool is_token;

    return read_secret(&call->exchange->request, &secret, &is_token, &why) &&
           known_find(call->api->known, call->arena, secret, &who, &turn) &&
           who.is_session != is_token;
}

bool auth_meet(struct api_request *r, struct err *e)
{
    struct api_call *call = &r->call;
    struct known *known = call->api->known;
    struct identity before, who = { 0 };
    struct str secret;
    int64_t turn;
    bool is_token;

    if (!read_secret(&call->exchange->request, &secret, &is_token, e))
        return false;
    known_find(known, call->arena, secret, &before, &turn); /* for the turn */
    if (!look_up(call, secret, is_token, &who, e))
        return false;
    known_add(known, secret, &who, turn);
    return true;
}

static bool check_role(const struct identity *who, const struct route *route, struct err *e)
{
    enum token_scope need = route->who == WHO_ADMIN      ? SCOPE_ADMIN
                            : route->kind == ROUTE_WRITE ? SCOPE_WRITE
                                                         : SCOPE_READ;

    if ((int)who->user.role + WHO_VIEWER < (int)route->who)
        return err_set(e, ERR_FORBIDDEN, "this needs the role %s, you are %s",
                       route_who_names[route->who], user_role_names[who->user.role]);
    if (who->scope < need)
        return err_set(e, ERR_FORBIDDEN, "this needs a token with the scope %s, this one has %s",
                       token_scope_names[need], token_scope_names[who->scope]);
    return true;
}

static bool check_rate(struct api_request *r, struct err *e)
{
    const struct api *api = r->call.api;
    const struct identity *who = &r->call.who;
    int64_t retry_ms = 0;

    if (r->is_counted)
        return true;
    r->is_counted = throttle_take(api->per_token, who->credential_id, &retry_ms) &&
                    throttle_take(api->per_user, who->user.id, &retry_ms);
    if (r->is_counted)
        return true;
    err_set(e, ERR_RATE_LIMITED, "too many requests from this account");
    e->retry_after_ms = retry_ms;
    return false;
}

bool auth_identify(struct api_request *r, struct err *e)
{
    struct api_call *call = &r->call;
    struct err why = { 0 };

    if (r->as != NULL) {
        call->who = (struct identity){ .user = *r->as, .scope = SCOPE_ADMIN };
        call->signed_in = true;
        return check_role(&call->who, call->route, e);
    }
    if (auth_is_signed(call->route, &call->exchange->request))
        return true;
    call->signed_in = find_identity(r, &why);
    if (!call->signed_in && (why.code != ERR_UNAUTHENTICATED || call->route->who != WHO_ANYONE)) {
        *e = why;
        return false;
    }
    if (!call->signed_in)
        return true;
    if (call->route->who != WHO_ANYONE && !check_role(&call->who, call->route, e))
        return false;
    return check_rate(r, e);
}

static bool identify_early(struct db_tx *tx, void *arg, struct err *e)
{
    struct api_request *r = arg;
    bool ok;

    r->call.tx = tx;
    ok = auth_identify(r, e);
    r->call.tx = NULL;
    return ok;
}

bool api_identify(struct api_call *call, struct err *e)
{
    struct api_request *r = CONTAINER_OF(call, struct api_request, call);
    struct db *db = call->api->options.db;

    return db_read(db, identify_early, r, e) ||
           (auth_may_ask_again(r, e) && db_read(db, identify_early, r, e));
}
