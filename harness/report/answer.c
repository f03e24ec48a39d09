/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What follows from a run, in the sentences that stand under its table on a
 * terminal. The first one is the answer.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "harness/base/text_stream.h"
#include "harness/report/html.h"
#include "harness/report/parts.h"
#include "harness/view/table.h"
#include "harness/view/table_line.h"

enum {
	SHOWN_MAX = 4,        /* groups whose answer is not folded */
	SHOWN_LINES_MAX = 12, /* of what follows from sweeps */
};

/* The sentences of the group that begins with the row; NULL: no memory. */
static char *finding_of(
	const struct summary *summary, const struct summary_row *first)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	finding_write(out, summary, first);
	(void)text_stream_close(out, &text);
	return text;
}

/* Writes the first sentence of such a text. Returns 0 or -ENOMEM. */
static int write_first(FILE *out, const struct summary *summary,
	const struct summary_row *first)
{
	char *text = finding_of(summary, first), *line;

	if (!text)
		return -ENOMEM;
	line = text + strspn(text, "\n");
	line[strcspn(line, "\n")] = '\0';
	html_text(out, line);
	free(text);
	return 0;
}

/* Returns 0 or -ENOMEM. */
static int write_work(FILE *out, const struct summary *summary,
	const struct summary_row *first)
{
	char *text = NULL;
	size_t size = 0;
	FILE *work = open_memstream(&text, &size);

	if (!work)
		return -ENOMEM;
	table_write_work(work, summary, first);
	if (text_stream_close(work, &text))
		return -ENOMEM;
	html_text(out, text);
	free(text);
	return 0;
}

static bool begins_group(const struct summary *summary, size_t i)
{
	return !i || summary->rows[i].group != summary->rows[i - 1].group;
}

static size_t count_groups(const struct summary *summary)
{
	size_t groups = 0;

	for (size_t i = 0; i < summary->count; i++)
		groups += begins_group(summary, i);
	return groups;
}

/* In how many groups the cell of that label is the fastest. */
static size_t count_wins(const struct summary *summary, const char *label)
{
	char other[SUMMARY_LABEL_MAX];
	size_t wins = 0;

	for (size_t i = 0; i < summary->count; i++) {
		summary_label(other, &summary->rows[i]);
		wins += summary->rows[i].rank == 1 && !strcmp(other, label);
	}
	return wins;
}

/* Of several groups, the cell that is the fastest in most of them. */
static void write_winner(
	FILE *out, const struct summary *summary, size_t groups)
{
	char label[SUMMARY_LABEL_MAX], winner[SUMMARY_LABEL_MAX] = "";
	size_t most = 0;

	for (size_t i = 0; i < summary->count; i++) {
		size_t wins;

		if (summary->rows[i].rank != 1)
			continue;
		summary_label(label, &summary->rows[i]);
		wins = count_wins(summary, label);
		if (wins > most)
			memcpy(winner, label, sizeof(winner));
		most = wins > most ? wins : most;
	}
	if (!most)
		html_say(out, "No strategy has a valid trial.");
	else if (most == groups)
		html_say(out, "%s was fastest in all %zu workloads.", winner,
			groups);
	else
		html_say(out, "%s was fastest in %zu of %zu workloads.", winner,
			most, groups);
}

int report_headline(FILE *out, const struct report_run *run)
{
	size_t groups = count_groups(run->summary);

	if (groups == 1)
		return write_first(out, run->summary, run->summary->rows);
	write_winner(out, run->summary, groups);
	return 0;
}

