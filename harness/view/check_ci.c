/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A check as CI systems show one: GitHub's workflow commands, one a line, and
 * JUnit's XML.
 */
#include <string.h>

#include "harness/view/check_forms.h"

/* As GitHub's toolkit escapes what follows "::", and properties before it. */
static void write_command_text(FILE *out, const char *text, bool property)
{
	for (; *text; text++) {
		if (*text == '%' || *text == '\r' || *text == '\n' ||
			(property && (*text == ':' || *text == ',')))
			fprintf(out, "%%%02X", (unsigned char)*text);
		else
			fputc(*text, out);
	}
}

/* GitHub's command for each verdict. */
static const char *const commands[CHECK_VERDICT_COUNT] = {
	[CHECK_PASS] = "notice",
	[CHECK_IMPROVED] = "notice",
	[CHECK_REGRESSED] = "error",
	[CHECK_INCONCLUSIVE] = "warning",
	[CHECK_INVALID] = "error",
};

/* JUnit's word for each verdict; NULL: passed. */
static const char *const outcomes[CHECK_VERDICT_COUNT] = {
	[CHECK_REGRESSED] = "failure",
	[CHECK_INCONCLUSIVE] = "skipped",
	[CHECK_INVALID] = "error",
};

/* Leaves out passed rows. The last line has the verdict. */
int check_write_annotations(FILE *out, const struct check_report *report)
{
	for (size_t i = 0; i < report->count; i++) {
		const struct check_row *row = &report->rows[i];
		char finding[CHECK_FINDING_MAX];

		if (row->role != CHECK_GATED || row->verdict == CHECK_PASS)
			continue;
		check_finding(finding, row);
		fprintf(out, "::%s title=", commands[row->verdict]);
		write_command_text(
			out, check_verdict_names[row->verdict], true);
		fputs(" ", out);
		write_command_text(out, row->strategy, true);
		fputs("::", out);
		write_command_text(out, finding, false);
		fputs(" (", out);
		write_command_text(out, row->scenario, false);
		fputs(")\n", out);
	}
	fprintf(out, "::%s title=flagrace check::%s", commands[report->verdict],
		check_verdict_names[report->verdict]);
	if (report->reason[0])
		fputs(": ", out);
	write_command_text(out, report->reason, false);
	fputc('\n', out);
	return 0;
}

/*
 * Text and attributes alike. XML 1.0 has no way to write a control character,
 * nor U+FFFE and U+FFFF; row_text has left none of the former.
 */
static void write_xml(FILE *out, const char *text)
{
	for (; *text; text++) {
		if (strncmp(text, "\xEF\xBF\xBE", 3) == 0 ||
			strncmp(text, "\xEF\xBF\xBF", 3) == 0) {
			fputc('?', out);
			text += 2;
		} else if (strchr("<>&\"'", *text)) {
			fprintf(out, "&#%d;", *text);
		} else {
			fputc(*text, out);
		}
	}
}

/* A test case; only a gated row's verdict counts. */
static void write_case(FILE *out, const char *class, const char *strategy,
	const char *name, enum check_verdict verdict, bool counts,
	const char *finding)
{
	const char *outcome = counts ? outcomes[verdict] : NULL;

	fputs("    <testcase classname=\"", out);
	write_xml(out, class);
	fputs("\" name=\"", out);
	write_xml(out, strategy);
	fputs(" ", out);
	write_xml(out, name);
	fputs("\">\n      <", out);
	if (outcome)
		fprintf(out, "%s message=\"", outcome);
	else
		fputs("system-out>", out);
	write_xml(out, finding);
	fputs(outcome ? "\"/>\n" : "</system-out>\n", out);
	fputs("    </testcase>\n", out);
}

/* How many of the cases, the last one included, come out so. */
static size_t count_outcomes(
	const struct check_report *report, enum check_verdict verdict)
{
	size_t count = report->verdict == verdict;

	for (size_t i = 0; i < report->count; i++)
		count += report->rows[i].role == CHECK_GATED &&
			report->rows[i].verdict == verdict;
	return count;
}

int check_write_junit(FILE *out, const struct check_report *report)
{
	size_t failures = count_outcomes(report, CHECK_REGRESSED);
	size_t errors = count_outcomes(report, CHECK_INVALID);
	size_t skipped = count_outcomes(report, CHECK_INCONCLUSIVE);

	fprintf(out,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<testsuites tests=\"%zu\" failures=\"%zu\" errors=\"%zu\">\n"
		"  <testsuite name=\"flagrace check ",
		report->count + 1, failures, errors);
	write_xml(out, report->suite);
	fprintf(out,
		"\" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" "
		"skipped=\"%zu\">\n",
		report->count + 1, failures, errors, skipped);
	for (size_t i = 0; i < report->count; i++) {
		const struct check_row *row = &report->rows[i];
		char finding[CHECK_FINDING_MAX], name[64];

		check_finding(finding, row);
		(void)snprintf(name, sizeof(name), "%s%s", row->metric,
			row->role == CHECK_CONTROL ? " (control)" : "");
		write_case(out, row->scenario, row->strategy, name,
			row->verdict, row->role == CHECK_GATED, finding);
	}
	write_case(out, report->suite, "flagrace check", "as a whole",
		report->verdict, true,
		report->reason[0] ? report->reason
				  : check_verdict_names[report->verdict]);
	fputs("  </testsuite>\n</testsuites>\n", out);
	return 0;
}
