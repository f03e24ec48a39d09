/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `flagrace doctor`: looks at the host, and changes nothing. */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>

#include "harness/cli/commands.h"
#include "harness/options/command.h"
#include "harness/record/host_checks.h"
#include "harness/record/link_check.h"

/* Those of the host's facts, and what a link holds. */
enum { FINDINGS = HOST_CHECKS_COUNT + 1 };

struct doctor_settings {
	const char *format;
};

#define OPTIONS_OF struct doctor_settings

static const char *const formats[] = {"table", "json", NULL};

static const struct option_spec options[] = {
	{OPT_TEXT(format, "format", 'f', "FORMAT",
		 "Print the findings as table or json (default table)."),
		.words = formats},
	{0},
};

static const struct command_spec command = {
	.name = "doctor",
	.usage = "[options]",
	.summary = "Reports what on this machine would disturb a "
		   "measurement, how, and what to do\n"
		   "about it. Changes nothing.",
	.examples = "  flagrace doctor\n"
		    "  flagrace doctor --format json\n",
	.options = options,
};

static void print_table(const struct finding *findings)
{
	for (size_t i = 0; i < FINDINGS; i++) {
		const struct finding *finding = &findings[i];

		printf("%-8s %-16s %s", finding_state_names[finding->state],
			finding->check,
			finding->state == FINDING_UNKNOWN
				? "not reported by the system"
				: finding->here);
		if (finding->state == FINDING_WARNS)
			printf(": %s; %s", finding->spoils, finding->remedy);
		puts("");
	}
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
			json_pack("{s:s, s:s, s:s, s:s, s:s}", "check",
				finding->check, "state",
				finding_state_names[finding->state], "here",
				finding->here, "spoils", finding->spoils,
				"remedy", finding->remedy));
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
	int format = command_choose("--format", settings->format, formats, err);
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
	return EXIT_OK;
}

int cmd_doctor(int argc, char **argv)
{
	struct doctor_settings settings = {.format = "table"};

	return command_run(&command, &settings, argc, argv, doctor);
}
