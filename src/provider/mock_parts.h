/* What the files of the mock share. Only they include this. */
#ifndef PROVIDER_MOCK_PARTS_H
#define PROVIDER_MOCK_PARTS_H

#include "provider/mock.h"

enum mock_mode { MOCK_IN_PROCESS, MOCK_HTTP };

struct mock_settings {
    enum mock_mode mode;
    struct str url, api_key;
    int64_t price_micros, poll_ms;
};

struct mock {
    struct provider provider;
    struct mock_settings settings;
    struct guard guard; /* everybody's, and the server's own address */
    atomic_llong purchases;
};

struct mock_options {
    struct str script;
};

struct mock_script {
    int64_t fail, retry_after_s, slow_ms, bytes, count;
    bool hang, refuse, unknown, resume, truncate, html, svg;
};

/* Words that are none of the script's are the picture's subject. */
struct mock_script mock_script_read(struct str prompt);
struct str mock_options_script(struct arena *a, const struct json *options);
/* One picture as the script wants it; `which` counts from 0. */
void mock_draw(struct arena *a, const struct gen_request *request, const struct mock_script *script,
               int64_t seed, int64_t which, struct gen_image *out);

/* What is saved of a job: its id, as JSON. */
struct str mock_remote_text(struct arena *a, struct str id);
bool mock_http_generate(struct mock *m, const struct gen_request *request, struct str script,
                        struct gen_run *run, struct arena *a, struct gen_result *out,
                        struct err *e);
bool mock_http_cancel(struct mock *m, struct str saved_remote, struct gen_run *run, struct err *e);
bool mock_http_check(struct mock *m, struct gen_run *run, struct err *e);

#endif
