/* Requests in, replies out, by recvmsg and sendmsg alone. */
#include "image/helper/wire.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void take_files(struct msghdr *message, struct job *job)
{
    for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c != NULL; c = CMSG_NXTHDR(message, c)) {
        size_t count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);

        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
            continue;
        for (size_t i = 0; i < count && job->fd_count < IMAGE_MAX_FDS; i++)
            memcpy(&job->fds[job->fd_count++], CMSG_DATA(c) + i * sizeof(int), sizeof(int));
    }
}

static bool receive_all(void *out, size_t bytes, struct job *job)
{
    union {
        struct cmsghdr head;
        char room[CMSG_SPACE(sizeof(int) * IMAGE_MAX_FDS)];
    } control;

    for (size_t got = 0; got < bytes;) {
        struct iovec part = { (char *)out + got, bytes - got };
        struct msghdr message = {
            .msg_iov = &part,
            .msg_iovlen = 1,
            .msg_control = control.room,
            .msg_controllen = sizeof(control.room),
        };
        ssize_t count = recvmsg(IMAGE_SOCKET_FD, &message, MSG_CMSG_CLOEXEC);

        if (count == 0 || (count < 0 && errno != EINTR))
            return false;
        if (count < 0)
            continue;
        take_files(&message, job);
        got += (size_t)count;
    }
    return true;
}

bool wire_receive(struct job *job)
{
    char *payload;

    job->fd_count = 0;
    if (!receive_all(&job->request, sizeof(job->request), job))
        return false;
    if (job->request.protocol != IMAGE_PROTOCOL || job->request.fd_count != job->fd_count ||
        job->request.payload_bytes > IMAGE_MAX_PAYLOAD)
        return false;
    payload = arena_alloc(job->arena, job->request.payload_bytes);
    job->payload = str_of(payload, job->request.payload_bytes);
    return receive_all(payload, job->payload.len, job);
}

void wire_close_files(struct job *job)
{
    for (size_t i = 0; i < job->fd_count; i++)
        close(job->fds[i]);
    job->fd_count = 0;
}

static bool send_all(struct str bytes)
{
    for (size_t sent = 0; sent < bytes.len;) {
        struct iovec part = { (void *)(uintptr_t)(bytes.ptr + sent), bytes.len - sent };
        struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
        ssize_t count = sendmsg(IMAGE_SOCKET_FD, &message, MSG_NOSIGNAL);

        if (count < 0 && errno != EINTR)
            return false;
        sent += (size_t)MAX(count, 0);
    }
    return true;
}

bool wire_send(struct image_reply *reply, struct str payload)
{
    reply->protocol = IMAGE_PROTOCOL;
    reply->payload_bytes = (uint32_t)payload.len;
    return send_all(str_of(reply, sizeof(*reply))) && send_all(payload);
}
