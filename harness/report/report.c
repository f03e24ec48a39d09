/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/report/report.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/base/text_stream.h"
#include "harness/plot/plots_rows.h"
#include "harness/record/run_folder.h"
#include "harness/report/html.h"
#include "harness/report/parts.h"

/* The last part of the folder's path, cleaned. */
static void name_run(char name[ROWS_TEXT_MAX], const char *dir)
{
	size_t length = strlen(dir);
	const char *start;

	while (length > 1 && dir[length - 1] == '/')
		length--;
	start = memrchr(dir, '/', length);
	start = start && length > 1 ? start + 1 : dir;
	(void)row_text(
		name, ROWS_TEXT_MAX, start, length - (size_t)(start - dir));
}

/* Reads what a run's parts need. Returns 0, or -1 with *err. */
static int open_run(struct report_run *run, const char *dir, const char *name,
	struct fr_error *err)
{
	const struct summary_terms terms = {.clock = CLOCK_TOTAL};
	char *path = NULL;
	int fd;

	run->dir = dir;
	name_run(run->name, name ? name : dir);
	if (summary_create(&run->summary, &dir, 1, &terms, err))
		return -1;
	if (asprintf(&path, "%s/run.json", dir) < 0)
		return fr_error_memory(err);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	free(path);
	/* A run can be shown without. */
	run->facts = fd < 0 ? NULL : run_facts_read(fd, 0, NULL);
	if (fd >= 0)
		close(fd);
	return 0;
}

static int open_check(struct report *report, struct fr_error *err)
{
	report->check = json_load_file(report->terms->check, 0, NULL);
	if (!json_is_array(json_object_get(report->check, "rows")))
		return fr_error_set(err, EXIT_USAGE,
			"%.300s is neither a run's folder nor a check's report "
			"in JSON",
			report->terms->check);
	return 0;
}

static int open_all(struct report *report, struct fr_error *err)
{
	int rc = 0;

	report->runs = calloc(report->terms->runs + 1, sizeof(*report->runs));
	if (!report->runs)
		return fr_error_memory(err);
	for (size_t i = 0; i < report->terms->runs && !rc; i++)
		rc = open_run(&report->runs[i], report->terms->run_dirs[i],
			report->terms->name, err);
	return rc || !report->terms->check ? rc : open_check(report, err);
}

/* The links to the parts of a page of one run. */
static void write_links(FILE *out)
{
	fputs("<nav aria-label=\"Parts of this page\"><a href=\"#table\">Table"
	      "</a> <a href=\"#pictures\">Pictures</a> <a href=\"#requests-of\">"
	      "Requests</a> <a href=\"#validity\">Validity</a> "
	      "<a href=\"#repeat\">Repeat</a></nav>\n",
		out);
}

static void write_id(FILE *out, bool alone, const char *id)
{
	fputs("<section", out);
	if (alone)
		fprintf(out, " id=\"%s\"", id);
	fputs(">\n", out);
}

/* A run: the answer, the table, the pictures, the requests, and the rest. */
static int write_run(struct report *report, const struct report_run *run,
	struct fr_error *err)
{
	bool alone = report->terms->runs == 1;
	FILE *out = report->out;

	fputs("<section class=\"run\">\n", out);
	if (!alone) {
		fputs("<h2><span class=\"kicker\">", out);
		html_text(out, run->name);
		fputs("</span> ", out);
		if (report_headline(out, run))
			return fr_error_memory(err);
		fputs("</h2>\n", out);
	}
	if (report_answer(report, run, err))
		return -1;
	write_id(out, alone, "table");
	if (report_tables(report, run, err))
		return -1;
	if (report_more(report, run, err))
		return -1;
	if (report_columns(report, run, err))
		return -1;
	fputs("</section>\n", out);
	write_id(out, alone, "pictures");
	report_head(report, "Pictures");
	if (report_pictures(report, run->dir, err))
		return -1;
	fputs("</section>\n", out);
	write_id(out, alone, "requests-of");
	if (report_requests(report, run, err))
		return -1;
	fputs("</section>\n", out);
	write_id(out, alone, "validity");
	if (report_left_out(report, run, err))
		return -1;
	fputs("</section>\n", out);
	write_id(out, alone, "repeat");
	report_facts(report, run);
	fputs("</section>\n</section>\n", out);
	return 0;
}

