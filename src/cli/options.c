/* The command line into structs, by field tables. */
#include <string.h>

#include "base/log.h"
#include "cli/cli.h"

const struct field cli_global_fields[] = {
    { FIELD(struct cli_globals, config), .unit = "FILE",
      .help = "configuration file (ALBUMEN_CONFIG)" },
    { FIELD(struct cli_globals, data), .unit = "FOLDER", .help = "data folder (ALBUMEN_DATA)" },
    { FIELD(struct cli_globals, listen), .unit = "ADDRESS",
      .help = "address to serve on (ALBUMEN_LISTEN)" },
    { FIELD(struct cli_globals, database), .unit = "URL",
      .help = "database (ALBUMEN_DATABASE_URL)" },
    { FIELD(struct cli_globals, log_level), .unit = "LEVEL", .names = log_level_names,
      .help = "debug, info, warn or error" },
    { FIELD(struct cli_globals, server), .unit = "URL",
      .help = "talk to this server (ALBUMEN_SERVER)" },
    { FIELD(struct cli_globals, json), .help = "print JSON, for programs" },
    { FIELD(struct cli_globals, help), .help = "print help", .short_name = 'h' },
    { FIELD(struct cli_globals, version), .help = "print the version" },
    { 0 },
};

/* Values as they are found; decoded at the end, when the command is known. */
struct found {
    const struct field *field;
    struct json value;
};

struct parser {
    struct cli *cli;
    int argc;
    char **argv;
    int at;
    const struct command *command;
    struct found *found; /* room for all of argv, as in words */
    size_t found_count;
    const char **words;
    size_t word_count;
    struct err *err;
};

/* As people write it: log-level. */
static const char *name_of(struct parser *p, const struct field *f)
{
    char *name = arena_cstr(p->cli->arena, str_from(f->name));

    for (char *c = name; *c != '\0'; c++) {
        if (*c == '_')
            *c = '-';
    }
    return name;
}

/* "--log-level" is log_level in the table. */
static const struct field *find_long(const struct field *table, struct str name)
{
    for (const struct field *f = table; f != NULL && f->type != FIELD_END; f++) {
        bool same = strlen(f->name) == name.len;

        for (size_t i = 0; same && i < name.len; i++)
            same = f->name[i] == (name.ptr[i] == '-' ? '_' : name.ptr[i]);
        if (same)
            return f;
    }
    return NULL;
}

static const struct field *find_short(const struct field *table, char name)
{
    for (const struct field *f = table; f != NULL && f->type != FIELD_END; f++) {
        if (f->short_name == name)
            return f;
    }
    return NULL;
}

/* Of the command's own options and those of every command. */
static const struct field *nearest_option(const struct parser *p, struct str name)
{
    char *text = arena_cstr(p->cli->arena, name);
    const struct field *own = NULL, *common;

    for (char *c = text; *c != '\0'; c++) {
        if (*c == '-')
            *c = '_';
    }
    name = str_of(text, name.len);
    common = field_nearest(cli_global_fields, name);
    if (p->command != NULL && p->command->options != NULL)
        own = field_nearest(p->command->options, name);
    if (own == NULL || common == NULL)
        return own != NULL ? own : common;
    return str_distance(name, str_from(common->name)) < str_distance(name, str_from(own->name))
               ? common
               : own;
}

static bool fail_unknown(struct parser *p, struct str name)
{
    const struct field *near = nearest_option(p, name);

    if (near == NULL)
        return err_set(p->err, ERR_INVALID, "unknown option '--" STR_FMT "' (see %s%s%s --help)",
                       STR_ARG(name), p->cli->program, p->command != NULL ? " " : "",
                       p->command != NULL ? p->command->name : "");
    return err_set(p->err, ERR_INVALID, "unknown option '--" STR_FMT "' (did you mean '--%s'?)",
                   STR_ARG(name), name_of(p, near));
}

