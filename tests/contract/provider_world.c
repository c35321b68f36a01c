/* What the tests of providers share. */
#include "provider_world.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/yaml.h"
#include "net/fetch.h"
#include "provider/comfyui.h"
#include "provider/mock.h"

const struct provider_place *current;
struct provider *provider;
struct arena arena;
int port;

static pid_t server = -1;
static char state_file[SCRATCH_SIZE];
static int64_t bought_before;
static const struct guard nobody;

const struct provider_place provider_places[] = {
    { .name = "mock",
      .ops = &provider_mock,
      .settings = "mode: in_process\nprice_micros: 1000\n",
      .prompts = { .plain = "a lighthouse",
                   .slow = "a boat resume slow:600ms",
                   .hang = "resume hang",
                   .refused = "refuse",
                   .limited = "fail:429 retry-after:2",
                   .unknown = "unknown",
                   .large = "bytes:100000" } },
    { .name = "mock over http",
      .ops = &provider_mock,
      .script = "mock_upstream.py",
      .settings = "mode: http\nurl: http://127.0.0.1:%d\napi_key: test-key\npoll_ms: 20\n",
      .wrong_key = "mode: http\nurl: http://127.0.0.1:%d/\napi_key: wrong-key\n",
      .prompts = { .plain = "a lighthouse",
                   .slow = "a boat slow:600ms",
                   .hang = "hang",
                   .refused = "refuse",
                   .limited = "fail:429 retry-after:2",
                   .unknown = "unknown",
                   .large = "bytes:100000" } },
    { .name = "mock over http, one call",
      .ops = &provider_mock,
      .script = "mock_upstream.py",
      .settings = "mode: http\nremote: none\nurl: http://127.0.0.1:%d\napi_key: test-key\n",
      .wrong_key = "mode: http\nremote: none\nurl: http://127.0.0.1:%d/\napi_key: wrong-key\n",
      .prompts = { .plain = "a lighthouse",
                   .refused = "refuse",
                   .limited = "fail:429 retry-after:2",
                   .unknown = "unknown",
                   .large = "bytes:100000" } },
    { .name = "mock over http, own id",
      .ops = &provider_mock,
      .script = "mock_upstream.py",
      .settings = "mode: http\nremote: own\nurl: http://127.0.0.1:%d\napi_key: test-key\n"
                  "poll_ms: 20\n",
      .wrong_key = "mode: http\nremote: own\nurl: http://127.0.0.1:%d/\napi_key: wrong-key\n",
      .prompts = { .plain = "a lighthouse",
                   .slow = "a boat slow:600ms",
                   .hang = "hang",
                   .refused = "refuse",
                   .limited = "fail:429 retry-after:2",
                   .large = "bytes:100000" } },
    { .name = "comfyui",
      .ops = &provider_comfyui,
      .script = "comfyui_upstream.py",
      .settings = "base_url: http://127.0.0.1:%d\nmodel: model.safetensors\npoll_ms: 20\n"
                  "default_width: 64\ndefault_height: 64\n",
      .wrong_key = "base_url: http://127.0.0.1:%d/guarded/\nmodel: model.safetensors\n"
                   "authorization: Bearer wrong-key\n",
      .prompts = { .plain = "a lighthouse",
                   .slow = "a boat slow:600ms",
                   .hang = "hang",
                   .limited = "fail:429 retry-after:2",
                   .large = "bytes:100000" } },
};
const size_t provider_place_count = COUNT(provider_places);

static void run_server(int out)
{
    char script[512], number[16];

    dup2(out, 1);
    snprintf(script, sizeof(script), "%s/tests/upstreams/%s", SOURCE_ROOT, current->script);
    snprintf(number, sizeof(number), "%d", port);
    execlp("python3", "python3", "-B", script, "--port", number, "--state", state_file,
           (char *)NULL);
    _exit(127);
}

void start_server(void)
{
    char line[64] = "";
    int ends[2];
    FILE *from;

    CHECK(pipe(ends) == 0);
    server = fork();
    CHECK(server >= 0);
    if (server == 0)
        run_server(ends[1]);
    close(ends[1]);
    from = fdopen(ends[0], "r");
    CHECK(from != NULL && fgets(line, sizeof(line), from) != NULL);
    CHECK(sscanf(line, "listening on %d", &port) == 1);
    fclose(from);
}

void stop_server(void)
{
    if (server > 0) {
        kill(server, SIGKILL);
        waitpid(server, NULL, 0);
    }
    server = -1;
}

