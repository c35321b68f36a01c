/* From a backup to a data folder. */
#include "app/restore.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/app.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/encode.h"
#include "base/file.h"
#include "blob/blob_folder.h"
#include "blob/digest.h"
#include "db/copy.h"
#include "features/operations/manifest.h"

/* In the data folder, from the first step to the last. */
#define STAGE      "restoring"
#define STAGED_DB  "restoring/albumen.db"
#define CLEARED    ".restore-cleared" /* beside a stage: what else is in the folder is ours */
#define STORE_MARK "restoring/blobs/.albumen"

enum { LINE_MAX_BYTES = 1024 };

struct restore {
    const struct restore_options *options;
    struct arena *arena;
    struct manifest manifest;
    struct str time; /* for the name of what is moved aside */
    struct blob_store *from, *to;
    int64_t done;
};

static const char *in_data(const struct restore *r, const char *name)
{
    return app_path(r->options->config, r->arena, name);
}

static bool is_sqlite(const struct restore *r)
{
    return str_starts(r->options->config->database.url, STR("sqlite:"));
}

/* The file that a URL of SQLite names. */
static const char *database_path(const struct restore *r)
{
    struct str url = r->options->config->database.url;

    return arena_cstr(r->arena, str_slice(url, STR("sqlite:").len, url.len));
}

bool restore_check_whole(const struct config *config, struct err *e)
{
    AUTO_ARENA a = { 0 };

    return !file_exists(app_path(config, &a, STAGE)) ||
           err_set(e, ERR_CONFLICT,
                   "a restore into '" STR_FMT "' was broken off: run `albumen restore` again",
                   STR_ARG(config->data));
}

/* Calls fn for each line of the backup's list. */
static bool each_blob(struct restore *r, const char *what,
                      bool (*fn)(struct restore *r, struct str sha256, struct str key,
                                 struct err *e),
                      struct err *e)
{
    const struct restore_options *o = r->options;
    const char *path =
        arena_strf(r->arena, "%s/" STR_FMT, o->folder, STR_ARG(r->manifest.list.file)).ptr;
    FILE *list = fopen(path, "re");
    char line[LINE_MAX_BYTES];
    struct str sha256, key;
    bool ok = true;

    if (list == NULL)
        return err_set_errno(e, errno, "open", path);
    r->done = 0;
    while (ok && fgets(line, sizeof(line), list) != NULL) {
        ok = manifest_read_line(str_from(line), &sha256, &key) && blob_key_is_valid(key)
                 ? fn(r, sha256, key, e)
                 : err_set(e, ERR_INVALID, "the list of the backup cannot be read");
        o->tell(o->ctx, what, ++r->done, r->manifest.blobs);
    }
    fclose(list);
    return ok && (r->done == r->manifest.blobs ||
                  err_set(e, ERR_INVALID, "the list of the backup is cut short"));
}

static bool check_blob(struct restore *r, struct str sha256, struct str key, struct err *e)
{
    AUTO_ARENA a = { 0 };
    struct blob_file file;
    struct digest digest;
    AUTO_FD fd = -1;

    if (!blob_open_read(r->from, key, &file, e))
        return err_wrap(e, "the backup is not whole");
    fd = file.fd;
    if (!digest_file(fd, INT64_MAX, &digest, e))
        return false;
    return str_eq(hex_encode(&a, str_of(digest.sha256, SHA256_BYTES)), sha256) ||
           err_set(e, ERR_INVALID, "'" STR_FMT "' of the backup is damaged", STR_ARG(key));
}

/* Everything is read before anything is touched. */
static bool check_backup(struct restore *r, struct err *e)
{
    const char *folder = r->options->folder;
    struct manifest *m = &r->manifest;

    if (!manifest_read(r->arena, folder, m, e))
        return false;
    if (!str_eq(m->dialect, is_sqlite(r) ? STR("sqlite") : STR("postgres")))
        return err_set(e, ERR_INVALID,
                       "the backup is one of " STR_FMT ": set the database's URL to such a one",
                       STR_ARG(m->dialect));
    if (m->schema > (int64_t)migration_table_count)
        return err_set(e, ERR_INVALID, "the backup was made by a newer version (" STR_FMT ")",
                       STR_ARG(m->program));
    return manifest_check(folder, &m->database, e) && manifest_check(folder, &m->list, e) &&
           blob_folder_open(arena_strf(r->arena, "%s/blobs", folder), &r->from, e) &&
           each_blob(r, "compared", check_blob, e);
}

/* What a server leaves in an empty data folder too, and what a restore that was broken off has. */
static bool is_of_no_account(const char *name)
{
    static const char *const names[] = { ".", "..", "lock", "spool", STAGE, CLEARED, "lost+found" };

    for (size_t i = 0; i < COUNT(names); i++) {
        if (strcmp(names[i], name) == 0)
            return true;
    }
    return strncmp(name, "replaced-", strlen("replaced-")) == 0;
}

