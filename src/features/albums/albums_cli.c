/* albumen album: the albums room's routes as commands. */
#include <stdio.h>

#include "api/console.h"
#include "base/encode.h"
#include "base/file.h"
#include "base/file_new.h"
#include "base/zip_name.h"
#include "features/albums/albums.h"

enum { ZIP_MODE = 0644 };

static bool get_album(struct command_env *env, struct json *out, struct err *e)
{
    return console_call(env, HTTP_GET, console_path(env, "/api/albums/", env->args.items[0], ""),
                        out, e);
}

static size_t count_with(struct json_list shots, const char *status)
{
    size_t count = 0;

    for (size_t i = 0; i < shots.count; i++)
        count += str_eq(json_get_str(&shots.items[i], "status"), str_from(status));
    return count;
}

static const struct table_column table[] = {
    { "ID", 36 }, { "SOURCE", 16 }, { "IMAGES", 6, true }, { "NAME", 0 }, { 0 },
};

static void print_row(const struct json *album)
{
    char count[24];

    snprintf(count, sizeof(count), "%lld", (long long)json_get_i64(album, "imageCount", 0));
    table_put_row(table, (const struct str[]){ console_text(album, "id"),
                                               console_text(album, "sourceType"), str_from(count),
                                               console_text(album, "name") });
}

/* "87 %", or nothing where nothing was measured. */
static const char *percent_of(const struct json *v, const char *name, char *out, size_t room)
{
    const struct json *share = json_get(v, name);

    out[0] = '\0';
    if (share != NULL && share->type == JSON_REAL)
        snprintf(out, room, "%.0f %%", 100 * share->real);
    else if (share != NULL && share->type == JSON_INT)
        snprintf(out, room, "%lld %%", 100 * (long long)share->integer);
    return out;
}

static const struct table_column shot_table[] = {
    { "SHOT", 5, true }, { "STATUS", 10 }, { "LABEL", 16 }, { "LIKE", 5, true },
    { "FACE", 10 },      { "", 0 },        { 0 },
};

/* "face 91 %", or nothing where one of the pictures has none. */
static const char *face_of(const struct json *shot, char *out, size_t room)
{
    char percent[16];

    out[0] = '\0';
    if (percent_of(shot, "faceConsistency", percent, sizeof(percent))[0] != '\0')
        snprintf(out, room, "face %s", percent);
    return out;
}

static void print_shot(const struct json *shot)
{
    char percent[16], face[24], index[24];
    struct str address = json_get_str(shot, "imageUrl"), error = json_get_str(shot, "error");

    snprintf(index, sizeof(index), "%lld", (long long)json_get_i64(shot, "index", 0));
    table_put_row(shot_table,
                  (const struct str[]){
                      str_from(index),
                      console_text(shot, "status"),
                      console_text(shot, "label"),
                      str_from(percent_of(shot, "consistency", percent, sizeof(percent))),
                      str_from(face_of(shot, face, sizeof(face))),
                      !str_is_null(error)    ? error
                      : str_is_null(address) ? STR("")
                                             : address,
                  });
}

static void print_album(const struct json *album)
{
    struct json_list shots = json_get_list(album, "shots");
    char percent[16];

    printf(STR_FMT "  (" STR_FMT ")\n", STR_ARG(console_text(album, "name")),
           STR_ARG(console_text(album, "id")));
    if (str_is_null(json_get_str(album, "subjectDesc"))) {
        printf("%lld picture%s\n", (long long)json_get_i64(album, "imageCount", 0),
               json_get_i64(album, "imageCount", 0) == 1 ? "" : "s");
        return;
    }
    printf("Subject: " STR_FMT "\nAnchor:  " STR_FMT "\n",
           STR_ARG(console_text(album, "subjectDesc")), STR_ARG(console_text(album, "anchorUrl")));
    printf("Shots:   %zu of %zu complete\n", count_with(shots, "complete"), shots.count);
    if (percent_of(album, "consistency", percent, sizeof(percent))[0] != '\0')
        printf("Like the anchor: %s on average, %lld below the mark\n", percent,
               (long long)json_get_i64(album, "outlierCount", 0));
    for (size_t i = 0; i < shots.count; i++)
        print_shot(&shots.items[i]);
}

static int show(struct command_env *env, const struct json *album)
{
    if (env->json)
        console_print_json(album);
    else
        print_album(album);
    return EXIT_OK;
}

struct album_options {
    struct str subject, set, description, backend, style, image, source, query;
    struct str_list shot;
    struct opt_i64 width, height, seed, index;
    bool public, no_wait;
};

