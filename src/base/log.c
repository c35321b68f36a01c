/* The log: one JSON line per event on stderr. */
#include "base/log.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/thread.h"

const char *const log_level_names[] = { "debug", "info", "warn", "error", NULL };

enum {
    LINE_MAX_BYTES = 16384,
    SECRETS_MAX = 256,
    SECRET_MIN_LEN = 6,
    SAID_MAX = 16,
    SAID_AGAIN_MS = 60 * 1000
};

static atomic_int least_level = LOG_INFO;
static _Thread_local char request_id[64];
static _Atomic(const char *) words_for; /* the program's name; NULL: lines are JSON */

/* What was told to people lately, in turn. */
struct saying {
    uint64_t hash; /* of the words */
    int64_t at_ms;
};
static struct lock said_lock = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER };
static struct saying said[SAID_MAX];
static size_t said_next;

/* Grows only, under the lock; the log is the one place that may keep secrets in memory for ever. */
static struct lock secrets_lock = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER };
static struct str secrets[SECRETS_MAX];
static size_t secret_count;

void log_set_level(enum log_level least)
{
    atomic_store(&least_level, (int)least);
}

void log_set_request(struct str id)
{
    size_t len = MIN(id.len, sizeof(request_id) - 1);

    if (len > 0)
        memcpy(request_id, id.ptr, len);
    request_id[len] = '\0';
}

/* Kept as it looks inside of a line, where quotes and backslashes are escaped. */
static void remember(struct str escaped)
{
    LOCKED(&secrets_lock);

    if (secret_count == SECRETS_MAX)
        return;
    for (size_t i = 0; i < secret_count; i++) {
        if (str_eq(secrets[i], escaped))
            return;
    }
    secrets[secret_count++] = str_of(mem_cstr(escaped), escaped.len);
}

void log_add_secret(struct str secret)
{
    AUTO_BUF quoted = { 0 };
    struct json_writer w = { .out = &quoted };

    if (secret.len < SECRET_MIN_LEN)
        return;
    buf_init(&quoted, 6 * secret.len + 2);
    json_put_str(&w, secret);
    remember(str_slice(buf_str(&quoted), 1, quoted.len - 1));
}

static bool names_a_secret(const char *name)
{
    static const char *const words[] = { "token", "secret",        "password",
                                         "key",   "authorization", "cookie" };
    struct str text = str_from(name);

    for (size_t i = 0; i < COUNT(words); i++) {
        struct str word = str_from(words[i]);

        for (size_t at = 0; at + word.len <= text.len; at++) {
            if (str_eq_nocase(str_slice(text, at, at + word.len), word))
                return true;
        }
    }
    return false;
}

/* Overwrites each known secret in the finished line; the length of what was there does not show. */
static void mask_secrets(struct buf *line, struct buf *out)
{
    struct str text = buf_str(line);
    LOCKED(&secrets_lock);

    for (size_t at = 0; at < text.len;) {
        size_t skip = 0; /* of the longest that stands here: one secret may begin with another */

        for (size_t i = 0; i < secret_count; i++) {
            if (text.ptr[at] == secrets[i].ptr[0] && secrets[i].len > skip &&
                str_starts(str_slice(text, at, text.len), secrets[i]))
                skip = secrets[i].len;
        }
        if (skip > 0)
            buf_put(out, STR("***"));
        else
            buf_put_char(out, text.ptr[at]);
        at += MAX(skip, (size_t)1);
    }
}

static void put_field(struct json_writer *w, const struct log_field *f)
{
    json_put_name(w, str_from(f->name));
    if (f->is_number)
        json_put_i64(w, f->number);
    else if (names_a_secret(f->name))
        json_put_str(w, STR("***"));
    else
        json_put_str(w, f->text);
}

static void put_line(struct buf *line, enum log_level level, const char *msg, va_list fields)
{
    struct json_writer w = { .out = line };
    struct log_field f;

    json_begin_object(&w);
    json_put_name(&w, STR("time"));
    json_put_time(&w, clock_now_ms());
    json_put_name(&w, STR("level"));
    json_put_str(&w, str_from(log_level_names[level]));
    json_put_name(&w, STR("msg"));
    json_put_str(&w, str_from(msg));
    if (request_id[0] != '\0') {
        json_put_name(&w, STR("request"));
        json_put_str(&w, str_from(request_id));
    }
    for (f = va_arg(fields, struct log_field); f.name != NULL; f = va_arg(fields, struct log_field))
        put_field(&w, &f);
    json_end_object(&w);
}

/* The message, the reason if there is one, and what people have named themselves. */
static void put_words(struct buf *line, const char *program, const char *msg, va_list fields)
{
    struct log_field f;

    buf_putf(line, "%s: %s", program, msg);
    for (f = va_arg(fields, struct log_field); f.name != NULL; f = va_arg(fields, struct log_field))
        if (strcmp(f.name, "error") == 0)
            buf_putf(line, ": " STR_FMT, STR_ARG(f.text));
        else if (strcmp(f.name, "backend") == 0 || strcmp(f.name, "type") == 0)
            buf_putf(line, ", %s '" STR_FMT "'", f.name, STR_ARG(f.text));
    str_blank_controls(line->ptr, line->len);
}

static bool was_said(struct str words)
{
    uint64_t hash = str_hash(words);
    int64_t now = clock_steady_ms();
    LOCKED(&said_lock);

    for (size_t i = 0; i < COUNT(said); i++) {
        if (said[i].hash == hash && now - said[i].at_ms < SAID_AGAIN_MS)
            return true;
    }
    said[said_next++ % COUNT(said)] = (struct saying){ hash, now };
    return false;
}

void log_set_words(const char *program)
{
    log_set_level(LOG_WARN);
    atomic_store(&words_for, program);
}

void log_write(enum log_level level, const char *msg, ...)
{
    const char *program = atomic_load(&words_for);
    AUTO_BUF line = { 0 }, masked = { 0 };
    va_list fields;
    ssize_t written;

    buf_init(&line, LINE_MAX_BYTES);
    buf_init(&masked, (size_t)LINE_MAX_BYTES * 2);
    if ((int)level < atomic_load(&least_level) || (program != NULL && request_id[0] != '\0'))
        return; /* who made the request hears of it by its answer */
    va_start(fields, msg);
    if (program != NULL)
        put_words(&line, program, msg, fields);
    else
        put_line(&line, level, msg, fields);
    va_end(fields);

    if (program != NULL && was_said(buf_str(&line)))
        return;
    if (line.overflowed && program == NULL) {
        buf_clear(&line);
        buf_putf(&line, "{\"level\":\"%s\",\"msg\":\"a log line was too long\"}",
                 log_level_names[level]);
    }
    mask_secrets(&line, &masked);
    buf_put_char(&masked, '\n');
    /* One write: lines of several threads do not mix. A log that cannot be written has nowhere to
     * say so. */
    written = write(STDERR_FILENO, masked.ptr, masked.len);
    UNUSED(written);
}
