/* Files of prompts of any bytes: what is read has a prompt in each row, what is not is named with
 * its line; and names made of it stay in their folder. The first byte chooses the kind of file. */
#include <assert.h>

#include "features/generate/csv.h"
#include "features/generate/naming.h"
#include "features/generate/prompts.h"
#include "features/generate/size.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { COLUMNS = 16 };

static void check_slug(struct arena *a, struct str prompt)
{
    struct str slug = slug_of(a, prompt);

    assert(slug.len >= 1 && slug.len <= SLUG_MAX);
    for (size_t i = 0; i < slug.len; i++) {
        char c = slug.ptr[i];

        assert((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
               (c == '-' && i > 0 && i + 1 < slug.len && slug.ptr[i - 1] != '-'));
    }
}

/* A pattern that passes the check gives a name inside of the folder. */
static void check_name(struct arena *a, struct str pattern)
{
    const struct naming with = { .date = STR("2026-11-21"),
                                 .time = STR("084512"),
                                 .slug = STR("fox"),
                                 .backend = STR("sketch"),
                                 .ending = STR("png"),
                                 .seed = { true, -7 } };
    struct str name, rest, part;
    struct err e = { 0 };

    if (!naming_check(pattern, "name", &e)) {
        assert(e.code == ERR_INVALID && e.msg[0] != '\0');
        return;
    }
    name = rest = naming_fill(a, pattern, &with);
    assert(!str_starts(name, STR("/")) && str_ends(name, STR("png")));
    while (rest.len > 0) {
        str_cut(rest, '/', &part, &rest);
        assert(!str_eq(part, STR("..")));
    }
    assert(naming_numbered(a, name, 2).len == name.len + 2);
}

static void check_csv(struct arena *a, struct str text)
{
    struct str cells[COLUMNS];
    struct csv csv = csv_open(a, text);
    struct csv_row row = { .cells = cells };
    struct err e = { 0 };
    size_t last = 0;
    bool more = true;

    while (more && csv_next(&csv, &row, COLUMNS, &more, &e)) {
        assert(!more || (row.count >= 1 && row.count <= COLUMNS && row.line > last));
        last = more ? row.line : last;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = { "a.txt", "a.csv", "a.jsonl" };
    AUTO_ARENA a = { 0 };
    struct field_list rows;
    struct err e = { 0 };
    struct size sides;
    struct str text, name;

    if (size == 0)
        return 0;
    name = str_from(names[data[0] % COUNT(names)]);
    text = str_of(data + 1, size - 1);
    check_slug(&a, text);
    check_csv(&a, text);
    if (str_is_utf8(text))
        check_name(&a, text);
    (void)!size_read(text, (struct str){ 0 }, &sides, &e);
    e = (struct err){ 0 };
    if (!prompts_read(&a, name, text, &rows, &e)) {
        assert(e.code != ERR_NONE && e.msg[0] != '\0');
        return 0;
    }
    assert(rows.count >= 1);
    for (size_t i = 0; i < rows.count; i++) {
        const struct prompt_row *row = (const struct prompt_row *)rows.items + i;

        assert(row->prompt.len > 0);
        check_slug(&a, row->prompt);
    }
    return 0;
}
