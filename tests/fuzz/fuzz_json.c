/* The JSON reader beside jansson; and what it accepts is written and read again without a
 * difference. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "oracle.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_round_trip(const struct json *v)
{
    AUTO_ARENA arena = { 0 };
    AUTO_BUF out = { 0 };
    struct json_writer w = { .out = &out };
    struct json again = { 0 };
    struct err e = { 0 };
    char *before = oracle_spell(v);
    char *after;

    buf_init(&out, 64 * MIB);
    json_put_tree(&w, v);
    if (out.overflowed || !json_parse(&arena, buf_str(&out), &again, &e))
        abort();
    after = oracle_spell(&again);
    if (strcmp(before, after) != 0)
        abort();
    free(before);
    free(after);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA arena = { 0 };
    struct str text = str_of(data, size);
    struct json v = { 0 };
    struct err e = { 0 };
    char *problem = oracle_compare(text);

    if (problem != NULL) {
        fprintf(stderr, "%s\n", problem);
        abort();
    }
    if (json_parse(&arena, text, &v, &e))
        check_round_trip(&v);
    else if (e.code != ERR_MALFORMED || e.msg[0] == '\0')
        abort();
    return 0;
}
