/* Addresses of pictures that work for anybody for a while. */
#include "engine/media_link.h"

#include "base/clock.h"
#include "base/crypto.h"
#include "base/encode.h"

/* All that a link stands for; the owner too, so that it ends with the picture's change of hands. No
 * part can hold a line feed, so nothing can move from one into another. */
static struct str signature_of(struct arena *a, struct str key, const struct image *image,
                               int64_t width, int64_t expires_s)
{
    uint8_t mac[SHA256_BYTES];

    hmac_sha256(key,
                arena_strf(a, "media link\n" STR_FMT "\n" STR_FMT "\n%lld\n%lld",
                           STR_ARG(image->user_id), STR_ARG(image->key), (long long)width,
                           (long long)expires_s),
                mac);
    return base64url_encode(a, str_of(mac, sizeof(mac)));
}

struct str media_link(struct arena *a, const struct media_signer *signer, const struct image *image,
                      int64_t width, int64_t expires_s)
{
    struct str signature = signature_of(a, signer->key, image, width, expires_s);
    struct str size = width != 0 ? arena_strf(a, "w=%lld&", (long long)width) : STR("");

    return arena_strf(a, STR_FMT STR_FMT "?" STR_FMT "expires=%lld&signature=" STR_FMT,
                      STR_ARG(signer->base_url), STR_ARG(image_url(a, image)), STR_ARG(size),
                      (long long)expires_s, STR_ARG(signature));
}

bool media_link_refuse(struct err *e)
{
    return err_set_field(e, ERR_FORBIDDEN, STR("signature"),
                         "this link is not as it was made: ask whoever gave it to you for another");
}

bool media_link_check(const struct media_signer *signer, const struct image *image, int64_t width,
                      int64_t expires_s, struct str signature, struct err *e)
{
    AUTO_ARENA a = { 0 };
    struct str right = signature_of(&a, signer->key, image, width, expires_s);

    if (!str_eq_secret(signature, right))
        return media_link_refuse(e);
    if (clock_now_ms() / 1000 >= expires_s)
        return err_set_field(e, ERR_FORBIDDEN, STR("expires"),
                             "this link has expired: ask whoever gave it to you for another");
    return true;
}
