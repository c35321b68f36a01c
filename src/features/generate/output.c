/* Pictures into files: never over others, whole or not at all, and each once, however often the
 * call is interrupted. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "api/console.h"
#include "base/encode.h"
#include "base/file.h"
#include "base/file_new.h"
#include "blob/digest.h"
#include "features/generate/record.h"
#include "features/generate/session.h"

enum { NUMBERS_MAX = 100000, FILE_MODE = 0666, SIDECAR_MAX_BYTES = 8 * 1024 * 1024 };

/* One picture on its way into its file. */
struct writing {
    struct session *s;
    struct item *item;
    struct picture picture;
    struct naming naming;
    struct str file, sidecar; /* paths; sidecar: no value when none is written */
    struct str record;
};

static struct str in_folder(struct arena *a, struct str folder, struct str name)
{
    if (str_eq(folder, STR(".")))
        return name;
    return arena_strf(a, STR_FMT "%s" STR_FMT, STR_ARG(folder),
                      str_ends(folder, STR("/")) ? "" : "/", STR_ARG(name));
}

/* Where the file's own name begins. */
static size_t find_name(struct str path)
{
    size_t at = path.len;

    while (at > 0 && path.ptr[at - 1] != '/')
        at--;
    return at;
}

static const char *folder_of(struct arena *a, struct str path)
{
    size_t at = find_name(path);

    if (at == 0)
        return ".";
    return at == 1 ? "/" : arena_cstr(a, str_slice(path, 0, at - 1));
}

static bool receive(struct writing *w, int fd, struct err *e)
{
    return w->s->env->receive_file(w->s->env, w->picture.url, fd, e);
}

/* Takes the name, or leaves it to the next number: *out_taken. The sidecar comes first: whoever
 * sees the picture finds it complete. */
static bool take_name(struct writing *w, struct file_new *picture, bool *out_taken, struct err *e)
{
    struct arena *a = w->s->env->arena;
    AUTO_FILE_NEW sidecar = { .fd = -1 };
    struct err why = { 0 };

    *out_taken = false;
    if (file_exists(w->file.ptr) || (!str_is_null(w->sidecar) && file_exists(w->sidecar.ptr)))
        return true;
    if (!str_is_null(w->sidecar)) {
        if (!file_new_open(a, folder_of(a, w->sidecar), FILE_MODE, &sidecar, e))
            return false;
        if (!file_write_all(sidecar.fd, w->record, e))
            return err_wrap(e, w->sidecar.ptr);
        if (!file_new_publish(&sidecar, w->sidecar.ptr, &why))
            return why.code == ERR_CONFLICT || (*e = why, false);
    }
    *out_taken = file_new_publish(picture, w->file.ptr, &why);
    if (!*out_taken && w->sidecar.ptr != NULL)
        unlink(w->sidecar.ptr);
    return *out_taken || why.code == ERR_CONFLICT || (*e = why, false);
}

static struct str name_of(struct writing *w)
{
    struct arena *a = w->s->env->arena;

    if (w->s->target.kind == TARGET_FILE)
        return naming_with_ending(a, w->s->target.pattern, w->naming.ending);
    return naming_fill(a, w->item->pattern, &w->naming);
}

static void set_names(struct writing *w, struct str name)
{
    struct arena *a = w->s->env->arena;

    w->file = in_folder(a, w->s->target.folder, name);
    w->sidecar = w->s->target.write_sidecar ? naming_of_sidecar(a, w->file) : (struct str){ 0 };
    w->record = record_of(a, &w->picture, str_slice(name, find_name(name), name.len));
}