/* "Label: direction" */
static bool put_shots(struct json_writer *w, const struct str_list *shots, struct err *e)
{
    if (shots->count == 0)
        return true;
    json_put_name(w, STR("shots"));
    json_begin_array(w);
    for (size_t i = 0; i < shots->count; i++) {
        struct str label, direction;

        if (!str_cut(shots->items[i], ':', &label, &direction))
            return err_set(e, ERR_INVALID, "--shot takes 'Label: direction', not '" STR_FMT "'",
                           STR_ARG(shots->items[i]));
        json_begin_object(w);
        console_put_text(w, "label", str_trim(label));
        console_put_text(w, "direction", str_trim(direction));
        json_end_object(w);
    }
    json_end_array(w);
    return true;
}

static int album_create_command(struct command_env *env, struct err *e)
{
    const struct album_options *options = env->options;
    struct json answer;
    AUTO_BUF body = { 0 };
    struct json_writer w = { .out = &body };

    buf_init(&body, CONSOLE_BODY_MAX);
    json_begin_object(&w);
    console_put_text(&w, "name", env->args.items[0]);
    console_put_text(&w, "subjectDesc", options->subject);
    console_put_text(&w, "templateSet", options->set);
    console_put_text(&w, "description", options->description);
    console_put_text(&w, "backend", options->backend);
    console_put_text(&w, "style", options->style);
    console_put_i64(&w, "width", options->width);
    console_put_i64(&w, "height", options->height);
    console_put_i64(&w, "seed", options->seed);
    if (options->public) {
        json_put_name(&w, STR("isPublic"));
        json_put_bool(&w, true);
    }
    if (!put_shots(&w, &options->shot, e))
        return EXIT_USAGE;
    json_end_object(&w);
    if (!console_send(env, HTTP_POST, STR("/api/albums"), &body, &answer, e))
        return EXIT_OK;
    return show(env, &answer);
}

static int album_list_command(struct command_env *env, struct err *e)
{
    const struct album_options *options = env->options;
    static const struct console_list list = { "albums", table, print_row };
    struct str path = STR("/api/albums?");

    if (!str_is_null(options->source))
        path = arena_strf(env->arena, STR_FMT "source_type=" STR_FMT "&", STR_ARG(path),
                          STR_ARG(percent_encode(env->arena, options->source, false)));
    if (!str_is_null(options->query))
        path = arena_strf(env->arena, STR_FMT "q=" STR_FMT "&", STR_ARG(path),
                          STR_ARG(percent_encode(env->arena, options->query, false)));
    (void)!console_each(env, str_slice(path, 0, path.len - 1), &list, e);
    return EXIT_OK;
}

static int album_show_command(struct command_env *env, struct err *e)
{
    struct json album;

    if (!get_album(env, &album, e))
        return EXIT_OK;
    return show(env, &album);
}

/* The jobs of {"jobId":...} or {"jobIds":[...]}. */
static struct str_list jobs_of(struct command_env *env, const struct json *answer)
{
    struct json_list ids = json_get_list(answer, "jobIds");
    struct str one = json_get_str(answer, "jobId");
    size_t count = ids.count > 0 ? ids.count : !str_is_null(one);
    struct str_list list = { arena_array(env->arena, struct str, count), count };

    for (size_t i = 0; i < count; i++)
        list.items[i] = ids.count > 0 ? json_str(&ids.items[i]) : one;
    return list;
}

/* Waits for the pictures unless told not to, then shows the album as it has become. */
static int finish(struct command_env *env, const struct json *answer, struct err *e)
{
    const struct album_options *options = env->options;
    struct json album;
    size_t failed = 0;

    if (options->no_wait) {
        console_print_json(answer);
        return EXIT_OK;
    }
    if (!console_wait(env, jobs_of(env, answer), &failed, e) || !get_album(env, &album, e))
        return EXIT_OK;
    show(env, &album);
    return failed > 0 ? EXIT_SOME_FAILED : EXIT_OK;
}

static int album_anchor_command(struct command_env *env, struct err *e)
{
    const struct album_options *options = env->options;
    struct json answer;
    AUTO_BUF body = { 0 };
    struct json_writer w = { .out = &body };

    buf_init(&body, CONSOLE_BODY_MAX);
    json_begin_object(&w);
    console_put_text(&w, "imageId", options->image);
    console_put_text(&w, "backend", options->backend);
    console_put_i64(&w, "seed", options->seed);
    json_end_object(&w);
    if (!console_send(env, HTTP_POST,
                      console_path(env, "/api/albums/", env->args.items[0], "/anchor"), &body,
                      &answer, e))
        return EXIT_OK;
    return finish(env, &answer, e);
}

