/* Local headers, central directory and end of a ZIP archive, each made when it is asked for. */
#include "base/zip.h"

#include <assert.h>
#include <stdlib.h>
#include <time.h>

#include "base/arena.h"
#include "base/zip_name.h"

enum {
    LOCAL_SIGNATURE = 0x04034b50,
    CENTRAL_SIGNATURE = 0x02014b50,
    END64_SIGNATURE = 0x06064b50,
    LOCATOR64_SIGNATURE = 0x07064b50,
    END_SIGNATURE = 0x06054b50,

    LOCAL_BYTES = 30, /* without name and extra fields, as are the next ones */
    CENTRAL_BYTES = 46,
    END64_BYTES = 56,
    LOCATOR64_BYTES = 20,
    END_BYTES = 22,

    EXTRA_ZIP64 = 0x0001,
    EXTRA_TIME = 0x5455,
    EXTRA_HEAD_BYTES = 4,
    EXTRA_TIME_BYTES = EXTRA_HEAD_BYTES + 5,

    NEEDS_PLAIN = 20, /* version 2.0 of the format */
    NEEDS_ZIP64 = 45,
    MADE_ON_UNIX = 3 << 8 | NEEDS_ZIP64,
    FLAG_UTF8 = 1 << 11,
    REGULAR_FILE = 0100644,
};

/* In a field of 32 or 16 bits they say: look into the ZIP64 record. */
#define SEE_ZIP64_32 UINT32_MAX
#define SEE_ZIP64_16 UINT16_MAX

struct zip_slot {
    int64_t offset; /* of its local header */
    int64_t size;
    int64_t central_at; /* of its record, from the beginning of the central directory */
    uint32_t crc32;
    uint32_t dos_time;
    uint32_t unix_time; /* 0: outside of what 31 bits can say */
    uint32_t name_at;
    uint32_t name_bytes;
};

static bool is_large(int64_t value)
{
    return value >= (int64_t)SEE_ZIP64_32;
}

/* Date and time in the 32 bits of a FAT directory, which begins in 1980 and ends in 2107. */
static uint32_t dos_time_of(int64_t ms)
{
    static const int64_t first = 315532800000, last = 4354819198000;
    time_t seconds = (time_t)(MAX(first, MIN(ms, last)) / 1000);
    struct tm t;

    gmtime_r(&seconds, &t);
    return (uint32_t)(t.tm_year - 80) << 25 | (uint32_t)(t.tm_mon + 1) << 21 |
           (uint32_t)t.tm_mday << 16 | (uint32_t)t.tm_hour << 11 | (uint32_t)t.tm_min << 5 |
           (uint32_t)t.tm_sec / 2;
}

static uint32_t unix_time_of(int64_t ms)
{
    return ms < 1000 || ms / 1000 > INT32_MAX ? 0 : (uint32_t)(ms / 1000);
}

static int64_t time_extra_bytes(const struct zip_slot *s)
{
    return s->unix_time != 0 ? EXTRA_TIME_BYTES : 0;
}

static int64_t local_bytes(const struct zip_slot *s)
{
    int64_t zip64 = is_large(s->size) ? EXTRA_HEAD_BYTES + 2 * 8 : 0;

    return LOCAL_BYTES + s->name_bytes + zip64 + time_extra_bytes(s);
}

/* The central record's extra field holds what does not fit elsewhere, and nothing else. */
static int64_t central_zip64_bytes(const struct zip_slot *s)
{
    int64_t values = (is_large(s->size) ? 2 * 8 : 0) + (is_large(s->offset) ? 8 : 0);

    return values > 0 ? EXTRA_HEAD_BYTES + values : 0;
}

static int64_t central_bytes(const struct zip_slot *s)
{
    return CENTRAL_BYTES + s->name_bytes + central_zip64_bytes(s) + time_extra_bytes(s);
}

void zip_init(struct zip *z)
{
    *z = (struct zip){ .slots = NULL };
    buf_init(&z->names, (size_t)ZIP_ENTRIES_MAX * ZIP_NAME_MAX);
}

void zip_deinit(struct zip *z)
{
    free(z->slots);
    buf_deinit(&z->names);
    *z = (struct zip){ .slots = NULL };
}

static bool check(const struct zip *z, const struct zip_entry *entry, struct err *e)
{
    if (!zip_name_is_safe(entry->name))
        return err_set(e, ERR_INVALID, "a name that not every system could unpack");
    if (z->count == ZIP_ENTRIES_MAX)
        return err_set(e, ERR_TOO_LARGE, "an archive takes %d files", ZIP_ENTRIES_MAX);
    if (entry->size > ZIP_DATA_MAX || z->data_end > ZIP_DATA_MAX - entry->size)
        return err_set(e, ERR_TOO_LARGE, "the files are too large for one archive");
    return true;
}