/* Of several groups, the first sentence of each. Returns 0 or -ENOMEM. */
static int write_groups(FILE *out, const struct summary *summary)
{
	size_t groups = count_groups(summary), shown = 0;

	fputs("<ul class=\"answers\">\n", out);
	for (size_t i = 0; i < summary->count; i++) {
		if (!begins_group(summary, i))
			continue;
		if (shown++ == SHOWN_MAX && groups > SHOWN_MAX + 1)
			fprintf(out,
				"</ul>\n<details><summary>%zu more workloads"
				"</summary>\n<ul class=\"answers\">\n",
				groups - SHOWN_MAX);
		fputs("<li><span class=\"work\">", out);
		if (write_work(out, summary, &summary->rows[i]))
			return -ENOMEM;
		fputs(":</span> ", out);
		if (write_first(out, summary, &summary->rows[i]))
			return -ENOMEM;
		fputs("</li>\n", out);
	}
	fputs(groups > SHOWN_MAX + 1 ? "</ul>\n</details>\n" : "</ul>\n", out);
	return 0;
}

/* "17 cells raced, 20 trials of each; 360 of 360 trials are valid." */
static void write_trust(FILE *out, const struct summary *summary)
{
	uint64_t counted = 0, unwitnessed = 0, trials = 0;
	size_t cells = 0;

	for (size_t i = 0; i < summary->count; i++) {
		const struct summary_row *row = &summary->rows[i];

		cells += !summary_is_floor(row);
		counted += table_trials(row);
		unwitnessed += row->verdicts[VERDICT_UNWITNESSED];
		trials += row->trials;
	}
	html_say(out,
		"%zu cell%s raced, %" PRIu64 " trial%s of each; %" PRIu64
		" of %" PRIu64 " trials %s.",
		cells, cells == 1 ? "" : "s", summary->blocks,
		summary->blocks == 1 ? "" : "s", counted, trials,
		unwitnessed ? "give figures, without a witness" : "are valid");
}

static size_t count_lines(const char *text)
{
	size_t lines = 0;

	for (; *text; text++)
		lines += *text == '\n';
	return lines;
}

/* The answers of the sweeps, and what faults, TLS and links cost. */
static int write_answers(
	FILE *out, const struct report_run *run, struct fr_error *err)
{
	char *text = NULL;
	size_t size = 0;
	FILE *answers = open_memstream(&text, &size);
	int rc = answers
		? answers_write(answers, run->summary, &run->dir, 1, err)
		: fr_error_memory(err);

	if (answers && text_stream_close(answers, &text) && !rc)
		rc = fr_error_memory(err);
	if (!rc && text[strspn(text, "\n")]) {
		bool many = count_lines(text) > SHOWN_LINES_MAX;

		fprintf(out,
			"<details%s><summary>What follows from what was swept"
			"</summary>\n<div class=\"sentences\">\n",
			many ? "" : " open");
		html_sentences(out, text);
		fputs("</div></details>\n", out);
	}
	free(text);
	return rc;
}

int report_answer(struct report *report, const struct report_run *run,
	struct fr_error *err)
{
	const struct summary *summary = run->summary;
	FILE *out = report->out;

	fputs("<p class=\"about\">", out);
	if (count_groups(summary) == 1) {
		if (write_work(out, summary, summary->rows))
			return fr_error_memory(err);
		fputs(": ", out);
	}
	write_trust(out, summary);
	fputs("</p>\n", out);
	if (count_groups(summary) > 1 && write_groups(out, summary))
		return fr_error_memory(err);
	return write_answers(out, run, err);
}

int report_more(struct report *report, const struct report_run *run,
	struct fr_error *err)
{
	bool alone = count_groups(run->summary) == 1;
	FILE *out = report->out;

	fprintf(out,
		"<details%s><summary>More about the fastest</summary>\n"
		"<div class=\"sentences\">\n",
		alone ? " open" : "");
	for (size_t i = 0; i < run->summary->count; i++) {
		char *text, *line;

		if (!begins_group(run->summary, i))
			continue;
		text = finding_of(run->summary, &run->summary->rows[i]);
		if (!text)
			return fr_error_memory(err);
		line = text + strspn(text, "\n");
		/* A page of one group has its first sentence as its heading. */
		if (alone)
			line += strcspn(line, "\n");
		html_sentences(out, line);
		free(text);
	}
	fputs("</div></details>\n", out);
	return 0;
}
