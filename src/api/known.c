/* Identities seen lately, so that a read need not ask the database who is asking. */
#include "api/known.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/random.h"
#include "base/thread.h"

enum { PLACES = 512 };

/* The secret itself is not kept: its tag has 128 bits under a key that nobody else knows. */
struct place {
    struct tag tag;
    int64_t turn; /* in which it was added; 0: empty */
    struct identity who;
    struct arena arena; /* of who's strings */
};

struct known {
    uint8_t key[TAG_KEY_BYTES];
    struct lock lock;            /* guards what follows */
    int64_t turn;                /* counts known_forget: what is older is void */
    struct place places[PLACES]; /* by tag; who comes to a taken place replaces what was there */
};

struct known *known_create(void)
{
    struct known *k = mem_alloc(sizeof(*k));

    random_bytes(k->key, sizeof(k->key));
    lock_init(&k->lock);
    k->turn = 1;
    return k;
}

void known_destroy(struct known *k)
{
    if (k == NULL)
        return;
    for (size_t i = 0; i < PLACES; i++)
        arena_deinit(&k->places[i].arena);
    lock_deinit(&k->lock);
    free(k);
}

static struct place *place_of(struct known *k, struct tag tag)
{
    return &k->places[tag.words[0] % PLACES];
}

static bool is_same(struct tag a, struct tag b)
{
    return a.words[0] == b.words[0] && a.words[1] == b.words[1];
}

static struct identity copy(struct arena *a, const struct identity *who)
{
    struct identity mine = *who;

    mine.user.id = arena_str(a, who->user.id);
    mine.user.name = arena_str(a, who->user.name);
    mine.user.plan = arena_str(a, who->user.plan);
    mine.credential_id = arena_str(a, who->credential_id);
    return mine;
}

static bool is_fresh(const struct identity *who, int64_t now)
{
    return now - who->last_used_at <= TOUCH_EVERY_MS &&
           (who->expires_at == 0 || who->expires_at > now);
}

bool known_find(struct known *k, struct arena *a, struct str secret, struct identity *out,
                int64_t *out_turn)
{
    struct tag tag = tag_of(k->key, secret);
    const struct place *p = place_of(k, tag);
    int64_t now = clock_now_ms();
    LOCKED(&k->lock);

    *out_turn = k->turn;
    if (p->turn != k->turn || !is_same(p->tag, tag) || !is_fresh(&p->who, now))
        return false;
    *out = copy(a, &p->who);
    return true;
}

void known_add(struct known *k, struct str secret, const struct identity *who, int64_t turn)
{
    struct tag tag = tag_of(k->key, secret);
    struct place *p = place_of(k, tag);
    LOCKED(&k->lock);

    if (turn != k->turn)
        return;
    arena_deinit(&p->arena);
    *p = (struct place){ .tag = tag, .turn = turn };
    p->who = copy(&p->arena, who);
}

void known_drop(struct known *k, struct str secret)
{
    struct tag tag = tag_of(k->key, secret);
    struct place *p = place_of(k, tag);
    LOCKED(&k->lock);

    if (is_same(p->tag, tag))
        p->turn = 0;
}

void known_forget(struct known *k)
{
    LOCKED(&k->lock);

    k->turn++;
}
