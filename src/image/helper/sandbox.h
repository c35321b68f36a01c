/* What this process takes from itself before it sees the first picture. */
#ifndef IMAGE_HELPER_SANDBOX_H
#define IMAGE_HELPER_SANDBOX_H

#include "base/err.h"

/*
 * For good: limits on memory, time, files and processes; no new privileges, no tracing; and of the
 * system calls only those that reading open files and filling memory takes. Any other one kills the
 * process. Dies with its parent. Built with sanitizers, which need more, the filter and the limit
 * on memory are left out.
 */
MUST_CHECK bool sandbox_enter(int64_t memory_bytes, int64_t cpu_seconds, struct err *e);

#endif
