/*
 * Pictures that were made to do harm: test_hostile CORPUS. Each ends in a picture or in an error in
 * words, costs little, and leaves the service as it was. Run against the helper as it is built, and
 * against one without sanitizers, of which time and memory are measured.
 */
#include <stdlib.h>

#include "base/file.h"
#include "helper.h"
#include "pictures.h"

enum { LEAST_CASES = 300, MOST_CPU_MS = 2000, MOST_MEMORY_KB = 64 * 1024 };

static const char *corpus_path;

struct hostile {
    char name[64], expectation[8];
    struct str bytes;
};

static bool next_case(struct str *rest, struct hostile *out)
{
    int taken = 0;
    long length;

    if (rest->len == 0)
        return false;
    /* The corpus ends in a NUL, as arenas make it. */
    if (sscanf(rest->ptr, "%63s %7s %ld%n", out->name, out->expectation, &length, &taken) != 3)
        fail_msg("the corpus is not as it should be");
    out->bytes = str_slice(*rest, (size_t)taken + 1, (size_t)taken + 1 + (size_t)length);
    *rest = str_slice(*rest, (size_t)taken + 1 + (size_t)length, rest->len);
    return true;
}

static bool is_bare(const char *helper_path)
{
    return str_ends(str_from(helper_path), STR("-bare"));
}

/* The most that any helper of ours has held. */
static long memory_kb(void)
{
    pid_t pids[8];
    long most = 0;
    size_t count = helpers_running(pids, COUNT(pids));

    for (size_t i = 0; i < count; i++) {
        char path[64], line[128];
        long kb;

        snprintf(path, sizeof(path), "/proc/%d/status", (int)pids[i]);
        FILE *file = fopen(path, "r");
        while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
            if (sscanf(line, "VmHWM: %ld", &kb) == 1)
                most = MAX(most, kb);
        }
        if (file != NULL)
            fclose(file);
    }
    return most;
}

/* Straight to the helper, past the look at the first bytes that image_probe takes; gives its time
 * so far. */
static bool probe(struct image_service *s, int fd, uint32_t *out_cpu_ms, struct err *e)
{
    AUTO_ARENA a = { 0 };
    struct process_call call = {
        .request = { .operation = IMAGE_OP_PROBE }, .fds = { fd }, .fd_count = 1, .arena = &a
    };
    struct image_reply reply = { 0 };
    struct str payload;
    bool is_done = image_service_call(s, &call, &reply, &payload, e);

    *out_cpu_ms = reply.cpu_ms;
    return is_done;
}

/* All of them are told, not the first alone. */
static int complaints;

#define complain(...)                                                                              \
    do {                                                                                           \
        print_error(__VA_ARGS__);                                                                  \
        print_error("\n");                                                                         \
        complaints++;                                                                              \
    } while (0)

static void check_ending(const struct hostile *h, bool is_done, const struct err *e)
{
    struct str message = str_from(e->msg);

    if (is_done && strcmp(h->expectation, "bad") == 0)
        complain("%s was taken for a picture", h->name);
    if (!is_done && strcmp(h->expectation, "ok") == 0)
        complain("%s was refused: %s", h->name, e->msg);
    if (is_done)
        return;
    if (message.len < 10 ||
        (e->code != ERR_INVALID && e->code != ERR_TOO_LARGE && e->code != ERR_UNSUPPORTED_TYPE))
        complain("%s ended as %s: %s", h->name, err_name(e->code), e->msg);
    if (str_find(message, STR("crashed")) < message.len ||
        str_find(message, STR("sandbox")) < message.len)
        complain("%s: %s", h->name, e->msg);
}

static void check_thumbnail(struct image_service *s, const struct hostile *h, int fd, bool is_done)
{
    AUTO_ARENA a = { 0 };
    AUTO_FD out = file_of(STR(""));
    struct image_thumbnail item = { .box = 256, .out_fd = out };
    struct image_info info;
    struct err e;

    if (image_thumbnails(s, fd, &item, 1, &a, &info, &e) != is_done)
        complain("%s: a thumbnail differs from a probe", h->name);
}

static size_t run_all(const char *helper_path)
{
    AUTO_ARENA a = { 0 };
    struct image_service *s =
        service_with((struct image_options){ .helper_path = helper_path, .max_processes = 1 });
    struct str rest;
    struct hostile h;
    struct err e;
    size_t count = 0;
    uint32_t before_ms = 0, after_ms;

    CHECK_OK(file_read(&a, corpus_path, 64 * MIB, &rest, &e));
    while (next_case(&rest, &h)) {
        AUTO_FD fd = file_of(h.bytes);

        e = (struct err){ 0 };
        bool is_done = probe(s, fd, &after_ms, &e);
        check_ending(&h, is_done, &e);
        check_thumbnail(s, &h, fd, is_done);
        if (is_bare(helper_path) && after_ms > before_ms + MOST_CPU_MS)
            complain("%s took %u ms", h.name, after_ms - before_ms);
        if (is_bare(helper_path) && memory_kb() > MOST_MEMORY_KB)
            complain("%s took %ld kB", h.name, memory_kb());
        before_ms = after_ms;
        count++;
    }
    image_service_destroy(s);
    return count;
}

static void hostile_files_end_in_a_picture_or_an_error(void **state)
{
    UNUSED(state);
    complaints = 0;
    CHECK(run_all(IMAGE_HELPER) >= LEAST_CASES);
    CHECK_I64(complaints, 0);
}

static void hostile_files_cost_neither_time_nor_memory(void **state)
{
    UNUSED(state);
    complaints = 0;
    CHECK(run_all(IMAGE_HELPER_BARE) >= LEAST_CASES);
    CHECK_I64(complaints, 0);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(hostile_files_end_in_a_picture_or_an_error),
        TEST(hostile_files_cost_neither_time_nor_memory),
    };

    if (argc != 2)
        return 2;
    corpus_path = argv[1];
    return cmocka_run_group_tests(tests, NULL, NULL);
}
