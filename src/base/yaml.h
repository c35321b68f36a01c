/* YAML into the project's JSON tree, with a line number on every value. The only file that knows
 * libyaml. */
#ifndef BASE_YAML_H
#define BASE_YAML_H

#include "base/json.h"

/*
 * One document, as JSON sees it: plain scalars that JSON would read as a number are numbers; null,
 * ~ and nothing are null; true and false are booleans (also capitalised); everything else is text,
 * and so is all that is quoted (`on`, 007, 0x1f and 1_000 are text). No merge keys, no tags but
 * !!str, no keys but scalars, no duplicate keys, no aliases to what is still open; at most
 * JSON_MAX_DEPTH levels, JSON_MAX_MEMBERS keys of one mapping and YAML_MAX_VALUES after aliases.
 * ERR_MALFORMED messages begin with "line N, column M: ". An empty document is an empty object.
 * Bound the size before.
 */
MUST_CHECK bool yaml_parse(struct arena *a, struct str text, struct json *out, struct err *e);

enum {
    YAML_MAX_VALUES = 100000,
    YAML_MAX_ANCHORS = 256, /* aliases are looked up one by one */
    YAML_MAX_KEY = 128,     /* bytes */
};

/* Writes valid UTF-8 as one scalar on one line that reads back as that text: plain where that is
 * safe, else quoted. */
void yaml_put_str(struct buf *out, struct str s);

#endif
