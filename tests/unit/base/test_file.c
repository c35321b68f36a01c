/* Files: whole reads, atomic writes under every fault and every kill, locks, folders. */
#include "file_world.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void what_is_written_is_read(void **state)
{
    struct err e = { 0 };
    struct stat info;

    UNUSED(state);
    CHECK_OK(file_write_atomic("a", str_of("x\0y", 3), 0600, &e));
    CHECK_STR(content_of("a"), str_of("x\0y", 3));
    CHECK(stat("a", &info) == 0 && (info.st_mode & 0777) == 0600);
    CHECK_OK(file_write_atomic("a", STR(""), 0600, &e));
    CHECK_I64(content_of("a").len, 0);
    CHECK(!str_is_null(content_of("a")));
    CHECK_I64(files_here(), 1);
    CHECK(file_exists("a") && !file_exists("b"));
}

static void put_old(const char *name, int64_t seconds)
{
    struct timespec times[2] = { { .tv_sec = seconds }, { .tv_sec = seconds } };
    struct err e = { 0 };

    CHECK_OK(file_write_atomic(name, STR("x"), 0600, &e));
    CHECK_I64(utimensat(AT_FDCWD, name, times, 0), 0);
}

static void leftovers_go_and_nothing_else(void **state)
{
    static const char *const kept[] = {
        "token",
        "token.tmp",
        "01900000-0000-7000-8000-000000000000.tmp",
        ".01900000-0000-7000-8000-000000000000.tmp",
        "token.01900000-0000-7000-8000-00000000000.tmp",
        "token.01900000-0000-7000-8000-000000000000.tmp.bak",
        "token-01900000-0000-7000-8000-000000000000.tmp",
    };
    int64_t removed = -1;
    struct err e = { 0 };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(kept); i++)
        put_old(kept[i], 1000);
    put_old("token.01900000-0000-7000-8000-000000000001.tmp", 1000);
    put_old("a.b.01900000-0000-7000-8000-000000000002.tmp", 1999);
    put_old("new.01900000-0000-7000-8000-000000000003.tmp", 2000);
    CHECK_I64(mkdir("f.01900000-0000-7000-8000-000000000004.tmp", 0700), 0);
    CHECK_OK(file_sweep_leftovers(".", 2000 * 1000, &removed, &e));
    CHECK_I64(removed, 2);
    CHECK_I64(files_here(), COUNT(kept) + 2);
    for (size_t i = 0; i < COUNT(kept); i++)
        CHECK(file_exists(kept[i]));
    CHECK(file_exists("new.01900000-0000-7000-8000-000000000003.tmp"));
    CHECK_FAILS(file_sweep_leftovers("none", 0, &removed, &e), ERR_NOT_FOUND, NULL);
}

static void reading_is_bounded_and_says_what_is_wrong(void **state)
{
    struct str out = STR("kept");
    struct err e = { 0 };

    UNUSED(state);
    CHECK_OK(file_write_atomic("five", STR("12345"), 0600, &e));
    CHECK_OK(file_read(&arena, "five", 5, &out, &e));
    CHECK_STR(out, STR("12345"));
    CHECK_FAILS(file_read(&arena, "five", 4, &out, &e), ERR_TOO_LARGE,
                "'five' is larger than 4 bytes");
    CHECK_FAILS(file_read(&arena, "none", 5, &out, &e), ERR_NOT_FOUND,
                "cannot open 'none': No such file or directory");
    CHECK_FAILS(file_read(&arena, "five/x", 5, &out, &e), ERR_NOT_FOUND, NULL);
    CHECK_FAILS(file_read(&arena, ".", 5, &out, &e), ERR_INVALID, "'.' is not a file");
    CHECK(mkfifo("pipe", 0600) == 0);
    CHECK_FAILS(file_read(&arena, "pipe", 5, &out, &e), ERR_INVALID, "'pipe' is not a file");
    CHECK_STR(out, STR("12345"));
}

static void writing_where_one_cannot_says_so(void **state)
{
    struct err e = { 0 };

    UNUSED(state);
    CHECK_FAILS(file_write_atomic("none/a", STR("x"), 0600, &e), ERR_NOT_FOUND, NULL);
    CHECK(mkdir("taken", 0700) == 0);
    CHECK_FAILS(file_write_atomic("taken", STR("x"), 0600, &e), ERR_IO, NULL);
    CHECK(str_starts(str_from(e.msg), STR("taken: cannot ")));
    CHECK_I64(files_here(), 1);
}

