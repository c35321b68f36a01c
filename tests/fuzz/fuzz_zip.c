/* The layout of archives against a writer that begins at the front: any entries, from any position.
 */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/zip.h"
#include "base/zip_name.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ENTRIES_MAX = 40 };

static void require(bool condition)
{
    if (!condition)
        abort();
}

/* What the simple writer has written: its own bytes, with the files' data left out at `at`. */
struct hole {
    size_t after;   /* bytes of its own before it */
    uint64_t bytes; /* of the file */
};

struct writer {
    struct buf out;
    struct hole holes[ENTRIES_MAX];
    size_t hole_count;
    uint64_t position;
};

static void put_number(struct writer *w, uint64_t value, int bytes)
{
    for (int i = 0; i < bytes; i++, value >>= 8)
        buf_put_char(&w->out, (char)(value & 0xFF));
    w->position += (uint64_t)bytes;
}

static void put_text(struct writer *w, struct str text)
{
    buf_put(&w->out, text);
    w->position += text.len;
}

/* The reference reads its entries from the front only, and keeps what it needs for the end. */
struct file {
    struct zip_entry entry;
    uint64_t offset, size;
    bool timed;
};

static void put_time(struct writer *w, const struct file *f)
{
    if (!f->timed)
        return;
    put_text(w, STR("UT\5\0\1"));
    put_number(w, (uint64_t)f->entry.changed_ms / 1000, 4);
}

/* Method, time, checksum, sizes and the name's length; the time is not what is tested here. */
static void put_middle(struct writer *w, const struct file *f, bool zip64, const char *time)
{
    put_number(w, zip64 ? 45 : 20, 2);
    put_number(w, 0x800, 2);
    put_number(w, 0, 2);
    put_text(w, str_of(time, 4));
    put_number(w, f->entry.crc32, 4);
    for (int i = 0; i < 2; i++)
        put_number(w, f->size >= 0xFFFFFFFF ? 0xFFFFFFFF : f->size, 4);
    put_number(w, f->entry.name.len, 2);
}

static void write_file(struct writer *w, struct file *f, const char *time)
{
    bool large = f->size >= 0xFFFFFFFF;

    f->offset = w->position;
    put_text(w, STR("PK\3\4"));
    put_middle(w, f, large, time);
    put_number(w, (large ? 20u : 0u) + (f->timed ? 9u : 0u), 2);
    put_text(w, f->entry.name);
    if (large) {
        put_number(w, 0x00100001, 4);
        put_number(w, f->size, 8);
        put_number(w, f->size, 8);
    }
    put_time(w, f);
    w->holes[w->hole_count++] = (struct hole){ w->out.len, f->size };
    w->position += f->size;
}

static void write_record(struct writer *w, const struct file *f, const char *time)
{
    bool large = f->size >= 0xFFFFFFFF, far = f->offset >= 0xFFFFFFFF;
    unsigned values = (large ? 16u : 0u) + (far ? 8u : 0u), zip64 = values > 0 ? values + 4 : 0;

    put_text(w, STR("PK\1\2\x2d\3"));
    put_middle(w, f, zip64 > 0, time);
    put_number(w, zip64 + (f->timed ? 9u : 0u), 2);
    put_number(w, 0, 6);
    put_number(w, 0x81A40000, 4);
    put_number(w, far ? 0xFFFFFFFF : f->offset, 4);
    put_text(w, f->entry.name);
    if (zip64 > 0) {
        put_number(w, 1, 2);
        put_number(w, values, 2);
    }
    for (int i = 0; large && i < 2; i++)
        put_number(w, f->size, 8);
    if (far)
        put_number(w, f->offset, 8);
    put_time(w, f);
}

static void write_end(struct writer *w, size_t count, uint64_t central)
{
    uint64_t end = w->position, bytes = end - central;

    if (central >= 0xFFFFFFFF) {
        put_text(w, STR("PK\6\6\x2c\0\0\0\0\0\0\0\x2d\3\x2d\0\0\0\0\0\0\0\0\0"));
        put_number(w, count, 8);
        put_number(w, count, 8);
        put_number(w, bytes, 8);
        put_number(w, central, 8);
        put_text(w, STR("PK\6\7\0\0\0\0"));
        put_number(w, end, 8);
        put_number(w, 1, 4);
    }
    put_text(w, STR("PK\5\6\0\0\0\0"));
    put_number(w, count, 2);
    put_number(w, count, 2);
    put_number(w, bytes, 4);
    put_number(w, central >= 0xFFFFFFFF ? 0xFFFFFFFF : central, 4);
    put_number(w, 0, 2);
}

