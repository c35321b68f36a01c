/* The money room: what was spent, and how much may be. */
#ifndef FEATURES_MONEY_MONEY_H
#define FEATURES_MONEY_MONEY_H

#include "api/command.h"
#include "api/route.h"

extern const struct feature money_feature;

/* usage_api.c */
extern const struct shape usage_query_shape, usage_shape;
bool usage_get(struct api_call *call, struct err *e);
bool usage_csv_get(struct api_call *call, struct err *e);

/* budgets_api.c */
extern const struct shape budget_shape, budget_set_shape;
bool budgets_get(struct api_call *call, struct err *e);
bool budgets_mine_get(struct api_call *call, struct err *e);
bool budgets_put(struct api_call *call, struct err *e);
bool budget_remove(struct api_call *call, struct err *e);

/* usage_cli.c and budget_cli.c */
extern const struct command usage_command, budget_list_command, budget_set_command,
    budget_rm_command;

#endif
