/* SHA-1 of a text in memory, as FIPS 180-4 has it. libsodium leaves it out, as it is broken. */
#include "base/sha1.h"

#include <string.h>

enum { BLOCK_BYTES = 64, LENGTH_BYTES = 8, ROUNDS = 80, WORDS = 5, BLOCK_WORDS = 16 };

static uint32_t rotate(uint32_t word, int bits)
{
    return word << bits | word >> (32 - bits);
}

static void expand(const uint8_t *block, uint32_t schedule[ROUNDS])
{
    for (int i = 0; i < BLOCK_WORDS; i++)
        schedule[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16 |
                      (uint32_t)block[4 * i + 2] << 8 | block[4 * i + 3];
    for (int i = BLOCK_WORDS; i < ROUNDS; i++)
        schedule[i] =
            rotate(schedule[i - 3] ^ schedule[i - 8] ^ schedule[i - 14] ^ schedule[i - 16], 1);
}

/* The mixing of three words that the round calls for, with its constant. */
static uint32_t mixed(int round, uint32_t b, uint32_t c, uint32_t d)
{
    if (round < 20)
        return ((b & c) | (~b & d)) + 0x5a827999;
    if (round < 40)
        return (b ^ c ^ d) + 0x6ed9eba1;
    if (round < 60)
        return ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
    return (b ^ c ^ d) + 0xca62c1d6;
}

static void add_block(uint32_t state[WORDS], const uint8_t *block)
{
    uint32_t schedule[ROUNDS], w[WORDS];

    expand(block, schedule);
    memcpy(w, state, sizeof(w));
    for (int i = 0; i < ROUNDS; i++) {
        uint32_t next = rotate(w[0], 5) + mixed(i, w[1], w[2], w[3]) + w[4] + schedule[i];

        w[4] = w[3];
        w[3] = w[2];
        w[2] = rotate(w[1], 30);
        w[1] = w[0];
        w[0] = next;
    }
    for (int i = 0; i < WORDS; i++)
        state[i] += w[i];
}

void sha1(struct str data, uint8_t out[SHA1_BYTES])
{
    uint32_t state[WORDS] = { 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0 };
    uint8_t tail[2 * BLOCK_BYTES] = { 0 };
    size_t rest = data.len % BLOCK_BYTES;
    size_t tail_bytes = rest < BLOCK_BYTES - LENGTH_BYTES ? BLOCK_BYTES : 2 * BLOCK_BYTES;

    for (size_t at = 0; at + BLOCK_BYTES <= data.len; at += BLOCK_BYTES)
        add_block(state, (const uint8_t *)data.ptr + at);
    if (rest > 0)
        memcpy(tail, data.ptr + data.len - rest, rest);
    tail[rest] = 0x80;
    for (size_t i = 0; i < LENGTH_BYTES; i++)
        tail[tail_bytes - 1 - i] = (uint8_t)((uint64_t)data.len * 8 >> (8 * i));
    for (size_t at = 0; at < tail_bytes; at += BLOCK_BYTES)
        add_block(state, tail + at);
    for (size_t i = 0; i < SHA1_BYTES; i++)
        out[i] = (uint8_t)(state[i / 4] >> (24 - 8 * (i % 4)));
}
