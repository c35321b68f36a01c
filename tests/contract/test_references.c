/*
 * References: whose pictures they may be, and what is fetched of whom, on both databases. This
 * program has its own connect, which libcurl finds before libc's: what looks like the public
 * internet is the server of this test.
 */
#include "generate_world.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/crypto.h"
#include "net/guard.h"
#include "upstream.h"

#define JPEG     "\xff\xd8\xff a picture as far as its first bytes tell"
#define PNG      "\x89PNG\r\n\x1a\n and so on"
#define ANYWHERE "http://8.8.8.8"

static const struct upstream_page pages[] = {
    { "/jpeg", "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" JPEG, THEN_CLOSE, NULL },
    { "/page", "HTTP/1.1 200 OK\r\n\r\n<html>", THEN_CLOSE, NULL },
    { "/gone", "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", THEN_CLOSE, NULL },
    { "/inside", "HTTP/1.1 302 Found\r\n", THEN_LOCATION, NULL },
    { "/large", "HTTP/1.1 200 OK\r\nContent-Length: 33554433\r\n\r\n", THEN_CLOSE, NULL },
    { NULL, NULL, THEN_CLOSE, NULL },
};

static struct upstream server;

/* The odd type is how glibc declares it for C with extensions, with reserved parameter names. */
/* NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name) */
int connect(int fd, __CONST_SOCKADDR_ARG to, socklen_t len)
{
    const struct sockaddr *address = to.__sockaddr__;
    struct sockaddr_in here = { .sin_family = AF_INET,
                                .sin_port = htons((uint16_t)server.port),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };

    if (!guard_is_global(address))
        return (int)syscall(SYS_connect, fd, address, len);
    return (int)syscall(SYS_connect, fd, &here, sizeof(here));
}

static int setup(void **state)
{
    int failed = generate_setup(state);

    upstream_start(&server, pages, "127.0.0.1");
    upstream_lead_to(&server, STR("http://127.0.0.1/"));
    open_backends("mock:\n  type: mock\n");
    return failed;
}

static int teardown(void **state)
{
    int failed = generate_teardown(state);

    upstream_stop(&server);
    return failed;
}

static struct generate_request request_with(struct generate_reference *references, size_t count)
{
    return (struct generate_request){ .prompt = STR("a cat"),
                                      .seed = { true, 1 },
                                      .references = { references, count } };
}

static struct job order_with(struct generate_reference reference)
{
    struct generate_request request = request_with(&reference, 1);

    return order_picture("mock", &request);
}

static struct image picture_of(struct job job)
{
    struct field_list images = images_of(wait_for_end(job, JOB_COMPLETED));

    CHECK_I64(images.count, 1);
    return *(const struct image *)images.items;
}

static bool holds(struct str text, struct str part)
{
    return str_find(text, part) < text.len;
}

static void a_reference_makes_another_picture_and_stands_in_its_recipe(void **state)
{
    struct image own = add_image(ada, "library/own.png", 64, 64), plain, with;

    UNUSED(state);
    put_blob("library/own.png", STR(PNG));
    start_worker();
    plain = picture_of(order_prompt("mock", "a cat"));
    with = picture_of(order_with((struct generate_reference){ own.id, { 0 }, STR("subject") }));
    CHECK(!str_eq(plain.sha256, with.sha256));
    CHECK(holds(plain.recipe, STR("\"references\":[],\"ignored\"")));
    CHECK(holds(with.recipe,
                arena_strf(&memory,
                           "\"references\":[{\"image\":\"" STR_FMT "\",\"role\":\"subject\","
                           "\"sha256\":\"" STR_FMT "\"}],\"ignored\":[]",
                           STR_ARG(own.id), STR_ARG(sha256_hex(&memory, STR(PNG))))));
}

static void an_address_is_fetched_when_the_job_runs(void **state)
{
    struct image made;

    UNUSED(state);
    start_worker();
    made = picture_of(order_with((struct generate_reference){ .url = STR(ANYWHERE "/jpeg") }));
    CHECK_I64(upstream_count(&server, &server.requests), 1);
    CHECK(
        holds(made.recipe,
              arena_strf(&memory, "{\"url\":\"%s/jpeg\",\"role\":null,\"sha256\":\"" STR_FMT "\"}",
                         ANYWHERE, STR_ARG(sha256_hex(&memory, STR(JPEG))))));
}

