/* What is written down about bytes when they come in, found in one pass. */
#include "blob/digest.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/crc32.h"
#include "base/fault.h"
#include "base/file.h"

enum { PIECE_BYTES = 1 << 16 };

static void add_piece(struct digest *d, struct sha256_stream *sha, struct str piece)
{
    size_t wanted = MIN(DIGEST_HEAD_BYTES - d->head_bytes, piece.len);

    if (wanted > 0)
        memcpy(d->head + d->head_bytes, piece.ptr, wanted);
    d->head_bytes += wanted;
    d->size += (int64_t)piece.len;
    d->crc32 = crc32_add(d->crc32, piece);
    sha256_add(sha, piece);
}

void digest_bytes(struct str bytes, struct digest *out)
{
    struct sha256_stream sha;

    *out = (struct digest){ 0 };
    sha256_begin(&sha);
    for (size_t at = 0; at < bytes.len; at += PIECE_BYTES) /* each piece while it is in the cache */
        add_piece(out, &sha, str_slice(bytes, at, at + PIECE_BYTES));
    sha256_end(&sha, out->sha256);
}

bool digest_file(int fd, int64_t max_bytes, struct digest *out, struct err *e)
{
    struct sha256_stream sha;
    struct digest d = { 0 };
    char piece[PIECE_BYTES];

    sha256_begin(&sha);
    for (;;) {
        ssize_t n = pread(fd, piece, sizeof(piece), d.size);

        if (FAULT(file_read)) {
            n = -1;
            errno = EIO;
        }
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_set_errno(e, errno, "read", "file");
        if (n == 0)
            break;
        if (d.size + n > max_bytes)
            return err_set(e, ERR_TOO_LARGE, "more than %lld bytes", (long long)max_bytes);
        add_piece(&d, &sha, str_of(piece, (size_t)n));
    }
    sha256_end(&sha, d.sha256);
    *out = d;
    return true;
}
