/* Shows pictures in the terminal, or has them shown. */
#include "features/generate/preview.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "features/generate/graphics.h"
#include "features/generate/terminal.h"
#include "image/bare.h"

enum { OUT_MAX_BYTES = 64 * 1024 * 1024, BOX_MIN = 16, BOX_MAX = 4096, COLUMNS = 80 };

static bool run(const char *const *argv, struct err *e)
{
    int status, error;
    pid_t child;

    /* posix_spawn takes its arguments as exec does, and changes them as little. */
    error = posix_spawnp(&child, argv[0], NULL, NULL, (char *const *)(uintptr_t)argv, environ);
    if (error != 0)
        return err_set_errno(e, error, "run", argv[0]);
    while (waitpid(child, &status, 0) < 0) {
        if (errno != EINTR)
            return err_set_errno(e, errno, "wait for", argv[0]);
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return true;
    return err_set(e, ERR_UPSTREAM, "'%.100s' did not show the picture", argv[0]);
}

/* The viewer gets the file as its last argument, or where it says "$1". */
static struct str viewer_line(struct arena *a, struct str viewer)
{
    if (str_find(viewer, STR("$1")) < viewer.len)
        return viewer;
    return arena_strf(a, STR_FMT " \"$1\"", STR_ARG(viewer));
}

static bool run_viewer(const struct preview_options *o, struct arena *a, const char *path,
                       struct err *e)
{
    const char *argv[] = { "sh", "-c", viewer_line(a, o->viewer).ptr, o->program, path, NULL };

    return run(argv, e);
}

/* In a window of tmux: the configured viewer, or this program, which waits for a key. */
static bool run_in_tmux(const struct preview_options *o, struct arena *a, const char *path,
                        struct err *e)
{
    char self[PATH_MAX] = "";
    ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);
    const char *argv[16];
    size_t n = 0;

    if (length <= 0)
        return err_set_errno(e, errno, "find", "this program");
    argv[n++] = "tmux";
    argv[n++] = "new-window";
    if (!o->alone)
        argv[n++] = "-d";
    argv[n++] = "-n";
    argv[n++] = o->program;
    if (o->viewer.len > 0) {
        argv[n++] = "sh";
        argv[n++] = "-c";
        argv[n++] = viewer_line(a, o->viewer).ptr;
        argv[n++] = o->program;
    } else {
        argv[n++] = self;
        argv[n++] = "preview";
        argv[n++] = "--wait";
        argv[n++] = "--";
    }
    argv[n++] = path;
    argv[n] = NULL;
    return run(argv, e);
}

static bool read_file(struct arena *a, int fd, struct str *out, struct err *e)
{
    int64_t size = file_size(fd);
    char *bytes;
    ssize_t got;

    if (size < 0 || size > IMAGE_MAX_BYTES)
        return err_set(e, ERR_TOO_LARGE, "too large to be shown");
    bytes = arena_alloc(a, (size_t)size + 1);
    got = pread(fd, bytes, (size_t)size, 0);
    if (got != size)
        return err_set_errno(e, got < 0 ? errno : EIO, "read", "the picture");
    *out = str_of(bytes, (size_t)size);
    return true;
}

/* Decoded and made smaller by the helper. */
static bool read_pixels(struct image_service *images, struct arena *a, const struct terminal *t,
                        int fd, struct graphics_pixels *out, struct err *e)
{
    struct terminal_size size = terminal_read_size(STDOUT_FILENO);
    AUTO_FD pixels = memfd_create("pixels", MFD_CLOEXEC);
    struct image_info info;
    struct str bytes;
    int width, height, box;

    if (pixels < 0)
        return err_set_errno(e, errno, "make", "a file in memory");
    if (!image_probe(images, fd, a, &info, e))
        return false;
    terminal_fit(t, &size, info.width, info.height, &width, &height);
    box = MAX(width, height);
    box = MAX(BOX_MIN, MIN(box, BOX_MAX));
    if (!image_pixels(images, fd, box, pixels, &out->width, &out->height, e) ||
        !read_file(a, pixels, &bytes, e))
        return false;
    if (bytes.len != (size_t)out->width * (size_t)out->height * 4)
        return err_set(e, ERR_INTERNAL, "the picture's helper gave too few pixels");
    out->rgba = (const uint8_t *)bytes.ptr;
    return true;
}

static bool put_picture(struct arena *a, const struct terminal *t, int fd, struct buf *out,
                        struct err *e)
{
    static const struct image_options options = { .max_processes = 1 };
    struct graphics_pixels pixels;
    struct image_service *images;
    struct str file = { 0 };
    bool ok;

    if (t->graphics == GRAPHICS_ITERM2) {
        struct terminal_size size = terminal_read_size(STDOUT_FILENO);

        if (!read_file(a, fd, &file, e))
            return false;
        graphics_put_iterm2(out, file, MIN(size.columns > 0 ? size.columns : COLUMNS, COLUMNS));
        return true;
    }
    if (!image_service_create(&options, &images, e))
        return false;
    ok = read_pixels(images, a, t, fd, &pixels, e);
    image_service_destroy(images);
    if (!ok)
        return false;
    if (t->graphics == GRAPHICS_KITTY)
        graphics_put_kitty(out, &pixels);
    else if (t->graphics == GRAPHICS_SIXEL)
        graphics_put_sixel(out, &pixels);
    else
        graphics_put_blocks(out, &pixels, t->true_colour);
    return true;
}

static bool show_here(const struct terminal *t, const char *path, struct err *e)
{
    AUTO_ARENA a = { 0 };
    AUTO_FD fd = -1;
    AUTO_BUF out = { 0 };

    buf_init(&out, OUT_MAX_BYTES);
    if (!file_open(path, O_RDONLY | O_NONBLOCK, 0, &fd, e) || !put_picture(&a, t, fd, &out, e))
        return false;
    if (out.overflowed)
        return err_set(e, ERR_TOO_LARGE, "too large to be shown");
    return file_write_all(STDOUT_FILENO, buf_str(&out), e);
}

bool preview_show(const struct preview_options *o, struct str path, struct err *e)
{
    struct terminal_words words = terminal_read_words();
    struct terminal t = terminal_judge(&words);
    char full[PATH_MAX];
    AUTO_ARENA a = { 0 };

    if (realpath(path.ptr, full) == NULL)
        return err_set_errno(e, errno, "open", path.ptr);
    if (t.in_tmux && !o->inline_only)
        return run_in_tmux(o, &a, full, e);
    if (o->viewer.len > 0 && !o->inline_only)
        return run_viewer(o, &a, full, e);
    return show_here(&t, full, e);
}