/* The first name that is free, noted before it is taken. */
static bool write_new(struct writing *w, struct err *e)
{
    struct arena *a = w->s->env->arena;
    size_t index = (size_t)(w->item - w->s->plan.items);
    struct str base = name_of(w);
    const char *folder = folder_of(a, in_folder(a, w->s->target.folder, base));
    AUTO_FILE_NEW picture = { .fd = -1 };
    bool taken = false;

    if (!folder_make(folder, 0777, e) || !file_new_open(a, folder, FILE_MODE, &picture, e))
        return false;
    if (!receive(w, picture.fd, e))
        return err_wrap(e, folder);
    for (int number = 1; number <= NUMBERS_MAX; number++) {
        struct arena_mark mark = arena_mark(a);
        struct str name = naming_numbered(a, base, number);

        if (file_exists(in_folder(a, w->s->target.folder, name).ptr)) {
            arena_rewind(a, mark);
            continue;
        }
        set_names(w, name);
        if (!journal_add_file(&w->s->journal, index, w->picture.id, name, e) ||
            !take_name(w, &picture, &taken, e))
            return false;
        if (taken)
            return true;
    }
    return err_set(e, ERR_CONFLICT, "there are too many files '%.150s'", base.ptr);
}

/* Are these the picture's bytes? */
static bool is_written(const struct writing *w)
{
    struct digest digest;
    struct err e = { 0 };
    AUTO_ARENA a = { 0 };
    AUTO_FD fd = -1;

    return file_open(w->file.ptr, O_RDONLY | O_NONBLOCK, 0, &fd, &e) &&
           digest_file(fd, INT64_MAX, &digest, &e) &&
           str_eq(w->picture.sha256, hex_encode(&a, str_of(digest.sha256, sizeof(digest.sha256))));
}

/* An earlier call died between the sidecar and its picture: the name is still that call's. */
static void clear_half(const struct writing *w)
{
    AUTO_ARENA a = { 0 };
    struct str text;
    struct json tree;
    struct err e = { 0 };

    if (w->sidecar.ptr == NULL || file_exists(w->file.ptr) ||
        !file_read(&a, w->sidecar.ptr, SIDECAR_MAX_BYTES, &text, &e) ||
        !json_parse(&a, text, &tree, &e) || !str_eq(json_get_str(&tree, "image"), w->picture.id))
        return;
    unlink(w->sidecar.ptr);
}

/* Did an earlier call get this far? */
static bool find_written(struct writing *w)
{
    for (const struct intent *i = w->item->intents; i != NULL; i = i->next) {
        if (!str_eq(i->image, w->picture.id))
            continue;
        set_names(w, arena_str(w->s->env->arena, i->file));
        if (is_written(w))
            return true;
        clear_half(w);
    }
    return false;
}

static bool write_stdout(struct writing *w, struct err *e)
{
    AUTO_FD fd = memfd_create("picture", MFD_CLOEXEC);
    AUTO_ARENA a = { 0 };
    char *piece = arena_alloc(&a, 1 << 16);
    ssize_t n;

    if (fd < 0)
        return err_set_errno(e, errno, "make", "a file in memory");
    if (!receive(w, fd, e))
        return false;
    for (off_t at = 0; (n = pread(fd, piece, 1 << 16, at)) > 0; at += n) {
        if (!file_write_all(STDOUT_FILENO, str_of(piece, (size_t)n), e))
            return err_wrap(e, "standard output");
    }
    return true;
}

static void print(struct writing *w)
{
    struct session *s = w->s;

    progress_clear(s);
    if (s->env->json)
        printf(STR_FMT, STR_ARG(record_of(s->env->arena, &w->picture, w->file)));
    else if (s->plan.has_label && !s->options->quiet)
        printf(STR_FMT ": " STR_FMT "\n", STR_ARG(w->picture.backend), STR_ARG(w->file));
    else
        printf(STR_FMT "\n", STR_ARG(w->file));
    fflush(stdout);
}

static void tell_listeners(struct writing *w)
{
    const struct command_written written = {
        .path = w->file,
        .sidecar_path = w->sidecar,
        .date = w->naming.date,
        .slug = w->naming.slug,
        .image_id = w->picture.id,
        .record = w->record,
        .seed = w->picture.seed,
        .no_cloud = w->s->no_cloud,
    };
    struct err e = { 0 };

    if (!w->s->env->written(w->s->env, &written, &e))
        progress_say(w->s, "%s: %s", w->s->env->program, e.msg);
}

