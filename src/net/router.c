/* A trie of path segments. A node is reached by one way only, so backtracking costs at most the
 * trie's size. */
#include "net/router.h"

#include <assert.h>
#include <stdlib.h>

#include "base/encode.h"
#include "net/text.h"

/* What one pattern gives to one method. */
struct slot {
    const void *target;
    struct str names[ROUTER_MAX_PARAMS];
    size_t count;
};

struct node {
    struct str segment;     /* of a literal, in the pattern's own memory */
    struct node **literals; /* in order of str_cmp */
    size_t literal_count;
    struct node *param;
    struct slot *slots[HTTP_METHOD_COUNT]; /* patterns that end here */
    struct slot *rests[HTTP_METHOD_COUNT]; /* patterns that end here in ":name*" */
};

struct router {
    struct node root;
};

static void node_deinit(struct node *n)
{
    for (size_t i = 0; i < n->literal_count; i++) {
        node_deinit(n->literals[i]);
        free(n->literals[i]);
    }
    if (n->param != NULL)
        node_deinit(n->param);
    free(n->param);
    free(n->literals);
    for (size_t i = 0; i < HTTP_METHOD_COUNT; i++) {
        free(n->slots[i]);
        free(n->rests[i]);
    }
}

struct router *router_create(void)
{
    return mem_alloc(sizeof(struct router));
}

void router_destroy(struct router *r)
{
    if (r == NULL)
        return;
    node_deinit(&r->root);
    free(r);
}

