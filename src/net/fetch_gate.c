/* Sets libcurl's handles up so that what is decided on is the address itself. */
#include "net/fetch_gate.h"

#include "base/fault.h"
#include "net/fetch.h"

static const char *own_authorities = "";

void fetch_trust_also(const char *file)
{
    own_authorities = file;
}

static curl_socket_t on_open_socket(void *ctx, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct fetch_gate *g = ctx;

    if (purpose != CURLSOCKTYPE_IPCXN ||
        !guard_permits(g->guard, g->url->host, g->url->port, &address->addr, &g->refusal)) {
        g->refused = true;
        return CURL_SOCKET_BAD;
    }
    g->connecting = true;
    if (FAULT(fetch_connect))
        return CURL_SOCKET_BAD;
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

bool fetch_gate_put(struct fetch_gate *g, CURL *easy)
{
    bool failed = false;

#define SET(option, value)                                                                         \
    (failed = failed || g->curl->easy_setopt(easy, (option), (value)) != CURLE_OK)
    SET(CURLOPT_URL, g->url->text.ptr);
    SET(CURLOPT_PROTOCOLS_STR, "http,https");
    SET(CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    SET(CURLOPT_FOLLOWLOCATION, 0L);
    SET(CURLOPT_PROXY, ""); /* not even from the environment */
    SET(CURLOPT_NOPROXY, "*");
    SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    if (own_authorities[0] != '\0')
        SET(CURLOPT_CAINFO, own_authorities); /* beside the system's folder */
    else
        SET(CURLOPT_CAPATH, NULL); /* with a folder, libcurl would not keep the certificates */
    SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    SET(CURLOPT_FRESH_CONNECT, 1L); /* a kept connection would pass the guard by, */
    SET(CURLOPT_FORBID_REUSE, 1L);  /* and make libcurl send a request twice when it died */
    SET(CURLOPT_DNS_CACHE_TIMEOUT, 0L);
    SET(CURLOPT_QUICK_EXIT, 1L); /* a cancel does not wait for a name server */
    SET(CURLOPT_CONNECTTIMEOUT_MS, (long)g->connect_timeout_ms);
    SET(CURLOPT_OPENSOCKETFUNCTION, on_open_socket);
    SET(CURLOPT_OPENSOCKETDATA, g);
#undef SET
    return !failed;
}

static bool fail(const struct fetch_gate *g, enum err_code code, const char *reason, struct err *e)
{
    return err_set(e, code, "'" STR_FMT "' %s", STR_ARG(g->url->host), reason);
}

bool fetch_gate_fail(const struct fetch_gate *g, CURLcode result, struct err *e)
{
    if (g->refused && !g->connecting) {
        *e = g->refusal;
        return false;
    }
    switch (result) {
    case CURLE_OPERATION_TIMEDOUT:
        return fail(g, ERR_TIMEOUT, "does not take the connection", e);
    case CURLE_COULDNT_RESOLVE_HOST:
        return fail(g, ERR_UPSTREAM, "is not known to the name service", e);
    case CURLE_COULDNT_CONNECT:
        return fail(g, ERR_UPSTREAM, "refuses the connection", e);
    case CURLE_PEER_FAILED_VERIFICATION:
        return fail(g, ERR_UPSTREAM,
                    "has no certificate to trust: its authority is not known (guard.ca_file), its "
                    "name differs, or its time is over",
                    e);
    case CURLE_SSL_CACERT_BADFILE:
        return fail(g, ERR_MISCONFIGURED,
                    "cannot be trusted: the certificates of authorities cannot be read "
                    "(guard.ca_file, or the system's)",
                    e);
    case CURLE_SSL_CONNECT_ERROR:
        return fail(g, ERR_UPSTREAM, "does not speak TLS as it should", e);
    case CURLE_PARTIAL_FILE:
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
        return fail(g, ERR_UPSTREAM, "broke off", e);
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
        return fail(g, ERR_UPSTREAM, "does not speak HTTP", e);
    default:
        return err_set(e, ERR_UPSTREAM, "'" STR_FMT "': %s", STR_ARG(g->url->host),
                       g->curl->easy_strerror(result));
    }
}