/*
 * The heading of the page: the answer, if there is one run. Returns 0 or
 * -ENOMEM.
 */
static int write_heading(const struct report *report)
{
	size_t runs = report->terms->runs;
	FILE *out = report->out;

	fputs("<header>\n<p class=\"kicker\">flagrace report", out);
	if (runs == 1)
		html_say(out, " of %s", report->runs[0].name);
	fputs("</p>\n<h1>", out);
	if (runs == 1 && report_headline(out, &report->runs[0]))
		return -ENOMEM;
	if (runs > 1)
		html_say(out, "%zu runs beside each other", runs);
	if (!runs)
		html_say(out, "%s: %s", report_member(report->check, "verdict"),
			report_member(report->check, "reason"));
	fputs("</h1>\n", out);
	if (runs == 1)
		write_links(out);
	if (runs > 1)
		fputs("<ul class=\"answers\">\n", out);
	for (size_t i = 0; runs > 1 && i < runs; i++) {
		fputs("<li><span class=\"work\">", out);
		html_text(out, report->runs[i].name);
		fputs(":</span> ", out);
		if (report_headline(out, &report->runs[i]))
			return -ENOMEM;
		fputs("</li>\n", out);
	}
	fputs(runs > 1 ? "</ul>\n</header>\n" : "</header>\n", out);
	return 0;
}

static int write_body(struct report *report, struct fr_error *err)
{
	int rc = 0;

	if (write_heading(report))
		return fr_error_memory(err);
	if (report->terms->check)
		rc = report_check(report, err);
	if (!rc && report->terms->runs > 1)
		rc = report_sides(report, err);
	for (size_t i = 0; i < report->terms->runs && !rc; i++)
		rc = write_run(report, &report->runs[i], err);
	return rc;
}

/* Puts the page into its place. */
static int save(
	const struct report *report, const char *body, struct fr_error *err)
{
	const char *name = report->terms->runs ? report->runs[0].name : "check";
	char title[ROWS_TEXT_MAX + 32], *page = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&page, &size);
	int rc;

	(void)snprintf(title, sizeof(title), "%s%s, flagrace report", name,
		report->terms->runs > 1 ? " and others" : "");
	if (!out)
		return fr_error_memory(err);
	rc = report_page(out, title, body, report->data);
	if (text_stream_close(out, &page) || rc)
		rc = fr_error_memory(err);
	else
		rc = plots_replace(report->terms->out, page, size, err);
	free(page);
	return rc;
}

int report_write(const struct report_terms *terms, struct fr_error *note,
	struct fr_error *err)
{
	struct report report = {.terms = terms,
		.data = json_array(),
		.requests_left = REPORT_REQUESTS_MAX,
		.pictures_left = REPORT_PICTURES_MAX,
		.note = note};
	char *body = NULL;
	size_t size = 0;
	int rc;

	note->text[0] = '\0';
	report.out = open_memstream(&body, &size);
	rc = report.out && report.data ? open_all(&report, err)
				       : fr_error_memory(err);
	if (!rc)
		rc = write_body(&report, err);
	if (report.out && text_stream_close(report.out, &body) && !rc)
		rc = fr_error_memory(err);
	if (!rc)
		rc = save(&report, body, err);
	for (size_t i = 0; report.runs && i < terms->runs; i++) {
		summary_free(report.runs[i].summary);
		json_decref(report.runs[i].facts);
	}
	free(report.runs);
	json_decref(report.data);
	json_decref(report.check);
	free(body);
	return rc;
}
