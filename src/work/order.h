/* Orders: somebody asks a backend for a picture. Checked here for every door, then queued. */
#ifndef WORK_ORDER_H
#define WORK_ORDER_H

#include "engine/job.h"
#include "work/generate.h"

struct preset_list;

struct order {
    struct str user_id;
    struct str backend; /* no value: the first one configured */
    struct generate_request request;
    const struct preset_list *presets; /* the house's: a style among them has a size, so a price */
    struct str_list
        hosts;        /* names of this server, whose /media addresses are the user's pictures */
    const char *kind; /* of the job; NULL: "generate" */
    struct str key_folder; /* where its picture goes in the store; no value: the user's library */
    struct str key_name;   /* its file there, without the ending; no value: the image's id */
    struct str door;       /* JSON text of the kind's own, or no value */
    struct str cloud_copy; /* no value: as the house does; ORDER_NO_COPY: none; else the place that
                              its maker sends one to himself, where the house sends none */
    struct str usage_door; /* what the usage calls the door; no value: "jobs" */
    struct str group_id, depends_on;
    enum job_band band;
};

#define ORDER_NO_COPY "off"

/* The backend that it would go to; ERR_INVALID: there is none of that name. */
MUST_CHECK bool order_find_backend(const struct work_services *services, const struct order *order,
                                   struct backend **out, struct err *e);
/* The same, and that it can take the request; ERR_INVALID names the field that this cannot take. */
MUST_CHECK bool order_check(const struct work_services *services, const struct order *order,
                            struct backend **out, struct err *e);
/*
 * Every reference becomes the id of a picture of the user's, or the address of one that may be
 * fetched; ERR_INVALID names "references[0]". Before order_submit, for what comes from outside.
 */
MUST_CHECK bool order_take_references(struct db_tx *tx, struct arena *a, struct order *order,
                                      struct err *e);
/* As this backend will get it, but for the references: for its price. */
struct gen_request order_worded(struct arena *a, const struct backend *backend,
                                const struct order *order);
/* For an early refusal: ERR_BUSY with retry_after_ms when too many wait for the backend. */
MUST_CHECK bool order_check_room(struct db_tx *tx, const struct backend *backend, struct err *e);
/* What was checked becomes a job, if there is room for it (queue_take_room), and money:
 * ERR_BUDGET_EXHAUSTED. Never in a transaction that settles a job: what that has bought would be
 * lost for want of money for the next. */
MUST_CHECK bool order_submit(struct db_tx *tx, struct arena *a, const struct backend *backend,
                             const struct order *order, struct job *out, struct err *e);

#endif
