/* The stored files of a backup: what the list names, and the backup does not have yet. */
#include "features/operations/backup_blobs.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/encode.h"
#include "base/file.h"
#include "blob/digest.h"

enum { PIECE_BYTES = 64 * 1024, LINE_MAX_BYTES = 1024 };

struct copying {
    struct blob_store *from, *to;
    struct backup_tally *tally;
    backup_tell_fn tell;
    void *ctx;
    int list; /* of the backup */
    struct buf lines;
};

/* A line of the snapshot's list. */
struct wanted {
    struct str sha256, key; /* no value: not known */
    int64_t bytes;          /* -1: not known */
};

static bool read_wanted(struct str line, struct wanted *out)
{
    struct str bytes, rest;

    if (line.len > 0 && line.ptr[line.len - 1] == '\n')
        line.len--;
    *out = (struct wanted){ .bytes = -1 };
    if (!str_cut(line, ' ', &out->sha256, &rest) || !str_cut(rest, ' ', &bytes, &out->key))
        return false;
    if (str_eq(out->sha256, STR("-"))) {
        out->sha256 = (struct str){ 0 };
        return blob_key_is_valid(out->key);
    }
    return str_to_i64(bytes, 0, INT64_MAX, &out->bytes) && blob_key_is_valid(out->key);
}

static bool put_line(struct copying *c, struct str sha256, const struct wanted *want, int64_t bytes,
                     struct err *e)
{
    buf_putf(&c->lines, STR_FMT "  blobs/" STR_FMT "\n", STR_ARG(sha256), STR_ARG(want->key));
    c->tally->blobs++;
    c->tally->bytes += bytes;
    if (c->lines.len < PIECE_BYTES)
        return true;
    bool ok = file_write_all(c->list, buf_str(&c->lines), e);

    buf_clear(&c->lines);
    return ok;
}

static bool open_if_there(struct blob_store *store, struct str key, int *out_fd, int64_t *out_bytes,
                          struct err *e)
{
    struct blob_file file;
    struct err why = { 0 };

    *out_fd = -1;
    if (blob_open_read(store, key, &file, &why)) {
        *out_fd = file.fd;
        *out_bytes = file.size;
        return true;
    }
    if (why.code == ERR_NOT_FOUND)
        return true;
    *e = why;
    return false;
}

static bool hash_of(struct arena *a, int fd, struct str *out, struct err *e)
{
    struct digest digest;

    if (!digest_file(fd, INT64_MAX, &digest, e))
        return false;
    *out = hex_encode(a, str_of(digest.sha256, SHA256_BYTES));
    return true;
}

static void tell_missing(struct copying *c, struct str key, const char *what)
{
    c->tally->missing++;
    c->tell(c->ctx, c->tally, key, what);
}

/* The file of another name's backup may have been cut by hand: then it is written anew. */
static bool copy(struct copying *c, struct arena *a, const struct wanted *want, bool is_there,
                 struct err *e)
{
    struct blob_content content = { .fd = -1 };
    struct str sha256;
    AUTO_FD fd = -1;

    if (!open_if_there(c->from, want->key, &fd, &content.size, e))
        return false;
    if (fd < 0) {
        tell_missing(c, want->key, "is gone");
        return true;
    }
    if (!hash_of(a, fd, &sha256, e))
        return false;
    if (!str_is_null(want->sha256) && !str_eq(want->sha256, sha256)) {
        tell_missing(c, want->key, "is damaged");
        return true;
    }
    content.fd = fd;
    if ((is_there && !blob_remove(c->to, want->key, e)) || !blob_put(c->to, want->key, &content, e))
        return false;
    c->tally->copied++;
    c->tally->copied_bytes += content.size;
    return put_line(c, sha256, want, content.size, e);
}

/* What is there under the key is whole: it was put there as everything is put into a store. */
static bool take(struct copying *c, const struct wanted *want, struct err *e)
{
    AUTO_ARENA a = { 0 };
    struct str sha256 = want->sha256;
    int64_t bytes = 0;
    AUTO_FD there = -1;

    c->tally->seen++;
    if (!open_if_there(c->to, want->key, &there, &bytes, e))
        return false;
    if (there < 0 || (want->bytes >= 0 && want->bytes != bytes))
        return copy(c, &a, want, there >= 0, e);
    return (!str_is_null(sha256) || hash_of(&a, there, &sha256, e)) &&
           put_line(c, sha256, want, bytes, e);
}

static bool take_all(struct copying *c, FILE *list, struct err *e)
{
    char line[LINE_MAX_BYTES];

    while (fgets(line, sizeof(line), list) != NULL) {
        struct wanted want;

        if (!read_wanted(str_from(line), &want))
            return err_set(e, ERR_INTERNAL, "the list of files cannot be read");
        if (!take(c, &want, e))
            return false;
        c->tell(c->ctx, c->tally, (struct str){ 0 }, NULL);
    }
    return !ferror(list) || err_set(e, ERR_IO, "the list of files cannot be read");
}

bool backup_blobs(struct blob_store *from, struct blob_store *to, const char *from_list,
                  const char *to_list, backup_tell_fn tell, void *ctx, struct backup_tally *tally,
                  struct err *e)
{
    struct copying c = { .from = from, .to = to, .tally = tally, .tell = tell, .ctx = ctx };
    AUTO_FD list = -1;
    FILE *file;
    bool ok;

    if (!file_open(to_list, O_WRONLY | O_CREAT | O_TRUNC, 0600, &list, e))
        return false;
    file = fopen(from_list, "re");
    if (file == NULL)
        return err_set(e, ERR_NOT_FOUND,
                       "the list of files is not where the server runs: make the "
                       "backup on its machine");
    c.list = list;
    buf_init(&c.lines, PIECE_BYTES + LINE_MAX_BYTES);
    ok = take_all(&c, file, e) && file_write_all(list, buf_str(&c.lines), e) && file_sync(list, e);
    buf_deinit(&c.lines);
    fclose(file);
    return ok;
}
