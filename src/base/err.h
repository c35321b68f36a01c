/* The one way to say that something failed: a code, a message for people, and the field that is to
 * blame. */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include "base/str.h"

enum err_code {
    ERR_NONE,
#define ERR(code, name, status, again, text) ERR_##code,
#include "base/err_codes.def"
#undef ERR
    ERR_CODE_COUNT
};

/* Touched only on failure. Messages hold no secrets and no full URLs. */
struct err {
    enum err_code code;
    int64_t retry_after_ms; /* 0: nothing said */
    char msg[232];
    char field[64]; /* the name that the caller used, or empty */
};

/* Both give false, so that a failing function can end with `return err_set(...)`. */
bool err_set(struct err *e, enum err_code code, const char *fmt, ...) PRINTF_LIKE(3, 4);
bool err_set_field(struct err *e, enum err_code code, struct str field, const char *fmt, ...)
    PRINTF_LIKE(4, 5);
/* "context: message", same code. Gives false. */
bool err_wrap(struct err *e, const char *context);

const char *err_name(enum err_code code); /* "not_found" */
int err_status(enum err_code code);       /* HTTP */
bool err_may_retry(enum err_code code);
const char *err_text(enum err_code code);

#endif
