/*
 * The language of searches: words, "quoted phrases", beginnings* of words, -exclusions, and fields:
 * tag:x backend:x source:uploaded album:x rating:4 is:starred before:2026-11 after:2026-11-21. All
 * of it has to hold. docs/library.md tells it to people.
 */
#ifndef FEATURES_LIBRARY_QUERY_H
#define FEATURES_LIBRARY_QUERY_H

#include "engine/mark.h"

enum { QUERY_MAX_BYTES = 1000, QUERY_TERMS_MAX = 16 };

enum query_term_type {
    QUERY_WORDS, /* value: folded words, in this order, with a space between */
    QUERY_MARK,  /* of this kind and value */
    QUERY_ALBUM, /* value: its name or id, as it was written */
};

struct query_term {
    enum query_term_type type;
    enum mark_kind kind;
    struct str value;
    bool is_excluded;
    bool is_beginning; /* the last of the words may go on */
};

struct parsed_query {
    struct query_term terms[QUERY_TERMS_MAX];
    size_t count;
    bool has_words;
    int64_t from_ms, to_ms; /* from this moment, to before that; 0: open */
};

/*
 * Any text is a query; ERR_INVALID, with the field "q", only where a field has a value that it
 * cannot have, or where it is too long. What only looks like a field is words. Values live in the
 * arena or point into the text.
 */
MUST_CHECK bool query_read(struct arena *a, struct str text, struct parsed_query *out,
                           struct err *e);

/* As tags are kept: without blanks at the ends, one between words, ASCII letters small. No value
 * when nothing is left. */
struct str query_tag(struct arena *a, struct str text);

#endif
