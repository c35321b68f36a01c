/* The log: one JSON line per event on stderr, with levels, the request's id, and secrets masked. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/err.h"
#include "base/str.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

struct log_field {
    const char *name; /* NULL ends the list */
    struct str text;
    int64_t number;
    bool is_number;
};

#define LOG_S(name_, s) ((struct log_field){ .name = (name_), .text = (s) })
#define LOG_C(name_, c) ((struct log_field){ .name = (name_), .text = str_from(c) })
#define LOG_N(name_, n) ((struct log_field){ .name = (name_), .number = (n), .is_number = true })
#define LOG_E(e)        LOG_C("error", (e)->msg), LOG_C("code", err_name((e)->code))

#define LOG_END         ((struct log_field){ .name = NULL })

/* log_info("listening", LOG_S("address", address)); the message is a literal, what varies is a
 * field. */
#define log_debug(...) log_write(LOG_DEBUG, __VA_ARGS__, LOG_END)
#define log_info(...)  log_write(LOG_INFO, __VA_ARGS__, LOG_END)
#define log_warn(...)  log_write(LOG_WARN, __VA_ARGS__, LOG_END)
#define log_error(...) log_write(LOG_ERROR, __VA_ARGS__, LOG_END)

/* What follows msg are struct log_field, the last one LOG_END: use the macros. */
void log_write(enum log_level level, const char *msg, ...);
void log_set_level(enum log_level least);
/* For commands: warnings and errors are words for people from now on, "albumen: a picture waits: no
 * room", and the same message comes once a minute at most. */
void log_set_words(const char *program);
/* Names for --log-level and the configuration, in order of the enum, NULL at the end. */
extern const char *const log_level_names[];

/* The id that this thread's lines carry until it is cleared with no value. At most 63 bytes are
 * kept. */
void log_set_request(struct str id);

/*
 * From now on this text is written as "***" wherever it turns up in a line. Fields whose name
 * speaks of a token, secret, password, key or authorization are masked without it. Texts under 6
 * bytes are not taken.
 */
void log_add_secret(struct str secret);

#endif
