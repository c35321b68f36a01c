/* A provider for tests: does what its prompt says. */
#include "provider/mock_parts.h"

#include "base/random.h"
#include "base/settings.h"

enum { REFERENCES_MAX = 4, SLOW_STEPS = 4, AN_HOUR_MS = 3600 * 1000 };

static struct mock *mock_of(struct provider *p)
{
    return CONTAINER_OF(p, struct mock, provider);
}

int64_t mock_purchases(struct provider *p)
{
    return atomic_load(&mock_of(p)->purchases);
}

static bool fail_as_scripted(const struct mock_script *script, struct err *e)
{
    enum err_code code = provider_status_code((int)script->fail, STR(""), true);

    err_set(e, code != ERR_NONE ? code : ERR_REJECTED, "HTTP %d: as the prompt says",
            (int)script->fail);
    e->retry_after_ms = MIN(script->retry_after_s * 1000, RETRY_AFTER_MAX_MS);
    return false;
}

/* The purchase, unless an earlier attempt has made it. */
static bool buy(struct mock *m, const struct mock_script *script, struct gen_run *run,
                struct err *e)
{
    AUTO_ARENA a = { 0 };
    struct str id;

    if (script->resume && run->saved_remote.len > 0)
        return true;
    if (!run_mark_sent(run, true, e))
        return false;
    atomic_fetch_add(&m->purchases, 1);
    if (!script->resume)
        return true;
    id = uuid_new(&a);
    return run_save_remote(run, mock_remote_text(&a, id), e);
}

static bool take_time(const struct mock_script *script, struct gen_run *run, struct err *e)
{
    AUTO_ARENA a = { 0 };

    while (script->hang) {
        if (!run_wait(run, AN_HOUR_MS, e))
            return false;
    }
    for (int step = 0; step < SLOW_STEPS && script->slow_ms > 0; step++) {
        struct gen_request small = { .prompt = STR("preview"), .width = 16, .height = 16 };
        struct gen_image preview = { .fd = -1 };

        if (!run_wait(run, script->slow_ms / SLOW_STEPS, e))
            return false;
        mock_draw(&a, &small, &(struct mock_script){ 0 }, step, 0, &preview);
        run_progress(run, (double)(step + 1) / SLOW_STEPS, "drawing");
        run_preview(run, preview.bytes);
    }
    return run_check(run, e);
}

static bool generate_here(struct mock *m, const struct gen_request *request,
                          const struct mock_script *script, struct gen_run *run, struct arena *a,
                          struct gen_result *out, struct err *e)
{
    int64_t seed = request->seed.set ? request->seed.value : random_below(INT32_MAX);

    if (script->fail > 0)
        return fail_as_scripted(script, e);
    if (script->refuse)
        return err_set(e, ERR_REFUSED, "the prompt asks for a refusal");
    if (!buy(m, script, run, e))
        return false;
    if (script->unknown)
        return err_set(e, ERR_OUTCOME_UNKNOWN, "no answer, as the prompt says");
    if (!take_time(script, run, e))
        return false;
    out->images = gen_images_new(a, (size_t)script->count);
    for (out->image_count = 0; out->image_count < (size_t)script->count; out->image_count++)
        mock_draw(a, request, script, seed, (int64_t)out->image_count,
                  &out->images[out->image_count]);
    out->metadata = STR("{\"mock\":true}");
    return true;
}

static struct str add_words(struct arena *a, struct str words, struct str more)
{
    return more.len == 0 ? words
                         : arena_strf(a, STR_FMT " " STR_FMT, STR_ARG(words), STR_ARG(more));
}

static struct str words_of(const struct mock *m, struct arena *a, const struct gen_request *request)
{
    return add_words(a, add_words(a, request->prompt, m->settings.script),
                     mock_options_script(a, request->options));
}

static int64_t count_of(struct provider *p, const struct gen_request *request)
{
    AUTO_ARENA a = { 0 };

    return mock_script_read(words_of(CONTAINER_OF(p, struct mock, provider), &a, request)).count;
}

static bool generate(struct provider *p, const struct gen_request *request, struct gen_run *run,
                     struct arena *a, struct gen_result *out, struct err *e)
{
    struct mock *m = mock_of(p);
    struct str words = words_of(m, a, request);
    struct mock_script script = mock_script_read(words);
    struct mock_visit visit = {
        .mock = m, .run = run, .arena = a, .request = request, .script = words
    };
    bool ok = m->settings.mode == MOCK_HTTP ? mock_http_generate(&visit, out, e)
                                            : generate_here(m, request, &script, run, a, out, e);

