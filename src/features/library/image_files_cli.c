/* albumen image: pictures out of the library into files, and back. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/encode.h"
#include "base/file.h"
#include "base/file_new.h"
#include "features/library/image_cli.h"
#include "net/text.h"

enum { FILE_MODE = 0644, ZIP_PICTURES_MAX = 100000, BODY_MAX_BYTES = 8 * 1024 * 1024 };

struct files_options {
    struct str out, query, name;
    struct str_list tag;
    bool sidecars;
};

static struct str last_part(struct str path)
{
    size_t start = path.len;

    while (start > 0 && path.ptr[start - 1] != '/')
        start--;
    return str_slice(path, start, path.len);
}

static bool is_folder(const char *path)
{
    struct stat info;

    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

/* The folder that a new file's path is in. */
static const char *folder_of(struct arena *a, struct str path)
{
    struct str name = last_part(path);

    if (name.len == path.len)
        return ".";
    return arena_cstr(a, str_slice(path, 0, MAX(path.len - name.len - 1, (size_t)1)));
}

static bool receive(struct command_env *env, struct str address, struct str path, struct err *e)
{
    AUTO_FILE_NEW file = { .fd = -1 };

    if (!file_new_open(env->arena, folder_of(env->arena, path), FILE_MODE, &file, e) ||
        !env->receive_file(env, address, file.fd, e) ||
        !file_new_publish(&file, arena_cstr(env->arena, path), e))
        return false;
    if (!env->json)
        printf(STR_FMT "\n", STR_ARG(path));
    return true;
}

/* A file of that name, or one of the picture's own in that folder: keys end in one that is safe. */
static struct str target_of(struct command_env *env, const struct json *image)
{
    const struct files_options *o = env->options;
    struct str name = last_part(json_get_str(image, "url"));

    if (str_is_null(o->out))
        return name;
    if (is_folder(arena_cstr(env->arena, o->out)) || env->args.count > 1)
        return arena_strf(env->arena, STR_FMT "/" STR_FMT, STR_ARG(o->out), STR_ARG(name));
    return o->out;
}

static int run_get(struct command_env *env, struct err *e)
{
    for (size_t i = 0; i < env->args.count; i++) {
        struct json image;

        if (!console_call(env, HTTP_GET, console_path(env, "/api/images/", env->args.items[i], ""),
                          &image, e) ||
            !receive(env, json_get_str(&image, "url"), target_of(env, &image), e))
            return EXIT_OK;
        if (env->json)
            console_print_json(&image);
    }
    return EXIT_OK;
}

static struct str upload_address(struct command_env *env, struct str path)
{
    const struct files_options *o = env->options;
    struct str name = last_part(path);
    AUTO_BUF address = { 0 };

    buf_init(&address, CONSOLE_BODY_MAX);
    buf_put(&address, STR("/api/images?"));
    if (text_is_clean(name)) /* a name that no address can hold stays behind */
        buf_putf(&address, "fileName=" STR_FMT, STR_ARG(percent_encode(env->arena, name, false)));
    for (size_t i = 0; i < o->tag.count; i++)
        buf_putf(&address, "%s" STR_FMT, i == 0 ? "&tags=" : ",",
                 STR_ARG(percent_encode(env->arena, o->tag.items[i], false)));
    return arena_str(env->arena, buf_str(&address));
}

static bool put_one(struct command_env *env, struct str path, bool *has_head, struct err *e)
{
    struct json image;
    struct stat info;
    AUTO_FD fd = -1;

    if (!file_open(arena_cstr(env->arena, path), O_RDONLY | O_NONBLOCK, 0, &fd, e))
        return false;
    if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode))
        return err_set(e, ERR_INVALID, "'" STR_FMT "' is no file", STR_ARG(path));
    if (!env->send_file(env, upload_address(env, path), fd, info.st_size, &image, e))
        return err_wrap(e, arena_cstr(env->arena, path));
    return image_cli_print(env, &image, has_head);
}

static int run_put(struct command_env *env, struct err *e)
{
    bool has_head = false;

    for (size_t i = 0; i < env->args.count; i++) {
        if (!put_one(env, env->args.items[i], &has_head, e))
            return EXIT_OK;
    }
    return EXIT_OK;
}

/* What goes into the archive, as it is written into the request. */
struct selection_writer {
    struct json_writer w;
    size_t count;
};

