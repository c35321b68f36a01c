/* Files of prompts. */
#include "features/generate/prompts.h"

#include "features/generate/csv.h"

const struct field prompt_row_fields[] = {
    { FIELD(struct prompt_row, prompt), .required = true, .min = 1, .max = 4000 },
    { FIELD(struct prompt_row, negative), .max = 4000 },
    { FIELD(struct prompt_row, style), .max = 100 },
    { FIELD(struct prompt_row, size), .max = 20 },
    { FIELD(struct prompt_row, aspect), .max = 20 },
    { FIELD(struct prompt_row, backend), .max = 120 },
    { FIELD(struct prompt_row, name), .min = 1, .max = 200 },
    { FIELD(struct prompt_row, seed) },
    { FIELD(struct prompt_row, steps), .min = 1, .max = 500 },
    { FIELD(struct prompt_row, guidance), .min = 0, .max = 100 },
    { 0 },
};

enum { COLUMNS_MAX = 64 };

struct reader {
    struct arena *arena;
    struct str name;
    struct prompt_row *rows;
    size_t count, room;
};

static bool fail_at(const struct reader *r, size_t line, struct err *e)
{
    return err_wrap(e, arena_strf(r->arena, STR_FMT ":%zu", STR_ARG(r->name), line).ptr);
}

/* The list doubles: what it held before stays in the arena, at most once as much again. */
static bool add(struct reader *r, const struct prompt_row *row, struct err *e)
{
    if (r->count == PROMPTS_MAX)
        return err_set(e, ERR_TOO_LARGE, "'" STR_FMT "' has more than %d prompts", STR_ARG(r->name),
                       PROMPTS_MAX);
    if (r->count == r->room) {
        size_t room = r->room > 0 ? 2 * r->room : 64;
        struct prompt_row *rows = arena_array(r->arena, struct prompt_row, room);

        for (size_t i = 0; i < r->count; i++)
            rows[i] = r->rows[i];
        r->rows = rows;
        r->room = room;
    }
    r->rows[r->count++] = *row;
    return true;
}

static bool add_object(struct reader *r, const struct json *object, size_t line, struct err *e)
{
    struct prompt_row row = { .seed = { false, 0 } };

    if (!json_decode(r->arena, object, prompt_row_fields, JSON_STRICT, JSON_SNAKE, &row, e))
        return fail_at(r, line, e);
    row.prompt = str_trim(row.prompt);
    if (row.prompt.len == 0) {
        err_set_field(e, ERR_INVALID, STR("prompt"), "'prompt' is empty");
        return fail_at(r, line, e);
    }
    row.line = line;
    return add(r, &row, e);
}

/* What stands in a cell, as the field's type wants it. */
static bool cell_value(const struct field *f, struct str cell, struct json *out, struct err *e)
{
    bool is_whole = f != NULL && f->type == FIELD_OPT_I64;
    bool is_real = f != NULL && f->type == FIELD_OPT_F64;

    *out = (struct json){ .type = JSON_STR, .str = cell };
    if (is_whole && !str_to_i64(cell, INT64_MIN, INT64_MAX, &out->integer))
        return err_set_field(e, ERR_INVALID, str_from(f->name), "'%s' must be a whole number",
                             f->name);
    if (is_real && !str_to_f64(cell, &out->real))
        return err_set_field(e, ERR_INVALID, str_from(f->name), "'%s' must be a number", f->name);
    if (is_whole)
        out->type = JSON_INT;
    if (is_real)
        out->type = JSON_REAL;
    return true;
}

static bool add_cells(struct reader *r, const struct csv_row *header, const struct csv_row *row,
                      struct err *e)
{
    struct json_member *members = arena_array(r->arena, struct json_member, row->count);
    struct json object = { .type = JSON_OBJECT };
    size_t count = 0;

    for (size_t i = 0; i < row->count; i++) {
        const struct field *f = field_find(prompt_row_fields, header->cells[i]);
        struct str cell = str_trim(row->cells[i]);

        if (cell.len == 0)
            continue;
        members[count].name = header->cells[i];
        if (!cell_value(f, cell, &members[count++].value, e))
            return fail_at(r, row->line, e);
    }
    object.object.members = members;
    object.object.count = count;
    return add_object(r, &object, row->line, e);
}

