/* Decides about addresses, not names: every spelling of an address ends here as the same bytes. */
#include "net/guard.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

/* Blocks that are not of the public internet, by the special-purpose registries of IANA. */
static const struct {
    uint32_t network;
    int bits;
} special4[] = {
    { 0x00000000, 8 },  /* "this network" */
    { 0x0a000000, 8 },  /* private */
    { 0x64400000, 10 }, /* 100.64/10, behind a provider's translation */
    { 0x7f000000, 8 },  /* loopback */
    { 0xa9fe0000, 16 }, /* link-local; where clouds keep their metadata */
    { 0xac100000, 12 }, /* private */
    { 0xc0000000, 24 }, /* 192.0.0/24, protocol assignments */
    { 0xc0000200, 24 }, /* documentation */
    { 0xc01fc400, 24 }, /* 192.31.196/24, AS112 */
    { 0xc034c100, 24 }, /* 192.52.193/24, multicast relays */
    { 0xc0586300, 24 }, /* 192.88.99/24, 6to4 relays */
    { 0xc0a80000, 16 }, /* private */
    { 0xc0af3000, 24 }, /* 192.175.48/24, AS112 */
    { 0xc6120000, 15 }, /* 198.18/15, benchmarks */
    { 0xc6336400, 24 }, /* documentation */
    { 0xcb007100, 24 }, /* documentation */
    { 0xe0000000, 4 },  /* multicast */
    { 0xf0000000, 4 },  /* reserved, and broadcast */
};

/* The same within 2000::/3; the first 64 bits are enough. */
static const struct {
    uint64_t network;
    int bits;
} special6[] = {
    { 0x2001000000000000, 23 }, /* protocol assignments, Teredo among them */
    { 0x20010db800000000, 32 }, /* documentation */
    { 0x2002000000000000, 16 }, /* 6to4 */
    { 0x2620004f80000000, 48 }, /* AS112 */
    { 0x3fff000000000000, 20 }, /* documentation */
};

/* Any address as IPv6, IPv4 in its mapped form. */
struct address {
    uint8_t bytes[16];
};

static const uint8_t mapped_prefix[12] = { [10] = 0xff, [11] = 0xff };
static const uint8_t nat64_prefix[12] = { 0x00, 0x64, 0xff, 0x9b };

static struct address from_v4(const void *four_bytes)
{
    struct address a;

    memcpy(a.bytes, mapped_prefix, 12);
    memcpy(a.bytes + 12, four_bytes, 4);
    return a;
}

static bool from_sockaddr(const struct sockaddr *address, struct address *out)
{
    struct sockaddr_in v4; /* copies: the pointer may be aligned for less */
    struct sockaddr_in6 v6;

    if (address->sa_family == AF_INET) {
        memcpy(&v4, address, sizeof(v4));
        *out = from_v4(&v4.sin_addr);
        return true;
    }
    if (address->sa_family == AF_INET6) {
        memcpy(&v6, address, sizeof(v6));
        memcpy(out->bytes, &v6.sin6_addr, 16);
        return true;
    }
    return false;
}

static bool is_global_v4(uint32_t ip)
{
    for (size_t i = 0; i < COUNT(special4); i++) {
        if ((ip ^ special4[i].network) >> (32 - special4[i].bits) == 0)
            return false;
    }
    return true;
}

static bool is_global_v6(uint64_t high)
{
    if (high >> 61 != 1) /* 2000::/3 is all that was ever given out */
        return false;
    for (size_t i = 0; i < COUNT(special6); i++) {
        if ((high ^ special6[i].network) >> (64 - special6[i].bits) == 0)
            return false;
    }
    return true;
}

bool guard_is_global(const struct sockaddr *address)
{
    struct address a;
    uint32_t low;
    uint64_t high = 0;

    if (!from_sockaddr(address, &a))
        return false;
    if (memcmp(a.bytes, mapped_prefix, 12) == 0 || memcmp(a.bytes, nat64_prefix, 12) == 0) {
        memcpy(&low, a.bytes + 12, 4);
        return is_global_v4(ntohl(low));
    }
    for (size_t i = 0; i < 8; i++)
        high = high << 8 | a.bytes[i];
    return is_global_v6(high);
}

/* One line of the allow list, taken apart. */
struct entry {
    struct str name; /* or no value: then the block counts */
    struct address block;
    int bits;
    int port; /* 0: every port */
};