bool zip_add(struct zip *z, const struct zip_entry *entry, struct err *e)
{
    struct zip_slot *s;

    assert(entry->size >= 0);
    if (!check(z, entry, e))
        return false;
    if (z->count == z->room) {
        z->room = MAX(z->room + z->room / 2, (size_t)16);
        z->slots = mem_realloc(z->slots, z->room * sizeof(*z->slots));
    }
    s = &z->slots[z->count++];
    *s = (struct zip_slot){
        .offset = z->data_end,
        .size = entry->size,
        .central_at = z->central_bytes,
        .crc32 = entry->crc32,
        .dos_time = dos_time_of(entry->changed_ms),
        .unix_time = unix_time_of(entry->changed_ms),
        .name_at = (uint32_t)z->names.len,
        .name_bytes = (uint32_t)entry->name.len,
    };
    buf_put(&z->names, entry->name);
    assert(!z->names.overflowed);
    z->data_end += local_bytes(s) + s->size;
    z->central_bytes += central_bytes(s);
    return true;
}

static bool has_end64(const struct zip *z)
{
    return z->count >= SEE_ZIP64_16 || is_large(z->central_bytes) || is_large(z->data_end);
}

static int64_t end_bytes(const struct zip *z)
{
    return END_BYTES + (has_end64(z) ? END64_BYTES + LOCATOR64_BYTES : 0);
}

int64_t zip_bytes(const struct zip *z)
{
    return z->data_end + z->central_bytes + end_bytes(z);
}

int64_t zip_memory_bytes(const struct zip *z)
{
    return (int64_t)(z->room * sizeof(*z->slots) + z->names.cap);
}

static struct str name_of(const struct zip *z, const struct zip_slot *s)
{
    return str_of(z->names.ptr + s->name_at, s->name_bytes);
}

struct str zip_name_of(const struct zip *z, size_t entry)
{
    assert(entry < z->count);
    return name_of(z, &z->slots[entry]);
}

int64_t zip_size_of(const struct zip *z, size_t entry)
{
    assert(entry < z->count);
    return z->slots[entry].size;
}

/* Least significant byte first, as everything in a ZIP. */
static void put(struct buf *out, uint64_t value, int bytes)
{
    for (int i = 0; i < bytes; i++)
        buf_put_char(out, (char)(unsigned char)(value >> 8 * i));
}

static void put_u16(struct buf *out, uint64_t value)
{
    put(out, value, 2);
}

static void put_u32(struct buf *out, uint64_t value)
{
    put(out, value, 4);
}

static void put_u64(struct buf *out, int64_t value)
{
    put(out, (uint64_t)value, 8);
}

static uint32_t shown_u32(int64_t value)
{
    return is_large(value) ? SEE_ZIP64_32 : (uint32_t)value;
}

static void put_time_extra(struct buf *out, const struct zip_slot *s)
{
    if (s->unix_time == 0)
        return;
    put_u16(out, EXTRA_TIME);
    put_u16(out, EXTRA_TIME_BYTES - EXTRA_HEAD_BYTES);
    buf_put_char(out, 1); /* the time of the last change follows, and no other */
    put_u32(out, s->unix_time);
}

/* What local header and central record have in common, from the version to the sizes. */
static void put_common(struct buf *out, const struct zip_slot *s, bool zip64)
{
    put_u16(out, zip64 ? NEEDS_ZIP64 : NEEDS_PLAIN);
    put_u16(out, FLAG_UTF8);
    put_u16(out, 0); /* stored */
    put_u32(out, s->dos_time);
    put_u32(out, s->crc32);
    put_u32(out, shown_u32(s->size)); /* compressed, and not */
    put_u32(out, shown_u32(s->size));
    put_u16(out, s->name_bytes);
}

static void put_local(struct buf *out, const struct zip *z, const struct zip_slot *s)
{
    bool zip64 = is_large(s->size);

    put_u32(out, LOCAL_SIGNATURE);
    put_common(out, s, zip64);
    put_u16(out, (uint64_t)(local_bytes(s) - LOCAL_BYTES - s->name_bytes));
    buf_put(out, name_of(z, s));
    if (zip64) {
        put_u16(out, EXTRA_ZIP64);
        put_u16(out, 2 * 8);
        put_u64(out, s->size);
        put_u64(out, s->size);
    }
    put_time_extra(out, s);
}

