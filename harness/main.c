/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * flagrace: finds the command and hands over. The process that runs a command
 * never calls libcurl, OpenMP or pthreads itself, so that it may fork safely.
 */
#include <gsl/gsl_errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/base/error.h"
#include "harness/base/nearest.h"
#include "harness/base/screen.h"
#include "harness/base/world.h"
#include "harness/cli/commands.h"

static void print_help(void)
{
	screen_fold(&stdout);
	puts("usage: flagrace COMMAND [options]\n\n"
	     "Races concurrency strategies against a server whose latency it "
	     "controls.\n\ncommands:");
	for (const struct named_command *c = commands; c->name; c++)
		printf("  %-10s%s\n", c->name, c->summary);
	puts("\nexamples:\n"
	     "  flagrace run                      every strategy, 20 flags, "
	     "50 ms each\n"
	     "  flagrace download CN IN US        three flags into downloads/\n"
	     "  flagrace COMMAND --help           the options of a command");
}

static int unknown_command(const char *word)
{
	enum { MOST = 32 };
	const char *names[MOST + 1], *nearest;
	size_t n = 0;

	for (; n < MOST && commands[n].name; n++)
		names[n] = commands[n].name;
	names[n] = NULL;
	nearest = nearest_word(word, names);
	fprintf(stderr, "flagrace: unknown command '%s'", word);
	if (nearest)
		fprintf(stderr, "; did you mean '%s'?", nearest);
	fprintf(stderr, "; see 'flagrace --help'\n");
	return EXIT_USAGE;
}

static int run_named(int argc, char **argv)
{
	const struct named_command *command = command_named(argv[0]);

	return command ? command->run(argc, argv) : unknown_command(argv[0]);
}

static int run_command(int argc, char **argv)
{
	char option[] = "--help";
	char *help[] = {argc > 2 ? argv[2] : NULL, option, NULL};

	if (argc < 2) {
		print_help();
		return EXIT_USAGE;
	}
	if (strcmp(argv[1], "help") == 0 && argc > 2)
		return run_named(2, help);
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
		strcmp(argv[1], "help") == 0) {
		print_help();
		return EXIT_OK;
	}
	if (strcmp(argv[1], "--version") == 0)
		return cmd_version();
	if (strcmp(argv[1], "manual") == 0)
		return cmd_manual(argc - 1, argv + 1);
	if (strcmp(argv[1], "complete") == 0)
		return cmd_complete(argc - 1, argv + 1);
	return run_named(argc - 1, argv + 1);
}

/*
 * By itself GSL aborts at any fault. Its calls return what went wrong, but
 * where memory is short some of them go on without having looked.
 */
static void heed_gsl(const char *reason, const char *file, int line, int error)
{
	(void)reason, (void)file, (void)line;
	if (error != GSL_ENOMEM)
		return;
	fprintf(stderr, "flagrace: out of memory\n");
	exit(EXIT_INVALID);
}

int main(int argc, char **argv)
{
	int status, rc = world_enter();

	(void)gsl_set_error_handler(heed_gsl);
	if (rc) {
		fprintf(stderr, "flagrace: cannot start: %s\n", strerror(-rc));
		return EXIT_INVALID;
	}
	screen_fold(&stderr);
	status = run_command(argc, argv);
	/* A reader would take the part that was written for the whole. */
	if ((fflush(stdout) == 0 && !ferror(stdout)) || status != EXIT_OK)
		return status;
	fprintf(stderr, "flagrace: cannot write to standard output\n");
	return EXIT_INVALID;
}
