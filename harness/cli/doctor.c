/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `flagrace doctor`: looks at the host, and changes nothing. */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>

#include "harness/base/screen.h"
#include "harness/cli/commands.h"
#include "harness/options/choose.h"
#include "harness/options/command.h"
#include "harness/record/confine_check.h"
#include "harness/record/host_checks.h"
#include "harness/record/link_check.h"
#include "harness/view/text_table.h"

/* Those of the host's facts, of a link, and of confinement. */
enum { FINDINGS = HOST_CHECKS_COUNT + 2 };

struct doctor_settings {
	const char *format;
	bool strict;
};

#define OPTIONS_OF struct doctor_settings

static const char *const formats[] = {"table", "json", NULL};

static const struct option_spec options[] = {
	{OPT_TEXT(format, "format", 'f', "FORMAT",
		 "Print the findings as table or json (default table)."),
		.words = formats},
	{OPT_FLAG(strict, "strict", 0,
		"Exit with 4 if something here would make figures untrue: "
		"load, stolen or throttled CPU time, swap, a build with "
		"sanitizers and the like.")},
	{0},
};

static const struct command_spec command = {
	.name = "doctor",
	.usage = "[options]",
	.summary = "Reports what on this machine would disturb a "
		   "measurement, how, and what to do\n"
		   "about it. Changes nothing.",
	.examples = "  flagrace doctor\n"
		    "  flagrace doctor --format json\n"
		    "  flagrace doctor --strict && flagrace run\n",
	.options = options,
};

static bool is_grave(const struct finding *finding)
{
	return finding->state == FINDING_WARNS && finding->makes_untrue;
}

static void write_cell(
	char text[TEXT_CELL_MAX], const void *ctx, size_t row, size_t column)
{
	const struct finding *finding = (const struct finding *)ctx + row;

	if (column == 0)
		(void)snprintf(text, TEXT_CELL_MAX, "%s",
			finding_state_names[finding->state]);
	else if (column == 1)
		(void)snprintf(text, TEXT_CELL_MAX, "%s", finding->check);
	else if (finding->state == FINDING_WARNS)
		(void)snprintf(text, TEXT_CELL_MAX, "%s: %s; %s", finding->here,
			finding->spoils, finding->remedy);
	else
		(void)snprintf(text, TEXT_CELL_MAX, "%s",
			finding->state == FINDING_UNKNOWN
				? "not reported by the system"
				: finding->here);
}

static enum screen_paint paint_cell(const void *ctx, size_t row, size_t column)
{
	static const enum screen_paint paints[] = {
		[FINDING_OK] = PAINT_BEST,
		[FINDING_WARNS] = PAINT_OPEN,
		[FINDING_UNKNOWN] = PAINT_FAINT,
	};
	const struct finding *finding = (const struct finding *)ctx + row;

	if (column)
		return PAINT_PLAIN;
	return is_grave(finding) ? PAINT_BAD : paints[finding->state];
}

/* What the findings come to, and what to do. */
static void print_conclusion(const struct finding *findings)
{
	const char *lead = "Mend these before you measure, because they make "
			   "figures untrue: ";
	size_t warnings = 0, graves = 0;

	for (size_t i = 0; i < FINDINGS; i++) {
		warnings += findings[i].state == FINDING_WARNS;
		if (!is_grave(&findings[i]))
			continue;
		printf("%s%s", lead, findings[i].check);
		lead = ", ";
		graves++;
	}
	if (graves)
		puts(".");
	else if (warnings)
		puts("All good: none of the warnings makes figures untrue.");
	else
		puts("All good.");
}

static void print_table(const struct finding *findings)
{
	struct text_table table = {
		.count = 3,
		.rows = FINDINGS,
		.cell = write_cell,
		.paint = paint_cell,
		.ctx = findings,
		.columns = {{.least = 8, .is_left = true},
			{.least = 16, .gap = 1, .is_left = true},
			{.gap = 1, .is_left = true, .wraps = true}},
	};

	screen_fold(&stdout);
	(void)text_table_fit(&table, screen_width(stdout));
	for (size_t i = 0; i < FINDINGS; i++)
		text_table_write_row(&table, stdout, i);
	print_conclusion(findings);
}

static int print_json(const struct finding *findings, const struct host *host)
{
	json_t *list = json_array();
	json_t *json = json_pack(
		"{s:o, s:o}", "findings", list, "host", host_to_json(host));
	int rc = json ? 0 : -ENOMEM;

	for (size_t i = 0; i < FINDINGS && !rc; i++) {
		const struct finding *finding = &findings[i];

		rc = json_array_append_new(list,
			json_pack("{s:s, s:s, s:s, s:s, s:s, s:b}", "check",
				finding->check, "state",
				finding_state_names[finding->state], "here",
				finding->here, "spoils", finding->spoils,
				"remedy", finding->remedy, "makes_untrue",
				(int)finding->makes_untrue));
	}
	if (!rc)
		rc = json_dumpf(json, stdout, JSON_INDENT(2));
	puts("");
	json_decref(json);
	return rc;
}

static int doctor(
	void *arg, const struct command_line *line, struct fr_error *err)
{
	const struct doctor_settings *settings = arg;
	int format = choose_word("--format", settings->format, formats, err);
	struct finding findings[FINDINGS];
	struct host host;
	bool told = false;
	int rc = 0;

	(void)line;
	if (format < 0)
		return -1;
	host_read(&host, "");
	host_check(findings, &host);
	findings[HOST_CHECKS_COUNT] = link_check();
	findings[HOST_CHECKS_COUNT + 1] = confine_check();
	if (format == 0)
		print_table(findings);
	else
		rc = print_json(findings, &host);
	if (rc < 0 || fflush(stdout))
		return fr_error_set(
			err, EXIT_INVALID, "cannot write the findings");
	/* The host's last check is of the build, which is always known. */
	for (size_t i = 0; i + 1 < HOST_CHECKS_COUNT; i++)
		told = told || findings[i].state != FINDING_UNKNOWN;
	if (!told)
		return fr_error_set(err, EXIT_INVALID,
			"the system reports no facts about this "
			"machine; is /proc mounted?");
	for (size_t i = 0; settings->strict && i < FINDINGS; i++)
		if (is_grave(&findings[i]))
			return EXIT_INVALID;
	return EXIT_OK;
}

int cmd_doctor(int argc, char **argv)
{
	struct doctor_settings settings = {.format = "table"};

	return command_run(&command, &settings, argc, argv, doctor);
}
