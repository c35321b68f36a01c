/* Routes of the library as a whole: lists of it, what it can be filtered by, changes, the trash. */
#include <stdlib.h>

#include "api/api.h"
#include "api/image_view.h"
#include "base/random.h"
#include "features/library/browse.h"
#include "features/library/change.h"
#include "features/library/library.h"

enum { FACET_VALUES_MAX = 100 };

bool images_get(struct api_call *call, struct err *e)
{
    struct browsing *browsing = arena_new(call->arena, struct browsing);
    struct str place, next;
    struct field_list rows;
    int64_t limit;

    if (!call_begin_page(call, &place, &limit, e) ||
        !browse_begin(call->tx, call->arena, call->who.user.id, call->query, browsing, e))
        return false;
    if (place.len == 0)
        place = (struct str){ 0 };
    if (!browse_page(call->tx, call->arena, browsing, place, limit - 1, &rows, &next, e))
        return false;
    call->answer_shape = &image_listed_shape;
    call_set_page(call, rows, next);
    return true;
}

struct facet {
    struct str value;
    int64_t count;
};

static const struct field facet_json[] = {
    { FIELD(struct facet, value), .required = true },
    { FIELD(struct facet, count), .required = true },
    { 0 },
};

struct facets {
    int64_t total, starred, trash;
    struct field_list sources, backends, ratings, months, tags;
};

static const struct field facets_json[] = {
    { FIELD(struct facets, total), .required = true, .help = "without what is in the trash" },
    { FIELD(struct facets, starred), .required = true },
    { FIELD(struct facets, trash), .required = true },
    { FIELD_LIST(struct facets, sources, struct facet, facet_json) },
    { FIELD_LIST(struct facets, backends, struct facet, facet_json) },
    { FIELD_LIST(struct facets, ratings, struct facet, facet_json),
      .help = "1 to 5, exactly; 0: not rated" },
    { FIELD_LIST(struct facets, months, struct facet, facet_json),
      .help = "as 2026-11; the newest first" },
    { FIELD_LIST(struct facets, tags, struct facet, facet_json), .help = "the most used first" },
    { 0 },
};
const struct shape facets_shape = { "ImageFacets", facets_json, sizeof(struct facets) };

static bool load_facet(struct api_call *call, enum mark_kind kind, struct field_list *out,
                       int64_t *out_sum, struct err *e)
{
    struct field_list marks;
    struct facet *facets;

    if (!mark_list(call->tx, call->arena, call->who.user.id, kind, FACET_VALUES_MAX, &marks, e))
        return false;
    facets = arena_array(call->arena, struct facet, marks.count);
    *out_sum = 0;
    for (size_t i = 0; i < marks.count; i++) {
        const struct mark *mark = (const struct mark *)marks.items + i;

        facets[i] = (struct facet){ mark->value, mark->count };
        *out_sum += mark->count;
    }
    *out = (struct field_list){ facets, marks.count };
    return true;
}

static int newest_first(const void *left, const void *right)
{
    return str_cmp(((const struct facet *)right)->value, ((const struct facet *)left)->value);
}

bool facets_get(struct api_call *call, struct err *e)
{
    struct facets *answer = arena_new(call->arena, struct facets);
    struct field_list unused;
    int64_t sum;

    if (!load_facet(call, MARK_SOURCE, &answer->sources, &answer->total, e) ||
        !load_facet(call, MARK_BACKEND, &answer->backends, &sum, e) ||
        !load_facet(call, MARK_RATING, &answer->ratings, &sum, e) ||
        !load_facet(call, MARK_MONTH, &answer->months, &sum, e) ||
        !load_facet(call, MARK_TAG, &answer->tags, &sum, e) ||
        !load_facet(call, MARK_STARRED, &unused, &answer->starred, e) ||
        !load_facet(call, MARK_TRASH, &unused, &answer->trash, e))
        return false;
    qsort(answer->months.items, answer->months.count, sizeof(struct facet), newest_first);
    call->answer = answer;
    return true;
}

