/*
 * The guard inside fetch: every spelling of a private address, directly, by redirect and by a name
 * that changes its mind. This program has its own connect and getaddrinfo, which libcurl finds
 * before libc's: so each attempt to connect is seen, name service is a table, and what looks like
 * the public internet is the server of this test.
 */
#include "check.h"

#include <arpa/inet.h>
#include <dlfcn.h>
#include <netdb.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "net/fetch.h"
#include "upstream.h"

static const struct upstream_page pages[] = {
    { "/ok", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", THEN_CLOSE, NULL },
    { "/302", "HTTP/1.1 302 Found\r\n", THEN_LOCATION, NULL },
    { NULL, NULL, THEN_CLOSE, NULL },
};

static struct upstream server;

/* What libcurl tried to connect to. */
static atomic_int tries, private_tries;
static atomic_bool public_is_down;

/* The odd type is how glibc declares it for C with extensions, with reserved parameter names. */
/* NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name) */
int connect(int fd, __CONST_SOCKADDR_ARG to, socklen_t len)
{
    const struct sockaddr *address = to.__sockaddr__;
    struct sockaddr_in here = { .sin_family = AF_INET,
                                .sin_port = htons((uint16_t)server.port),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };

    atomic_fetch_add(&tries, 1);
    if (!guard_is_global(address)) {
        atomic_fetch_add(&private_tries, 1);
        return (int)syscall(SYS_connect, fd, address, len);
    }
    if (atomic_load(&public_is_down))
        here.sin_port = htons(1); /* where nobody listens */
    return (int)syscall(SYS_connect, fd, &here, sizeof(here));
}

/* Names of the table, and what each lookup in turn answers; the last answer stays. */
static struct {
    const char *name;
    const char *answers[3]; /* addresses separated by commas */
    atomic_int lookups;
} names[] = {
    { "localhost.", { "127.0.0.1" }, 0 },
    { "foo.localhost", { "127.0.0.1" }, 0 },
    { "ip6-localhost", { "::1" }, 0 },
    { "127.0.0.1.nip.io", { "127.0.0.1" }, 0 },
    { "metadata.google.internal", { "169.254.169.254" }, 0 },
    { "intranet", { "10.1.2.3" }, 0 },
    { "all-private.test", { "10.1.2.3,127.0.0.1,::1,fd00::1" }, 0 },
    { "any.test", { "0.0.0.0" }, 0 },
    { "mapped.test", { "::ffff:127.0.0.1" }, 0 },
    { "public.test", { "8.8.8.8" }, 0 },
    { "mixed.test", { "127.0.0.1,8.8.8.8" }, 0 },
    { "mixed-too.test", { "8.8.8.8,127.0.0.1" }, 0 },
    { "rebind.test", { "8.8.8.8", "set by the test" }, 0 },
    { "rebind-local.test", { "127.0.0.2", "127.0.0.1" }, 0 },
};

typedef int getaddrinfo_fn(const char *, const char *, const struct addrinfo *, struct addrinfo **);

static int look_up_number(const char *node, const char *service, const struct addrinfo *hints,
                          struct addrinfo **out)
{
    void *found = dlsym(RTLD_NEXT, "getaddrinfo");
    struct addrinfo numeric = *hints;
    getaddrinfo_fn *real;

    memcpy(&real, &found, sizeof(real));
    numeric.ai_flags |= AI_NUMERICHOST; /* nothing is asked of the network */
    numeric.ai_family = AF_UNSPEC;
    return real(node, service, &numeric, out);
}

/* NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name) */
int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
                struct addrinfo **out)
{
    size_t i = 0;
    int turn;
    struct str rest;