static int album_shots_command(struct command_env *env, struct err *e)
{
    const struct album_options *options = env->options;
    struct str path = console_path(env, "/api/albums/", env->args.items[0], "/shots");
    struct json answer;

    if (options->index.set)
        path =
            arena_strf(env->arena, STR_FMT "/%lld", STR_ARG(path), (long long)options->index.value);
    if (!console_call(env, HTTP_POST, path, &answer, e))
        return EXIT_OK;
    return finish(env, &answer, e);
}

static int album_remake_command(struct command_env *env, struct err *e)
{
    struct json answer;

    if (!console_call(env, HTTP_POST,
                      console_path(env, "/api/albums/", env->args.items[0], "/outliers"), &answer,
                      e))
        return EXIT_OK;
    return finish(env, &answer, e);
}

/* The file that is asked for, or one in this folder that is called like the album. */
static bool choose_file(struct command_env *env, struct str *out, struct err *e)
{
    struct json album;

    if (env->args.count > 1) {
        *out = env->args.items[1];
        return true;
    }
    if (!get_album(env, &album, e))
        return false;
    *out = zip_name_of_file(env->arena, json_get_str(&album, "name"), "album", "zip");
    return true;
}

static const char *folder_of(struct command_env *env, struct str file)
{
    size_t slash = file.len;

    while (slash > 0 && file.ptr[slash - 1] != '/')
        slash--;
    if (slash == 0)
        return ".";
    return slash == 1 ? "/" : arena_cstr(env->arena, str_slice(file, 0, slash - 1));
}

static void print_written(struct command_env *env, struct str file, int64_t bytes)
{
    AUTO_BUF text = { 0 };
    struct json_writer w = { .out = &text };

    if (!env->json) {
        printf(STR_FMT "  %lld bytes\n", STR_ARG(file), (long long)bytes);
        return;
    }
    buf_init(&text, CONSOLE_BODY_MAX);
    json_begin_object(&w);
    console_put_text(&w, "file", file);
    console_put_i64(&w, "sizeBytes", (struct opt_i64){ true, bytes });
    json_end_object(&w);
    printf(STR_FMT "\n", STR_ARG(buf_str(&text)));
}

static int album_zip_command(struct command_env *env, struct err *e)
{
    struct str address = console_path(env, "/api/albums/", env->args.items[0], "/zip");
    AUTO_FILE_NEW zip = { .fd = -1 };
    struct str file;
    int64_t bytes;

    if (!choose_file(env, &file, e))
        return EXIT_OK;
    if (file_exists(arena_cstr(env->arena, file))) {
        (void)!err_set(e, ERR_CONFLICT, "there is a '" STR_FMT "' already: name another file",
                       STR_ARG(file));
        return EXIT_OK;
    }
    if (!file_new_open(env->arena, folder_of(env, file), ZIP_MODE, &zip, e) ||
        !env->receive_file(env, address, zip.fd, e))
        return EXIT_OK;
    bytes = file_size(zip.fd);
    if (file_new_publish(&zip, arena_cstr(env->arena, file), e))
        print_written(env, file, bytes);
    return EXIT_OK;
}

static int album_rm_command(struct command_env *env, struct err *e)
{
    struct json answer;

    if (!console_call(env, HTTP_DELETE, console_path(env, "/api/albums/", env->args.items[0], ""),
                      &answer, e))
        return EXIT_OK;
    if (!env->json)
        printf("Deleted. Its pictures are still in the library.\n");
    return EXIT_OK;
}

static const char *const set_names[] = { "portrait", "product", "character", NULL };

static const struct field create_options[] = {
    { FIELD(struct album_options, subject), .unit = "TEXT",
      .help = "what is photographed; without it an album of pictures that are there" },
    { FIELD(struct album_options, set), .unit = "SET", .names = set_names,
      .help = "portrait, product or character" },
    { FIELD(struct album_options, shot), .unit = "SHOT",
      .help = "'Label: direction', instead of --set; repeat it" },
    { FIELD(struct album_options, description), .unit = "TEXT", .help = "for yourself" },
    { FIELD(struct album_options, backend), .unit = "NAME", .help = "who makes its pictures" },
    { FIELD(struct album_options, style), .unit = "NAME", .help = "of all pictures" },
    { FIELD(struct album_options, width), .unit = "PX", .help = "with --height" },
    { FIELD(struct album_options, height), .unit = "PX", .help = "with --width" },
    { FIELD(struct album_options, seed), .unit = "N", .help = "the same seed, the same album" },
    { FIELD(struct album_options, public), .help = "every user may look at it" },
    { 0 },
};

