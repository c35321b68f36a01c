/* Signed addresses: good for what they were made for, as long as they were made for, and nothing
 * else. */
#include "check.h"

#include "base/clock.h"
#include "base/crypto.h"
#include "engine/media_link.h"

enum { NOW_S = 1800000000, EXPIRES_S = NOW_S + 60 };

static struct arena arena;
static const struct media_signer signer = { { "0123456789abcdef0123456789abcdef", 32 },
                                            { "https://pictures.example.org", 28 } };
static const struct image picture = { .user_id = { "ada", 3 }, .key = { "library/ada/1.png", 17 } };

static int set_up(void **state)
{
    struct err e = { 0 };

    UNUSED(state);
    CHECK_OK(crypto_init(&e));
    clock_set_virtual((int64_t)NOW_S * 1000);
    return 0;
}

static int tear_down(void **state)
{
    UNUSED(state);
    clock_set_virtual(-1);
    arena_deinit(&arena);
    return 0;
}

static struct str signature_in(struct str url)
{
    size_t at = str_find(url, STR("signature="));

    CHECK(at < url.len);
    return str_slice(url, at + 10, url.len);
}

static struct str signature(int64_t width)
{
    return signature_in(media_link(&arena, &signer, &picture, width, EXPIRES_S));
}

static void a_link_says_where_what_and_until_when(void **state)
{
    struct str whole = media_link(&arena, &signer, &picture, 0, EXPIRES_S);
    struct str small = media_link(&arena, &signer, &picture, 256, EXPIRES_S);

    UNUSED(state);
    CHECK_STR(str_slice(whole, 0, whole.len - 43),
              STR("https://pictures.example.org/media/library/ada/1.png?expires=1800000060"
                  "&signature="));
    CHECK_STR(str_slice(small, 0, small.len - 43),
              STR("https://pictures.example.org/media/library/ada/1.png?w=256"
                  "&expires=1800000060&signature="));
}

static void it_holds_as_long_as_it_was_made_for(void **state)
{
    struct err e = { 0 };

    UNUSED(state);
    CHECK_OK(media_link_check(&signer, &picture, 0, EXPIRES_S, signature(0), &e));
    CHECK_OK(media_link_check(&signer, &picture, 256, EXPIRES_S, signature(256), &e));
    clock_set_virtual((int64_t)EXPIRES_S * 1000 - 1);
    CHECK_OK(media_link_check(&signer, &picture, 0, EXPIRES_S, signature(0), &e));
    clock_set_virtual((int64_t)EXPIRES_S * 1000);
    CHECK_FAILS(media_link_check(&signer, &picture, 0, EXPIRES_S, signature(0), &e), ERR_FORBIDDEN,
                "this link has expired: ask whoever gave it to you for another");
    CHECK_TEXT(e.field, "expires");
}

static void nothing_of_it_can_be_changed(void **state)
{
    static const struct media_signer other = { { "0123456789abcdef0123456789abcdeF", 32 },
                                               { "", 0 } };
    struct str good = signature(0);
    char *altered = arena_cstr(&arena, good);
    const struct {
        const struct media_signer *signer;
        struct image image;
        int64_t width, expires;
        struct str signature;
    } cases[] = {
        { &other, picture, 0, EXPIRES_S, good },
        { &signer, { .user_id = STR("bob"), .key = picture.key }, 0, EXPIRES_S, good },
        { &signer, { .user_id = picture.user_id, .key = STR("a/2.png") }, 0, EXPIRES_S, good },
        { &signer,
          { .user_id = STR("ada\nlibrary"), .key = STR("ada/1.png") },
          0,
          EXPIRES_S,
          good },
        { &signer, picture, 256, EXPIRES_S, good },
        { &signer, picture, 0, EXPIRES_S + 1, good },
        { &signer, picture, 0, 0, good },
        { &signer, picture, 0, EXPIRES_S, STR("") },
        { &signer, picture, 0, EXPIRES_S, { 0 } },
        { &signer, picture, 0, EXPIRES_S, str_slice(good, 0, 42) },
        { &signer, picture, 0, EXPIRES_S, str_from(altered) },
    };

    UNUSED(state);
    altered[0] = altered[0] == 'A' ? 'B' : 'A';
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct err e = { 0 };

        CHECK_FAILS(media_link_check(cases[i].signer, &cases[i].image, cases[i].width,
                                     cases[i].expires, cases[i].signature, &e),
                    ERR_FORBIDDEN,
                    "this link is not as it was made: ask whoever gave it to you for another");
        CHECK_TEXT(e.field, "signature");
    }
}

static void a_changed_link_that_has_expired_does_not_say_so(void **state)
{
    struct err e = { 0 };

    UNUSED(state);
    CHECK_FAILS(media_link_check(&signer, &picture, 0, NOW_S - 1, signature(0), &e), ERR_FORBIDDEN,
                "this link is not as it was made: ask whoever gave it to you for another");
}

#define LINK_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        LINK_TEST(a_link_says_where_what_and_until_when),
        LINK_TEST(it_holds_as_long_as_it_was_made_for),
        LINK_TEST(nothing_of_it_can_be_changed),
        LINK_TEST(a_changed_link_that_has_expired_does_not_say_so),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
