/* How a picture was made: from its sidecar, from the library, or from the file itself. */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "api/console.h"
#include "base/encode.h"
#include "base/file.h"
#include "base/random.h"
#include "blob/digest.h"
#include "features/generate/naming.h"
#include "features/generate/verify.h"
#include "image/recipe/recipe.h"
#include "work/order.h"

enum { SIDECAR_MAX_BYTES = 8 * 1024 * 1024, BACKEND_TEXT_MAX = 1 << 20 };

static bool digest(struct arena *a, int fd, struct str *out, struct err *e)
{
    struct digest digest;

    if (!digest_file(fd, IMAGE_MAX_BYTES, &digest, e))
        return false;
    *out = hex_encode(a, str_of(digest.sha256, sizeof(digest.sha256)));
    return true;
}

/* A sidecar of another picture, or of one that was changed since, tells nothing of this one. */
static bool find_sidecar(struct command_env *env, struct str path, struct verify_source *out)
{
    struct json *record = arena_new(env->arena, struct json);
    struct str text;
    struct err e = { 0 };

    if (!file_read(env->arena, naming_of_sidecar(env->arena, path).ptr, SIDECAR_MAX_BYTES, &text,
                   &e) ||
        !json_parse(env->arena, text, record, &e) ||
        !str_eq(json_get_str(record, "sha256"), out->sha256) || json_get(record, "request") == NULL)
        return false;
    out->from = STR("sidecar");
    out->backend = json_get_str(record, "backend");
    out->recipe = record;
    return true;
}

static bool take_recipe(struct command_env *env, struct str id, struct verify_source *out,
                        struct err *e)
{
    struct json *recipe = arena_new(env->arena, struct json);

    if (!console_call(env, HTTP_GET, console_path(env, "/api/images/", id, "/recipe"), recipe, e))
        return false;
    if (json_get(recipe, "request") == NULL)
        return err_set(e, ERR_NOT_FOUND, "the library does not know how this picture was made");
    out->from = STR("library");
    out->backend = json_get_str(recipe, "backend");
    out->recipe = recipe;
    return true;
}

/* The library knows pictures by their bytes: what it has is not stored again. */
static bool find_in_library(struct command_env *env, struct verify_source *out)
{
    struct str ask =
        arena_strf(env->arena, "{\"sha256s\":[\"" STR_FMT "\"]}", STR_ARG(out->sha256));
    struct json_list known;
    struct json answer;
    struct err e = { 0 };

    if (!env->call(env, HTTP_POST, STR("/api/images/known"), ask, &answer, &e))
        return false;
    known = json_get_list(&answer, "sha256s");
    return known.count > 0 &&
           env->send_file(env, STR("/api/images"), out->fd, file_size(out->fd), &answer, &e) &&
           take_recipe(env, json_get_str(&answer, "id"), out, &e);
}

static void put_opt(struct json_writer *w, const char *name, struct opt_i64 value)
{
    json_put_name(w, str_from(name));
    if (value.set)
        json_put_i64(w, value.value);
    else
        json_put_null(w);
}

static struct str recipe_text(struct arena *a, const struct recipe *r)
{
    AUTO_BUF text = { 0 };
    struct json_writer w = { .out = &text };

    buf_init(&text, BACKEND_TEXT_MAX);
    json_begin_object(&w);
    json_put_name(&w, STR("request"));
    json_begin_object(&w);
    console_put_text(&w, "prompt", r->prompt);
    console_put_text(&w, "negative_prompt", r->negative_prompt);
    console_put_text(&w, "style", r->style);
    put_opt(&w, "width", r->width);
    put_opt(&w, "height", r->height);
    put_opt(&w, "seed", recipe_seed(r));
    put_opt(&w, "steps", r->steps);
    json_put_name(&w, STR("guidance"));
    if (r->guidance.set)
        json_put_f64(&w, r->guidance.value);
    else
        json_put_null(&w);
    json_end_object(&w);
    json_end_object(&w);
    return arena_str(a, buf_str(&text));
}

static struct str setting(const struct recipe *r, const char *name)
{
    const struct recipe_setting *settings = r->settings.items;

