/* What a hostile picture might bring this process to do, done on purpose: the sandbox and the
 * client are tested by it. */
#include "image/helper/operations.h"

#if defined(ALBUMEN_FAULTS)

#include <assert.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static void lie(void)
{
    struct image_reply reply = { .protocol = IMAGE_PROTOCOL,
                                 .format = IMAGE_PNG,
                                 .width = -7,
                                 .height = 1 << 30,
                                 .orientation = 99 };

    (void)!wire_send(&reply, (struct str){ 0 });
}

static void fall_silent(void)
{
    struct image_reply reply = { .protocol = IMAGE_PROTOCOL };

    (void)!write(IMAGE_SOCKET_FD, &reply, sizeof(reply) / 2);
    for (;;)
        continue;
}

static void run_data(void)
{
    void *memory =
        mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    _exit(memory == MAP_FAILED ? 3 : 4);
}

static void take_memory(void)
{
    for (;;)
        memset(mem_alloc(MIB), 1, MIB);
}

static bool fill_disk(struct job *job, struct err *e)
{
    static char block[64 * 1024];

    for (;;) {
        if (write(job->fds[0], block, sizeof(block)) < 0)
            return err_set(e, ERR_STORAGE_FULL, "the file is full");
    }
}

static void crash(void)
{
    volatile uintptr_t nowhere = 8; /* read at run time: the compiler must not see where it leads */

    *(volatile int *)nowhere = 1;
}

bool operation_misbehave(struct job *job, struct image_reply *reply, struct buf *texts,
                         struct err *e)
{
    char *const argv[] = { NULL };

    UNUSED(reply);
    UNUSED(texts);
    switch ((enum image_misdeed)job->request.misdeed) {
    case IMAGE_MISDEED_OPEN:
        open("/etc/passwd", O_RDONLY | O_CLOEXEC);
        break;
    case IMAGE_MISDEED_SOCKET:
        socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        break;
    case IMAGE_MISDEED_EXEC:
        execve("/bin/true", argv, argv);
        break;
    case IMAGE_MISDEED_FORK:
        if (fork() == 0)
            _exit(0);
        break;
    case IMAGE_MISDEED_RUN_DATA:
        run_data();
        break;
    case IMAGE_MISDEED_SIGNAL:
        kill(getppid(), 0);
        break;
    case IMAGE_MISDEED_CRASH:
        crash();
        break;
    case IMAGE_MISDEED_ASSERT:
        abort();
    case IMAGE_MISDEED_HANG:
        for (;;)
            continue;
    case IMAGE_MISDEED_EXIT:
        _exit(5);
    case IMAGE_MISDEED_SILENT:
        fall_silent();
        break;
    case IMAGE_MISDEED_LIE:
        lie();
        break;
    case IMAGE_MISDEED_MEMORY:
        take_memory();
        break;
    case IMAGE_MISDEED_FILL_DISK:
        return fill_disk(job, e);
    case IMAGE_MISDEED_COUNT:
        break;
    }
    return err_set(e, ERR_INTERNAL, "the misdeed went unpunished");
}

#else

/* Release builds: an empty file is not C. */
typedef int misdeeds_are_off;

#endif
