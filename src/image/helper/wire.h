/* The helper's end of the socket. */
#ifndef IMAGE_HELPER_WIRE_H
#define IMAGE_HELPER_WIRE_H

#include "image/protocol.h"

/* One request, with what it brought along; the descriptors are closed by wire_close_files. */
struct job {
    struct image_request request;
    int fds[IMAGE_MAX_FDS];
    size_t fd_count;
    struct str payload;
    struct arena *arena;
};

/* False: the server is gone, or speaks another language; in both cases this process is done. */
MUST_CHECK bool wire_receive(struct job *job);
void wire_close_files(struct job *job);
MUST_CHECK bool wire_send(struct image_reply *reply, struct str payload);

#endif
