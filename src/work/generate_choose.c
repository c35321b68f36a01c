/* Which backend a job goes to, of the one that was asked for and those that stand in for it. */
#include "work/generate_choose.h"

#include <stdio.h>

enum { FULL_RETRY_MS = 1000 };

bool choices_make(struct backend_list *list, struct backend *wanted,
                  const struct gen_request *request, struct choices *out, struct err *e)
{
    const struct str_list *names = &backend_limits(wanted)->fallback;
    struct err own = { 0 }, why = { 0 };
    bool any = provider_check_request(backend_provider(wanted), request, &own);

    *out = (struct choices){ .count = 1 + names->count };
    out->backends[0] = wanted;
    out->options[0].known = any;
    for (size_t i = 1; i < out->count; i++) {
        struct backend *b = backend_find(list, names->items[i - 1]);

        out->backends[i] = b;
        out->options[i].known = provider_check_request(backend_provider(b), request, &why);
        any = any || out->options[i].known;
    }
    if (!any)
        *e = own;
    return any;
}

/* For the own lane's jobs there is room; those that stand in for others wait for it. */
static void look(struct choices *c)
{
    for (size_t i = 0; i < c->count; i++) {
        struct backend_health health;

        backend_health(c->backends[i], &health);
        c->options[i].breaker = health.breaker;
        c->options[i].full = i > 0 && health.running >= backend_limits(c->backends[i])->concurrency;
    }
}

bool choices_next(struct choices *c, struct backend **out, struct err *e)
{
    int64_t wait_ms;
    int picked;

    look(c);
    picked = fallback_pick(c->options, c->count, &wait_ms);
    if (picked < 0) {
        *e = c->why;
        return false;
    }
    if (wait_ms > 0 || c->options[picked].full) {
        err_set(e, ERR_BUSY, "backend '%.40s' takes no calls now",
                backend_name(c->backends[picked]).ptr);
        e->retry_after_ms = MAX(wait_ms, (int64_t)FULL_RETRY_MS);
        return false;
    }
    *out = c->backends[picked];
    return true;
}

/* What may pass is worth another attempt, whatever the others said; else the first reason counts,
 * which is that of the backend that was asked for. */
void choices_drop(struct choices *c, const struct backend *backend, const struct err *why)
{
    char context[64];

    for (size_t i = 0; i < c->count; i++) {
        if (c->backends[i] == backend)
            c->options[i].tried = true;
    }
    if (c->why.code != ERR_NONE && (err_may_retry(c->why.code) || !err_may_retry(why->code)))
        return;
    c->why = *why;
    if (c->count > 1) {
        snprintf(context, sizeof(context), "backend '%.40s'", backend_name(backend).ptr);
        err_wrap(&c->why, context);
    }
}
