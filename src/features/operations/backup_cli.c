/* albumen backup: a snapshot of the database, the files that belong to it, and the manifest. */
#include <dirent.h>
#include <stdio.h>
#include <unistd.h>

#include "api/console.h"
#include "base/clock.h"
#include "blob/blob_folder.h"
#include "features/operations/backup_blobs.h"
#include "features/operations/manifest.h"
#include "features/operations/operations.h"

enum { LINE_COLUMNS = 79, BYTES_PER_MB = 1000000, TELL_EVERY_MS = 200 };

/* One backup on its way. */
struct backup {
    struct command_env *env;
    const char *folder;          /* where it goes to */
    struct str source;           /* the data folder */
    const char *database, *list; /* the snapshot's files */
    struct manifest manifest;
    struct backup_tally tally;
    int64_t expected, told_ms;
};

static const char *path_in(struct backup *b, struct str folder, struct str name)
{
    return arena_strf(b->env->arena, STR_FMT "/" STR_FMT, STR_ARG(folder), STR_ARG(name)).ptr;
}

static void clear_progress(void)
{
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\r%*s\r", LINE_COLUMNS, "");
}

static void tell(void *ctx, const struct backup_tally *t, struct str key, const char *what)
{
    struct backup *b = ctx;
    int64_t now_ms = clock_steady_ms();

    if (what != NULL) {
        clear_progress();
        fprintf(stderr, "left out: " STR_FMT " %s\n", STR_ARG(console_shown(key)), what);
    }
    if (!isatty(STDERR_FILENO) || now_ms - b->told_ms < TELL_EVERY_MS)
        return;
    b->told_ms = now_ms;
    fprintf(stderr, "\r%3lld %%  %lld of %lld files, %lld new, %lld MB",
            (long long)(b->expected > 0 ? t->seen * 100 / b->expected : 100), (long long)t->seen,
            (long long)b->expected, (long long)t->copied,
            (long long)t->copied_bytes / BYTES_PER_MB);
    fflush(stderr);
}

/* "20261121T083000.123Z" */
static struct str stamp(struct arena *a, int64_t ms)
{
    char iso[CLOCK_ISO_LEN + 1];
    char *text = arena_alloc(a, sizeof(iso));
    size_t len = 0;

    clock_format_iso(ms, iso);
    for (const char *c = iso; *c != '\0'; c++) {
        if (*c != '-' && *c != ':')
            text[len++] = *c;
    }
    return str_of(text, len);
}

/* The server that has the database writes the snapshot; so it is one, whoever runs it. */
static bool make_snapshot(struct backup *b, struct err *e)
{
    struct json answer;
    struct manifest *m = &b->manifest;

    if (!console_call(b->env, HTTP_POST, STR("/api/backup"), &answer, e))
        return false;
    b->source = json_get_str(&answer, "folder");
    b->database = path_in(b, b->source, json_get_str(&answer, "database"));
    b->list = path_in(b, b->source, json_get_str(&answer, "list"));
    b->expected = json_get_i64(&answer, "blobs", 0);
    *m = (struct manifest){ .format = MANIFEST_FORMAT,
                            .created_at = clock_now_ms(),
                            .program = STR(ALBUMEN_VERSION),
                            .dialect = json_get_str(&answer, "dialect"),
                            .schema = json_get_i64(&answer, "schema", 0),
                            .store_id = json_get_str(&answer, "storeId") };
    return true;
}

static bool copy_blobs(struct backup *b, struct err *e)
{
    struct arena *a = b->env->arena;
    struct blob_store *from = NULL, *to = NULL;
    const char *list = path_in(b, str_from(b->folder), b->manifest.list.file);
    const char *partial = arena_strf(a, "%s.new", list).ptr;
    bool ok = blob_folder_open(str_from(path_in(b, b->source, STR("blobs"))), &from, e) &&
              blob_folder_open(str_from(path_in(b, str_from(b->folder), STR("blobs"))), &to, e) &&
              backup_blobs(from, to, b->list, partial, tell, b, &b->tally, e) &&
              manifest_copy(partial, list, &b->manifest.list, a, e);

    blob_close(from);
    blob_close(to);
    clear_progress();
    unlink(partial);
    return ok;
}