/* The index of the literal, or where it would have to stand. */
static bool find_literal(const struct node *n, struct str segment, size_t *out)
{
    size_t low = 0;
    size_t high = n->literal_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = str_cmp(n->literals[middle]->segment, segment);

        if (order == 0) {
            *out = middle;
            return true;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *out = low;
    return false;
}

static struct node *add_literal(struct node *n, struct str segment)
{
    size_t at;

    if (find_literal(n, segment, &at))
        return n->literals[at];
    n->literals = mem_realloc(n->literals, (n->literal_count + 1) * sizeof(n->literals[0]));
    for (size_t i = n->literal_count; i > at; i--)
        n->literals[i] = n->literals[i - 1];
    n->literals[at] = mem_alloc(sizeof(struct node));
    n->literals[at]->segment = segment;
    n->literal_count++;
    return n->literals[at];
}

static bool take_name(struct slot *slot, struct str name)
{
    if (name.len == 0 || slot->count == ROUTER_MAX_PARAMS)
        return false;
    for (size_t i = 0; i < slot->count; i++) {
        if (str_eq(slot->names[i], name))
            return false;
    }
    slot->names[slot->count++] = name;
    return true;
}

static bool is_rest(struct str segment)
{
    return str_starts(segment, STR(":")) && str_ends(segment, STR("*"));
}

/* Cuts the pattern up and collects its names; nothing is added to the trie when it is no pattern.
 */
static bool read_pattern(struct str pattern, struct str segments[ROUTER_MAX_SEGMENTS],
                         size_t *out_count, struct slot *slot)
{
    struct str rest = pattern;
    size_t count = 0;

    if (!str_starts(pattern, STR("/")) || !str_is_utf8(pattern))
        return false;
    rest = str_slice(pattern, 1, pattern.len);
    while (rest.len > 0) {
        struct str segment;
        bool more = str_cut(rest, '/', &segment, &rest);

        if (count == ROUTER_MAX_SEGMENTS || segment.len == 0 || (more && rest.len == 0))
            return false;
        segments[count++] = segment;
        if (segment.ptr[0] != ':')
            continue;
        if (is_rest(segment) && more)
            return false;
        if (!take_name(slot, str_slice(segment, 1, segment.len - (is_rest(segment) ? 1 : 0))))
            return false;
    }
    *out_count = count;
    return true;
}

bool router_add(struct router *r, enum http_method method, const char *pattern, const void *target,
                struct err *e)
{
    struct str segments[ROUTER_MAX_SEGMENTS];
    struct slot slot = { .target = target };
    struct node *n = &r->root;
    struct slot **slots = NULL;
    size_t count = 0;

    assert(target != NULL && (unsigned)method < HTTP_METHOD_COUNT);
    if (!read_pattern(str_from(pattern), segments, &count, &slot))
        return err_set(e, ERR_INVALID, "'%s' is not a path pattern", pattern);
    for (size_t i = 0; i < count && slots == NULL; i++) {
        if (is_rest(segments[i])) {
            slots = n->rests;
        } else if (segments[i].ptr[0] == ':') {
            if (n->param == NULL)
                n->param = mem_alloc(sizeof(struct node));
            n = n->param;
        } else {
            n = add_literal(n, segments[i]);
        }
        assert(n != NULL);
    }
    if (slots == NULL)
        slots = n->slots;
    if (slots[method] != NULL)
        return err_set(e, ERR_CONFLICT, "'%s' matches the same as another path of its method",
                       pattern);
    slots[method] = mem_alloc(sizeof(slot));
    *slots[method] = slot;
    return true;
}

/* A request's path, cut and checked. Segments past ROUTER_MAX_SEGMENTS can only be part of a rest.
 */
struct split {
    struct str path;
    struct str segments[ROUTER_MAX_SEGMENTS]; /* decoded */
    size_t starts[ROUTER_MAX_SEGMENTS];       /* in path */
    size_t count;                             /* of all segments */
    size_t encoded_slashes_end;               /* behind the last segment that holds one */
    bool trailing_slash;
};

static bool add_segment(struct arena *a, struct str raw, size_t start, struct split *split)
{
    struct str decoded = raw;

    if (str_find_char(raw, '%', 0) < raw.len && !percent_decode(a, raw, false, &decoded))
        return false;
    if (decoded.len == 0 || str_eq(decoded, STR(".")) || str_eq(decoded, STR("..")) ||
        !text_is_clean(decoded))
        return false;
    if (str_find_char(decoded, '/', 0) < decoded.len)
        split->encoded_slashes_end = start + raw.len;
    if (split->count < ROUTER_MAX_SEGMENTS) {
        split->segments[split->count] = decoded;
        split->starts[split->count] = start;
    }
    split->count++;
    return true;
}

static bool split_path(struct arena *a, struct str path, struct split *split)
{
    size_t start = 1;

    split->path = path;
    if (path.len == 0 || path.ptr[0] != '/')
        return false;
    while (start < path.len) {
        size_t end = str_find_char(path, '/', start);

        if (!add_segment(a, str_slice(path, start, end), start, split))
            return false;
        split->trailing_slash = end + 1 == path.len;
        start = end + 1;
    }
    return true;
}

/* One walk through the trie: what is looked for, and the parameters on the way to the current node.
 */
struct walk {
    struct arena *arena;
    const struct split *split;
    enum http_method method;
    size_t params[ROUTER_MAX_PARAMS]; /* indices of segments */
    size_t param_count;
    struct router_match *out;
    unsigned methods;
};

static const struct slot *slot_for(struct walk *w, struct slot *const *slots)
{
    for (unsigned method = 0; method < HTTP_METHOD_COUNT; method++) {
        if (slots[method] != NULL)
            w->methods |= 1U << method;
    }
    if (slots[HTTP_GET] != NULL)
        w->methods |= 1U << HTTP_HEAD;
    if (slots[w->method] == NULL && w->method == HTTP_HEAD)
        return slots[HTTP_GET];
    return slots[w->method];
}

static bool match_end(struct walk *w, struct slot *const *slots)
{
    const struct slot *slot = slot_for(w, slots);

    if (slot == NULL)
        return false;
    w->out->target = slot->target;
    w->out->param_count = slot->count;
    for (size_t i = 0; i < slot->count; i++)
        w->out->names[i] = slot->names[i];
    for (size_t i = 0; i < w->param_count; i++)
        w->out->values[i] = w->split->segments[w->params[i]];
    return true;
}

static bool match_rest(struct walk *w, const struct node *n, size_t depth)
{
    struct str path = w->split->path;
    size_t start = w->split->starts[depth];
    struct str rest = str_slice(path, start, path.len);

    if (w->split->encoded_slashes_end > start || !match_end(w, n->rests))
        return false;
    if (str_find_char(rest, '%', 0) < rest.len) {
        bool decoded = percent_decode(w->arena, rest, false, &rest);

        assert(decoded); /* each segment was */
    }
    w->out->values[w->param_count] = rest;
    return true;
}

static bool match_node(struct walk *w, const struct node *n, size_t depth)
{
    size_t at;

    if (depth == w->split->count)
        return match_end(w, n->slots);
    if (depth == ROUTER_MAX_SEGMENTS)
        return false;
    if (find_literal(n, w->split->segments[depth], &at) &&
        match_node(w, n->literals[at], depth + 1))
        return true;
    if (n->param != NULL) {
        w->params[w->param_count++] = depth;
        if (match_node(w, n->param, depth + 1))
            return true;
        w->param_count--;
    }
    return match_rest(w, n, depth);
}

enum router_result router_find(const struct router *r, struct arena *a, enum http_method method,
                               struct str path, struct router_match *out)
{
    struct split split = { .count = 0 };
    struct walk w = { .arena = a, .split = &split, .method = method, .out = out };

    assert((unsigned)method < HTTP_METHOD_COUNT);
    if (!split_path(a, path, &split))
        return ROUTER_BAD_PATH;
    if (split.trailing_slash)
        return ROUTER_NO_PATH;
    if (match_node(&w, &r->root, 0))
        return ROUTER_FOUND;
    out->methods = w.methods;
    return w.methods != 0 ? ROUTER_NO_METHOD : ROUTER_NO_PATH;
}
