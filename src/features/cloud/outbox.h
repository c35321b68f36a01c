/* What is still to be sent, in small files of the data folder, so that neither a cut line nor a
 * killed process loses it. */
#ifndef FEATURES_CLOUD_OUTBOX_H
#define FEATURES_CLOUD_OUTBOX_H

#include "base/arena.h"
#include "base/err.h"

enum { OUTBOX_TEXT_MAX = 16 * 1024 * 1024, OUTBOX_MAX = 100000 };

struct outbox {
    struct str folder; /* "<data>/cloud/pictures" */
};

struct outbox outbox_of(struct arena *a, struct str data, const char *kind);
/* Durable before it returns; one that has the same id gives way. id: letters of a UUID. */
MUST_CHECK bool outbox_put(struct arena *a, const struct outbox *o, struct str id, struct str text,
                           struct err *e);
/* The ids, oldest first. An outbox that nobody has used is empty. */
MUST_CHECK bool outbox_list(struct arena *a, const struct outbox *o, struct str_list *out,
                            struct err *e);
MUST_CHECK bool outbox_read(struct arena *a, const struct outbox *o, struct str id, struct str *out,
                            struct err *e);
void outbox_remove(struct arena *a, const struct outbox *o, struct str id);

#endif