    while (i < COUNT(names) && strcasecmp(names[i].name, node) != 0)
        i++;
    if (i == COUNT(names))
        return look_up_number(node, service, hints, out);
    turn = atomic_fetch_add(&names[i].lookups, 1);
    turn = MIN(turn, 2);
    while (names[i].answers[turn] == NULL)
        turn--;
    rest = str_from(names[i].answers[turn]);
    *out = NULL;
    while (rest.len > 0) {
        struct addrinfo **last = out;
        char text[64];
        struct str one;
        int result;

        str_cut(rest, ',', &one, &rest);
        snprintf(text, sizeof(text), STR_FMT, STR_ARG(one));
        while (*last != NULL)
            last = &(*last)->ai_next;
        result = look_up_number(text, service, hints, last);
        if (result != 0)
            return result;
    }
    return 0;
}

/* Private IPv4 addresses, and the ways to write one: <dA> is the first byte in decimal. */
static const char *const addresses[] = {
    "0.0.0.0",         "10.0.0.1",        "100.64.0.1",  "127.0.0.1",
    "127.255.255.254", "169.254.169.254", "172.16.0.1",  "172.31.255.1",
    "192.0.0.1",       "192.0.2.1",       "192.168.0.1", "198.18.0.1",
    "203.0.113.5",     "224.0.0.1",       "240.0.0.1",   "255.255.255.255",
};

static const char *const forms[] = {
    "<dA>.<dB>.<dC>.<dD>",
    "<dA>.<dB>.<dC>.<dD>:80",
    "<dA>.<dB>.<dC>.<dD>:8080",
    "<dA>.<dB>.<dC>.<dD>.",
    "0x<xA>.0x<xB>.0x<xC>.0x<xD>",
    "0X<XA>.0X<XB>.0X<XC>.0X<XD>",
    "0x000<xA>.0x00<xB>.0x0<xC>.0x<xD>",
    "0<oA>.0<oB>.0<oC>.0<oD>",
    "000<oA>.0000<oB>.00000<oC>.00<oD>",
    "0<oA>.<dB>.<dC>.<dD>",
    "0x<xA>.<dB>.<dC>.0<oD>",
    "<dA>.0<oB>.0x<xC>.<dD>",
    "<dW>",
    "<dW>:80",
    "<dW>.",
    "0x<xW>",
    "0X<XW>",
    "0<oW>",
    "<dA>.<dT>",
    "0x<xA>.<dT>",
    "<dA>.0x<xT>",
    "0<oA>.0<oT>",
    "<dA>.<dB>.<dL>",
    "0x<xA>.0x<xB>.0x<xL>",
    "0<oA>.0x<xB>.<dL>",
    "<pA>.<pB>.<pC>.<pD>",
    "<pA>.0<oB>.0<oC>.0x<xD>",
    "<pA>.<dT>",
    "<dA>%2e<dB>%2E<dC>%2e<dD>",
    "<fA>.<fB>.<fC>.<fD>",
    "<dA>\xe3\x80\x82<dB>\xe3\x80\x82<dC>\xe3\x80\x82<dD>",
    "<dA>\xef\xbc\x8e<dB>\xef\xbc\x8e<dC>\xef\xbc\x8e<dD>",
    "[::ffff:<dA>.<dB>.<dC>.<dD>]",
    "[::FFFF:<xH>:<xL>]",
    "[0:0:0:0:0:ffff:<xH>:<xL>]",
    "[0000:0000:0000:0000:0000:ffff:<dA>.<dB>.<dC>.<dD>]",
    "[::<dA>.<dB>.<dC>.<dD>]",
    "[::<xH>:<xL>]",
    "[::ffff:0:<xH>:<xL>]",
    "[64:ff9b::<dA>.<dB>.<dC>.<dD>]",
    "[64:ff9b::<xH>:<xL>]",
    "[64:ff9b:1::<xH>:<xL>]",
    "[2002:<xH>:<xL>::]",
    "[2002:<xH>:<xL>::1]",
    "[fe80::5efe:<xH>:<xL>]",
    "[2001:0:<xH>:<xL>::1]",
};

