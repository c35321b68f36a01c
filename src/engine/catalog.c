/* The catalog: what finds pictures by more than their id. */
#include "engine/catalog.h"

#include <assert.h>

#include "base/json.h"
#include "engine/catalog_words.h"

enum { EDGES_MAX = 16, HASH_DIGITS = 16, TEXT_BITS = 40 };

const struct field library_fields[] = {
    { FIELD(struct library_row, user_id) },   { FIELD(struct library_row, number) },
    { FIELD(struct library_row, last_text) }, { FIELD(struct library_row, newest_text) },
    { FIELD(struct library_row, wanted) },    { 0 },
};

/* What the queries take. */
struct catalog_row {
    struct str image_id, user_id, parent_id, role, words;
    struct str_list ids;
    int64_t library, band, number, limit, step;
};

static const struct field catalog_row_fields[] = {
    { FIELD(struct catalog_row, image_id) },  { FIELD(struct catalog_row, user_id) },
    { FIELD(struct catalog_row, parent_id) }, { FIELD(struct catalog_row, role) },
    { FIELD(struct catalog_row, words) },     { FIELD(struct catalog_row, ids) },
    { FIELD(struct catalog_row, library) },   { FIELD(struct catalog_row, band) },
    { FIELD(struct catalog_row, number) },    { FIELD(struct catalog_row, limit) },
    { FIELD(struct catalog_row, step) },      { 0 },
};

/* A mark whose id is known. */
struct known_mark {
    struct mark_wish wish;
    int64_t id;
};

/* One user's changes of a call. */
struct writing {
    struct db_tx *tx;
    struct arena *arena;
    const struct catalog_change *changes;
    size_t count;
    struct library_row library;
    struct known_mark *known; /* by chains of their hash, KNOWN_MAX at most */
    size_t known_count;
    struct mark_entry *added, *removed, *rerated;
    size_t added_count, removed_count, rerated_count;
    /* The texts of pictures that have none yet, and of the others. */
    struct catalog_row *fresh, *changed, *bands;
    size_t fresh_count, changed_count, band_count;
    int64_t last_number;
};

enum { KNOWN_MAX = 256 };

bool library_lock(struct db_tx *tx, struct str user_id, int64_t wanted, struct library_row *out,
                  struct err *e)
{
    struct library_row row = { .user_id = user_id, .wanted = wanted }, taken = { 0 };
    AUTO_ARENA a = { 0 };

    if (!db_row(tx, &a, Q_LIBRARY_TAKE, library_fields, &row, library_fields, &taken, e)) {
        if (e->code != ERR_NOT_FOUND || !db_exec(tx, Q_LIBRARY_ADD, library_fields, &row, e) ||
            !db_row(tx, &a, Q_LIBRARY_TAKE, library_fields, &row, library_fields, &taken, e))
            return false;
    }
    taken.user_id = user_id;
    taken.wanted = wanted;
    *out = taken;
    return true;
}

bool library_load(struct db_tx *tx, struct str user_id, struct library_row *out, struct err *e)
{
    struct library_row row = { .user_id = user_id }, found = { 0 };
    AUTO_ARENA a = { 0 };

    if (!db_row(tx, &a, Q_LIBRARY_OF_USER, library_fields, &row, library_fields, &found, e))
        return false;
    found.user_id = user_id;
    *out = found;
    return true;
}

int64_t library_low(int64_t number)
{
    return number << TEXT_BITS;
}

int64_t library_high(int64_t number)
{
    return (number + 1) << TEXT_BITS;
}

bool catalog_hash(struct str phash, uint64_t *out)
{
    uint64_t hash = 0;

    if (phash.len != HASH_DIGITS)
        return false;
    for (size_t i = 0; i < phash.len; i++) {
        char c = phash.ptr[i];

        if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f'))
            return false;
        hash = hash << 4 | (uint64_t)(c <= '9' ? c - '0' : c - 'a' + 10);
    }
    *out = hash;
    return true;
}

int64_t catalog_band(uint64_t hash, int band)
{
    return ((int64_t)band << CATALOG_BAND_BITS) |
           (int64_t)(hash >> (band * CATALOG_BAND_BITS) & 0xFFFF);
}