static bool select_image(struct command_env *env, const struct json *image, void *ctx)
{
    struct selection_writer *s = ctx;

    UNUSED(env);
    json_put_str(&s->w, json_get_str(image, "id"));
    s->count++;
    return true;
}

static bool put_selection(struct command_env *env, struct selection_writer *s, struct err *e)
{
    const struct files_options *o = env->options;
    struct str path;

    for (size_t i = 0; i < env->args.count; i++, s->count++)
        json_put_str(&s->w, env->args.items[i]);
    if (str_is_null(o->query))
        return s->count > 0 || err_set(e, ERR_INVALID, "name pictures, or give --query");
    path = arena_strf(env->arena, "/api/images?q=" STR_FMT,
                      STR_ARG(percent_encode(env->arena, o->query, false)));
    return image_cli_each(env, path, ZIP_PICTURES_MAX, select_image, s, e) &&
           (s->count > 0 || err_set(e, ERR_NOT_FOUND, "nothing is found"));
}

static bool select_all(struct command_env *env, struct json *out, struct err *e)
{
    const struct files_options *o = env->options;
    struct selection_writer s = { 0 };
    AUTO_BUF body = { 0 };

    buf_init(&body, BODY_MAX_BYTES);
    s.w.out = &body;
    json_begin_object(&s.w);
    console_put_text(&s.w, "name", o->name);
    json_put_name(&s.w, STR("sidecars"));
    json_put_bool(&s.w, o->sidecars);
    json_put_name(&s.w, STR("imageIds"));
    json_begin_array(&s.w);
    if (!put_selection(env, &s, e))
        return false;
    json_end_array(&s.w);
    json_end_object(&s.w);
    return console_send(env, HTTP_POST, STR("/api/images/zip"), &body, out, e);
}

static int run_zip(struct command_env *env, struct err *e)
{
    const struct files_options *o = env->options;
    struct json answer;
    struct str path;

    if (!select_all(env, &answer, e))
        return EXIT_OK;
    path = json_get_str(&answer, "fileName"); /* safe on every system */
    if (!str_is_null(o->out))
        path = is_folder(arena_cstr(env->arena, o->out))
                   ? arena_strf(env->arena, STR_FMT "/" STR_FMT, STR_ARG(o->out), STR_ARG(path))
                   : o->out;
    if (receive(env, json_get_str(&answer, "url"), path, e) && env->json)
        console_print_json(&answer);
    return EXIT_OK;
}

static const struct field get_options[] = {
    { FIELD(struct files_options, out), .unit = "PATH", .help = "a new file, or a folder",
      .short_name = 'o' },
    { 0 },
};

static const struct field put_options[] = {
    { FIELD(struct files_options, tag), .unit = "TAG", .help = "for all of them; repeat it",
      .short_name = 't' },
    { 0 },
};

static const struct field zip_options[] = {
    { FIELD(struct files_options, query), .unit = "QUERY",
      .help = "what `albumen image search` finds, up to 100,000", .short_name = 'q' },
    { FIELD(struct files_options, out), .unit = "PATH", .help = "a new file, or a folder",
      .short_name = 'o' },
    { FIELD(struct files_options, name), .unit = "NAME", .help = "of the archive" },
    { FIELD(struct files_options, sidecars),
      .help = "with each picture's recipe as JSON beside it" },
    { 0 },
};

enum { FILES_MAX = 10000 };

const struct command image_get_command = {
    .name = "image get",
    .args = "ID...",
    .summary = "Write pictures into files, byte for byte",
    .example = "albumen image get 0193fd2e-5a7b-7c11-b7a1-2f6f3b1c9d10 -o kite.png",
    .options = get_options,
    .option_bytes = sizeof(struct files_options),
    .min_args = 1,
    .max_args = FILES_MAX,
    .run = run_get,
};
const struct command image_put_command = {
    .name = "image put",
    .args = "FILE...",
    .summary = "Add pictures to the library; what is there already stays once",
    .example = "albumen image put kite.png --tag sea",
    .options = put_options,
    .option_bytes = sizeof(struct files_options),
    .min_args = 1,
    .max_args = FILES_MAX,
    .run = run_put,
};
const struct command image_zip_command = {
    .name = "image zip",
    .args = "[ID...]",
    .summary = "Write pictures into one ZIP",
    .example = "albumen image zip -q 'tag:sea is:starred' -o sea.zip",
    .options = zip_options,
    .option_bytes = sizeof(struct files_options),
    .max_args = FILES_MAX,
    .run = run_zip,
};
