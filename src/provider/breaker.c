/* Keeps callers away from a backend that fails, and lets one of them find out when it is back. */
#include "provider/breaker.h"

#include "base/clock.h"
#include "base/random.h"

enum { HISTORY = 20, HISTORY_ENOUGH = 10, PROBE_RETRY_MS = 1000 };

const char *const breaker_state_names[] = { "closed", "open", "half_open", NULL };

static int64_t or_default(int64_t value, int64_t otherwise)
{
    return value > 0 ? value : otherwise;
}

void breaker_init(struct breaker *b, const struct breaker_rules *rules)
{
    *b = (struct breaker){
        .rules = {
            .failures_in_a_row = or_default(rules->failures_in_a_row, 5),
            .percent_failed = or_default(rules->percent_failed, 60),
            .cool_down_ms = or_default(rules->cool_down_ms, 5 * 1000),
            .cool_down_max_ms = or_default(rules->cool_down_max_ms, 5 * 60 * 1000),
        },
    };
    lock_init(&b->lock);
}

void breaker_deinit(struct breaker *b)
{
    lock_deinit(&b->lock);
}

static void change(struct breaker *b, enum breaker_state state)
{
    b->state = state;
    b->epoch++;
    b->probing = false;
    b->history = 0;
    b->known = 0;
}

static void open_up(struct breaker *b, int64_t retry_after_ms)
{
    int64_t pause = b->rules.cool_down_ms;

    for (int64_t i = 0; i < b->opened_in_a_row && pause < b->rules.cool_down_max_ms; i++)
        pause *= 2;
    pause = MIN(pause, b->rules.cool_down_max_ms);
    pause -= random_below(pause / 4 + 1);
    b->opened_in_a_row++;
    b->ready_ms = clock_steady_ms() + MAX(pause, retry_after_ms);
    change(b, BREAKER_OPEN);
}

bool breaker_enter(struct breaker *b, struct breaker_pass *out, int64_t *out_retry_ms)
{
    LOCKED(&b->lock);
    int64_t left = b->ready_ms - clock_steady_ms();

    if (b->state == BREAKER_OPEN && left <= 0)
        change(b, BREAKER_HALF_OPEN);
    if (b->state == BREAKER_OPEN || b->probing) {
        *out_retry_ms = b->probing ? PROBE_RETRY_MS : left;
        return false;
    }
    b->probing = b->state == BREAKER_HALF_OPEN;
    *out = (struct breaker_pass){ b->epoch };
    return true;
}

static bool is_too_much(const struct breaker *b)
{
    int failed = __builtin_popcount(b->history);

    return b->in_a_row >= b->rules.failures_in_a_row ||
           (b->known >= HISTORY_ENOUGH && failed * 100 >= b->rules.percent_failed * b->known);
}

static void note_closed(struct breaker *b, bool ill, int64_t retry_after_ms)
{
    b->history = (b->history << 1 | ill) & ((1u << HISTORY) - 1);
    b->known = MIN(b->known + 1, HISTORY);
    b->in_a_row = ill ? b->in_a_row + 1 : 0;
    if (!ill)
        b->opened_in_a_row = 0;
    else if (is_too_much(b))
        open_up(b, retry_after_ms);
}

static void note_probe(struct breaker *b, enum breaker_verdict verdict, int64_t retry_after_ms)
{
    b->probing = false; /* of a probe that says nothing, the next call is one */
    if (verdict == VERDICT_ILL) {
        b->in_a_row++;
        open_up(b, retry_after_ms);
    }
    if (verdict == VERDICT_WELL) {
        b->in_a_row = 0;
        change(b, BREAKER_CLOSED);
    }
}

void breaker_leave(struct breaker *b, struct breaker_pass pass, enum breaker_verdict verdict,
                   int64_t retry_after_ms)
{
    LOCKED(&b->lock);

    if (pass.epoch != b->epoch)
        return;
    if (b->state == BREAKER_HALF_OPEN)
        note_probe(b, verdict, retry_after_ms);
    else if (verdict != VERDICT_NOTHING)
        note_closed(b, verdict == VERDICT_ILL, retry_after_ms);
}

struct breaker_view breaker_look(struct breaker *b)
{
    LOCKED(&b->lock);
    int64_t left = b->state == BREAKER_OPEN ? b->ready_ms - clock_steady_ms() : 0;

    return (struct breaker_view){
        .state = b->state,
        .in_a_row = b->in_a_row,
        .ready_in_ms = b->probing ? PROBE_RETRY_MS : MAX(left, 0),
    };
}
