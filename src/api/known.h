/* Identities seen lately, so that a read need not ask the database who is asking, or wait for its
 * answer. */
#ifndef API_KNOWN_H
#define API_KNOWN_H

#include "engine/credential.h"

struct known;

struct known *known_create(void);
void known_destroy(struct known *k); /* NULL is fine */

/*
 * Whose secret is this? False: ask the database, and hand *out_turn to known_add with what it says.
 * Neither expired ones are found nor those whose last use is due to be noted. Strings go to the
 * arena. Any thread.
 */
bool known_find(struct known *k, struct arena *a, struct str secret, struct identity *out,
                int64_t *out_turn);
/* Does nothing when known_forget was called since `turn`: what was read may be out of date. */
void known_add(struct known *k, struct str secret, const struct identity *who, int64_t turn);
/* What is known of this one is wrong. */
void known_drop(struct known *k, struct str secret);
/* Rights have changed: everybody is looked up again. Never blocks for long. Only called where this
 * process hears of changes first; elsewhere each find is confirmed, or serves for room alone. */
void known_forget(struct known *k);

#endif
