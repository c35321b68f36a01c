/* Changes of pictures by their owner: name, tags, star, rating, and the way into the trash and
 * back. */
#ifndef FEATURES_LIBRARY_CHANGE_H
#define FEATURES_LIBRARY_CHANGE_H

#include "engine/image.h"

enum { CHANGE_PICTURES_MAX = 500 };

/* What has no value stays as it is. */
struct image_change {
    struct str name;             /* empty: none any more */
    const struct str_list *tags; /* all that there are; NULL: as they are */
    struct str_list add_tags, remove_tags;
    struct opt_bool starred, trash;
    struct opt_i64 rating;
    bool force; /* into the trash also what others were made from */
};

/*
 * For all of these pictures or none; *out are their rows afterwards, by rising ids. ERR_NOT_FOUND
 * names the one that the user has not, ERR_INVALID a tag. ERR_CONFLICT: it is in the trash and the
 * change is none of that, or it goes there and something was made from it.
 */
MUST_CHECK bool change_images(struct db_tx *tx, struct arena *a, struct str user_id,
                              struct str_list ids, const struct image_change *change,
                              struct field_list *out, struct err *e);

/* As tags are kept: in order, each once. ERR_INVALID for one that cannot be. */
MUST_CHECK bool change_tidy_tags(struct arena *a, const struct str_list *tags, struct str_list *out,
                                 struct err *e);

#endif
