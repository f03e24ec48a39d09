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
#include "harness/base/world.h"
#include "harness/cli/commands.h"

static const struct command {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *summary;
} commands[] = {
	{"run", cmd_run, "race strategies; write CSV, a table and plots"},
	{"tune", cmd_tune, "find the best concurrency, or the highest rate"},
	{"advise", cmd_advise, "say which strategy to use, why, and how sure"},
	{"download", cmd_download, "download flags with one strategy"},
	{"serve", cmd_serve, "run the mock flag server"},
	{"link", cmd_link, "run a command on a bad network"},
	{"list", cmd_list, "list strategies and ready suites"},
	{"summary", cmd_summary, "show the figures of finished runs"},
	{"plot", cmd_plot, "draw the plots of a finished run"},
	{"check", cmd_check, "test whether one build is slower than another"},
	{"selftest", cmd_selftest,
		"measure how often 'check' errs on this machine"},
	{"compare", cmd_compare, "compare two finished runs"},
	{"history", cmd_history, "follow a metric over finished runs"},
	{"agent", cmd_agent, "run trials that a program orders"},
	{"doctor", cmd_doctor, "report what would disturb measurements here"},
};
#define COMMAND_COUNT (sizeof(commands) / sizeof(commands[0]))

static void print_help(void)
{
	puts("usage: flagrace COMMAND [options]\n\n"
	     "Races concurrency strategies against a server whose latency it "
	     "controls.\n\ncommands:");
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		printf("  %-10s%s\n", commands[i].name, commands[i].summary);
	puts("\nexamples:\n"
	     "  flagrace run                      every strategy, 20 flags, "
	     "50 ms each\n"
	     "  flagrace download CN IN US        three flags into downloads/\n"
	     "  flagrace COMMAND --help           the options of a command");
}

static int unknown_command(const char *word)
{
	const char *names[COMMAND_COUNT + 1];
	const char *nearest;

	for (size_t i = 0; i < COMMAND_COUNT; i++)
		names[i] = commands[i].name;
	names[COMMAND_COUNT] = NULL;
	nearest = nearest_word(word, names);
	fprintf(stderr, "flagrace: unknown command '%s'", word);
	if (nearest)
		fprintf(stderr, "; did you mean '%s'?", nearest);
	fprintf(stderr, "; see 'flagrace --help'\n");
	return EXIT_USAGE;
}

static int run_named(int argc, char **argv)
{
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		if (strcmp(argv[0], commands[i].name) == 0)
			return commands[i].run(argc, argv);
	return unknown_command(argv[0]);
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
	if (strcmp(argv[1], "--version") == 0) {
		puts("flagrace " FLAGRACE_VERSION);
		return EXIT_OK;
	}
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
	status = run_command(argc, argv);
	/* A reader would take the part that was written for the whole. */
	if ((fflush(stdout) == 0 && !ferror(stdout)) || status != EXIT_OK)
		return status;
	fprintf(stderr, "flagrace: cannot write to standard output\n");
	return EXIT_INVALID;
}
