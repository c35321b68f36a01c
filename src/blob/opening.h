/* Opening what is in a store, for those who must not wait. */
#ifndef BLOB_OPENING_H
#define BLOB_OPENING_H

#include "base/thread.h"
#include "blob/blob.h"

/* An opening that is not waited for: filled in to `done`, and kept until that was called. */
struct blob_opening {
    struct str key;
    void (*done)(struct blob_opening *opening); /* mostly on a thread of the store; quick */
    bool ok;
    struct blob_file file; /* when ok; whoever asked for it closes it */
    struct err err;        /* else */
    struct queue_item item;
};
/*
 * The same as blob_open_read for those who may wait neither for a disk nor for a network, on a
 * store of blob_open. The disk is asked for the bytes as well, so that reading them waits less.
 */
void blob_open_later(struct blob_store *s, struct blob_opening *opening);

#endif
