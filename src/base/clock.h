/* Time: the wall clock for what is stored, the steady clock for what is measured. Tests may take it
 * over. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include "base/arena.h"

int64_t clock_now_ms(void);    /* since 1970, UTC */
int64_t clock_steady_ns(void); /* never goes back */
int64_t clock_steady_ms(void);

enum { CLOCK_ISO_LEN = 24 }; /* 2026-11-21T08:30:00.000Z */

void clock_format_iso(int64_t ms, char out[CLOCK_ISO_LEN + 1]);
/* Takes seconds, fractions, and Z or an offset. */
MUST_CHECK bool clock_parse_iso(struct str s, int64_t *out_ms);
/* "Sun, 06 Nov 1994 08:49:37 GMT", for HTTP. */
struct str clock_format_http(struct arena *a, int64_t ms);

/* Tests: both clocks stand at ms until they are moved; a negative value gives them back. */
void clock_set_virtual(int64_t ms);

#endif
