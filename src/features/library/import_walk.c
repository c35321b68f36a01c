/* The files of a folder and all below it. */
#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/file.h"
#include "features/library/import.h"

enum { MAX_DEPTH = 64, MAX_FILES = 10 * 1000 * 1000 };

struct walk {
    struct arena *arena;
    struct str *files; /* grown by doubling */
    size_t count, capacity;
    int depth;
};

static bool add_file(struct walk *w, struct str path, struct err *e)
{
    if (w->count == MAX_FILES)
        return err_set(e, ERR_TOO_LARGE, "there are more than %d files: import a part of them",
                       MAX_FILES);
    if (w->count == w->capacity) {
        struct str *more = arena_array(w->arena, struct str, MAX(w->capacity * 2, (size_t)256));

        for (size_t i = 0; i < w->count; i++)
            more[i] = w->files[i];
        w->files = more;
        w->capacity = MAX(w->capacity * 2, (size_t)256);
    }
    w->files[w->count++] = path;
    return true;
}

static int is_shown(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static bool walk_folder(struct walk *w, const char *folder, struct err *e);

static bool walk_entry(struct walk *w, const char *folder, const char *name, struct err *e)
{
    struct str path = arena_strf(w->arena, "%s/%s", folder, name);
    struct stat own, target;

    if (lstat(path.ptr, &own) != 0 || stat(path.ptr, &target) != 0)
        return true; /* gone meanwhile, or a link to nowhere */
    if (S_ISDIR(own.st_mode))
        return walk_folder(w, path.ptr, e);
    return !S_ISREG(target.st_mode) || add_file(w, path, e);
}

static bool walk_folder(struct walk *w, const char *folder, struct err *e)
{
    struct dirent **entries = NULL;
    int count = w->depth < MAX_DEPTH ? scandir(folder, &entries, is_shown, alphasort) : 0;
    bool ok = true;

    if (count < 0)
        return err_set(e, ERR_INVALID, "cannot read the folder '%s'", folder);
    w->depth++;
    for (int i = 0; i < count; i++) {
        ok = ok && walk_entry(w, folder, entries[i]->d_name, e);
        free(entries[i]);
    }
    free(entries);
    w->depth--;
    return ok;
}

bool import_walk(struct arena *a, struct str folder, struct str_list *out, struct err *e)
{
    struct walk w = { .arena = a };

    while (folder.len > 1 && str_ends(folder, STR("/")))
        folder.len--;
    if (!walk_folder(&w, arena_cstr(a, folder), e))
        return false;
    *out = (struct str_list){ w.files, w.count };
    return true;
}
