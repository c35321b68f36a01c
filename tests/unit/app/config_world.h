/* What the tests of the configuration share: an empty folder, an empty environment, and short
 * calls. */
#ifndef TESTS_UNIT_APP_CONFIG_WORLD_H
#define TESTS_UNIT_APP_CONFIG_WORLD_H

#include "check.h"
#include "scratch.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/config_load.h"
#include "base/file.h"

static struct arena arena;
static struct config config;
static struct config_report report;
static char folder[SCRATCH_SIZE]; /* each test's own working directory */
static char start_folder[1024];

static const char *const known_types[] = { "sketch", "comfyui", "replicate", NULL };
static const struct config_options with_types = { .backend_types = known_types };

static const char *const variables[] = { "ALBUMEN_DATA",
                                         "ALBUMEN_LISTEN",
                                         "ALBUMEN_DATABASE_URL",
                                         "ALBUMEN_CONFIG",
                                         "ALBUMEN_LOG_LEVEL",
                                         "IMAGEN_CLOUD_SYNC",
                                         "KEY",
                                         "HOME" };

static inline int setup(void **state)
{
    UNUSED(state);
    for (size_t i = 0; i < COUNT(variables); i++)
        unsetenv(variables[i]);
    if (getcwd(start_folder, sizeof(start_folder)) == NULL || !scratch_make(folder, "config"))
        return -1;
    setenv("HOME", folder, 1);
    return chdir(folder);
}

static inline int teardown(void **state)
{
    UNUSED(state);
    arena_deinit(&arena);
    return chdir(start_folder) != 0 ? -1 : scratch_remove(folder);
}

static inline bool parse(const char *text)
{
    return config_parse(&arena, &with_types, STR("albumen.yaml"), str_from(text), &config, &report);
}

static inline void parse_well(const char *text)
{
    if (!parse(text))
        fail_msg("%s: " STR_FMT, text, STR_ARG(report.errors.items[0].text));
}

static inline void write_file(const char *path, const char *text)
{
    struct err e = { 0 };

    CHECK_OK(file_write_atomic(path, str_from(text), 0600, &e));
}

static inline void load_well(const struct config_options *options)
{
    if (!config_load(&arena, options, &config, &report))
        fail_msg(STR_FMT, STR_ARG(report.errors.items[0].text));
}

static inline struct str shown(void)
{
    struct buf out;
    struct str text;

    buf_init(&out, MIB);
    config_print(&config, &out);
    text = arena_str(&arena, buf_str(&out));
    buf_deinit(&out);
    return text;
}

static inline void check_shows(const char *part)
{
    struct str text = shown();

    if (str_find(text, str_from(part)) == text.len)
        fail_msg("expected \"%s\" in:\n" STR_FMT, part, STR_ARG(text));
}

#define CONFIG_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

#endif
