/* One albumen-image: started with a clean environment and one socket, and given up at the first
 * doubt. */
#include "image/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/file.h"

enum { START_LIMIT_MS = 20000, DEATH_LIMIT_MS = 1000 };

static void set_up_descriptors(posix_spawn_file_actions_t *actions, int socket_fd)
{
    posix_spawn_file_actions_init(actions);
    posix_spawn_file_actions_adddup2(actions, socket_fd, IMAGE_SOCKET_FD);
    posix_spawn_file_actions_addopen(actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addclosefrom_np(actions, IMAGE_SOCKET_FD + 1);
}

static void set_up_signals(posix_spawnattr_t *attributes)
{
    sigset_t none, all;

    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_init(attributes);
    posix_spawnattr_setsigmask(attributes, &none);
    posix_spawnattr_setsigdefault(attributes, &all);
    /* A group of its own: Ctrl-C in a terminal is for the server, which ends its helpers itself. */
    posix_spawnattr_setpgroup(attributes, 0);
    posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
                                             POSIX_SPAWN_SETPGROUP);
}

static int spawn(const struct process_limits *limits, int socket_fd, pid_t *out_pid)
{
    char name[] = "albumen-image", memory[24], cpu[24];
    char *argv[] = { name, memory, cpu, NULL };
    char *envp[] = { NULL };
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int error;

    snprintf(memory, sizeof(memory), "%lld", (long long)limits->memory_bytes);
    snprintf(cpu, sizeof(cpu), "%lld", (long long)limits->cpu_seconds);
    set_up_descriptors(&actions, socket_fd);
    set_up_signals(&attributes);
    error = posix_spawn(out_pid, limits->helper_path, &actions, &attributes, argv, envp);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

/* Kills and reaps; gives the wait status. */
static int end(struct process *p)
{
    int status = 0;

    kill(p->pid, SIGKILL);
    while (waitpid(p->pid, &status, 0) < 0 && errno == EINTR)
        continue;
    fd_close(&p->fd);
    p->pid = 0;
    return status;
}

void process_stop(struct process *p)
{
    if (p->pid != 0)
        end(p);
}

/* It closed its end, so it is gone or about to be. A short wait, so that its own end is not
 * mistaken for the kill. */
static int await_end(struct process *p)
{
    AUTO_FD pid_fd = pidfd_open(p->pid, 0);
    struct pollfd poll_fd = { .fd = pid_fd, .events = POLLIN };

    if (pid_fd >= 0)
        poll(&poll_fd, 1, DEATH_LIMIT_MS);
    return end(p);
}

/* What it died of is the message. */
static bool tell_death(struct process *p, struct err *e)
{
    int status = await_end(p);

    if (!WIFSIGNALED(status))
        return err_set(e, ERR_UNAVAILABLE, "the picture helper ended by itself (exit code %d)",
                       WEXITSTATUS(status));
    if (WTERMSIG(status) == SIGSYS)
        return err_set(e, ERR_INVALID,
                       "the picture could not be read: its decoder tried what its sandbox forbids");
    if (WTERMSIG(status) == SIGXCPU)
        return err_set(e, ERR_TIMEOUT,
                       "the picture could not be read: it took too much computing time");
    if (WTERMSIG(status) == SIGKILL)
        return err_set(e, ERR_UNAVAILABLE, "the picture helper was killed");
    return err_set(e, ERR_INVALID,
                   "the picture could not be read: it crashed the decoder (signal %d)",
                   WTERMSIG(status));
}

static bool give_up_late(struct process *p, int64_t timeout_ms, struct err *e)
{
    end(p);
    return err_set(e, ERR_TIMEOUT, "the picture could not be read within %lld s",
                   (long long)(timeout_ms + 999) / 1000);
}

static bool give_up_garbled(struct process *p, struct err *e)
{
    end(p);
    return err_set(e, ERR_INVALID,
                   "the picture could not be read: its decoder gave a senseless answer");
}

/* False: the time is over. A socket whose other end is gone counts as ready. */
static bool wait_ready(int fd, short events, int64_t deadline_ms)
{
    for (;;) {
        struct pollfd poll_fd = { .fd = fd, .events = events };
        int64_t left = deadline_ms - clock_steady_ms();
        int ready = poll(&poll_fd, 1, (int)MIN(MAX(left, 0), INT32_MAX));

        if (ready > 0)
            return true;
        if (ready == 0 && left <= 0)
            return false;
        if (ready < 0 && errno != EINTR)
            return true; /* what is wrong shows in the call that follows */
    }
}

enum step { STEP_DONE, STEP_LATE, STEP_GONE };

static bool is_passing(int error)
{
    return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

/* The descriptors travel with the first byte. */
static enum step send_all(int fd, struct str bytes, const int *fds, size_t fd_count,
                          int64_t deadline_ms)
{
    union {
        struct cmsghdr head;
        char room[CMSG_SPACE(sizeof(int) * IMAGE_MAX_FDS)];
    } control = { 0 };

    for (size_t sent = 0; sent < bytes.len;) {
        struct iovec part = { (void *)(uintptr_t)(bytes.ptr + sent), bytes.len - sent };
        struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
        ssize_t count;

        if (sent == 0 && fd_count > 0) {
            message.msg_control = control.room;
            message.msg_controllen = CMSG_SPACE(sizeof(int) * fd_count);
            control.head.cmsg_level = SOL_SOCKET;
            control.head.cmsg_type = SCM_RIGHTS;
            control.head.cmsg_len = CMSG_LEN(sizeof(int) * fd_count);
            memcpy(CMSG_DATA(&control.head), fds, sizeof(int) * fd_count);
        }
        count = FAULT(image_send) ? (errno = EIO, -1)
                                  : sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (count > 0)
            sent += (size_t)count;
        else if (count < 0 && !is_passing(errno))
            return STEP_GONE;
        else if (!wait_ready(fd, POLLOUT, deadline_ms))
            return STEP_LATE;
    }
    return STEP_DONE;
}

static enum step receive_all(int fd, void *out, size_t bytes, int64_t deadline_ms)
{
    for (size_t got = 0; got < bytes;) {
        ssize_t count = FAULT(image_receive)
                            ? (errno = EIO, -1)
                            : recv(fd, (char *)out + got, bytes - got, MSG_DONTWAIT);

        if (count > 0)
            got += (size_t)count;
        else if (count == 0 || !is_passing(errno))
            return STEP_GONE;
        else if (!wait_ready(fd, POLLIN, deadline_ms))
            return STEP_LATE;
    }
    return STEP_DONE;
}

static bool receive_reply(struct process *p, struct image_reply *reply, struct arena *a,
                          struct str *payload, int64_t deadline_ms, int64_t timeout_ms,
                          struct err *e)
{
    enum step step = receive_all(p->fd, reply, sizeof(*reply), deadline_ms);
    char *bytes;

    if (step == STEP_DONE &&
        (reply->protocol != IMAGE_PROTOCOL || reply->payload_bytes > IMAGE_MAX_PAYLOAD ||
         (reply->payload_bytes > 0 && a == NULL)))
        return give_up_garbled(p, e);
    if (step == STEP_DONE && reply->payload_bytes > 0) {
        bytes = arena_alloc(a, reply->payload_bytes);
        step = receive_all(p->fd, bytes, reply->payload_bytes, deadline_ms);
        *payload = str_of(bytes, reply->payload_bytes);
    }
    if (step == STEP_LATE)
        return give_up_late(p, timeout_ms, e);
    return step == STEP_DONE || tell_death(p, e);
}

bool process_exchange(struct process *p, struct process_call *call, int64_t timeout_ms,
                      struct image_reply *reply, struct str *payload, struct err *e)
{
    int64_t deadline_ms = clock_steady_ms() + timeout_ms;
    struct str head = str_of(&call->request, sizeof(call->request));
    enum step step;

    if (FAULT(image_exchange))
        kill(p->pid, SIGKILL);
    call->request.protocol = IMAGE_PROTOCOL;
    call->request.fd_count = (uint32_t)call->fd_count;
    call->request.payload_bytes = (uint32_t)call->payload.len;
    step = send_all(p->fd, head, call->fds, call->fd_count, deadline_ms);
    if (step == STEP_DONE)
        step = send_all(p->fd, call->payload, NULL, 0, deadline_ms);
    if (step == STEP_LATE)
        return give_up_late(p, timeout_ms, e);
    if (step == STEP_GONE)
        return tell_death(p, e);
    return receive_reply(p, reply, call->arena, payload, deadline_ms, timeout_ms, e);
}

/* The first reply of a helper, unasked: it stands in its sandbox, or says why not. */
static bool greet(struct process *p, struct err *e)
{
    struct image_reply hello;
    struct str payload;
    struct err why = { 0 };

    if (!receive_reply(p, &hello, NULL, &payload, clock_steady_ms() + START_LIMIT_MS,
                       START_LIMIT_MS, &why)) {
        return err_set(e, ERR_UNAVAILABLE, "the picture helper does not start: %s", why.msg);
    }
    if (hello.code == ERR_NONE)
        return true;
    end(p);
    return err_set(e, ERR_UNAVAILABLE, "the picture helper does not start: %.*s",
                   (int)sizeof(hello.message) - 1, hello.message);
}

bool process_start(const struct process_limits *limits, struct process *out, struct err *e)
{
    struct process p = { .fd = -1 };
    int pair[2];
    int error;

    if (FAULT(image_start))
        return err_set(e, ERR_UNAVAILABLE, "the picture helper does not start: %s", strerror(EIO));
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
        return err_set_errno(e, errno, "make a socket for", limits->helper_path);
    AUTO_FD ours = pair[0];
    AUTO_FD theirs = pair[1];
    error = spawn(limits, theirs, &p.pid);
    if (error != 0)
        return err_set_errno(e, error, "start", limits->helper_path);
    fd_close(&theirs);
    p.fd = fd_take(&ours);
    if (!greet(&p, e))
        return false;
    *out = p;
    return true;
}