bool open_provider(const char *settings, struct provider **out, struct err *e)
{
    static const char mark[] = "%d";
    struct json *tree = arena_new(&arena, struct json);
    struct str text = str_from(settings);
    size_t at = str_find(text, str_from(mark));

    if (at < text.len)
        text = arena_strf(&arena, STR_FMT "%d" STR_FMT, STR_ARG(str_slice(text, 0, at)), port,
                          STR_ARG(str_slice(text, at + 2, text.len)));
    return yaml_parse(&arena, text, tree, e) && current->ops->open(tree, &nobody, &arena, out, e);
}

static int64_t purchases_at_server(void)
{
    AUTO_ARENA a = { 0 };
    struct guard guard = { 0 };
    struct str url = arena_strf(&a, "http://127.0.0.1:%d/counters", port);
    struct str items[] = { arena_strf(&a, "127.0.0.1:%d", port) };
    struct fetch_request request;
    struct fetch_reply reply;
    struct json tree = { 0 };
    struct err e = { 0 };

    guard.allow = (struct str_list){ items, 1 };
    request = fetch_get(url, &guard);
    CHECK_OK(fetch(&a, &request, &reply, NULL, &e));
    CHECK_OK(json_parse(&a, reply.body, &tree, &e));
    return json_get_i64(&tree, "purchases", 0);
}

static int64_t purchases_ever(void)
{
    return current->script != NULL ? purchases_at_server() : mock_purchases(provider);
}

int64_t purchases(void)
{
    return purchases_ever() - bought_before;
}

int provider_setup(void **state)
{
    struct err e = { 0 };
    int fd;

    UNUSED(state);
    signal(SIGPIPE, SIG_IGN);
    if (!crypto_init(&e))
        return -1;
    port = 0;
    fd = scratch_file(state_file, "upstream");
    close(fd);
    unlink(state_file); /* an empty file is no state */
    if (current->script != NULL)
        start_server();
    CHECK_OK(open_provider(current->settings, &provider, &e));
    bought_before = purchases_ever();
    return 0;
}

int provider_teardown(void **state)
{
    UNUSED(state);
    if (provider->ops->close != NULL)
        provider->ops->close(provider);
    stop_server();
    unlink(state_file);
    arena_deinit(&arena);
    fetch_deinit();
    return 0;
}

static bool note_save(void *ctx, struct str text, struct err *e)
{
    struct world_run *w = ctx;
    LOCKED(&w->lock);

    if (w->save_fails != ERR_NONE)
        return err_set(e, w->save_fails, "cannot save");
    snprintf(w->saved, sizeof(w->saved), STR_FMT, STR_ARG(text));
    w->saves++;
    lock_broadcast(&w->lock);
    return true;
}

static bool note_mark(void *ctx, bool sent, struct err *e)
{
    struct world_run *w = ctx;
    LOCKED(&w->lock);

    UNUSED(e);
    w->marked = sent;
    w->marks += sent;
    return true;
}

static void note_progress(void *ctx, double fraction, struct str note)
{
    struct world_run *w = ctx;
    LOCKED(&w->lock);

    CHECK(fraction <= 1);
    w->progresses++;
    w->falls += fraction >= 0 && fraction < w->fraction;
    w->fraction = MAX(w->fraction, fraction);
    if (!str_eq(note, str_from(w->last)) && strlen(w->notes) + note.len + 2 < sizeof(w->notes))
        snprintf(w->notes + strlen(w->notes), sizeof(w->notes) - strlen(w->notes), STR_FMT ";",
                 STR_ARG(note));
    snprintf(w->last, sizeof(w->last), STR_FMT, STR_ARG(note));
    w->progress_before_save = w->progress_before_save || w->saves == 0;
}

static void note_preview(void *ctx, struct str bytes)
{
    struct world_run *w = ctx;
    LOCKED(&w->lock);

    w->previews++;
    lock_broadcast(&w->lock);
    w->odd_previews += !str_starts(bytes, STR("\x89PNG"));
}

void world_run_init(struct world_run *w, int64_t timeout_ms)
{
    *w = (struct world_run){ 0 };
    gen_cancel_init(&w->cancel);
    lock_init(&w->lock);
    w->run = (struct gen_run){
        .cancel = &w->cancel,
        .deadline_ms = clock_steady_ms() + timeout_ms,
        .max_image_bytes = 16 * (int64_t)MIB,
        .max_images = 4,
        .ctx = w,
        .save_remote = note_save,
        .mark_sent = note_mark,
        .progress = note_progress,
        .preview = note_preview,
    };
}

void world_run_deinit(struct world_run *w)
{
    lock_deinit(&w->lock);
    gen_cancel_deinit(&w->cancel);
}

bool generate(struct world_run *w, const char *prompt, struct gen_result *out, struct err *e)
{
    struct gen_request request = { .prompt = str_from(prompt) };

    return provider_generate(provider, &request, &w->run, &arena, out, e);
}
