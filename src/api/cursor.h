/* Cursors: where a list goes on, sealed to the list, its filters and its reader. */
#ifndef API_CURSOR_H
#define API_CURSOR_H

#include "base/arena.h"
#include "base/err.h"

enum { CURSOR_MAX_KEYS = 4, CURSOR_MAX_BYTES = 1024 };

/* keys are the sort values of the last row shown; binding is whatever the list depends on. */
struct str cursor_seal(struct arena *a, struct str secret, struct str binding,
                       const struct str *keys, size_t count);
/* ERR_MALFORMED for anything that cursor_seal did not make for this binding and this many keys. */
MUST_CHECK bool cursor_open(struct arena *a, struct str secret, struct str binding,
                            struct str cursor, struct str *out_keys, size_t count, struct err *e);

#endif
