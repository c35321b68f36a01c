/* albumen doctor: looks at everything that has to be right, and says how to mend what is not. */
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "api/console.h"
#include "app/authorities.h"
#include "app/services.h"
#include "base/file.h"
#include "cli/cli.h"

enum { ENOUGH_FILES = 4096, ENOUGH_MEGABYTES = 512 };

struct doctor {
    struct cli *cli;
    int problems;
};

struct finding {
    bool ok;
    struct str what, remedy; /* remedy: no value where nothing is to be mended */
};

static const struct field finding_fields[] = {
    { FIELD(struct finding, ok) },
    { FIELD(struct finding, what) },
    { FIELD(struct finding, remedy) },
    { 0 },
};

static void say(struct doctor *d, bool ok, const char *what, const char *remedy)
{
    struct finding finding = { .ok = ok, .what = str_from(what) };

    if (!ok)
        finding.remedy = str_from(remedy);
    d->problems += !ok;
    if (d->cli->globals.json) {
        console_print_row(finding_fields, &finding);
        return;
    }
    printf("%s  %s\n", ok ? "ok  " : "FAIL", what);
    if (!ok)
        printf("      %s\n", remedy);
}

static void look_at_library(struct doctor *d, const char *library, const char *what,
                            const char *package)
{
    struct arena *a = d->cli->arena;
    void *handle = dlopen(library, RTLD_LAZY);

    say(d, handle != NULL, what, arena_strf(a, "install it: apt-get install %s", package).ptr);
    if (handle != NULL)
        dlclose(handle);
}

static void look_at_limits(struct doctor *d)
{
    struct rlimit files;

    getrlimit(RLIMIT_NOFILE, &files);
    say(d, files.rlim_max >= ENOUGH_FILES, "the limit of open files allows many connections",
        "raise it: LimitNOFILE=20000 in the systemd unit, or ulimit -n 20000");
}

static void look_at_disk(struct doctor *d, const char *folder)
{
    struct statvfs disk;
    bool known = statvfs(folder, &disk) == 0;
    unsigned long long megabytes =
        known ? (unsigned long long)disk.f_bavail * disk.f_frsize / MIB : 0;

    say(d, known && megabytes >= ENOUGH_MEGABYTES,
        arena_strf(d->cli->arena, "%llu MB are free where the data folder is", megabytes).ptr,
        "free some space, or move the data folder (ALBUMEN_DATA)");
}

static void look_at_database(struct doctor *d)
{
    struct arena *a = d->cli->arena;
    struct app *app = NULL;
    struct err e = { 0 };
    int have = 0, want = 0;
    bool ok = app_open(&d->cli->config, &app, &e);

    if (!ok && e.code == ERR_BUSY) {
        say(d, true, "a server is running with this data folder", "");
        return;
    }
    if (ok)
        ok = db_ping(app->db, &e) && db_schema_version(app->db, &have, &want, &e);
    say(d, ok,
        ok ? arena_strf(a, "the database answers, schema %d of %d", have, want).ptr
           : "the database answers",
        e.msg);
    app_close(app);
}

static void look_at_authorities(struct doctor *d)
{
    struct str file = d->cli->config.guard.ca_file;
    struct err e = { 0 };

    if (file.len > 0)
        say(d, authorities_check(file, &e), "the authorities of your own can be trusted", e.msg);
}

/* Without the backends the rest cannot be opened. */
static void look_at_services(struct doctor *d)
{
    struct err e = { 0 };
    bool ok = services_check(&d->cli->config, &e);

    say(d, ok, "the backends and the styles can be used", e.msg);
    if (ok)
        look_at_database(d);
}

static int doctor(struct command_env *env, struct err *e)
{
    struct doctor d = { .cli = env->ctx };
    struct err why = { 0 };
    const char *folder;

    if (!cli_load_config(d.cli, e)) {
        say(&d, false, "the configuration is valid", "mend the lines named above");
        return EXIT_CONFIG;
    }
    say(&d, true, "the configuration is valid", "");
    say(&d, config_check_listen(&d.cli->config, &why), "the address to serve on is safe", why.msg);
    folder = arena_cstr(d.cli->arena, d.cli->config.data);
    say(&d, folder_make(folder, 0700, &why) && access(folder, W_OK) == 0,
        "the data folder can be written", "make it yours, or choose another by ALBUMEN_DATA");
    look_at_disk(&d, folder);
    look_at_limits(&d);
    look_at_library(&d, "libcurl.so.4", "libcurl is there, for providers", "libcurl4");
    if (str_starts(d.cli->config.database.url, STR("postgres")))
        look_at_library(&d, "libpq.so.5", "libpq is there, for PostgreSQL", "libpq5");
    look_at_authorities(&d);
    look_at_services(&d);
    if (!env->json)
        printf(d.problems == 0 ? "All is well.\n" : "%d to mend.\n", d.problems);
    return d.problems == 0 ? EXIT_OK : EXIT_SOME_FAILED;
}

const struct command cmd_doctor = {
    .name = "doctor",
    .summary = "Look at everything that has to be right, and say how to mend what is not",
    .example = "albumen doctor",
    .run = doctor,
};
