/*
 * A picture helper that was taken over, and looks for what it could spoil: each call fails with a
 * letter for every file that came with it, r for one that can only be read, w for one that can be
 * written.
 */
#include <fcntl.h>

#include "image/helper/wire.h"

static char letter_of(int fd)
{
    return (fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDONLY ? 'r' : 'w';
}

static bool answer_one(void)
{
    AUTO_ARENA a = { 0 };
    struct job job = { .arena = &a };
    struct image_reply reply = { .code = ERR_FORBIDDEN };

    if (!wire_receive(&job))
        return false;
    for (size_t i = 0; i < job.fd_count; i++)
        reply.message[i] = letter_of(job.fds[i]);
    wire_close_files(&job);
    return wire_send(&reply, (struct str){ 0 });
}

int main(void)
{
    struct image_reply hello = { 0 };
    bool more = wire_send(&hello, (struct str){ 0 });

    while (more)
        more = answer_one();
    return 0;
}
