/* Finds the configuration file, reads it, and lays environment and flags over it. */
#include "app/config_tables.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/yaml.h"

void config_note_source(struct config *c, const struct config_source *source)
{
    size_t i = 0;

    while (i < c->source_count && c->sources[i].field != source->field)
        i++;
    assert(i < CONFIG_VALUES_MAX);
    c->sources[i] = *source;
    c->source_count = MAX(c->source_count, i + 1);
}

static struct str place_of(struct config_loader *l, const struct config_source *at)
{
    if (at->origin == CONFIG_ENVIRONMENT || at->origin == CONFIG_FLAG)
        return arena_strf(l->arena, "%s: ", at->name);
    if (at->origin == CONFIG_FILE && at->line > 0)
        return arena_strf(l->arena, STR_FMT ":%u: ", STR_ARG(l->config->file), (unsigned)at->line);
    if (at->origin == CONFIG_FILE)
        return arena_strf(l->arena, STR_FMT ": ", STR_ARG(l->config->file));
    return STR("");
}

void config_complain(struct config_loader *l, struct config_issues *list,
                     const struct config_source *at, const char *message)
{
    struct str place = place_of(l, at);
    size_t i = list->count;

    if (list->count == CONFIG_ISSUES_MAX) {
        list->dropped++;
        return;
    }
    for (; i > 0 && list->items[i - 1].line > at->line; i--)
        list->items[i] = list->items[i - 1];
    list->items[i].line = at->line;
    list->items[i].text = arena_strf(l->arena, STR_FMT "%s", STR_ARG(place), message);
    list->count++;
}

static void complain_about_file(struct config_loader *l, const char *message)
{
    struct config_source at = { .origin = CONFIG_FILE };

    config_complain(l, &l->report->errors, &at, message);
}

/* An empty variable is an unset one: that is how compose files and unit files leave things out. */
static struct str env_value(const char *name)
{
    struct str value = str_from(getenv(name));

    return value.len > 0 ? value : (struct str){ 0 };
}

static struct str expand_home(struct arena *a, struct str path)
{
    struct str home = env_value("HOME");

    if (home.len == 0 || (!str_eq(path, STR("~")) && !str_starts(path, STR("~/"))))
        return path;
    return arena_strf(a, STR_FMT STR_FMT, STR_ARG(home), STR_ARG(str_slice(path, 1, path.len)));
}

static struct str flag_value(const struct config_options *options, const struct config_override *o)
{
    if (o->flag == NULL)
        return (struct str){ 0 };
    return *(const struct str *)(const void *)((const char *)options + o->option);
}

static void lay_over(struct config_loader *l, const struct config_override *o,
                     const struct str text, enum config_origin origin)
{
    const struct field *section =
        o->section != NULL ? field_find(config_fields, str_from(o->section)) : NULL;
    const struct field *f =
        field_find(section != NULL ? section->fields : config_fields, str_from(o->name));
    struct config_source source = { .field = f,
                                    .origin = origin,
                                    .name = origin == CONFIG_FLAG ? o->flag : o->variable };
    struct str label =
        section != NULL ? arena_strf(l->arena, "%s.%s", o->section, o->name) : str_from(o->name);
    char *out = (char *)l->config + (section != NULL ? section->offset : 0) + f->offset;
    struct err e = { 0 };

    if (config_set_text(f, label, arena_str(l->arena, text), out, &e))
        config_note_source(l->config, &source);
    else
        config_complain(l, &l->report->errors, &source, e.msg);
}

static void lay_over_all(struct config_loader *l)
{
    for (size_t i = 0; i < config_override_count; i++) {
        const struct config_override *o = &config_overrides[i];
        struct str flag = flag_value(l->options, o);
        struct str variable = env_value(o->variable);

        if (!str_is_null(flag))
            lay_over(l, o, flag, CONFIG_FLAG);
        else if (!str_is_null(variable))
            lay_over(l, o, variable, CONFIG_ENVIRONMENT);
    }
}

static void fill_in_what_follows(struct arena *a, struct config *c)
{
    c->data = expand_home(a, c->data);
    c->output.directory = expand_home(a, c->output.directory);
    c->guard.ca_file = expand_home(a, c->guard.ca_file);
    if (c->database.url.len == 0)
        c->database.url = arena_strf(a, "sqlite:" STR_FMT "/albumen.db", STR_ARG(c->data));
    if (str_ends(c->server.public_url, STR("/")))
        c->server.public_url.len--;
}

