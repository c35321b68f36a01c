/* Marks: what pictures have in common. */
#include "engine/mark.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "db/recall.h"

const char *const mark_kind_names[] = { "source",   "backend", "tag",   "starred", "rating",
                                        "at_least", "month",   "trash", NULL };

const struct field mark_columns[] = {
    { FIELD(struct mark, id) },
    { FIELD_ENUM(struct mark, kind, mark_kind_names) },
    { FIELD(struct mark, value) },
    { FIELD(struct mark, count) },
    { 0 },
};

enum { MONTH_LEN = 7, FACT_NAME_MAX = 512 };

/* What the queries take. */
struct mark_row {
    struct str user_id, value;
    enum mark_kind kind;
    int64_t limit, mark_id, delta;
};

static const struct field mark_row_fields[] = {
    { FIELD(struct mark_row, user_id) },
    { FIELD(struct mark_row, value) },
    { FIELD_ENUM(struct mark_row, kind, mark_kind_names) },
    { FIELD(struct mark_row, limit) },
    { FIELD(struct mark_row, mark_id) },
    { FIELD(struct mark_row, delta) },
    { 0 },
};

static const struct field mark_entry_fields[] = {
    { FIELD(struct mark_entry, mark_id) },
    { FIELD(struct mark_entry, image_id) },
    { FIELD(struct mark_entry, rating) },
    { 0 },
};

bool mark_load(struct db_tx *tx, struct arena *a, struct str user_id, enum mark_kind kind,
               struct str value, struct mark *out, struct err *e)
{
    struct mark_row row = { .user_id = user_id, .kind = kind, .value = value };
    struct mark found = { .kind = kind, .value = value };

    if (!db_row(tx, a, Q_MARK_BY_VALUE, mark_row_fields, &row, mark_columns, &found, e) &&
        e->code != ERR_NOT_FOUND)
        return false;
    *out = found;
    return true;
}

/* What the id of a mark is remembered by; no value: too long for that. Marks are not deleted but
 * with their user. */
static struct str fact_name(char text[FACT_NAME_MAX], struct str user_id, enum mark_kind kind,
                            struct str value)
{
    const struct str parts[] = { user_id, str_from(mark_kind_names[kind]), value };
    size_t used = 0;

    for (size_t i = 0; i < COUNT(parts); i++) {
        if (parts[i].len >= FACT_NAME_MAX - used)
            return (struct str){ 0 };
        memcpy(text + used, parts[i].ptr, parts[i].len);
        used += parts[i].len;
        text[used++] = ' ';
    }
    return str_of(text, used);
}

bool mark_recall(const struct db_tx *tx, struct str user_id, enum mark_kind kind, struct str value,
                 struct mark *out)
{
    char text[FACT_NAME_MAX];
    struct str name = fact_name(text, user_id, kind, value);
    struct db_fact fact;

    if (str_is_null(name) || !db_recall(tx, name, &fact))
        return false;
    *out = (struct mark){ fact.number, kind, value, fact.hint };
    return true;
}

static void remember(const struct db_tx *tx, struct str user_id, const struct mark *mark)
{
    char text[FACT_NAME_MAX];
    struct str name = fact_name(text, user_id, mark->kind, mark->value);

    if (!str_is_null(name) && mark->count > 0)
        db_remember(tx, name, (struct db_fact){ mark->id, mark->count });
}

bool mark_find(struct db_tx *tx, struct arena *a, struct str user_id,
               const struct mark_wish *wishes, size_t count, struct mark *out, struct err *e)
{
    struct mark_row *rows = arena_array(a, struct mark_row, count);
    struct field_list found = { 0 };
    const struct mark *marks;

    for (size_t i = 0; i < count; i++) {
        rows[i] = (struct mark_row){ user_id, wishes[i].value, .kind = wishes[i].kind };
        out[i] = (struct mark){ .kind = wishes[i].kind, .value = wishes[i].value };
    }
    if (!db_rows_many(tx, a, Q_MARK_FIND, mark_row_fields, rows, sizeof(*rows), count, mark_columns,
                      sizeof(struct mark), &found, e))
        return false;
    marks = found.items;
    for (size_t i = 0; i < found.count; i++) {
        remember(tx, user_id, &marks[i]);
        for (size_t k = 0; k < count; k++) {
            if (out[k].kind == marks[i].kind && str_eq(out[k].value, marks[i].value))
                out[k] = marks[i];
        }
    }
    return true;
}

bool mark_list(struct db_tx *tx, struct arena *a, struct str user_id, enum mark_kind kind,
               int64_t limit, struct field_list *out, struct err *e)
{
    struct mark_row row = { .user_id = user_id, .kind = kind, .limit = limit };

    return db_rows(tx, a, Q_MARK_PAGE, mark_row_fields, &row, mark_columns, sizeof(struct mark),
                   out, e);
}