static void what_cannot_be_gone_by_ends_the_job_with_its_number(void **state)
{
    struct image lost = add_image(ada, "library/lost.png", 64, 64),
                 gif = add_image(ada, "library/is.gif", 64, 64),
                 bobs = add_image(bob, "library/bobs.png", 64, 64);
    const struct {
        struct generate_reference reference;
        const char *code, *error;
    } cases[] = {
        { { .url = STR(ANYWHERE "/gone") },
          "invalid",
          "reference 1: its address answers HTTP 404" },
        { { .url = STR(ANYWHERE "/page") },
          "invalid",
          "reference 1: it is HTML: PNG, JPEG and WebP can be gone by" },
        { { .url = STR(ANYWHERE "/inside") },
          "forbidden",
          "reference 1: '127.0.0.1' is not in the public internet" },
        { { .url = STR("http://127.0.0.1/jpeg") },
          "forbidden",
          "reference 1: '127.0.0.1' is not in the public internet" },
        { { .url = STR(ANYWHERE "/large") }, "too_large", NULL },
        { { .image = gif.id },
          "invalid",
          "reference 1: it is GIF: PNG, JPEG and WebP can be gone by" },
        { { .image = lost.id }, "not_found", NULL },
        { { .image = bobs.id }, "not_found", "reference 1: no such image" },
    };
    struct job jobs[COUNT(cases)];

    UNUSED(state);
    put_blob("library/is.gif", STR("GIF89a and so on"));
    put_blob("library/bobs.png", STR(PNG));
    for (size_t i = 0; i < COUNT(cases); i++)
        jobs[i] = order_with(cases[i].reference);
    start_worker();
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct job done = wait_for_end(jobs[i], JOB_FAILED);

        CHECK_STR(done.error_code, str_from(cases[i].code));
        CHECK(str_starts(done.error, STR("reference 1: ")));
        CHECK(cases[i].error == NULL || str_eq(done.error, str_from(cases[i].error)));
        CHECK_I64(done.attempt, 1);
    }
    CHECK_I64(bought("mock"), 0);
}

static void what_is_bought_needs_its_references_no_more(void **state)
{
    struct generate_reference gone = { .url = STR(ANYWHERE "/gone") };
    struct generate_request request = request_with(&gone, 1);
    struct image made;
    struct job job;

    UNUSED(state);
    request.prompt = STR("a cat resume");
    job = order_picture("mock", &request);
    kill_worker_with(job, "{\"backend\":\"mock\",\"remote\":\"{\\\"id\\\":\\\"x\\\"}\","
                          "\"references\":[\"digest\"]}");
    start_worker();
    made = picture_of(job);
    CHECK_I64(upstream_count(&server, &server.requests), 0);
    CHECK_I64(bought("mock"), 0);
    CHECK(holds(made.recipe, STR("\"sha256\":\"digest\"")));
}

struct taking {
    struct order order;
};

static bool do_take(struct db_tx *tx, void *arg, struct err *e)
{
    struct taking *t = arg;

    return order_take_references(tx, &memory, &t->order, e);
}

/* What becomes of one reference as somebody has written it; the error's field is always its own. */
static bool take(struct generate_reference *reference, struct err *e)
{
    struct str hosts[] = { STR("studio.example.org"), STR("localhost:8001") };
    struct taking t = { .order = { .user_id = ada,
                                   .hosts = { hosts, COUNT(hosts) },
                                   .request = request_with(reference, 1) } };

    if (!db_read(place.db, do_take, &t, e)) {
        CHECK_TEXT(e->field, "references[0]");
        return false;
    }
    *reference = *(const struct generate_reference *)t.order.request.references.items;
    return true;
}

