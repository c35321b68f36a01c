/* YAML into the project's JSON tree, with a line number on every value. The only file that knows
 * libyaml. */
#ifndef BASE_YAML_H
#define BASE_YAML_H

#include "base/json.h"

/*
 * One document. Plain scalars become null, booleans (true, false), integers and numbers; quoted
 * ones stay text. No merge keys, no custom tags, no duplicate keys, no aliases to what is still
 * open; at most JSON_MAX_DEPTH levels and 100,000 values after aliases. ERR_MALFORMED messages
 * carry "line N, column M". An empty document is an empty object.
 */
MUST_CHECK bool yaml_parse(struct arena *a, struct str text, struct json *out, struct err *e);

#endif