/* Other private hosts, as they are. */
static const char *const hosts[] = {
    "localhost",
    "LOCALHOST",
    "localhost:80",
    "localhost.",
    "foo.localhost",
    "ip6-localhost",
    "127.0.0.1.nip.io",
    "metadata.google.internal",
    "intranet",
    "INTRANET",
    "all-private.test",
    "any.test",
    "mapped.test",
    "loc%61lhost",
    "\xef\xbd\x8cocalhost",
    "0",
    "0x0",
    "00",
    "1",
    "127.1",
    "127.0.1",
    "0x7f.1",
    "0177.1",
    "017700000001",
    "2130706433",
    "3232235521",
    "0xa9fea9fe",
    "[::]",
    "[::1]",
    "[::1]:80",
    "[0::1]",
    "[0:0:0:0:0:0:0:1]",
    "[0:0::0:1]",
    "[0000:0000:0000:0000:0000:0000:0000:0001]",
    "[::0.0.0.1]",
    "[::2]",
    "[100::1]",
    "[200::1]",
    "[64:ff9b:1::1]",
    "[1fff::1]",
    "[2001::1]",
    "[2001:2::1]",
    "[2001:10::1]",
    "[2001:20::1]",
    "[2001:db8::1]",
    "[2001:DB8::1]",
    "[2002::1]",
    "[2620:4f:8000::1]",
    "[3fff::1]",
    "[4000::1]",
    "[5f00::1]",
    "[fc00::1]",
    "[fd00::1]",
    "[FD00:EC2::254]",
    "[fd12:3456:789a::1]",
    "[fe80::1]",
    "[febf::1]",
    "[fec0::1]",
    "[ff02::1]",
    "[ff0e::1]",
    "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]",
};

static void put_number(struct buf *out, char format, uint32_t value)
{
    char digits[16];

    switch (format) {
    case 'd':
        buf_putf(out, "%u", value);
        return;
    case 'x':
        buf_putf(out, "%x", value);
        return;
    case 'X':
        buf_putf(out, "%X", value);
        return;
    case 'o':
        buf_putf(out, "%o", value);
        return;
    default: /* digit by digit: percent-encoded, or full-width */
        snprintf(digits, sizeof(digits), "%u", value);
        for (const char *c = digits; *c != '\0'; c++) {
            if (format == 'p')
                buf_putf(out, "%%%02x", *c);
            else
                buf_putf(out, "\xef\xbc%c", 0x90 + *c - '0');
        }
    }
}

/* The address in the form, as a URL. */
static struct str spell(struct arena *a, const char *form, const char *address)
{
    AUTO_BUF out = { 0 };
    uint32_t ip;

    buf_init(&out, 512);
    CHECK(inet_pton(AF_INET, address, &ip) == 1);
    ip = ntohl(ip);
    buf_put(&out, STR("http://"));
    for (; *form != '\0'; form++) {
        if (*form != '<') {
            buf_put_char(&out, *form);
            continue;
        }
        put_number(&out, form[1],
                   form[2] == 'W'   ? ip
                   : form[2] == 'T' ? ip & 0xffffff
                   : form[2] == 'L' ? ip & 0xffff
                   : form[2] == 'H' ? ip >> 16
                                    : ip >> 8 * ('D' - form[2]) & 0xff);
        form += 3;
    }
    buf_put_char(&out, '/');
    return arena_str(a, buf_str(&out));
}

static struct str spelling(struct arena *a, size_t i)
{
    if (i < COUNT(hosts))
        return arena_strf(a, "http://%s/", hosts[i]);
    i -= COUNT(hosts);
    return spell(a, forms[i / COUNT(addresses)], addresses[i % COUNT(addresses)]);
}

enum { SPELLINGS = COUNT(hosts) + COUNT(forms) * COUNT(addresses) };

