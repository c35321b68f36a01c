/* How far the pictures are: a calm line for each that is being made, on a terminal only. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api/table.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/columns.h"
#include "features/generate/session.h"

enum { LINES_MAX = 8, COLUMNS = 80, LINE_MAX_BYTES = 64 * 1024, SAID_MAX_BYTES = 4096 };

/* On a terminal that can move its cursor. */
static bool is_live(const struct session *s)
{
    const char *term = getenv("TERM");

    return !session_is_quiet(s) && isatty(STDERR_FILENO) == 1 && term != NULL && term[0] != '\0' &&
           strcmp(term, "dumb") != 0;
}

/* One row of the terminal, never two: the next time it is gone back over. */
static void put_line(struct session *s, struct buf *line)
{
    int width = table_terminal_width(STDERR_FILENO, COLUMNS) - 1;

    str_blank_controls(line->ptr, line->len);
    fprintf(stderr, STR_FMT "\033[K\n", STR_ARG(columns_fit(buf_str(line), width)));
    s->lines++;
}

/* Of a single picture everybody knows the prompt: rather what is being done. */
static void show_item(struct session *s, const struct item *item, bool is_alone, int64_t now)
{
    bool has_note = is_alone && item->runs && item->note[0] != '\0';
    struct str words = has_note ? str_from(item->note) : item->prompt;
    AUTO_BUF line = { 0 };
    char state[40];

    if (item->runs && item->progress > 0)
        snprintf(state, sizeof(state), "%3d %%", (int)(item->progress * 100));
    else if (item->runs)
        snprintf(state, sizeof(state), "being made");
    else if (item->position > 0)
        snprintf(state, sizeof(state), "%lld ahead of it", (long long)item->position);
    else
        snprintf(state, sizeof(state), "waiting");
    buf_init(&line, LINE_MAX_BYTES);
    buf_putf(&line, "%-16s %5.1f s  " STR_FMT, state, (double)(now - item->began_ms) / 1000,
             STR_ARG(words));
    put_line(s, &line);
}

void progress_show(struct session *s)
{
    int64_t now = clock_steady_ms();
    size_t shown = 0;
    AUTO_BUF line = { 0 };

    buf_init(&line, LINE_MAX_BYTES);

    if (!is_live(s))
        return;
    progress_clear(s);
    if (s->plan.count > 1) {
        buf_putf(&line, "%zu of %zu pictures, %.0f s", s->written, s->plan.count,
                 (double)(now - s->began_ms) / 1000);
        put_line(s, &line);
    }
    for (size_t i = 0; i < s->plan.count && shown < LINES_MAX; i++) {
        if (s->plan.items[i].state != ITEM_OPEN)
            continue;
        show_item(s, &s->plan.items[i], s->plan.count == 1, now);
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
    char text[SAID_MAX_BYTES];
    va_list args;

    progress_clear(s);
    va_start(args, fmt);
    vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);
    str_blank_controls(text, strlen(text));
    fprintf(stderr, "%s\n", text);
}