static bool next_of_account(DIR *dir, const char **out)
{
    const struct dirent *entry;

    while ((entry = readdir(dir)) != NULL) {
        if (!is_of_no_account(entry->d_name)) {
            *out = entry->d_name;
            return true;
        }
    }
    return false;
}

/* The configuration may be in there: it stays. */
static bool is_configuration(const char *name)
{
    return str_ends(str_from(name), STR(".yaml")) || str_ends(str_from(name), STR(".env"));
}

static bool move_aside(struct restore *r, DIR *dir, struct err *e)
{
    const char *name;
    const char *aside = in_data(r, arena_strf(r->arena, "replaced-" STR_FMT, STR_ARG(r->time)).ptr);

    while (next_of_account(dir, &name)) {
        if (is_configuration(name))
            continue;
        if (!folder_make(aside, 0700, e) ||
            !file_rename(in_data(r, name), arena_strf(r->arena, "%s/%s", aside, name).ptr, e))
            return false;
    }
    return !file_exists(aside) || file_sync_folder_of(arena_strf(r->arena, "%s/.", aside).ptr, e);
}

static bool check_empty(struct restore *r, DIR *dir, struct err *e)
{
    const char *name;

    while (next_of_account(dir, &name)) {
        if (!is_configuration(name))
            return err_set(e, ERR_CONFLICT,
                           "the data folder '" STR_FMT "' is not empty (%s): --replace moves what "
                           "is in it aside",
                           STR_ARG(r->options->config->data), name);
    }
    return true;
}

/* Elsewhere than in the data folder nothing is moved: a file of a log would be taken for ours. */
static bool check_database_path(struct restore *r, struct err *e)
{
    const char *path;

    if (!is_sqlite(r))
        return true;
    path = database_path(r);
    if (file_exists(path) || file_exists(arena_strf(r->arena, "%s-wal", path).ptr))
        return err_set(e, ERR_CONFLICT, "there is a database at '%s': move it away", path);
    return true;
}

static bool look_at_schema(struct restore *r, int *out_steps, struct err *e)
{
    struct db_options options = { .url = r->options->config->database.url };
    struct db *db;
    int want;
    bool ok;

    if (!db_open(&options, &db, e))
        return false;
    ok = db_schema_version(db, out_steps, &want, e);
    db_close(db);
    return ok;
}

static bool check_database_is_empty(struct restore *r, struct err *e)
{
    int steps = 0;

    if (is_sqlite(r))
        return check_database_path(r, e);
    return look_at_schema(r, &steps, e) &&
           (steps == 0 ||
            err_set(e, ERR_CONFLICT, "the PostgreSQL database is not empty: create another one"));
}

/* From the moment that something is moved until the end, servers are kept out by the stage. */
static bool make_room(struct restore *r, struct err *e)
{
    const char *stage = in_data(r, STAGE), *data = in_data(r, ".");
    int64_t removed;
    DIR *dir;
    bool ok;

    /* Nobody else writes here: files half written are of processes that were killed. */
    if (!file_sweep_leftovers(data, INT64_MAX, &removed, e))
        return false;
    dir = opendir(data);
    if (dir == NULL)
        return err_set_errno(e, errno, "read", "the data folder");
    unlink(in_data(r, CLEARED)); /* of a restore before */
    ok = (r->options->replace || check_empty(r, dir, e)) && folder_make(stage, 0700, e) &&
         file_sync_folder_of(stage, e);
    rewinddir(dir);
    ok = ok && move_aside(r, dir, e);
    closedir(dir);
    return ok && check_database_is_empty(r, e) &&
           file_write_atomic(in_data(r, CLEARED), STR(""), 0600, e);
}

static bool put_blob(struct restore *r, struct str sha256, struct str key, struct err *e)
{
    struct blob_content content = { .fd = -1 };
    struct blob_file file;
    struct err why = { 0 };
    AUTO_FD fd = -1;

    UNUSED(sha256);
    if (!blob_open_read(r->from, key, &file, e))
        return false;
    fd = file.fd;
    content.fd = fd;
    content.size = file.size;
    if (blob_put(r->to, key, &content, &why) || why.code == ERR_CONFLICT)
        return true; /* a restore that was broken off has put it there, whole */
    *e = why;
    return false;
}

static bool stage_blobs(struct restore *r, struct err *e)
{
    struct str mark = arena_strf(r->arena, STR_FMT "\n", STR_ARG(r->manifest.store_id));

    return blob_folder_open(str_from(in_data(r, STAGE "/blobs")), &r->to, e) &&
           each_blob(r, "restored", put_blob, e) &&
           (str_is_null(r->manifest.store_id) ||
            file_write_atomic(in_data(r, STORE_MARK), mark, 0600, e));
}

/* Opened once: so its schema is brought up to date, and its pages are looked at, beside its place.
 */
