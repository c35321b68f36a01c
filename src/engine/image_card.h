/*
 * A picture in a list: what people see of it and never changes, its card, is members of a JSON
 * object. The row keeps that text since the picture was added, so that a list of a hundred need not
 * put a thousand values together.
 */
#ifndef ENGINE_IMAGE_CARD_H
#define ENGINE_IMAGE_CARD_H

#include "engine/image.h"

struct image_card {
    struct image image;
    struct str url, thumb_url;
};

/* Rows of a table. A change here needs a step of the schema that writes the cards again. */
#define IMAGE_CARD_FIELDS                                                                          \
    { FIELD_NAMED(struct image_card, image.id, "id"), .required = true },                          \
        { FIELD(struct image_card, url), .required = true },                                       \
        { FIELD(struct image_card, thumb_url),                                                     \
          .help = "null: nobody can look into this picture" },                                     \
        { FIELD_NAMED(struct image_card, image.backend, "backend") },                              \
        { .name = "source",                                                                        \
          .type = FIELD_ENUM,                                                                      \
          .names = image_source_names,                                                             \
          .offset = offsetof(struct image_card, image.source) },                                   \
        { FIELD_NAMED(struct image_card, image.media_type, "media_type"), .required = true },      \
        { FIELD_NAMED(struct image_card, image.width, "width") },                                  \
        { FIELD_NAMED(struct image_card, image.height, "height") },                                \
        { FIELD_NAMED(struct image_card, image.size_bytes, "size_bytes") },                        \
        { FIELD_NAMED(struct image_card, image.sha256, "sha256"), .required = true },              \
    {                                                                                              \
        .name = "created_at", .type = FIELD_TIME, .required = true,                                \
        .offset = offsetof(struct image_card, image.created_at)                                    \
    }

struct image_card image_card(struct arena *a, const struct image *image);
/* `"id":"...","url":"...",...` as in the row, in camelCase. */
struct str image_card_text(struct arena *a, const struct image *image);

struct image_listed {
    struct str id, card, job_id, prompt, name;
    struct str tags; /* JSON text */
    bool starred;
    int64_t rating, deleted_at;
    int64_t purge_at; /* 0: it is not in the trash */
};
extern const struct field image_listed_columns[];

/* Those of the list that are the user's, in its order, also from the trash. */
MUST_CHECK bool image_listed_by_ids(struct db_tx *tx, struct arena *a, struct str user_id,
                                    struct str_list ids, struct field_list *out, struct err *e);
/* What the rows of a user's pictures do not say: when they are purged, and the card of one that an
 * older program has added to the same database. */
MUST_CHECK bool image_listed_finish(struct db_tx *tx, struct arena *a, struct str user_id,
                                    struct field_list images, struct err *e);

#endif
