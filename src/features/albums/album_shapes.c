/* What the albums room's routes show and take. */
#include "features/albums/album_shapes.h"

static const struct field shot_json[] = {
    { FIELD_NAMED(struct shot_view, shot.position, "index") },
    { FIELD_NAMED(struct shot_view, shot.label, "label"), .required = true },
    { FIELD_NAMED(struct shot_view, shot.direction, "direction"), .required = true },
    { .name = "status",
      .type = FIELD_ENUM,
      .names = shot_status_names,
      .offset = offsetof(struct shot_view, shot.status) },
    { FIELD(struct shot_view, image_url) },
    { FIELD(struct shot_view, thumb_url) },
    { FIELD_NAMED(struct shot_view, shot.image_id, "image_id") },
    { FIELD_NAMED(struct shot_view, shot.job_id, "job_id") },
    { FIELD_NAMED(struct shot_view, shot.error, "error") },
    { FIELD_NAMED(struct shot_view, shot.consistency, "consistency"),
      .help = "likeness to the anchor from 0 to 1; null: not measured" },
    { FIELD_NAMED(struct shot_view, shot.face_consistency, "face_consistency"),
      .help = "likeness of the two faces alone; null: one of the pictures has none, seen from the "
              "front" },
    { FIELD(struct shot_view, is_outlier), .help = "its consistency is below consistencyMark" },
    { FIELD_NAMED(struct shot_view, shot.remakes, "remakes"),
      .help = "how often it was made again as an outlier" },
    { 0 },
};
const struct shape shot_shape = { "Shot", shot_json, sizeof(struct shot_view), NULL };

static const struct field member_json[] = {
    { FIELD(struct member_view, id), .required = true },
    { FIELD(struct member_view, url), .required = true },
    { FIELD(struct member_view, thumb_url), .required = true },
    { FIELD(struct member_view, media_type), .required = true },
    { FIELD(struct member_view, width) },
    { FIELD(struct member_view, height) },
    { FIELD(struct member_view, prompt) },
    { 0 },
};

const struct shape member_shape = { "AlbumImage", member_json, sizeof(struct member_view), NULL };

#define SUMMARY_FIELDS                                                                             \
    { FIELD_NAMED(struct album_view, album.id, "id"), .required = true },                          \
        { FIELD_NAMED(struct album_view, album.name, "name"), .required = true },                  \
        { FIELD_NAMED(struct album_view, album.description, "description") },                      \
        { FIELD_NAMED(struct album_view, album.subject_desc, "subject_desc"),                      \
          .help = "null: not a session" },                                                         \
        { .name = "source_type",                                                                   \
          .type = FIELD_ENUM,                                                                      \
          .names = album_source_names,                                                             \
          .offset = offsetof(struct album_view, album.source_type) },                              \
        { FIELD_NAMED(struct album_view, album.source_id, "source_id"),                            \
          .help = "the run or scrape job that made it" },                                          \
        { FIELD(struct album_view, anchor_url) }, { FIELD(struct album_view, anchor_thumb_url) },  \
        { FIELD_NAMED(struct album_view, album.anchor_image_id, "anchor_image_id") },              \
        { FIELD_NAMED(struct album_view, album.anchor_job_id, "anchor_job_id"),                    \
          .help = "while the anchor is being made" },                                              \
        { FIELD_NAMED(struct album_view, album.anchor_error, "anchor_error"),                      \
          .help = "why the last one was not made" },                                               \
        { FIELD(struct album_view, cover_url) },                                                   \
        { FIELD_NAMED(struct album_view, album.backend, "backend") },                              \
        { FIELD_NAMED(struct album_view, album.style, "style") },                                  \
        { FIELD_NAMED(struct album_view, album.width, "width") },                                  \
        { FIELD_NAMED(struct album_view, album.height, "height") },                                \
        { FIELD_NAMED(struct album_view, album.seed, "seed") },                                    \
        { FIELD_NAMED(struct album_view, album.is_public, "is_public") },                          \
        { FIELD_NAMED(struct album_view, album.is_training_source, "is_training_source") },        \
        { FIELD_NAMED(struct album_view, album.image_count, "image_count"),                        \
          .help = "without those that are in the trash" },                                         \
        { FIELD_NAMED(struct album_view, album.consistency, "consistency"),                        \
          .help = "mean of the shots that were measured; null: none was" },                        \
        { FIELD(struct album_view, mine), .help = "false: a public album of somebody else" },      \
        { .name = "created_at",                                                                    \
          .type = FIELD_TIME,                                                                      \
          .required = true,                                                                        \
          .offset = offsetof(struct album_view, album.created_at) },                               \
    {                                                                                              \
        .name = "updated_at", .type = FIELD_TIME, .required = true,                                \
        .offset = offsetof(struct album_view, album.updated_at)                                    \
    }

static const struct field album_summary_json[] = {
    SUMMARY_FIELDS,
    { 0 },
};
const struct shape album_summary_shape = { "AlbumSummary", album_summary_json,
                                           sizeof(struct album_view), NULL };

static const struct field album_json[] = {
    SUMMARY_FIELDS,
    { FIELD(struct album_view, consistency_mark), .help = "shots below it are outliers" },
    { FIELD(struct album_view, outlier_count) },
    { FIELD(struct album_view, remake_count),
      .help = "outliers that can be made again: not as often made again as is allowed" },
    { FIELD_LIST(struct album_view, shots, struct shot_view, shot_json) },
    { FIELD_LIST(struct album_view, images, struct member_view, member_json),
      .help = "the first 200 pictures in their order" },
    { 0 },
};
const struct shape album_shape = { "Album", album_json, sizeof(struct album_view), NULL };

