/* What is written down about bytes when they come in, found in one pass. */
#ifndef BLOB_DIGEST_H
#define BLOB_DIGEST_H

#include "base/crypto.h"
#include "base/err.h"

enum { DIGEST_HEAD_BYTES = 64 };

struct digest {
    int64_t size;
    uint32_t crc32;
    uint8_t sha256[SHA256_BYTES];
    size_t head_bytes;               /* fewer than DIGEST_HEAD_BYTES when there are fewer */
    uint8_t head[DIGEST_HEAD_BYTES]; /* for a look at what kind of file it is */
};

void digest_bytes(struct str bytes, struct digest *out);
/* From the beginning of the file to its end, whatever its position. ERR_TOO_LARGE past max_bytes.
 */
MUST_CHECK bool digest_file(int fd, int64_t max_bytes, struct digest *out, struct err *e);

#endif
