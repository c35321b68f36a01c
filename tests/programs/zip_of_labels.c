/* Makes a ZIP on its output of labels on its input: each a length in four bytes and so many bytes,
 * which are its data too. */
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/crc32.h"
#include "base/zip.h"
#include "base/zip_name.h"

enum { LABELS_MAX = 100000, LABEL_MAX_BYTES = 1 << 20, DIGITS = 4 };

static NO_RETURN void fail(const char *why)
{
    fprintf(stderr, "zip_of_labels: %s\n", why);
    exit(1);
}

static bool read_label(struct arena *a, struct str *out)
{
    unsigned char length[4];
    size_t bytes;
    char *label;

    if (fread(length, 1, sizeof(length), stdin) != sizeof(length))
        return false;
    bytes = (size_t)length[0] | (size_t)length[1] << 8 | (size_t)length[2] << 16;
    if (bytes > LABEL_MAX_BYTES || length[3] != 0)
        fail("a label is too long");
    label = arena_alloc(a, bytes + 1);
    if (fread(label, 1, bytes, stdin) != bytes)
        fail("the input ended early");
    *out = str_of(label, bytes);
    return true;
}

static void add(struct arena *a, struct zip *zip, struct str label)
{
    struct zip_entry entry = {
        .name = zip_name_make(a, (int64_t)zip->count + 1, DIGITS, label, "png"),
        .size = (int64_t)label.len,
        .crc32 = crc32_add(0, label),
        .changed_ms = 1700000000000,
    };
    struct err e = { 0 };

    if (!zip_add(zip, &entry, &e))
        fail(e.msg);
}

static void write_all(const struct zip *zip, const struct str *labels)
{
    char memory[4096];
    int64_t position = 0;

    while (position < zip_bytes(zip)) {
        struct zip_piece piece;
        struct str bytes;

        zip_at(zip, position, memory, sizeof(memory), &piece);
        bytes = piece.bytes;
        if (bytes.len == 0)
            bytes = str_slice(labels[piece.entry], (size_t)piece.offset, SIZE_MAX);
        if (fwrite(bytes.ptr, 1, bytes.len, stdout) != bytes.len)
            fail("the output is full");
        position += (int64_t)bytes.len;
    }
}

int main(void)
{
    AUTO_ARENA a = { 0 };
    struct str *labels = arena_array(&a, struct str, LABELS_MAX);
    struct zip zip;

    zip_init(&zip);
    while (zip.count < LABELS_MAX && read_label(&a, &labels[zip.count]))
        add(&a, &zip, labels[zip.count]);
    write_all(&zip, labels);
    zip_deinit(&zip);
    return fflush(stdout) == 0 ? 0 : 1;
}
