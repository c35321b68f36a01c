/* Waiting, telling and stopping in the course of one call of a provider. */
#include "provider/run.h"

#include <assert.h>
#include <sys/eventfd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/random.h"

void gen_cancel_init(struct gen_cancel *c)
{
    lock_init(&c->lock);
    atomic_init(&c->set, false);
    c->wake_fd = -1;
}

void gen_cancel_deinit(struct gen_cancel *c)
{
    fd_close(&c->wake_fd);
    lock_deinit(&c->lock);
}

/* A count that is not zero can be read; nobody ever takes it. */
static void wake(struct gen_cancel *c)
{
    if (c->wake_fd >= 0)
        (void)eventfd_write(c->wake_fd, 1);
}

void gen_cancel_set(struct gen_cancel *c)
{
    LOCKED(&c->lock);
    atomic_store(&c->set, true);
    lock_broadcast(&c->lock);
    wake(c);
}

int gen_cancel_fd(struct gen_cancel *c)
{
    LOCKED(&c->lock);

    if (c->wake_fd < 0) {
        c->wake_fd = eventfd(0, EFD_CLOEXEC);
        if (atomic_load(&c->set))
            wake(c);
    }
    return c->wake_fd;
}

int64_t run_left_ms(const struct gen_run *run, int64_t most)
{
    if (run->deadline_ms == 0)
        return most;
    return MIN(most, MAX(run->deadline_ms - clock_steady_ms(), 0));
}

bool run_check(const struct gen_run *run, struct err *e)
{
    if (atomic_load(&run->cancel->set))
        return err_set(e, ERR_CANCELLED, "cancelled");
    if (run_left_ms(run, 1) == 0)
        return err_set(e, ERR_TIMEOUT, "the time for this picture is over");
    return true;
}

bool run_wait(const struct gen_run *run, int64_t ms, struct err *e)
{
    int64_t pause = run_left_ms(run, ms);
    int64_t until = clock_steady_ms() + pause;

    {
        LOCKED(&run->cancel->lock);
        while (!atomic_load(&run->cancel->set) && pause > 0 &&
               lock_wait_ms(&run->cancel->lock, pause))
            pause = until - clock_steady_ms();
    }
    return run_check(run, e);
}

bool run_save_remote(const struct gen_run *run, struct str text, struct err *e)
{
    assert(text.len < 64 * KIB);
    return run->save_remote(run->ctx, text, e);
}

bool run_mark_sent(const struct gen_run *run, bool sent, struct err *e)
{
    return run->mark_sent == NULL || run->mark_sent(run->ctx, sent, e);
}

void run_progress(const struct gen_run *run, double fraction, const char *note)
{
    if (run->progress != NULL)
        run->progress(run->ctx, fraction, str_from(note));
}

void run_preview(const struct gen_run *run, struct str bytes)
{
    if (run->preview != NULL)
        run->preview(run->ctx, bytes);
}

/* From three quarters to the whole, so that many that began together come apart. */
static int64_t with_jitter(int64_t ms)
{
    return ms - random_below(ms / 4 + 1);
}

static bool wait_for(const struct gen_run *run, const struct run_poll *how, int64_t ms,
                     struct err *e)
{
    return how->wait != NULL ? how->wait(how->ctx, ms, e) : run_wait(run, ms, e);
}

bool run_poll(const struct gen_run *run, const struct run_poll *how, struct err *e)
{
    int64_t pause = how->first_ms;
    int failures = 0;

    for (;;) {
        struct err why = { 0 };
        bool done = false;

        if (!run_check(run, e))
            return false;
        if (!how->poll(how->ctx, &done, &why) &&
            (!err_may_retry(why.code) || ++failures == how->failures_max)) {
            *e = why;
            return false;
        }
        if (done)
            return true;
        if (!wait_for(run, how, MAX(with_jitter(pause), why.retry_after_ms), e))
            return false;
        pause = MIN(pause + pause / 2 + 1, how->max_ms);
    }
}
