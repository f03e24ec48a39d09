/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/cli/commands.h"

#include <string.h>

const struct named_command commands[] = {
	{"run", cmd_run, "race strategies; write CSV, a table and plots"},
	{"tune", cmd_tune, "find the best concurrency, or the highest rate"},
	{"advise", cmd_advise, "say which strategy to use, why, and how sure"},
	{"download", cmd_download, "download flags with one strategy"},
	{"serve", cmd_serve, "run the mock flag server"},
	{"link", cmd_link, "run a command on a bad network"},
	{"list", cmd_list, "list strategies and ready suites"},
	{"summary", cmd_summary, "show the figures of finished runs"},
	{"export", cmd_export, "write runs into an SQLite database"},
	{"plot", cmd_plot, "draw the plots of a finished run"},
	{"report", cmd_report, "write finished runs as one HTML page"},
	{"check", cmd_check, "test whether one build is slower than another"},
	{"selftest", cmd_selftest,
		"measure how often 'check' errs on this machine"},
	{"compare", cmd_compare, "compare two finished runs"},
	{"history", cmd_history, "follow a metric over finished runs"},
	{"agent", cmd_agent, "run trials that a program orders"},
	{"doctor", cmd_doctor, "report what would disturb measurements here"},
	{NULL, NULL, NULL},
};

const struct named_command *command_named(const char *name)
{
	for (const struct named_command *c = commands; c->name; c++)
		if (strcmp(c->name, name) == 0)
			return c;
	return NULL;
}
