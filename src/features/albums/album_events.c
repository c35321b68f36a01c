/* What the owner of an album hears of it. */
#include "features/albums/album_events.h"

#include "engine/event.h"

struct anchor_news {
    struct str album_id, anchor_url;
};
static const struct field anchor_news_fields[] = {
    { FIELD(struct anchor_news, album_id) },
    { FIELD(struct anchor_news, anchor_url) },
    { 0 },
};

struct anchor_failure {
    struct str album_id, error;
};
static const struct field anchor_failure_fields[] = {
    { FIELD(struct anchor_failure, album_id) },
    { FIELD(struct anchor_failure, error) },
    { 0 },
};

struct shot_news {
    struct str album_id;
    int64_t shot_index;
    struct str image_url, error;
};
static const struct field shot_begun_fields[] = {
    { FIELD(struct shot_news, album_id) },
    { FIELD(struct shot_news, shot_index) },
    { 0 },
};
static const struct field shot_complete_fields[] = {
    { FIELD(struct shot_news, album_id) },
    { FIELD(struct shot_news, shot_index) },
    { FIELD(struct shot_news, image_url) },
    { 0 },
};
static const struct field shot_failed_fields[] = {
    { FIELD(struct shot_news, album_id) },
    { FIELD(struct shot_news, shot_index) },
    { FIELD(struct shot_news, error) },
    { 0 },
};

static const struct field shot_measure_fields[] = {
    { FIELD(struct shot_measure, album_id) },
    { FIELD(struct shot_measure, shot_index) },
    { FIELD(struct shot_measure, consistency) },
    { FIELD(struct shot_measure, face_consistency) },
    { 0 },
};

static bool tell(struct db_tx *tx, struct arena *a, const struct album *album, const char *type,
                 const struct field *fields, const void *news, struct err *e)
{
    return event_add_struct(tx, a, event_user_channel(a, album->user_id), type, fields, news, e);
}

bool album_tell_anchor(struct db_tx *tx, struct arena *a, const struct album *album,
                       const struct image *anchor, struct err *e)
{
    struct anchor_news news = { album->id, image_url(a, anchor) };

    return tell(tx, a, album, "album_anchor_complete", anchor_news_fields, &news, e);
}

bool album_tell_anchor_failed(struct db_tx *tx, struct arena *a, const struct album *album,
                              struct str error, struct err *e)
{
    struct anchor_failure news = { album->id, error };

    return tell(tx, a, album, "album_anchor_failed", anchor_failure_fields, &news, e);
}

bool album_tell_shot_begun(struct db_tx *tx, struct arena *a, const struct album *album,
                           int64_t position, struct err *e)
{
    struct shot_news news = { .album_id = album->id, .shot_index = position };

    return tell(tx, a, album, "album_shot_generating", shot_begun_fields, &news, e);
}

bool album_tell_shot(struct db_tx *tx, struct arena *a, const struct album *album, int64_t position,
                     const struct image *image, struct err *e)
{
    struct shot_news news = { .album_id = album->id,
                              .shot_index = position,
                              .image_url = image_url(a, image) };

    return tell(tx, a, album, "album_shot_complete", shot_complete_fields, &news, e);
}

bool album_tell_shot_failed(struct db_tx *tx, struct arena *a, const struct album *album,
                            int64_t position, struct str error, struct err *e)
{
    struct shot_news news = { .album_id = album->id, .shot_index = position, .error = error };

    return tell(tx, a, album, "album_shot_failed", shot_failed_fields, &news, e);
}

bool album_tell_shot_measured(struct db_tx *tx, struct arena *a, const struct album *album,
                              const struct shot_measure *measure, struct err *e)
{
    return tell(tx, a, album, "album_shot_measured", shot_measure_fields, measure, e);
}
