/* albumen job and albumen queue: the commands of the jobs room. */
#ifndef FEATURES_JOBS_JOBS_CLI_H
#define FEATURES_JOBS_JOBS_CLI_H

#include "api/command.h"

extern const struct command *const jobs_commands[];

/* queue_cli.c */
extern const struct command queue_show_command, queue_pause_command, queue_resume_command;

/* watch_cli.c */
extern const struct command job_watch_command;

#endif
