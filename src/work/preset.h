/* Styles in words: presets that turn a request with a style's name into one that any backend
 * understands. */
#ifndef WORK_PRESET_H
#define WORK_PRESET_H

#include "provider/provider.h"
#include "work/generate.h"

struct preset {
    struct str name, title;
    struct str prefix, suffix; /* around the prompt; no value: nothing */
    struct str negative;       /* joined to the request's own */
    struct opt_i64 steps, width, height;
    struct opt_f64 guidance; /* these: where the request sets none */
    bool built_in;
};
extern const struct field preset_json[];

/* Sorted by name. */
struct preset_list {
    const struct preset *items;
    size_t count;
};

enum { PRESETS_MAX = 500, PRESET_FILE_MAX_BYTES = 64 * 1024 };

/*
 * The built-in ones, and those of the folder (NULL: none): a YAML file each, named by it, in place
 * of the built-in one of that name. A folder that does not exist is an empty one. ERR_INVALID names
 * file and key.
 */
MUST_CHECK bool presets_load(struct arena *a, const char *folder, struct preset_list *out,
                             struct err *e);
/* One of them out of its text. */
MUST_CHECK bool preset_read(struct arena *a, struct str name, struct str text, struct preset *out,
                            struct err *e);
const struct preset *preset_find(const struct preset_list *list, struct str name); /* or NULL */

/*
 * The request as this backend gets it: where its style is a preset and the backend has no style of
 * its own by that name, the preset's words and defaults stand for the style. A size that the
 * backend does not make is left out. The result has no style then, so it stays as it is when it
 * comes this way again. Gives the preset, or NULL.
 */
const struct preset *preset_apply(const struct preset_list *list, struct arena *a,
                                  const struct gen_capabilities *can, struct generate_request *r);

#endif
