/* Where a picture comes from, and what was made of it. */
#include <assert.h>

#include "api/api.h"
#include "api/image_view.h"
#include "features/library/library.h"

enum { RELATIVES_MAX = 200 };

struct relative {
    struct image_card image;
    struct str image_id, role;
};

static const struct field relative_columns[] = {
    { FIELD(struct relative, image_id) },
    { FIELD(struct relative, role) },
    { 0 },
};

static const struct field relative_json[] = {
    { FIELD(struct relative, role), .required = true, .help = "what the parent was for" },
    { FIELD_OBJECT(struct relative, image, image_card_fields), .required = true,
      .help = "with deletedAt when it is in the trash" },
    { 0 },
};

struct lineage {
    struct field_list parents, children;
    struct str file_name, origin;
};

static const struct field lineage_json[] = {
    { FIELD_LIST(struct lineage, parents, struct relative, relative_json),
      .help = "it was made from these" },
    { FIELD_LIST(struct lineage, children, struct relative, relative_json),
      .help = "these were made from it; the newest 200" },
    { FIELD(struct lineage, file_name), .help = "of an upload" },
    { FIELD(struct lineage, origin), .help = "the address that an upload was fetched from" },
    { 0 },
};
const struct shape lineage_shape = { "ImageLineage", lineage_json, sizeof(struct lineage) };

struct lineage_key {
    struct str id, user_id;
    int64_t limit;
};

static const struct field lineage_key_fields[] = {
    { FIELD(struct lineage_key, id) },
    { FIELD(struct lineage_key, user_id) },
    { FIELD(struct lineage_key, limit) },
    { 0 },
};

static bool load_relatives(struct api_call *call, enum query query, struct field_list *out,
                           struct err *e)
{
    struct arena *a = call->arena;
    struct lineage_key key = { call_param(call, "id"), call->who.user.id, RELATIVES_MAX };
    struct field_list images;
    struct relative *rows;
    struct str_list ids;

    if (!db_rows(call->tx, a, query, lineage_key_fields, &key, relative_columns,
                 sizeof(struct relative), out, e))
        return false;
    rows = out->items;
    ids = (struct str_list){ arena_array(a, struct str, out->count), out->count };
    for (size_t i = 0; i < out->count; i++)
        ids.items[i] = rows[i].image_id;
    if (!image_list_by_ids(call->tx, a, call->who.user.id, ids, &images, e))
        return false;
    assert(images.count == out->count); /* one snapshot */
    for (size_t i = 0; i < out->count; i++)
        rows[i].image = image_card(a, (const struct image *)images.items + i);
    return true;
}

/* What an upload's recipe says of where it was. */
static void read_origin(struct arena *a, struct str recipe, struct lineage *out)
{
    struct err unheard;
    struct json tree;

    if (str_is_null(recipe) || !json_parse(a, recipe, &tree, &unheard))
        return;
    out->file_name = json_get_str(&tree, "file_name");
    out->origin = json_get_str(&tree, "origin");
}

static bool load_parents(struct api_call *call, struct field_list *out, struct err *e)
{
    return load_relatives(call, Q_LINEAGE_PARENTS, out, e);
}

static bool load_children(struct api_call *call, struct field_list *out, struct err *e)
{
    return load_relatives(call, Q_LINEAGE_CHILDREN, out, e);
}

bool lineage_get(struct api_call *call, struct err *e)
{
    struct lineage *answer = arena_new(call->arena, struct lineage);
    struct image image;

    if (!image_load(call->tx, call->arena, call->who.user.id, call_param(call, "id"), &image, e) ||
        !load_parents(call, &answer->parents, e) || !load_children(call, &answer->children, e))
        return false;
    if (image.source == IMAGE_UPLOADED)
        read_origin(call->arena, image.recipe, answer);
    call->answer = answer;
    return true;
}