static struct str month_of(struct arena *a, int64_t ms)
{
    char text[CLOCK_ISO_LEN + 1];

    clock_format_iso(ms, text);
    return arena_str(a, str_of(text, MONTH_LEN));
}

static size_t rating_marks(struct arena *a, int64_t rating, struct mark_wish *out)
{
    size_t count = 0;

    out[count++] = (struct mark_wish){ MARK_RATING, arena_strf(a, "%lld", (long long)rating) };
    for (int64_t least = 1; least <= rating; least++)
        out[count++] = (struct mark_wish){ MARK_AT_LEAST, arena_strf(a, "%lld", (long long)least) };
    return count;
}

bool mark_is_by_rating(enum mark_kind kind)
{
    return kind == MARK_SOURCE || kind == MARK_BACKEND || kind == MARK_TAG || kind == MARK_STARRED;
}

size_t marks_of_image(struct arena *a, const struct image *image, struct mark_wish out[MARKS_MAX])
{
    size_t count = 0;

    if (image->deleted_at != 0) {
        out[0] = (struct mark_wish){ MARK_TRASH, STR("yes") };
        return 1;
    }
    out[count++] = (struct mark_wish){ MARK_SOURCE, str_from(image_source_names[image->source]) };
    if (!str_is_null(image->backend))
        out[count++] = (struct mark_wish){ MARK_BACKEND, image->backend };
    out[count++] = (struct mark_wish){ MARK_MONTH, month_of(a, image->created_at) };
    if (image->starred)
        out[count++] = (struct mark_wish){ MARK_STARRED, STR("yes") };
    count += rating_marks(a, image->rating, out + count);
    for (size_t i = 0; i < MIN(image->tags.count, (size_t)IMAGE_TAGS_MAX); i++)
        out[count++] = (struct mark_wish){ MARK_TAG, image->tags.items[i] };
    return count;
}

bool mark_find_or_add(struct db_tx *tx, struct str user_id, const struct mark_wish *wish,
                      int64_t *out_id, struct err *e)
{
    struct mark_row row = { .user_id = user_id, .kind = wish->kind, .value = wish->value };
    AUTO_ARENA a = { 0 };
    struct mark found;

    if (!mark_load(tx, &a, user_id, wish->kind, wish->value, &found, e))
        return false;
    if (found.id == 0 && (!db_exec(tx, Q_MARK_ADD, mark_row_fields, &row, e) ||
                          !mark_load(tx, &a, user_id, wish->kind, wish->value, &found, e)))
        return false;
    *out_id = found.id;
    return true;
}

static int by_mark(const void *left, const void *right)
{
    const struct mark_entry *a = left, *b = right;

    if (a->mark_id != b->mark_id)
        return a->mark_id < b->mark_id ? -1 : 1;
    return str_cmp(a->image_id, b->image_id);
}

/* How many rows of each mark came or went; in the order of the marks, so that two transactions
 * cannot wait for each other. */
static bool count_rows(struct db_tx *tx, struct field_list rows, int64_t each, struct err *e)
{
    struct mark_entry *entries = rows.items;
    struct mark_row row = { 0 };

    qsort(entries, rows.count, sizeof(*entries), by_mark);
    for (size_t i = 0; i < rows.count; i++) {
        row.mark_id = entries[i].mark_id;
        row.delta += each;
        if (i + 1 < rows.count && entries[i + 1].mark_id == row.mark_id)
            continue;
        if (!db_exec(tx, Q_MARK_COUNT, mark_row_fields, &row, e))
            return false;
        row.delta = 0;
    }
    return true;
}

static bool change(struct db_tx *tx, struct arena *a, enum query query, struct mark_entry *entries,
                   size_t count, int64_t each, struct err *e)
{
    struct field_list rows = { 0 };

    if (count == 0)
        return true;
    qsort(entries, count, sizeof(*entries), by_mark);
    return db_rows_many(tx, a, query, mark_entry_fields, entries, sizeof(*entries), count,
                        mark_entry_fields, sizeof(*entries), &rows, e) &&
           (rows.count == 0 || count_rows(tx, rows, each, e));
}

bool marks_add(struct db_tx *tx, struct arena *a, struct mark_entry *entries, size_t count,
               struct err *e)
{
    return change(tx, a, Q_MARK_ENTER, entries, count, 1, e);
}

bool marks_remove(struct db_tx *tx, struct arena *a, struct mark_entry *entries, size_t count,
                  struct err *e)
{
    return change(tx, a, Q_MARK_LEAVE, entries, count, -1, e);
}

bool marks_rate(struct db_tx *tx, struct mark_entry *entries, size_t count, struct err *e)
{
    if (count == 0)
        return true;
    qsort(entries, count, sizeof(*entries), by_mark);
    return db_exec_many(tx, Q_MARK_RATE, mark_entry_fields, entries, sizeof(*entries), count, e);
}
