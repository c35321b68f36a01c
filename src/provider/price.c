/* What pictures of a backend cost: its price book, quotes before and charges after. */
#include "provider/price.h"

#include <math.h>

enum {
    MICROS = 1000 * 1000, /* in a dollar */
    MEGA = 1000 * 1000,   /* pixels, tokens */
    SECOND_MS = 1000,
    CHARGE_MAX_DOLLARS = 1000 * 1000, /* of one call */
    USUAL_PIXELS = 1024 * 1024,       /* of a request that leaves the size to the backend */
};

const char *const gen_price_names[] = {
    "free",    "per_image", "per_megapixel", "per_second", "per_million_tokens", "told",
    "unknown", NULL
};

static int64_t micros_of(double dollars)
{
    return llround(dollars * MICROS);
}

bool price_configure(const struct price_settings *s, struct gen_pricing *pricing,
                     const char **out_key)
{
    const struct {
        const char *key;
        enum gen_price kind;
        struct opt_f64 dollars;
    } keys[] = {
        { "price_per_image", PRICE_PER_IMAGE, s->per_image },
        { "price_per_megapixel", PRICE_PER_MEGAPIXEL, s->per_megapixel },
        { "price_per_second", PRICE_PER_SECOND, s->per_second },
        { "price_per_million_tokens", PRICE_PER_MILLION_TOKENS, s->per_million_tokens },
    };
    bool found = false;

    if (s->estimate.set)
        pricing->estimate_micros = micros_of(s->estimate.value);
    for (size_t i = 0; i < COUNT(keys); i++) {
        if (!keys[i].dollars.set)
            continue;
        if (found) {
            *out_key = keys[i].key;
            return false;
        }
        found = true;
        pricing->unit_micros = micros_of(keys[i].dollars.value);
        pricing->kind = pricing->unit_micros > 0 ? keys[i].kind : PRICE_FREE;
    }
    return true;
}

/* Within what can be added up: providers say what they like. */
static struct opt_i64 known(int64_t micros)
{
    return (struct opt_i64){ true, MIN(MAX(micros, 0), (int64_t)CHARGE_MAX_DOLLARS * MICROS) };
}

/* So many of a thousand or a million, upwards to whole micro-dollars: a bill is never larger. */
static struct opt_i64 share(int64_t unit_micros, int64_t amount, int64_t of)
{
    double exact = (double)unit_micros * (double)amount / (double)of;

    return known((int64_t)MIN(ceil(exact - 1e-6), (double)CHARGE_MAX_DOLLARS * MICROS));
}

struct opt_i64 price_quote(const struct gen_pricing *pricing, const struct gen_request *request,
                           int64_t images)
{
    switch (pricing->kind) {
    case PRICE_FREE:
        return known(0);
    case PRICE_PER_IMAGE:
        return known(pricing->unit_micros * images);
    case PRICE_PER_MEGAPIXEL:
        if (request->width > 0)
            return share(pricing->unit_micros, images * request->width * request->height, MEGA);
        break;
    default:
        break;
    }
    return (struct opt_i64){ 0 };
}

struct opt_i64 price_reserve(const struct gen_pricing *pricing, const struct gen_request *request,
                             int64_t images)
{
    struct opt_i64 quote = price_quote(pricing, request, images);

    if (pricing->kind == PRICE_FREE)
        return (struct opt_i64){ 0 };
    if (quote.set)
        return quote;
    if (pricing->estimate_micros == 0 && pricing->kind == PRICE_PER_MEGAPIXEL)
        return share(pricing->unit_micros, images * USUAL_PIXELS, MEGA);
    return known(pricing->estimate_micros * images);
}

struct opt_i64 price_charge(const struct gen_pricing *pricing, const struct gen_result *result,
                            const struct price_use *use)
{
    int64_t ms = result->billed_ms.set ? result->billed_ms.value : use->took_ms;

    if (pricing->kind == PRICE_FREE)
        return known(0);
    if (result->cost_micros.set)
        return known(result->cost_micros.value);
    switch (pricing->kind) {
    case PRICE_PER_IMAGE:
        return known(pricing->unit_micros * use->images);
    case PRICE_PER_MEGAPIXEL:
        if (use->pixels > 0)
            return share(pricing->unit_micros, use->pixels, MEGA);
        break;
    case PRICE_PER_SECOND:
        return share(pricing->unit_micros, ms, SECOND_MS);
    case PRICE_PER_MILLION_TOKENS:
        if (result->tokens.set)
            return share(pricing->unit_micros, result->tokens.value, MEGA);
        break;
    default:
        break;
    }
    return (struct opt_i64){ 0 };
}
