/* What one call of `generate` wants. */
#include "features/generate/plan.h"

#include <stdio.h>
#include <string.h>

#include "api/console.h"
#include "base/random.h"
#include "features/generate/naming.h"
#include "features/generate/size.h"

enum { SEED_MAX = 1 << 30 };

struct planner {
    struct arena *arena;
    const struct generate_options *options;
    const struct plan_sources *sources;
    struct json opts;
    struct plan *plan;
    int64_t first_seed; /* where none is asked for */
};

static struct str first_of(struct str own, struct str otherwise)
{
    return str_is_null(own) ? otherwise : own;
}

/* A number, true, false, null, a list or an object is that; everything else is text. */
static struct json option_value(struct arena *a, struct str text)
{
    struct json value;
    struct err e = { 0 };

    if (json_parse(a, text, &value, &e))
        return value;
    return (struct json){ .type = JSON_STR, .str = text };
}

static bool read_opts(struct planner *p, struct err *e)
{
    const struct str_list *list = &p->options->opt;
    struct json_member *members = arena_array(p->arena, struct json_member, list->count);

    for (size_t i = 0; i < list->count; i++) {
        struct str text;

        if (!str_cut(list->items[i], '=', &members[i].name, &text) || members[i].name.len == 0)
            return err_set_field(e, ERR_INVALID, STR("opt"), "--opt is like key=value, not '%.60s'",
                                 list->items[i].ptr);
        members[i].value = option_value(p->arena, text);
        for (size_t k = 0; k < i; k++) {
            if (str_eq(members[k].name, members[i].name))
                return err_set_field(e, ERR_INVALID, STR("opt"), "--opt " STR_FMT " stands twice",
                                     STR_ARG(members[i].name));
        }
    }
    p->opts = (struct json){ .type = JSON_OBJECT };
    p->opts.object.members = members;
    p->opts.object.count = list->count;
    return true;
}

static void put_f64(struct json_writer *w, const char *name, struct opt_f64 value)
{
    if (!value.set)
        return;
    json_put_name(w, str_from(name));
    json_put_f64(w, value.value);
}

static void put_request(struct json_writer *w, const struct planner *p,
                        const struct prompt_row *row, const struct size *size, int64_t seed)
{
    const struct generate_options *o = p->options;

    json_begin_object(w);
    console_put_text(w, "prompt", row->prompt);
    console_put_text(w, "negativePrompt", first_of(row->negative, o->negative));
    console_put_text(w, "style", first_of(row->style, o->style));
    console_put_i64(w, "width", size->width);
    console_put_i64(w, "height", size->height);
    console_put_i64(w, "seed", (struct opt_i64){ true, seed });
    console_put_i64(w, "steps", row->steps.set ? row->steps : o->steps);
    put_f64(w, "guidance", row->guidance.set ? row->guidance : o->guidance);
    if (p->opts.object.count > 0) {
        json_put_name(w, STR("options"));
        json_put_tree(w, &p->opts);
    }
    if (p->sources->references.count > 0) {
        json_put_name(w, STR("references"));
        json_begin_array(w);
        for (size_t i = 0; i < p->sources->references.count; i++)
            json_put_str(w, p->sources->references.items[i]);
        json_end_array(w);
    }
    json_end_object(w);
}

static bool add_item(struct planner *p, const struct prompt_row *row, struct str backend,
                     const struct size *size, int64_t seed, struct err *e)
{
    AUTO_BUF body = { 0 };
    struct json_writer w = { .out = &body };

    buf_init(&body, CONSOLE_BODY_MAX);
    json_begin_object(&w);
    console_put_text(&w, "backend", backend);
    console_put_text(&w, "cloudCopy", p->sources->cloud_copy);
    json_put_name(&w, STR("request"));
    put_request(&w, p, row, size, seed);
    json_end_object(&w);
    if (body.overflowed)
        return err_set(e, ERR_TOO_LARGE, "that is too much for one request");
    p->plan->items[p->plan->count++] = (struct item){
        .prompt = row->prompt,
        .backend = backend,
        .pattern = first_of(row->name, p->sources->pattern),
        .body = arena_str(p->arena, buf_str(&body)),
        .row = row,
        .position = -1,
    };
    return true;
}

/* A row that says anything about its size says all of it. */
static bool row_size(const struct prompt_row *row, const struct generate_options *o,
                     struct size *out, struct err *e)
{
    char message[sizeof(e->msg)];

    if (str_is_null(row->size) && str_is_null(row->aspect))
        return size_read(o->size, o->aspect, out, e);
    if (size_read(row->size, row->aspect, out, e))
        return true;
    snprintf(message, sizeof(message), "%s", e->msg + strspn(e->msg, "-")); /* no option here */
    return err_set(e, e->code, "%s", message);
}

/* The same seed at every backend, so that what differs is the backend; then one more for each
 * picture. */
static bool add_row(struct planner *p, const struct prompt_row *row, int64_t count, struct err *e)
{
    const struct generate_options *o = p->options;
    struct str_list backends = o->backend;
    struct opt_i64 seed = row->seed.set ? row->seed : o->seed;
    struct str own = row->backend;
    struct size size;

    if (!str_is_null(own) || backends.count == 0)
        backends = (struct str_list){ &own, 1 };
    if (!row_size(row, o, &size, e))
        return false;
    if (!str_is_null(row->name) && !naming_check(row->name, "'name'", e))
        return false;
    for (size_t b = 0; b < backends.count; b++) {
        for (int64_t k = 0; k < count; k++) {
            uint64_t first = (uint64_t)(seed.set ? seed.value : p->first_seed);

            if (!add_item(p, row, backends.items[b], &size, (int64_t)(first + (uint64_t)k), e))
                return false;
        }
    }
    if (!seed.set)
        p->first_seed += count;
    return true;
}

bool plan_fail_at(struct arena *a, const struct plan_sources *sources, const struct prompt_row *row,
                  struct err *e)
{
    if (row->line == 0)
        return false;
    return err_wrap(e, arena_strf(a, STR_FMT ":%zu", STR_ARG(sources->file), row->line).ptr);
}

bool plan_make(struct arena *a, const struct generate_options *options,
               const struct plan_sources *sources, struct plan *out, struct err *e)
{
    const struct prompt_row *list = sources->rows.items;
    size_t rows = sources->rows.count;
    int64_t count = options->count.set ? options->count.value : 1;
    size_t backends = MAX(options->backend.count, (size_t)1);
    struct planner p = {
        .arena = a,
        .options = options,
        .sources = sources,
        .plan = out,
        .first_seed = random_below(SEED_MAX),
    };

    *out = (struct plan){ .has_label = backends > 1 };
    if (rows > PLAN_ITEMS_MAX / backends / (size_t)count)
        return err_set(e, ERR_INVALID, "that is more than %d pictures at once", PLAN_ITEMS_MAX);
    out->items = arena_array(a, struct item, rows * backends * (size_t)count);
    if (!read_opts(&p, e))
        return false;
    for (size_t i = 0; i < rows; i++) {
        if (!add_row(&p, &list[i], count, e))
            return plan_fail_at(a, sources, &list[i], e);
    }
    return true;
}
