/* Hashes and MACs against published vectors; passwords, tokens and sealed secrets against forgery.
 */
#include "check.h"

#include "base/crypto.h"
#include "base/encode.h"
#include "base/random.h"

static struct arena arena;

static int setup(void **state)
{
    struct err e = { 0 };

    UNUSED(state);
    return crypto_init(&e) ? 0 : -1;
}

static int teardown(void **state)
{
    UNUSED(state);
    arena_deinit(&arena);
    return 0;
}

static void sha256_gives_the_vectors_of_fips_180(void **state)
{
    static const struct {
        const char *text, *hash;
    } cases[] = {
        { "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
        { "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
        { "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
          "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++)
        CHECK_STR(sha256_hex(&arena, str_from(cases[i].text)), str_from(cases[i].hash));
    CHECK_STR(sha256_hex(&arena, (struct str){ 0 }), str_from(cases[0].hash));
}

static void pieces_hash_as_the_whole(void **state)
{
    char data[1000];
    uint8_t whole[SHA256_BYTES], pieces[SHA256_BYTES];

    UNUSED(state);
    random_set_seed(8);
    random_bytes(data, sizeof(data));
    sha256(str_of(data, sizeof(data)), whole);
    for (int round = 0; round < 50; round++) {
        struct sha256_stream s;
        size_t at = 0;

        sha256_begin(&s);
        while (at < sizeof(data)) {
            size_t some = (size_t)random_below(200);

            some = MIN(some, sizeof(data) - at);
            sha256_add(&s, str_of(data + at, some));
            at += some;
        }
        sha256_end(&s, pieces);
        CHECK(memcmp(whole, pieces, sizeof(whole)) == 0);
    }
    random_set_seed(0);
}

static void hmac_gives_the_vectors_of_rfc_4231(void **state)
{
    char long_key[131];
    uint8_t mac[SHA256_BYTES];

    UNUSED(state);
    hmac_sha256(STR("Jefe"), STR("what do ya want for nothing?"), mac);
    CHECK_STR(hex_encode(&arena, str_of(mac, sizeof(mac))),
              STR("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"));
    memset(long_key, 0xAA, sizeof(long_key));
    hmac_sha256(str_of(long_key, sizeof(long_key)),
                STR("Test Using Larger Than Block-Size Key - Hash Key First"), mac);
    CHECK_STR(hex_encode(&arena, str_of(mac, sizeof(mac))),
              STR("60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"));
}

static void a_password_matches_its_hash_alone(void **state)
{
    struct str hash, other;
    struct err e = { 0 };

    UNUSED(state);
    CHECK_OK(password_hash(&arena, STR("correct horse"), &hash, &e));
    CHECK_OK(password_hash(&arena, STR("correct horse"), &other, &e));
    CHECK(str_starts(hash, STR("$argon2id$")));
    CHECK(!str_eq(hash, other));
    CHECK(password_matches(hash, STR("correct horse")) &&
          password_matches(other, STR("correct horse")));
    CHECK(!password_matches(hash, STR("correct horsE")) && !password_matches(hash, STR("")));
    CHECK(!password_matches(hash, STR("correct horse\0")));
    CHECK(!password_matches(str_slice(hash, 0, hash.len - 1), STR("correct horse")));
    CHECK(!password_matches((struct str){ 0 }, STR("")) &&
          !password_matches(STR("$argon2id$"), STR("")));
    CHECK(!password_matches(arena_strf(&arena, "%500d", 1), STR("")));
    CHECK_OK(password_hash(&arena, (struct str){ 0 }, &hash, &e));
    CHECK(password_matches(hash, STR("")) && !password_matches(hash, STR("x")));
}

static void tokens_are_long_and_never_the_same(void **state)
{
    struct str token = token_new(&arena, "alb_"), secret;

    UNUSED(state);
    CHECK_I64(token.len, 4 + 43);
    CHECK(str_starts(token, STR("alb_")));
    CHECK(base64_decode(&arena, str_slice(token, 4, token.len), &secret));
    CHECK_I64(secret.len, 32);
    CHECK(!str_eq(token, token_new(&arena, "alb_")));
}

static void what_is_sealed_opens_with_its_key_for_its_purpose(void **state)
{
    static const uint8_t key[SEAL_KEY_BYTES] = { 1, 2, 3 }, other_key[SEAL_KEY_BYTES] = { 1, 2, 4 };
    struct str sealed = seal(&arena, key, STR("backend"), STR("r8_secret")), plain = STR("kept");
    struct err e = { 0 };

    UNUSED(state);
    CHECK(str_find(sealed, STR("r8_secret")) == sealed.len);
    CHECK(!str_eq(sealed, seal(&arena, key, STR("backend"), STR("r8_secret"))));
    CHECK_OK(seal_open(&arena, key, STR("backend"), sealed, &plain, &e));
    CHECK_STR(plain, STR("r8_secret"));
    plain = STR("kept");
    CHECK_FAILS(seal_open(&arena, other_key, STR("backend"), sealed, &plain, &e), ERR_INVALID,
                NULL);
    CHECK_FAILS(seal_open(&arena, key, STR("cursor"), sealed, &plain, &e), ERR_INVALID, NULL);
    CHECK_STR(plain, STR("kept"));
    sealed = seal(&arena, key, STR(""), STR(""));
    CHECK_OK(seal_open(&arena, key, (struct str){ 0 }, sealed, &plain, &e));
    CHECK_I64(plain.len, 0);
}

/* Every bit counts, and every byte that is missing. */
static void a_sealed_secret_that_was_touched_does_not_open(void **state)
{
    static const uint8_t key[SEAL_KEY_BYTES] = { 9 };
    struct str sealed = seal(&arena, key, STR("p"), STR("secret")), raw, plain = STR("kept");
    struct err e = { 0 };
    char *bytes;

    UNUSED(state);
    CHECK(base64_decode(&arena, sealed, &raw));
    bytes = arena_cstr(&arena, raw);
    for (size_t bit = 0; bit < raw.len * 8; bit++) {
        bytes[bit / 8] = (char)(bytes[bit / 8] ^ (1 << bit % 8));
        CHECK_FAILS(seal_open(&arena, key, STR("p"),
                              base64url_encode(&arena, str_of(bytes, raw.len)), &plain, &e),
                    ERR_INVALID, NULL);
        bytes[bit / 8] = (char)(bytes[bit / 8] ^ (1 << bit % 8));
    }
    for (size_t len = 0; len < sealed.len; len++)
        CHECK_FAILS(seal_open(&arena, key, STR("p"), str_slice(sealed, 0, len), &plain, &e),
                    ERR_INVALID, NULL);
    CHECK_FAILS(seal_open(&arena, key, STR("p"), STR("not base64!"), &plain, &e), ERR_INVALID,
                "this is not a sealed secret");
    CHECK_STR(plain, STR("kept"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(sha256_gives_the_vectors_of_fips_180),
        TEST(pieces_hash_as_the_whole),
        TEST(hmac_gives_the_vectors_of_rfc_4231),
        TEST(a_password_matches_its_hash_alone),
        TEST(tokens_are_long_and_never_the_same),
        TEST(what_is_sealed_opens_with_its_key_for_its_purpose),
        TEST(a_sealed_secret_that_was_touched_does_not_open),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
