/* Values that may be absent, where every value of the type means something. */
#ifndef BASE_OPT_H
#define BASE_OPT_H

#include "base/base.h"

struct opt_bool {
    bool set, value;
};
struct opt_i64 {
    bool set;
    int64_t value;
};
struct opt_f64 {
    bool set;
    double value;
};

#endif
