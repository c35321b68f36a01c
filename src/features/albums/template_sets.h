/* Sets of shots that come with the program. */
#ifndef FEATURES_ALBUMS_TEMPLATE_SETS_H
#define FEATURES_ALBUMS_TEMPLATE_SETS_H

#include "base/str.h"

struct template_shot {
    const char *label, *direction;
};
struct template_set {
    const char *name, *title;
    const struct template_shot *shots;
    size_t shot_count;
};
extern const struct template_set template_sets[];
extern const size_t template_set_count;
const struct template_set *template_set_find(struct str name); /* or NULL */

#endif
