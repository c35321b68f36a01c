/* What a call of `generate` wanted and how far it got. */
#include "features/generate/journal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/file.h"
#include "base/file_new.h"
#include "features/generate/naming.h"

#define NAME_START ".albumen-"
#define NAME_END   ".jsonl"

enum { VERSION = 1, LINE_MAX_BYTES = 512 * 1024, JOURNAL_MAX_BYTES = 1 << 30, JOURNAL_MODE = 0600 };

static const char *const state_names[] = { "waiting", "open", "done", "failed", "closed", NULL };
static const char *const target_names[] = { "folder", "file", "stdout", NULL };

struct head_line {
    int64_t version, items;
    bool label; /* plan.has_label */
    struct journal_head head;
};
static const struct field head_fields[] = {
    { FIELD(struct head_line, version), .required = true },
    { FIELD(struct head_line, items), .required = true },
    { FIELD_NAMED(struct head_line, head.run, "run"), .required = true },
    { FIELD_NAMED(struct head_line, head.where, "where"), .required = true },
    { FIELD_NAMED(struct head_line, head.album, "album") },
    { FIELD_NAMED(struct head_line, head.no_cloud, "no_cloud") },
    { .name = "kind",
      .type = FIELD_ENUM,
      .names = target_names,
      .offset = offsetof(struct head_line, head.target.kind) },
    { FIELD_NAMED(struct head_line, head.target.pattern, "pattern"), .required = true },
    { FIELD_NAMED(struct head_line, head.target.write_sidecar, "sidecar") },
    { FIELD(struct head_line, label) },
    { 0 },
};

static const struct field item_fields[] = {
    { FIELD(struct item, prompt), .required = true },
    { FIELD(struct item, backend) },
    { FIELD(struct item, pattern), .required = true },
    { FIELD(struct item, body), .required = true },
    { 0 },
};

/* What happened to an item. */
struct entry {
    int64_t item, attempt;
    struct str job, image, file;
    enum item_state state;
};
static const struct field entry_fields[] = {
    { FIELD(struct entry, item), .required = true },
    { FIELD(struct entry, attempt) },
    { FIELD(struct entry, job) },
    { FIELD(struct entry, image) },
    { FIELD(struct entry, file) },
    { FIELD_ENUM(struct entry, state, state_names) },
    { 0 },
};

static bool write_line(int fd, const struct field *table, const void *in, struct err *e)
{
    AUTO_BUF line = { 0 };
    struct json_writer w = { .out = &line };

    buf_init(&line, LINE_MAX_BYTES);
    json_put_struct(&w, table, in);
    buf_put_char(&line, '\n');
    if (line.overflowed)
        return err_set(e, ERR_TOO_LARGE, "a request is too large to be noted");
    return file_write_all(fd, buf_str(&line), e);
}

static bool write_plan(int fd, const struct journal_head *head, const struct plan *plan,
                       struct err *e)
{
    struct head_line first = {
        .version = VERSION, .items = (int64_t)plan->count, .label = plan->has_label, .head = *head
    };

    if (!write_line(fd, head_fields, &first, e))
        return false;
    for (size_t i = 0; i < plan->count; i++) {
        if (!write_line(fd, item_fields, &plan->items[i], e))
            return false;
    }
    return true;
}

bool journal_create(struct arena *a, const struct journal_head *head, const struct plan *plan,
                    struct journal *out, struct err *e)
{
    const char *folder = arena_cstr(a, head->target.folder);
    struct str path = arena_strf(a, "%s/" NAME_START STR_FMT NAME_END, folder, STR_ARG(head->run));
    AUTO_FILE_NEW file = { .fd = -1 };

    if (!folder_make(folder, 0777, e) || !file_new_open(a, folder, JOURNAL_MODE, &file, e))
        return false;
    if (flock(file.fd, LOCK_EX | LOCK_NB) != 0)
        return err_set_errno(e, errno, "lock", path.ptr);
    if (!write_plan(file.fd, head, plan, e) || !file_new_publish(&file, path.ptr, e))
        return err_wrap(e, folder);
    *out = (struct journal){ .fd = fd_take(&file.fd), .path = path, .run = head->run };
    return true;
}

static bool decode_line(struct arena *a, struct str line, const struct field *table, void *out,
                        struct err *e)
{
    struct json *tree = arena_new(a, struct json);

    return json_parse(a, line, tree, e) &&
           json_decode(a, tree, table, JSON_LENIENT, JSON_SNAKE, out, e);
}

static void apply(struct arena *a, const struct entry *entry, struct item *item)
{
    struct intent *intent;

    if (!str_is_null(entry->job)) {
        item->job = entry->job;
        item->attempt = entry->attempt;
        item->state = ITEM_OPEN;
        item->intents = NULL;
    }
    if (!str_is_null(entry->file)) {
        intent = arena_new(a, struct intent);
        *intent = (struct intent){ entry->image, entry->file, item->intents };
        item->intents = intent;
    }
    if (entry->state != ITEM_WAITING)
        item->state = entry->state;
}

/* A line that a crash cut off is as good as none: it is the last, and what it told of is found out
 * anew. */
