/* SHA-1, for the handshake of the WebSocket protocol alone: it proves nothing to anybody. */
#ifndef BASE_SHA1_H
#define BASE_SHA1_H

#include <stdint.h>

#include "base/str.h"

enum { SHA1_BYTES = 20 };

void sha1(struct str data, uint8_t out[SHA1_BYTES]);

#endif
