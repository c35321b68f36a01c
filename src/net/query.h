/* Query strings and urlencoded forms: names and values, decoded. */
#ifndef NET_QUERY_H
#define NET_QUERY_H

#include "base/arena.h"
#include "base/err.h"
#include "base/json.h"

enum { QUERY_MAX_PARAMS = 64 };

/*
 * As a JSON object of strings, so that a field table can read it (query_decode). ERR_MALFORMED: a
 * broken escape, bytes that are not UTF-8, a control character, a name twice, too many.
 */
MUST_CHECK bool query_parse(struct arena *a, struct str query, struct json *out, struct err *e);

/*
 * Like json_decode in strict mode, with numbers, booleans (true, false, 1, 0) and times read from
 * text; lists are split at commas. Names may be in either spelling; messages say camelCase.
 */
MUST_CHECK bool query_decode(struct arena *a, struct str query, const struct field *table,
                             void *out, struct err *e);

#endif
