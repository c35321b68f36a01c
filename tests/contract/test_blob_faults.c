/* Stores that write files: a disk that fails, fills up or dies in the middle, and a folder that
 * somebody else has been in. */
#include "blob_world.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/file.h"

static const char *const points[] = { "blob_write", "blob_sync", "blob_rename",
                                      "blob_folder_sync" };

/* Fails each pass of each point, until a put gets by without coming to it. */
static void after_any_fault_there_is_nothing_and_the_next_try_works(void **state)
{
    struct err e = { 0 };
    int failures = 0;

    UNUSED(state);
    for (size_t p = 0; p < COUNT(points); p++) {
        bool ok = false;

        for (int pass = 1; !ok; pass++) {
            char spec[64];

            snprintf(spec, sizeof(spec), "%s:%d:fail", points[p], pass);
            fault_set(spec);
            ok = blob_put_bytes(store, STR("a/b/c"), STR("content"), &e);
            fault_set(NULL);
            failures += !ok;
            CHECK(pass < 10);
            CHECK_I64(key_is_there("a/b/c"), ok);
            CHECK_I64(files_in_place(), ok);
            if (!ok) {
                char path[96];

                CHECK_I64(e.code, ERR_IO);
                snprintf(path, sizeof(path), "%s/a", place);
                CHECK(!file_exists(path)); /* no empty folders either */
                CHECK_OK(blob_put_bytes(store, STR("a/b/c"), STR("content"), &e));
            }
            CHECK_STR(read_key("a/b/c"), STR("content"));
            CHECK_OK(blob_remove(store, STR("a/b/c"), &e));
        }
    }
    CHECK_I64(failures, 6); /* three folder syncs: root, a, and b */
}

static void a_kill_between_any_two_steps_leaves_all_or_nothing(void **state)
{
    int killed = 0;

    UNUSED(state);
    for (size_t p = 0; p < COUNT(points); p++) {
        for (int pass = 1, status = 1; status != 0; pass++) {
            pid_t child = fork();
            struct err e = { 0 };

            CHECK(child >= 0 && pass < 10);
            if (child == 0) {
                char spec[64];

                snprintf(spec, sizeof(spec), "%s:%d:kill", points[p], pass);
                fault_set(spec);
                _exit(blob_put_bytes(store, STR("a/b/c"), STR("content"), &e) ? 0 : 1);
            }
            CHECK(waitpid(child, &status, 0) == child);
            CHECK(status == 0 || (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL));
            killed += status != 0;
            reopen();
            CHECK_I64(files_in_place(), key_is_there("a/b/c"));
            if (key_is_there("a/b/c"))
                CHECK_STR(read_key("a/b/c"), STR("content"));
            CHECK_OK(blob_remove(store, STR("a/b/c"), &e));
        }
    }
    CHECK(killed >= 6);
}

static void each_refusal_of_the_disk_has_its_code_and_passes(void **state)
{
    static const struct {
        _Atomic int *call;
        int error;
        enum err_code code;
    } cases[] = {
        { &write_error, ENOSPC, ERR_STORAGE_FULL },
        { &write_error, EDQUOT, ERR_STORAGE_FULL },
        { &mkdirat_error, ENOSPC, ERR_STORAGE_FULL },
        { &openat_error, ENOSPC, ERR_STORAGE_FULL },
        { &openat_error, EROFS, ERR_UNAVAILABLE },
        { &openat_error, EACCES, ERR_UNAVAILABLE },
        { &mkdirat_error, EROFS, ERR_UNAVAILABLE },
        { &renameat2_error, EROFS, ERR_UNAVAILABLE },
        { &renameat2_error, ENOSPC, ERR_STORAGE_FULL },
        { &write_error, EIO, ERR_IO },
        { &openat_error, EMFILE, ERR_IO },
    };
    struct err e = { 0 };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        *cases[i].call = cases[i].error;
        CHECK_FAILS(blob_put_bytes(store, STR("a/b"), STR("content"), &e), cases[i].code, NULL);
        CHECK(err_may_retry(cases[i].code));
        *cases[i].call = 0;
        CHECK_I64(files_in_place(), 0);
        CHECK_OK(blob_put_bytes(store, STR("a/b"), STR("content"), &e));
        CHECK_OK(blob_remove(store, STR("a/b"), &e));
    }
    CHECK_OK(blob_put_bytes(store, STR("a/b"), STR("content"), &e));
    unlinkat_error = EROFS;
    CHECK_FAILS(blob_remove(store, STR("a/b"), &e), ERR_UNAVAILABLE, NULL);
    unlinkat_error = 0;
    CHECK_STR(read_key("a/b"), STR("content"));
}