static const struct field shot_wish_json[] = {
    { FIELD(struct shot_wish, label), .required = true, .min = 1, .max = 100 },
    { FIELD(struct shot_wish, direction), .required = true, .min = 1, .max = 1000 },
    { 0 },
};

static const struct field album_new_json[] = {
    { FIELD(struct album_body, name), .required = true, .min = 1, .max = ALBUM_NAME_MAX },
    { FIELD(struct album_body, subject_desc), .min = 1, .max = 2000,
      .help = "what is photographed; without it a manual album of pictures that are there" },
    { FIELD_LIST(struct album_body, shots, struct shot_wish, shot_wish_json),
      .max = ALBUM_MAX_SHOTS },
    { FIELD(struct album_body, template_set), .max = 40,
      .help = "portrait, product or character, instead of shots" },
    { FIELD(struct album_body, description), .max = 2000 },
    { FIELD(struct album_body, backend), .max = 120, .help = "default: the first one configured" },
    { FIELD(struct album_body, style), .max = 100 },
    { FIELD(struct album_body, width), .min = 16, .max = 8192, .unit = "px" },
    { FIELD(struct album_body, height), .min = 16, .max = 8192, .unit = "px" },
    { FIELD(struct album_body, seed), .help = "of the anchor; shot k has seed + 1 + k" },
    { FIELD(struct album_body, is_public), .help = "every user may look at it" },
    { FIELD(struct album_body, is_training_source) },
    { FIELD(struct album_body, reuse),
      .help = "200 and the newest manual album of that name, as it is, where there is one" },
    { 0 },
};
const struct shape album_new_shape = { "AlbumNew", album_new_json, sizeof(struct album_body),
                                       NULL };

static const struct field album_change_json[] = {
    { FIELD(struct album_change_body, name), .min = 1, .max = ALBUM_NAME_MAX },
    { FIELD(struct album_change_body, description), .max = 2000 },
    { FIELD(struct album_change_body, subject_desc), .min = 1, .max = 2000,
      .help = "before there is an anchor" },
    { FIELD(struct album_change_body, is_public) },
    { FIELD(struct album_change_body, is_training_source) },
    { 0 },
};
const struct shape album_change_shape = { "AlbumChange", album_change_json,
                                          sizeof(struct album_change_body), NULL };

static const struct field anchor_new_json[] = {
    { FIELD(struct anchor_body, image_id), .max = 64,
      .help = "a picture of mine becomes the anchor; nothing is generated" },
    { FIELD(struct anchor_body, backend), .max = 120 },
    { FIELD(struct anchor_body, seed), .help = "another seed, another anchor" },
    { 0 },
};
const struct shape anchor_new_shape = { "AnchorNew", anchor_new_json, sizeof(struct anchor_body),
                                        NULL };

static const struct field shots_new_json[] = {
    { FIELD_LIST(struct shots_body, shots, struct shot_wish, shot_wish_json), .required = true,
      .max = ALBUM_MAX_SHOTS },
    { 0 },
};
const struct shape shots_new_shape = { "ShotsNew", shots_new_json, sizeof(struct shots_body),
                                       NULL };

static const struct field images_json[] = {
    { FIELD(struct images_body, image_ids), .required = true, .min = 1, .max = ALBUM_MAX_IMAGES },
    { 0 },
};
const struct shape images_shape = { "ImageIds", images_json, sizeof(struct images_body), NULL };

static const struct field image_order_json[] = {
    { FIELD(struct order_body, image_ids), .required = true, .min = 1, .max = ALBUM_MAX_IMAGES,
      .help = "all of the album, or with 'before' or 'after' those that move" },
    { FIELD(struct order_body, before), .max = 64, .help = "a picture that they go before" },
    { FIELD(struct order_body, after), .max = 64, .help = "a picture that they go behind" },
    { 0 },
};
const struct shape image_order_shape = { "ImageOrder", image_order_json, sizeof(struct order_body),
                                         NULL };

static const struct field albums_query_fields[] = {
    PAGE_FIELDS(struct albums_query),
    { FIELD(struct albums_query, source_type), .max = 40,
      .help = "session, batch_generation, scrape or manual" },
    { FIELD(struct albums_query, q), .max = 100, .help = "in the name" },
    { 0 },
};
const struct shape albums_query_shape = { "AlbumsQuery", albums_query_fields,
                                          sizeof(struct albums_query), NULL };

static const struct field template_set_json[] = {
    { FIELD(struct template_set_view, name), .required = true },
    { FIELD(struct template_set_view, title), .required = true },
    { FIELD_LIST(struct template_set_view, shots, struct shot_wish, shot_wish_json) },
    { 0 },
};
const struct shape template_set_shape = { "TemplateSet", template_set_json,
                                          sizeof(struct template_set_view), NULL };

static const struct field job_id_json[] = {
    { FIELD(struct job_id_answer, job_id), .required = true },
    { 0 },
};
const struct shape job_id_shape = { "JobId", job_id_json, sizeof(struct job_id_answer), NULL };

static const struct field job_ids_json[] = {
    { FIELD(struct job_ids_answer, job_ids) },
    { 0 },
};
const struct shape job_ids_shape = { "JobIds", job_ids_json, sizeof(struct job_ids_answer), NULL };