static bool is_blank(const struct csv_row *row)
{
    return row->count == 1 && str_trim(row->cells[0]).len == 0;
}

static bool check_header(struct reader *r, struct csv_row *header, struct err *e)
{
    bool has_prompt = false;

    for (size_t i = 0; i < header->count; i++) {
        struct str name = header->cells[i] = str_trim(header->cells[i]);
        const struct field *near = field_nearest(prompt_row_fields, name);

        has_prompt = has_prompt || str_eq(name, STR("prompt"));
        for (size_t k = 0; k < i; k++) {
            if (str_eq(name, header->cells[k]))
                err_set(e, ERR_INVALID, "two columns '%.40s'", arena_cstr(r->arena, name));
        }
        if (e->code == ERR_NONE && field_find(prompt_row_fields, name) == NULL)
            err_set(e, ERR_INVALID, "unknown column '%.40s'%s%s%s", arena_cstr(r->arena, name),
                    near != NULL ? " (did you mean '" : "", near != NULL ? near->name : "",
                    near != NULL ? "'?)" : "");
        if (e->code != ERR_NONE)
            return fail_at(r, header->line, e);
    }
    if (has_prompt)
        return true;
    err_set(e, ERR_INVALID, "the first line names the columns, and one of them is 'prompt'");
    return fail_at(r, header->line, e);
}

static bool read_csv(struct reader *r, struct str text, struct err *e)
{
    struct str cells[COLUMNS_MAX], names[COLUMNS_MAX];
    struct csv csv = csv_open(r->arena, text);
    struct csv_row header = { .cells = names }, row = { .cells = cells };
    bool more;

    if (!csv_next(&csv, &header, COLUMNS_MAX, &more, e))
        return fail_at(r, csv.line, e);
    if (!more)
        return true;
    if (!check_header(r, &header, e))
        return false;
    for (;;) {
        if (!csv_next(&csv, &row, COLUMNS_MAX, &more, e))
            return fail_at(r, csv.line, e);
        if (!more)
            return true;
        if (is_blank(&row))
            continue;
        if (row.count != header.count) {
            err_set(e, ERR_INVALID, "%zu cells under %zu columns", row.count, header.count);
            return fail_at(r, row.line, e);
        }
        if (!add_cells(r, &header, &row, e))
            return false;
    }
}

static bool add_line(struct reader *r, struct str line, size_t number, bool is_json, struct err *e)
{
    struct json *object = arena_new(r->arena, struct json);
    struct json_member prompt = { STR("prompt"), { .type = JSON_STR } };

    if (is_json)
        return json_parse(r->arena, line, object, e) ? add_object(r, object, number, e)
                                                     : fail_at(r, number, e);
    if (line.ptr[0] == '#')
        return true;
    prompt.value.str = line;
    *object = (struct json){ .type = JSON_OBJECT };
    object->object.members = &prompt;
    object->object.count = 1;
    return add_object(r, object, number, e);
}

static bool read_lines(struct reader *r, struct str text, bool is_json, struct err *e)
{
    struct str line;

    for (size_t number = 1; text.len > 0; number++) {
        str_cut(text, '\n', &line, &text);
        if (str_ends(line, STR("\r")))
            line.len--;
        line = str_trim(line);
        if (line.len > 0 && !add_line(r, line, number, is_json, e))
            return false;
    }
    return true;
}

bool prompts_read(struct arena *a, struct str name, struct str text, struct field_list *out,
                  struct err *e)
{
    struct reader r = { .arena = a, .name = name };
    bool ok;

    if (!str_is_utf8(text))
        return err_set(e, ERR_INVALID, "'" STR_FMT "' is not UTF-8", STR_ARG(name));
    if (str_starts(text, STR("\xEF\xBB\xBF")))
        text = str_slice(text, 3, text.len);
    if (str_ends(name, STR(".csv")))
        ok = read_csv(&r, text, e);
    else
        ok = read_lines(&r, text, str_ends(name, STR(".jsonl")), e);
    if (!ok)
        return false;
    if (r.count == 0)
        return err_set(e, ERR_INVALID, "there is no prompt in '" STR_FMT "'", STR_ARG(name));
    *out = (struct field_list){ r.rows, r.count };
    return true;
}
