/* The money room: what was made and spent, and how much may be. */
#include "features/money/money.h"

static const struct route routes[] = {
    { HTTP_GET, "/api/usage", WHO_VIEWER, ROUTE_READ, usage_get, .query = &usage_query_shape,
      .answer = &usage_shape,
      .summary =
          "What I have made and spent by day, backend, door or user; for admins what all have" },
    { HTTP_GET, "/api/usage.csv", WHO_VIEWER, ROUTE_READ, usage_csv_get,
      .query = &usage_query_shape, .text_type = "text/csv; charset=utf-8",
      .summary = "The same for spreadsheets" },
    { HTTP_GET, "/api/budgets", WHO_ADMIN, ROUTE_READ, budgets_get, .query = &page_query_shape,
      .answer = &budget_shape, .list = "budgets",
      .summary = "The budgets, with what is spent and held back" },
    { HTTP_GET, "/api/budgets/mine", WHO_VIEWER, ROUTE_READ, budgets_mine_get,
      .answer = &budget_shape, .list = "budgets",
      .summary = "The budgets that hold for me: my own, and those of all together" },
    { HTTP_PUT, "/api/budgets", WHO_ADMIN, ROUTE_WRITE, budgets_put, .body = &budget_set_shape,
      .answer = &budget_shape, .summary = "Set the budget of a user, or of all together" },
    { HTTP_DELETE, "/api/budgets/:id", WHO_ADMIN, ROUTE_WRITE, budget_remove,
      .summary = "Delete a budget: there is no limit any more" },
    { 0 },
};

static const struct command *const commands[] = {
    &usage_command, &budget_list_command, &budget_set_command, &budget_rm_command, NULL,
};

const struct feature money_feature = {
    .name = "money",
    .spelling = JSON_CAMEL,
    .routes = routes,
    .commands = commands,
};