static void writes_in_small_steps_write_everything(void **state)
{
    struct err e = { 0 };

    UNUSED(state);
    writes_are_short = true;
    CHECK_OK(blob_put_bytes(store, STR("k"), STR("a longer content in many writes"), &e));
    CHECK_STR(read_key("k"), STR("a longer content in many writes"));
}

static void without_a_rename_that_never_overwrites_a_link_does_it(void **state)
{
    struct err e = { 0 };

    UNUSED(state);
    renameat2_error = EINVAL;
    CHECK_OK(blob_put_bytes(store, STR("a/k"), STR("first"), &e));
    CHECK_FAILS(blob_put_bytes(store, STR("a/k"), STR("second"), &e), ERR_CONFLICT, NULL);
    CHECK_STR(read_key("a/k"), STR("first"));
    CHECK_I64(files_in_place(), 1);
}

static void a_sweep_that_is_refused_does_not_close_the_store(void **state)
{
    char path[96];
    struct err e = { 0 };
    int64_t removed = 0;

    UNUSED(state);
    snprintf(path, sizeof(path), "%s/.incoming/%s", place, "01936fd0-0000-7000-8000-000000000000");
    CHECK_OK(file_write_atomic(path, STR("half"), 0600, &e));
    unlinkat_error = EROFS;
    reopen();
    CHECK_I64(files_in_place(), 1);
    unlinkat_error = 0;
    CHECK_OK(blob_sweep(store, &removed, &e));
    CHECK_I64(removed, 1);
    CHECK_I64(files_in_place(), 0);
}

/* Links, folders and pipes where files should be. */
static void nothing_is_read_or_written_through_a_link(void **state)
{
    char path[128], outside[SCRATCH_SIZE];
    struct err e = { 0 };
    int fd = scratch_file(outside, "outside");

    UNUSED(state);
    CHECK(fd >= 0 && write(fd, "secret", 6) == 6);
    fd_close(&fd);
    CHECK_OK(blob_put_bytes(store, STR("a/b"), STR("content"), &e));
    snprintf(path, sizeof(path), "%s/a/link", place);
    CHECK(symlink(outside, path) == 0);
    snprintf(path, sizeof(path), "%s/up", place);
    CHECK(symlink("/tmp", path) == 0);
    snprintf(path, sizeof(path), "%s/a/pipe", place);
    CHECK(mkfifo(path, 0600) == 0);

    CHECK(!key_is_there("a/link"));
    CHECK(!key_is_there("a/pipe"));
    CHECK(!key_is_there("a")); /* a folder */
    snprintf(path, sizeof(path), "up/%s", outside + 5);
    CHECK(!key_is_there(path));
    CHECK_FAILS(blob_put_bytes(store, STR("a/link"), STR("x"), &e), ERR_CONFLICT, NULL);
    CHECK_FAILS(blob_put_bytes(store, STR("up/x"), STR("x"), &e), ERR_CONFLICT, NULL);
    CHECK_FAILS(blob_put_bytes(store, STR("a/b/c"), STR("x"), &e), ERR_CONFLICT, NULL);
    CHECK_FAILS(blob_put_bytes(store, STR("a"), STR("x"), &e), ERR_CONFLICT, NULL);
    CHECK_OK(blob_remove(store, str_from(path), &e));
    CHECK(file_exists(outside));
    unlink(outside);
}

static void nor_where_the_kernel_cannot_look_out_for_links(void **state)
{
    openat2_error = ENOSYS;
    nothing_is_read_or_written_through_a_link(state);
    CHECK_STR(read_key("a/b"), STR("content"));
    openat2_error = EPERM; /* as some sandboxes say it */
    CHECK_STR(read_key("a/b"), STR("content"));
    CHECK(!key_is_there("a/link"));
}

