/* Cursors: where a list goes on, sealed to the list, its filters and its reader. */
#include "api/cursor.h"

#include <assert.h>
#include <string.h>

#include "base/buf.h"
#include "base/crypto.h"
#include "base/encode.h"
#include "base/json.h"

enum { MAC_BYTES = 16 };

/* The MAC covers the binding, its length (so that nothing can move between the two) and the keys.
 */
static void compute_mac(struct str secret, struct str binding, struct str keys,
                        uint8_t out[SHA256_BYTES])
{
    AUTO_BUF text = { 0 };

    buf_init(&text, SIZE_MAX / 2);
    buf_putf(&text, "%zu:", binding.len);
    buf_put(&text, binding);
    buf_put(&text, keys);
    hmac_sha256(secret, buf_str(&text), out);
}

struct str cursor_seal(struct arena *a, struct str secret, struct str binding,
                       const struct str *keys, size_t count)
{
    uint8_t mac[SHA256_BYTES];
    AUTO_BUF list = { 0 }, sealed = { 0 };
    struct json_writer w = { .out = &list };

    assert(count <= CURSOR_MAX_KEYS);
    buf_init(&list, 64 * KIB);
    buf_init(&sealed, 64 * KIB);
    json_begin_array(&w);
    for (size_t i = 0; i < count; i++)
        json_put_str(&w, keys[i]);
    json_end_array(&w);

    compute_mac(secret, binding, buf_str(&list), mac);
    buf_put(&sealed, str_of(mac, MAC_BYTES));
    buf_put(&sealed, buf_str(&list));
    return base64url_encode(a, buf_str(&sealed));
}

static bool fail(struct err *e)
{
    return err_set_field(e, ERR_MALFORMED, STR("cursor"),
                         "'cursor' does not belong to this list: start again without it");
}

bool cursor_open(struct arena *a, struct str secret, struct str binding, struct str cursor,
                 struct str *out_keys, size_t count, struct err *e)
{
    uint8_t mac[SHA256_BYTES];
    struct str raw, list;
    struct json tree;

    if (cursor.len > CURSOR_MAX_BYTES || !base64_decode(a, cursor, &raw) || raw.len < MAC_BYTES)
        return fail(e);
    list = str_slice(raw, MAC_BYTES, raw.len);
    compute_mac(secret, binding, list, mac);
    if (!str_eq_secret(str_of(mac, MAC_BYTES), str_slice(raw, 0, MAC_BYTES)))
        return fail(e);
    if (!json_parse(a, list, &tree, e) || tree.type != JSON_ARRAY || tree.array.count != count)
        return fail(e);
    for (size_t i = 0; i < count; i++)
        out_keys[i] = tree.array.items[i].str;
    return true;
}
