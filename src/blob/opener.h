/* Threads that open stored bytes for those who may not wait. Only blob/ includes this. */
#ifndef BLOB_OPENER_H
#define BLOB_OPENER_H

#include "blob/opening.h"

/* No thread runs before the first opening. */
struct blob_opener *opener_create(struct blob_store *store);
/* Finishes what was asked for. NULL is fine. */
void opener_destroy(struct blob_opener *o);
void opener_put(struct blob_opener *o, struct blob_opening *opening);

#endif
