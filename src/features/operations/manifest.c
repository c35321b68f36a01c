/* What a folder with a backup holds: reading, writing and comparing it. */
#include "features/operations/manifest.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/encode.h"
#include "base/json.h"
#include "blob/digest.h"

enum { MANIFEST_MAX_BYTES = 64 * 1024, PIECE_BYTES = 1 << 16 };

static const struct field manifest_file_json[] = {
    { FIELD(struct manifest_file, file), .required = true, .min = 1, .max = 100 },
    { FIELD(struct manifest_file, sha256), .required = true, .min = SHA256_HEX, .max = SHA256_HEX },
    { FIELD(struct manifest_file, bytes), .required = true, .max = 9e15 },
    { 0 },
};

const struct field manifest_json[] = {
    { FIELD(struct manifest, format), .required = true },
    { FIELD_TIME(struct manifest, created_at) },
    { FIELD(struct manifest, program) },
    { FIELD(struct manifest, dialect), .required = true },
    { FIELD(struct manifest, schema), .required = true, .min = 1, .max = 100000 },
    { FIELD(struct manifest, store_id) },
    { FIELD_OBJECT(struct manifest, database, manifest_file_json), .required = true },
    { FIELD_OBJECT(struct manifest, list, manifest_file_json), .required = true },
    { FIELD(struct manifest, blobs) },
    { FIELD(struct manifest, blob_bytes) },
    { FIELD(struct manifest, missing) },
    { 0 },
};

bool manifest_write(const char *folder, const struct manifest *m, struct err *e)
{
    AUTO_ARENA a = { 0 };
    AUTO_BUF text = { 0 };
    struct json_writer w = { .out = &text, .spelling = JSON_CAMEL };

    buf_init(&text, MANIFEST_MAX_BYTES);
    json_put_struct(&w, manifest_json, m);
    buf_put_char(&text, '\n');
    return file_write_atomic(arena_strf(&a, "%s/" MANIFEST_NAME, folder).ptr, buf_str(&text), 0600,
                             e);
}

/* A name of ours, which leads nowhere else. */
static bool is_plain(struct str name)
{
    return name.len > 0 && name.ptr[0] != '.' && str_find_char(name, '/', 0) == name.len;
}

static bool decode(struct arena *a, struct str text, struct manifest *out, struct err *e)
{
    struct json tree;

    return json_parse(a, text, &tree, e) &&
           json_decode(a, &tree, manifest_json, JSON_STRICT, JSON_CAMEL, out, e);
}

bool manifest_read(struct arena *a, const char *folder, struct manifest *out, struct err *e)
{
    const char *path = arena_strf(a, "%s/" MANIFEST_NAME, folder).ptr;
    struct manifest m = { 0 };
    struct str text;

    if (!file_exists(path))
        return err_set(e, ERR_NOT_FOUND, "'%s' holds no complete backup: it has no %s", folder,
                       MANIFEST_NAME);
    if (!file_read(a, path, MANIFEST_MAX_BYTES, &text, e))
        return false;
    if (!decode(a, text, &m, e) || !is_plain(m.database.file) || !is_plain(m.list.file))
        return err_set(e, ERR_INVALID, "%s of the backup cannot be read", MANIFEST_NAME);
    if (m.format != MANIFEST_FORMAT)
        return err_set(e, ERR_INVALID, "the backup has format %lld, this program reads %d",
                       (long long)m.format, MANIFEST_FORMAT);
    *out = m;
    return true;
}

static bool copy_bytes(int from, int to, struct err *e)
{
    char piece[PIECE_BYTES];
    ssize_t got;

    while ((got = read(from, piece, sizeof(piece))) != 0) {
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return err_set_errno(e, errno, "read", "a file of the backup");
        if (!file_write_all(to, str_of(piece, (size_t)got), e))
            return false;
    }
    return file_sync(to, e);
}

static bool digest_of(const char *path, struct digest *out, struct err *e)
{
    AUTO_FD fd = -1;

    return file_open(path, O_RDONLY, 0, &fd, e) && digest_file(fd, INT64_MAX, out, e);
}

/* What is compared later is what was really written, so that is what is read. */
bool manifest_copy(const char *from, const char *to, struct manifest_file *out, struct arena *a,
                   struct err *e)
{
    const char *partial = arena_strf(a, "%s.part", to).ptr;
    struct digest digest;
    AUTO_FD source = -1;
    AUTO_FD target = -1;

    if (!file_open(from, O_RDONLY, 0, &source, e) ||
        !file_open(partial, O_WRONLY | O_CREAT | O_TRUNC, 0600, &target, e) ||
        !copy_bytes(source, target, e) || !digest_of(partial, &digest, e) ||
        !file_rename(partial, to, e) || !file_sync_folder_of(to, e))
        return false;
    out->bytes = digest.size;
    out->sha256 = hex_encode(a, str_of(digest.sha256, SHA256_BYTES));
    return true;
}

bool manifest_check(const char *folder, const struct manifest_file *file, struct err *e)
{
    AUTO_ARENA a = { 0 };
    const char *path = arena_strf(&a, "%s/" STR_FMT, folder, STR_ARG(file->file)).ptr;
    struct digest digest;

    if (!digest_of(path, &digest, e))
        return false;
    if (digest.size == file->bytes &&
        str_eq(hex_encode(&a, str_of(digest.sha256, SHA256_BYTES)), file->sha256))
        return true;
    return err_set(e, ERR_INVALID, "'" STR_FMT "' of the backup is damaged", STR_ARG(file->file));
}

bool manifest_read_line(struct str line, struct str *out_sha256, struct str *out_key)
{
    static const struct str between = { "  blobs/", sizeof("  blobs/") - 1 };
    struct str rest;

    if (line.len > 0 && line.ptr[line.len - 1] == '\n')
        line.len--;
    rest = str_slice(line, SHA256_HEX, line.len);
    if (line.len <= SHA256_HEX + between.len || !str_starts(rest, between))
        return false;
    *out_sha256 = str_slice(line, 0, SHA256_HEX);
    *out_key = str_slice(rest, between.len, rest.len);
    return true;
}
