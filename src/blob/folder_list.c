/* The keys below a folder in the order of their bytes, from any point on. */
#include "blob/folder_path.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"

struct walk {
    struct arena *arena; /* of the page */
    struct str after;
    size_t limit;
    struct blob_page page;
    char path[BLOB_KEY_MAX + 1]; /* of the folder being read: empty, or with a slash at the end */
    size_t path_len;
};

struct names {
    struct str *items; /* folders end with a slash: so they sort as their keys do */
    size_t count, room;
};

static bool is_folder(int fd, const struct dirent *entry)
{
    struct stat info;

    if (entry->d_type != DT_UNKNOWN)
        return entry->d_type == DT_DIR;
    return fstatat(fd, entry->d_name, &info, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(info.st_mode);
}

/* Whether anything at or below the path can come behind w->after. */
static bool is_wanted(const struct walk *w, struct str path, bool folder)
{
    return str_cmp(path, w->after) > 0 || (folder && str_starts(w->after, path));
}

static void add_name(struct walk *w, struct arena *a, int fd, const struct dirent *entry,
                     struct names *out)
{
    char path[BLOB_KEY_MAX + 1];
    bool folder = is_folder(fd, entry);
    size_t len = strlen(entry->d_name);

    if (!blob_key_is_valid(str_of(entry->d_name, len)) || w->path_len + len + folder > BLOB_KEY_MAX)
        return;
    memcpy(path, w->path, w->path_len);
    memcpy(path + w->path_len, entry->d_name, len);
    path[w->path_len + len] = '/';
    if (!is_wanted(w, str_of(path, w->path_len + len + folder), folder))
        return;
    if (out->count == out->room) {
        out->room = out->room > 0 ? 2 * out->room : 64;
        out->items = mem_realloc(out->items, out->room * sizeof(struct str));
    }
    out->items[out->count++] = arena_str(a, str_of(path + w->path_len, len + folder));
}

static int compare_names(const void *a, const void *b)
{
    return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static int read_names(struct walk *w, struct arena *a, int fd, struct names *out)
{
    int copy = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = copy >= 0 ? fdopendir(copy) : NULL;
    const struct dirent *entry;
    int error;

    if (dir == NULL) {
        error = errno;
        fd_close(&copy);
        return error;
    }
    errno = 0;
    while ((entry = readdir(dir)) != NULL)
        add_name(w, a, fd, entry, out);
    error = errno;
    closedir(dir);
    if (out->count > 1)
        qsort(out->items, out->count, sizeof(struct str), compare_names);
    return error;
}

/* One that went away since its name was read is no error. */
static int add_file(struct walk *w, int fd, struct str name)
{
    struct blob_entry *entry = &w->page.entries[w->page.count];
    struct stat info;

    if (fstatat(fd, name.ptr, &info, AT_SYMLINK_NOFOLLOW) < 0)
        return errno == ENOENT ? 0 : errno;
    if (!S_ISREG(info.st_mode))
        return 0;
    *entry = (struct blob_entry){
        .key = arena_strf(w->arena, "%s" STR_FMT, w->path, STR_ARG(name)),
        .size = info.st_size,
        .changed_ms = folder_changed_ms(&info),
    };
    w->page.count++;
    return 0;
}

static int walk_folder(struct walk *w, int fd);

/* name has the slash; an arena string, so there is a NUL to stand in for it. */
static int walk_below(struct walk *w, int fd, struct str name)
{
    char folder[BLOB_SEGMENT_MAX + 1];
    AUTO_FD below = -1;
    int error;

    memcpy(folder, name.ptr, name.len - 1);
    folder[name.len - 1] = '\0';
    below = openat(fd, folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (below < 0)
        return errno == ENOENT ? 0 : errno;
    memcpy(w->path + w->path_len, name.ptr, name.len + 1);
    w->path_len += name.len;
    error = walk_folder(w, below);
    w->path_len -= name.len;
    w->path[w->path_len] = '\0';
    return error;
}

static int walk_folder(struct walk *w, int fd)
{
    AUTO_ARENA a = { 0 };
    struct names names = { 0 };
    int error = read_names(w, &a, fd, &names);

    for (size_t i = 0; i < names.count && error == 0 && w->page.count < w->limit; i++) {
        struct str name = names.items[i];

        error = str_ends(name, STR("/")) ? walk_below(w, fd, name) : add_file(w, fd, name);
    }
    free(names.items);
    return error;
}

bool folder_list(struct blob_store *store, struct arena *a, struct str after, size_t limit,
                 struct blob_page *out, struct err *e)
{
    struct folder_store *s = CONTAINER_OF(store, struct folder_store, store);
    struct walk w = { .arena = a, .after = after, .limit = limit };
    int error;

    w.page.entries = arena_array(a, struct blob_entry, limit);
    error = walk_folder(&w, s->root);
    if (error != 0)
        return folder_fail(e, error, "list what comes behind", after);
    *out = w.page;
    return true;
}
