/* albumen verify: makes a picture again from its recipe, and tells how alike the two are. */
#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>

#include "api/console.h"
#include "base/file.h"
#include "base/random.h"
#include "features/generate/commands.h"
#include "features/generate/verify.h"

enum { ANSWER_MAX = 256 * 1024, MICROS = 1000 * 1000 };

struct verify_options {
    struct str backend;
    bool keep;
};

/* What came of it. */
struct outcome {
    struct verify_likeness likeness;
    struct str why; /* VERIFY_CANNOT */
    struct str image;
    struct verify_difference differences[VERIFY_DIFFERENCES_MAX];
    size_t difference_count;
};

static void say_price(const struct command_env *env, const struct json *answer)
{
    const struct json *quote = json_get(answer, "quote");
    int64_t micros = json_get_i64(quote, "costMicros", 0);

    if (!env->json && micros > 0)
        fprintf(stderr, "Making it again costs %.4f " STR_FMT ".\n", (double)micros / MICROS,
                STR_ARG(console_text(quote, "currency")));
}

/* A budget that was used up meanwhile is no trouble of the backend. */
static enum err_code code_of(const struct json *job)
{
    struct str spent = str_from(err_name(ERR_BUDGET_EXHAUSTED));

    return str_eq(json_get_str(job, "errorCode"), spent) ? ERR_BUDGET_EXHAUSTED : ERR_UPSTREAM;
}

/* The job that makes it again, at its end. */
static bool make_again(struct command_env *env, const struct verify_source *source,
                       struct str backend, struct str *out_job, struct err *e)
{
    struct json_list ids;
    struct json answer, job;
    size_t failed;
    AUTO_BUF body = { 0 };

    buf_init(&body, CONSOLE_BODY_MAX);
    verify_put_request(&body, source, backend);
    if (body.overflowed)
        return err_set(e, ERR_TOO_LARGE, "its recipe is too large for a request");
    if (!env->post_once(env, STR("/api/jobs"), uuid_new(env->arena), buf_str(&body), &answer, e))
        return false;
    say_price(env, &answer);
    ids = json_get_list(&answer, "jobIds");
    if (ids.count != 1)
        return err_set(e, ERR_UPSTREAM, "the server took a request and named no job");
    *out_job = json_str(&ids.items[0]);
    if (!console_wait(env, (struct str_list){ out_job, 1 }, &failed, e))
        return false;
    if (failed == 0)
        return true;
    if (!console_call(env, HTTP_GET, console_path(env, "/api/jobs/", *out_job, ""), &job, e))
        return false;
    return err_set(e, code_of(&job), STR_FMT, STR_ARG(console_text(&job, "error")));
}

static bool compare_with(struct command_env *env, const struct verify_source *source,
                         const struct json *image, struct outcome *out, struct err *e)
{
    AUTO_FD fd = memfd_create("picture", MFD_CLOEXEC);
    struct json recipe;

    out->image = json_get_str(image, "id");
    if (fd < 0)
        return err_set_errno(e, errno, "make", "a file in memory");
    if (!console_call(env, HTTP_GET, console_path(env, "/api/images/", out->image, "/recipe"),
                      &recipe, e) ||
        !env->receive_file(env, arena_str(env->arena, json_get_str(image, "url")), fd, e))
        return false;
    out->difference_count =
        verify_differences(env->arena, source->recipe, &recipe, out->differences);
    if (str_eq(json_get_str(image, "sha256"), source->sha256))
        return true; /* zeros: the same, no bit apart */
    return verify_compare(env->arena, source->fd, fd, &out->likeness, e);
}

/* The copy has done its work; a server that keeps no trash keeps the copy. */
static void remove_copy(struct command_env *env, struct str id)
{
    struct json answer;
    struct err e = { 0 };

    (void)!console_call(env, HTTP_DELETE, console_path(env, "/api/images/", id, ""), &answer, &e);
}

static bool verify_in(struct command_env *env, struct verify_source *source, struct outcome *out,
                      struct err *e)
{
    const struct verify_options *o = env->options;
    struct json_list images;
    struct json answer;
    struct str job;
    bool ok;

    if (!make_again(env, source, o->backend, &job, e) ||
        !console_call(env, HTTP_GET, console_path(env, "/api/jobs/", job, "/images"), &answer, e))
        return false;
    images = json_get_list(&answer, "images");
    if (images.count == 0)
        return err_set(e, ERR_UPSTREAM, "it made no picture");
    ok = compare_with(env, source, &images.items[0], out, e);
    for (size_t i = 0; !o->keep && i < images.count; i++)
        remove_copy(env, json_get_str(&images.items[i], "id"));
    return ok;
}

