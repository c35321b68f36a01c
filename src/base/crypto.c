/* Hashes, MACs, password hashes and sealed secrets. The only file that knows libsodium. */
#include "base/crypto.h"

#include <assert.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/encode.h"
#include "base/random.h"

static_assert(sizeof(struct sha256_stream) >= sizeof(crypto_hash_sha256_state),
              "room for the state");
static_assert(SHA256_BYTES == crypto_hash_sha256_BYTES, "same hash");
static_assert(SEAL_KEY_BYTES == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "same key");

static_assert(TAG_KEY_BYTES == crypto_shorthash_siphashx24_KEYBYTES, "same key");
static_assert(sizeof(struct tag) == crypto_shorthash_siphashx24_BYTES, "same tag");

static const unsigned char *bytes_of(struct str s)
{
    return (const unsigned char *)s.ptr;
}

/* libsodium wants a pointer, also to no characters. */
static const char *chars_of(struct str s)
{
    return s.ptr != NULL ? s.ptr : "";
}

bool crypto_init(struct err *e)
{
    if (sodium_init() < 0)
        return err_set(e, ERR_INTERNAL, "libsodium cannot start");
    return true;
}

void sha256(struct str data, uint8_t out[SHA256_BYTES])
{
    crypto_hash_sha256(out, bytes_of(data), data.len);
}

struct str sha256_hex(struct arena *a, struct str data)
{
    uint8_t hash[SHA256_BYTES];

    sha256(data, hash);
    return hex_encode(a, str_of(hash, sizeof(hash)));
}

struct tag tag_of(const uint8_t key[TAG_KEY_BYTES], struct str data)
{
    struct tag tag;

    crypto_shorthash_siphashx24((unsigned char *)&tag, bytes_of(data), data.len, key);
    return tag;
}

void sha256_begin(struct sha256_stream *s)
{
    crypto_hash_sha256_init((void *)s->opaque);
}

void sha256_add(struct sha256_stream *s, struct str data)
{
    crypto_hash_sha256_update((void *)s->opaque, bytes_of(data), data.len);
}

void sha256_end(struct sha256_stream *s, uint8_t out[SHA256_BYTES])
{
    crypto_hash_sha256_final((void *)s->opaque, out);
}

void hmac_sha256(struct str key, struct str data, uint8_t out[SHA256_BYTES])
{
    crypto_auth_hmacsha256_state state;

    crypto_auth_hmacsha256_init(&state, bytes_of(key), key.len);
    crypto_auth_hmacsha256_update(&state, bytes_of(data), data.len);
    crypto_auth_hmacsha256_final(&state, out);
    sodium_memzero(&state, sizeof(state));
}

bool password_hash(struct arena *a, struct str password, struct str *out, struct err *e)
{
    char *text = arena_alloc(a, crypto_pwhash_STRBYTES);

    if (crypto_pwhash_str_alg(text, chars_of(password), password.len,
                              crypto_pwhash_OPSLIMIT_INTERACTIVE,
                              crypto_pwhash_MEMLIMIT_INTERACTIVE, crypto_pwhash_ALG_ARGON2ID13) < 0)
        return err_set(e, ERR_UNAVAILABLE, "not enough memory to hash a password");
    *out = str_from(text);
    return true;
}

bool password_matches(struct str hash, struct str password)
{
    char text[crypto_pwhash_STRBYTES] = { 0 };

    if (hash.len == 0 || hash.len >= sizeof(text))
        return false;
    memcpy(text, hash.ptr, hash.len);
    return crypto_pwhash_str_verify(text, chars_of(password), password.len) == 0;
}

struct str token_new(struct arena *a, const char *prefix)
{
    char secret[32];

    random_bytes(secret, sizeof(secret));
    return arena_strf(a, "%s" STR_FMT, prefix,
                      STR_ARG(base64url_encode(a, str_of(secret, sizeof(secret)))));
}

enum {
    NONCE_BYTES = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    TAG_BYTES = crypto_aead_xchacha20poly1305_ietf_ABYTES,
};

struct str seal(struct arena *a, const uint8_t key[SEAL_KEY_BYTES], struct str purpose,
                struct str plain)
{
    size_t bytes = NONCE_BYTES + plain.len + TAG_BYTES;
    unsigned char *sealed = arena_alloc(a, bytes);
    int failed;

    random_bytes(sealed, NONCE_BYTES);
    failed = crypto_aead_xchacha20poly1305_ietf_encrypt(sealed + NONCE_BYTES, NULL, bytes_of(plain),
                                                        plain.len, bytes_of(purpose), purpose.len,
                                                        NULL, sealed, key);
    assert(failed == 0);
    UNUSED(failed);
    return base64url_encode(a, str_of(sealed, bytes));
}

bool seal_open(struct arena *a, const uint8_t key[SEAL_KEY_BYTES], struct str purpose,
               struct str sealed, struct str *out_plain, struct err *e)
{
    struct str raw;
    unsigned char *plain;

    if (!base64_decode(a, sealed, &raw) || raw.len < (size_t)NONCE_BYTES + TAG_BYTES)
        return err_set(e, ERR_INVALID, "this is not a sealed secret");
    plain = arena_alloc(a, raw.len);
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(plain, NULL, NULL, bytes_of(raw) + NONCE_BYTES,
                                                   raw.len - NONCE_BYTES, bytes_of(purpose),
                                                   purpose.len, bytes_of(raw), key) < 0)
        return err_set(e, ERR_INVALID, "a sealed secret does not open with this server's key");
    *out_plain = str_of(plain, raw.len - NONCE_BYTES - TAG_BYTES);
    return true;
}
