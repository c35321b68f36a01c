/* JSON as Python and others write it: NaN, integers of any length, half surrogate pairs. */
#ifndef IMAGE_RECIPE_LENIENT_H
#define IMAGE_RECIPE_LENIENT_H

#include "base/json.h"

/* NaN and infinities become null, integers past int64 text, what no string may hold U+FFFD. */
struct str lenient_strict(struct arena *a, struct str text);

/* False for what is no JSON after that. */
bool lenient_parse(struct arena *a, struct str text, struct json *out);

/*
 * The members of an object one by one, each to be parsed on its own, so that neither their number
 * nor a bad one matters. *rest begins as strict text with the object; false at the end.
 */
bool lenient_next_member(struct arena *a, struct str *rest, struct str *out_name,
                         struct json *out_value);

/* Where the brackets that open the text are closed again, just behind; 0 when they are not. */
size_t lenient_end(struct str text);

/* Text, a number, true or false as text; no value for anything else. */
struct str lenient_text(struct arena *a, const struct json *v);

#endif
