/* Whom limits count as one. */
#include "check.h"

#include "net/peer_network.h"
#include "net/server_peers.h"

static void addresses_of_one_line_are_one(void **state)
{
    static const struct {
        const char *address, *network;
    } cases[] = {
        { "192.0.2.7", "192.0.2.7" },
        { "2001:db8:1:2::7", "2001:db8:1:2::" },
        { "2001:DB8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::" },
        { "2001:db8:1:3::7", "2001:db8:1:3::" },
        { "::ffff:192.0.2.7", "192.0.2.7" },
        { "::FFFF:c000:0207", "192.0.2.7" },
        { "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255", "ffff:ffff:ffff:ffff::" },
        { "", "" },
        { "no address, and longer than any that there is, as it happens",
          "no address, and longer than any that there is, " },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        char network[PEER_NETWORK_BYTES];

        peer_network(str_from(cases[i].address), network);
        CHECK_STR(str_from(network), str_from(cases[i].network));
    }
}

static void a_line_has_its_share_of_connections_whatever_address_it_takes(void **state)
{
    struct peers *peers = peers_create(2);

    UNUSED(state);
    for (int round = 0; round < 2; round++) {
        CHECK(peers_add(peers, STR("2001:db8:1:2::7")));
        CHECK(peers_add(peers, STR("2001:db8:1:2::8")));
        CHECK(!peers_add(peers, STR("2001:db8:1:2::9")));
        CHECK(peers_add(peers, STR("2001:db8:1:3::9")));
        peers_remove(peers, STR("2001:db8:1:3::9"));
        peers_remove(peers, STR("2001:db8:1:2::8"));
        peers_remove(peers, STR("2001:db8:1:2::7"));
    }
    peers_destroy(peers);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(addresses_of_one_line_are_one),
        TEST(a_line_has_its_share_of_connections_whatever_address_it_takes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
