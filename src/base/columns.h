/* How wide text stands on a terminal. */
#ifndef BASE_COLUMNS_H
#define BASE_COLUMNS_H

#include "base/str.h"

/* Two for the wide letters and pictures of East Asia, none for what is put on the letter before. */
int columns_of(struct str s);
/* The beginning that fits so many columns, in whole characters with what is put on them. */
struct str columns_fit(struct str s, int columns);

#endif