    for (size_t i = 0; i < r->settings.count; i++) {
        if (str_eq(settings[i].name, str_from(name)))
            return settings[i].value;
    }
    return (struct str){ 0 };
}

/* What programs write into their files; of those that are not ours the backend is not known. */
static bool find_in_file(struct command_env *env, struct verify_source *out, struct err *e)
{
    static const struct image_options options = { .max_processes = 1 };
    struct json *tree = arena_new(env->arena, struct json);
    struct recipe recipe = { .format = { 0 } };
    struct image_service *images;
    struct image_info info;
    bool ok;

    if (!image_service_create(&options, &images, e))
        return false;
    ok = image_probe(images, out->fd, env->arena, &info, e);
    image_service_destroy(images);
    if (!ok)
        return false;
    if (!recipe_read(env->arena, info.texts, info.text_count, &recipe) ||
        str_is_null(recipe.prompt))
        return err_set(e, ERR_NOT_FOUND,
                       "nobody tells how this picture was made: no sidecar, no "
                       "row in the library, no recipe in the file");
    if (!json_parse(env->arena, recipe_text(env->arena, &recipe), tree, e))
        return false;
    out->from = STR("file");
    out->backend = setting(&recipe, "backend");
    out->recipe = tree;
    return true;
}

static bool find_by_id(struct command_env *env, struct str id, struct verify_source *out,
                       struct err *e)
{
    AUTO_FD fd = memfd_create("picture", MFD_CLOEXEC);
    struct json image;

    if (fd < 0)
        return err_set_errno(e, errno, "make", "a file in memory");
    if (!console_call(env, HTTP_GET, console_path(env, "/api/images/", id, ""), &image, e) ||
        !env->receive_file(env, arena_str(env->arena, json_get_str(&image, "url")), fd, e) ||
        !take_recipe(env, id, out, e))
        return false;
    out->sha256 = json_get_str(&image, "sha256");
    out->fd = fd_take(&fd);
    return true;
}

bool verify_find(struct command_env *env, struct str picture, struct verify_source *out,
                 struct err *e)
{
    AUTO_FD fd = -1;

    *out = (struct verify_source){ .fd = -1 };
    if (uuid_is_valid(picture) && !file_exists(picture.ptr))
        return find_by_id(env, picture, out, e);
    if (!file_open(picture.ptr, O_RDONLY | O_NONBLOCK, 0, &fd, e) ||
        !digest(env->arena, fd, &out->sha256, e))
        return false;
    out->fd = fd;
    if (!find_sidecar(env, picture, out) && !find_in_library(env, out) &&
        !find_in_file(env, out, e)) {
        out->fd = -1;
        return false;
    }
    out->fd = fd_take(&fd);
    return true;
}

static void put_members(struct json_writer *w, const struct json *request)
{
    for (size_t i = 0; request != NULL && request->type == JSON_OBJECT && i < request->object.count;
         i++) {
        const struct json_member *m = &request->object.members[i];

        if (m->value.type == JSON_NULL || str_eq(m->name, STR("references")))
            continue;
        json_put_name(w, m->name);
        json_put_tree(w, &m->value);
    }
}

static void put_references(struct json_writer *w, struct json_list list)
{
    if (list.count == 0)
        return;
    json_put_name(w, STR("references"));
    json_begin_array(w);
    for (size_t i = 0; i < list.count; i++) {
        json_begin_object(w);
        console_put_text(w, "image", json_get_str(&list.items[i], "image"));
        console_put_text(w, "url", json_get_str(&list.items[i], "url"));
        console_put_text(w, "role", json_get_str(&list.items[i], "role"));
        json_end_object(w);
    }
    json_end_array(w);
}

void verify_put_request(struct buf *out, const struct verify_source *source, struct str backend)
{
    struct json_writer w = { .out = out };

    json_begin_object(&w);
    console_put_text(&w, "backend", str_is_null(backend) ? source->backend : backend);
    console_put_text(&w, "cloudCopy", STR(ORDER_NO_COPY));
    json_put_name(&w, STR("request"));
    json_begin_object(&w);
    put_members(&w, json_get(source->recipe, "request"));
    put_references(&w, json_get_list(source->recipe, "references"));
    json_end_object(&w);
    json_end_object(&w);
}
