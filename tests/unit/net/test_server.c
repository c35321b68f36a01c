/* The server over real sockets: requests in and out, refusals, limits, peers that leave, draining.
 */
#include <sys/socket.h>
#include <unistd.h>

#include "net/site.h"

#define GET(path)  "GET " path " HTTP/1.1\r\nHost: a\r\n\r\n"
#define LAST(path) "GET " path " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"

static struct site site;
static struct buf got;

static int start_plain(void **state)
{
    UNUSED(state);
    buf_init(&got, 64 * MIB);
    site_start(&site, (struct server_options){ 0 });
    return 0;
}

static int stop(void **state)
{
    UNUSED(state);
    site_stop(&site);
    buf_deinit(&got);
    return 0;
}

static void a_request_is_answered_with_date_and_length(void **state)
{
    UNUSED(state);
    CHECK_I64(client_ask(&site, STR(LAST("/hello")), &got), 200);
    CHECK(str_starts(buf_str(&got), STR("HTTP/1.1 200 OK\r\nDate: ")));
    CHECK(str_ends(buf_str(&got),
                   STR(" GMT\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_request_is_answered_with_date_and_length, start_plain,
                                        stop),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
