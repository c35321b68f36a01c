/* What the queue should do, in plain memory. */
#include "queue_model.h"

bool model_is_over(const struct model_job *job)
{
    return job->state == JOB_COMPLETED || job->state == JOB_FAILED || job->state == JOB_CANCELLED;
}

bool model_is_ready(const struct model *m, const struct model_job *job)
{
    return job->state == JOB_QUEUED && job->hold == MODEL_READY && !m->paused[job->lane];
}

int model_running_in(const struct model *m, int lane)
{
    int count = 0;

    for (int i = 0; i < m->job_count; i++)
        count += m->jobs[i].lane == lane && m->jobs[i].state == JOB_RUNNING;
    return count;
}

int model_running_of(const struct model *m, int user)
{
    int count = 0;

    for (int i = 0; i < m->job_count; i++)
        count += m->jobs[i].user == user && m->jobs[i].state == JOB_RUNNING;
    return count;
}

int model_find(const struct model *m, struct str id)
{
    for (int i = 0; i < m->job_count; i++) {
        if (str_eq(m->jobs[i].id, id))
            return i;
    }
    fail_msg("nobody knows the job " STR_FMT, STR_ARG(id));
    return NOBODY;
}

void model_claim(struct model *m, int job, int worker)
{
    struct model_job *j = &m->jobs[job];

    CHECK(model_is_ready(m, j));
    j->state = JOB_RUNNING;
    j->worker = worker;
    j->fence++;
    j->lease_until = m->now + m->lease_ms;
}

/* Those that waited for this one: free, or over. */
static void follow(struct model *m, int job)
{
    bool completed = m->jobs[job].state == JOB_COMPLETED;

    for (int i = 0; i < m->job_count; i++) {
        struct model_job *j = &m->jobs[i];

        if (j->depends_on != job || j->state != JOB_QUEUED)
            continue;
        if (!completed)
            model_end(m, i, JOB_CANCELLED);
        else if (j->hold == MODEL_WAITS_FOR_JOB)
            j->hold = MODEL_READY;
    }
}

void model_end(struct model *m, int job, enum job_state state)
{
    struct model_job *j = &m->jobs[job];

    CHECK(!model_is_over(j));
    j->state = state;
    j->hold = MODEL_READY;
    j->worker = NOBODY;
    follow(m, job);
}

static void queue(struct model_job *job, enum model_hold hold)
{
    job->state = JOB_QUEUED;
    job->hold = hold;
    job->worker = NOBODY;
}

void model_queue_later(struct model *m, int job, int64_t run_at)
{
    queue(&m->jobs[job], MODEL_WAITS_FOR_TIME);
    m->jobs[job].run_at = run_at;
}

void model_release(struct model *m, int job)
{
    queue(&m->jobs[job], MODEL_READY);
}

void model_cancel(struct model *m, int job)
{
    struct model_job *j = &m->jobs[job];

    if (j->state == JOB_RUNNING)
        j->cancel_asked = true;
    else if (j->state == JOB_QUEUED)
        model_end(m, job, JOB_CANCELLED);
}

void model_retry(struct model *m, int job)
{
    struct model_job *j = &m->jobs[job];
    bool waits = j->depends_on != NOBODY && !model_is_over(&m->jobs[j->depends_on]);

    queue(j, waits ? MODEL_WAITS_FOR_JOB : MODEL_READY);
    j->cancel_asked = false;
}

void model_renew(struct model *m, int worker)
{
    for (int i = 0; i < m->job_count; i++) {
        if (m->jobs[i].state == JOB_RUNNING && m->jobs[i].worker == worker)
            m->jobs[i].lease_until = m->now + m->lease_ms;
    }
}

void model_tick(struct model *m)
{
    for (int i = 0; i < m->job_count; i++) {
        struct model_job *j = &m->jobs[i];

        if (j->state == JOB_QUEUED && j->hold == MODEL_WAITS_FOR_TIME && j->run_at <= m->now)
            j->hold = MODEL_READY;
        if (j->state != JOB_RUNNING || j->lease_until > m->now)
            continue;
        if (j->cancel_asked)
            model_end(m, i, JOB_CANCELLED);
        else
            queue(j, MODEL_READY);
    }
}

void model_count(const struct model *m, int group, int64_t counts[4])
{
    for (int i = 0; i < 4; i++)
        counts[i] = 0;
    for (int i = 0; i < m->job_count; i++) {
        const struct model_job *j = &m->jobs[i];

        if (j->group != group)
            continue;
        counts[0] += !model_is_over(j);
        counts[1] += j->state == JOB_COMPLETED;
        counts[2] += j->state == JOB_FAILED;
        counts[3] += j->state == JOB_CANCELLED;
    }
}