static const struct field list_options[] = {
    { FIELD(struct album_options, source), .unit = "SOURCE",
      .help = "session, batch_generation, scrape or manual" },
    { FIELD(struct album_options, query), .unit = "TEXT", .help = "in the name",
      .short_name = 'q' },
    { 0 },
};

static const struct field anchor_options[] = {
    { FIELD(struct album_options, image), .unit = "ID", .help = "a picture of yours, as it is" },
    { FIELD(struct album_options, backend), .unit = "NAME",
      .help = "another one than the album's" },
    { FIELD(struct album_options, seed), .unit = "N", .help = "another seed, another anchor" },
    { FIELD(struct album_options, no_wait), .help = "print the job and return at once" },
    { 0 },
};

static const struct field shots_options[] = {
    { FIELD(struct album_options, index), .unit = "N",
      .help = "this one alone, again if need be; they count from 0" },
    { FIELD(struct album_options, no_wait), .help = "print the jobs and return at once" },
    { 0 },
};

static const struct field remake_options[] = {
    { FIELD(struct album_options, no_wait), .help = "print the jobs and return at once" },
    { 0 },
};

static const struct command create = {
    .name = "album create",
    .args = "NAME",
    .summary = "Create an album",
    .example = "albumen album create Jordan --subject 'a tall man, grey beard' --set portrait",
    .options = create_options,
    .option_bytes = sizeof(struct album_options),
    .min_args = 1,
    .max_args = 1,
    .run = album_create_command,
};
static const struct command list = {
    .name = "album list",
    .summary = "List your albums and the public ones of others",
    .example = "albumen album list --source session",
    .options = list_options,
    .option_bytes = sizeof(struct album_options),
    .run = album_list_command,
};
static const struct command show_one = {
    .name = "album show",
    .args = "ID",
    .summary = "Show an album with its shots",
    .example = "albumen album show 0193fd2e-5a7b-7c11-b7a1-2f6f3b1c9d10",
    .min_args = 1,
    .max_args = 1,
    .run = album_show_command,
};
static const struct command anchor = {
    .name = "album anchor",
    .args = "ID",
    .summary = "Make the anchor of an album, or take a picture that is there",
    .example = "albumen album anchor 0193fd2e-5a7b-7c11-b7a1-2f6f3b1c9d10 --seed 7",
    .options = anchor_options,
    .option_bytes = sizeof(struct album_options),
    .min_args = 1,
    .max_args = 1,
    .runs_jobs = true,
    .run = album_anchor_command,
};
static const struct command shots = {
    .name = "album shots",
    .args = "ID",
    .summary = "Make the shots that are pending or failed, and wait for them",
    .example = "albumen album shots 0193fd2e-5a7b-7c11-b7a1-2f6f3b1c9d10",
    .options = shots_options,
    .option_bytes = sizeof(struct album_options),
    .min_args = 1,
    .max_args = 1,
    .runs_jobs = true,
    .run = album_shots_command,
};
static const struct command remake = {
    .name = "album remake",
    .args = "ID",
    .summary = "Make the shots again that are too little like the anchor, and wait for them",
    .example = "albumen album remake 0193fd2e-5a7b-7c11-b7a1-2f6f3b1c9d10",
    .options = remake_options,
    .option_bytes = sizeof(struct album_options),
    .min_args = 1,
    .max_args = 1,
    .runs_jobs = true,
    .run = album_remake_command,
};
static const struct command zip = {
    .name = "album zip",
    .args = "ID [FILE]",
    .summary = "Download the pictures of an album as a ZIP, with the help of a running server",
    .example = "albumen album zip 0193fd2e-5a7b-7c11-b7a1-2f6f3b1c9d10 jordan.zip",
    .min_args = 1,
    .max_args = 2,
    .run = album_zip_command,
};
static const struct command rm = {
    .name = "album rm",
    .args = "ID",
    .summary = "Delete an album; its pictures stay in the library",
    .example = "albumen album rm 0193fd2e-5a7b-7c11-b7a1-2f6f3b1c9d10",
    .min_args = 1,
    .max_args = 1,
    .run = album_rm_command,
};

const struct command *const album_commands[] = {
    &create, &list, &show_one, &anchor, &shots, &remake, &zip, &rm, NULL,
};
