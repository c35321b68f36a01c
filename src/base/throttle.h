/* Rates per key: a bucket that fills with time and is emptied by use. In memory, for one process.
 */
#ifndef BASE_THROTTLE_H
#define BASE_THROTTLE_H

#include "base/str.h"

struct throttle;

/*
 * At most `burst` at once and per_minute in the long run, for each key. Remembers max_keys keys;
 * when they run out, the one unused for longest is forgotten (its bucket was nearly full again).
 * per_minute 0: everything passes.
 */
struct throttle *throttle_create(int64_t per_minute, int64_t burst, size_t max_keys);
void throttle_destroy(struct throttle *t);

/* Takes one. False: too many; *out_retry_ms says when one will be there. Any thread. */
bool throttle_take(struct throttle *t, struct str key, int64_t *out_retry_ms);

#endif
