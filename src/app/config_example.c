/* The commented example file: every value with its help, range, variable and default, printed from
 * the tables. */
#include "app/config_tables.h"

#include "base/yaml.h"

/* A second line of comment for what the help does not say: the range and the variable. */
static void put_details(struct buf *out, const char *indent, const struct field *f,
                        const char *variable)
{
    bool has_range = f->type == FIELD_ENUM || f->type == FIELD_I64;

    if (!has_range && variable == NULL)
        return;
    buf_putf(out, "%s# (", indent);
    for (size_t i = 0; f->type == FIELD_ENUM && f->names[i] != NULL; i++)
        buf_putf(out, "%s%s", i == 0 ? "one of " : ", ", f->names[i]);
    if (f->type == FIELD_I64)
        buf_putf(out, "%.0f to %.0f%s%s", f->min, f->max, f->unit != NULL ? " " : "",
                 f->unit != NULL ? f->unit : "");
    if (variable != NULL)
        buf_putf(out, "%senvironment %s", has_range ? "; " : "", variable);
    buf_put(out, STR(")\n"));
}

static void put_default(struct buf *out, const struct field *f, const void *in)
{
    if (f->type == FIELD_BOOL)
        buf_putf(out, "%s", *(const bool *)in ? "true" : "false");
    else if (f->type == FIELD_I64)
        buf_put_i64(out, *(const int64_t *)in);
    else if (f->type == FIELD_ENUM)
        yaml_put_str(out, str_from(f->names[*(const int *)in]));
    else if (f->type == FIELD_STRS)
        buf_put(out, STR("[]"));
    else
        yaml_put_str(out, *(const struct str *)in);
}

static void print_value(const char *indent, const struct field *section, const struct field *f,
                        const void *in, struct buf *out)
{
    buf_putf(out, "%s# %s\n", indent, f->help);
    put_details(out, indent, f, config_variable_of(section, f));
    buf_putf(out, "%s#%s: ", indent, f->name);
    put_default(out, f, in);
    buf_put_char(out, '\n');
}

static void print_backends(const struct field *f, struct buf *out)
{
    buf_putf(out, "\n# %s\n%s:\n", f->help, f->name);
    buf_put(out, STR("  #flux-schnell-local:\n"
                     "  #  type: comfyui\n"
                     "  #  base_url: http://127.0.0.1:8188\n"
                     "  #  model: flux1-schnell.safetensors\n"
                     "  #  default_steps: 4\n"));
}

void config_print_example(struct buf *out)
{
    struct config defaults;

    config_set_defaults(&defaults);
    buf_put(
        out,
        STR("# Albumen's configuration. Every value is optional; what is shown is the default.\n"
            "# ${NAME} is the environment variable NAME, ${NAME:-text} has a text for when it is unset,\n"
            "# $$ is a dollar. `albumen config validate` checks this file, `albumen config show` prints\n"
            "# what is in force and why.\n\n"));
    for (const struct field *f = config_fields; f->type != FIELD_END; f++) {
        const char *in = (const char *)&defaults + f->offset;

        if (f->type == FIELD_LIST) {
            print_backends(f, out);
        } else if (f->type == FIELD_OBJECT) {
            buf_putf(out, "\n# %s\n%s:\n", f->help, f->name);
            for (const struct field *inner = f->fields; inner->type != FIELD_END; inner++)
                print_value("  ", f, inner, in + inner->offset, out);
        } else {
            print_value("", NULL, f, in, out);
        }
    }
}