static bool check_is_ours(void *ctx, const struct blob_entry *entry, struct err *e)
{
    int *count = ctx;

    UNUSED(e);
    CHECK_STR(entry->key, STR("a/b"));
    (*count)++;
    return true;
}

static void files_of_others_are_not_listed(void **state)
{
    static const char *const names[] = { "/.DS_Store", "/a b", "/a/.b.swp", "/a/ü" };
    struct blob_page page = { 0 };
    struct err e = { 0 };
    int visited = 0;

    UNUSED(state);
    CHECK_OK(blob_put_bytes(store, STR("a/b"), STR("content"), &e));
    for (size_t i = 0; i < COUNT(names); i++) {
        char path[96];

        snprintf(path, sizeof(path), "%s%s", place, names[i]);
        CHECK_OK(file_write_atomic(path, STR("x"), 0600, &e));
    }
    CHECK_OK(blob_list(store, &arena, STR(""), 100, &page, &e));
    CHECK_I64(page.count, 1);
    CHECK_STR(page.entries[0].key, STR("a/b"));
    CHECK_OK(blob_visit(store, check_is_ours, &visited, &e));
    CHECK_I64(visited, 1);
}

static void a_visit_that_cannot_go_on_says_so(void **state)
{
    struct rlimit files;
    struct err e = { 0 };
    int visited = 0;

    UNUSED(state);
    CHECK_OK(blob_put_bytes(store, STR("a/b"), STR("content"), &e));
    CHECK_I64(getrlimit(RLIMIT_NOFILE, &files), 0);
    CHECK_I64(setrlimit(RLIMIT_NOFILE, &(struct rlimit){ 0, files.rlim_max }), 0);
    CHECK_FAILS(blob_visit(store, check_is_ours, &visited, &e), ERR_IO, NULL);
    CHECK_I64(setrlimit(RLIMIT_NOFILE, &files), 0);
    CHECK_OK(blob_visit(store, check_is_ours, &visited, &e));
    CHECK_I64(visited, 1);
}

static void a_store_that_cannot_be_written_cannot_tell_its_time(void **state)
{
    struct err e = { 0 };
    int64_t now = 0;

    UNUSED(state);
    openat_error = EROFS;
    CHECK_FAILS(blob_now(store, &now, &e), ERR_UNAVAILABLE, NULL);
    openat_error = 0;
    CHECK_OK(blob_now(store, &now, &e));
    CHECK_I64(files_in_place(), 0);
}

static void a_folder_that_cannot_be_made_is_unavailable(void **state)
{
    struct blob_store *other = NULL;
    struct err e = { 0 };

    UNUSED(state);
    blob_close(store);
    store = NULL;
    mkdirat_error = EROFS;
    CHECK_FAILS(current->open(&other, &e), ERR_UNAVAILABLE, NULL);
    mkdirat_error = 0;
    CHECK_OK(current->open(&store, &e));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BLOB_TEST(after_any_fault_there_is_nothing_and_the_next_try_works),
        BLOB_TEST(a_kill_between_any_two_steps_leaves_all_or_nothing),
        BLOB_TEST(each_refusal_of_the_disk_has_its_code_and_passes),
        BLOB_TEST(writes_in_small_steps_write_everything),
        BLOB_TEST(without_a_rename_that_never_overwrites_a_link_does_it),
        BLOB_TEST(a_sweep_that_is_refused_does_not_close_the_store),
        BLOB_TEST(nothing_is_read_or_written_through_a_link),
        BLOB_TEST(nor_where_the_kernel_cannot_look_out_for_links),
        BLOB_TEST(files_of_others_are_not_listed),
        BLOB_TEST(a_visit_that_cannot_go_on_says_so),
        BLOB_TEST(a_store_that_cannot_be_written_cannot_tell_its_time),
        BLOB_TEST(a_folder_that_cannot_be_made_is_unavailable),
    };
    int failures = 0;

    for (size_t i = 0; i < blob_place_count; i++) {
        current = &blob_places[i];
        if (current->is_local)
            failures += cmocka_run_group_tests_name(current->name, tests, NULL, NULL);
    }
    return failures;
}
