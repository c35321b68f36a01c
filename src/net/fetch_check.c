/* What can be said about the URL of a stranger before anybody is asked. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "net/fetch.h"
#include "net/fetch_url.h"

/* The host as the connection would have it: numbers in any spelling are four decimals by now. */
static bool is_numeric(struct str host, struct sockaddr_storage *out)
{
    char text[INET6_ADDRSTRLEN];
    struct sockaddr_in v4 = { .sin_family = AF_INET };
    struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };

    if (str_starts(host, STR("[")) && str_ends(host, STR("]")))
        host = str_slice(host, 1, host.len - 1);
    if (host.len >= sizeof(text))
        return false;
    memcpy(text, host.ptr, host.len);
    text[host.len] = '\0';
    if (inet_pton(AF_INET, text, &v4.sin_addr) == 1) {
        memcpy(out, &v4, sizeof(v4));
        return true;
    }
    if (inet_pton(AF_INET6, text, &v6.sin6_addr) != 1)
        return false;
    memcpy(out, &v6, sizeof(v6));
    return true;
}

static bool is_local_name(struct str host)
{
    static const struct str names[] = { { "localhost", 9 }, { ".localhost", 10 } };

    while (str_ends(host, STR(".")))
        host.len--;
    if (str_eq_nocase(host, names[0]))
        return true;
    return host.len > names[1].len &&
           str_eq_nocase(str_slice(host, host.len - names[1].len, host.len), names[1]);
}

bool fetch_check_foreign(struct arena *a, struct str url, struct err *e)
{
    const struct fetch_curl *curl;
    struct sockaddr_storage address = { 0 };
    struct fetch_url parsed;

    if (!fetch_curl_load(&curl, e) || !fetch_url_parse(curl, a, (struct str){ 0 }, url, &parsed, e))
        return false;
    if (is_local_name(parsed.host))
        return err_set(e, ERR_FORBIDDEN, "'" STR_FMT "' is not in the public internet",
                       STR_ARG(parsed.host));
    return !is_numeric(parsed.host, &address) ||
           guard_permits(NULL, parsed.host, parsed.port, (const struct sockaddr *)&address, e);
}