static void a_full_disk_is_called_full(void **state)
{
    AUTO_FD fd = -1;
    struct err e = { 0 };

    UNUSED(state);
    CHECK_OK(file_open("/dev/full", O_WRONLY, 0, &fd, &e));
    CHECK_FAILS(file_write_all(fd, STR("x"), &e), ERR_STORAGE_FULL, NULL);
}

/* /proc is of those that refuse it. */
static void a_file_system_that_syncs_no_folders_is_taken_as_it_is(void **state)
{
    AUTO_FD fd = -1;
    struct err e = { 0 };

    UNUSED(state);
    CHECK_OK(file_open("/proc/self", O_RDONLY | O_DIRECTORY, 0, &fd, &e));
    CHECK_I64(fsync(fd), -1);
    CHECK_OK(file_sync_folder_of("/proc/self/status", &e));
}

static void folders_are_made_all_the_way(void **state)
{
    static const struct {
        const char *path;
        int mode;
    } cases[] = { { "a/b/c", 0700 },
                  { "a/b/d/", 0700 },
                  { "e//", 0700 },
                  { "./g/./h", 0750 },
                  { "a/b/c", 0755 } };
    struct err e = { 0 };
    struct stat info;

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        CHECK_OK(folder_make(cases[i].path, cases[i].mode, &e));
        CHECK(stat(cases[i].path, &info) == 0 && S_ISDIR(info.st_mode));
        if (i < 4)
            CHECK_I64(info.st_mode & 0777, cases[i].mode);
    }
    CHECK(stat("a/b/c", &info) == 0 && (info.st_mode & 0777) == 0700);
    CHECK_OK(folder_make("/", 0700, &e));
    CHECK_OK(folder_make(folder, 0700, &e));
    CHECK_FAILS(folder_make("", 0700, &e), ERR_NOT_FOUND, NULL);
    CHECK_OK(file_write_atomic("plain", STR("x"), 0600, &e));
    CHECK_FAILS(folder_make("plain", 0700, &e), ERR_CONFLICT,
                "'plain' is a file where a folder is needed");
    CHECK_FAILS(folder_make("plain/x", 0700, &e), ERR_CONFLICT, NULL);
}

static void a_lock_holds_until_its_holder_lets_go_or_dies(void **state)
{
    int first = -1, second = -1, ready[2];
    struct err e = { 0 };
    pid_t child;
    char byte;

    UNUSED(state);
    CHECK_OK(file_lock("lock", &first, &e));
    CHECK_FAILS(file_lock("lock", &second, &e), ERR_BUSY, "'lock' is locked by another process");
    CHECK_I64(second, -1);
    fd_close(&first);
    CHECK_OK(file_lock("lock", &second, &e));
    fd_close(&second);

    CHECK(pipe(ready) == 0);
    child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        if (!file_lock("lock", &first, &e) || write(ready[1], "x", 1) != 1)
            _exit(1);
        pause();
    }
    CHECK(read(ready[0], &byte, 1) == 1);
    CHECK_FAILS(file_lock("lock", &second, &e), ERR_BUSY, NULL);
    CHECK(kill(child, SIGKILL) == 0 && waitpid(child, NULL, 0) == child);
    CHECK_OK(file_lock("lock", &second, &e));
    fd_close(&second);
    close(ready[0]);
    close(ready[1]);
}

static void descriptors_are_closed_once_and_handed_over(void **state)
{
    int fd = -1, taken;
    struct err e = { 0 };

    UNUSED(state);
    fd_close(&fd);
    CHECK_I64(fd, -1);
    CHECK_OK(file_open("f", O_CREAT | O_RDWR, 0600, &fd, &e));
    CHECK((fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
    CHECK_OK(file_write_all(fd, STR("12345"), &e));
    CHECK_I64(file_size(fd), 5);
    taken = fd_take(&fd);
    CHECK_I64(fd, -1);
    fd_close(&fd);
    CHECK(fcntl(taken, F_GETFD) >= 0);
    fd_close(&taken);
    CHECK_I64(taken, -1);
    CHECK_I64(file_size(-1), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FILE_TEST(what_is_written_is_read),
        FILE_TEST(leftovers_go_and_nothing_else),
        FILE_TEST(reading_is_bounded_and_says_what_is_wrong),
        FILE_TEST(writing_where_one_cannot_says_so),
        FILE_TEST(a_full_disk_is_called_full),
        FILE_TEST(a_file_system_that_syncs_no_folders_is_taken_as_it_is),
        FILE_TEST(folders_are_made_all_the_way),
        FILE_TEST(a_lock_holds_until_its_holder_lets_go_or_dies),
        FILE_TEST(descriptors_are_closed_once_and_handed_over),
    };

    umask(0);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
