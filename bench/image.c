/*
 * Times of the picture helper: bench_image HELPER [FILE [ROUNDS [BOX]]]. Without a file, a drawn
 * picture of 1024 x 1024 that is as hard to pack as a photograph; a FILE that is not there is made
 * of it. One line per operation: median and least milliseconds, and what the helper's memory came
 * to. With a BOX only two numbers: the milliseconds of a thumbnail of that size, and the kB.
 */
#include <dirent.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/file.h"
#include "image/image.h"

enum { SIDE = 1024, MAX_ROUNDS = 1000 };

struct bench {
    struct image_service *service;
    int in_fd;
    int rounds;
};

struct row {
    const char *name;
    int boxes[IMAGE_MAX_THUMBNAILS];
    struct image_target target; /* format unknown: thumbnails, or with no boxes a probe */
};

static const struct row rows[] = {
    { "probe", { 0 }, { 0 } },
    { "thumbnail 256", { 256 }, { 0 } },
    { "thumbnail 320", { 320 }, { 0 } },
    { "thumbnails 256 512 1024", { 256, 512, 1024 }, { 0 } },
    { "to PNG", { 0 }, { .format = IMAGE_PNG } },
    { "to JPEG 85", { 0 }, { .format = IMAGE_JPEG } },
    { "to WebP 85", { 0 }, { .format = IMAGE_WEBP } },
};

static NO_RETURN void give_up(const struct err *e)
{
    fprintf(stderr, "%s\n", e->msg);
    exit(1);
}

static int new_file(void)
{
    int fd = memfd_create("bench", MFD_CLOEXEC);

    if (fd < 0)
        exit(1);
    return fd;
}

static void put_u32(uint8_t *at, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        at[i] = (uint8_t)(value >> (24 - 8 * i));
}

static void draw_pixel(uint8_t *out, int x, int y, uint32_t *noise)
{
    double wave = sin(x * 0.013 + 2 * sin(y * 0.007)) + cos(y * 0.021 - x * 0.003);

    *noise = *noise * 1664525u + 1013904223u;
    for (int k = 0; k < 3; k++) {
        int grain = (int)(*noise >> (24 - 4 * k) & 7) - 4;

        out[k] = (uint8_t)MIN(MAX((int)(128 + 55 * wave * (1 - 0.2 * k)) + grain, 0), 255);
    }
}

/* An uncompressed PPM would be simpler, but it is PNG that is read: stored blocks, then packed by
 * the helper itself. */
static void put_chunk(struct buf *b, const char *type, struct str data)
{
    uint8_t length[4], sum[4];
    uint32_t crc = ~0u;
    size_t start = b->len + 4;

    put_u32(length, (uint32_t)data.len);
    buf_put(b, str_of(length, 4));
    buf_put(b, str_of(type, 4));
    buf_put(b, data);
    for (size_t i = start; i < b->len; i++) {
        crc ^= (uint8_t)b->ptr[i];
        for (int k = 0; k < 8; k++)
            crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320u : 0);
    }
    put_u32(sum, ~crc);
    buf_put(b, str_of(sum, 4));
}

static void put_stored(struct buf *b, struct str raw)
{
    uint32_t low = 1, high = 0;
    uint8_t sum[4];

    buf_put(b, STR("\x78\x01"));
    for (size_t at = 0; at < raw.len; at += 65535) {
        struct str part = str_slice(raw, at, at + 65535);
        uint8_t head[5] = { at + part.len == raw.len, (uint8_t)part.len, (uint8_t)(part.len >> 8),
                            (uint8_t)~part.len, (uint8_t)(~part.len >> 8) };

        buf_put(b, str_of(head, 5));
        buf_put(b, part);
    }
    for (size_t i = 0; i < raw.len; i++) {
        low = (low + (uint8_t)raw.ptr[i]) % 65521;
        high = (high + low) % 65521;
    }
    put_u32(sum, high << 16 | low);
    buf_put(b, str_of(sum, 4));
}

static int draw(struct image_service *service)
{
    AUTO_ARENA a = { 0 };
    AUTO_BUF file = { 0 }, packed = { 0 };
    uint8_t *raw = arena_alloc(&a, SIDE * (SIDE * 3 + 1));
    uint8_t header[13] = { 0, 0, SIDE >> 8, 0, 0, 0, SIDE >> 8, 0, 8, 2 };
    struct image_target png = { .format = IMAGE_PNG };
    struct image_info info;
    struct err e;
    uint32_t noise = 1;

    for (int y = 0; y < SIDE; y++) {
        for (int x = 0; x < SIDE; x++)
            draw_pixel(raw + y * (SIDE * 3 + 1) + 1 + 3 * x, x, y, &noise);
    }
    buf_init(&file, 8 * MIB);
    buf_init(&packed, 8 * MIB);
    put_stored(&packed, str_of(raw, SIDE * (SIDE * 3 + 1)));
    buf_put(&file, STR("\x89PNG\r\n\x1a\n"));
    put_chunk(&file, "IHDR", str_of(header, 13));
    put_chunk(&file, "IDAT", buf_str(&packed));
    put_chunk(&file, "IEND", STR(""));

    AUTO_FD plain = new_file();
    int out = new_file();
    if (!file_write_all(plain, buf_str(&file), &e) ||
        !image_convert(service, plain, &png, out, &info, &e))
        give_up(&e);
    return out;
}

