/* Tells how far a generation is while it runs. Of no consequence when it fails: the end is what
 * counts. */
#include <string.h>

#include "base/clock.h"
#include "image/image.h"
#include "work/generate_parts.h"

enum { PROGRESS_EVERY_MS = 250, PREVIEW_EVERY_MS = 1000 };

/* What is new of it. */
struct news {
    struct generation *generation;
    struct job job; /* as it will be */
    struct str note, preview;
};

static bool save_news_tx(struct db_tx *tx, void *arg, struct err *e)
{
    struct news *news = arg;
    AUTO_ARENA a = { 0 };

    return (str_is_null(news->note) || glimpse_save_note(tx, &news->job, news->note, e)) &&
           (str_is_null(news->preview) ||
            glimpse_save_preview(tx, &a, &news->job, news->preview, &news->job.previews, e)) &&
           lease_save_progress(tx, &news->job, news->job.progress, e);
}

static void save(struct news *news)
{
    struct generation *g = news->generation;
    struct job *job = g->run->job;
    struct err unheard;

    g->is_seen = true; /* also when it fails: it may have failed late */
    if (!db_write(g->run->db, save_news_tx, news, &unheard))
        return;
    job->progress = news->job.progress;
    job->previews = news->job.previews;
    if (str_is_null(news->note))
        return;
    memcpy(g->note, news->note.ptr, news->note.len);
    job->note = str_of(g->note, news->note.len);
}

/* A few times a second at most; words without a number only when they are new. */
void generate_tell_progress(struct generation *g, double fraction, struct str note)
{
    struct news news = { .generation = g, .job = *g->run->job };
    int64_t now = clock_steady_ms();
    bool has_words = note.len > 0 && note.len <= GLIMPSE_NOTE_MAX && !str_eq(note, news.job.note);

    if (now - g->told_ms < PROGRESS_EVERY_MS || (fraction < 0 && !has_words))
        return;
    g->told_ms = now;
    if (fraction >= 0)
        news.job.progress = fraction;
    if (has_words)
        news.job.note = news.note = note;
    save(&news);
}

/* Nobody has looked at the bytes, and a browser will: they have to look like a picture. */
void generate_tell_preview(struct generation *g, struct str bytes)
{
    struct news news = { .generation = g, .job = *g->run->job, .preview = bytes };
    int64_t now = clock_steady_ms();

    if (now - g->previewed_ms < PREVIEW_EVERY_MS || bytes.len > GLIMPSE_PREVIEW_MAX_BYTES ||
        image_sniff(bytes)->format == IMAGE_UNKNOWN)
        return;
    g->previewed_ms = now;
    save(&news);
}

static bool forget_tx(struct db_tx *tx, void *arg, struct err *e)
{
    return glimpse_forget(tx, arg, e);
}

void generate_stop_telling(struct generation *g)
{
    const bool may_have_begun = g->is_seen || g->run->job->attempt > 1;
    struct err unheard;

    if (may_have_begun)
        (void)!db_write(g->run->db, forget_tx, g->run->job, &unheard);
}
