/* Tables that describe the members of a struct: one shape for JSON, database rows, options and
 * configuration. */
#ifndef BASE_FIELD_H
#define BASE_FIELD_H

#include "base/opt.h"
#include "base/str.h"

struct json;
struct field;

enum field_type {
    FIELD_END, /* closes a table */
    FIELD_BOOL,
    FIELD_I64,
    FIELD_F64,
    FIELD_STR,      /* ptr NULL is null */
    FIELD_OPT_BOOL, /* the opt types tell "absent" from every value */
    FIELD_OPT_I64,
    FIELD_OPT_F64,
    FIELD_STRS,   /* list of strings */
    FIELD_JSON,   /* any value, as const struct json *; as text in a row */
    FIELD_TIME,   /* int64_t milliseconds; ISO 8601 in JSON, an integer in a row; 0 is null */
    FIELD_ENUM,   /* int with a table of names */
    FIELD_OBJECT, /* a struct inside the struct */
    FIELD_LIST,   /* struct field_list of structs */
    /* A string that is JSON already, written as it is; under the name "" it is members of the
     * object, `"a":1,"b":2`. Never read from JSON. */
    FIELD_RAW,
};

struct field_list {
    void *items; /* array of structs of the field's item_bytes */
    size_t count;
};

/*
 * Names are written as in C, lower_case; JSON in camelCase is a matter of the writer. min and max
 * bound a number's value, a string's code points, or a list's length; both 0 means unbounded
 * (strings: FIELD_STR_MAX).
 */
struct field {
    const char *name;
    const char *help; /* one line for people: CLI help, OpenAPI, the settings page */
    const char *unit; /* "ms", "bytes", ... or NULL */
    size_t offset;
    double min, max;
    const char *const *names;   /* FIELD_ENUM: one spelling per value, NULL at the end. FIELD_STR:
                                   what a shell may complete */
    const struct field *fields; /* FIELD_OBJECT, FIELD_LIST */
    size_t item_bytes;          /* FIELD_LIST */
    enum field_type type;
    bool required;   /* must be there in a request */
    bool secret;     /* never shown: `config show`, logs */
    bool shorthand;  /* FIELD_LIST: a text is an item with that text as its first member */
    char short_name; /* CLI only: -n */
};

enum {
    FIELD_STR_MAX = 100000, /* code points in a string without a bound of its own */
    FIELD_NAME_MAX = 64,
};

/* The type is taken from the member, so that an entry of the wrong type does not compile. */
#define FIELD_NAMED(st, member, shown)                                                             \
    .name = (shown), .offset = offsetof(st, member),                                               \
    .type = _Generic(((st *)0)->member,                                                            \
        bool: FIELD_BOOL,                                                                          \
        int64_t: FIELD_I64,                                                                        \
        double: FIELD_F64,                                                                         \
        struct str: FIELD_STR,                                                                     \
        struct opt_bool: FIELD_OPT_BOOL,                                                           \
        struct opt_i64: FIELD_OPT_I64,                                                             \
        struct opt_f64: FIELD_OPT_F64,                                                             \
        struct str_list: FIELD_STRS,                                                               \
        const struct json *: FIELD_JSON)
#define FIELD(st, member) FIELD_NAMED(st, member, #member)

#define FIELD_AS(st, member, ctype, field_type_)                                                   \
    .name = #member, .type = (field_type_),                                                        \
    .offset = offsetof(st, member) + 0 * sizeof(_Generic(((st *)0)->member, ctype : 1))

#define FIELD_TIME(st, member) FIELD_AS(st, member, int64_t, FIELD_TIME)
#define FIELD_RAW(st, member, shown)                                                               \
    .name = (shown), .type = FIELD_RAW,                                                            \
    .offset = offsetof(st, member) + 0 * sizeof(_Generic(((st *)0)->member, struct str : 1))
/* Any enum does; it is read and written as an int. */
#define FIELD_ENUM(st, member, names_)                                                             \
    .name = #member, .type = FIELD_ENUM, .names = (names_),                                        \
    .offset =                                                                                      \
        offsetof(st, member) + 0 * sizeof(char[sizeof(((st *)0)->member) == sizeof(int) ? 1 : -1])
#define FIELD_OBJECT(st, member, fields_)                                                          \
    .name = #member, .offset = offsetof(st, member), .type = FIELD_OBJECT, .fields = (fields_)
#define FIELD_LIST(st, member, item, fields_)                                                      \
    FIELD_AS(st, member, struct field_list, FIELD_LIST), .fields = (fields_),                      \
                                                         .item_bytes = sizeof(item)

/* The entry called name (either spelling), or NULL. */
const struct field *field_find(const struct field *table, struct str name);
/* True when name is the table's name in lower_case or in camelCase. */
bool field_name_is(const struct field *f, struct str name);
size_t field_count(const struct field *table);
/* The entry with the nearest name, for "did you mean", or NULL. */
const struct field *field_nearest(const struct field *table, struct str name);
/* "album_id" -> "albumId"; at most FIELD_NAME_MAX bytes and a NUL in out. */
void field_camel(const char *name, char out[FIELD_NAME_MAX + 1]);

/* Takes the value out of the member that the field describes; false: its type is never without one.
 */
bool field_clear(const struct field *f, void *member);

/* Index of the spelling, or -1. */
int enum_find(const char *const *names, struct str name);

#endif