static void no_spelling_of_a_private_address_is_connected_to(void **state)
{
    int by_guard = 0;

    UNUSED(state);
    atomic_store(&tries, 0);
    for (size_t i = 0; i < SPELLINGS; i++) {
        AUTO_ARENA a = { 0 };
        struct fetch_request request = fetch_get(spelling(&a, i), NULL);
        struct fetch_reply reply = { 0 };
        bool sent = true;
        struct err e = { 0 };

        request.trust = i % 2 == 0 ? FETCH_FOREIGN : FETCH_CONFIGURED;
        if (fetch(&a, &request, &reply, &sent, &e) || sent || atomic_load(&tries) != 0)
            fail_msg("not refused: " STR_FMT, STR_ARG(request.url));
        if (e.code == ERR_UPSTREAM) /* an address with a dot behind it is a name to nobody */
            CHECK(strstr(e.msg, "is not known to the name service") != NULL);
        else if (e.code != ERR_INVALID)
            CHECK_I64(e.code, ERR_FORBIDDEN);
        by_guard += e.code == ERR_FORBIDDEN;
    }
    print_message("%d spellings, %d came as far as the guard\n", SPELLINGS, by_guard);
    CHECK(by_guard >= 500);
}

static void no_redirect_leads_to_a_private_address(void **state)
{
    UNUSED(state);
    for (size_t i = 0; i < SPELLINGS; i++) {
        AUTO_ARENA a = { 0 };
        struct fetch_request request =
            fetch_get(arena_strf(&a, "http://public.test:%d/302", server.port), NULL);
        struct fetch_reply reply = { 0 };
        struct err e = { 0 };

        atomic_store(&tries, 0);
        atomic_store(&private_tries, 0);
        upstream_lead_to(&server, spelling(&a, i));
        request.trust = FETCH_FOREIGN;
        request.max_redirects = 3;
        if (fetch(&a, &request, &reply, NULL, &e))
            fail_msg("followed: " STR_FMT, STR_ARG(spelling(&a, i)));
        if (e.code != ERR_FORBIDDEN)
            CHECK(strstr(e.msg, "is not known to the name service") != NULL);
        CHECK_I64(atomic_load(&tries), 1); /* the first hop's */
        CHECK_I64(atomic_load(&private_tries), 0);
    }
}

static size_t name_at(const char *name)
{
    size_t i = 0;

    while (strcmp(names[i].name, name) != 0)
        i++;
    return i;
}

static void a_name_that_turns_private_between_two_hops_is_refused(void **state)
{
    static const char *const more[] = { "::1",
                                        "fd00::1",
                                        "fe80::1",
                                        "::ffff:10.0.0.1",
                                        "64:ff9b::10.0.0.1",
                                        "2002:7f00:1::1",
                                        "10.0.0.1,127.0.0.1" };
    size_t rebind = name_at("rebind.test");

    UNUSED(state);
    for (size_t i = 0; i < COUNT(addresses) + COUNT(more); i++) {
        AUTO_ARENA a = { 0 };
        struct fetch_request request =
            fetch_get(arena_strf(&a, "http://rebind.test:%d/302", server.port), NULL);
        struct fetch_reply reply = { 0 };
        int before = upstream_count(&server, &server.connections);
        bool sent = false;
        struct err e = { 0 };

        atomic_store(&names[rebind].lookups, 0);
        names[rebind].answers[1] = i < COUNT(addresses) ? addresses[i] : more[i - COUNT(addresses)];
        atomic_store(&private_tries, 0);
        upstream_lead_to(&server, arena_strf(&a, "http://rebind.test:%d/ok", server.port));
        request.trust = FETCH_FOREIGN;
        request.max_redirects = 1;
        CHECK_FAILS(fetch(&a, &request, &reply, &sent, &e), ERR_FORBIDDEN,
                    "'rebind.test' is not in the public internet");
        CHECK(sent); /* the first hop was */
        CHECK_I64(atomic_load(&names[rebind].lookups), 2);
        CHECK_I64(upstream_count(&server, &server.connections) - before, 1);
        CHECK_I64(atomic_load(&private_tries), 0);
    }
}

