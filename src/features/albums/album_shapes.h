/* What the albums room's routes show and take. */
#ifndef FEATURES_ALBUMS_ALBUM_SHAPES_H
#define FEATURES_ALBUMS_ALBUM_SHAPES_H

#include "api/route.h"
#include "features/albums/shot.h"

struct shot_view {
    struct shot shot;
    struct str image_url, thumb_url;
    bool is_outlier;
};

struct member_view {
    struct str id, url, thumb_url, media_type, prompt;
    struct opt_i64 width, height;
};

struct album_view {
    struct album album;
    struct str anchor_url, anchor_thumb_url, cover_url;
    bool mine;
    double consistency_mark;
    int64_t outlier_count, remake_count;
    struct field_list shots, images; /* struct shot_view, struct member_view */
};

struct album_body {
    struct str name, subject_desc, description, template_set, backend, style;
    struct opt_i64 width, height, seed;
    bool is_public, is_training_source, reuse;
    struct field_list shots; /* struct shot_wish */
};

struct album_change_body {
    struct str name, description, subject_desc;
    struct opt_bool is_public, is_training_source;
};

struct anchor_body {
    struct str image_id, backend;
    struct opt_i64 seed;
};

struct shots_body {
    struct field_list shots; /* struct shot_wish */
};

struct images_body {
    struct str_list image_ids;
};

struct order_body {
    struct str_list image_ids;
    struct str before, after;
};

struct albums_query {
    struct page_query page;
    struct str source_type, q;
};

struct template_set_view {
    struct str name, title;
    struct field_list shots; /* struct shot_wish */
};

struct job_id_answer {
    struct str job_id;
};

struct job_ids_answer {
    struct str_list job_ids;
};

extern const struct shape album_shape, album_summary_shape, album_new_shape, album_change_shape;
extern const struct shape anchor_new_shape, shots_new_shape, images_shape, image_order_shape;
extern const struct shape shot_shape, member_shape, template_set_shape, albums_query_shape;
extern const struct shape job_id_shape, job_ids_shape;

#endif