static bool to_json(struct parser *p, const struct field *f, struct str text, struct json *out)
{
    int64_t integer;
    double real;

    *out = (struct json){ .type = JSON_STR, .str = text };
    if (f->type == FIELD_I64 || f->type == FIELD_OPT_I64) {
        if (!str_to_i64(text, INT64_MIN, INT64_MAX, &integer))
            return err_set(p->err, ERR_INVALID, "--%s takes a whole number, not '" STR_FMT "'",
                           name_of(p, f), STR_ARG(text));
        *out = (struct json){ .type = JSON_INT, .integer = integer };
    } else if (f->type == FIELD_F64 || f->type == FIELD_OPT_F64) {
        if (!str_to_f64(text, &real))
            return err_set(p->err, ERR_INVALID, "--%s takes a number, not '" STR_FMT "'",
                           name_of(p, f), STR_ARG(text));
        *out = (struct json){ .type = JSON_REAL, .real = real };
    }
    return true;
}

static bool add_found(struct parser *p, const struct field *f, bool has_text, struct str text)
{
    struct found *found = &p->found[p->found_count++];

    found->field = f;
    if (f->type == FIELD_BOOL || f->type == FIELD_OPT_BOOL) {
        if (has_text)
            return err_set(p->err, ERR_INVALID, "--%s takes no value", name_of(p, f));
        found->value = (struct json){ .type = JSON_BOOL, .boolean = true };
        return true;
    }
    if (!has_text) {
        if (p->at == p->argc)
            return err_set(p->err, ERR_INVALID, "--%s needs a value", name_of(p, f));
        text = str_from(p->argv[p->at++]);
    }
    if (!str_is_utf8(text))
        return err_set(p->err, ERR_INVALID, "the value of --%s is not UTF-8", name_of(p, f));
    return to_json(p, f, text, &found->value);
}

static const struct field *command_options(const struct parser *p)
{
    return p->command != NULL ? p->command->options : NULL;
}

static bool read_long(struct parser *p, struct str word)
{
    struct str name, text;
    bool has_text = str_cut(word, '=', &name, &text);
    const struct field *f = find_long(command_options(p), name);

    if (f == NULL)
        f = find_long(cli_global_fields, name);
    if (f == NULL)
        return fail_unknown(p, name);
    return add_found(p, f, has_text, text);
}

static bool read_short(struct parser *p, struct str word)
{
    const struct field *f = find_short(command_options(p), word.ptr[0]);

    if (f == NULL)
        f = find_short(cli_global_fields, word.ptr[0]);
    if (f == NULL)
        return err_set(p->err, ERR_INVALID, "unknown option '-" STR_FMT "'", STR_ARG(word));
    return add_found(p, f, word.len > 1, str_slice(word, 1, word.len));
}

static bool read_words(struct parser *p)
{
    bool only_words = false;

    while (p->at < p->argc) {
        struct str word = str_from(p->argv[p->at++]);

        if (!only_words && str_eq(word, STR("--"))) {
            only_words = true;
        } else if (!only_words && str_starts(word, STR("--"))) {
            if (!read_long(p, str_slice(word, 2, word.len)))
                return false;
        } else if (!only_words && word.len > 1 && word.ptr[0] == '-') {
            if (!read_short(p, str_slice(word, 1, word.len)))
                return false;
        } else {
            p->words[p->word_count++] = word.ptr;
        }
    }
    return true;
}

/* What a request's body would call 'log_level' is --log-level here. */
static bool name_option(struct parser *p, const struct field *table)
{
    struct str message = arena_str(p->cli->arena, str_from(p->err->msg));
    struct str name = str_from(p->err->field);
    const struct field *f = field_find(table, name);

    if (f == NULL || !str_starts(message, STR("'")) || message.len < name.len + 2)
        return false;
    return err_set(p->err, ERR_INVALID, "--%s" STR_FMT, name_of(p, f),
                   STR_ARG(str_slice(message, name.len + 2, message.len)));
}

/* One table's options as an object, repeated ones as a list, through the same decoder as a
 * request's body. */
static bool decode_table(struct parser *p, const struct field *table, void *out)
{
    struct arena *a = p->cli->arena;
    struct json_member *members = arena_array(a, struct json_member, field_count(table));
    struct json object = { .type = JSON_OBJECT };
    size_t count = 0;

    for (const struct field *f = table; f->type != FIELD_END; f++) {
        struct json *list = arena_array(a, struct json, p->found_count);
        size_t n = 0;

        for (size_t i = 0; i < p->found_count; i++) {
            if (p->found[i].field == f)
                list[n++] = p->found[i].value;
        }
        if (n == 0)
            continue;
        members[count].name = str_from(f->name);
        members[count++].value = f->type == FIELD_STRS
                                     ? (struct json){ .type = JSON_ARRAY, .array = { list, n } }
                                     : list[n - 1];
    }
    object.object.members = members;
    object.object.count = count;
    return json_decode(a, &object, table, JSON_STRICT, JSON_SNAKE, out, p->err) ||
           name_option(p, table);
}

