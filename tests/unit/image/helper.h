/* A picture service for tests, and whether its helpers still run. */
#ifndef TESTS_UNIT_IMAGE_HELPER_H
#define TESTS_UNIT_IMAGE_HELPER_H

#include <dirent.h>
#include <poll.h>
#include <stdio.h>
#include <sys/pidfd.h>
#include <sys/types.h>
#include <unistd.h>

#include "check.h"
#include "image/image.h"
#include "image/protocol.h"
#include "image/service.h"

static inline struct image_service *service_with(struct image_options options)
{
    struct image_service *service = NULL;
    struct err e;

    if (options.helper_path == NULL)
        options.helper_path = IMAGE_HELPER;
    if (options.time_limit_ms == 0)
        options.time_limit_ms =
            60000; /* a slow machine is no failure, except where a test says so */
    CHECK_OK(image_service_create(&options, &service, &e));
    return service;
}

/* Children of any of our threads, at most max of them. */
static inline size_t helpers_running(pid_t *out, size_t max)
{
    DIR *tasks = opendir("/proc/self/task");
    struct dirent *entry;
    size_t count = 0;

    while (tasks != NULL && (entry = readdir(tasks)) != NULL) {
        char path[300];
        FILE *file;
        int pid;

        snprintf(path, sizeof(path), "/proc/self/task/%s/children", entry->d_name);
        file = fopen(path, "r");
        while (file != NULL && count < max && fscanf(file, "%d", &pid) == 1)
            out[count++] = pid;
        if (file != NULL)
            fclose(file);
    }
    if (tasks != NULL)
        closedir(tasks);
    return count;
}

/* True: the process ended within five seconds. */
static inline bool has_ended(pid_t pid)
{
    int fd = pidfd_open(pid, 0);
    struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
    bool ended = fd < 0 || poll(&poll_fd, 1, 5000) == 1;

    if (fd >= 0)
        close(fd);
    return ended;
}

#endif
