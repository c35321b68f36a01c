/* Text from outside that may be stored, shown and written to a log: UTF-8 without control
 * characters. */
#ifndef NET_TEXT_H
#define NET_TEXT_H

#include "base/str.h"

static inline bool text_is_clean(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if ((unsigned char)s.ptr[i] < 0x20 || s.ptr[i] == 0x7f)
            return false;
    }
    return str_is_utf8(s);
}

#endif