static bool fail_arg_count(struct parser *p, size_t count)
{
    const struct command *c = p->command;
    const char *args = c->args != NULL ? c->args : "";
    struct str what = arena_strf(p->cli->arena, "'%s' needs more", c->name);

    if (count > (size_t)c->max_args)
        what = arena_strf(p->cli->arena, "'%.60s' is one word too many",
                          p->words[p->word_count - count + (size_t)c->max_args]);
    return err_set(p->err, ERR_INVALID, STR_FMT ": %s %s%s%s (see --help)", STR_ARG(what),
                   p->cli->program, c->name, args[0] != '\0' ? " " : "", args);
}

static bool check_arg_count(struct parser *p, size_t count)
{
    const struct command *c = p->command;

    if (p->cli->globals.help)
        return true;
    /* "queue reusme": the command takes no words, and others begin like it. */
    if (c->max_args == 0 && count > 0 && cli_is_group(p->cli->arena, c->name))
        return cli_fail_command(p->cli->arena, p->cli->program, p->words, p->word_count, p->err);
    if (count < (size_t)c->min_args || count > (size_t)c->max_args)
        return fail_arg_count(p, count);
    return true;
}

/* "albumen help album create" is "albumen album create --help". */
static void take_help_word(struct cli *cli, int *argc, char ***argv)
{
    if (*argc < 2 || strcmp((*argv)[1], "help") != 0)
        return;
    cli->globals.help = true;
    --*argc;
    ++*argv;
}

/* How many words an option of every command takes, with itself; 0: it is none of these. */
static int words_of_option(struct str word)
{
    const struct field *f;
    struct str name, text;
    bool has_text;

    if (str_eq(word, STR("-h")))
        return 1;
    if (!str_starts(word, STR("--")))
        return 0;
    has_text = str_cut(str_slice(word, 2, word.len), '=', &name, &text);
    f = find_long(cli_global_fields, name);
    if (f == NULL)
        return 0;
    return has_text || f->type == FIELD_BOOL ? 1 : 2;
}

/* The command's words come before its own options, so these can be read with its table at hand. */
static size_t leading_words(int argc, char **argv, const char **out)
{
    size_t count = 0;

    for (int i = 1, words = 1; i < argc && count < 2 && words > 0; i += words) {
        words = 1;
        if (argv[i][0] == '-')
            words = words_of_option(str_from(argv[i]));
        else
            out[count++] = argv[i];
    }
    return count;
}

bool cli_parse(struct cli *cli, int argc, char **argv, struct cli_parsed *out, struct err *e)
{
    struct parser *p = arena_new(cli->arena, struct parser);
    const char *words[2];
    size_t used = 0, leading;
    struct str *args;

    take_help_word(cli, &argc, &argv);
    leading = leading_words(argc, argv, words);
    *p = (struct parser){ .cli = cli,
                          .argc = argc,
                          .argv = argv,
                          .at = 1,
                          .found = arena_array(cli->arena, struct found, (size_t)argc),
                          .words = arena_array(cli->arena, const char *, (size_t)argc),
                          .err = e };
    p->command = cli_find_command(words, leading, &used);
    if (!read_words(p) || !decode_table(p, cli_global_fields, &cli->globals))
        return false;
    if (p->command == NULL)
        return p->word_count == 0 ||
               cli_fail_command(cli->arena, cli->program, p->words, p->word_count, e);

    args = arena_array(cli->arena, struct str, p->word_count);
    for (size_t i = used; i < p->word_count; i++)
        args[i - used] = str_from(p->words[i]);
    out->command = p->command;
    out->args = (struct str_list){ args, p->word_count - used };
    out->options = arena_alloc(cli->arena, p->command->option_bytes);
    return check_arg_count(p, out->args.count) &&
           (p->command->options == NULL || decode_table(p, p->command->options, out->options));
}
