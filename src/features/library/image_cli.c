/* albumen image: the library on the command line. */
#include "features/library/image_cli.h"

#include <stdio.h>

#include "base/encode.h"

enum {
    NAME_COLUMNS = 24,
    PROMPT_COLUMNS = 48,
    TAGS_COLUMNS = 200,
    LIMIT_DEFAULT = 100,
    MINUTE_LEN = sizeof("2026-11-21T08:30") - 1
};

struct str image_cli_text(struct arena *a, struct str text, size_t max)
{
    char *shown = arena_cstr(a, text);
    struct str rest = text;

    if (text.len == 0)
        return STR("-");
    for (size_t letters = 0; rest.len > 0 && letters < max; letters++)
        str_take_code_point(&rest);
    for (size_t i = 0; i < text.len; i++)
        shown[i] = shown[i] == '\n' || shown[i] == '\t' ? ' ' : shown[i];
    str_blank_controls(shown, text.len);
    return str_of(shown, text.len - rest.len);
}

bool image_cli_each(struct command_env *env, struct str path, int64_t limit, image_cli_fn each,
                    void *ctx, struct err *e)
{
    struct str cursor = STR("");

    while (limit > 0 && !str_is_null(cursor)) {
        struct arena_mark mark = arena_mark(env->arena);
        struct str page = arena_strf(env->arena, STR_FMT "&limit=%lld%s" STR_FMT, STR_ARG(path),
                                     (long long)MIN(limit, 200), cursor.len > 0 ? "&cursor=" : "",
                                     STR_ARG(cursor));
        char next[2048];
        struct json_list images;
        struct json answer;

        if (!console_call(env, HTTP_GET, page, &answer, e))
            return false;
        images = json_get_list(&answer, "images");
        for (size_t i = 0; i < images.count; i++, limit--) {
            if (!each(env, &images.items[i], ctx))
                return true;
        }
        cursor = json_get_str(&answer, "nextCursor");
        snprintf(next, sizeof(next), STR_FMT, STR_ARG(cursor));
        arena_rewind(env->arena, mark); /* however many pages there are */
        if (!str_is_null(cursor))
            cursor = arena_str(env->arena, str_from(next));
    }
    return true;
}

static const struct table_column table[] = {
    { "ID", 36 }, { "CREATED", 16 },        { "SIZE", 9, true },
    { "R", 2 },   { "NAME", NAME_COLUMNS }, { "PROMPT", 0 },
    { 0 },
};

void image_cli_head(const struct command_env *env, bool *has_head)
{
    if (!env->json && !*has_head)
        table_put_head(table);
    *has_head = true;
}

bool image_cli_print(struct command_env *env, const struct json *image, void *ctx)
{
    struct arena_mark mark = arena_mark(env->arena);
    struct str name = image_cli_text(env->arena, json_get_str(image, "name"), NAME_COLUMNS);
    struct str prompt = image_cli_text(env->arena, json_get_str(image, "prompt"), PROMPT_COLUMNS);
    char size[32], rating[8];

    image_cli_head(env, ctx);
    snprintf(rating, sizeof(rating), "%lld%s", (long long)json_get_i64(image, "rating", 0),
             json_get_bool(image, "starred") ? "*" : "");
    snprintf(size, sizeof(size), "%lldx%lld", (long long)json_get_i64(image, "width", 0),
             (long long)json_get_i64(image, "height", 0));
    if (env->json)
        console_print_json(image);
    else
        table_put_row(
            table, (const struct str[]){ console_text(image, "id"),
                                         str_slice(console_text(image, "createdAt"), 0, MINUTE_LEN),
                                         str_from(size), str_from(rating), name, prompt });
    arena_rewind(env->arena, mark);
    return true;
}

struct image_options {
    struct str album, source, backend, from, to, sort;
    struct str_list tag, untag;
    bool starred, trash, force, star, unstar;
    struct opt_i64 rating, limit;
};

static void put_parameter(struct command_env *env, struct buf *path, const char *name,
                          struct str value)
{
    if (str_is_null(value))
        return;
    buf_putf(path, "&%s=" STR_FMT, name, STR_ARG(percent_encode(env->arena, value, false)));
}

static struct str joined(struct command_env *env, const struct str_list *list)
{
    AUTO_BUF text = { 0 };

    buf_init(&text, CONSOLE_BODY_MAX);
    for (size_t i = 0; i < list->count; i++) {
        if (i > 0)
            buf_put_char(&text, ',');
        buf_put(&text, list->items[i]);
    }
    return list->count > 0 ? arena_str(env->arena, buf_str(&text)) : (struct str){ 0 };
}

