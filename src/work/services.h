/* What the program lends to its job kinds; opened once, owned by app/. */
#ifndef WORK_SERVICES_H
#define WORK_SERVICES_H

#include "blob/blob.h"
#include "engine/media_link.h"
#include "image/image.h"
#include "provider/backend.h"

struct preset_list;

/* When a picture falls short of the one that it should be like, and how often it is made again for
 * that on one call. */
struct consistency_rules {
    double mark; /* from 0 to 1 */
    int64_t remakes;
};

struct sweeper;
struct image;
struct db_tx;
struct work_services;

/* Called in the transaction that adds a generated picture, behind its row: what else is to be done
 * with it is queued there. cloud_copy: what the order says of copies (work/order.h). */
typedef bool (*picture_follow_fn)(struct db_tx *tx, struct arena *a,
                                  const struct work_services *services, const struct image *image,
                                  struct str cloud_copy, struct err *e);

/* The albums, of which the doors that make pictures know no more. */
struct picture_albums {
    /* ERR_NOT_FOUND: the user has no such album. */
    bool (*find)(struct db_tx *tx, struct arena *a, struct str user_id, struct str album_id,
                 struct err *e);
    /* At the end of it; where it is gone or full meanwhile, they stay in the library alone. */
    bool (*put)(struct db_tx *tx, struct arena *a, struct str user_id, struct str album_id,
                struct str_list image_ids, struct err *e);
};

struct work_services {
    struct backend_list *backends;
    struct blob_store *store;
    struct image_service *images;
    const struct preset_list *presets;
    struct consistency_rules consistency;
    const struct picture_albums *albums;
    picture_follow_fn follow;  /* NULL: nothing more is done */
    const void *cloud;         /* struct command_cloud, where copies go; NULL: nowhere */
    struct sweeper *sweeper;   /* NULL where there is no API */
    struct media_signer links; /* for providers that fetch their references themselves */
};

#endif
