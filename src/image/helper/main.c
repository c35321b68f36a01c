/* albumen-image: reads and makes pictures for albumen, one at a time, from files that it is handed.
 */
#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "image/helper/operations.h"
#include "image/helper/sandbox.h"

/* Kept for the next picture rather than given back and faulted in again; what is larger goes back
 * at once. */
enum { KEPT_BYTES = 8 * 1024 * 1024 };

static int usage(void)
{
    static const char text[] = "albumen-image is started by albumen, and of no use by hand\n";

    return write(STDERR_FILENO, text, sizeof(text) - 1) < 0 ? 3 : 2;
}

static bool is_started_by_albumen(int argc)
{
    int type = 0;
    socklen_t length = sizeof(type);

    return argc == 3 && getsockopt(IMAGE_SOCKET_FD, SOL_SOCKET, SO_TYPE, &type, &length) == 0;
}

static bool serve_one(void)
{
    AUTO_ARENA a = { 0 };
    AUTO_BUF texts = { 0 };
    struct job job = { .arena = &a };
    struct image_reply reply = { 0 };

    buf_init(&texts, IMAGE_MAX_PAYLOAD);
    if (!wire_receive(&job))
        return false;
    operation_run(&job, &reply, &texts);
    wire_close_files(&job); /* before the reply: the server may go on with them at once */
    return wire_send(&reply, buf_str(&texts));
}

int main(int argc, char **argv)
{
    struct image_reply hello = { 0 };
    struct err e = { 0 };
    int64_t memory_bytes, cpu_seconds;

    if (!is_started_by_albumen(argc) ||
        !str_to_i64(str_from(argv[1]), 1, INT64_MAX, &memory_bytes) ||
        !str_to_i64(str_from(argv[2]), 1, INT32_MAX, &cpu_seconds))
        return usage();
    mallopt(M_MMAP_THRESHOLD, KEPT_BYTES);
    mallopt(M_TRIM_THRESHOLD, KEPT_BYTES);
    if (!sandbox_enter(memory_bytes, cpu_seconds, &e)) {
        hello.code = (int32_t)e.code;
        snprintf(hello.message, sizeof(hello.message), "%s", e.msg);
    }
    if (!wire_send(&hello, (struct str){ 0 }) || hello.code != ERR_NONE)
        return 1;
    while (serve_one())
        continue;
    return 0;
}
