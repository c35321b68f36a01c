/* A form with one picture in it, turned into that picture where it lies. */
#include <errno.h>
#include <unistd.h>

#include "api/api.h"
#include "base/file.h"
#include "features/library/upload.h"
#include "net/multipart.h"

enum { STEP_BYTES = 64 * 1024 };

/* What is read is always ahead of what is written: the picture stands behind its part's head. */
struct form {
    struct arena *arena;
    int fd;
    int64_t written;
    bool is_file, has_file;
    struct str file_name;
};

static bool begin(void *ctx, const struct multipart_part *part, struct err *e)
{
    struct form *form = ctx;

    form->is_file = !str_is_null(part->filename);
    if (!form->is_file)
        return err_set_field(e, ERR_INVALID, part->name,
                             "a form takes one file and no other field, '" STR_FMT "' is one",
                             STR_ARG(part->name));
    if (form->has_file)
        return err_set(e, ERR_INVALID, "one picture at a time: the form holds two");
    form->has_file = true;
    form->file_name = upload_file_name(part->filename);
    return true;
}

static bool write_at(int fd, struct str bytes, int64_t at, struct err *e)
{
    while (bytes.len > 0) {
        ssize_t count = pwrite(fd, bytes.ptr, bytes.len, at);

        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return err_set_errno(e, errno, "write", "the upload");
        bytes = str_slice(bytes, (size_t)count, bytes.len);
        at += count;
    }
    return true;
}

static bool data(void *ctx, struct str bytes, struct err *e)
{
    struct form *form = ctx;

    if (!write_at(form->fd, bytes, form->written, e))
        return false;
    form->written += (int64_t)bytes.len;
    return true;
}

static bool end(void *ctx, struct err *e)
{
    UNUSED(ctx);
    UNUSED(e);
    return true;
}

static bool feed(struct multipart *reader, int fd, char *step, struct err *e)
{
    for (int64_t at = 0;;) {
        ssize_t count = pread(fd, step, STEP_BYTES, at);

        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return err_set_errno(e, errno, "read", "the upload");
        if (count == 0)
            return multipart_finish(reader, e);
        if (!multipart_feed(reader, str_of(step, (size_t)count), e))
            return false;
        at += count;
    }
}

bool upload_from_form(struct api_call *call, struct upload_source *out, struct err *e)
{
    const struct http_request *request = &call->exchange->request;
    struct form form = { .arena = call->arena, .fd = request->body_fd };
    const struct multipart_handler handler = { &form, begin, data, end };
    struct multipart *reader;

    if (!multipart_create(call->arena, http_header_get(request, "Content-Type"), &handler, &reader,
                          e) ||
        !feed(reader, form.fd, arena_alloc(call->arena, STEP_BYTES), e))
        return false;
    if (!form.has_file)
        return err_set_field(e, ERR_INVALID, STR("file"), "the form holds no file");
    if (ftruncate(form.fd, form.written) != 0)
        return err_set_errno(e, errno, "shorten", "the upload");
    *out = (struct upload_source){ .fd = form.fd, .file_name = form.file_name };
    return true;
}
