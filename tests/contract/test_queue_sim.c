/*
 * The queue under a virtual clock, driven from one seed: users submit, cancel and try again,
 * workers claim, work, stall, die and come too late, lanes are paused, and time goes by. After
 * every step the database must be what a model in memory is. A seed gives the same trace each time;
 * ALBUMEN_TEST_SEED names the first one, ALBUMEN_TEST_SEEDS how many follow.
 */
#include "queue_model.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/random.h"

enum { NOW = 1000000000, STEPS = 260, LEASE_MS = 3000, LIMIT_MAX = 3, HELD_MAX = 16 };

/* What a worker believes to have; it may be wrong. */
struct held {
    int job;
    int64_t fence;
};

struct sim_worker {
    char id[24];
    int number;
    struct held held[HELD_MAX];
    int held_count;
    int64_t renew_at, stalled_until;
};

struct sim {
    uint64_t seed, random, trace;
    int step;
    struct model model;
    struct str users[MODEL_USERS];
    char lanes[MODEL_LANES][24];
    struct sim_worker workers[MODEL_WORKERS];
    int64_t tick_at; /* 0: nothing to wait for */
};

static struct sim *sim;

/* xorshift64: the simulation's own, so that the engine's dice do not depend on ours. */
static int below(int bound)
{
    sim->random ^= sim->random << 13;
    sim->random ^= sim->random >> 7;
    sim->random ^= sim->random << 17;
    return (int)((sim->random >> 16) % (uint64_t)bound);
}

/* Everything that happens goes into one number, by which two runs are compared. */
static void note(int64_t what)
{
    sim->trace = (sim->trace ^ (uint64_t)what) * 0x100000001b3;
}

