/* What this process remembers of the database. */
#include "db/recall.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/random.h"
#include "db/db_ops.h"

enum { PLACES = 4096, FRESH_MS = 60 * 1000 };

/* The name itself is not kept: its tag has 128 bits under a key that nobody else knows. */
struct place {
    struct tag tag;
    struct db_fact fact;
    int64_t known_ms; /* steady: since when; 0: empty */
};

struct db_facts {
    uint8_t key[TAG_KEY_BYTES];
    struct lock lock;            /* guards what follows */
    struct place places[PLACES]; /* by tag; who comes to a taken place replaces what was there */
};

struct db_facts *db_facts_create(void)
{
    struct db_facts *f = mem_alloc(sizeof(*f));

    random_bytes(f->key, sizeof(f->key));
    lock_init(&f->lock);
    return f;
}

void db_facts_destroy(struct db_facts *facts)
{
    if (facts != NULL)
        lock_deinit(&facts->lock);
    free(facts);
}

bool db_recall(const struct db_tx *tx, struct str name, struct db_fact *out)
{
    struct db_facts *f = tx->db->facts;

    if (tx->group != NULL)
        return false;
    struct tag tag = tag_of(f->key, name);
    const struct place *p = &f->places[tag.words[0] % PLACES];
    int64_t now_ms = clock_steady_ms();
    LOCKED(&f->lock);
    if (p->known_ms == 0 || now_ms - p->known_ms > FRESH_MS || p->tag.words[0] != tag.words[0] ||
        p->tag.words[1] != tag.words[1])
        return false;
    *out = p->fact;
    return true;
}

void db_remember(const struct db_tx *tx, struct str name, struct db_fact fact)
{
    struct db_facts *f = tx->db->facts;

    if (tx->group != NULL)
        return;
    struct tag tag = tag_of(f->key, name);
    int64_t now_ms = clock_steady_ms();
    LOCKED(&f->lock);
    f->places[tag.words[0] % PLACES] = (struct place){ tag, fact, now_ms };
}
