/* Hashes, MACs, password hashes and sealed secrets. The only file that knows libsodium. */
#ifndef BASE_CRYPTO_H
#define BASE_CRYPTO_H

#include "base/arena.h"
#include "base/err.h"

enum { SHA256_BYTES = 32, SHA256_HEX = 64, SEAL_KEY_BYTES = 32, TAG_KEY_BYTES = 16 };

/* Call once, before threads start. */
MUST_CHECK bool crypto_init(struct err *e);

void sha256(struct str data, uint8_t out[SHA256_BYTES]);
struct str sha256_hex(struct arena *a, struct str data);
void hmac_sha256(struct str key, struct str data, uint8_t out[SHA256_BYTES]);

/* For data that comes in pieces. */
struct sha256_stream {
    _Alignas(8) uint8_t opaque[128];
};
void sha256_begin(struct sha256_stream *s);
void sha256_add(struct sha256_stream *s, struct str data);
void sha256_end(struct sha256_stream *s, uint8_t out[SHA256_BYTES]);

/* A short keyed hash for tables in memory: who lacks the key can neither foresee nor reverse it. */
struct tag {
    uint64_t words[2];
};
struct tag tag_of(const uint8_t key[TAG_KEY_BYTES], struct str data);

/* argon2id in its own text form; slow on purpose (tens of milliseconds, 64 MiB): never on a loop
 * thread. */
MUST_CHECK bool password_hash(struct arena *a, struct str password, struct str *out, struct err *e);
bool password_matches(struct str hash, struct str password);

/* A secret token: 32 random bytes as 43 characters of URL-safe base64 behind a prefix. */
struct str token_new(struct arena *a, const char *prefix);

/* Authenticated encryption for secrets at rest; what was sealed for one purpose opens for that
 * purpose only. */
struct str seal(struct arena *a, const uint8_t key[SEAL_KEY_BYTES], struct str purpose,
                struct str plain);
MUST_CHECK bool seal_open(struct arena *a, const uint8_t key[SEAL_KEY_BYTES], struct str purpose,
                          struct str sealed, struct str *out_plain, struct err *e);

#endif
