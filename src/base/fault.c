/* Named fault points: the n-th pass of one fails, or ends the process. */
#include "base/fault.h"

#if defined(ALBUMEN_FAULTS)

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static const char *const names[] = {
#define FAULT_POINT(name) #name,
#include "base/fault_points.def"
#undef FAULT_POINT
};

enum { SPEC_MAX = 64 };
enum action { NOTHING, FAIL_ONCE, FAIL_FROM, KILL };

/* What is armed, in one word: other threads see all of it or nothing. */
union plan {
    int64_t word;
    struct {
        int32_t pass;
        int16_t point, action;
    };
};

/* Shared with whoever commands from outside, or our own. */
struct control {
    char spec[SPEC_MAX];
    atomic_uint generation; /* raised behind a new spec */
    atomic_uint hits;       /* passes that failed since then */
    atomic_llong passes[FAULT_POINT_COUNT];
};

static struct control own;
static struct control *control = &own;
static atomic_uint armed_generation;
static _Atomic int64_t armed;
static pthread_once_t environment_once = PTHREAD_ONCE_INIT;

static NO_RETURN void bad_spec(const char *spec)
{
    fprintf(stderr, "fault '%s': expected <point>:<pass>:fail|from|kill\n", spec);
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

static int find_point(const char *spec, const char *name)
{
    for (int i = 0; i < FAULT_POINT_COUNT; i++) {
        if (strcmp(names[i], name) == 0)
            return i;
    }
    bad_spec(spec);
}

static union plan read_spec(const char *spec)
{
    char point[32], action[8];
    union plan plan = { 0 };
    int pass, end = 0;

    if (spec == NULL)
        return plan;
    if (sscanf(spec, "%31[a-z_]:%d:%7[a-z]%n", point, &pass, action, &end) != 3 || pass < 1 ||
        spec[end] != '\0' || action_of(action) == NOTHING)
        bad_spec(spec);
    plan.pass = pass;
    plan.point = (int16_t)find_point(spec, point);
    plan.action = (int16_t)action_of(action);
    return plan;
}

static void arm(const char *spec)
{
    atomic_store(&armed, 0);
    atomic_store(&control->hits, 0);
    for (int i = 0; i < FAULT_POINT_COUNT; i++)
        atomic_store(&control->passes[i], 0);
    atomic_store(&armed, read_spec(spec).word);
}

static const char *null_if_empty(const char *text)
{
    return text != NULL && text[0] != '\0' ? text : NULL;
}

static void share_control(const char *path)
{
    int fd = open(path, O_RDWR | O_CLOEXEC);
    void *shared = MAP_FAILED;

    if (fd >= 0 && ftruncate(fd, sizeof(*control)) == 0)
        shared = mmap(NULL, sizeof(*control), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (shared == MAP_FAILED)
        bad_spec(path);
    close(fd);
    control = shared;
    atomic_store(&armed_generation, atomic_load(&control->generation));
}

static void read_environment(void)
{
    const char *path = null_if_empty(getenv("ALBUMEN_FAULT_CONTROL"));

    if (path != NULL)
        share_control(path);
    arm(null_if_empty(getenv("ALBUMEN_FAULT")));
}

/* The one thread that notices a new generation arms it. */
static void obey_control(void)
{
    unsigned wanted = atomic_load(&control->generation), known = atomic_load(&armed_generation);
    char spec[SPEC_MAX];

    if (wanted == known || !atomic_compare_exchange_strong(&armed_generation, &known, wanted))
        return;
    memcpy(spec, control->spec, sizeof(spec));
    spec[SPEC_MAX - 1] = '\0';
    arm(null_if_empty(spec));
}

bool fault_hit(enum fault_point point)
{
    union plan plan;
    int64_t pass;

    pthread_once(&environment_once, read_environment);
    obey_control();
    pass = atomic_fetch_add(&control->passes[point], 1) + 1;
    plan.word = atomic_load(&armed);
    if (plan.action == NOTHING || plan.point != (int16_t)point || pass < plan.pass ||
        (pass > plan.pass && plan.action != FAIL_FROM))
        return false;
    atomic_fetch_add(&control->hits, 1);
    if (plan.action == KILL)
        kill(getpid(), SIGKILL);
    return true;
}

void fault_set(const char *spec)
{
    pthread_once(&environment_once, read_environment);
    arm(spec);
}

int64_t fault_passes(enum fault_point point)
{
    return atomic_load(&control->passes[point]);
}

#else

/* Release builds: an empty file is not C. */
typedef int fault_points_are_off;

#endif
