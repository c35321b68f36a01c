/* What was made and spent, as it is told outside. */
#include "features/money/usage_view.h"

#include "base/csv.h"

static const struct field row_json[] = {
    { FIELD(struct usage_view_row, name), .required = true,
      .help = "the day, the backend, the door, or the user's id" },
    { FIELD(struct usage_view_row, label), .help = "the user's name; null: deleted, or no user" },
    { FIELD(struct usage_view_row, jobs), .required = true,
      .help = "that have ended, but for those that were cancelled and cost nothing" },
    { FIELD(struct usage_view_row, failed), .required = true,
      .help = "of them, without a picture" },
    { FIELD(struct usage_view_row, pictures), .required = true },
    { FIELD(struct usage_view_row, cost_micros), .required = true, .help = "in millionths" },
    { FIELD(struct usage_view_row, took_ms), .required = true,
      .help = "how long workers had the jobs, all together" },
    { 0 },
};

const struct field usage_view_json[] = {
    { FIELD(struct usage_view, from), .required = true, .help = "the first day, UTC" },
    { FIELD(struct usage_view, to), .required = true, .help = "the last day" },
    { FIELD_ENUM(struct usage_view, by, usage_by_names) },
    { FIELD(struct usage_view, currency), .required = true },
    { FIELD_LIST(struct usage_view, rows, struct usage_view_row, row_json),
      .help =
          "days in their order, else the dearest first, and what costs the same by its pictures" },
    { FIELD(struct usage_view, jobs), .required = true, .help = "of all rows, as the others" },
    { FIELD(struct usage_view, failed), .required = true },
    { FIELD(struct usage_view, pictures), .required = true },
    { FIELD(struct usage_view, cost_micros), .required = true },
    { FIELD(struct usage_view, took_ms), .required = true },
    { 0 },
};

void usage_put_csv(struct buf *out, const struct usage_view *view)
{
    const struct usage_view_row *rows = view->rows.items;
    bool by_user = view->by == USAGE_BY_USER;
    struct csv_writer w = { .out = out };

    csv_put_text(&w, by_user ? STR("user_id") : str_from(usage_by_names[view->by]));
    if (by_user)
        csv_put_text(&w, STR("user"));
    csv_put_text(&w, STR("jobs"));
    csv_put_text(&w, STR("failed"));
    csv_put_text(&w, STR("pictures"));
    csv_put_text(&w, STR("seconds"));
    csv_put_text(&w, STR("cost_usd"));
    csv_end_row(&w);
    for (size_t i = 0; i < view->rows.count; i++) {
        csv_put_text(&w, rows[i].name);
        if (by_user)
            csv_put_text(&w, rows[i].label);
        csv_put_i64(&w, rows[i].jobs);
        csv_put_i64(&w, rows[i].failed);
        csv_put_i64(&w, rows[i].pictures);
        csv_put_micros(&w, rows[i].took_ms * 1000);
        csv_put_micros(&w, rows[i].cost_micros);
        csv_end_row(&w);
    }
}
