/* What the tests of providers share: every provider with its fake server, a run that remembers, and
 * a thread that cancels. */
#ifndef TESTS_CONTRACT_PROVIDER_WORLD_H
#define TESTS_CONTRACT_PROVIDER_WORLD_H

#include "check.h"
#include "scratch.h"

#include "provider/provider.h"

/* What a provider's fake is asked for, by the prompt that makes it do that; NULL: it cannot. */
struct provider_prompts {
    const char *plain, *slow /* about 600 ms */, *hang, *refused, *limited /* retry-after 2 s */,
        *unknown, *large /* 100,000 bytes */;
};

struct provider_place {
    const char *name;
    const struct provider_ops *ops;
    const char *script;    /* the fake server below tests/upstreams/, or NULL */
    const char *settings;  /* YAML; %d stands for the server's port */
    const char *wrong_key; /* settings with a credential that the server does not take, or NULL */
    struct provider_prompts prompts;
};

extern const struct provider_place provider_places[];
extern const size_t provider_place_count;
extern const struct provider_place *current;
extern struct provider *provider; /* of the current test */
extern struct arena arena;
extern int port; /* of the fake server, or 0 */

int provider_setup(void **state);
int provider_teardown(void **state);
#define PROVIDER_TEST(name) cmocka_unit_test_setup_teardown(name, provider_setup, provider_teardown)

bool open_provider(const char *settings, struct provider **out, struct err *e);
void stop_server(void);
void start_server(void); /* on the port it had, with the state it had */
/* How often something was bought since the test began. */
int64_t purchases(void);

/* A run whose callbacks write down what came. */
struct world_run {
    struct gen_run run;
    struct gen_cancel cancel;
    struct lock lock; /* guards what follows */
    char saved[4096]; /* the last text */
    int saves, progresses, previews;
    int marks;   /* calls that buy, about to be sent */
    bool marked; /* the last of them may have bought */
    bool progress_before_save;
    double fraction;          /* the last that was known; 0: none */
    int falls;                /* how often it fell */
    char notes[2000];         /* all of them that are new, each with a semicolon behind it */
    char last[320];           /* the last note */
    int odd_previews;         /* what is no picture */
    enum err_code save_fails; /* what save_remote says, or ERR_NONE */
};
void world_run_init(struct world_run *w, int64_t timeout_ms);
void world_run_deinit(struct world_run *w);
#define AUTO_WORLD_RUN CLEANUP(world_run_deinit) struct world_run

bool generate(struct world_run *w, const char *prompt, struct gen_result *out, struct err *e);

#endif
