/* The guard on addresses: what is public, and what the allow list opens. URLs are in
 * test_fetch_guard.c. */
#include "check.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>

#include "net/guard.h"

static const struct sockaddr *address_of(const char *text, struct sockaddr_storage *out)
{
    struct sockaddr_in *v4 = (struct sockaddr_in *)out;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)out;

    memset(out, 0, sizeof(*out));
    if (inet_pton(AF_INET, text, &v4->sin_addr) == 1) {
        out->ss_family = AF_INET;
    } else {
        if (inet_pton(AF_INET6, text, &v6->sin6_addr) != 1)
            fail_msg("no address: %s", text);
        out->ss_family = AF_INET6;
    }
    return (const struct sockaddr *)out;
}

static bool is_global(const char *text)
{
    struct sockaddr_storage storage;

    return guard_is_global(address_of(text, &storage));
}

/* The first, the last and some of each block that is not public. */
static const char *const special4[] = {
    "0.0.0.0",         "0.0.0.1",         "0.1.2.3",         "0.255.255.255",   "10.0.0.0",
    "10.0.0.1",        "10.1.2.3",        "10.255.255.255",  "100.64.0.0",      "100.64.0.1",
    "100.100.100.200", "100.127.255.255", "127.0.0.0",       "127.0.0.1",       "127.0.0.2",
    "127.1.2.3",       "127.127.127.127", "127.255.255.255", "169.254.0.0",     "169.254.0.1",
    "169.254.169.254", "169.254.170.2",   "169.254.255.255", "172.16.0.0",      "172.16.0.1",
    "172.17.0.1",      "172.20.10.2",     "172.31.255.255",  "192.0.0.0",       "192.0.0.1",
    "192.0.0.8",       "192.0.0.9",       "192.0.0.10",      "192.0.0.170",     "192.0.0.192",
    "192.0.0.255",     "192.0.2.0",       "192.0.2.1",       "192.0.2.255",     "192.31.196.0",
    "192.31.196.255",  "192.52.193.0",    "192.52.193.255",  "192.88.99.0",     "192.88.99.1",
    "192.88.99.255",   "192.168.0.0",     "192.168.0.1",     "192.168.1.1",     "192.168.178.1",
    "192.168.255.255", "192.175.48.0",    "192.175.48.255",  "198.18.0.0",      "198.18.0.1",
    "198.19.255.255",  "198.51.100.0",    "198.51.100.1",    "198.51.100.255",  "203.0.113.0",
    "203.0.113.1",     "203.0.113.255",   "224.0.0.0",       "224.0.0.1",       "224.0.0.251",
    "232.1.2.3",       "239.255.255.250", "239.255.255.255", "240.0.0.0",       "240.0.0.1",
    "250.1.2.3",       "255.0.0.0",       "255.255.255.254", "255.255.255.255",
};

/* Public, among them the neighbours of every block above. */
static const char *const global4[] = {
    "1.0.0.0",        "1.1.1.1",        "8.8.8.8",         "9.255.255.255",   "11.0.0.0",
    "100.63.255.255", "100.128.0.0",    "126.255.255.255", "128.0.0.0",       "169.253.255.255",
    "169.255.0.0",    "172.15.255.255", "172.32.0.0",      "191.255.255.255", "192.0.1.0",
    "192.0.1.255",    "192.0.3.0",      "192.31.195.255",  "192.31.197.0",    "192.52.192.255",
    "192.52.194.0",   "192.88.98.255",  "192.88.100.0",    "192.167.255.255", "192.169.0.0",
    "192.175.47.255", "192.175.49.0",   "198.17.255.255",  "198.20.0.0",      "198.51.99.255",
    "198.51.101.0",   "203.0.112.255",  "203.0.114.0",     "223.255.255.255",
};

