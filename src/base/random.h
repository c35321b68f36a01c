/* Randomness from the system, and ids that sort by time. */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include "base/arena.h"

void random_bytes(void *out, size_t bytes);
uint64_t random_u64(void);
int64_t random_below(int64_t bound); /* 0 <= result < bound, bound > 0 */

/* Tests: a repeatable sequence until seed 0 gives the system's back. */
void random_set_seed(uint64_t seed);

enum { UUID_LEN = 36 };

/* UUIDv7, lower-case text; ids of one process are in strictly rising order. */
struct str uuid_new(struct arena *a);
void uuid_write(char out[UUID_LEN + 1]);
bool uuid_is_valid(struct str s);
/* When it was made; of a valid one. */
int64_t uuid_time_ms(struct str s);
/* Not above any that is made at that time or later, and above all that are made before. */
struct str uuid_first_at(struct arena *a, int64_t ms);
/* Behind every id, also where a database sorts by a language: signs, digits, letters. */
#define UUID_END STR("z")

#endif
