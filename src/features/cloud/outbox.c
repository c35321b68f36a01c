/* What is still to be sent, a file for each. */
#include "features/cloud/outbox.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/random.h"

enum { FOLDER_MODE = 0700, FILE_MODE = 0600, DAY_MS = 24 * 3600 * 1000 };

#define ENDING STR(".json")

struct outbox outbox_of(struct arena *a, struct str data, const char *kind)
{
    return (struct outbox){ arena_strf(a, STR_FMT "/cloud/%s", STR_ARG(data), kind) };
}

static const char *path_of(struct arena *a, const struct outbox *o, struct str id)
{
    return arena_strf(a, STR_FMT "/" STR_FMT ".json", STR_ARG(o->folder), STR_ARG(id)).ptr;
}

bool outbox_put(struct arena *a, const struct outbox *o, struct str id, struct str text,
                struct err *e)
{
    if (!uuid_is_valid(id))
        return err_set(e, ERR_INVALID, "the picture has no id");
    return folder_make(arena_cstr(a, o->folder), FOLDER_MODE, e) &&
           file_write_atomic(path_of(a, o, id), text, FILE_MODE, e);
}

/* Ids are in the order of their time. */
static int by_id(const void *a, const void *b)
{
    return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static void read_names(struct arena *a, DIR *dir, struct str_list *out)
{
    const struct dirent *entry;

    out->items = arena_array(a, struct str, OUTBOX_MAX);
    while ((entry = readdir(dir)) != NULL && out->count < OUTBOX_MAX) {
        struct str name = str_from(entry->d_name), id = str_slice(name, 0, UUID_LEN);

        if (str_ends(name, ENDING) && name.len == UUID_LEN + ENDING.len && uuid_is_valid(id))
            out->items[out->count++] = arena_str(a, id);
    }
}

/* What a process that was killed has left half written; one that writes now is younger. */
static void sweep(const char *folder)
{
    struct err unheard;
    int64_t removed;

    if (!file_sweep_leftovers(folder, clock_now_ms() - DAY_MS, &removed, &unheard))
        return;
}

bool outbox_list(struct arena *a, const struct outbox *o, struct str_list *out, struct err *e)
{
    const char *folder = arena_cstr(a, o->folder);
    DIR *dir = opendir(folder);
    struct str_list found = { 0 };

    if (dir == NULL && errno != ENOENT)
        return err_set_errno(e, errno, "open", folder);
    if (dir != NULL) {
        read_names(a, dir, &found);
        closedir(dir);
        sweep(folder);
        qsort(found.items, found.count, sizeof(*found.items), by_id);
    }
    *out = found;
    return true;
}

bool outbox_read(struct arena *a, const struct outbox *o, struct str id, struct str *out,
                 struct err *e)
{
    return file_read(a, path_of(a, o, id), OUTBOX_TEXT_MAX, out, e);
}

/* One that stays by mistake is sent again, which changes nothing. */
void outbox_remove(struct arena *a, const struct outbox *o, struct str id)
{
    unlink(path_of(a, o, id));
}