static const char *const special6[] = {
    "::",
    "::1",
    "::2",
    "::ffff",
    "::1:0:0",
    "::127.0.0.1",
    "::8.8.8.8",
    "::ffff:0:8.8.8.8",
    "::ffff:0:127.0.0.1",
    "::fffe:8.8.8.8",
    "::1:ffff:8.8.8.8",
    "64:ff9a::8.8.8.8",
    "64:ff9b:1::",
    "64:ff9b:1::8.8.8.8",
    "64:ff9b:1:ffff::1",
    "64:ff9b::1:8.8.8.8",
    "64:ff9b:0:0:1::8.8.8.8",
    "100::",
    "100::1",
    "100:0:0:1::1",
    "200::1",
    "400::1",
    "1000::1",
    "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "2001::",
    "2001::1",
    "2001:0:4136:e378::1",
    "2001:0:7f00:1::",
    "2001:1::1",
    "2001:1::2",
    "2001:2::1",
    "2001:3::1",
    "2001:4:112::1",
    "2001:10::1",
    "2001:20::1",
    "2001:30::1",
    "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff",
    "2001:db8::",
    "2001:db8::1",
    "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
    "2002::",
    "2002::1",
    "2002:808:808::1",
    "2002:7f00:1::1",
    "2002:a00:1::1",
    "2002:ffff:ffff::1",
    "2620:4f:8000::1",
    "2620:4f:8000:ffff::1",
    "3fff::",
    "3fff::1",
    "3fff:fff:ffff::1",
    "4000::",
    "4000::1",
    "5f00::1",
    "6000::1",
    "8000::1",
    "a000::1",
    "c000::1",
    "e000::1",
    "f000::1",
    "fbff::1",
    "fc00::",
    "fc00::1",
    "fd00::1",
    "fd00:ec2::254",
    "fd12:3456:789a::1",
    "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "fe00::1",
    "fe80::",
    "fe80::1",
    "fe80::a9fe:a9fe",
    "febf::1",
    "fec0::1",
    "feff::1",
    "ff00::",
    "ff01::1",
    "ff02::1",
    "ff02::fb",
    "ff05::2",
    "ff0e::1",
    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
};

static const char *const global6[] = {
    "2000::1",
    "2001:200::1",
    "2001:200::",
    "2001:db7:ffff::1",
    "2001:db9::1",
    "2001:4860:4860::8888",
    "2003::1",
    "2400:cb00::1",
    "2606:4700:4700::1111",
    "2620:4f:7fff::1",
    "2620:4f:8001::1",
    "2620:fe::fe",
    "2a00:1450:4001:82b::200e",
    "3ffe:ffff::1",
    "3fff:1000::1",
    "3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
};

/* How an IPv4 address is carried inside IPv6; the first two are looked at as IPv4. */
static const struct {
    const char *format_hex; /* of the two halves */
    bool looked_into;
} carriers[] = {
    { "::ffff:%x:%x", true },      { "64:ff9b::%x:%x", true },    { "::%x:%x", false },
    { "::ffff:0:%x:%x", false },   { "64:ff9b:1::%x:%x", false }, { "2002:%x:%x::1", false },
    { "fe80::5efe:%x:%x", false }, { "2001:0:%x:%x::", false },
};

static bool carried_is_global(size_t carrier, const char *text)
{
    unsigned char b[4];
    char halves[2][8];
    char out[80];
    const char *in = carriers[carrier].format_hex;
    size_t len = 0;
    int next = 0;

    CHECK(inet_pton(AF_INET, text, b) == 1);
    snprintf(halves[0], sizeof(halves[0]), "%x", b[0] << 8 | b[1]);
    snprintf(halves[1], sizeof(halves[1]), "%x", b[2] << 8 | b[3]);
    for (; *in != '\0'; in++) {
        if (*in == '%') {
            len += (size_t)snprintf(out + len, sizeof(out) - len, "%s", halves[next++]);
            in++;
        } else {
            out[len++] = *in;
        }
    }
    out[len] = '\0';
    return is_global(out);
}

static void special_addresses_are_not_public(void **state)
{
    UNUSED(state);
    for (size_t i = 0; i < COUNT(special4); i++) {
        if (is_global(special4[i]))
            fail_msg("%s passes", special4[i]);
    }
    for (size_t i = 0; i < COUNT(special6); i++) {
        if (is_global(special6[i]))
            fail_msg("%s passes", special6[i]);
    }
}

static void special_addresses_are_not_public_inside_ipv6(void **state)
{
    int cases = 0;

    UNUSED(state);
    for (size_t i = 0; i < COUNT(special4); i++) {
        for (size_t k = 0; k < COUNT(carriers); k++) {
            if (carried_is_global(k, special4[i]))
                fail_msg("%s passes as %s", special4[i], carriers[k].format_hex);
            cases++;
        }
    }
    CHECK(cases + COUNT(special4) + COUNT(special6) >= 300);
}

