/* The sandbox: rlimits, and a seccomp filter written out by hand. */
#include "image/helper/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(ALBUMEN_SANITIZED)
static const bool is_sanitized = true;
#else
static const bool is_sanitized = false;
#endif

enum { MAX_OPEN_FILES = 32, MAX_FILE_BYTES = 512 * 1024 * 1024 };

static bool fail(struct err *e, const char *what)
{
    return err_set(e, ERR_UNAVAILABLE, "its sandbox cannot be set up: %s: %s", what,
                   strerror(errno));
}

#if defined(__x86_64__)
#define THIS_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define THIS_ARCH AUDIT_ARCH_AARCH64
#else
#error "the picture helper's sandbox knows x86-64 and AArch64: add the architecture's audit number"
#endif

/* Each row either lets a call through or passes on to the next row. */
#define LOAD(member)                                                                               \
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (unsigned)offsetof(struct seccomp_data, member))
#define ALLOW(name)                                                                                \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)(SYS_##name), 0, 1),                             \
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
#define KILL BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS)

enum { OWN_PID_ROW = 4 };

static struct sock_filter filter[] = {
    LOAD(arch),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, THIS_ARCH, 1, 0),
    KILL,
    /* abort() takes these, so that a broken assertion shows as what it is; signals go to nobody
       else. */
    LOAD(args[0]),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0 /* this process */, 0, 3),
    LOAD(nr),
    ALLOW(tgkill),
    LOAD(nr), /* numbers of the x32 variant match no row */
    ALLOW(rt_sigprocmask),
    ALLOW(gettid),
    ALLOW(getpid),
    ALLOW(recvmsg),
    ALLOW(sendmsg),
    ALLOW(read),
    ALLOW(pread64),
    ALLOW(write),
    ALLOW(lseek),
    ALLOW(close),
    ALLOW(brk),
    ALLOW(munmap),
    ALLOW(mremap),
    ALLOW(madvise),
    ALLOW(futex),
    ALLOW(clock_gettime),
    ALLOW(getrandom),
    ALLOW(rt_sigreturn),
    ALLOW(exit),
    ALLOW(exit_group),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)SYS_mmap, 1, 0),
    KILL,
    LOAD(args[2]), /* the low half: both architectures are little-endian */
    BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, PROT_EXEC, 1, 0),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    KILL,
};

static bool install_filter(struct err *e)
{
    struct sock_fprog program = { COUNT(filter), filter };

    filter[OWN_PID_ROW].k = (unsigned)getpid();
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0 || fail(e, "seccomp");
}

static bool limit(int resource, int64_t value, const char *name, struct err *e)
{
    struct rlimit both = { (rlim_t)value, (rlim_t)value };
    struct rlimit now;

    /* A limit that stands lower already cannot be raised, and need not be. */
    if (getrlimit(resource, &now) == 0 && now.rlim_max < both.rlim_max)
        both = (struct rlimit){ now.rlim_max, now.rlim_max };
    return setrlimit(resource, &both) == 0 || fail(e, name);
}

static bool set_limits(int64_t memory_bytes, int64_t cpu_seconds, struct err *e)
{
    if (!is_sanitized && !limit(RLIMIT_AS, memory_bytes, "RLIMIT_AS", e))
        return false;
    return limit(RLIMIT_CPU, cpu_seconds, "RLIMIT_CPU", e) &&
           limit(RLIMIT_FSIZE, MAX_FILE_BYTES, "RLIMIT_FSIZE", e) &&
           limit(RLIMIT_NOFILE, MAX_OPEN_FILES, "RLIMIT_NOFILE", e) &&
           limit(RLIMIT_NPROC, 0, "RLIMIT_NPROC", e) && limit(RLIMIT_CORE, 0, "RLIMIT_CORE", e);
}

static int compare_bytes(const void *a, const void *b)
{
    return *(const unsigned char *)a - *(const unsigned char *)b;
}

/* glibc asks for the size of memory at the first sort that does not fit its stack, and remembers:
 * ask while it may. */
static void warm_up(void)
{
    unsigned char bytes[4096] = { 0 };

    qsort(bytes, sizeof(bytes), 1, compare_bytes);
}

bool sandbox_enter(int64_t memory_bytes, int64_t cpu_seconds, struct err *e)
{
    warm_up();
    signal(SIGXFSZ, SIG_IGN); /* a file past its limit is an error of write() */
    signal(SIGPIPE, SIG_IGN);
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
        return fail(e, "PDEATHSIG");
    if (!set_limits(memory_bytes, cpu_seconds, e))
        return false;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return fail(e, "NO_NEW_PRIVS");
    if (prctl(PR_SET_DUMPABLE, 0) != 0)
        return fail(e, "DUMPABLE");
    return is_sanitized || install_filter(e);
}
