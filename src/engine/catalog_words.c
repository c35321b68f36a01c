/* The text that a picture is found by. */
#include "engine/catalog_words.h"

#include "base/random.h"
#include "engine/words.h"

enum { TEXT_MAX_BYTES = 256 * 1024, NAME_WORDS = 64, TAG_WORDS = 16, PROMPT_WORDS = 3000 };

/* Between two fields: no phrase reaches across it. */
#define BORDER STR(" #")

static const struct field album_columns[] = {
    { FIELD(struct catalog_album, image_id) },
    { FIELD(struct catalog_album, album_id) },
    { FIELD(struct catalog_album, name) },
    { 0 },
};

struct album_key {
    struct str_list ids;
};

static const struct field album_key_fields[] = {
    { FIELD(struct album_key, ids) },
    { 0 },
};

bool catalog_albums_load(struct db_tx *tx, struct arena *a, const struct catalog_change *changes,
                         size_t count, struct catalog_albums *out, struct err *e)
{
    struct album_key key = { .ids = { arena_array(a, struct str, count), count } };

    for (size_t i = 0; i < count; i++)
        key.ids.items[i] = changes[i].after.id;
    return db_rows(tx, a, Q_CATALOG_ALBUMS, album_key_fields, &key, album_columns,
                   sizeof(struct catalog_album), &out->rows, e);
}

/* An id without its dashes: they part words. */
static void put_album_token(struct buf *out, struct str album_id)
{
    buf_put(out, STR("#a"));
    for (size_t i = 0; i < album_id.len; i++) {
        if (album_id.ptr[i] != '-')
            buf_put_char(out, album_id.ptr[i]);
    }
}

static void put_albums(struct catalog_text *t, struct str image_id,
                       const struct catalog_albums *albums)
{
    const struct catalog_album *rows = albums->rows.items;

    for (size_t i = 0; i < albums->rows.count; i++) {
        if (!str_eq(rows[i].image_id, image_id))
            continue;
        words_put(&t->words, rows[i].name, NAME_WORDS);
        buf_put_char(&t->words, ' ');
        put_album_token(&t->words, rows[i].album_id);
    }
}

void catalog_text_begin(struct catalog_text *t, const struct image *image,
                        const struct catalog_albums *albums, int64_t library)
{
    struct buf *words = &t->words;

    t->is_empty = image->deleted_at != 0;
    buf_init(words, TEXT_MAX_BYTES);
    if (t->is_empty)
        return;
    buf_putf(words, "#u%lld", (long long)library);
    words_put(words, image->name, NAME_WORDS);
    buf_put(words, BORDER);
    for (size_t i = 0; i < image->tags.count; i++) {
        words_put(words, image->tags.items[i], TAG_WORDS);
        buf_put(words, BORDER);
    }
    words_put(words, image->prompt, PROMPT_WORDS);
    buf_put(words, BORDER);
    put_albums(t, image->id, albums);
}

void catalog_text_add_mark(struct catalog_text *t, enum mark_kind kind, int64_t id)
{
    if (!t->is_empty && kind != MARK_RATING && kind != MARK_MONTH)
        buf_putf(&t->words, " #%lld", (long long)id);
}

struct str catalog_text_end(struct catalog_text *t, struct arena *a)
{
    struct str words = arena_str(a, buf_str(&t->words));

    buf_deinit(&t->words);
    return words.len > 0 ? words : STR("");
}

struct str catalog_mark_token(struct arena *a, int64_t mark_id)
{
    return arena_strf(a, "#%lld", (long long)mark_id);
}

struct str catalog_album_token(struct arena *a, struct str album_id)
{
    AUTO_BUF text = { 0 };

    buf_init(&text, 2 * UUID_LEN);
    put_album_token(&text, album_id);
    return arena_str(a, buf_str(&text));
}

struct str catalog_library_token(struct arena *a, int64_t library)
{
    return arena_strf(a, "#u%lld", (long long)library);
}
