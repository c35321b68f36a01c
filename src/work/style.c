/* Names of styles, as requests have them. */
#include "work/style.h"

#include "work/preset.h"

/* All that can be named, the nearest first as far as it has been found. */
struct search {
    struct str wanted, near;
    bool found;
};

static void look_at(struct search *s, struct str name)
{
    const struct str pair[] = { name, s->near };

    s->found = s->found || str_eq(name, s->wanted);
    s->near = str_nearest(s->wanted, pair, str_is_null(s->near) ? 1 : 2);
}

static bool takes_any_words(const struct gen_capabilities *can)
{
    return (can->honours & GEN_STYLE) != 0 && can->styles == NULL;
}

bool style_check(const struct work_services *services, const struct backend *backend,
                 struct str style, struct err *e)
{
    struct search s = { .wanted = style };

    if (style.len == 0 || takes_any_words(backend_can(backend)))
        return true;
    for (size_t i = 0; services->presets != NULL && i < services->presets->count; i++)
        look_at(&s, services->presets->items[i].name);
    for (size_t i = 0; i < backend_count(services->backends); i++) {
        const char *const *names = backend_can(backend_at(services->backends, i))->styles;

        for (; names != NULL && *names != NULL; names++)
            look_at(&s, str_from(*names));
    }
    return s.found ||
           err_set_field(e, ERR_INVALID, STR("style"),
                         "there is no style '" STR_FMT "'%s" STR_FMT "%s", (int)MIN(style.len, 100),
                         style.ptr, str_is_null(s.near) ? "" : " (did you mean '", STR_ARG(s.near),
                         str_is_null(s.near) ? "" : "'?)");
}
