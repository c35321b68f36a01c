/* URLs and allow lists of any bytes: what is decided on is what would be connected to. */
#include <arpa/inet.h>
#include <assert.h>
#include <netdb.h>
#include <string.h>

#include "net/fetch.h"
#include "net/fetch_url.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct fetch_curl *load(void)
{
    static const struct fetch_curl *curl;
    struct err e = { 0 };

    if (curl == NULL) {
        bool ok = fetch_curl_load(&curl, &e);

        assert(ok);
    }
    return curl;
}

/* Reading the normalised form again changes nothing: two parsers in a row see one host. */
static void check_stable(struct arena *a, const struct fetch_url *url)
{
    struct fetch_url again;
    struct str rest = str_slice(url->text, url->secure ? 8 : 7, url->text.len);
    size_t end = 0;
    struct err e = { 0 };
    bool ok = fetch_url_parse(load(), a, (struct str){ 0 }, url->text, &again, &e);

    assert(ok && str_eq(again.text, url->text) && fetch_url_same_origin(&again, url));
    assert(str_starts(url->text, url->secure ? STR("https://") : STR("http://")));
    while (end < rest.len && strchr("/?#", rest.ptr[end]) == NULL)
        end++;
    assert(str_starts(rest, url->host) && str_find_char(rest, '@', 0) >= end);
}

/* The same address in other clothes gets the same answer. */
static void check_carried(const struct sockaddr *address)
{
    struct sockaddr_in v4;
    struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };

    if (address->sa_family != AF_INET)
        return;
    memcpy(&v4, address, sizeof(v4));
    v6.sin6_addr.s6_addr[10] = v6.sin6_addr.s6_addr[11] = 0xff;
    memcpy(v6.sin6_addr.s6_addr + 12, &v4.sin_addr, 4);
    assert(guard_is_global((const struct sockaddr *)&v6) == guard_is_global(address));
    memcpy(v6.sin6_addr.s6_addr, "\x00\x64\xff\x9b\0\0\0\0\0\0\0\0", 12);
    assert(guard_is_global((const struct sockaddr *)&v6) == guard_is_global(address));
}

static void check_decision(struct arena *a, const struct fetch_url *url, struct str entry)
{
    struct addrinfo numeric = { .ai_flags = AI_NUMERICHOST, .ai_socktype = SOCK_STREAM };
    struct addrinfo *found = NULL;
    bool bracketed = url->host.ptr[0] == '[';
    struct str host = str_slice(url->host, bracketed, url->host.len - bracketed);
    struct guard guard = { .allow = { &entry, 1 } };
    struct err e = { 0 };

    if (getaddrinfo(arena_cstr(a, host), NULL, &numeric, &found) != 0)
        return;
    for (const struct addrinfo *i = found; i != NULL; i = i->ai_next) {
        bool global = guard_is_global(i->ai_addr);
        bool known = guard_check_entries(&guard, &e);

        check_carried(i->ai_addr);
        assert(guard_permits(NULL, url->host, url->port, i->ai_addr, &e) == global);
        if (guard_permits(&guard, url->host, url->port, i->ai_addr, &e))
            assert(global || known); /* only a valid entry opens anything */
        entry = arena_strf(a, STR_FMT ":%d", STR_ARG(url->host), url->port);
        if (guard_check_entries(&guard, &e))
            assert(guard_permits(&guard, url->host, url->port, i->ai_addr, &e));
    }
    freeaddrinfo(found);
}

/* A URL, and behind a line end an entry of the allow list, and behind another a redirect. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA a = { 0 };
    struct str text, entry, location;
    struct fetch_url url, next;
    struct err e = { 0 };

    str_cut(str_of(data, size), '\n', &text, &entry);
    str_cut(entry, '\n', &entry, &location);
    if (!fetch_url_parse(load(), &a, (struct str){ 0 }, text, &url, &e)) {
        assert(e.code == ERR_INVALID && e.msg[0] != '\0');
        return 0;
    }
    check_stable(&a, &url);
    check_decision(&a, &url, entry);
    if (!str_is_null(location) && fetch_url_parse(load(), &a, url.text, location, &next, &e)) {
        check_stable(&a, &next);
        check_decision(&a, &next, entry);
    }
    return 0;
}