/* Most pictures of a batch have the same few. */
static bool find_mark(struct writing *w, const struct mark_wish *wish, int64_t *out_id,
                      struct err *e)
{
    for (size_t i = 0; i < w->known_count; i++) {
        const struct known_mark *known = &w->known[i];

        if (known->wish.kind == wish->kind && str_eq(known->wish.value, wish->value)) {
            *out_id = known->id;
            return true;
        }
    }
    if (!mark_find_or_add(w->tx, w->library.user_id, wish, out_id, e))
        return false;
    if (w->known_count < KNOWN_MAX)
        w->known[w->known_count++] = (struct known_mark){ *wish, *out_id };
    return true;
}

static bool has_wish(const struct mark_wish *list, size_t count, const struct mark_wish *wish)
{
    for (size_t i = 0; i < count; i++) {
        if (list[i].kind == wish->kind && str_eq(list[i].value, wish->value))
            return true;
    }
    return false;
}

/* The marks of one picture: all it has now are entered, those it had and has no more are left, and
 * those it keeps hear of another rating. */
static bool collect_marks(struct writing *w, const struct catalog_change *change,
                          struct catalog_text *text, struct err *e)
{
    struct mark_wish now[MARKS_MAX], old[MARKS_MAX];
    size_t now_count = marks_of_image(w->arena, &change->after, now), old_count = 0;
    struct opt_i64 rating = { true, change->after.rating };
    bool has_changed = change->before.rating != rating.value;
    int64_t id;

    if (!str_is_null(change->before.id))
        old_count = marks_of_image(w->arena, &change->before, old);
    for (size_t i = 0; i < old_count; i++) {
        if (has_wish(now, now_count, &old[i]))
            continue;
        if (!find_mark(w, &old[i], &id, e))
            return false;
        w->removed[w->removed_count++] =
            (struct mark_entry){ .mark_id = id, .image_id = change->after.id };
    }
    for (size_t i = 0; i < now_count; i++) {
        if (!find_mark(w, &now[i], &id, e))
            return false;
        struct mark_entry *entry = &w->added[w->added_count++];
        *entry = (struct mark_entry){ .mark_id = id, .image_id = change->after.id };
        if (mark_is_by_rating(now[i].kind))
            entry->rating = rating;
        if (entry->rating.set && has_changed && has_wish(old, old_count, &now[i]))
            w->rerated[w->rerated_count++] = *entry;
        catalog_text_add_mark(text, now[i].kind, id);
    }
    return true;
}

static void collect_bands(struct writing *w, const struct image *image)
{
    uint64_t hash;

    if (!catalog_hash(image->phash, &hash))
        return;
    for (int band = 0; band < CATALOG_BANDS; band++)
        w->bands[w->band_count++] = (struct catalog_row){ .library = w->library.number,
                                                          .band = catalog_band(hash, band),
                                                          .image_id = image->id };
}

/* The pictures that the recipe names as references. */
static bool add_edges(struct writing *w, const struct image *image, struct err *e)
{
    static const char sign[] = "\"references\":[{";
    const struct json *list;
    struct json recipe;
    struct err unheard;

    if (str_find(image->recipe, str_from(sign)) == image->recipe.len ||
        !json_parse(w->arena, image->recipe, &recipe, &unheard) ||
        (list = json_get(&recipe, "references")) == NULL || list->type != JSON_ARRAY)
        return true;
    for (size_t i = 0; i < MIN(list->array.count, (size_t)EDGES_MAX); i++) {
        const struct json *item = &list->array.items[i];
        struct str role = json_get_str(item, "role");
        struct catalog_row row = { .image_id = image->id,
                                   .parent_id = json_get_str(item, "image"),
                                   .role = str_is_null(role) ? STR("reference") : role };

        if (!str_is_null(row.parent_id) &&
            !db_exec(w->tx, Q_CATALOG_EDGE_ADD, catalog_row_fields, &row, e))
            return false;
    }
    return true;
}

static void add_text(struct writing *w, bool is_fresh, struct catalog_row text)
{
    if (is_fresh) {
        text.number = ++w->last_number;
        w->fresh[w->fresh_count++] = text;
    } else {
        w->changed[w->changed_count++] = text;
    }
}

