/* How jobs stand, asked for many at a time. */
#include "api/console.h"

enum { PAGE_MAX = 200, ROWS_PER_JOB = 4 /* they are among the newest, rarely the newest */ };

struct look {
    struct command_env *env;
    struct str_list ids;
    const struct json **found; /* by lists; NULL: in none of them */
    console_job_fn tell;
    void *ctx;
};

/* How many of the jobs stand in the list. */
static size_t note_page(struct look *l, struct json_list rows)
{
    size_t count = 0;

    for (size_t r = 0; r < rows.count; r++) {
        struct str id = json_get_str(&rows.items[r], "id");

        for (size_t i = 0; i < l->ids.count; i++) {
            if (l->found[i] != NULL || !str_eq(l->ids.items[i], id))
                continue;
            l->found[i] = &rows.items[r];
            count++;
        }
    }
    return count;
}

/* Page by page, as long as that may be fewer requests than one for each job. */
static bool find_listed(struct look *l, struct err *e)
{
    struct arena *a = l->env->arena;
    struct str cursor = STR("");
    size_t left = l->ids.count;

    for (size_t pages = 1; !str_is_null(cursor) && 2 * pages <= left; pages++) {
        struct str page = arena_strf(a, "/api/jobs?limit=%zu%s" STR_FMT,
                                     MIN((size_t)PAGE_MAX, left * ROWS_PER_JOB),
                                     cursor.len > 0 ? "&cursor=" : "", STR_ARG(cursor));
        struct json *answer = arena_new(a, struct json);

        if (!console_call(l->env, HTTP_GET, page, answer, e))
            return false;
        left -= note_page(l, json_get_list(answer, "jobs"));
        cursor = json_get_str(answer, "nextCursor");
    }
    return true;
}

static bool tell_of(struct look *l, size_t i, struct err *e)
{
    struct err why = { 0 };
    struct json job;

    if (l->found[i] != NULL)
        return l->tell(l->ctx, i, l->found[i], e);
    if (console_call(l->env, HTTP_GET, console_path(l->env, "/api/jobs/", l->ids.items[i], ""),
                     &job, &why))
        return l->tell(l->ctx, i, &job, e);
    if (why.code == ERR_NOT_FOUND)
        return l->tell(l->ctx, i, NULL, e);
    *e = why;
    return false;
}

bool console_look(struct command_env *env, struct str_list job_ids, console_job_fn tell, void *ctx,
                  struct err *e)
{
    struct look l = {
        .env = env,
        .ids = job_ids,
        .found = arena_array(env->arena, const struct json *, job_ids.count),
        .tell = tell,
        .ctx = ctx,
    };

    if (!find_listed(&l, e))
        return false;
    for (size_t i = 0; i < job_ids.count; i++) {
        if (!tell_of(&l, i, e))
            return false;
    }
    return true;
}
