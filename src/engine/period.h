/* Days, weeks and months of UTC: what budgets and usage are counted by. */
#ifndef ENGINE_PERIOD_H
#define ENGINE_PERIOD_H

#include "base/base.h"

enum period { PERIOD_DAY, PERIOD_WEEK, PERIOD_MONTH, PERIOD_COUNT };
extern const char *const period_names[]; /* "day", "week", "month", NULL */

enum { DAY_MS = 24 * 3600 * 1000 };

/* When the period began that this moment is in, and when the next one does. Weeks begin on Monday.
 */
int64_t period_start(enum period period, int64_t ms);
int64_t period_end(enum period period, int64_t ms);

#endif
