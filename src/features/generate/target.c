/* Where the pictures of a call go. */
#include "features/generate/target.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "features/generate/naming.h"

static bool is_folder(const char *path)
{
    struct stat info;

    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

/* The shell does this where ~ begins a word; not in --output=~/x. */
static struct str expand_home(struct arena *a, struct str path)
{
    const char *home = getenv("HOME");

    if (home == NULL || (!str_eq(path, STR("~")) && !str_starts(path, STR("~/"))))
        return path;
    return arena_strf(a, "%s" STR_FMT, home, STR_ARG(str_slice(path, 1, path.len)));
}

static void set_file(struct arena *a, struct str path, struct target *out)
{
    size_t slash = path.len;

    while (slash > 0 && path.ptr[slash - 1] != '/')
        slash--;
    out->kind = TARGET_FILE;
    out->pattern = str_slice(path, slash, path.len);
    out->folder = slash == 0   ? STR(".")
                  : slash == 1 ? STR("/")
                               : arena_str(a, str_slice(path, 0, slash - 1));
}

static struct str without_slashes(struct arena *a, struct str path)
{
    while (path.len > 1 && str_ends(path, STR("/")))
        path.len--;
    return arena_str(a, path);
}

bool target_read(struct arena *a, const struct command_setup *setup, struct str output,
                 struct str name, struct target *out, struct err *e)
{
    struct str path = str_is_null(output) ? setup->directory : arena_str(a, expand_home(a, output));

    *out = (struct target){ .kind = TARGET_FOLDER,
                            .pattern = str_is_null(name) ? setup->naming : name,
                            .write_sidecar = setup->write_sidecar };
    if (path.len == 0)
        return err_set(e, ERR_INVALID, "--output is empty");
    if (str_eq(output, STR("-"))) {
        *out = (struct target){ .kind = TARGET_STDOUT, .folder = STR(".") };
        return true;
    }
    if (!str_is_null(output) && naming_is_picture(path) && !is_folder(path.ptr)) {
        if (!str_is_null(name))
            return err_set(e, ERR_INVALID, "--output names a file already: leave --name out");
        set_file(a, path, out);
        return true;
    }
    out->folder = without_slashes(a, path);
    return naming_check(out->pattern, str_is_null(name) ? "'output.naming'" : "--name", e);
}