static int list_images(struct command_env *env, struct str q, struct err *e)
{
    const struct image_options *o = env->options;
    bool has_head = false;
    AUTO_BUF path = { 0 };

    buf_init(&path, CONSOLE_BODY_MAX);
    buf_put(&path, STR("/api/images?"));
    put_parameter(env, &path, "q", q);
    put_parameter(env, &path, "album", o->album);
    put_parameter(env, &path, "source", o->source);
    put_parameter(env, &path, "backend", o->backend);
    put_parameter(env, &path, "from", o->from);
    put_parameter(env, &path, "to", o->to);
    put_parameter(env, &path, "sort", o->sort);
    put_parameter(env, &path, "tag", joined(env, &o->tag));
    if (o->starred)
        buf_put(&path, STR("&starred=true"));
    if (o->trash)
        buf_put(&path, STR("&trash=true"));
    if (o->rating.set)
        buf_putf(&path, "&rating=%lld", (long long)o->rating.value);
    if (image_cli_each(env, arena_str(env->arena, buf_str(&path)),
                       o->limit.set ? o->limit.value : LIMIT_DEFAULT, image_cli_print, &has_head,
                       e))
        image_cli_head(env, &has_head);
    return EXIT_OK;
}

static int run_list(struct command_env *env, struct err *e)
{
    return list_images(env, (struct str){ 0 }, e);
}

static int run_search(struct command_env *env, struct err *e)
{
    AUTO_BUF q = { 0 };

    buf_init(&q, CONSOLE_BODY_MAX);
    for (size_t i = 0; i < env->args.count; i++) {
        if (i > 0)
            buf_put_char(&q, ' ');
        buf_put(&q, env->args.items[i]);
    }
    return list_images(env, arena_str(env->arena, buf_str(&q)), e);
}

static struct str tags_of(struct command_env *env, const struct json *image)
{
    struct json_list tags = json_get_list(image, "tags");
    struct str_list list = { 0 };

    if (tags.count == 0)
        return STR("-");
    list.items = arena_array(env->arena, struct str, tags.count);
    for (size_t i = 0; i < tags.count; i++)
        list.items[list.count++] = json_str(&tags.items[i]);
    return image_cli_text(env->arena, joined(env, &list), TAGS_COLUMNS);
}

static void print_line(struct command_env *env, const char *title, const struct json *image,
                       const char *member)
{
    struct str text = json_get_str(image, member);

    if (!str_is_null(text))
        printf("%-10s " STR_FMT "\n", title, STR_ARG(image_cli_text(env->arena, text, 2000)));
}

static int run_show(struct command_env *env, struct err *e)
{
    struct json image;

    if (!console_call(env, HTTP_GET, console_path(env, "/api/images/", env->args.items[0], ""),
                      &image, e))
        return EXIT_OK;
    if (env->json) {
        console_print_json(&image);
        return EXIT_OK;
    }
    print_line(env, "ID", &image, "id");
    print_line(env, "Name", &image, "name");
    print_line(env, "Prompt", &image, "prompt");
    print_line(env, "Source", &image, "source");
    print_line(env, "Backend", &image, "backend");
    printf("%-10s %lld x %lld, %lld bytes, " STR_FMT "\n", "Size",
           (long long)json_get_i64(&image, "width", 0),
           (long long)json_get_i64(&image, "height", 0),
           (long long)json_get_i64(&image, "sizeBytes", 0),
           STR_ARG(console_text(&image, "mediaType")));
    printf("%-10s %lld\n", "Rating", (long long)json_get_i64(&image, "rating", 0));
    printf("%-10s " STR_FMT "\n", "Tags", STR_ARG(tags_of(env, &image)));
    print_line(env, "Address", &image, "url");
    print_line(env, "Created", &image, "createdAt");
    print_line(env, "Deleted", &image, "deletedAt");
    return EXIT_OK;
}

static void put_list(struct json_writer *w, const char *name, const struct str_list *list)
{
    json_put_name(w, str_from(name));
    json_begin_array(w);
    for (size_t i = 0; i < list->count; i++)
        json_put_str(w, list->items[i]);
    json_end_array(w);
}

static void put_bool(struct json_writer *w, const char *name, bool value)
{
    json_put_name(w, str_from(name));
    json_put_bool(w, value);
}

static int change(struct command_env *env, struct opt_bool trash, const char *told, struct err *e)
{
    const struct image_options *o = env->options;
    AUTO_BUF body = { 0 };
    struct json_writer w = { .out = &body };
    struct json answer;

    buf_init(&body, CONSOLE_BODY_MAX);
    json_begin_object(&w);
    put_list(&w, "imageIds", &env->args);
    if (trash.set)
        put_bool(&w, "trash", trash.value);
    if (o->force)
        put_bool(&w, "force", true);
    if (o->star || o->unstar)
        put_bool(&w, "starred", o->star);
    if (o->tag.count > 0)
        put_list(&w, "addTags", &o->tag);
    if (o->untag.count > 0)
        put_list(&w, "removeTags", &o->untag);
    console_put_i64(&w, "rating", o->rating);
    json_end_object(&w);
    if (!console_send(env, HTTP_POST, STR("/api/images/change"), &body, &answer, e))
        return EXIT_OK;
    if (env->json)
        console_print_json(&answer);
    else
        printf("%lld %s\n", (long long)json_get_i64(&answer, "changed", 0), told);
    return EXIT_OK;
}