/* One picture's change, and that of many at once. */
struct change_body {
    struct str_list image_ids;
    struct str name;
    struct str_list tags, add_tags, remove_tags;
    struct opt_bool starred, trash;
    struct opt_i64 rating;
    bool force;
};

#define CHANGE_FIELDS                                                                              \
    { FIELD(struct change_body, starred) },                                                        \
        { FIELD(struct change_body, rating), .max = IMAGE_RATING_MAX, .help = "0 takes it back" }, \
        { FIELD(struct change_body, add_tags), .max = IMAGE_TAGS_MAX },                            \
    {                                                                                              \
        FIELD(struct change_body, remove_tags), .max = IMAGE_TAGS_MAX                              \
    }

static const struct field patch_json[] = {
    { FIELD(struct change_body, name), .max = IMAGE_NAME_MAX, .help = "empty: none any more" },
    { FIELD(struct change_body, tags), .max = IMAGE_TAGS_MAX,
      .help = "all of them; or addTags and removeTags" },
    CHANGE_FIELDS,
    { 0 },
};
const struct shape image_patch_shape = { "ImageChange", patch_json, sizeof(struct change_body) };

static const struct field bulk_json[] = {
    { FIELD(struct change_body, image_ids), .required = true, .min = 1,
      .max = CHANGE_PICTURES_MAX },
    CHANGE_FIELDS,
    { FIELD(struct change_body, trash), .help = "true: into the trash; false: out of it" },
    { FIELD(struct change_body, force), .help = "also those that others were made from" },
    { 0 },
};
const struct shape images_change_shape = { "ImagesChange", bulk_json, sizeof(struct change_body) };

struct changed {
    int64_t changed;
};
static const struct field changed_json[] = {
    { FIELD(struct changed, changed), .required = true, .help = "pictures" },
    { 0 },
};
const struct shape images_changed_shape = { "ImagesChanged", changed_json, sizeof(struct changed) };

struct delete_query {
    bool force;
};
static const struct field delete_query_fields[] = {
    { FIELD(struct delete_query, force), .help = "also when others were made from it" },
    { 0 },
};
const struct shape image_delete_shape = { "ImageDelete", delete_query_fields,
                                          sizeof(struct delete_query) };

static struct image_change change_of(const struct change_body *body)
{
    return (struct image_change){ .name = body->name,
                                  .tags = body->tags.items != NULL ? &body->tags : NULL,
                                  .add_tags = body->add_tags,
                                  .remove_tags = body->remove_tags,
                                  .starred = body->starred,
                                  .trash = body->trash,
                                  .rating = body->rating,
                                  .force = body->force };
}

static bool change_one(struct api_call *call, const struct image_change *change, struct err *e)
{
    struct str id = call_param(call, "id");
    struct image_card *answer = arena_new(call->arena, struct image_card);
    struct field_list rows;

    if (!change_images(call->tx, call->arena, call->who.user.id, (struct str_list){ &id, 1 },
                       change, &rows, e))
        return false;
    *answer = image_card(call->arena, rows.items);
    call->answer = answer;
    return true;
}

bool image_patch(struct api_call *call, struct err *e)
{
    struct image_change change = change_of(call->body);

    return change_one(call, &change, e);
}

bool image_delete(struct api_call *call, struct err *e)
{
    const struct delete_query *query = call->query;
    struct image_change change = { .trash = { true, true }, .force = query->force };

    if (!change_one(call, &change, e))
        return false;
    call->answer = NULL;
    return true;
}

bool image_restore(struct api_call *call, struct err *e)
{
    struct image_change change = { .trash = { true, false } };

    return change_one(call, &change, e);
}

bool images_change(struct api_call *call, struct err *e)
{
    const struct change_body *body = call->body;
    struct image_change change = change_of(body);
    struct changed *answer = arena_new(call->arena, struct changed);
    struct field_list rows;

    if (!change_images(call->tx, call->arena, call->who.user.id, body->image_ids, &change, &rows,
                       e))
        return false;
    answer->changed = (int64_t)rows.count;
    call->answer = answer;
    return true;
}
