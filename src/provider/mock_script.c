/* What the words of a prompt ask the mock for, and the pictures that come of it. */
#include "provider/mock_parts.h"

#include "base/clock.h"
#include "provider/plain_png.h"

enum { COUNT_MAX = 16, BYTES_MAX = 1 << 28, MS_MAX = 24 * 3600 * 1000, SIDE = 64 };

static bool read_number(struct str word, const char *name, int64_t max, int64_t *out)
{
    struct str text;

    if (!str_starts(word, str_from(name)))
        return false;
    text = str_slice(word, str_from(name).len, word.len);
    if (str_ends(text, STR("ms")))
        text.len -= 2;
    return str_to_i64(text, 0, max, out);
}

static void read_flag(struct str word, const char *name, bool *out)
{
    *out = *out || str_eq(word, str_from(name));
}

static void read_word(struct str word, struct mock_script *s)
{
    if (read_number(word, "fail:", 599, &s->fail) ||
        read_number(word, "retry-after:", MS_MAX, &s->retry_after_s) ||
        read_number(word, "slow:", MS_MAX, &s->slow_ms) ||
        read_number(word, "bytes:", BYTES_MAX, &s->bytes) ||
        read_number(word, "count:", COUNT_MAX, &s->count))
        return;
    read_flag(word, "hang", &s->hang);
    read_flag(word, "refuse", &s->refuse);
    read_flag(word, "unknown", &s->unknown);
    read_flag(word, "resume", &s->resume);
    read_flag(word, "truncate", &s->truncate);
    read_flag(word, "html", &s->html);
    read_flag(word, "svg", &s->svg);
}

struct mock_script mock_script_read(struct str prompt)
{
    struct mock_script script = { .count = 1 };
    struct str word, rest = prompt;
    bool more;

    do {
        more = str_cut(rest, ' ', &word, &rest);
        read_word(word, &script);
    } while (more);
    return script;
}

static struct str instead_of_png(const struct mock_script *script)
{
    if (script->html)
        return STR("<!doctype html><title>Sign in</title><script>alert(1)</script>");
    if (script->svg)
        return STR("<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>");
    return (struct str){ 0 };
}

/* The same words with another picture to go by give another picture. */
static uint64_t hash_references(const struct gen_request *request)
{
    uint64_t hash = 0;

    for (size_t i = 0; i < request->reference_count; i++)
        hash = hash * 31 + str_hash(request->references[i].bytes) +
               str_hash(request->references[i].role);
    return hash;
}

void mock_draw(struct arena *a, const struct gen_request *request, const struct mock_script *script,
               int64_t seed, int64_t which, struct gen_image *out)
{
    uint64_t own_seed = (uint64_t)seed + (uint64_t)which;
    uint64_t pattern =
        str_hash(request->prompt) ^ hash_references(request) ^ own_seed * 0x9E3779B97F4A7C15;

    out->bytes = instead_of_png(script);
    if (str_is_null(out->bytes))
        out->bytes =
            plain_png(a, request->width > 0 ? request->width : SIDE,
                      request->height > 0 ? request->height : SIDE, pattern, (size_t)script->bytes);
    if (script->truncate)
        out->bytes.len /= 2;
    out->size = (int64_t)out->bytes.len;
    out->media_type = STR("image/png");
    out->seed = (struct opt_i64){ true, (int64_t)own_seed };
}
