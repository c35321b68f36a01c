/* JSON trees: a strict, bounded reader into an arena, a writer into a buffer, and structs to JSON
 * and back. */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/field.h"

enum json_type { JSON_NULL, JSON_BOOL, JSON_INT, JSON_REAL, JSON_STR, JSON_ARRAY, JSON_OBJECT };

struct json_list {
    const struct json *items;
    size_t count;
};

/* Immutable once read. line is set only in trees that come from YAML. */
struct json {
    enum json_type type;
    uint32_t line;
    union {
        bool boolean;
        int64_t integer;
        double real;
        struct str str;
        struct json_list array;
        struct {
            const struct json_member *members;
            size_t count;
        } object;
    };
};

struct json_member {
    struct str name;
    struct json value;
};

enum {
    JSON_MAX_DEPTH = 32,
    JSON_MAX_MEMBERS = 256, /* of one object: names are compared with each other */
    JSON_MAX_VALUES = 200000,
    JSON_MAX_NUMBER = 128, /* characters */
};

/*
 * RFC 8259 and nothing else: UTF-8, no duplicate names, no lone surrogates, no NUL in strings, no
 * bytes behind the value. Integers that fit int64 stay exact, other numbers become doubles, numbers
 * past double are refused. Bound the size of text before the call, and keep it as long as the tree:
 * strings without escapes point into it. ERR_MALFORMED says what and at which byte.
 */
MUST_CHECK bool json_parse(struct arena *a, struct str text, struct json *out, struct err *e);

/* The member's value, or NULL: also when v is NULL or no object, so that look-ups chain. */
const struct json *json_get(const struct json *v, const char *name);
struct str json_get_str(const struct json *v, const char *name); /* no value unless a string */
int64_t json_get_i64(const struct json *v, const char *name, int64_t otherwise);
bool json_get_bool(const struct json *v, const char *name); /* false unless true */
struct str json_str(const struct json *v);                  /* no value unless it is a string */

struct json_list json_get_list(const struct json *v, const char *name); /* empty unless a list */
const char *json_type_name(enum json_type type);                        /* "an object" */

enum json_spelling { JSON_SNAKE, JSON_CAMEL };

/* JSON_STRICT: a request to us; unknown names are errors. JSON_LENIENT: a reply of a service; null
 * means absent. */
enum json_mode { JSON_STRICT, JSON_LENIENT };

/*
 * Fills the struct at out by the table. Names are taken in either spelling; `spelling` is for names
 * in messages. Members that are absent keep what out holds; in requests null is an error, except
 * for strings, times, trees and the opt types, where it means "no value". Strings point into the
 * tree. ERR_INVALID names the field: 'shots[2].label'.
 */
MUST_CHECK bool json_decode(struct arena *a, const struct json *v, const struct field *table,
                            enum json_mode mode, enum json_spelling spelling, void *out,
                            struct err *e);

/* Writes as it is called; commas and colons are its own business. Nothing fails but the buffer's
 * maximum. */
struct json_writer {
    struct buf *out;
    bool comma;
    enum json_spelling spelling; /* of names that come from tables */
};

void json_begin_object(struct json_writer *w);
void json_end_object(struct json_writer *w);
void json_begin_array(struct json_writer *w);
void json_end_array(struct json_writer *w);
void json_put_name(struct json_writer *w, struct str name);
void json_put_str(struct json_writer *w, struct str s); /* ptr NULL writes null */
void json_put_i64(struct json_writer *w, int64_t value);
void json_put_f64(struct json_writer *w,
                  double value); /* shortest form that reads back; not finite: null */
void json_put_bool(struct json_writer *w, bool value);
void json_put_null(struct json_writer *w);
void json_put_time(struct json_writer *w, int64_t ms);           /* ISO 8601, or null for 0 */
void json_put_tree(struct json_writer *w, const struct json *v); /* NULL writes null */
void json_put_raw(struct json_writer *w, struct str text);       /* text that is JSON already */
void json_put_struct(struct json_writer *w, const struct field *table, const void *in);
/* One after the other into an array that is open; names are spelt once for all of them. */
void json_put_structs(struct json_writer *w, const struct field *table, size_t item_bytes,
                      const struct field_list *list);
/* The members alone, into an object that is open. */
void json_put_members(struct json_writer *w, const struct field *table, const void *in);

#endif
