/* What jobs need: the backends of the configuration, the store of pictures, the helpers that look
 * at them. */
#ifndef APP_SERVICES_H
#define APP_SERVICES_H

#include "app/app.h"

enum {
    SERVICES_BACKENDS_MAX = WORKER_MAX_LANES - 1, /* the last lane is the house's own */
    SERVICES_SYSTEM_SLOTS = 2,                    /* its jobs at once */
};

/* The configuration's backends as struct backend_config, and the renderer that is always there
 * unless its name is taken. */
MUST_CHECK bool services_list_backends(const struct config *config, struct arena *a,
                                       struct field_list *out, struct err *e);
/* Could they be opened, and the styles be read? ERR_INVALID names the backend or the file, and the
 * line. */
MUST_CHECK bool services_check(const struct config *config, struct err *e);
/* Nothing is started: helpers come with the first picture. ERR_INVALID names the backend and the
 * line, or the file. */
MUST_CHECK bool services_open(struct app *app, struct err *e);
/* What has no row and was there before this moment belongs to nobody. */
void services_open_sweeper(struct app *app);
void services_close(struct app *app);
/* For api_options: services is app->services. */
void services_print_metrics(void *services, struct buf *out);

#endif
