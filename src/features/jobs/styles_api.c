/* The styles that a request may name, and which backends know them. */
#include "api/api.h"
#include "features/jobs/jobs.h"
#include "work/services.h"

struct style_view {
    struct str name, title;
    struct str_list backends;
};

static const struct field style_json[] = {
    { FIELD(struct style_view, name), .required = true, .help = "for 'style' of a request" },
    { FIELD(struct style_view, title), .required = true },
    { FIELD(struct style_view, backends), .help = "that know it by this name" },
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

static void add_style(struct arena *a, struct field_list *styles, struct str name,
                      const struct backend *b, size_t backend_count)
{
    struct style_view *style = find_style(styles, name);

    if (style == NULL) {
        style = (struct style_view *)styles->items + styles->count++;
        style->name = name;
        style->title = title_of(a, name);
        style->backends.items = arena_array(a, struct str, backend_count);
    }
    style->backends.items[style->backends.count++] = backend_name(b);
}

bool styles_get(struct api_call *call, struct err *e)
{
    const struct work_services *services = api_options(call->api)->services;
    struct backend_list *list = services->backends;
    size_t count = backend_count(list), most = 0;

    UNUSED(e);
    for (size_t i = 0; i < count; i++) {
        const char *const *names = backend_provider(backend_at(list, i))->can.styles;

        while (names != NULL && *names != NULL)
            most++, names++;
    }
    call->list = (struct field_list){ arena_array(call->arena, struct style_view, most), 0 };
    for (size_t i = 0; i < count; i++) {
        struct backend *b = backend_at(list, i);
        const char *const *names = backend_provider(b)->can.styles;

        for (; names != NULL && *names != NULL; names++)
            add_style(call->arena, &call->list, str_from(*names), b, count);
    }
    return true;
}
