/* Keeps what a job has made in the store, and waits while the store is full or cannot be written.
 */
#ifndef WORK_KEEP_H
#define WORK_KEEP_H

#include "blob/blob.h"
#include "work/kind.h"

/*
 * As blob_put, but ERR_STORAGE_FULL and ERR_UNAVAILABLE end with the trouble, however long that
 * takes, or with the run: the picture is paid for, and as long as the job has its slot nothing more
 * is bought that could not be kept either. Meanwhile the job's error says what it waits for.
 */
MUST_CHECK bool keep_blob(struct work_run *run, struct blob_store *store, struct str key,
                          const struct blob_content *content, struct err *e);

#endif