static bool collect(struct writing *w, const struct catalog_change *change, bool is_fresh,
                    const struct catalog_albums *albums, struct err *e)
{
    const struct image *image = &change->after;
    struct catalog_text text;
    bool ok;

    catalog_text_begin(&text, image, albums, w->library.number);
    ok = collect_marks(w, change, &text, e);
    add_text(
        w, is_fresh,
        (struct catalog_row){ .image_id = image->id, .words = catalog_text_end(&text, w->arena) });
    if (!ok)
        return false;
    if (!str_is_null(change->before.id))
        return true;
    collect_bands(w, image);
    return add_edges(w, image, e);
}

static bool put_all(struct writing *w, struct err *e)
{
    struct db_tx *tx = w->tx;
    size_t bytes = sizeof(struct catalog_row);

    return marks_remove(tx, w->arena, w->removed, w->removed_count, e) &&
           marks_rate(tx, w->rerated, w->rerated_count, e) &&
           marks_add(tx, w->arena, w->added, w->added_count, e) &&
           (w->fresh_count == 0 || db_exec_many(tx, Q_CATALOG_TEXT_PUT, catalog_row_fields,
                                                w->fresh, bytes, w->fresh_count, e)) &&
           (w->changed_count == 0 || db_exec_many(tx, Q_CATALOG_TEXT_CHANGE, catalog_row_fields,
                                                  w->changed, bytes, w->changed_count, e)) &&
           (w->band_count == 0 || db_exec_many(tx, Q_CATALOG_BAND_ADD, catalog_row_fields, w->bands,
                                               bytes, w->band_count, e));
}

/* Only these take a number: numbers without a text would be read in vain by who looks for the
 * newest. */
static bool find_fresh(const struct writing *w, bool *is_fresh, int64_t *out_count, struct err *e)
{
    struct catalog_row row = { .ids = { arena_array(w->arena, struct str, w->count), w->count } };
    struct field_list known;

    for (size_t i = 0; i < w->count; i++) {
        row.ids.items[i] = w->changes[i].after.id;
        is_fresh[i] = true;
    }
    if (!db_rows(w->tx, w->arena, Q_CATALOG_TEXTS_KNOWN, catalog_row_fields, &row,
                 catalog_row_fields, sizeof(row), &known, e))
        return false;
    for (size_t i = 0; i < known.count; i++)
        is_fresh[((const struct catalog_row *)known.items)[i].number] = false;
    *out_count = (int64_t)(w->count - known.count);
    return true;
}

static bool write_of_user(struct db_tx *tx, struct arena *a, const struct catalog_change *changes,
                          size_t count, struct err *e)
{
    struct writing w = { .tx = tx, .arena = a, .changes = changes, .count = count };
    bool *is_fresh = arena_array(a, bool, count);
    struct catalog_albums albums;
    int64_t fresh;

    w.known = arena_array(a, struct known_mark, KNOWN_MAX);
    w.added = arena_array(a, struct mark_entry, count * MARKS_MAX);
    w.removed = arena_array(a, struct mark_entry, count * MARKS_MAX);
    w.rerated = arena_array(a, struct mark_entry, count * MARKS_MAX);
    w.fresh = arena_array(a, struct catalog_row, count);
    w.changed = arena_array(a, struct catalog_row, count);
    w.bands = arena_array(a, struct catalog_row, count * CATALOG_BANDS);
    if (!find_fresh(&w, is_fresh, &fresh, e) ||
        !library_lock(tx, changes[0].after.user_id, fresh, &w.library, e) ||
        !catalog_albums_load(tx, a, changes, count, &albums, e))
        return false;
    w.last_number = library_low(w.library.number) + w.library.last_text - fresh;
    for (size_t i = 0; i < count; i++) {
        if (!collect(&w, &changes[i], is_fresh[i], &albums, e))
            return false;
    }
    return put_all(&w, e);
}