/* Where in the reference's own bytes a position stands; out_hole: it is this file's data, or -1. */
static uint64_t find(const struct writer *w, uint64_t position, int *out_hole, uint64_t *out_left)
{
    uint64_t before = 0; /* data */

    for (size_t i = 0; i < w->hole_count; i++) {
        uint64_t start = w->holes[i].after + before;

        *out_hole = (int)i;
        *out_left = start + w->holes[i].bytes - position;
        if (position < start) {
            *out_hole = -1;
            *out_left = start - position;
            return position - before;
        }
        if (position < start + w->holes[i].bytes)
            return position - start;
        before += w->holes[i].bytes;
    }
    *out_hole = -1;
    *out_left = w->position - position;
    return position - before;
}

static void compare_from(const struct zip *z, const struct writer *w, uint64_t position,
                         size_t memory_bytes)
{
    char *memory = malloc(memory_bytes);
    int pieces = 0;

    while (position < w->position && pieces++ < 8 * ENTRIES_MAX) {
        struct zip_piece piece;
        uint64_t left, at;
        int hole;

        at = find(w, position, &hole, &left);
        zip_at(z, (int64_t)position, memory, memory_bytes, &piece);
        if (hole >= 0) {
            require(piece.bytes.len == 0 && piece.entry == (size_t)hole);
            require((uint64_t)piece.offset == at && (uint64_t)piece.length == left);
            position += left;
        } else {
            require(piece.bytes.len > 0 && piece.bytes.len <= left);
            require(str_eq(piece.bytes, str_slice(buf_str(&w->out), at, at + piece.bytes.len)));
            position += piece.bytes.len;
        }
    }
    require(position == w->position);
    free(memory);
}

struct input {
    const uint8_t *at;
    size_t left;
};

static uint64_t take(struct input *in, int bytes)
{
    uint64_t value = 0;

    for (int i = 0; i < bytes && in->left > 0; i++, in->left--)
        value = value << 8 | *in->at++;
    return value;
}

static struct str take_text(struct input *in, size_t bytes)
{
    struct str text = str_of(in->at, MIN(bytes, in->left));

    in->at += text.len;
    in->left -= text.len;
    return text;
}

/* Small, around the limits of 32 bits, or anything. */
static uint64_t take_size(struct input *in)
{
    uint64_t value = take(in, 3);

    switch (value & 3) {
    case 0:
        return 0xFFFFFF00 + (value >> 2) % 512;
    case 1:
        return take(in, 7);
    default:
        return value >> 2;
    }
}

static size_t read_entries(struct arena *a, struct input *in, struct zip *z, struct file *files)
{
    size_t count = 0;

    while (in->left > 0 && count < ENTRIES_MAX) {
        struct file *f = &files[count];
        struct err e;
        size_t label = take(in, 1) % 130;
        uint64_t size = take_size(in);

        f->entry = (struct zip_entry){
            .name = zip_name_make(a, (int64_t)count, 1, take_text(in, label), "png"),
            .size = (int64_t)size,
            .crc32 = (uint32_t)take(in, 4),
            .changed_ms = (int64_t)take(in, 6),
        };
        require(zip_name_is_safe(f->entry.name));
        f->size = size;
        f->timed = f->entry.changed_ms >= 1000 && f->entry.changed_ms / 1000 <= INT32_MAX;
        if (zip_add(z, &f->entry, &e))
            count++;
        else
            require(e.code == ERR_TOO_LARGE);
    }
    return count;
}

/* The four bytes of a time as the layout has them, in its first header. */
static void time_of(const struct zip *z, uint64_t offset, char out[4])
{
    char memory[ZIP_MEMORY_BYTES];
    struct zip_piece piece;

    zip_at(z, (int64_t)offset, memory, sizeof(memory), &piece);
    memcpy(out, piece.bytes.ptr + 10, 4);
}

static void write_all(struct writer *w, const struct zip *z, struct file *files, size_t count)
{
    char times[ENTRIES_MAX][4];
    uint64_t central;

    for (size_t i = 0; i < count; i++) {
        time_of(z, w->position, times[i]);
        write_file(w, &files[i], times[i]);
    }
    central = w->position;
    for (size_t i = 0; i < count; i++)
        write_record(w, &files[i], times[i]);
    write_end(w, count, central);
    require(!w->out.overflowed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA a = { 0 };
    struct input in = { data, size };
    uint64_t where = take(&in, 8);
    size_t memory_bytes = ZIP_MEMORY_BYTES + take(&in, 2) % 4096;
    static struct file files[ENTRIES_MAX];
    static struct writer w;
    struct zip z;
    size_t count;

    zip_init(&z);
    w = (struct writer){ .position = 0 };
    buf_init(&w.out, MIB);
    count = read_entries(&a, &in, &z, files);
    write_all(&w, &z, files, count);
    require((uint64_t)zip_bytes(&z) == w.position);
    compare_from(&z, &w, 0, memory_bytes);
    compare_from(&z, &w, where % w.position, memory_bytes);
    buf_deinit(&w.out);
    zip_deinit(&z);
    return 0;
}