    if (!ok)
        return false;
    out->ignored = gen_ignored(a, request, p->can.honours);
    out->cost_micros = (struct opt_i64){ m->settings.price == PRICE_TOLD,
                                         m->settings.price_micros * (int64_t)out->image_count };
    return true;
}

static bool cancel_remote(struct provider *p, struct str saved_remote, struct gen_run *run,
                          struct err *e)
{
    struct mock *m = mock_of(p);

    return m->settings.mode == MOCK_IN_PROCESS || mock_http_cancel(m, saved_remote, run, e);
}

static bool check(struct provider *p, struct gen_run *run, struct err *e)
{
    struct mock *m = mock_of(p);

    return m->settings.mode == MOCK_IN_PROCESS || mock_http_check(m, run, e);
}

static const char *const mode_names[] = { "in_process", "http", NULL };

static const struct field settings_fields[] = {
    { FIELD_ENUM(struct mock_settings, mode, mode_names), .help = "where the pictures come from" },
    { FIELD_ENUM(struct mock_settings, remote, gen_remote_names),
      .help = "how the fake server's work is found again" },
    { FIELD(struct mock_settings, script), .max = 1000,
      .help = "words that stand behind every prompt" },
    { FIELD_ENUM(struct mock_settings, price, gen_price_names),
      .help = "what is known of the price beforehand" },
    { FIELD(struct mock_settings, url), .max = 1000, .help = "of the fake server" },
    { FIELD(struct mock_settings, api_key), .max = 1000, .secret = true,
      .help = "what the fake server asks for" },
    { FIELD(struct mock_settings, price_micros), .min = 0, .max = 1e9,
      .help = "what one picture costs, in millionths of a dollar" },
    { FIELD(struct mock_settings, poll_ms), .min = 1, .max = 60000, .unit = "ms",
      .help = "the first pause between questions" },
    { 0 },
};

static const struct field option_fields[] = {
    { FIELD(struct mock_options, script), .max = 1000, .help = "words as in the prompt" },
    { 0 },
};

struct str mock_options_script(struct arena *a, const struct json *options)
{
    struct mock_options want = { .script = STR("") };
    struct err ignored = { 0 };

    /* They were checked before: what cannot be read is not there. */
    if (options == NULL ||
        !json_decode(a, options, option_fields, JSON_LENIENT, JSON_CAMEL, &want, &ignored))
        return STR("");
    return want.script;
}

static bool open_mock(const struct json *settings, const struct guard *guard, struct arena *a,
                      struct provider **out, struct err *e)
{
    struct mock *m = arena_new(a, struct mock);
    struct err why = { 0 };

    m->settings = (struct mock_settings){ .remote = REMOTE_GIVEN,
                                          .price = PRICE_TOLD,
                                          .url = STR(""),
                                          .api_key = STR(""),
                                          .script = STR(""),
                                          .poll_ms = 100 };
    if (!settings_decode(a, settings, settings_fields, &m->settings, e))
        return false;
    if (m->settings.mode == MOCK_HTTP &&
        !provider_guard(a, guard, m->settings.url, &m->guard, &why))
        return settings_complain(e, settings, "url", why.msg);
    atomic_init(&m->purchases, 0);
    m->provider = (struct provider){
        .ops = &provider_mock,
        .can = { .honours = GEN_SIZE | GEN_SEED | GEN_REFERENCES,
                 .min_side = 1,
                 .max_side = 2048,
                 .max_prompt = 10000,
                 .max_references = REFERENCES_MAX,
                 .progress = true,
                 .previews = true,
                 .remote = m->settings.remote,
                 .price = { m->settings.price, m->settings.price_micros, 0 } },
    };
    *out = &m->provider;
    return true;
}

const struct provider_ops provider_mock = {
    .type = "mock",
    .title = "Mock (for tests)",
    .settings = settings_fields,
    .params = option_fields,
    .params_bytes = sizeof(struct mock_options),
    .open = open_mock,
    .generate = generate,
    .count = count_of,
    .cancel_remote = cancel_remote,
    .check = check,
};