/* Libraries are locked in the order of their users. */
bool catalog_write(struct db_tx *tx, struct arena *a, const struct catalog_change *changes,
                   size_t count, struct err *e)
{
    struct catalog_change *mine = arena_array(a, struct catalog_change, count);
    struct str done = STR("");

    for (;;) {
        struct str next = { 0 };
        size_t found = 0;

        for (size_t i = 0; i < count; i++) {
            struct str user = changes[i].after.user_id;

            if (str_cmp(user, done) > 0 && (str_is_null(next) || str_cmp(user, next) < 0))
                next = user;
        }
        if (str_is_null(next))
            return true;
        for (size_t i = 0; i < count; i++) {
            if (str_eq(changes[i].after.user_id, next))
                mine[found++] = changes[i];
        }
        if (!write_of_user(tx, a, mine, found, e))
            return false;
        done = next;
    }
}

bool catalog_catch_up(struct db_tx *tx, struct arena *a, int64_t limit, int64_t *out_count,
                      struct err *e)
{
    struct catalog_row row = { .limit = limit };
    struct catalog_change *changes;
    struct field_list images;

    if (!db_rows(tx, a, Q_CATALOG_PENDING, catalog_row_fields, &row, image_columns,
                 sizeof(struct image), &images, e))
        return false;
    *out_count = (int64_t)images.count;
    if (images.count == 0) {
        if (!db_exec(tx, Q_CATALOG_FORGET, NULL, NULL, e))
            return false;
        *out_count = db_changed(tx);
        return true;
    }
    changes = arena_array(a, struct catalog_change, images.count);
    row.ids = (struct str_list){ arena_array(a, struct str, images.count), images.count };
    for (size_t i = 0; i < images.count; i++) {
        changes[i].after = ((const struct image *)images.items)[i];
        row.ids.items[i] = changes[i].after.id;
    }
    return catalog_write(tx, a, changes, images.count, e) &&
           db_exec(tx, Q_CATALOG_DONE, catalog_row_fields, &row, e);
}

bool catalog_has_pending(struct db_tx *tx, bool *out, struct err *e)
{
    struct catalog_row row = { 0 };
    AUTO_ARENA a = { 0 };
    bool found = db_row(tx, &a, Q_CATALOG_ANY_PENDING, NULL, NULL, catalog_row_fields, &row, e);

    if (!found && e->code != ERR_NOT_FOUND)
        return false;
    *out = found;
    return true;
}

static bool purge_one(struct db_tx *tx, struct arena *a, const struct image *image, struct err *e)
{
    struct catalog_row row = { .image_id = image->id, .user_id = image->user_id };
    struct mark_wish wishes[MARKS_MAX];
    struct mark_entry gone[MARKS_MAX];
    size_t count = marks_of_image(a, image, wishes);
    struct library_row library;
    uint64_t hash;

    assert(image->deleted_at != 0);
    if (!library_lock(tx, image->user_id, 0, &library, e))
        return false;
    for (size_t i = 0; i < count; i++) {
        gone[i] = (struct mark_entry){ .image_id = image->id };
        if (!mark_find_or_add(tx, image->user_id, &wishes[i], &gone[i].mark_id, e))
            return false;
    }
    row.library = library.number;
    for (int band = 0; catalog_hash(image->phash, &hash) && band < CATALOG_BANDS; band++) {
        row.band = catalog_band(hash, band);
        if (!db_exec(tx, Q_CATALOG_BAND_REMOVE, catalog_row_fields, &row, e))
            return false;
    }
    return marks_remove(tx, a, gone, count, e) &&
           db_exec(tx, Q_CATALOG_DELETE, catalog_row_fields, &row, e);
}

bool catalog_count_in_albums(struct db_tx *tx, const struct image *image, struct err *e)
{
    struct catalog_row row = { .image_id = image->id,
                               .user_id = image->user_id,
                               .step = image->deleted_at == 0 ? 1 : -1 };

    return db_exec(tx, Q_CATALOG_COUNT_IN_ALBUMS, catalog_row_fields, &row, e);
}

bool catalog_purge(struct db_tx *tx, struct arena *a, const struct image *images, size_t count,
                   struct err *e)
{
    for (size_t i = 0; i < count; i++) {
        if (!purge_one(tx, a, &images[i], e))
            return false;
    }
    return true;
}

bool catalog_signal(struct db_tx *tx, struct err *e)
{
    return db_signal(tx, CATALOG_TOPIC, e);
}