static bool stage_database(struct restore *r, struct err *e)
{
    const struct manifest *m = &r->manifest;
    const char *path = in_data(r, STAGED_DB);
    struct db_options options = { .url = arena_strf(r->arena, "sqlite:%s", path) };
    struct manifest_file copy;
    struct db *db;
    bool ok;

    if (!is_sqlite(r))
        return true;
    /* Of a restore that was broken off at the migration: it does not belong to the new copy. */
    unlink(in_data(r, STAGED_DB "-wal"));
    unlink(in_data(r, STAGED_DB "-shm"));
    if (!manifest_copy(
            arena_strf(r->arena, "%s/" STR_FMT, r->options->folder, STR_ARG(m->database.file)).ptr,
            path, &copy, r->arena, e) ||
        !db_open(&options, &db, e))
        return false;
    ok = db_migrate(db, e) && db_check(db, e);
    db_close(db);
    return ok;
}

static bool import_database(struct restore *r, struct err *e)
{
    struct db_options options = { .url = r->options->config->database.url };
    const struct manifest_file *file = &r->manifest.database;
    struct db *db;
    bool ok;

    if (!db_open(&options, &db, e))
        return false;
    ok = db_import(db,
                   arena_strf(r->arena, "%s/" STR_FMT, r->options->folder, STR_ARG(file->file)).ptr,
                   (int)r->manifest.schema, e) &&
         db_migrate(db, e);
    db_close(db);
    return ok;
}

/* The database last: from then on it is an installation. */
static bool move_into_place(struct restore *r, struct err *e)
{
    const char *blobs = in_data(r, "blobs");

    if (!file_rename(in_data(r, STAGE "/blobs"), blobs, e) || !file_sync_folder_of(blobs, e))
        return false;
    if (!is_sqlite(r))
        return import_database(r, e);
    return file_rename(in_data(r, STAGED_DB), database_path(r), e) &&
           file_sync_folder_of(database_path(r), e);
}

static bool end_stage(struct restore *r, struct err *e)
{
    const char *stage = in_data(r, STAGE);

    if (rmdir(stage) < 0)
        return err_set_errno(e, errno, "remove", stage);
    unlink(in_data(r, CLEARED));
    return file_sync_folder_of(stage, e);
}

/*
 * Where a restore stands that was broken off behind its first half: *out_done, only the stage was
 * left; else what was put into its place goes back into the stage.
 */
static bool take_up(struct restore *r, bool *out_done, struct err *e)
{
    const char *staged = in_data(r, STAGE "/blobs"), *placed = in_data(r, "blobs");
    int steps = 0;

    *out_done = false;
    if (file_exists(staged) || !file_exists(placed))
        return true;
    if (is_sqlite(r))
        *out_done = file_exists(database_path(r));
    else if (!look_at_schema(r, &steps, e))
        return false;
    *out_done = *out_done || steps > 0;
    return *out_done || file_rename(placed, staged, e);
}

static bool fill(struct restore *r, struct err *e)
{
    bool done = false;

    bool begun = file_exists(in_data(r, STAGE)) && file_exists(in_data(r, CLEARED));

    if (!(begun ? take_up(r, &done, e) : make_room(r, e)))
        return false;
    return (done || (stage_blobs(r, e) && stage_database(r, e) && move_into_place(r, e))) &&
           end_stage(r, e);
}

static bool run(struct restore *r, struct err *e)
{
    const char *data = arena_cstr(r->arena, r->options->config->data);
    AUTO_FD lock = -1;

    if (!crypto_init(e) || !check_backup(r, e) || !folder_make(data, 0700, e))
        return false;
    if (!file_lock(in_data(r, "lock"), &lock, e)) {
        if (e->code == ERR_BUSY)
            err_set(e, ERR_BUSY, "the data folder '%s' is in use: stop its server first", data);
        return false;
    }
    return fill(r, e);
}

static struct str stamp(struct arena *a)
{
    char iso[CLOCK_ISO_LEN + 1];

    clock_format_iso(clock_now_ms(), iso);
    for (char *c = iso; *c != '\0'; c++) {
        if (*c == ':')
            *c = '-';
    }
    return arena_str(a, str_from(iso));
}

bool restore_run(const struct restore_options *options, struct arena *a, struct restore_result *out,
                 struct err *e)
{
    struct restore r = { .options = options, .arena = a, .time = stamp(a) };
    struct str aside = arena_strf(a, "replaced-" STR_FMT, STR_ARG(r.time));
    bool ok = run(&r, e);

    blob_close(r.from);
    blob_close(r.to);
    if (!ok)
        return false;
    *out = (struct restore_result){ .blobs = r.manifest.blobs,
                                    .bytes = r.manifest.blob_bytes,
                                    .database_bytes = r.manifest.database.bytes,
                                    .created_at = r.manifest.created_at };
    if (file_exists(in_data(&r, aside.ptr)))
        out->replaced = str_from(in_data(&r, aside.ptr));
    return true;
}
