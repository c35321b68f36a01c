/* Identities seen lately: found while they hold, and not a moment longer. */
#include "check.h"

#include "api/known.h"
#include "base/clock.h"
#include "base/crypto.h"

enum { NOW = 1000000, EXPIRES = NOW + 30000 };

static struct identity ada;
static struct known *known;

static int set_up(void **state)
{
    struct err e;

    UNUSED(state);
    CHECK_OK(crypto_init(&e));
    clock_set_virtual(NOW);
    known = known_create();
    ada = (struct identity){
        .user = { .id = STR("u1"), .name = STR("ada"), .plan = STR("standard") },
        .credential_id = STR("c1"),
        .scope = SCOPE_WRITE,
        .last_used_at = NOW,
        .expires_at = EXPIRES,
    };
    return 0;
}

static int tear_down(void **state)
{
    UNUSED(state);
    known_destroy(known);
    clock_set_virtual(-1);
    return 0;
}

static bool is_known(struct str secret, int64_t *out_turn)
{
    AUTO_ARENA a = { 0 };
    struct identity who;

    if (!known_find(known, &a, secret, &who, out_turn))
        return false;
    CHECK_STR(who.user.id, ada.user.id);
    CHECK_STR(who.user.name, ada.user.name);
    CHECK_STR(who.user.plan, ada.user.plan);
    CHECK_STR(who.credential_id, ada.credential_id);
    CHECK_I64(who.scope, SCOPE_WRITE);
    return true;
}

static void add(struct str secret)
{
    int64_t turn;

    CHECK(!is_known(secret, &turn));
    known_add(known, secret, &ada, turn);
}

static void only_the_secret_itself_is_known(void **state)
{
    int64_t turn;

    UNUSED(state);
    add(STR("secret"));
    CHECK(is_known(STR("secret"), &turn));
    CHECK(!is_known(STR("secrets"), &turn));
    CHECK(!is_known(STR("secre"), &turn));
    CHECK(!is_known(STR(""), &turn));
}

static void nobody_is_known_after_a_change_of_rights(void **state)
{
    int64_t turn;

    UNUSED(state);
    add(STR("secret"));
    known_forget(known);
    CHECK(!is_known(STR("secret"), &turn));
    add(STR("secret"));
    CHECK(is_known(STR("secret"), &turn));
}

static void what_was_read_before_a_change_is_not_added_after_it(void **state)
{
    int64_t before, turn;

    UNUSED(state);
    CHECK(!is_known(STR("secret"), &before));
    known_forget(known);
    known_add(known, STR("secret"), &ada, before);
    CHECK(!is_known(STR("secret"), &turn));
}

static void an_expired_one_is_not_known(void **state)
{
    int64_t turn;

    UNUSED(state);
    add(STR("secret"));
    clock_set_virtual(EXPIRES - 1);
    CHECK(is_known(STR("secret"), &turn));
    clock_set_virtual(EXPIRES);
    CHECK(!is_known(STR("secret"), &turn));
}

static void one_whose_use_is_to_be_noted_is_asked_for_again(void **state)
{
    struct identity who = ada;
    int64_t turn;

    UNUSED(state);
    CHECK(!is_known(STR("secret"), &turn));
    who.expires_at = 0;
    known_add(known, STR("secret"), &who, turn);
    clock_set_virtual(NOW + TOUCH_EVERY_MS);
    CHECK(is_known(STR("secret"), &turn));
    clock_set_virtual(NOW + TOUCH_EVERY_MS + 1);
    CHECK(!is_known(STR("secret"), &turn));
}

static void more_than_there_are_places_for_replace_one_another(void **state)
{
    AUTO_ARENA a = { 0 };
    int found = 0;
    int64_t turn;

    UNUSED(state);
    for (int i = 0; i < 5000; i++)
        add(arena_strf(&a, "secret %d", i));
    for (int i = 0; i < 5000; i++)
        found += is_known(arena_strf(&a, "secret %d", i), &turn);
    CHECK(found > 100 && found < 2000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(only_the_secret_itself_is_known, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nobody_is_known_after_a_change_of_rights, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_was_read_before_a_change_is_not_added_after_it, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(an_expired_one_is_not_known, set_up, tear_down),
        cmocka_unit_test_setup_teardown(one_whose_use_is_to_be_noted_is_asked_for_again, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(more_than_there_are_places_for_replace_one_another, set_up,
                                        tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