static bool parse_port(struct str s, int *out)
{
    int64_t port;

    if (!str_to_i64(s, 1, 65535, &port))
        return false;
    *out = (int)port;
    return true;
}

/* "10.1.0.0/16", "fd00::/8", or one address. False also when bits behind the prefix are set. */
static bool parse_block(struct str s, struct entry *out)
{
    struct str text, bits_text;
    bool has_bits = str_cut(s, '/', &text, &bits_text);
    char buffer[INET6_ADDRSTRLEN];
    uint8_t v4[4];
    int64_t bits = 128;

    if (text.len == 0 || text.len >= sizeof(buffer))
        return false;
    memcpy(buffer, text.ptr, text.len);
    buffer[text.len] = '\0';
    if (strlen(buffer) != text.len)
        return false;
    if (inet_pton(AF_INET, buffer, v4) == 1) {
        out->block = from_v4(v4);
        if (has_bits && !str_to_i64(bits_text, 0, 32, &bits))
            return false;
        bits += has_bits ? 96 : 0;
    } else {
        if (inet_pton(AF_INET6, buffer, out->block.bytes) != 1)
            return false;
        if (has_bits && !str_to_i64(bits_text, 0, 128, &bits))
            return false;
    }
    for (int i = (int)bits; i < 128; i++) {
        if (out->block.bytes[i / 8] >> (7 - i % 8) & 1)
            return false;
    }
    out->bits = (int)bits;
    return true;
}

/* A host name; its last label must not look like a number, or it would be an address misspelt. */
static bool is_name(struct str s)
{
    bool label_is_number = true;

    if (s.len == 0 || s.len > 253)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        bool digit = c >= '0' && c <= '9';
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

        if (!digit && !letter && c != '-' && c != '_' && c != '.')
            return false;
        if (c == '.')
            label_is_number = true;
        else if (!digit)
            label_is_number = false;
    }
    return !label_is_number;
}

static bool parse_entry(struct str s, struct entry *out)
{
    size_t colon = str_find_char(s, ':', 0);
    size_t close = str_find_char(s, ']', 0);
    struct str host = s;

    *out = (struct entry){ .port = 0 };
    if (str_starts(s, STR("["))) {
        struct str port = str_slice(s, close + 1, s.len);

        return close < s.len && parse_block(str_slice(s, 1, close), out) &&
               (port.len == 0 ||
                (port.ptr[0] == ':' && parse_port(str_slice(port, 1, port.len), &out->port)));
    }
    if (colon < s.len && str_find_char(s, ':', colon + 1) < s.len) /* IPv6 without brackets */
        return parse_block(s, out);
    if (colon < s.len) {
        host = str_slice(s, 0, colon);
        if (!parse_port(str_slice(s, colon + 1, s.len), &out->port))
            return false;
    }
    if (parse_block(host, out))
        return true;
    out->name = host;
    return is_name(host);
}

bool guard_check_entries(const struct guard *g, struct err *e)
{
    struct entry entry;

    for (size_t i = 0; i < g->allow.count; i++) {
        struct str s = g->allow.items[i];

        if (!parse_entry(s, &entry))
            return err_set(e, ERR_INVALID,
                           "'" STR_FMT "' is not an address, a network or a host with a port",
                           STR_ARG(s));
    }
    return true;
}

static bool in_block(const struct address *a, const struct entry *entry)
{
    for (int i = 0; i < entry->bits; i++) {
        if (((a->bytes[i / 8] ^ entry->block.bytes[i / 8]) >> (7 - i % 8) & 1) != 0)
            return false;
    }
    return true;
}

static bool is_allowed(const struct guard *g, struct str host, int port, const struct address *a)
{
    struct entry entry;

    for (size_t i = 0; i < g->allow.count; i++) {
        if (!parse_entry(g->allow.items[i], &entry) || (entry.port != 0 && entry.port != port))
            continue;
        if (str_is_null(entry.name) ? in_block(a, &entry) : str_eq_nocase(entry.name, host))
            return true;
    }
    return false;
}

bool guard_permits(const struct guard *g, struct str host, int port, const struct sockaddr *address,
                   struct err *e)
{
    struct address a;

    if (from_sockaddr(address, &a) &&
        (guard_is_global(address) || (g != NULL && is_allowed(g, host, port, &a))))
        return true;
    /* Not which address it was: that would map the private network for whoever asked. */
    return err_set(e, ERR_FORBIDDEN, "'" STR_FMT "' is not in the public internet", STR_ARG(host));
}