static int run_rm(struct command_env *env, struct err *e)
{
    return change(env, (struct opt_bool){ true, true },
                  "in the trash: 'albumen image restore' brings back while it is there", e);
}

static int run_restore(struct command_env *env, struct err *e)
{
    return change(env, (struct opt_bool){ true, false }, "restored", e);
}

static int run_tag(struct command_env *env, struct err *e)
{
    const struct image_options *o = env->options;

    if (o->star && o->unstar) {
        err_set(e, ERR_INVALID, "--star or --unstar, not both");
        return EXIT_USAGE;
    }
    return change(env, (struct opt_bool){ 0 }, "changed", e);
}

static const struct field list_options[] = {
    { FIELD(struct image_options, album), .unit = "ALBUM", .help = "by its id or name" },
    { FIELD(struct image_options, source), .unit = "SOURCE", .help = "generated or uploaded" },
    { FIELD(struct image_options, backend), .unit = "NAME", .help = "who made it" },
    { FIELD(struct image_options, tag), .unit = "TAG",
      .help = "repeat it for pictures that have all of them", .short_name = 't' },
    { FIELD(struct image_options, starred), .help = "favourites alone" },
    { FIELD(struct image_options, rating), .unit = "N", .help = "rated so or better" },
    { FIELD(struct image_options, from), .unit = "TIME", .help = "made then or later" },
    { FIELD(struct image_options, to), .unit = "TIME", .help = "made before" },
    { FIELD(struct image_options, sort), .unit = "ORDER", .help = "newest, oldest or rating" },
    { FIELD(struct image_options, trash), .help = "what is in the trash instead" },
    { FIELD(struct image_options, limit), .unit = "N", .help = "at most so many, default 100",
      .min = 1, .max = 100000000, .short_name = 'n' },
    { 0 },
};

static const struct field search_options[] = {
    { FIELD(struct image_options, sort), .unit = "ORDER", .help = "relevance or newest" },
    { FIELD(struct image_options, limit), .unit = "N", .help = "at most so many, default 100",
      .min = 1, .max = 100000000, .short_name = 'n' },
    { 0 },
};

static const struct field rm_options[] = {
    { FIELD(struct image_options, force), .help = "also what others were made from" },
    { 0 },
};

static const struct field tag_options[] = {
    { FIELD(struct image_options, tag), .unit = "TAG", .help = "add it; repeat it",
      .short_name = 't' },
    { FIELD(struct image_options, untag), .unit = "TAG", .help = "take it off; repeat it" },
    { FIELD(struct image_options, star), .help = "a favourite" },
    { FIELD(struct image_options, unstar), .help = "none any more" },
    { FIELD(struct image_options, rating), .unit = "N", .help = "1 to 5; 0 takes it back",
      .max = 5 },
    { 0 },
};

enum { IDS_MAX = 500 };

const struct command image_list_command = {
    .name = "image list",
    .summary = "List pictures of the library, newest first",
    .example = "albumen image list --tag sea --rating 4",
    .options = list_options,
    .option_bytes = sizeof(struct image_options),
    .run = run_list,
};
const struct command image_search_command = {
    .name = "image search",
    .args = "WORDS...",
    .summary = "Search pictures by words, \"phrases\", tag:x, backend:x, before:2026-11, -without",
    .example = "albumen image search 'lighthouse -storm is:starred'",
    .options = search_options,
    .option_bytes = sizeof(struct image_options),
    .min_args = 1,
    .max_args = 100,
    .run = run_search,
};
const struct command image_show_command = {
    .name = "image show",
    .args = "ID",
    .summary = "Show what is known of a picture",
    .example = "albumen image show 0193fd2e-5a7b-7c11-b7a1-2f6f3b1c9d10",
    .min_args = 1,
    .max_args = 1,
    .run = run_show,
};
const struct command image_rm_command = {
    .name = "image rm",
    .args = "ID...",
    .summary = "Put pictures into the trash",
    .example = "albumen image rm 0193fd2e-5a7b-7c11-b7a1-2f6f3b1c9d10",
    .options = rm_options,
    .option_bytes = sizeof(struct image_options),
    .min_args = 1,
    .max_args = IDS_MAX,
    .run = run_rm,
};
const struct command image_restore_command = {
    .name = "image restore",
    .args = "ID...",
    .summary = "Take pictures out of the trash",
    .example = "albumen image restore 0193fd2e-5a7b-7c11-b7a1-2f6f3b1c9d10",
    .option_bytes = sizeof(struct image_options),
    .min_args = 1,
    .max_args = IDS_MAX,
    .run = run_restore,
};
const struct command image_tag_command = {
    .name = "image tag",
    .args = "ID...",
    .summary = "Tag, star or rate pictures",
    .example = "albumen image tag 0193fd2e-5a7b-7c11-b7a1-2f6f3b1c9d10 --tag sea --rating 4",
    .options = tag_options,
    .option_bytes = sizeof(struct image_options),
    .min_args = 1,
    .max_args = IDS_MAX,
    .run = run_tag,
};