static bool finish(struct config_loader *l, struct config *out)
{
    lay_over_all(l);
    config_check(l);
    if (l->report->errors.count > 0)
        return false;
    fill_in_what_follows(l->arena, l->config);
    *out = *l->config;
    return true;
}

static void read_text(struct config_loader *l, struct str text)
{
    struct json tree = { 0 };
    struct err e = { 0 };

    if (yaml_parse(l->arena, text, &tree, &e))
        config_decode(l, &tree);
    else
        complain_about_file(l, e.msg);
}

bool config_parse(struct arena *a, const struct config_options *options, struct str name,
                  struct str text, struct config *out, struct config_report *report)
{
    struct config config;
    struct config_loader l = {
        .arena = a, .options = options, .config = &config, .report = report
    };

    *report = (struct config_report){ 0 };
    config_set_defaults(&config);
    config.file = arena_str(a, name);
    read_text(&l, text);
    return finish(&l, out);
}

static bool is_called_imagen(const char *program)
{
    const char *slash = program != NULL ? strrchr(program, '/') : NULL;

    return program != NULL && strcmp(slash != NULL ? slash + 1 : program, "imagen") == 0;
}

/* Beside a server that is here, its folder; a tool that is called anywhere leaves no folder behind
 * everywhere. */
static struct str default_data(struct arena *a, const struct config_options *options)
{
    struct str home = env_value("HOME"), share = env_value("XDG_DATA_HOME");

    if (!is_called_imagen(options->program) || file_exists("data/albumen.db") ||
        file_exists("data/albumen.yaml") || (home.len == 0 && share.len == 0))
        return STR("./data");
    if (share.len > 0)
        return arena_strf(a, STR_FMT "/albumen", STR_ARG(share));
    return STR("~/.local/share/albumen");
}

static struct str find_in(struct arena *a, struct str folder, bool also_imagen)
{
    struct str path = arena_strf(a, STR_FMT "albumen.yaml", STR_ARG(folder));

    if (!file_exists(path.ptr) && also_imagen)
        path = arena_strf(a, STR_FMT "imagen.yaml", STR_ARG(folder));
    return file_exists(path.ptr) ? path : (struct str){ 0 };
}

/* The path of the file to read, or no value. */
static struct str find_file(struct arena *a, const struct config_options *options)
{
    bool also_imagen = is_called_imagen(options->program);
    struct str data = str_is_null(options->data) ? env_value("ALBUMEN_DATA") : options->data;
    struct str folders[] = {
        arena_strf(a, STR_FMT "/",
                   STR_ARG(expand_home(a, str_is_null(data) ? default_data(a, options) : data))),
        STR(""),
        expand_home(a, STR("~/.config/albumen/")),
        also_imagen ? expand_home(a, STR("~/.config/imagen/")) : STR(""),
    };

    if (!str_is_null(options->file))
        return expand_home(a, options->file);
    if (!str_is_null(env_value("ALBUMEN_CONFIG")))
        return expand_home(a, env_value("ALBUMEN_CONFIG"));
    for (size_t i = 0; i < COUNT(folders); i++) {
        struct str path = find_in(a, folders[i], also_imagen);

        if (!str_is_null(path))
            return path;
    }
    return (struct str){ 0 };
}

bool config_load(struct arena *a, const struct config_options *options, struct config *out,
                 struct config_report *report)
{
    struct config config;
    struct config_loader l = {
        .arena = a, .options = options, .config = &config, .report = report
    };
    struct str text;
    struct err e = { 0 };

    *report = (struct config_report){ 0 };
    config_set_defaults(&config);
    config.data = default_data(a, options);
    config.file = find_file(a, options);
    if (str_is_null(config.file))
        return finish(&l, out);
    if (file_read(a, arena_cstr(a, config.file), CONFIG_FILE_MAX_BYTES, &text, &e))
        read_text(&l, text);
    else
        config_complain(&l, &report->errors, &(struct config_source){ 0 }, e.msg);
    return finish(&l, out);
}

const struct config_backend *config_find_backend(const struct config *c, struct str name)
{
    const struct config_backend *backends = c->backends.items;

    for (size_t i = 0; i < c->backends.count; i++) {
        if (str_eq(backends[i].name, name))
            return &backends[i];
    }
    return NULL;
}
