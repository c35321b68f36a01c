/* A slice of the configuration into the struct of whoever it belongs to. */
#ifndef BASE_SETTINGS_H
#define BASE_SETTINGS_H

#include "base/json.h"

/*
 * Strict, names in lower_case; settings NULL is an empty slice. Members that are absent keep what
 * out holds. ERR_INVALID begins with "line N: " when the tree has lines, and e->field names the
 * member. Strings point into the tree.
 */
MUST_CHECK bool settings_decode(struct arena *a, const struct json *settings,
                                const struct field *table, void *out, struct err *e);

/* What a check of one's own has to say about the member called name ("host" or "models[2].id"). */
bool settings_complain(struct err *e, const struct json *settings, const char *name,
                       const char *message);

#endif