/* Its file is there: an interrupt does not keep the two apart. */
static bool add_to_album(struct writing *w, struct err *e)
{
    struct command_env *env = w->s->env;
    const atomic_bool *interrupted = env->patience.interrupted;
    struct str body =
        arena_strf(env->arena, "{\"imageIds\":[\"" STR_FMT "\"]}", STR_ARG(w->picture.id));
    struct json answer;
    bool ok;

    if (str_is_null(w->s->album_id))
        return true;
    env->patience.interrupted = NULL;
    ok = env->call(env, HTTP_POST, console_path(env, "/api/albums/", w->s->album_id, "/images"),
                   body, &answer, e);
    env->patience.interrupted = interrupted;
    return ok || err_wrap(e, "album");
}

static bool was_told(struct session *s, struct str backend)
{
    struct str *items;

    for (size_t i = 0; i < s->told.count; i++) {
        if (str_eq(s->told.items[i], backend))
            return true;
    }
    items = arena_array(&s->arena, struct str, s->told.count + 1);
    for (size_t i = 0; i < s->told.count; i++)
        items[i] = s->told.items[i];
    items[s->told.count] = arena_str(&s->arena, backend);
    s->told = (struct str_list){ items, s->told.count + 1 };
    return false;
}

/* Once for each backend: nobody shall take a drawing for what a model has made, or believe that a
 * field counted that did not. */
static void tell_about_backend(struct writing *w)
{
    struct session *s = w->s;
    struct str ignored = console_joined(s->env->arena, w->picture.recipe, "ignored");

    if (session_is_quiet(s) || was_told(s, w->picture.backend))
        return;
    if (str_eq(json_get_str(w->picture.recipe, "provider"), STR("sketch")))
        progress_say(s,
                     "Drawn by '" STR_FMT "', the built-in renderer: no model, no network. Others "
                     "are set up under 'backends' (%s config init).",
                     STR_ARG(w->picture.backend), s->env->program);
    if (ignored.len > 0)
        progress_say(s, "'" STR_FMT "' ignores: " STR_FMT, STR_ARG(w->picture.backend),
                     STR_ARG(ignored));
}

static bool write_one(struct writing *w, struct err *e)
{
    struct session *s = w->s;

    w->naming = picture_naming(s->env->arena, &w->picture);
    if (s->target.kind == TARGET_STDOUT) {
        if (!write_stdout(w, e))
            return false;
    } else if (!find_written(w) && !write_new(w, e)) {
        return false;
    }
    if (!add_to_album(w, e))
        return false;
    s->written++;
    tell_about_backend(w);
    if (s->target.kind == TARGET_STDOUT)
        return true;
    print(w);
    tell_listeners(w);
    if (s->preview)
        session_preview(s, w->file);
    return true;
}

bool session_write(struct session *s, struct item *item, struct err *e)
{
    struct json_list images;
    struct json answer;

    if (!console_call(s->env, HTTP_GET, console_path(s->env, "/api/jobs/", item->job, "/images"),
                      &answer, e))
        return false;
    images = json_get_list(&answer, "images");
    if (images.count == 0)
        return err_set(e, ERR_NOT_FOUND, "the pictures of job " STR_FMT " are gone",
                       STR_ARG(item->job));
    for (size_t i = item->written; i < images.count; i++) {
        const struct json *image = &images.items[i];
        struct writing w = { .s = s, .item = item };
        struct json recipe;

        if (s->target.kind == TARGET_STDOUT && i > 0)
            return true;
        if (!console_call(
                s->env, HTTP_GET,
                console_path(s->env, "/api/images/", json_get_str(image, "id"), "/recipe"), &recipe,
                e) ||
            !picture_read(item->prompt, item->job, image, &recipe, &w.picture, e) ||
            !write_one(&w, e))
            return false;
        item->written++;
    }
    return true;
}
