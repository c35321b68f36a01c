/* The authorities that https trusts beside the system's: guard.ca_file. */
#ifndef APP_AUTHORITIES_H
#define APP_AUTHORITIES_H

#include "base/err.h"

/* Is there a certificate in the file (PEM), and is each of them whole? libcurl takes all of them or
 * none, and says so with the first fetch only. "" is no file, and fine. */
MUST_CHECK bool authorities_check(struct str file, struct err *e);

#endif
