/* Our half of the comparison: our tree in the common spelling, and which differences are meant. */
#include "oracle.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void put_text(FILE *out, struct str s)
{
    fprintf(out, "%zu:", s.len);
    fwrite(s.len > 0 ? s.ptr : "", 1, s.len, out);
    putc('\n', out);
}

static void put(FILE *out, const struct json *v)
{
    switch (v->type) {
    case JSON_NULL:
        fputs("null\n", out);
        break;
    case JSON_BOOL:
        fputs(v->boolean ? "true\n" : "false\n", out);
        break;
    case JSON_INT:
        fprintf(out, "integer %" PRId64 "\n", v->integer);
        break;
    case JSON_REAL:
        fprintf(out, "real %a\n", v->real);
        break;
    case JSON_STR:
        fputs("text ", out);
        put_text(out, v->str);
        break;
    case JSON_ARRAY:
        fprintf(out, "array %zu\n", v->array.count);
        for (size_t i = 0; i < v->array.count; i++)
            put(out, &v->array.items[i]);
        break;
    case JSON_OBJECT:
        fprintf(out, "object %zu\n", v->object.count);
        for (size_t i = 0; i < v->object.count; i++) {
            put_text(out, v->object.members[i].name);
            put(out, &v->object.members[i].value);
        }
        break;
    }
}

char *oracle_spell(const struct json *v)
{
    char *text = NULL;
    size_t len;
    FILE *out = open_memstream(&text, &len);

    if (out == NULL)
        abort();
    put(out, v);
    fclose(out);
    return text;
}

static char *difference(const char *what, const char *ours, const char *theirs)
{
    char *text = NULL;

    if (asprintf(&text, "%s\nours: %s\njansson: %s", what, ours, theirs) < 0)
        abort();
    return text;
}

static bool we_refuse_on_purpose(struct str text, const char *reason)
{
    static const char *const ours[] = { "nested too deeply", "too many values", "too many members",
                                        "number too long" };

    for (size_t i = 0; i < COUNT(ours); i++) {
        if (strstr(reason, ours[i]) != NULL)
            return true;
    }
    return str_find_char(text, '\0', 0) < text.len;
}

char *oracle_compare(struct str text)
{
    AUTO_ARENA arena = { 0 };
    struct json v = { 0 };
    struct err e = { 0 };
    bool we_read = json_parse(&arena, text, &v, &e);
    char *theirs = NULL, *ours = NULL, *result = NULL;
    bool they_read = oracle_read(text, &theirs);

    if (we_read)
        ours = oracle_spell(&v);
    if (we_read && they_read && strcmp(ours, theirs) != 0)
        result = difference("read differently", ours, theirs);
    else if (we_read && !they_read && strstr(theirs, "too big") == NULL)
        result = difference("read by us alone", ours, theirs);
    else if (!we_read && they_read && !we_refuse_on_purpose(text, e.msg))
        result = difference("refused by us alone", e.msg, theirs);
    free(theirs);
    free(ours);
    return result;
}
