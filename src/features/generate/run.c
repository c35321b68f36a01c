/* Asks for what a plan has left, a few pictures at a time, and sees each of them to its end. */
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "api/console.h"
#include "base/clock.h"
#include "base/columns.h"
#include "features/generate/session.h"

enum {
    LOOK_FIRST_MS = 2,
    LOOK_MAX_MS = 1000,
    LIVE_MS = 250, /* the progress is looked at by somebody */
    CANCEL_WAIT_MS = 5000,
    CANCEL_PATIENCE_MS = 30 * 1000,
    CANCEL_LOOK_MS = 20,
    UTF8_MAX = 4,
    PROMPT_COLUMNS = 60,
};

static atomic_bool interrupted;

static void on_signal(int number)
{
    UNUSED(number);
    atomic_store(&interrupted, true);
}

void session_catch_signals(void)
{
    /* The second one ends the process as it would have without us. */
    struct sigaction action = { .sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND };

    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

bool session_interrupted(void)
{
    return atomic_load(&interrupted);
}

bool session_gave_up(const struct err *e)
{
    return session_interrupted() && e->retry_after_ms > 0;
}

bool session_is_quiet(const struct session *s)
{
    return s->options->quiet || s->env->json;
}

static void tell_to_wait(void *ctx, const struct err *why)
{
    struct session *s = ctx;

    if (!session_is_quiet(s))
        progress_say(s, "%s: waiting: %s", s->env->program, why->msg);
}

void session_be_patient(struct session *s)
{
    s->env->patience = (struct command_patience){ tell_to_wait, s, &interrupted };
}

static size_t index_of(const struct session *s, const struct item *item)
{
    return (size_t)(item - s->plan.items);
}

/* What went wrong with one picture is no reason to give up the others, but for these. */
static bool stops_all(enum err_code code)
{
    return code == ERR_BUDGET_EXHAUSTED || code == ERR_UNAUTHENTICATED || code == ERR_FORBIDDEN ||
           code == ERR_STORAGE_FULL;
}

static void put_failure(struct session *s, const struct item *item, const char *code,
                        const char *message)
{
    AUTO_BUF text = { 0 };
    struct json_writer w = { .out = &text };

    buf_init(&text, CONSOLE_BODY_MAX);
    json_begin_object(&w);
    console_put_text(&w, "prompt", item->prompt);
    console_put_text(&w, "backend", item->backend);
    console_put_text(&w, "job", item->job);
    json_put_name(&w, STR("error"));
    json_begin_object(&w);
    console_put_text(&w, "code", str_from(code));
    console_put_text(&w, "message", str_from(message));
    json_end_object(&w);
    json_end_object(&w);
    progress_clear(s);
    printf(STR_FMT "\n", STR_ARG(buf_str(&text)));
    fflush(stdout);
}

static bool fail_item(struct session *s, struct item *item, enum err_code code, const char *message,
                      struct err *e)
{
    item->state = code == ERR_OUTCOME_UNKNOWN ? ITEM_CLOSED : ITEM_FAILED;
    s->failed++;
    s->reason = code;
    s->stopped = s->stopped || stops_all(code);
    if (s->env->json)
        put_failure(s, item, err_name(code), message);
    else if (s->plan.count == 1)
        progress_say(s, "%s: %s", s->env->program, message);
    else
        progress_say(s, "%s: " STR_FMT ": %s", s->env->program,
                     STR_ARG(columns_fit(item->prompt, PROMPT_COLUMNS)), message);
    return journal_add_end(&s->journal, index_of(s, item), item->state, e);
}

/* The same request under the same key: however often it is sent, it is one job. */
static struct str key_of(const struct session *s, const struct item *item)
{
    return arena_strf(s->env->arena, STR_FMT "-%zu-%lld", STR_ARG(s->journal.run),
                      index_of(s, item), (long long)item->attempt);
}

static bool submit(struct session *s, struct item *item, struct err *e)
{
    struct err why = { 0 };
    struct json_list ids;
    struct json answer;

    if (!s->env->post_once(s->env, STR("/api/jobs"), key_of(s, item), item->body, &answer, &why)) {
        if (why.code == ERR_INTERNAL || why.code == ERR_UPSTREAM || why.code == ERR_MISCONFIGURED) {
            *e = why;
            return false;
        }
        return session_interrupted() || fail_item(s, item, why.code, why.msg, e);
    }
    ids = json_get_list(&answer, "jobIds");
    if (ids.count == 0)
        return err_set(e, ERR_UPSTREAM, "the server took a request and named no job");
    item->job = arena_str(&s->arena, json_str(&ids.items[0]));
    item->state = ITEM_OPEN;
    item->was_left = false;
    item->position = -1;
    item->began_ms = clock_steady_ms();
    return journal_add_job(&s->journal, index_of(s, item), item->attempt, item->job, e);
}

static enum err_code code_called(struct str name)
{
    for (int i = 0; i < ERR_CODE_COUNT; i++) {
        if (str_eq(str_from(err_name((enum err_code)i)), name))
            return (enum err_code)i;
    }
    return ERR_UPSTREAM;
}

/* By somebody else: what we cancel ourselves is no news. */
static void tell_cancelled(struct session *s, const struct item *item)
{
    if (s->env->json)
        put_failure(s, item, err_name(ERR_CANCELLED), "the job was cancelled");
    else
        progress_say(s, "%s: the job " STR_FMT " was cancelled", s->env->program,
                     STR_ARG(item->job));
}

static bool end_without_picture(struct session *s, struct item *item, const struct json *job,
                                struct err *e)
{
    struct str error = console_text(job, "error");
    bool is_cancelled = str_eq(json_get_str(job, "status"), STR("cancelled"));

    /* The call that was interrupted has cancelled it, and did not live to see it. */
    if (is_cancelled && item->was_left && !session_interrupted()) {
        item->state = ITEM_WAITING;
        item->attempt++;
        return true;
    }
    if (is_cancelled) {
        item->state = ITEM_FAILED;
        s->cancelled++;
        if (!session_interrupted())
            tell_cancelled(s, item);
        return journal_add_end(&s->journal, index_of(s, item), ITEM_FAILED, e);
    }
    return fail_item(s, item, code_called(json_get_str(job, "errorCode")),
                     arena_cstr(s->env->arena, error), e);
}

static bool end_with_picture(struct session *s, struct item *item, struct err *e)
{
    struct err why = { 0 };

    if (session_write(s, item, &why)) {
        item->state = ITEM_DONE;
        return journal_add_end(&s->journal, index_of(s, item), ITEM_DONE, e);
    }
    if (session_gave_up(&why))
        return true; /* to be looked at once more */
    /* The picture is made and kept; what failed is the way to its file, for others too. */
    *e = why;
    return false;
}

/* Whole characters, and none that a terminal obeys. */
static void note_words(struct item *item, struct str words)
{
    struct str rest = words;

    while (rest.len > 0 && words.len - rest.len + UTF8_MAX < sizeof(item->note))
        str_take_code_point(&rest);
    snprintf(item->note, sizeof(item->note), STR_FMT,
             STR_ARG(str_slice(words, 0, words.len - rest.len)));
    str_blank_controls(item->note, strlen(item->note));
}

static void note_progress(struct item *item, const struct json *job)
{
    const struct json *progress = json_get(job, "progress");

    item->runs = str_eq(json_get_str(job, "status"), STR("running"));
    item->position = json_get_i64(job, "position", -1);
    item->progress = progress != NULL && progress->type == JSON_REAL ? progress->real : 0;
    note_words(item, json_get_str(job, "note"));
}

static bool take_news(struct session *s, struct item *item, const struct json *job, struct err *e)
{
    struct str status;

    if (job == NULL)
        return fail_item(s, item, ERR_NOT_FOUND, "its job is gone", e);
    status = json_get_str(job, "status");
    if (str_eq(status, STR("completed")))
        return end_with_picture(s, item, e);
    if (str_eq(status, STR("failed")) || str_eq(status, STR("cancelled")))
        return end_without_picture(s, item, job, e);
    if (!str_eq(status, STR("queued")) && !str_eq(status, STR("running")))
        return err_set(e, ERR_UPSTREAM, CONSOLE_STRANGE_STATUS);
    note_progress(item, job);
    return true;
}

/* What a request leaves in the command's arena goes with it. */
static bool step(struct session *s, struct item *item,
                 bool (*fn)(struct session *s, struct item *item, struct err *e), struct err *e)
{
    struct arena_mark mark = arena_mark(s->env->arena);
    bool ok = fn(s, item, e);

    arena_rewind(s->env->arena, mark);
    return ok;
}

static size_t count_open(const struct session *s)
{
    size_t count = 0;

    for (size_t i = 0; i < s->plan.count; i++)
        count += s->plan.items[i].state == ITEM_OPEN;
    return count;
}

/* The next ones, up to as many at a time as was asked for. */
static bool submit_more(struct session *s, size_t *next, size_t *open, struct err *e)
{
    size_t most = s->options->jobs.set ? (size_t)s->options->jobs.value : PLAN_JOBS_DEFAULT;

    for (; *next < s->plan.count && *open < most && !s->stopped; ++*next) {
        struct item *item = &s->plan.items[*next];

        if (item->state != ITEM_WAITING)
            continue;
        if (session_interrupted())
            return true;
        if (!step(s, item, submit, e))
            return false;
        *open += item->state == ITEM_OPEN;
    }
    return true;
}

/* One look at the items whose jobs are open. */
struct look {
    struct session *s;
    struct item **items;
    bool is_ours; /* what went wrong is no request for how they stand */
};

static bool hear_of(void *ctx, size_t index, const struct json *job, struct err *e)
{
    struct look *l = ctx;
    struct arena_mark mark = arena_mark(l->s->env->arena);
    bool ok = take_news(l->s, l->items[index], job, e);

    arena_rewind(l->s->env->arena, mark);
    l->is_ours = !ok;
    return ok;
}

static bool look_at_items(struct session *s, struct err *e)
{
    struct arena *a = s->env->arena;
    size_t open = count_open(s);
    struct look l = { .s = s, .items = arena_array(a, struct item *, open) };
    struct str_list jobs = { arena_array(a, struct str, open), 0 };
    struct err why = { 0 };

    for (size_t i = 0; i < s->plan.count; i++) {
        struct item *item = &s->plan.items[i];

        if (item->state != ITEM_OPEN)
            continue;
        l.items[jobs.count] = item;
        jobs.items[jobs.count++] = item->job;
    }
    if (console_look(s->env, jobs, hear_of, &l, &why) || (session_interrupted() && !l.is_ours))
        return true;
    *e = why;
    return false;
}

static size_t first_waiting(const struct session *s)
{
    size_t i = 0;

    while (i < s->plan.count && s->plan.items[i].state != ITEM_WAITING)
        i++;
    return i;
}

/* True in *out_news when one of them came to its end. One that has to be asked for again is next.
 */
static bool look_at_open(struct session *s, size_t *next, size_t *open, bool *out_news,
                         struct err *e)
{
    struct arena_mark mark = arena_mark(s->env->arena);
    size_t before = *open;
    bool ok = look_at_items(s, e);

    arena_rewind(s->env->arena, mark);
    *open = count_open(s);
    *next = MIN(*next, first_waiting(s));
    *out_news = *open != before;
    return ok;
}

static bool cancel(struct session *s, struct item *item, struct err *e)
{
    struct str path = console_path(s->env, "/api/jobs/", item->job, "/cancel");
    struct json answer;
    struct err why = { 0 };

    UNUSED(e);
    if (!s->env->call(s->env, HTTP_POST, path, STR("{}"), &answer, &why))
        progress_say(s, "%s: the job " STR_FMT " could not be cancelled: %s", s->env->program,
                     STR_ARG(item->job), why.msg);
    return true;
}

/* Stops what is under way, upstream too, and takes what came nevertheless. */
static bool cancel_open(struct session *s, struct err *e)
{
    int64_t deadline_ms, wait_ms = CANCEL_LOOK_MS;
    size_t next = s->plan.count, open = count_open(s);
    bool news;

    s->env->patience.interrupted = NULL; /* what is being cancelled may take some time */
    s->env->patience.ends_ms = clock_steady_ms() + CANCEL_PATIENCE_MS;
    for (size_t i = 0; i < s->plan.count; i++) {
        if (s->plan.items[i].state == ITEM_OPEN && !step(s, &s->plan.items[i], cancel, e))
            return false;
    }
    deadline_ms = clock_steady_ms() + CANCEL_WAIT_MS;
    while (open > 0 && clock_steady_ms() < deadline_ms) {
        if (!look_at_open(s, &next, &open, &news, e))
            return false;
        if (open > 0)
            poll(NULL, 0, (int)wait_ms);
        wait_ms = MIN(wait_ms * 3 / 2, (int64_t)LIVE_MS);
    }
    return true;
}

bool session_run(struct session *s, struct err *e)
{
    size_t next = 0, open = count_open(s);
    int64_t wait_ms = LOOK_FIRST_MS;
    bool news;

    s->began_ms = clock_steady_ms();
    while (!session_interrupted()) {
        if (!submit_more(s, &next, &open, e))
            return false;
        if (open == 0 && (next == s->plan.count || s->stopped))
            return true;
        if (!look_at_open(s, &next, &open, &news, e))
            return false;
        progress_show(s);
        if (news) {
            wait_ms = LOOK_FIRST_MS;
            continue;
        }
        poll(NULL, 0, (int)MIN(wait_ms, s->lines > 0 ? LIVE_MS : LOOK_MAX_MS));
        wait_ms = MIN(wait_ms * 3 / 2 + 1, (int64_t)LOOK_MAX_MS);
    }
    progress_clear(s);
    return cancel_open(s, e);
}
