/* Styles in words. */
#include "work/preset.h"

#include <dirent.h>
#include <errno.h>

#include "base/file.h"
#include "base/settings.h"
#include "base/text_file.h"
#include "base/yaml.h"

extern const struct text_file preset_files[];

enum { NAME_MAX_BYTES = 64 };

#define ENDING STR(".yaml")

const struct field preset_json[] = {
    { FIELD(struct preset, title), .max = 100 },
    { FIELD(struct preset, prefix), .max = 1000, .help = "words before the prompt" },
    { FIELD(struct preset, suffix), .max = 1000, .help = "words behind it" },
    { FIELD(struct preset, negative), .max = 2000, .help = "what not to show" },
    { FIELD(struct preset, steps), .min = 1, .max = 500, .help = "where none are asked for" },
    { FIELD(struct preset, guidance), .min = 0, .max = 100 },
    { FIELD(struct preset, width), .min = 16, .max = 8192, .unit = "px" },
    { FIELD(struct preset, height), .min = 16, .max = 8192, .unit = "px" },
    { 0 },
};

bool preset_read(struct arena *a, struct str name, struct str text, struct preset *out,
                 struct err *e)
{
    struct preset preset = { .name = name, .title = name };
    struct json *tree = arena_new(a, struct json); /* the preset points into it */

    if (!yaml_parse(a, text, tree, e) || !settings_decode(a, tree, preset_json, &preset, e))
        return false;
    if (preset.width.set != preset.height.set)
        return settings_complain(e, tree, preset.width.set ? "width" : "height",
                                 "goes together with the other side");
    *out = preset;
    return true;
}

/* In its place by name; one that is there already gives way. */
static bool add(struct preset *items, size_t *count, const struct preset *preset, struct err *e)
{
    size_t at = *count;

    for (size_t i = 0; i < *count; i++) {
        if (str_eq(items[i].name, preset->name)) {
            items[i] = *preset;
            return true;
        }
    }
    if (*count == PRESETS_MAX)
        return err_set(e, ERR_INVALID, "more than %d styles", PRESETS_MAX);
    for (; at > 0 && str_cmp(items[at - 1].name, preset->name) > 0; at--)
        items[at] = items[at - 1];
    items[at] = *preset;
    ++*count;
    return true;
}

static bool add_file(struct arena *a, const char *folder, const char *file, struct preset *items,
                     size_t *count, struct err *e)
{
    struct str path = arena_strf(a, "%s/%s", folder, file);
    struct str name = arena_str(a, str_from(file)), text;
    struct preset preset = { .built_in = false };

    name.len -= ENDING.len;
    if (!str_is_utf8(name) || name.len == 0 || name.len > NAME_MAX_BYTES)
        return err_set(e, ERR_INVALID, "a style's name has 1 to %d bytes of UTF-8: '%.100s'",
                       NAME_MAX_BYTES, path.ptr);
    if (!file_read(a, path.ptr, PRESET_FILE_MAX_BYTES, &text, e))
        return false;
    if (!preset_read(a, name, text, &preset, e))
        return err_wrap(e, path.ptr);
    return add(items, count, &preset, e);
}

static void close_folder(DIR **folder)
{
    if (*folder != NULL)
        closedir(*folder);
}

static bool add_folder(struct arena *a, const char *path, struct preset *items, size_t *count,
                       struct err *e)
{
    CLEANUP(close_folder) DIR *folder = opendir(path);
    const struct dirent *entry;

    if (folder == NULL)
        return errno == ENOENT || errno == ENOTDIR || err_set_errno(e, errno, "open", path);
    while ((entry = readdir(folder)) != NULL) {
        struct str name = str_from(entry->d_name);

        if (!str_starts(name, STR(".")) && str_ends(name, ENDING) &&
            !add_file(a, path, entry->d_name, items, count, e))
            return false;
    }
    return true;
}

bool presets_load(struct arena *a, const char *folder, struct preset_list *out, struct err *e)
{
    struct preset *items = arena_array(a, struct preset, PRESETS_MAX);
    size_t count = 0;

    for (const struct text_file *file = preset_files; file->name != NULL; file++) {
        struct preset preset = { .built_in = false };

        if (!preset_read(a, str_from(file->name), str_from(file->text), &preset, e))
            return err_wrap(e, file->name);
        preset.built_in = true;
        if (!add(items, &count, &preset, e))
            return false;
    }
    if (folder != NULL && !add_folder(a, folder, items, &count, e))
        return false;
    *out = (struct preset_list){ items, count };
    return true;
}

const struct preset *preset_find(const struct preset_list *list, struct str name)
{
    for (size_t i = 0; i < list->count; i++) {
        if (str_eq(list->items[i].name, name))
            return &list->items[i];
    }
    return NULL;
}

static bool has_own_style(const struct gen_capabilities *can, struct str name)
{
    for (const char *const *style = can->styles; style != NULL && *style != NULL; style++) {
        if (str_eq(str_from(*style), name))
            return true;
    }
    return false;
}

/* "film still of a fox, anamorphic lens" */
static struct str joined_prompt(struct arena *a, const struct preset *p, struct str prompt)
{
    return arena_strf(a, STR_FMT "%s" STR_FMT "%s" STR_FMT, STR_ARG(p->prefix),
                      p->prefix.len > 0 ? " " : "", STR_ARG(prompt), p->suffix.len > 0 ? ", " : "",
                      STR_ARG(p->suffix));
}

static struct str joined_negative(struct arena *a, const struct preset *p, struct str negative)
{
    if (negative.len == 0)
        return p->negative.len > 0 ? p->negative : negative;
    if (p->negative.len == 0)
        return negative;
    return arena_strf(a, STR_FMT ", " STR_FMT, STR_ARG(negative), STR_ARG(p->negative));
}

/* A size of the style's is a wish; one of the request's would be refused. */
static bool fits(const struct gen_capabilities *can, struct opt_i64 side)
{
    return side.set && side.value >= can->min_side && side.value <= can->max_side &&
           side.value % MAX(can->side_step, 1) == 0;
}

const struct preset *preset_apply(const struct preset_list *list, struct arena *a,
                                  const struct gen_capabilities *can, struct generate_request *r)
{
    const struct preset *p = list != NULL && r->style.len > 0 ? preset_find(list, r->style) : NULL;

    if (p == NULL || has_own_style(can, r->style))
        return NULL;
    r->prompt = joined_prompt(a, p, r->prompt);
    r->negative_prompt = joined_negative(a, p, r->negative_prompt);
    r->style = (struct str){ 0 };
    if (!r->steps.set)
        r->steps = p->steps;
    if (!r->guidance.set)
        r->guidance = p->guidance;
    if (!r->width.set && !r->height.set && fits(can, p->width) && fits(can, p->height)) {
        r->width = p->width;
        r->height = p->height;
    }
    return p;
}
