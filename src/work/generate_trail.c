/* What an attempt at a picture leaves on its job for the next one. */
#include "work/generate_trail.h"

#include "base/json.h"

enum { TRAIL_MAX_BYTES = 512 * 1024 }; /* a remote id has up to 64 KiB, and is escaped */

static const struct field trail_json[] = {
    { FIELD(struct generate_trail, backend) },
    { FIELD(struct generate_trail, sent) },
    { FIELD(struct generate_trail, remote) },
    { FIELD(struct generate_trail, references) },
    { 0 },
};

bool trail_is_open(const struct generate_trail *trail)
{
    return trail->sent || !str_is_null(trail->remote);
}

bool trail_decode(struct arena *a, struct str text, struct generate_trail *out, struct err *e)
{
    struct generate_trail trail = { 0 };
    struct json tree;

    if (!str_is_null(text) &&
        (!json_parse(a, text, &tree, e) ||
         !json_decode(a, &tree, trail_json, JSON_LENIENT, JSON_SNAKE, &trail, e)))
        return err_wrap(e, "what an earlier attempt has left");
    *out = trail;
    return true;
}

struct str trail_encode(struct arena *a, const struct generate_trail *trail)
{
    AUTO_BUF text = { 0 };
    struct json_writer w = { .out = &text };

    if (!trail_is_open(trail))
        return (struct str){ 0 };
    buf_init(&text, TRAIL_MAX_BYTES);
    json_put_struct(&w, trail_json, trail);
    return arena_str(a, buf_str(&text));
}
