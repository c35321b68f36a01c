/*
 * Named fault points. ALBUMEN_FAULT="file_sync:3:fail" makes the third pass of that point fail,
 * ":kill" ends the process there as kill -9 would, ":from" fails the third and every later one.
 * ALBUMEN_FAULT_CONTROL names a file by which somebody outside sets such texts while the process
 * runs: 64 bytes of text, a number to be raised behind a new one, and then ours, the number of
 * failed passes and that of all passes of each point. Release builds contain none of it.
 */
#ifndef BASE_FAULT_H
#define BASE_FAULT_H

#include "base/base.h"

enum fault_point {
#define FAULT_POINT(name) FAULT_##name,
#include "base/fault_points.def"
#undef FAULT_POINT
    FAULT_POINT_COUNT
};

#if defined(ALBUMEN_FAULTS)
/* True: the caller behaves as if its system call had failed with EIO. */
bool fault_hit(enum fault_point point);
#define FAULT(name) fault_hit(FAULT_##name)
/* Tests in the same process: spec as above, NULL clears all. Aborts on a spec that names no point.
 */
void fault_set(const char *spec);
int64_t fault_passes(enum fault_point point); /* how often it was passed since the last fault_set */
#else
#define FAULT(name) false
#endif

#endif
