/* Bytes as text: hexadecimal, base64, percent-encoding. */
#ifndef BASE_ENCODE_H
#define BASE_ENCODE_H

#include "base/arena.h"

struct str hex_encode(struct arena *a, struct str bytes);
MUST_CHECK bool hex_decode(struct arena *a, struct str text, struct str *out);

struct str base64_encode(struct arena *a, struct str bytes);    /* standard, padded */
struct str base64url_encode(struct arena *a, struct str bytes); /* URL-safe, no padding */
/* Either alphabet, padded or not; line breaks are skipped. False for anything else. */
MUST_CHECK bool base64_decode(struct arena *a, struct str text, struct str *out);

/* Everything but letters, digits and -._~ (and / when keep_slash) becomes %XX. */
struct str percent_encode(struct arena *a, struct str s, bool keep_slash);
/* False for a broken escape. Plus stays plus unless plus_is_space. */
MUST_CHECK bool percent_decode(struct arena *a, struct str s, bool plus_is_space, struct str *out);

#endif
