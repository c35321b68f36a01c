/* What the program lends to its job kinds; opened once, owned by app/. */
#ifndef WORK_SERVICES_H
#define WORK_SERVICES_H

#include "blob/blob.h"
#include "engine/media_link.h"
#include "image/image.h"
#include "provider/backend.h"

struct preset_list;
struct sweeper;

struct work_services {
    struct backend_list *backends;
    struct blob_store *store;
    struct image_service *images;
    const struct preset_list *presets;
    struct sweeper *sweeper;   /* NULL where there is no API */
    struct media_signer links; /* for providers that fetch their references themselves */
};

#endif
