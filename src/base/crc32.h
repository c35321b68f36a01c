/* CRC-32 as in PNG, ZIP and gzip. */
#ifndef BASE_CRC32_H
#define BASE_CRC32_H

#include "base/str.h"

/* Begin with crc 0 and pass the last result on for data that comes in pieces. */
uint32_t crc32_add(uint32_t crc, struct str data);

#endif