static void put_central(struct buf *out, const struct zip *z, const struct zip_slot *s)
{
    int64_t zip64 = central_zip64_bytes(s);

    put_u32(out, CENTRAL_SIGNATURE);
    put_u16(out, MADE_ON_UNIX);
    put_common(out, s, zip64 > 0);
    put_u16(out, (uint64_t)(zip64 + time_extra_bytes(s)));
    put_u16(out, 0); /* comment */
    put_u16(out, 0); /* disk */
    put_u16(out, 0); /* not known to be text */
    put_u32(out, (uint64_t)REGULAR_FILE << 16);
    put_u32(out, shown_u32(s->offset));
    buf_put(out, name_of(z, s));
    if (zip64 > 0) {
        put_u16(out, EXTRA_ZIP64);
        put_u16(out, (uint64_t)(zip64 - EXTRA_HEAD_BYTES));
    }
    if (is_large(s->size)) {
        put_u64(out, s->size);
        put_u64(out, s->size);
    }
    if (is_large(s->offset))
        put_u64(out, s->offset);
    put_time_extra(out, s);
}

static void put_end64(struct buf *out, const struct zip *z)
{
    put_u32(out, END64_SIGNATURE);
    put_u64(out, END64_BYTES - 12); /* what follows this number */
    put_u16(out, MADE_ON_UNIX);
    put_u16(out, NEEDS_ZIP64);
    put_u32(out, 0); /* this disk */
    put_u32(out, 0); /* the disk where the central directory begins */
    put_u64(out, (int64_t)z->count);
    put_u64(out, (int64_t)z->count);
    put_u64(out, z->central_bytes);
    put_u64(out, z->data_end);

    put_u32(out, LOCATOR64_SIGNATURE);
    put_u32(out, 0);
    put_u64(out, z->data_end + z->central_bytes);
    put_u32(out, 1); /* disks */
}

static void put_end(struct buf *out, const struct zip *z)
{
    uint64_t shown_count = MIN(z->count, (size_t)SEE_ZIP64_16);

    if (has_end64(z))
        put_end64(out, z);
    put_u32(out, END_SIGNATURE);
    put_u16(out, 0);
    put_u16(out, 0);
    put_u16(out, shown_count);
    put_u16(out, shown_count);
    put_u32(out, shown_u32(z->central_bytes));
    put_u32(out, shown_u32(z->data_end));
    put_u16(out, 0); /* comment */
}

/* The last entry whose header, or central record, does not begin behind the position. */
static size_t find_slot(const struct zip *z, int64_t position, bool central)
{
    size_t low = 0, high = z->count;

    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        const struct zip_slot *s = &z->slots[middle];

        if ((central ? s->central_at : s->offset) <= position)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static void local_at(const struct zip *z, int64_t position, struct buf *memory,
                     struct zip_piece *out)
{
    size_t entry = find_slot(z, position, false);
    const struct zip_slot *s = &z->slots[entry];
    int64_t within = position - s->offset, header = local_bytes(s);

    if (within >= header) {
        out->entry = entry;
        out->offset = within - header;
        out->length = s->size - out->offset;
        assert(out->length > 0);
        return;
    }
    put_local(memory, z, s);
    assert((int64_t)memory->len == header);
    out->bytes = str_slice(buf_str(memory), (size_t)within, SIZE_MAX);
}

/* As many records as there is room for. */
static void central_at(const struct zip *z, int64_t within, struct buf *memory,
                       struct zip_piece *out)
{
    size_t entry = find_slot(z, within, true);
    size_t skip = (size_t)(within - z->slots[entry].central_at);

    while (entry < z->count &&
           central_bytes(&z->slots[entry]) <= (int64_t)(memory->cap - memory->len))
        put_central(memory, z, &z->slots[entry++]);
    out->bytes = str_slice(buf_str(memory), skip, SIZE_MAX);
}

void zip_at(const struct zip *z, int64_t position, char *memory, size_t memory_bytes,
            struct zip_piece *out)
{
    struct buf made = { .ptr = memory, .cap = memory_bytes, .max_bytes = memory_bytes };
    int64_t end = z->data_end + z->central_bytes;

    assert(position >= 0 && position < zip_bytes(z) && memory_bytes >= ZIP_MEMORY_BYTES);
    *out = (struct zip_piece){ .length = 0 };
    if (position < z->data_end) {
        local_at(z, position, &made, out);
    } else if (position < end) {
        central_at(z, position - z->data_end, &made, out);
    } else {
        put_end(&made, z);
        out->bytes = str_slice(buf_str(&made), (size_t)(position - end), SIZE_MAX);
    }
    assert(!made.overflowed && (out->bytes.len > 0 || out->length > 0));
}
