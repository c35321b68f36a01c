/* Files of prompts: a line, a row or an object each. */
#ifndef FEATURES_GENERATE_PROMPTS_H
#define FEATURES_GENERATE_PROMPTS_H

#include "base/json.h"

/* One prompt, and what it sets for itself; the rest is the command line's. */
struct prompt_row {
    struct str prompt, negative, style, size, aspect, backend, name;
    struct opt_i64 seed, steps;
    struct opt_f64 guidance;
    size_t line; /* of its file; 0: it is from the command line */
};
extern const struct field prompt_row_fields[];

enum { PROMPTS_MAX = 100000, PROMPTS_MAX_BYTES = 32 * 1024 * 1024 };

/*
 * By the ending of name: .csv (a header with the names of the fields, RFC 4180), .jsonl (an object
 * a line), else a prompt a line, where blank lines and those that begin with # are skipped. Errors
 * name file and line. *out holds struct prompt_row.
 */
MUST_CHECK bool prompts_read(struct arena *a, struct str name, struct str text,
                             struct field_list *out, struct err *e);

#endif
