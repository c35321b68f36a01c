/* The store that needs nothing: a folder. */
#ifndef BLOB_BLOB_FOLDER_H
#define BLOB_BLOB_FOLDER_H

#include "blob/blob.h"

/*
 * The setting `path` is the folder; it is made when it is missing. A key is a path below it, and
 * no link leads out of it. `.incoming` inside holds what is being written; several processes may
 * share the folder.
 */
extern const struct blob_store_ops blob_folder;

/* The same without a configuration. */
MUST_CHECK bool blob_folder_open(struct str path, struct blob_store **out, struct err *e);

#endif
