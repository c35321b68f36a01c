/*
 * Listens to ComfyUI's WebSocket while a job is there. Nothing depends on it: what is missed is
 * asked for, and while it tells nothing of the job or cannot be had, questions come as often as
 * without it.
 */
#include "provider/comfyui_parts.h"

#include "base/clock.h"
#include "base/encode.h"

enum {
    OPEN_MS = 2000,
    OPEN_PART = 4, /* of the time that is left, at most */
    SILENCE_MS = 20 * 1000,
    MESSAGE_MAX_BYTES = 64 * 1024 * 1024, /* nodes may send whole pictures */
    PREVIEW_MAX_BYTES = 1024 * 1024,
    ASK_GROWTH = 30, /* of the pause between questions, while somebody tells */
    RETRY_FIRST = 2, /* the same, before the socket is tried again */
    RETRY_LAST = 120,
    RETRY_PART = 10, /* of the time that attempts take */
    TELL_AGAIN_MS = 300,
};

/* With it previews come with the id of their job. */
#define FEATURES STR("{\"type\":\"feature_flags\",\"data\":{\"supports_preview_metadata\":true}}")

/* An attempt that took long is not made again soon: nothing is asked meanwhile. */
static void put_off(struct comfyui_visit *v, int64_t took_ms)
{
    struct comfyui_ear *ear = &v->ear;
    int64_t poll_ms = v->comfyui->settings.poll_ms;

    websocket_close(ear->socket);
    ear->socket = NULL;
    ear->pause_ms = MAX(MIN(ear->pause_ms * 2, RETRY_LAST * poll_ms), RETRY_FIRST * poll_ms);
    ear->retry_ms = clock_steady_ms() + MAX(ear->pause_ms, RETRY_PART * took_ms);
}

static bool open_socket(struct comfyui_visit *v, struct err *e)
{
    AUTO_ARENA a = { 0 };
    struct str id = percent_encode(&a, v->job.client_id, false);
    struct str path = arena_strf(&a, "/ws?clientId=" STR_FMT, STR_ARG(id));
    struct provider_call call = comfyui_call(v->comfyui, &a, HTTP_GET, path);
    int64_t most_ms = run_left_ms(v->run, OPEN_MS * OPEN_PART) / OPEN_PART;
    struct websocket_request request = {
        .to = { .url = call.url,
                .trust = call.trust,
                .guard = call.guard,
                .cancel = &v->run->cancel->set,
                .wake_fd = gen_cancel_fd(v->run->cancel) },
        .headers = call.headers,
        .header_count = v->comfyui->header_count,
        .open_timeout_ms = MAX(most_ms, 1),
        .silence_ms = SILENCE_MS,
        .max_message_bytes = MESSAGE_MAX_BYTES,
    };

    return websocket_open(&request, &v->ear.socket, e) &&
           websocket_send(v->ear.socket, WEBSOCKET_TEXT, FEATURES, e);
}

void comfyui_listen(struct comfyui_visit *v)
{
    int64_t began_ms = clock_steady_ms();
    struct err unheard;

    if (v->ear.socket != NULL || began_ms < v->ear.retry_ms)
        return;
    if (!open_socket(v, &unheard))
        put_off(v, clock_steady_ms() - began_ms);
}

void comfyui_stop_listening(struct comfyui_visit *v)
{
    websocket_close(v->ear.socket);
    v->ear.socket = NULL;
}

static void tell(struct comfyui_visit *v)
{
    const struct comfyui_progress *p = &v->ear.progress;

    run_progress(v->run, p->fraction, p->note[0] != '\0' ? p->note : "ComfyUI is at work");
    v->ear.again_ms = 0;
}

static void hear(struct comfyui_visit *v, const struct websocket_message *message)
{
    struct comfyui_ear *ear = &v->ear;
    struct comfyui_event event =
        comfyui_read_event(message->kind == WEBSOCKET_TEXT, message->bytes, v->job.prompt_id);

    if (comfyui_progress_hear(&ear->progress, &event)) {
        ear->heard_ms = clock_steady_ms();
        tell(v);
        ear->again_ms = clock_steady_ms() + TELL_AGAIN_MS;
    }
    if (v->comfyui->settings.previews && comfyui_progress_shows(&ear->progress, &event) &&
        event.image.len <= PREVIEW_MAX_BYTES)
        run_preview(v->run, event.image);
    if (event.kind == COMFYUI_FINISHED)
        ear->has_finished = true;
    /* Where it stands among those that wait only the queue itself says. */
    ear->has_moved = ear->has_moved || event.kind == COMFYUI_QUEUE;
}

/* Who is told takes no more than a few words in a second: the last of a crowd are said again when
 * none follow. */
static int64_t tell_again(struct comfyui_visit *v, int64_t until_ms)
{
    struct comfyui_ear *ear = &v->ear;

    if (ear->again_ms > 0 && clock_steady_ms() >= ear->again_ms)
        tell(v);
    return ear->again_ms > 0 ? MIN(until_ms, ear->again_ms) : until_ms;
}

/* When the next question is due: as without the socket, and later while it tells of the job. */
static int64_t ask_at(const struct comfyui_visit *v, int64_t asked_ms, int64_t quiet_ms)
{
    const struct comfyui_ear *ear = &v->ear;
    int64_t told_ms = ear->heard_ms + COMFYUI_POLL_GROWTH * v->comfyui->settings.poll_ms;

    if (ear->heard_ms == 0 || (ear->progress.fraction < 0 && ear->has_moved))
        return asked_ms;
    return MAX(asked_ms, MIN(quiet_ms, told_ms));
}

/* True when a question is worth its while: there is news, or nobody tells any more. */
static bool hear_until(struct comfyui_visit *v, int64_t asked_ms, int64_t quiet_ms)
{
    struct comfyui_ear *ear = &v->ear;
    struct websocket_message message;
    struct err unheard;

    while (!ear->has_finished) {
        int64_t until_ms = ask_at(v, asked_ms, quiet_ms);

        if (clock_steady_ms() >= until_ms)
            return true;
        if (!websocket_receive(ear->socket, tell_again(v, until_ms), &message, &unheard) ||
            message.kind == WEBSOCKET_CLOSE) {
            put_off(v, 0);
            return false;
        }
        if (message.kind != WEBSOCKET_NOTHING)
            hear(v, &message);
    }
    return true;
}

/* What was missed while there was no socket is asked for at once when there is one. */
bool comfyui_hear(void *ctx, int64_t ms, struct err *e)
{
    struct comfyui_visit *v = ctx;
    int64_t now = clock_steady_ms();
    bool was_open = v->ear.socket != NULL;
    int64_t quiet_ms = MAX(ms, ASK_GROWTH * v->comfyui->settings.poll_ms);

    /* A job that is nowhere to be found is asked for again, and told of by nobody. */
    if (v->ear.has_finished || v->misses > 0)
        return run_wait(v->run, ms, e);
    v->ear.has_moved = false;
    comfyui_listen(v);
    if (v->ear.socket != NULL && !was_open)
        return run_check(v->run, e);
    if (v->ear.socket != NULL && hear_until(v, now + ms, now + run_left_ms(v->run, quiet_ms)))
        return run_check(v->run, e);
    return run_wait(v->run, MAX(now + ms - clock_steady_ms(), 0), e);
}
