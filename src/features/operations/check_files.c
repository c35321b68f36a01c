/* The check of an installation, from the files' side: each has its row, and none is half written.
 */
#include "base/file.h"
#include "engine/orphan.h"
#include "features/operations/check.h"
#include "work/sweep.h"

/* Stored files that may be orphans, up to a page of them. */
struct suspects {
    struct arena *arena;
    struct str keys[ORPHAN_PAGE_MAX];
    int64_t sizes[ORPHAN_PAGE_MAX];
    size_t count;
    struct field_list orphans;
};

static bool list_orphans(struct db_tx *tx, void *arg, struct err *e)
{
    struct suspects *s = arg;

    return orphan_list(tx, s->arena, s->keys, s->count, &s->orphans, e);
}

static int64_t size_of(const struct suspects *s, struct str key)
{
    for (size_t i = 0; i < s->count; i++) {
        if (str_eq(s->keys[i], key))
            return s->sizes[i];
    }
    return 0;
}

static bool report(struct check *c, const struct suspects *s, struct str key, struct err *e)
{
    struct check_finding *finding;

    if (c->repair && !blob_remove(c->services->store, key, e))
        return false;
    finding = check_add(c, CHECK_ORPHAN_BLOB, key);
    finding->detail = arena_strf(c->arena, "%lld bytes", (long long)size_of(s, key));
    finding->repaired = c->repair;
    return true;
}

static bool take_orphans(struct check *c, struct suspects *s, struct err *e)
{
    if (s->count > 0 && !db_read(c->db, list_orphans, s, e))
        return false;
    for (size_t i = 0; i < s->orphans.count; i++) {
        if (!report(c, s, ((const struct str *)s->orphans.items)[i], e))
            return false;
    }
    s->count = 0;
    s->orphans.count = 0;
    return true;
}

/* What was put lately may be waiting for its row, and what is brief never gets one. */
static bool take_page(struct check *c, struct suspects *s, const struct blob_page *page,
                      struct err *e)
{
    int64_t cutoff_ms;

    if (!sweeper_cutoff(c->services->sweeper, &cutoff_ms, e))
        return false;
    for (size_t i = 0; i < page->count; i++) {
        const struct blob_entry *entry = &page->entries[i];

        c->files++;
        if (entry->changed_ms >= cutoff_ms || str_starts(entry->key, STR(BLOB_BRIEF)))
            continue;
        s->keys[s->count] = entry->key;
        s->sizes[s->count++] = entry->size;
        if (s->count == ORPHAN_PAGE_MAX && !take_orphans(c, s, e))
            return false;
    }
    return take_orphans(c, s, e);
}

/* A page lists its folders anew: so it is a long one. */
bool check_files(struct check *c, struct err *e)
{
    AUTO_ARENA a = { 0 };
    struct suspects *s = arena_new(&a, struct suspects);
    struct blob_page page;

    s->arena = &a;
    if (!blob_list(c->services->store, &a, c->after, CHECK_FILES_PAGE, &page, e) ||
        !take_page(c, s, &page, e))
        return false;
    if (page.count < CHECK_FILES_PAGE)
        check_end_pass(c);
    else
        c->after = arena_str(c->arena, page.entries[page.count - 1].key);
    return true;
}

static bool of_store(struct check *c, struct err *e)
{
    struct check_finding *finding;
    int64_t count;

    if (!(c->repair ? blob_sweep(c->services->store, &count, e)
                    : blob_count_leftovers(c->services->store, &count, e)))
        return false;
    if (count == 0)
        return true;
    finding = check_add(c, CHECK_HALF_WRITTEN, STR(".incoming"));
    finding->detail = arena_strf(c->arena, "%lld files", (long long)count);
    finding->repaired = c->repair;
    return true;
}

bool check_leftovers(struct check *c, struct err *e)
{
    const char *folder = sweeper_folder(c->services->sweeper);
    int64_t began_ms = sweeper_began_ms(c->services->sweeper), removed;
    struct str_list names;

    if (!of_store(c, e) || !file_list_leftovers(folder, began_ms, c->arena, &names, e) ||
        (c->repair && !file_sweep_leftovers(folder, began_ms, &removed, e)))
        return false;
    for (size_t i = 0; i < names.count && c->finding_count < CHECK_FINDINGS_MAX; i++)
        check_add(c, CHECK_HALF_WRITTEN, names.items[i])->repaired = c->repair;
    check_end_pass(c);
    return true;
}
