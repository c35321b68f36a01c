/* Named fault points: the n-th pass of one fails, or ends the process. */
#include "base/fault.h"

#if defined(ALBUMEN_FAULTS)

#include <assert.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const names[] = {
#define FAULT_POINT(name) #name,
#include "base/fault_points.def"
#undef FAULT_POINT
};

enum action { NOTHING, FAIL_ONCE, FAIL_FROM, KILL };

/* Written by fault_set before other threads run, read by all. */
static atomic_int armed_point = -1;
static enum action armed_action;
static int64_t armed_pass;
static atomic_llong passes[FAULT_POINT_COUNT];
static pthread_once_t environment_once = PTHREAD_ONCE_INIT;

static NO_RETURN void bad_spec(const char *spec)
{
    fprintf(stderr, "ALBUMEN_FAULT='%s': expected <point>:<pass>:fail|from|kill\n", spec);
    abort();
}

static enum action action_of(const char *text)
{
    if (strcmp(text, "fail") == 0)
        return FAIL_ONCE;
    if (strcmp(text, "from") == 0)
        return FAIL_FROM;
    return strcmp(text, "kill") == 0 ? KILL : NOTHING;
}

static void arm(const char *spec)
{
    char point[32], action[8];
    long long pass;
    int end = 0;

    if (sscanf(spec, "%31[a-z_]:%lld:%7[a-z]%n", point, &pass, action, &end) != 3 || pass < 1 ||
        spec[end] != '\0')
        bad_spec(spec);
    armed_action = action_of(action);
    if (armed_action == NOTHING)
        bad_spec(spec);
    armed_pass = pass;
    for (int i = 0; i < FAULT_POINT_COUNT; i++) {
        if (strcmp(names[i], point) == 0) {
            atomic_store(&armed_point, i);
            return;
        }
    }
    bad_spec(spec);
}

static void read_environment(void)
{
    const char *spec = getenv("ALBUMEN_FAULT");

    if (spec != NULL && *spec != '\0')
        arm(spec);
}

bool fault_hit(enum fault_point point)
{
    int64_t pass = atomic_fetch_add(&passes[point], 1) + 1;

    pthread_once(&environment_once, read_environment);
    if ((int)point != atomic_load(&armed_point))
        return false;
    if (armed_action == FAIL_FROM)
        return pass >= armed_pass;
    if (pass != armed_pass)
        return false;
    if (armed_action == KILL)
        kill(getpid(), SIGKILL);
    return true;
}

void fault_set(const char *spec)
{
    pthread_once(&environment_once, read_environment);
    atomic_store(&armed_point, -1);
    for (int i = 0; i < FAULT_POINT_COUNT; i++)
        atomic_store(&passes[i], 0);
    if (spec != NULL)
        arm(spec);
}

int64_t fault_passes(enum fault_point point)
{
    return atomic_load(&passes[point]);
}

#else

/* Release builds: an empty file is not C. */
typedef int fault_points_are_off;

#endif