static bool fill(struct backup *b, struct err *e)
{
    struct manifest *m = &b->manifest;
    struct arena *a = b->env->arena;
    struct str time = stamp(a, m->created_at);

    m->database.file = arena_strf(a, "database-" STR_FMT, STR_ARG(time));
    m->list.file = arena_strf(a, "blobs-" STR_FMT ".sha256", STR_ARG(time));
    if (!manifest_copy(b->database, path_in(b, str_from(b->folder), m->database.file), &m->database,
                       a, e) ||
        !copy_blobs(b, e))
        return false;
    m->blobs = b->tally.blobs;
    m->blob_bytes = b->tally.bytes;
    m->missing = b->tally.missing;
    return manifest_write(b->folder, m, e);
}

/* Databases and lists of backups before this one, and of those that were broken off. */
static void remove_old(const struct backup *b)
{
    DIR *dir = opendir(b->folder);
    const struct dirent *entry;

    if (dir == NULL)
        return;
    while ((entry = readdir(dir)) != NULL) {
        struct str name = str_from(entry->d_name);
        bool is_ours = str_starts(name, STR("database-")) || str_starts(name, STR("blobs-"));

        if (is_ours && !str_eq(name, b->manifest.database.file) &&
            !str_eq(name, b->manifest.list.file))
            unlinkat(dirfd(dir), entry->d_name, 0);
    }
    closedir(dir);
}

static void print_result(const struct backup *b)
{
    const struct manifest *m = &b->manifest;
    AUTO_BUF text = { 0 };
    struct json_writer w = { .out = &text, .spelling = JSON_CAMEL };

    buf_init(&text, CONSOLE_BODY_MAX);
    if (b->env->json) {
        json_put_struct(&w, manifest_json, m);
        printf(STR_FMT "\n", STR_ARG(buf_str(&text)));
        return;
    }
    printf("%lld files, %lld MB; %lld of them new, %lld MB. The database has %lld MB.\n",
           (long long)m->blobs, (long long)m->blob_bytes / BYTES_PER_MB, (long long)b->tally.copied,
           (long long)b->tally.copied_bytes / BYTES_PER_MB,
           (long long)m->database.bytes / BYTES_PER_MB);
    if (m->missing > 0)
        printf("%lld files were gone or damaged and are not in it: albumen fsck --deep\n",
               (long long)m->missing);
}

static bool run(struct backup *b, struct err *e)
{
    AUTO_FD lock = -1;
    int64_t removed;
    bool ok;

    /* Whoever has the lock is alone: what lies there half written was left by one that was killed.
     */
    if (!folder_make(b->folder, 0700, e) ||
        !file_lock(path_in(b, str_from(b->folder), STR("lock")), &lock, e) ||
        !file_sweep_leftovers(b->folder, clock_now_ms(), &removed, e) || !make_snapshot(b, e))
        return false;
    ok = fill(b, e);
    unlink(b->database);
    unlink(b->list);
    if (ok)
        remove_old(b);
    return ok;
}

static int backup(struct command_env *env, struct err *e)
{
    struct backup b = { .env = env, .folder = arena_cstr(env->arena, env->args.items[0]) };

    if (!run(&b, e))
        return EXIT_SOME_FAILED;
    print_result(&b);
    return b.manifest.missing > 0 ? EXIT_SOME_FAILED : EXIT_OK;
}

const struct command backup_command = {
    .name = "backup",
    .args = "FOLDER",
    .summary = "Copy the database and all pictures, while the server runs; a folder that has a "
               "backup gets what is new",
    .example = "albumen backup /mnt/backup/albumen",
    .min_args = 1,
    .max_args = 1,
    .run = backup,
};
