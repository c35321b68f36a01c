/* jansson as a second opinion on JSON, behind an interface of its own: its names collide with ours.
 */
#ifndef TESTS_ORACLE_ORACLE_H
#define TESTS_ORACLE_ORACLE_H

#include "base/json.h"

/*
 * Reads text by jansson. True: *out is the document in one spelling (see oracle_spell), to be freed
 * by free(). False: *out is its reason, to be freed too.
 */
bool oracle_read(struct str text, char **out);

/* The same spelling of our tree: one token per value and name, lengths before texts, exact doubles.
 * free() it. */
char *oracle_spell(const struct json *v);

/*
 * NULL when our reader and jansson agree on the text, or differ where we mean to: integers past
 * int64 are doubles to us; NUL bytes, deep nesting, long numbers, many members and values are
 * refused by us alone. Else what differs, to be freed.
 */
char *oracle_compare(struct str text);

#endif
