/* Who is asking, on both databases: what was found of him is confirmed as long as it is so. */
#include "image_place.h"

#include "base/clock.h"
#include "engine/credential.h"

static struct identity who;

static bool make_and_find(struct db_tx *tx, void *arg, struct err *e)
{
    const int64_t *lifetime_ms = arg; /* of a token, 0: for ever; NULL: it is a session */
    int64_t expires_at =
        lifetime_ms != NULL && *lifetime_ms > 0 ? clock_now_ms() + *lifetime_ms : 0;
    struct token token;
    struct str id, secret;

    who = (struct identity){ 0 };
    if (lifetime_ms == NULL)
        return session_create(tx, &memory, ada, STR("test"), 1000000, &id, &secret, e) &&
               identity_of_session(tx, &memory, secret, &who, e);
    return token_create(tx, &memory, ada, STR("test"), SCOPE_WRITE, expires_at, &token, &secret,
                        e) &&
           identity_of_token(tx, &memory, secret, &who, e);
}

static bool confirm(struct db_tx *tx, void *arg, struct err *e)
{
    return identity_confirm(tx, arg, e);
}

static void check_confirmed(const struct identity *claim, bool expected)
{
    struct err e = { 0 };
    bool ok = db_read(place.db, confirm, (void *)(uintptr_t)claim, &e);

    CHECK(ok == expected);
    CHECK(ok || e.code == ERR_EXPECTATION);
}

/* What was found is so, and nothing else. */
static void check_claims(void)
{
    struct identity claims[] = { who, who, who, who, who, who };

    claims[0].user.name = STR("bob");
    claims[1].user.role = who.user.role == USER_ADMIN ? USER_MEMBER : USER_ADMIN;
    claims[2].user.updated_at++;
    claims[3].user.id = bob;
    claims[4].expires_at++;
    claims[5].user.plan = STR("another");
    check_confirmed(&who, true);
    for (size_t i = 0; i < COUNT(claims); i++)
        check_confirmed(&claims[i], false);
}

static void what_was_found_is_confirmed(void **state)
{
    int64_t for_ever = 0, an_hour = 3600 * 1000;
    int64_t *const lifetimes[] = { &for_ever, &an_hour, NULL };
    struct err e = { 0 };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(lifetimes); i++) {
        CHECK_OK(db_write(place.db, make_and_find, lifetimes[i], &e));
        check_claims();
    }
}

static void a_token_has_the_scope_that_was_found(void **state)
{
    int64_t for_ever = 0;
    struct err e = { 0 };

    UNUSED(state);
    CHECK_OK(db_write(place.db, make_and_find, &for_ever, &e));
    who.scope = SCOPE_ADMIN;
    check_confirmed(&who, false);
}

/* Of a token or a session, as make_and_find has it. */
static void check_ends(int64_t *lifetime_ms, const char *const *ends)
{
    struct err e = { 0 };

    for (size_t i = 0; ends[i] != NULL; i++) {
        CHECK_OK(db_write(place.db, make_and_find, lifetime_ms, &e));
        check_confirmed(&who, true);
        place_run(ends[i]);
        check_confirmed(&who, false);
        place_run("UPDATE app_user SET disabled_at = NULL");
    }
}

static void what_ended_is_not_confirmed(void **state)
{
    static const char *const token_ends[] = { "UPDATE api_token SET revoked_at = 1",
                                              "UPDATE app_user SET disabled_at = 1",
                                              "DELETE FROM api_token", NULL };
    static const char *const session_ends[] = { "UPDATE app_user SET disabled_at = 1",
                                                "DELETE FROM session", NULL };
    int64_t for_ever = 0;

    UNUSED(state);
    check_ends(&for_ever, token_ends);
    check_ends(NULL, session_ends);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        IMAGE_TEST(what_was_found_is_confirmed),
        IMAGE_TEST(a_token_has_the_scope_that_was_found),
        IMAGE_TEST(what_ended_is_not_confirmed),
    };

    return place_main(argc, argv, tests, COUNT(tests));
}