static void read_entries(struct arena *a, struct str text, struct plan *plan)
{
    struct str line;
    struct err ignored = { 0 };

    while (text.len > 0 && str_cut(text, '\n', &line, &text)) {
        struct entry entry = { .state = ITEM_WAITING };

        if (decode_line(a, line, entry_fields, &entry, &ignored) && entry.item >= 0 &&
            entry.item < (int64_t)plan->count)
            apply(a, &entry, &plan->items[entry.item]);
    }
}

static bool read_journal(struct arena *a, struct str text, struct journal_head *out_head,
                         struct plan *out_plan, struct err *e)
{
    struct head_line head = { .version = 0 };
    struct str line;

    str_cut(text, '\n', &line, &text);
    if (!decode_line(a, line, head_fields, &head, e))
        return false;
    if (head.version != VERSION || head.items < 1 || head.items > PLAN_ITEMS_MAX)
        return err_set(e, ERR_INVALID, "it was written by another version");
    *out_plan = (struct plan){ .has_label = head.label };
    out_plan->items = arena_array(a, struct item, (size_t)head.items);
    for (; (int64_t)out_plan->count < head.items; out_plan->count++) {
        str_cut(text, '\n', &line, &text);
        if (!decode_line(a, line, item_fields, &out_plan->items[out_plan->count], e))
            return false;
        out_plan->items[out_plan->count].position = -1;
    }
    read_entries(a, text, out_plan);
    *out_head = head.head;
    return true;
}

static void close_folder(DIR **folder)
{
    if (*folder != NULL)
        closedir(*folder);
}

/* ERR_BUSY: the call it belongs to is still at work. */
static bool lock(struct arena *a, struct str path, struct journal *out, struct err *e)
{
    AUTO_FD fd = -1;

    if (!file_open(path.ptr, O_RDWR | O_APPEND, 0, &fd, e))
        return false;
    if (flock(fd, LOCK_EX | LOCK_NB) != 0)
        return err_set(e, ERR_BUSY, "'%.100s' is at work", path.ptr);
    *out = (struct journal){ .fd = fd_take(&fd), .path = arena_str(a, path) };
    return true;
}

/* The journals of calls that have ended; *out is open when there is exactly one. */
static bool find(struct arena *a, const char *path, struct journal *out, size_t *out_count,
                 struct err *e)
{
    CLEANUP(close_folder) DIR *folder = opendir(path);
    const struct dirent *entry;

    *out_count = 0;
    while (folder != NULL && (entry = readdir(folder)) != NULL) {
        struct str name = str_from(entry->d_name);
        struct journal found = { .fd = -1 };

        if (!str_starts(name, STR(NAME_START)) || !str_ends(name, STR(NAME_END)) ||
            !lock(a, arena_strf(a, "%s/%s", path, entry->d_name), &found, e))
            continue;
        ++*out_count;
        fd_close(&out->fd);
        *out = found;
    }
    return *out_count == 1;
}

bool journal_open(struct arena *a, struct str folder, struct journal_head *out_head,
                  struct plan *out_plan, struct journal *out, struct err *e)
{
    const char *path = arena_cstr(a, folder);
    struct journal journal = { .fd = -1 };
    struct err why = { 0 };
    struct str text;
    size_t count;

    if (!find(a, path, &journal, &count, &why)) {
        fd_close(&journal.fd);
        if (count > 1)
            return err_set(e, ERR_CONFLICT,
                           "%zu calls have left something in '%.100s': move all but one of the "
                           "files " NAME_START "*" NAME_END " elsewhere",
                           count, path);
        if (why.code == ERR_BUSY)
            return err_set(e, ERR_BUSY, "the call that writes to '%.100s' is still at work", path);
        return err_set(e, ERR_NOT_FOUND, "no call has left anything to do in '%.100s'", path);
    }
    if (!file_read(a, journal.path.ptr, JOURNAL_MAX_BYTES, &text, e) ||
        !read_journal(a, text, out_head, out_plan, e)) {
        fd_close(&journal.fd);
        return err_wrap(e, journal.path.ptr);
    }
    if (!str_ends(text, STR("\n")) && !file_write_all(journal.fd, STR("\n"), e)) {
        fd_close(&journal.fd);
        return false;
    }
    out_head->target.folder = folder;
    journal.run = out_head->run;
    *out = journal;
    return true;
}

static bool add_entry(struct journal *j, const struct entry *entry, struct err *e)
{
    return j->fd < 0 || write_line(j->fd, entry_fields, entry, e);
}

bool journal_add_job(struct journal *j, size_t item, int64_t attempt, struct str job, struct err *e)
{
    return add_entry(
        j,
        &(struct entry){
            .item = (int64_t)item, .attempt = attempt, .job = job, .state = ITEM_OPEN },
        e);
}

bool journal_add_file(struct journal *j, size_t item, struct str image, struct str file,
                      struct err *e)
{
    return add_entry(j, &(struct entry){ .item = (int64_t)item, .image = image, .file = file }, e);
}

bool journal_add_end(struct journal *j, size_t item, enum item_state state, struct err *e)
{
    return add_entry(j, &(struct entry){ .item = (int64_t)item, .state = state }, e);
}

void journal_close(struct journal *j, bool keep)
{
    if (j->fd >= 0 && !keep)
        unlink(j->path.ptr);
    fd_close(&j->fd);
}