static void a_name_that_turns_private_between_two_calls_is_refused(void **state)
{
    AUTO_ARENA a = { 0 };
    struct fetch_request request =
        fetch_get(arena_strf(&a, "http://rebind.test:%d/ok", server.port), NULL);
    size_t rebind = name_at("rebind.test");
    struct fetch_reply reply = { 0 };
    bool sent = true;
    struct err e = { 0 };

    UNUSED(state);
    atomic_store(&names[rebind].lookups, 0);
    names[rebind].answers[1] = "127.0.0.1";
    request.trust = FETCH_FOREIGN;
    CHECK_OK(fetch(&a, &request, &reply, NULL, &e));
    CHECK_STR(reply.body, STR("hello"));
    atomic_store(&tries, 0);
    CHECK_FAILS(fetch(&a, &request, &reply, &sent, &e), ERR_FORBIDDEN, NULL);
    CHECK(!sent);
    CHECK_I64(atomic_load(&tries), 0);
}

static void an_allowed_address_does_not_open_its_neighbour(void **state)
{
    AUTO_ARENA a = { 0 };
    struct str entries[] = { arena_strf(&a, "127.0.0.2:%d", server.port) };
    struct guard guard = { .allow = { entries, 1 } };
    struct upstream neighbour;
    struct fetch_request request;
    struct fetch_reply reply = { 0 };
    struct err e = { 0 };

    UNUSED(state);
    upstream_start(&neighbour, pages, "127.0.0.2");
    entries[0] = arena_strf(&a, "127.0.0.2:%d", neighbour.port);
    request = fetch_get(arena_strf(&a, "http://rebind-local.test:%d/302", neighbour.port), &guard);
    upstream_lead_to(&neighbour, arena_strf(&a, "http://rebind-local.test:%d/ok", neighbour.port));
    request.max_redirects = 1;
    atomic_store(&private_tries, 0);
    CHECK_FAILS(fetch(&a, &request, &reply, NULL, &e), ERR_FORBIDDEN,
                "'rebind-local.test' is not in the public internet");
    CHECK_I64(atomic_load(&private_tries), 1); /* the allowed one */
    upstream_stop(&neighbour);
}

static void of_several_addresses_only_public_ones_are_tried(void **state)
{
    static const char *const mixed[] = { "mixed.test", "mixed-too.test" };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(mixed); i++) {
        AUTO_ARENA a = { 0 };
        struct fetch_request request =
            fetch_get(arena_strf(&a, "http://%s:%d/ok", mixed[i], server.port), NULL);
        struct fetch_reply reply = { 0 };
        bool sent = true;
        struct err e = { 0 };

        request.trust = FETCH_FOREIGN;
        atomic_store(&private_tries, 0);
        CHECK_OK(fetch(&a, &request, &reply, NULL, &e));
        CHECK_STR(reply.body, STR("hello"));
        atomic_store(&public_is_down, true);
        CHECK_FAILS(fetch(&a, &request, &reply, &sent, &e), ERR_UPSTREAM, NULL);
        atomic_store(&public_is_down, false);
        CHECK(!sent);
        CHECK_I64(atomic_load(&private_tries), 0);
    }
}

static void an_unknown_name_is_an_upstream_error(void **state)
{
    AUTO_ARENA a = { 0 };
    struct fetch_request request = fetch_get(STR("http://nowhere.test/?secret"), NULL);
    struct fetch_reply reply = { 0 };
    bool sent = true;
    struct err e = { 0 };

    UNUSED(state);
    CHECK_FAILS(fetch(&a, &request, &reply, &sent, &e), ERR_UPSTREAM,
                "'nowhere.test' is not known to the name service");
    CHECK(!sent);
}

static int start(void **state)
{
    UNUSED(state);
    signal(SIGPIPE, SIG_IGN);
    upstream_start(&server, pages, "127.0.0.1");
    return 0;
}

static int stop(void **state)
{
    UNUSED(state);
    upstream_stop(&server);
    fetch_deinit();
    return 0;
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(no_spelling_of_a_private_address_is_connected_to),
        TEST(no_redirect_leads_to_a_private_address),
        TEST(a_name_that_turns_private_between_two_hops_is_refused),
        TEST(a_name_that_turns_private_between_two_calls_is_refused),
        TEST(an_allowed_address_does_not_open_its_neighbour),
        TEST(of_several_addresses_only_public_ones_are_tried),
        TEST(an_unknown_name_is_an_upstream_error),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