static void addresses_of_ones_own_pictures_become_these(void **state)
{
    struct image own = add_image(ada, "library/own.png", 64, 64);
    const char *const spellings[] = {
        "/media/library/own.png",
        "/media/library/own.png?w=256",
        "http://localhost:8001/media/library/own.png",
        "https://studio.example.org/media/library/own.png?expires=1&signature=x#there",
        "https://studio.example.org:8443/media/library/own.png",
        "https://STUDIO.example.org/media/library%2Fown.png",
        own.id.ptr,
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(spellings); i++) {
        struct generate_reference as_image = { .image = str_from(spellings[i]), .role = STR("r") };
        struct generate_reference as_url = { .url = str_from(spellings[i]) };
        struct err e = { 0 };

        CHECK_OK(take(&as_image, &e));
        CHECK_STR(as_image.image, own.id);
        CHECK(str_is_null(as_image.url));
        CHECK_STR(as_image.role, STR("r"));
        if (spellings[i] != own.id.ptr) {
            CHECK_OK(take(&as_url, &e));
            CHECK_STR(as_url.image, own.id);
        }
    }
}

static void strange_references_are_refused_when_they_are_written(void **state)
{
    struct image bobs = add_image(bob, "library/bobs.png", 64, 64),
                 unseen = add_image(ada, "library/unseen.gif", 0, 0);
    const struct {
        struct generate_reference reference;
        const char *message;
    } cases[] = {
        { { .role = STR("x") }, "'references[0]' needs 'image' or 'url', and not both" },
        { { .image = STR("a"), .url = STR("b") },
          "'references[0]' needs 'image' or 'url', and not both" },
        { { .image = bobs.id }, "'references[0]' is no picture of yours" },
        { { .image = STR("01900000-0000-7000-8000-000000000000") },
          "'references[0]' is no picture of yours" },
        { { .image = STR("/media/library/bobs.png") }, "'references[0]' is no picture of yours" },
        { { .image = STR("/media/") }, "'references[0]' is no picture of yours" },
        { { .image = STR("/media/%00") }, "'references[0]' is no picture of yours" },
        { { .image = STR("/media/%ff") }, "'references[0]' is no picture of yours" },
        { { .image = unseen.id },
          "'references[0]' cannot be looked into: PNG, JPEG and WebP can be gone by" },
        { { .image = STR("my picture") },
          "'references[0]' is neither the id of a picture nor an http(s) address" },
        { { .url = STR("file:///etc/passwd") },
          "'references[0]' is neither the id of a picture nor an http(s) address" },
        { { .url = STR("/etc/passwd") },
          "'references[0]' is neither the id of a picture nor an http(s) address" },
        { { .url = STR("http://user:word@example.org/a.png") },
          "'references[0]' cannot be fetched: a URL must not hold a user name or a password" },
        { { .url = STR("http://") }, NULL },
        { { .url = STR("http://127.0.0.1/a.png") },
          "'references[0]' cannot be fetched: '127.0.0.1' is not in the public internet" },
        { { .url = STR("http://2130706433/a.png") }, NULL },
        { { .url = STR("http://0x7f.1/a.png") }, NULL },
        { { .url = STR("http://[::1]/a.png") }, NULL },
        { { .url = STR("http://[::ffff:10.0.0.1]/a.png") }, NULL },
        { { .url = STR("http://localhost/a.png") },
          "'references[0]' cannot be fetched: 'localhost' is not in the public internet" },
        { { .url = STR("http://x.LOCALHOST./a.png") }, NULL },
        { { .url = STR("http://169.254.169.254/latest/meta-data") }, NULL },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct generate_reference reference = cases[i].reference;
        struct err e = { 0 };

        CHECK_FAILS(take(&reference, &e), ERR_INVALID, cases[i].message);
    }
    CHECK_I64(upstream_count(&server, &server.connections), 0);
}

#define REFERENCES_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        REFERENCES_TEST(a_reference_makes_another_picture_and_stands_in_its_recipe),
        REFERENCES_TEST(an_address_is_fetched_when_the_job_runs),
        REFERENCES_TEST(what_cannot_be_gone_by_ends_the_job_with_its_number),
        REFERENCES_TEST(what_is_bought_needs_its_references_no_more),
        REFERENCES_TEST(addresses_of_ones_own_pictures_become_these),
        REFERENCES_TEST(strange_references_are_refused_when_they_are_written),
    };

    return place_main(argc, argv, tests, COUNT(tests));
}
