/* Pictures that look nearly the same, by their perceptual hashes. */
#include <assert.h>
#include <stdlib.h>

#include "api/api.h"
#include "api/image_view.h"
#include "engine/catalog.h"
#include "features/library/library.h"

enum {
    CANDIDATES_MAX = 5000,
    FOUND_DEFAULT = 20,
    FOUND_MAX = 100,
    VALUES = CATALOG_BANDS * (CATALOG_BAND_BITS + 1), /* each quarter, and with one bit changed */
};

struct similar_query {
    int64_t limit;
    struct opt_i64 distance;
};

static const struct field similar_query_fields[] = {
    { FIELD(struct similar_query, limit), .min = 1, .max = FOUND_MAX, .help = "default 20" },
    { FIELD(struct similar_query, distance), .max = CATALOG_NEAR_BITS,
      .help = "bits of 64 that may differ; default 7" },
    { 0 },
};
const struct shape similar_query_shape = { "SimilarQuery", similar_query_fields,
                                           sizeof(struct similar_query) };

struct similar {
    struct image_card image;
    int64_t distance;
    uint64_t hash;
};

static const struct field similar_json[] = {
    { FIELD_OBJECT(struct similar, image, image_card_fields), .required = true },
    { FIELD(struct similar, distance), .required = true, .help = "bits of 64 that differ" },
    { 0 },
};
const struct shape similar_shape = { "SimilarImage", similar_json, sizeof(struct similar) };

struct similar_row {
    struct str user_id;
    struct str_list bands;
    int64_t library, limit;
};

static const struct field similar_row_fields[] = {
    { FIELD(struct similar_row, user_id) },
    { FIELD(struct similar_row, bands) },
    { FIELD(struct similar_row, library) },
    { FIELD(struct similar_row, limit) },
    { 0 },
};

struct candidate {
    struct str id, phash;
    int64_t distance;
};

static const struct field candidate_columns[] = {
    { FIELD(struct candidate, id) },
    { FIELD(struct candidate, phash) },
    { 0 },
};

/* The quarters as they are come first: what is nearest has most of them. */
static struct str_list bands_near(struct arena *a, uint64_t hash)
{
    struct str_list bands = { arena_array(a, struct str, VALUES), 0 };

    for (int bit = -1; bit < CATALOG_BAND_BITS; bit++) {
        for (int band = 0; band < CATALOG_BANDS; band++) {
            uint64_t changed = bit < 0 ? 0 : UINT64_C(1) << (band * CATALOG_BAND_BITS + bit);

            bands.items[bands.count++] =
                arena_strf(a, "%lld", (long long)catalog_band(hash ^ changed, band));
        }
    }
    return bands;
}

static int nearest_first(const void *left, const void *right)
{
    const struct candidate *a = left, *b = right;

    if (a->distance != b->distance)
        return a->distance < b->distance ? -1 : 1;
    return str_cmp(b->id, a->id);
}

/* Those near enough, the nearest first, each once and without the picture itself. */
static size_t choose(struct candidate *rows, size_t count, uint64_t hash, struct str own,
                     int64_t distance)
{
    size_t kept = 0, once = 0;

    for (size_t i = 0; i < count; i++) {
        uint64_t other;

        if (!catalog_hash(rows[i].phash, &other) || str_eq(rows[i].id, own))
            continue;
        rows[i].distance = __builtin_popcountll(hash ^ other);
        if (rows[i].distance <= distance)
            rows[kept++] = rows[i];
    }
    if (kept > 0)
        qsort(rows, kept, sizeof(*rows), nearest_first);
    for (size_t i = 0; i < kept; i++) {
        if (once == 0 || !str_eq(rows[once - 1].id, rows[i].id))
            rows[once++] = rows[i];
    }
    return once;
}

static bool answer(struct api_call *call, const struct candidate *rows, size_t count, struct err *e)
{
    struct arena *a = call->arena;
    struct similar *items = arena_array(a, struct similar, count);
    struct str_list ids = { arena_array(a, struct str, count), count };
    struct field_list images;

    for (size_t i = 0; i < count; i++)
        ids.items[i] = rows[i].id;
    if (!image_list_by_ids(call->tx, a, call->who.user.id, ids, &images, e))
        return false;
    assert(images.count == count); /* one snapshot */
    for (size_t i = 0; i < count; i++) {
        items[i].image = image_card(a, (const struct image *)images.items + i);
        items[i].distance = rows[i].distance;
    }
    call->list = (struct field_list){ items, count };
    return true;
}

bool similar_get(struct api_call *call, struct err *e)
{
    const struct similar_query *query = call->query;
    struct similar_row row = { .user_id = call->who.user.id, .limit = CANDIDATES_MAX };
    size_t limit = query->limit != 0 ? (size_t)query->limit : FOUND_DEFAULT;
    struct field_list rows;
    struct library_row library;
    struct image image;
    uint64_t hash;

    if (!image_load(call->tx, call->arena, row.user_id, call_param(call, "id"), &image, e))
        return false;
    if (!catalog_hash(image.phash, &hash)) /* nobody can look into it */
        return true;
    if (!library_load(call->tx, row.user_id, &library, e))
        return e->code == ERR_NOT_FOUND;
    row.library = library.number;
    row.bands = bands_near(call->arena, hash);
    if (!db_rows(call->tx, call->arena, Q_SIMILAR_CANDIDATES, similar_row_fields, &row,
                 candidate_columns, sizeof(struct candidate), &rows, e))
        return false;
    size_t count = choose(rows.items, rows.count, hash, image.id,
                          query->distance.set ? query->distance.value : CATALOG_NEAR_BITS);
    return answer(call, rows.items, MIN(count, limit), e);
}
