/* albumen preview: pictures in the terminal. */
#include <stdio.h>
#include <termios.h>
#include <unistd.h>

#include "features/generate/commands.h"
#include "features/generate/preview.h"

struct show_options {
    bool wait;
};

void session_preview(struct session *s, struct str path)
{
    const struct preview_options options = {
        .viewer = s->setup.preview_command,
        .program = s->env->program,
        .alone = s->plan.count == 1,
    };
    struct err e = { 0 };

    fflush(stdout);
    if (!preview_show(&options, path, &e))
        progress_say(s, "%s: no preview: %s", s->env->program, e.msg);
}

/* Any key, without the line's end that a terminal would wait for. */
static void wait_for_key(void)
{
    struct termios before, raw;
    char key;

    if (tcgetattr(STDIN_FILENO, &before) != 0)
        return;
    raw = before;
    raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
    tcsetattr(STDIN_FILENO, TCSANOW, &raw);
    (void)!read(STDIN_FILENO, &key, 1);
    tcsetattr(STDIN_FILENO, TCSANOW, &before);
}

static int show(struct command_env *env, struct err *e)
{
    const struct show_options *o = env->options;
    const struct preview_options options = { .program = env->program, .inline_only = true };

    for (size_t i = 0; i < env->args.count; i++) {
        if (!preview_show(&options, env->args.items[i], e))
            return EXIT_SOME_FAILED;
    }
    if (o->wait)
        wait_for_key();
    return EXIT_OK;
}

static const struct field show_fields[] = {
    { FIELD(struct show_options, wait), .help = "until a key is pressed" },
    { 0 },
};

const struct command preview_command = {
    .name = "preview",
    .args = "FILE...",
    .summary = "Show pictures in the terminal",
    .details = "By the graphics of kitty, iTerm2 or sixel where the terminal has them, else in "
               "half blocks. ALBUMEN_PREVIEW names one of kitty, iterm2, sixel and blocks where "
               "the guess is wrong.",
    .example = "albumen preview fox.png",
    .options = show_fields,
    .option_bytes = sizeof(struct show_options),
    .min_args = 1,
    .max_args = 100,
    .run = show,
};