static void public_addresses_pass(void **state)
{
    UNUSED(state);
    for (size_t i = 0; i < COUNT(global6); i++) {
        if (!is_global(global6[i]))
            fail_msg("%s is refused", global6[i]);
    }
    for (size_t i = 0; i < COUNT(global4); i++) {
        if (!is_global(global4[i]))
            fail_msg("%s is refused", global4[i]);
        for (size_t k = 0; k < COUNT(carriers); k++) {
            if (carried_is_global(k, global4[i]) != carriers[k].looked_into)
                fail_msg("%s as %s", global4[i], carriers[k].format_hex);
        }
    }
}

static void what_is_not_ip_never_passes(void **state)
{
    struct sockaddr_un path = { .sun_family = AF_UNIX, .sun_path = "/tmp/socket" };
    struct sockaddr unset = { .sa_family = AF_UNSPEC };
    struct str all[] = { STR("0.0.0.0/0"), STR("::/0"), STR("host") };
    struct guard g = { .allow = { all, COUNT(all) } };
    struct err e = { 0 };

    UNUSED(state);
    CHECK(!guard_is_global((const struct sockaddr *)&path) && !guard_is_global(&unset));
    CHECK_FAILS(guard_permits(&g, STR("host"), 80, (const struct sockaddr *)&path, &e),
                ERR_FORBIDDEN, "'host' is not in the public internet");
    CHECK_FAILS(guard_permits(&g, STR("host"), 80, &unset, &e), ERR_FORBIDDEN, NULL);
}

static void the_allow_list_opens_what_it_says_and_no_more(void **state)
{
    static const struct {
        const char *entry, *host;
        int port;
        const char *address;
        bool permitted;
    } cases[] = {
        { "127.0.0.1:8188", "127.0.0.1", 8188, "127.0.0.1", true },
        { "127.0.0.1:8188", "localhost", 8188, "127.0.0.1", true },
        { "127.0.0.1:8188", "[::ffff:7f00:1]", 8188, "::ffff:127.0.0.1", true },
        { "127.0.0.1:8188", "127.0.0.1", 8189, "127.0.0.1", false },
        { "127.0.0.1:8188", "127.0.0.1", 8188, "127.0.0.2", false },
        { "127.0.0.1:8188", "127.0.0.1", 8188, "::1", false },
        { "127.0.0.1:8188", "127.0.0.1", 8188, "::127.0.0.1", false },
        { "127.0.0.1:8188", "127.0.0.1", 8188, "64:ff9b::127.0.0.1", false },
        { "127.0.0.1", "x", 1, "127.0.0.1", true },
        { "127.0.0.1", "x", 65535, "127.0.0.1", true },
        { "[::1]:8188", "[::1]", 8188, "::1", true },
        { "[::1]:8188", "[::1]", 80, "::1", false },
        { "[::1]", "[::1]", 80, "::1", true },
        { "::1", "[::1]", 80, "::1", true },
        { "::1", "[::1]", 80, "::2", false },
        { "::1", "x", 80, "0.0.0.1", false },
        { "10.1.0.0/16", "x", 80, "10.1.0.0", true },
        { "10.1.0.0/16", "x", 80, "10.1.255.255", true },
        { "10.1.0.0/16", "x", 80, "10.2.0.0", false },
        { "10.1.0.0/16:80", "x", 80, "10.1.2.3", true },
        { "10.1.0.0/16:80", "x", 81, "10.1.2.3", false },
        { "10.0.0.0/9", "x", 80, "10.127.255.255", true },
        { "10.0.0.0/9", "x", 80, "10.128.0.0", false },
        { "10.1.2.3/32", "x", 80, "10.1.2.3", true },
        { "10.1.2.3/32", "x", 80, "10.1.2.2", false },
        { "0.0.0.0/0", "x", 80, "192.168.1.1", true },
        { "0.0.0.0/0", "x", 80, "::1", false },
        { "::ffff:10.1.2.3", "x", 80, "10.1.2.3", true },
        { "fd00::/8", "x", 80, "fd12::1", true },
        { "fd00::/8", "x", 80, "fc00::1", false },
        { "[fd00::/8]:80", "x", 80, "fd12::1", true },
        { "[fd00::/8]:80", "x", 81, "fd12::1", false },
        { "fe80::1", "x", 80, "fe80::1", true },
        { "mrock:8188", "mrock", 8188, "192.168.1.7", true },
        { "mrock:8188", "MRock", 8188, "192.168.1.7", true },
        { "mrock:8188", "mrock", 80, "192.168.1.7", false },
        { "mrock:8188", "mrock.", 8188, "192.168.1.7", false },
        { "mrock:8188", "xmrock", 8188, "192.168.1.7", false },
        { "mrock", "mrock", 80, "::1", true },
        { "mrock", "192.168.1.7", 80, "192.168.1.7", false },
        { "my_host-1.lan", "my_host-1.lan", 80, "10.0.0.1", true },
        { "mrock", "other", 80, "8.8.8.8", true },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct str entries[] = { STR("203.0.113.77:1"), str_from(cases[i].entry) };
        struct guard g = { .allow = { entries, COUNT(entries) } };
        struct sockaddr_storage storage;
        struct err e = { 0 };

        CHECK_OK(guard_check_entries(&g, &e));
        if (guard_permits(&g, str_from(cases[i].host), cases[i].port,
                          address_of(cases[i].address, &storage), &e) != cases[i].permitted)
            fail_msg("'%s' for %s:%d at %s", cases[i].entry, cases[i].host, cases[i].port,
                     cases[i].address);
        if (!cases[i].permitted)
            CHECK_I64(e.code, ERR_FORBIDDEN);
    }
}

