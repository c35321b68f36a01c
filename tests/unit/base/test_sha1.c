/* SHA-1 against the digests of its standard, and at every length around a block. */
#include "check.h"

#include "base/encode.h"
#include "base/sha1.h"

static struct str hex_of(struct arena *a, struct str text)
{
    uint8_t digest[SHA1_BYTES];

    sha1(text, digest);
    return hex_encode(a, str_of(digest, sizeof(digest)));
}

static void known_texts_have_known_digests(void **state)
{
    static const struct {
        const char *text, *digest;
    } cases[] = {
        { "", "da39a3ee5e6b4b0d3255bfef95601890afd80709" },
        { "abc", "a9993e364706816aba3e25717850c26c9cd0d89d" },
        { "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
          "84983e441c3bd26ebaae4aa1f95129e5e54670f1" },
        { "The quick brown fox jumps over the lazy dog",
          "2fd4e1c67a2d28fced849ee1bb76e7391b93eb12" },
    };
    AUTO_ARENA a = { 0 };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++)
        CHECK_STR(hex_of(&a, str_from(cases[i].text)), str_from(cases[i].digest));
}

/* The digests of all lengths from 0 to 200, one behind the other, have a digest themselves. */
static void every_length_around_a_block_counts(void **state)
{
    AUTO_ARENA a = { 0 };
    uint8_t digests[201 * SHA1_BYTES];
    char text[200];

    UNUSED(state);
    for (size_t i = 0; i < sizeof(text); i++)
        text[i] = (char)(i * 7);
    for (size_t len = 0; len <= sizeof(text); len++)
        sha1(str_of(text, len), digests + len * SHA1_BYTES);
    CHECK_STR(hex_of(&a, str_of(digests, sizeof(digests))),
              STR("df60a30b3e6a69f55cf09284e4e125194738c0de"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(known_texts_have_known_digests),
        TEST(every_length_around_a_block_counts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
