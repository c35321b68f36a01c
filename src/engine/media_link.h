/* Addresses of pictures that work for anybody for a while: signed, so that nobody can make or
 * change one. */
#ifndef ENGINE_MEDIA_LINK_H
#define ENGINE_MEDIA_LINK_H

#include "engine/image.h"

/* What links are made with; the key is the same for all servers of a database. */
struct media_signer {
    struct str key;
    struct str base_url; /* "https://pictures.example.org"; no value: nobody else can reach us */
};

enum {
    MEDIA_LINK_DEFAULT_S = 3600,
    MEDIA_LINK_MAX_S = 7 * 24 * 3600,
};

/*
 * "<base_url>/media/<key>?expires=<seconds since 1970>&signature=..." for an image that is the
 * caller's to show. width: of a thumbnail, or 0 for the original; the link is good for that alone.
 */
struct str media_link(struct arena *a, const struct media_signer *signer, const struct image *image,
                      int64_t width, int64_t expires_s);

/* ERR_FORBIDDEN says whether it is too old, or not as it was made. */
MUST_CHECK bool media_link_check(const struct media_signer *signer, const struct image *image,
                                 int64_t width, int64_t expires_s, struct str signature,
                                 struct err *e);
/* The same for a picture that is not there: nobody can tell it from one that is. */
bool media_link_refuse(struct err *e);

#endif
