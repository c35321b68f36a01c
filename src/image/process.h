/* One albumen-image: started, spoken to, ended. The owner sees to it that one thread at a time uses
 * it. */
#ifndef IMAGE_PROCESS_H
#define IMAGE_PROCESS_H

#include <sys/types.h>

#include "image/protocol.h"

struct process {
    pid_t pid; /* 0: none */
    int fd;
};

struct process_limits {
    const char *helper_path;
    int64_t memory_bytes;
    int64_t cpu_seconds; /* of its whole life */
};

/*
 * Returns when the helper says that it stands in its sandbox. The helper dies with the calling
 * thread, so that a server that was killed leaves none behind: call it from a thread that lives as
 * long as the helper may.
 */
MUST_CHECK bool process_start(const struct process_limits *limits, struct process *out,
                              struct err *e);

struct process_call {
    struct image_request request; /* protocol, fd_count and payload_bytes are filled in */
    int fds[IMAGE_MAX_FDS];
    size_t fd_count;
    struct str payload;
    struct arena *arena; /* of the reply's payload; NULL: not wanted */
};

/*
 * One request and its reply, within timeout_ms. False: the process is of no use any more and has
 * been ended; the message says what became of it. A reply that reports an error is true here.
 */
MUST_CHECK bool process_exchange(struct process *p, struct process_call *call, int64_t timeout_ms,
                                 struct image_reply *reply, struct str *payload, struct err *e);

/* Kills and reaps. */
void process_stop(struct process *p);

#endif
