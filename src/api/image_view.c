/* A picture as it looks outside. */
#include "api/image_view.h"

#include "engine/retention.h"

const struct field image_json[] = {
    { FIELD_NAMED(struct image_view, image.id, "id"), .required = true },
    { FIELD(struct image_view, url), .required = true },
    { FIELD(struct image_view, thumb_url), .help = "null: nobody can look into this picture" },
    { FIELD_NAMED(struct image_view, image.job_id, "job_id") },
    { FIELD_NAMED(struct image_view, image.backend, "backend") },
    { .name = "source",
      .type = FIELD_ENUM,
      .names = image_source_names,
      .offset = offsetof(struct image_view, image.source) },
    { FIELD_NAMED(struct image_view, image.media_type, "media_type"), .required = true },
    { FIELD_NAMED(struct image_view, image.width, "width") },
    { FIELD_NAMED(struct image_view, image.height, "height") },
    { FIELD_NAMED(struct image_view, image.size_bytes, "size_bytes") },
    { FIELD_NAMED(struct image_view, image.sha256, "sha256"), .required = true },
    { FIELD_NAMED(struct image_view, image.prompt, "prompt") },
    { FIELD_NAMED(struct image_view, image.name, "name"), .help = "what its owner calls it" },
    { FIELD_NAMED(struct image_view, image.tags, "tags") },
    { FIELD_NAMED(struct image_view, image.starred, "starred") },
    { FIELD_NAMED(struct image_view, image.rating, "rating"), .help = "1 to 5; 0: not rated" },
    { .name = "created_at",
      .type = FIELD_TIME,
      .required = true,
      .offset = offsetof(struct image_view, image.created_at) },
    { .name = "deleted_at",
      .type = FIELD_TIME,
      .help = "null; else in the trash since",
      .offset = offsetof(struct image_view, image.deleted_at) },
    { FIELD_TIME(struct image_view, purge_at),
      .help = "null; else it is gone for good soon after that" },
    { 0 },
};
const struct shape image_shape = { "Image", image_json, sizeof(struct image_view) };

struct image_view image_view(struct arena *a, const struct image *image)
{
    struct image_view view = { .image = *image,
                               .url = image_url(a, image),
                               .thumb_url = image_thumb_url(a, image) };

    if (image->deleted_at != 0)
        view.purge_at = image->deleted_at + retention_rules_get()->trash_ms;
    return view;
}
