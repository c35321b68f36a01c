/* The styles that a request may name: presets in words, and what backends know by name. */
#include "api/api.h"
#include "features/jobs/jobs.h"
#include "work/preset.h"
#include "work/services.h"

struct style_view {
    struct str name, title;
    struct str_list backends;
    struct str prefix, suffix, negative;
    struct opt_i64 steps, width, height;
    struct opt_f64 guidance;
    bool built_in;
};

static const struct field style_json[] = {
    { FIELD(struct style_view, name), .required = true, .help = "for 'style' of a request" },
    { FIELD(struct style_view, title), .required = true },
    { FIELD(struct style_view, backends),
      .help = "that know it by this name; all others get the words that follow" },
    { FIELD(struct style_view, prefix), .help = "words before the prompt" },
    { FIELD(struct style_view, suffix), .help = "words behind it" },
    { FIELD(struct style_view, negative), .help = "joined to what is not to be shown" },
    { FIELD(struct style_view, steps), .help = "where none are asked for; so with those below" },
    { FIELD(struct style_view, guidance) },
    { FIELD(struct style_view, width), .unit = "px" },
    { FIELD(struct style_view, height), .unit = "px" },
    { FIELD(struct style_view, built_in), .help = "false: of this server's own" },
    { 0 },
};
const struct shape style_shape = { "Style", style_json, sizeof(struct style_view) };

/* "stained-glass" is shown as "Stained glass". */
static struct str title_of(struct arena *a, struct str name)
{
    char *title = arena_cstr(a, name);

    if (title[0] >= 'a' && title[0] <= 'z')
        title[0] = (char)(title[0] - 'a' + 'A');
    for (char *at = title; *at != '\0'; at++) {
        if (*at == '-')
            *at = ' ';
    }
    return str_of(title, name.len);
}

static struct style_view *find_style(struct field_list *styles, struct str name)
{
    struct style_view *items = styles->items;

    for (size_t i = 0; i < styles->count; i++) {
        if (str_eq(items[i].name, name))
            return &items[i];
    }
    return NULL;
}

static struct style_view *new_style(struct field_list *styles, struct str name, struct str title,
                                    struct arena *a, size_t backend_count)
{
    struct style_view *style = (struct style_view *)styles->items + styles->count++;

    *style = (struct style_view){ .name = name, .title = title, .built_in = true };
    style->backends.items = arena_array(a, struct str, backend_count);
    return style;
}

static void add_preset(struct field_list *styles, const struct preset *p, struct arena *a,
                       size_t backend_count)
{
    struct style_view *style = new_style(styles, p->name, p->title, a, backend_count);

    style->prefix = p->prefix;
    style->suffix = p->suffix;
    style->negative = p->negative;
    style->steps = p->steps;
    style->guidance = p->guidance;
    style->width = p->width;
    style->height = p->height;
    style->built_in = p->built_in;
}

static void add_own_styles(struct field_list *styles, struct backend *b, struct arena *a,
                           size_t backend_count)
{
    const char *const *names = backend_provider(b)->can.styles;

    for (; names != NULL && *names != NULL; names++) {
        struct str name = str_from(*names);
        struct style_view *style = find_style(styles, name);

        if (style == NULL)
            style = new_style(styles, name, title_of(a, name), a, backend_count);
        style->backends.items[style->backends.count++] = backend_name(b);
    }
}

static size_t count_styles(struct backend_list *list)
{
    size_t count = 0;

    for (size_t i = 0; i < backend_count(list); i++) {
        const char *const *names = backend_provider(backend_at(list, i))->can.styles;

        while (names != NULL && *names != NULL)
            count++, names++;
    }
    return count;
}

bool styles_get(struct api_call *call, struct err *e)
{
    const struct work_services *services = api_options(call->api)->services;
    const struct preset_list *presets = services->presets;
    size_t backends = backend_count(services->backends);
    size_t most = count_styles(services->backends) + presets->count;

    UNUSED(e);
    call->list = (struct field_list){ arena_array(call->arena, struct style_view, most), 0 };
    for (size_t i = 0; i < presets->count; i++)
        add_preset(&call->list, &presets->items[i], call->arena, backends);
    for (size_t i = 0; i < backends; i++)
        add_own_styles(&call->list, backend_at(services->backends, i), call->arena, backends);
    return true;
}
