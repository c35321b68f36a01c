/* How far the pictures are: a calm line for each that is being made, on a terminal only. */
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "features/generate/session.h"

enum { LINES_MAX = 8, COLUMNS = 79, PROMPT_COLUMN = 34 };

static bool is_live(const struct session *s)
{
    return !session_is_quiet(s) && isatty(STDERR_FILENO) == 1;
}

/* Whole characters that fit so many columns, one each. */
static struct str fitting(struct str text, size_t columns)
{
    struct str rest = text;

    for (size_t i = 0; i < columns && rest.len > 0; i++)
        str_take_code_point(&rest);
    return str_slice(text, 0, text.len - rest.len);
}

static void show_item(const struct item *item, int64_t now)
{
    char state[40];

    if (item->runs && item->progress > 0)
        snprintf(state, sizeof(state), "%3d %%", (int)(item->progress * 100));
    else if (item->runs)
        snprintf(state, sizeof(state), "being made");
    else if (item->position > 0)
        snprintf(state, sizeof(state), "%lld ahead of it", (long long)item->position);
    else
        snprintf(state, sizeof(state), "waiting");
    fprintf(stderr, "%-16s %5.1f s  " STR_FMT "\033[K\n", state,
            (double)(now - item->began_ms) / 1000,
            STR_ARG(fitting(item->prompt, COLUMNS - PROMPT_COLUMN)));
}

void progress_show(struct session *s)
{
    int64_t now = clock_steady_ms();
    size_t shown = 0;

    if (!is_live(s))
        return;
    progress_clear(s);
    if (s->plan.count > 1) {
        fprintf(stderr, "%zu of %zu pictures, %.0f s\033[K\n", s->written, s->plan.count,
                (double)(now - s->began_ms) / 1000);
        s->lines++;
    }
    for (size_t i = 0; i < s->plan.count && shown < LINES_MAX; i++) {
        if (s->plan.items[i].state != ITEM_OPEN)
            continue;
        show_item(&s->plan.items[i], now);
        s->lines++;
        shown++;
    }
    fflush(stderr);
}

void progress_clear(struct session *s)
{
    if (s->lines > 0)
        fprintf(stderr, "\033[%zuA\033[J", s->lines);
    s->lines = 0;
}

void progress_say(struct session *s, const char *fmt, ...)
{
    va_list args;

    progress_clear(s);
    va_start(args, fmt);
    vfprintf(stderr, fmt, args);
    va_end(args);
    fputc('\n', stderr);
}