static void without_a_list_only_public_addresses_pass(void **state)
{
    struct guard empty = { .allow = { NULL, 0 } };
    struct sockaddr_storage storage;
    struct err e = { 0 };

    UNUSED(state);
    CHECK_OK(guard_permits(NULL, STR("x"), 80, address_of("8.8.8.8", &storage), &e));
    CHECK_OK(guard_permits(&empty, STR("x"), 80, address_of("8.8.8.8", &storage), &e));
    CHECK_FAILS(guard_permits(NULL, STR("x"), 80, address_of("127.0.0.1", &storage), &e),
                ERR_FORBIDDEN, "'x' is not in the public internet");
    CHECK_FAILS(guard_permits(&empty, STR("x"), 80, address_of("::1", &storage), &e), ERR_FORBIDDEN,
                NULL);
}

static void a_bad_entry_is_named(void **state)
{
    const struct str bad[] = {
        STR(""),
        STR(":80"),
        STR("host:"),
        STR("host:0"),
        STR("host:65536"),
        STR("host:x"),
        STR("host:80:"),
        STR("ho st"),
        STR("host/8"),
        STR("*.lan"),
        STR("http://host"),
        STR("a@b"),
        STR("127.1"),
        STR("0x7f.0.0.1"),
        STR("2130706433"),
        STR("10.0.0.256"),
        STR("10.0.0"),
        STR("10.1.0.0/33"),
        STR("10.1.0.0/"),
        STR("10.1.0.0/-1"),
        STR("10.1.2.3/16"),
        STR("[::1"),
        STR("[::1]80"),
        STR("[::1]:"),
        STR("[]"),
        STR("[host]:80"),
        STR("::1/129"),
        STR("fd00::1/8"),
        STR("::1%eth0"),
        STR("1:2:3"),
        STR("10.0.0.1\0x"),
        STR("host\0"),
        STR("host."),
        STR("caf\xc3\xa9"),
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct str entries[] = { STR("10.0.0.1"), bad[i] };
        struct guard g = { .allow = { entries, COUNT(entries) } };
        struct err e = { 0 };

        if (guard_check_entries(&g, &e))
            fail_msg("taken: " STR_FMT, STR_ARG(bad[i]));
        CHECK_I64(e.code, ERR_INVALID);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(special_addresses_are_not_public),
        TEST(special_addresses_are_not_public_inside_ipv6),
        TEST(public_addresses_pass),
        TEST(what_is_not_ip_never_passes),
        TEST(the_allow_list_opens_what_it_says_and_no_more),
        TEST(without_a_list_only_public_addresses_pass),
        TEST(a_bad_entry_is_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