static void print_json(const struct verify_source *source, const struct outcome *outcome)
{
    AUTO_BUF text = { 0 };
    struct json_writer w = { .out = &text };

    buf_init(&text, ANSWER_MAX);
    json_begin_object(&w);
    console_put_text(&w, "verdict", str_from(verify_verdict_names[outcome->likeness.verdict]));
    console_put_text(&w, "why", outcome->why);
    console_put_text(&w, "recipe", source->from);
    console_put_text(&w, "backend", source->backend);
    json_put_name(&w, STR("distance"));
    json_put_i64(&w, outcome->likeness.distance);
    json_put_name(&w, STR("differs"));
    json_begin_array(&w);
    for (size_t i = 0; i < outcome->difference_count; i++) {
        json_begin_object(&w);
        console_put_text(&w, "field", outcome->differences[i].field);
        console_put_text(&w, "was", outcome->differences[i].was);
        console_put_text(&w, "is", outcome->differences[i].is);
        json_end_object(&w);
    }
    json_end_array(&w);
    json_end_object(&w);
    printf(STR_FMT "\n", STR_ARG(buf_str(&text)));
}

static void print_words(const struct outcome *outcome)
{
    static const char *const meaning[] = {
        [VERIFY_SAME] = "it comes out again, pixel by pixel",
        [VERIFY_CLOSE] = "it comes out again, but for details",
        [VERIFY_DRIFTED] = "another picture comes out now",
        [VERIFY_CANNOT] = "",
    };

    printf("%s: " STR_FMT "\n", verify_verdict_names[outcome->likeness.verdict],
           STR_ARG(outcome->likeness.verdict == VERIFY_CANNOT
                       ? console_shown(outcome->why)
                       : str_from(meaning[outcome->likeness.verdict])));
    for (size_t i = 0; i < outcome->difference_count; i++)
        printf("  " STR_FMT ": " STR_FMT " -> " STR_FMT "\n",
               STR_ARG(console_shown(outcome->differences[i].field)),
               STR_ARG(console_shown(outcome->differences[i].was)),
               STR_ARG(console_shown(outcome->differences[i].is)));
}

/* Of a picture that cannot be made again. */
static int exit_code_of(enum err_code why, bool found)
{
    if (why == ERR_BUDGET_EXHAUSTED)
        return EXIT_BUDGET;
    return found || why == ERR_UPSTREAM ? EXIT_BACKEND : EXIT_SOME_FAILED;
}

static int verify(struct command_env *env, struct err *e)
{
    struct outcome *outcome = arena_new(env->arena, struct outcome);
    struct verify_source source = { .fd = -1 };
    struct err why = { 0 };
    struct json me;
    bool found;

    if (!console_call(env, HTTP_GET, STR("/api/me"), &me, e))
        return EXIT_OK; /* the error decides */
    found = verify_find(env, env->args.items[0], &source, &why);
    if (!found || !verify_in(env, &source, outcome, &why)) {
        outcome->likeness.verdict = VERIFY_CANNOT;
        outcome->why = str_from(why.msg[0] != '\0' ? why.msg : err_text(why.code));
    }
    if (env->json)
        print_json(&source, outcome);
    else
        print_words(outcome);
    fd_close(&source.fd);
    if (outcome->likeness.verdict == VERIFY_CANNOT)
        return exit_code_of(why.code, found);
    return outcome->likeness.verdict == VERIFY_DRIFTED ? EXIT_SOME_FAILED : EXIT_OK;
}

static const struct field verify_fields[] = {
    { FIELD(struct verify_options, backend), .unit = "NAME",
      .help = "who makes it again; default: who made it" },
    { FIELD(struct verify_options, keep), .help = "keep the copy in the library" },
    { 0 },
};

const struct command verify_command = {
    .name = "verify",
    .args = "PICTURE",
    .summary = "Make a picture again from its recipe, and say whether it is the same",
    .details = "PICTURE is a file or an id. The recipe is that of the sidecar, of the library or "
               "of the file itself. The answer is same (every pixel), close (to the eye), drifted "
               "or cannot, with the fields of the recipe that differ. A backend that takes money "
               "takes it again. Exit code 0 for same and close.",
    .example = "albumen verify 2026-11-21-a-red-fox-in-snow-7.png",
    .options = verify_fields,
    .option_bytes = sizeof(struct verify_options),
    .min_args = 1,
    .max_args = 1,
    .runs_jobs = true,
    .run = verify,
};
