/* Names that a configuration gives. */
#include "app/names.h"

#include "app/services.h"
#include "work/preset.h"

static bool list_backends(const struct config *config, struct arena *a, struct str_list *out,
                          struct err *e)
{
    struct field_list list;
    const struct backend_config *backends;

    if (!services_list_backends(config, a, &list, e))
        return false;
    backends = list.items;
    *out = (struct str_list){ arena_array(a, struct str, list.count), list.count };
    for (size_t i = 0; i < list.count; i++)
        out->items[i] = backends[i].name;
    return true;
}

static bool list_styles(const struct config *config, struct arena *a, struct str_list *out,
                        struct err *e)
{
    struct preset_list presets;

    if (!presets_load(a, app_path(config, a, "styles"), &presets, e))
        return false;
    *out = (struct str_list){ arena_array(a, struct str, presets.count), presets.count };
    for (size_t i = 0; i < presets.count; i++)
        out->items[i] = presets.items[i].name;
    return true;
}

bool names_list(const struct config *config, struct arena *a, struct str kind, struct str_list *out,
                struct err *e)
{
    if (str_eq(kind, STR("backends")))
        return list_backends(config, a, out, e);
    if (str_eq(kind, STR("styles")))
        return list_styles(config, a, out, e);
    return err_set(e, ERR_NOT_FOUND, "no names of '" STR_FMT "': backends and styles are known",
                   STR_ARG(kind));
}
