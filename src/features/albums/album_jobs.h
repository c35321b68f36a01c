/* What albums have made: the orders for anchor and shots, and what comes of them. */
#ifndef FEATURES_ALBUMS_ALBUM_JOBS_H
#define FEATURES_ALBUMS_ALBUM_JOBS_H

#include "features/albums/shot.h"
#include "work/services.h"

/* What every order needs; on the stack of a handler. */
struct studio {
    struct db_tx *tx;
    struct arena *arena;
    const struct work_services *services;
};

/* Could the backend make such an album? ERR_INVALID names the field. */
MUST_CHECK bool studio_check(const struct studio *s, const struct album_new *want, struct err *e);

/* Queues the anchor. backend and seed without value: the album's; ERR_CONFLICT while one is being
 * made. */
MUST_CHECK bool studio_order_anchor(const struct studio *s, const struct album *album,
                                    struct str backend, struct opt_i64 seed, struct str *out_job_id,
                                    struct err *e);
/* A picture that is there becomes the anchor; one that is being made is cancelled. */
MUST_CHECK bool studio_take_anchor(const struct studio *s, const struct album *album,
                                   struct str image_id, struct err *e);

/* Queues every shot that is pending or failed. The album has an anchor. */
MUST_CHECK bool studio_order_shots(const struct studio *s, const struct album *album,
                                   struct str_list *out_job_ids, struct err *e);
/* Queues every outlier that may still be made again (consistency.h); until its new picture is there
 * it keeps the old one. */
MUST_CHECK bool studio_remake_outliers(const struct studio *s, const struct album *album,
                                       struct str_list *out_job_ids, struct err *e);
/* Queues one shot; with another seed when it has a picture already. */
MUST_CHECK bool studio_order_shot(const struct studio *s, const struct album *album,
                                  const struct shot *shot, struct str *out_job_id, struct err *e);
/* Cancels its job, if there is one, and makes it pending again. */
MUST_CHECK bool studio_give_up_shot(const struct studio *s, const struct album *album,
                                    const struct shot *shot, struct err *e);

#endif