#define SIM_CHECK(condition)                                                                       \
    do {                                                                                           \
        if (!(condition))                                                                          \
            fail_msg("seed %llu, step %d: expected %s", (unsigned long long)sim->seed, sim->step,  \
                     #condition);                                                                  \
    } while (0)

static struct str lane_name(int lane)
{
    return str_from(sim->lanes[lane]);
}

/* Runs one call; gives the code of its failure, ERR_NONE for none. */
static enum err_code run(db_tx_fn fn, void *s)
{
    struct err e = { 0 };
    bool ok = db_write(place.db, fn, s, &e);

    note(ok ? 0 : e.code);
    return ok ? ERR_NONE : e.code;
}

static bool do_end_cancelled(struct db_tx *tx, void *arg, struct err *e)
{
    struct step *s = arg;

    return lease_end_cancelled(tx, &memory, &s->job, e);
}

/* A job that this one may wait for: one of the user's, or nobody. */
static int pick_dependency(int user)
{
    int job = sim->model.job_count > 0 && below(4) == 0 ? below(sim->model.job_count) : NOBODY;

    return job != NOBODY && sim->model.jobs[job].user == user ? job : NOBODY;
}

static void submit_job(int user, int group)
{
    struct model *m = &sim->model;
    struct model_job *job = &m->jobs[m->job_count];
    struct step s = { .number = 0 };
    enum err_code code;

    *job = (struct model_job){ .user = user,
                               .lane = below(MODEL_LANES),
                               .group = group,
                               .depends_on = pick_dependency(user),
                               .worker = NOBODY };
    s.want = (struct job_new){
        .user_id = sim->users[user],
        .kind = STR("test"),
        .lane = lane_name(job->lane),
        .band = (enum job_band)(below(8) == 0 ? below(3) : JOB_NORMAL),
        .weight = 1 + below(3),
        .payload = STR("{}"),
    };
    if (group != NOBODY)
        s.want.group_id = m->groups[group].id;
    if (job->depends_on != NOBODY) {
        const struct model_job *first = &m->jobs[job->depends_on];

        s.want.depends_on = first->id;
        job->hold = first->state == JOB_COMPLETED ? MODEL_READY : MODEL_WAITS_FOR_JOB;
        if (first->state == JOB_FAILED || first->state == JOB_CANCELLED) {
            SIM_CHECK(run(do_submit, &s) == ERR_CONFLICT);
            s.want.depends_on = (struct str){ 0 };
            job->depends_on = NOBODY;
            job->hold = MODEL_READY;
        }
    }
    code = run(do_submit, &s);
    SIM_CHECK(code == ERR_NONE);
    job->id = s.job.id;
    m->job_count++;
}

static void act_submit(void)
{
    if (sim->model.job_count < MODEL_JOBS - 4)
        submit_job(below(MODEL_USERS), NOBODY);
}

static void act_submit_group(void)
{
    struct model *m = &sim->model;
    int user = below(MODEL_USERS), size = 2 + below(3);
    struct group_step g = { .user_id = sim->users[user], .total = size };

    if (m->group_count == MODEL_GROUPS || m->job_count + size > MODEL_JOBS)
        return;
    SIM_CHECK(run(do_create_group, &g) == ERR_NONE);
    m->groups[m->group_count] = (struct model_group){ .id = g.id, .user = user };
    for (int i = 0; i < size; i++)
        submit_job(user, m->group_count);
    m->group_count++;
}

/* A claim, and where each job stood right before it, in the same transaction. */
struct claim_step {
    struct step step;
    int64_t positions[MODEL_JOBS];
};

static bool do_look_and_claim(struct db_tx *tx, void *arg, struct err *e)
{
    struct claim_step *c = arg;

    for (int i = 0; i < sim->model.job_count; i++) {
        const struct model_job *j = &sim->model.jobs[i];
        struct job job = { .id = j->id, .lane = lane_name(j->lane), .state = j->state };

        c->positions[i] = -1;
        if (model_is_ready(&sim->model, j) && str_eq(job.lane, c->step.claim.lane) &&
            !job_position(tx, &job, &c->positions[i], e))
            return false;
    }
    return do_claim(tx, &c->step, e);
}

/* Those that the order and the limits choose, by the positions that the database gave. */
static int choose(const struct claim_step *c, int lane, int limit, int chosen[LIMIT_MAX])
{
    struct model *m = &sim->model;
    int free = limit, taken[MODEL_USERS] = { 0 }, count = 0;

    if (m->lane_max > 0)
        free = MIN(free, (int)m->lane_max - model_running_in(m, lane));
    for (int64_t position = 0; position < m->job_count && count < free; position++) {
        for (int i = 0; i < m->job_count && count < free; i++) {
            int user = m->jobs[i].user;

            if (c->positions[i] != position ||
                (m->user_max > 0 && model_running_of(m, user) + taken[user] >= m->user_max))
                continue;
            taken[user]++;
            chosen[count++] = i;
        }
    }
    return count;
}

static void act_claim(void)
{
    struct sim_worker *w = &sim->workers[below(MODEL_WORKERS)];
    int lane = below(MODEL_LANES), limit = 1 + below(LIMIT_MAX), chosen[LIMIT_MAX], count;
    struct claim_step c = { .step.claim = { .lane = lane_name(lane),
                                            .worker = str_from(w->id),
                                            .limit = limit,
                                            .lane_max = sim->model.lane_max } };

    if (w->stalled_until > sim->model.now || w->held_count + limit > HELD_MAX)
        return;
    SIM_CHECK(run(do_look_and_claim, &c.step) == ERR_NONE);
    count = choose(&c, lane, limit, chosen);
    SIM_CHECK((int)c.step.list.count == count);
    for (int i = 0; i < count; i++) {
        const struct job *got = (const struct job *)c.step.list.items + i;
        int job = model_find(&sim->model, got->id);
        bool expected = false;

        for (int k = 0; k < count; k++)
            expected |= chosen[k] == job;
        SIM_CHECK(expected);
        model_claim(&sim->model, job, w->number);
        SIM_CHECK(got->fence == sim->model.jobs[job].fence);
        w->held[w->held_count++] = (struct held){ job, got->fence };
        note(job);
    }
}

/* The model's part in the end of a job that its worker still had. */
static void follow_end(int job, int how, int64_t run_at)
{
    struct model *m = &sim->model;

    switch (how) {
    case 0:
        model_end(m, job, JOB_COMPLETED);
        break;
    case 1:
        model_end(m, job, JOB_FAILED);
        break;
    case 2:
        model_end(m, job, JOB_CANCELLED);
        break;
    case 3:
        model_queue_later(m, job, run_at);
        break;
    default:
        model_release(m, job);
        break;
    }
}

/* A worker is done with one of its jobs, in one way or another; without the lease it is refused. */
static void act_end(void)
{
    static const db_tx_fn ends[] = { do_complete, do_fail, do_end_cancelled, do_retry_later,
                                     do_release };
    struct sim_worker *w = &sim->workers[below(MODEL_WORKERS)];
    int which, how = below(10) < 5 ? 0 : below(COUNT(ends));
    struct step s = { .number = sim->model.now + below(4000) };
    const struct model_job *job;
    struct held held;
    bool is_ours;

    if (w->held_count == 0 || w->stalled_until > sim->model.now)
        return;
    which = below(w->held_count);
    held = w->held[which];
    w->held[which] = w->held[--w->held_count];
    job = &sim->model.jobs[held.job];
    is_ours = job->state == JOB_RUNNING && job->fence == held.fence;
    if (is_ours && job->cancel_asked && how > 2)
        how = 2; /* as workers do: what nobody wants is not queued again */
    s.job = (struct job){ .id = job->id,
                          .user_id = sim->users[job->user],
                          .kind = STR("test"),
                          .lane = lane_name(job->lane),
                          .fence = held.fence };
    if (job->group != NOBODY)
        s.job.group_id = sim->model.groups[job->group].id;
    err_set(&s.why, ERR_UPSTREAM, "as the dice fell");
    SIM_CHECK(run(ends[how], &s) == (is_ours ? ERR_NONE : ERR_CONFLICT));
    if (is_ours)
        follow_end(held.job, how, s.number);
}

/* All it knew is gone; it comes back under another name. */
static void act_die(void)
{
    struct sim_worker *w = &sim->workers[below(MODEL_WORKERS)];

    w->held_count = 0;
    w->stalled_until = 0;
    w->number += MODEL_WORKERS;
    snprintf(w->id, sizeof(w->id), "worker-%d", w->number);
}

static void act_stall(void)
{
    sim->workers[below(MODEL_WORKERS)].stalled_until = sim->model.now + below(3 * LEASE_MS);
}

static void act_cancel(void)
{
    int job = sim->model.job_count > 0 ? below(sim->model.job_count) : NOBODY;
    struct step s = { .number = 0 };

    if (job == NOBODY)
        return;
    s.user_id = sim->users[sim->model.jobs[job].user];
    s.job.id = sim->model.jobs[job].id;
    SIM_CHECK(run(do_cancel, &s) == ERR_NONE);
    model_cancel(&sim->model, job);
    SIM_CHECK(s.job.state == sim->model.jobs[job].state);
}

static void act_cancel_group(void)
{
    struct model *m = &sim->model;
    int group = m->group_count > 0 ? below(m->group_count) : NOBODY;
    struct group_step g = { .total = 0 };

    if (group == NOBODY)
        return;
    g.user_id = sim->users[m->groups[group].user];
    g.id = m->groups[group].id;
    SIM_CHECK(run(do_cancel_group, &g) == ERR_NONE);
    for (int i = 0; i < m->job_count; i++) {
        if (m->jobs[i].group == group)
            model_cancel(m, i);
    }
}

static void act_retry(void)
{
    struct model *m = &sim->model;
    int job = m->job_count > 0 ? below(m->job_count) : NOBODY;
    struct step s = { .number = 0 };
    const struct model_job *j, *first;
    bool may;

    if (job == NOBODY)
        return;
    j = &m->jobs[job];
    first = j->depends_on != NOBODY ? &m->jobs[j->depends_on] : NULL;
    may = (j->state == JOB_FAILED || j->state == JOB_CANCELLED) &&
          (first == NULL || (first->state != JOB_FAILED && first->state != JOB_CANCELLED));
    s.user_id = sim->users[j->user];
    s.job.id = j->id;
    SIM_CHECK(run(do_retry, &s) == (may ? ERR_NONE : ERR_CONFLICT));
    if (may && j->group != NOBODY)
        m->groups[j->group].settled = false;
    if (may)
        model_retry(m, job);
}

static void act_pause(void)
{
    int lane = below(MODEL_LANES);
    struct step s = { .text = lane_name(lane), .flag = !sim->model.paused[lane] && below(3) == 0 };

    SIM_CHECK(run(do_pause, &s) == ERR_NONE);
    sim->model.paused[lane] = s.flag;
}

static void renew(struct sim_worker *w)
{
    struct step s = { .worker = str_from(w->id) };

    SIM_CHECK(run(do_renew, &s) == ERR_NONE);
    model_renew(&sim->model, w->number);
    w->renew_at = sim->model.now + LEASE_MS / 3;
}

static void run_tick(void)
{
    struct step s = { .number = 0 };

    SIM_CHECK(run(do_tick, &s) == ERR_NONE);
    model_tick(&sim->model);
    sim->tick_at = s.tick.next_at;
    note(s.tick.released * 10000 + s.tick.rescued * 100 + s.tick.lifted);
}

/* Time goes by; who is not stalled renews when it is due, and somebody looks at the clock. */
static void act_wait(void)
{
    sim->model.now += below(4) == 0 ? below(2 * LEASE_MS) : below(400);
    clock_set_virtual(sim->model.now);
    for (int i = 0; i < MODEL_WORKERS; i++) {
        struct sim_worker *w = &sim->workers[i];

        if (w->stalled_until <= sim->model.now && w->renew_at <= sim->model.now)
            renew(w);
    }
    if (sim->tick_at == 0 || sim->tick_at <= sim->model.now || below(3) == 0)
        run_tick();
}

static void check_job(int index)
{
    const struct model_job *want = &sim->model.jobs[index];
    struct job got = load(want->id);

    if (got.state != want->state)
        fail_msg("seed %llu, step %d: job %d is %s, the model says %s",
                 (unsigned long long)sim->seed, sim->step, index, job_state_names[got.state],
                 job_state_names[want->state]);
    SIM_CHECK(got.fence == want->fence);
}

static void check_group(int index)
{
    struct model_group *group = &sim->model.groups[index];
    struct group_step g = { .user_id = sim->users[group->user], .id = group->id };
    int64_t counts[4];

    SIM_CHECK(run(do_load_group, &g) == ERR_NONE);
    model_count(&sim->model, index, counts);
    SIM_CHECK(g.group.open == counts[0] && g.group.completed == counts[1]);
    SIM_CHECK(g.group.failed == counts[2] && g.group.cancelled == counts[3]);
    SIM_CHECK((g.group.settled_at != 0) == (g.group.open == 0));
    SIM_CHECK(!group->settled || g.group.open == 0); /* settled once, unless it was tried again */
    group->settled = g.group.open == 0;
}

static void check_all(void)
{
    for (int i = 0; i < sim->model.job_count; i++)
        check_job(i);
    for (int i = 0; i < sim->model.group_count; i++)
        check_group(i);
}

static const struct {
    void (*act)(void);
    int share;
} acts[] = {
    { act_submit, 22 }, { act_submit_group, 4 }, { act_claim, 26 }, { act_end, 26 },
    { act_wait, 20 },   { act_cancel, 4 },       { act_retry, 6 },  { act_die, 2 },
    { act_stall, 2 },   { act_cancel_group, 1 }, { act_pause, 2 },
};

static void act(void)
{
    int all = 0, at;

    for (size_t i = 0; i < COUNT(acts); i++)
        all += acts[i].share;
    at = below(all);
    for (size_t i = 0; i < COUNT(acts); i++) {
        at -= acts[i].share;
        if (at < 0) {
            note((int64_t)i);
            acts[i].act();
            return;
        }
    }
}

/* Everybody goes home: whatever is left comes to its end. */
static void drain(void)
{
    for (int lane = 0; lane < MODEL_LANES; lane++) {
        SIM_CHECK(run(do_pause, &(struct step){ .text = lane_name(lane) }) == ERR_NONE);
        sim->model.paused[lane] = false;
    }
    for (int i = 0; i < MODEL_WORKERS; i++)
        sim->workers[i].stalled_until = 0;
    for (int round = 0; round < 4000; round++, sim->step++) {
        int open = 0;

        for (int i = 0; i < sim->model.job_count; i++)
            open += !model_is_over(&sim->model.jobs[i]);
        if (open == 0)
            return;
        act_claim();
        act_end();
        act_end();
        act_wait();
    }
    SIM_CHECK(!"the queue runs dry");
}

static void begin(uint64_t seed, int which)
{
    *sim = (struct sim){ .seed = seed, .random = seed * 0x9e3779b97f4a7c15 + 1, .trace = seed };
    sim->model.now = NOW;
    sim->model.lease_ms = LEASE_MS;
    clock_set_virtual(NOW);
    random_set_seed(seed);
    for (int i = 0; i < MODEL_USERS; i++) {
        char name[32];

        snprintf(name, sizeof(name), "user-%d-%d", which, i);
        sim->users[i] = add_user_of_plan(name, NULL);
    }
    for (int i = 0; i < MODEL_LANES; i++)
        snprintf(sim->lanes[i], sizeof(sim->lanes[i]), "lane-%d-%d", which, i);
    for (int i = 0; i < MODEL_WORKERS; i++) {
        sim->workers[i].number = i;
        snprintf(sim->workers[i].id, sizeof(sim->workers[i].id), "worker-%d", i);
    }
}

/* Some seeds have limits, others have not. Gives the trace. */
static uint64_t simulate(uint64_t seed)
{
    static int which;
    static struct queue_rules rules;

    begin(seed, which++);
    sim->model.lane_max = below(2) == 0 ? 0 : 2 + below(4);
    sim->model.user_max = below(2) == 0 ? 0 : 1 + below(3);
    rules = queue_defaults;
    rules.lease_ms = LEASE_MS;
    rules.ageing_ms = 20 * 1000;
    rules.running_per_user = sim->model.user_max;
    queue_set_rules(&rules);
    for (sim->step = 0; sim->step < STEPS; sim->step++) {
        act();
        if (sim->step % 20 == 0)
            check_all();
    }
    drain();
    check_all();
    random_set_seed(0);
    return sim->trace;
}

static uint64_t number_from(const char *variable, uint64_t otherwise)
{
    const char *text = getenv(variable);

    return text != NULL && text[0] != '\0' ? strtoull(text, NULL, 10) : otherwise;
}

static void any_seed_ends_as_the_model_does(void **state)
{
    uint64_t first = number_from("ALBUMEN_TEST_SEED", 1);
    uint64_t count = number_from("ALBUMEN_TEST_SEEDS", place_dialect == DB_SQLITE ? 12 : 5);

    UNUSED(state);
    for (uint64_t i = 0; i < count; i++)
        simulate(first + i);
}

static void a_seed_gives_the_same_trace_each_time(void **state)
{
    UNUSED(state);
    for (uint64_t seed = 101; seed < 104; seed++) {
        uint64_t once = simulate(seed);

        CHECK(simulate(seed) == once);
    }
    CHECK(simulate(104) != simulate(105));
}

static int setup(void **state)
{
    static struct sim the_only_one;

    sim = &the_only_one;
    return job_place_setup(state);
}

#undef PLACED
#define PLACED(test) cmocka_unit_test_setup_teardown(test, setup, job_place_teardown)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        PLACED(any_seed_ends_as_the_model_does),
        PLACED(a_seed_gives_the_same_trace_each_time),
    };

    return place_main(argc, argv, tests, COUNT(tests));
}
