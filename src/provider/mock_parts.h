/* What the files of the mock share. Only they include this. */
#ifndef PROVIDER_MOCK_PARTS_H
#define PROVIDER_MOCK_PARTS_H

#include "provider/call.h"
#include "provider/mock.h"

enum mock_mode { MOCK_IN_PROCESS, MOCK_HTTP };

struct mock_settings {
    enum mock_mode mode;
    enum gen_remote remote;
    enum gen_price price;
    struct str url, api_key, script;
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

/* One generation at the fake server. */
struct mock_visit {
    struct mock *mock;
    struct gen_run *run;
    struct arena *arena;
    const struct gen_request *request;
    struct str script;
    struct str id;
    int64_t count; /* of pictures, once it is done */
};

/* What is saved of a job: its id, as JSON. */
struct str mock_remote_text(struct arena *a, struct str id);
/* To "<url><path>"; path begins with a slash. */
struct provider_call mock_call(struct mock *m, struct arena *a, enum http_method method,
                               const char *path);
/* To "/jobs/<id><what>". */
struct provider_call mock_call_to_job(struct mock_visit *v, enum http_method method,
                                      const char *what);
/* A picture and its seed out of an answer. */
void mock_take_picture(const struct fetch_reply *reply, struct gen_image *out);

/* Takes up the job that an earlier attempt has saved, or buys a new one; v->id afterwards. */
bool mock_begin(struct mock_visit *v, struct err *e);
/* REMOTE_NONE: the answer to the only call is the picture. */
bool mock_buy_at_once(struct mock_visit *v, struct gen_result *out, struct err *e);

bool mock_http_generate(struct mock_visit *v, struct gen_result *out, struct err *e);
bool mock_http_cancel(struct mock *m, struct str saved_remote, struct gen_run *run, struct err *e);
bool mock_http_check(struct mock *m, struct gen_run *run, struct err *e);

#endif
