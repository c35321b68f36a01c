/* The album of a call, and how it is answered. */
#ifndef FEATURES_ALBUMS_ALBUM_VIEW_H
#define FEATURES_ALBUMS_ALBUM_VIEW_H

#include "features/albums/album_shapes.h"

/* The album of the path; only its owner finds it. */
MUST_CHECK bool album_load_mine(struct api_call *call, struct album *out, struct err *e);
/* The same, as nobody else can change it until the commit. */
MUST_CHECK bool album_claim_mine(struct api_call *call, struct album *out, struct err *e);

/* The answer is the album as it is now, with shots and pictures. */
MUST_CHECK bool album_answer(struct api_call *call, const struct album *album, struct err *e);
MUST_CHECK bool album_answer_again(struct api_call *call, struct err *e);

void album_view_summary(const struct api_call *call, const struct album *album,
                        struct album_view *out);
struct shot_view album_view_shot(const struct api_call *call, const struct album *album,
                                 const struct shot *shot);
/* struct member to struct member_view. */
struct field_list album_view_members(const struct api_call *call, const struct album *album,
                                     struct field_list members);

#endif
