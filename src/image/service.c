/* The pool of helpers. One thread, the keeper, starts and retires them; callers borrow them. */
#include "image/service.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/thread.h"

enum {
    MAX_PROCESSES = 16,
    CPU_SECONDS = 300, /* of a helper's life; one that used half of them is replaced */
};

struct slot {
    struct process process; /* pid 0: none */
    bool is_busy;           /* a caller, or the keeper, has it */
    int64_t idle_since_ms;
};

/* All but the options is under the lock. */
struct image_service {
    struct lock lock;
    struct process_limits limits;
    int64_t idle_ms, time_limit_ms, wait_limit_ms;
    int max;
    struct slot slots[MAX_PROCESSES];
    int waiting, wanted; /* callers without a helper, and starts asked for them */
    uint64_t failures;   /* starts that failed so far, and the last one's reason */
    struct err failure;
    bool stopping;
    pthread_t keeper; /* helpers die with the thread that started them, so it lives as long as the
                         service */
};

static int count_running(const struct image_service *s)
{
    int count = 0;

    for (int i = 0; i < s->max; i++)
        count += s->slots[i].is_busy || s->slots[i].process.pid != 0;
    return count;
}

static struct slot *find_idle(struct image_service *s)
{
    for (int i = 0; i < s->max; i++) {
        if (!s->slots[i].is_busy && s->slots[i].process.pid != 0)
            return &s->slots[i];
    }
    return NULL;
}

static struct slot *find_empty(struct image_service *s)
{
    for (int i = 0; i < s->max; i++) {
        if (!s->slots[i].is_busy && s->slots[i].process.pid == 0)
            return &s->slots[i];
    }
    return NULL;
}

static void give_back(struct image_service *s, struct slot *slot)
{
    slot->is_busy = false;
    slot->idle_since_ms = clock_steady_ms();
    lock_broadcast(&s->lock);
}

/* The keeper, holding the lock, which it lets go of while the process starts. */
static void start_one(struct image_service *s)
{
    struct slot *slot = find_empty(s);
    struct err e = { 0 };
    bool is_started;

    s->wanted--;
    if (slot == NULL)
        return;
    slot->is_busy = true;
    lock_give(&s->lock);
    is_started = process_start(&s->limits, &slot->process, &e);
    lock_take(&s->lock);
    if (!is_started) {
        s->failures++;
        s->failure = e;
    }
    give_back(s, slot);
}

static void retire(struct image_service *s, struct slot *slot)
{
    slot->is_busy = true;
    lock_give(&s->lock);
    process_stop(&slot->process);
    lock_take(&s->lock);
    give_back(s, slot);
}

/* The helper that has been idle the longest, or NULL. */
static struct slot *find_oldest_idle(struct image_service *s)
{
    struct slot *oldest = NULL;

    for (int i = 0; i < s->max; i++) {
        struct slot *slot = &s->slots[i];

        if (!slot->is_busy && slot->process.pid != 0 &&
            (oldest == NULL || slot->idle_since_ms < oldest->idle_since_ms))
            oldest = slot;
    }
    return oldest;
}

static void keep_once(struct image_service *s)
{
    struct slot *oldest = find_oldest_idle(s);
    int64_t left = oldest == NULL ? 0 : oldest->idle_since_ms + s->idle_ms - clock_steady_ms();

    if (s->wanted > 0)
        start_one(s);
    else if (oldest == NULL)
        lock_wait(&s->lock);
    else if (left > 0)
        lock_wait_ms(&s->lock, left);
    else
        retire(s, oldest);
}

static void *keep(void *arg)
{
    struct image_service *s = arg;
    LOCKED(&s->lock);

    while (!s->stopping || count_running(s) > 0 || s->waiting > 0) {
        struct slot *idle = s->stopping ? find_idle(s) : NULL;

        if (idle != NULL)
            retire(s, idle);
        else if (s->stopping)
            lock_wait(&s->lock);
        else
            keep_once(s);
    }
    return NULL;
}

/* Beside this program: the two are installed together. */
static bool find_helper(const char *configured, const char **out, struct err *e)
{
    char folder[4096];
    ssize_t length;

    if (configured != NULL) {
        *out = mem_cstr(str_from(configured));
        return true;
    }
    length = readlink("/proc/self/exe", folder, sizeof(folder));
    if (length <= 0 || length == sizeof(folder))
        return err_set(e, ERR_UNAVAILABLE,
                       "the folder of this program is not known, so neither is albumen-image");
    while (length > 0 && folder[length - 1] != '/')
        length--;
    AUTO_ARENA a = { 0 };
    *out = mem_cstr(arena_strf(&a, "%.*salbumen-image", (int)length, folder));
    return true;
}

static int64_t or_default(int64_t value, int64_t otherwise)
{
    return value > 0 ? value : otherwise;
}

bool image_service_create(const struct image_options *options, struct image_service **out,
                          struct err *e)
{
    const char *helper_path;
    struct image_service *s;

