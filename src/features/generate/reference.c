/* Pictures to go by, as --ref names them. */
#include "features/generate/reference.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/encode.h"
#include "base/file.h"
#include "base/random.h"
#include "image/image.h"

static bool is_address(struct str ref)
{
    return str_starts(ref, STR("http://")) || str_starts(ref, STR("https://"));
}

static bool open_picture(struct str path, int *out_fd, struct err *e)
{
    AUTO_FD fd = -1;
    char head[IMAGE_SNIFF_BYTES];
    const struct image_kind *kind;
    ssize_t length;

    if (!file_open(path.ptr, O_RDONLY | O_NONBLOCK, 0, &fd, e))
        return err_wrap(e, "--ref");
    length = pread(fd, head, sizeof(head), 0);
    if (length < 0)
        return err_set(e, ERR_INVALID, "--ref: cannot read '%.150s': %s", path.ptr,
                       strerror(errno));
    kind = image_sniff(str_of(head, length > 0 ? (size_t)length : 0));
    if (kind->format == IMAGE_UNKNOWN)
        return err_set(e, ERR_INVALID, "--ref: '%.150s' is no PNG, JPEG or WebP", path.ptr);
    *out_fd = fd_take(&fd);
    return true;
}

static bool send(struct command_env *env, struct str path, struct str *out_id, struct err *e)
{
    const char *slash = strrchr(path.ptr, '/');
    struct str name = slash != NULL ? str_from(slash + 1) : path;
    struct str address = STR("/api/images");
    struct json answer;
    AUTO_FD fd = -1;

    if (!open_picture(path, &fd, e))
        return false;
    if (str_is_utf8(name))
        address = arena_strf(env->arena, "/api/images?fileName=" STR_FMT,
                             STR_ARG(percent_encode(env->arena, name, false)));
    if (!env->send_file(env, address, fd, file_size(fd), &answer, e))
        return err_wrap(e, path.ptr);
    *out_id = json_get_str(&answer, "id");
    return !str_is_null(*out_id) || err_set(e, ERR_UPSTREAM, "the server gave a picture no id");
}

bool references_resolve(struct command_env *env, const struct str_list *refs, bool only_look,
                        struct str_list *out, struct err *e)
{
    struct str_list list = { arena_array(env->arena, struct str, refs->count), refs->count };

    for (size_t i = 0; i < refs->count; i++) {
        struct str ref = refs->items[i];
        AUTO_FD fd = -1;

        list.items[i] = ref;
        if (ref.len == 0)
            return err_set(e, ERR_INVALID, "--ref is empty");
        if (is_address(ref) || uuid_is_valid(ref))
            continue;
        if (only_look ? !open_picture(ref, &fd, e) : !send(env, ref, &list.items[i], e))
            return false;
    }
    *out = list;
    return true;
}