static int64_t run_once(const struct bench *b, const struct row *row)
{
    AUTO_ARENA a = { 0 };
    struct image_thumbnail items[IMAGE_MAX_THUMBNAILS];
    struct image_info info;
    struct err e;
    size_t count = 0;
    int64_t start_ns, end_ns;
    bool is_done;

    for (; count < IMAGE_MAX_THUMBNAILS && row->boxes[count] > 0; count++)
        items[count] = (struct image_thumbnail){ .box = row->boxes[count], .out_fd = new_file() };
    AUTO_FD out = new_file();
    start_ns = clock_steady_ns();
    if (row->target.format != IMAGE_UNKNOWN)
        is_done = image_convert(b->service, b->in_fd, &row->target, out, &info, &e);
    else if (count > 0)
        is_done = image_thumbnails(b->service, b->in_fd, items, count, &a, &info, &e);
    else
        is_done = image_probe(b->service, b->in_fd, &a, &info, &e);
    end_ns = clock_steady_ns();
    if (!is_done)
        give_up(&e);
    for (size_t i = 0; i < count; i++)
        close(items[i].out_fd);
    return end_ns - start_ns;
}

static int compare(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;

    return (left > right) - (left < right);
}

static long peak_of(const char *pid)
{
    char path[64], line[128];
    long kb = 0;
    FILE *file;

    snprintf(path, sizeof(path), "/proc/%s/status", pid);
    file = fopen(path, "r");
    while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
        if (strncmp(line, "VmHWM:", 6) == 0)
            kb = strtol(line + 6, NULL, 10);
    }
    if (file != NULL)
        fclose(file);
    return kb;
}

/* The helper is the only child that any of our threads has. */
static long helper_peak_kb(void)
{
    DIR *tasks = opendir("/proc/self/task");
    struct dirent *entry;
    long kb = 0;

    while (tasks != NULL && (entry = readdir(tasks)) != NULL) {
        char path[300], pid[16];
        FILE *file;

        snprintf(path, sizeof(path), "/proc/self/task/%s/children", entry->d_name);
        file = fopen(path, "r");
        if (file != NULL && fscanf(file, "%15s", pid) == 1)
            kb = peak_of(pid);
        if (file != NULL)
            fclose(file);
    }
    if (tasks != NULL)
        closedir(tasks);
    return kb;
}

/* The times of one operation, from the least to the most. */
static void measure(const struct bench *b, const struct row *row, int64_t *times)
{
    for (int k = 0; k < b->rounds; k++)
        times[k] = run_once(b, row);
    qsort(times, (size_t)b->rounds, sizeof(times[0]), compare);
}

static void print_all(const struct bench *b)
{
    int64_t times[MAX_ROUNDS];

    printf("%lld bytes, %d rounds\n", (long long)file_size(b->in_fd), b->rounds);
    for (size_t i = 0; i < COUNT(rows); i++) {
        measure(b, &rows[i], times);
        printf("%-26s %7.2f ms  (least %.2f)\n", rows[i].name, (double)times[b->rounds / 2] / 1e6,
               (double)times[0] / 1e6);
    }
    printf("memory of the helper at most %ld kB\n", helper_peak_kb());
}

static void print_thumbnail(const struct bench *b, int box)
{
    const struct row row = { "thumbnail", { box }, { 0 } };
    int64_t times[MAX_ROUNDS];

    measure(b, &row, times);
    printf("%.2f %ld\n", (double)times[b->rounds / 2] / 1e6, helper_peak_kb());
}

/* The file, made from the drawn picture when there is none. */
static int open_picture(struct image_service *service, const char *path)
{
    struct err e;
    int fd;

    if (path == NULL)
        return draw(service);
    if (!file_exists(path)) {
        AUTO_ARENA a = { 0 };
        AUTO_FD drawn = draw(service);
        char *bytes = arena_alloc(&a, (size_t)file_size(drawn));
        ssize_t got = pread(drawn, bytes, (size_t)file_size(drawn), 0);

        if (got <= 0 || !file_write_atomic(path, str_of(bytes, (size_t)got), 0644, &e))
            give_up(&e);
    }
    if (!file_open(path, O_RDONLY | O_CLOEXEC, 0, &fd, &e))
        give_up(&e);
    return fd;
}

int main(int argc, char **argv)
{
    struct image_options options = { .helper_path = argc > 1 ? argv[1] : NULL, .max_processes = 1 };
    int64_t rounds = 21, box = 0;
    struct bench b = { 0 };
    struct err e;

    if ((argc > 3 && !str_to_i64(str_from(argv[3]), 1, MAX_ROUNDS, &rounds)) ||
        (argc > 4 && !str_to_i64(str_from(argv[4]), 16, SIDE, &box)))
        return 2;
    if (!image_service_create(&options, &b.service, &e))
        give_up(&e);
    b.rounds = (int)rounds;
    b.in_fd = open_picture(b.service, argc > 2 ? argv[2] : NULL);
    if (box > 0)
        print_thumbnail(&b, (int)box);
    else
        print_all(&b);
    image_service_destroy(b.service);
    return 0;
}
