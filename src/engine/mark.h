/*
 * Marks: what pictures have in common, a row for each value with a kept count and the list of its
 * pictures by id, of some also by rating. Every filter of the library is one or several of them.
 */
#ifndef ENGINE_MARK_H
#define ENGINE_MARK_H

#include "engine/image.h"

enum mark_kind {
    MARK_SOURCE,   /* "generated", "uploaded" */
    MARK_BACKEND,  /* its name */
    MARK_TAG,      /* the tag */
    MARK_STARRED,  /* "yes" */
    MARK_RATING,   /* "0" to "5", exactly */
    MARK_AT_LEAST, /* "1" to "5": rated so or better */
    MARK_MONTH,    /* "2026-11" */
    MARK_TRASH,    /* "yes": it has no other then */
};
extern const char *const mark_kind_names[];

struct mark {
    int64_t id;
    enum mark_kind kind;
    struct str value;
    int64_t count;
};
extern const struct field mark_columns[];

/* One with id 0 and count 0 when no picture of the user ever had it. */
MUST_CHECK bool mark_load(struct db_tx *tx, struct arena *a, struct str user_id,
                          enum mark_kind kind, struct str value, struct mark *out, struct err *e);
/* Many at once: as mark_load, out[i] for wishes[i]. */
struct mark_wish {
    enum mark_kind kind;
    struct str value;
};
MUST_CHECK bool mark_find(struct db_tx *tx, struct arena *a, struct str user_id,
                          const struct mark_wish *wishes, size_t count, struct mark *out,
                          struct err *e);
/* The same without asking, of one that was found lately; its count was true then, and not 0. False:
 * not known. */
bool mark_recall(const struct db_tx *tx, struct str user_id, enum mark_kind kind, struct str value,
                 struct mark *out);
/* The most used of a kind first; those without a picture are left out. */
MUST_CHECK bool mark_list(struct db_tx *tx, struct arena *a, struct str user_id,
                          enum mark_kind kind, int64_t limit, struct field_list *out,
                          struct err *e);

/* What the row of a picture says. */
enum { MARKS_MAX = 16 + IMAGE_TAGS_MAX };
size_t marks_of_image(struct arena *a, const struct image *image, struct mark_wish out[MARKS_MAX]);

/* Can its list be walked by rating? That of a rating need not be, nor what is only counted; the
 * trash is in the order of time alone. */
bool mark_is_by_rating(enum mark_kind kind);

/* The id of the mark; it is made when it is new. */
MUST_CHECK bool mark_find_or_add(struct db_tx *tx, struct str user_id, const struct mark_wish *wish,
                                 int64_t *out_id, struct err *e);

/*
 * Enters pictures into the lists of marks, or takes them out, and keeps the counts true: what was
 * there already, or was not, does not count. The marks' owner has his library locked.
 */
struct mark_entry {
    int64_t mark_id;
    struct str image_id;
    struct opt_i64 rating; /* of the picture, where the list can be walked by it */
};
MUST_CHECK bool marks_add(struct db_tx *tx, struct arena *a, struct mark_entry *entries,
                          size_t count, struct err *e);
MUST_CHECK bool marks_remove(struct db_tx *tx, struct arena *a, struct mark_entry *entries,
                             size_t count, struct err *e);
/* Of pictures that are in the lists already and are rated otherwise now. */
MUST_CHECK bool marks_rate(struct db_tx *tx, struct mark_entry *entries, size_t count,
                           struct err *e);

#endif