    if (!find_helper(options->helper_path, &helper_path, e))
        return false;
    s = mem_alloc(sizeof(*s));
    lock_init(&s->lock);
    s->limits = (struct process_limits){
        .helper_path = helper_path,
        .memory_bytes = or_default(options->memory_bytes, (int64_t)1024 * 1024 * 1024),
        .cpu_seconds = CPU_SECONDS,
    };
    s->idle_ms = or_default(options->idle_ms, 10000);
    s->time_limit_ms = or_default(options->time_limit_ms, 10000);
    s->wait_limit_ms = or_default(options->wait_limit_ms, 60000);
    s->max = (int)MIN(or_default(options->max_processes, 2), (int64_t)MAX_PROCESSES);
    thread_start(&s->keeper, "image-keeper", keep, s);
    *out = s;
    return true;
}

void image_service_destroy(struct image_service *s)
{
    if (s == NULL)
        return;
    lock_take(&s->lock);
    s->stopping = true;
    lock_broadcast(&s->lock);
    lock_give(&s->lock);
    thread_join(s->keeper);
    lock_deinit(&s->lock);
    free((char *)(uintptr_t)s->limits.helper_path);
    free(s);
}

/* Holding the lock. Starts are asked for callers, not for their wake-ups. */
static void ask_for_start(struct image_service *s)
{
    if (s->waiting <= s->wanted || count_running(s) + s->wanted >= s->max)
        return;
    s->wanted++;
    lock_broadcast(&s->lock);
}

static bool borrow(struct image_service *s, struct slot **out, struct err *e)
{
    LOCKED(&s->lock);
    int64_t deadline_ms = clock_steady_ms() + s->wait_limit_ms;
    uint64_t failures = s->failures;
    struct slot *slot = NULL;

    s->waiting++;
    while (!s->stopping && s->failures == failures && (slot = find_idle(s)) == NULL) {
        ask_for_start(s);
        if (!lock_wait_ms(&s->lock, deadline_ms - clock_steady_ms()))
            break;
    }
    s->waiting--;
    if (s->stopping)
        lock_broadcast(&s->lock); /* the keeper ends behind the last one */
    if (slot != NULL) {
        slot->is_busy = true;
        *out = slot;
        return true;
    }
    if (s->stopping)
        return err_set(e, ERR_UNAVAILABLE, "the server is stopping");
    if (s->failures != failures) {
        *e = s->failure;
        return false;
    }
    return err_set(e, ERR_BUSY, "too many pictures are waiting to be read");
}

static bool is_plausible(const struct image_reply *r)
{
    if (r->code < 0 || r->code >= ERR_CODE_COUNT || (r->code != ERR_NONE && r->payload_bytes != 0))
        return false;
    if (r->code != ERR_NONE)
        return true;
    return r->format > IMAGE_UNKNOWN && r->format <= IMAGE_WEBP && r->width > 0 && r->height > 0 &&
           r->width <= IMAGE_MAX_SIDE && r->height <= IMAGE_MAX_SIDE && r->orientation >= 1 &&
           r->orientation <= 8;
}

/* The words come from a process that may have been taken over: printable ones are kept. */
static bool error_of(const struct image_reply *reply, struct err *e)
{
    char message[sizeof(reply->message) + 1] = { 0 };

    for (size_t i = 0; i < sizeof(reply->message) && reply->message[i] != '\0'; i++)
        message[i] = reply->message[i] >= ' ' && reply->message[i] <= '~' ? reply->message[i] : '?';
    return err_set(e, (enum err_code)reply->code, "%s", message);
}

bool image_service_call(struct image_service *s, struct process_call *call,
                        struct image_reply *reply, struct str *payload, struct err *e)
{
    struct slot *slot = NULL;
    bool is_answered, is_sane, is_worn;

    assert(call->fd_count <= IMAGE_MAX_FDS);
    *payload = (struct str){ 0 };
    if (call->payload.len > IMAGE_MAX_PAYLOAD)
        return err_set(e, ERR_TOO_LARGE, "the texts of a picture may have %d bytes",
                       IMAGE_MAX_PAYLOAD);
    if (!borrow(s, &slot, e))
        return false;
    is_answered = process_exchange(&slot->process, call, s->time_limit_ms, reply, payload, e);
    is_sane = is_answered && is_plausible(reply);
    is_worn = is_answered && reply->cpu_ms > CPU_SECONDS * 1000 / 2;
    if (!is_sane || is_worn)
        process_stop(&slot->process);
    lock_take(&s->lock);
    give_back(s, slot);
    lock_give(&s->lock);
    if (is_answered && !is_sane)
        return err_set(e, ERR_INVALID,
                       "the picture could not be read: its decoder gave a senseless answer");
    if (is_answered && reply->code != ERR_NONE)
        return error_of(reply, e);
    return is_answered;
}
