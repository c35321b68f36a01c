/* What pictures of a backend cost: its price book, quotes before and charges after. In
 * micro-dollars, the millionth parts of a dollar. */
#ifndef PROVIDER_PRICE_H
#define PROVIDER_PRICE_H

#include "provider/gen.h"

enum gen_price {
    PRICE_FREE, /* buying again costs nothing: no care is taken that it happens once */
    PRICE_PER_IMAGE,
    PRICE_PER_MEGAPIXEL,
    PRICE_PER_SECOND,
    PRICE_PER_MILLION_TOKENS,
    PRICE_TOLD, /* by cost_micros, afterwards */
    PRICE_UNKNOWN,
};
extern const char *const gen_price_names[]; /* NULL at the end */

#define GEN_CURRENCY "USD"

struct gen_pricing {
    enum gen_price kind;
    int64_t unit_micros;     /* of one image, megapixel, second, or million tokens */
    int64_t estimate_micros; /* what a picture is taken for as long as nobody knows; 0: nothing */
};

/* The keys of a backend's section, in dollars; at most one but the estimate is set. */
struct price_settings {
    struct opt_f64 per_image, per_megapixel, per_second, per_million_tokens, estimate;
};
enum { PRICE_DOLLARS_MAX = 10000 };

/* What is set takes the place of what the adapter says. false: they contradict each other, and
 * *out_key names the one that is too much. */
bool price_configure(const struct price_settings *settings, struct gen_pricing *pricing,
                     const char **out_key);

/* What so many pictures by this request will cost; not set: nobody knows beforehand. */
struct opt_i64 price_quote(const struct gen_pricing *pricing, const struct gen_request *request,
                           int64_t images);
/* What is held back for them until their price is known; not set: they cost nothing. */
struct opt_i64 price_reserve(const struct gen_pricing *pricing, const struct gen_request *request,
                             int64_t images);

/* What a call has used up. */
struct price_use {
    int64_t images, pixels, took_ms; /* pixels: of all of them; 0: not known */
};
/* What a result has cost: as the provider says, else by the book. Not set: nobody knows. */
struct opt_i64 price_charge(const struct gen_pricing *pricing, const struct gen_result *result,
                            const struct price_use *use);

#endif
