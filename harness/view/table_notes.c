/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The notes below a ranked table, and below a row about waiting. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "harness/account/cause.h"
#include "harness/base/screen.h"
#include "harness/view/table_line.h"

void table_write_silent_causes(FILE *out, const struct summary_row *row)
{
	if (row->listen_queue)
		fprintf(out,
			"      in %" PRIu64 " of %" PRIu64
			" trials connections "
			"found the server's listen queue full, and waited\n",
			row->listen_queue, table_trials(row));
	if (row->quota)
		fprintf(out,
			"      in %" PRIu64 " of %" PRIu64
			" trials a cgroup's quota throttled its CPU time\n",
			row->quota, table_trials(row));
}

/* How many trials the figures are from, and why they can be trusted. */
static void write_trust(
	FILE *out, uint64_t valid, uint64_t unwitnessed, uint64_t trials)
{
	if (valid + unwitnessed == 0) {
		fprintf(out, "No trial is valid, so there is no figure.\n");
		return;
	}
	if (valid)
		fprintf(out,
			"%" PRIu64 " of %" PRIu64
			" trials are valid: client and server agree on every "
			"request, byte and time.\n",
			valid, trials);
	if (unwitnessed)
		screen_paragraph(out,
			"%" PRIu64 " of %" PRIu64
			" trials are unwitnessed: the server is no flagrace "
			"server, so these figures rest on the client's account "
			"alone, and there is no ideal to compare with.",
			unwitnessed, trials);
	if (valid + unwitnessed < trials)
		fprintf(out, "The figures leave out the other trials.\n");
}

/* A line for each cause of failures that the user can do something about. */
static void write_remedies(FILE *out, const struct summary *summary)
{
	struct causes all = {.count = 0};

	for (size_t i = 0; i < summary->count; i++)
		causes_read(&all, summary->rows[i].failures);
	causes_sort(&all);
	for (size_t i = 0; i < all.count; i++) {
		const char *cause = all.list[i].cause;
		const char *remedy = cause_remedy(cause);

		if (remedy)
			fprintf(out, "%s: %s.\n", cause_words(cause), remedy);
	}
}

/* What the ideal has besides the server's delays. */
static void write_ideal(FILE *out, const struct summary *summary)
{
	bool work = false, retries = false, link = false;

	for (size_t i = 0; i < summary->count; i++) {
		work |= summary->rows[i].workload.work[0] != '\0';
		retries |= summary->rows[i].workload.retry[0] != '\0';
		link |= summary->rows[i].workload.link[0] != '\0';
	}
	if (work)
		fprintf(out,
			"With --work, ideal has the CPU work on all CPUs that "
			"may be used.\n");
	if (retries)
		fprintf(out,
			"With --retry, ideal has all tries and the waits "
			"between them.\n");
	if (link)
		fprintf(out,
			"With --link, ideal has its round trips and rate, but "
			"no slow start and no loss.\n");
}

void table_write_notes(FILE *out, const struct summary *summary)
{
	uint64_t valid = 0, unwitnessed = 0, trials = 0;
	bool floor = false, intervals = true, programs = false;

	for (size_t i = 0; i < summary->count; i++) {
		const struct summary_row *row = &summary->rows[i];

		valid += row->verdicts[VERDICT_VALID];
		unwitnessed += row->verdicts[VERDICT_UNWITNESSED];
		trials += row->trials;
		floor |= summary_is_floor(row);
		programs |= !strcmp(row->samples, "witness");
		intervals &= !isnan(summary_clock_of(summary, row)->low) ||
			table_trials(row) == 0;
	}
	write_trust(out, valid, unwitnessed, trials);
	fprintf(out, "\n");
	screen_paragraph(out,
		"total: from set-up to exit; elapsed: the downloads alone; "
		"ideal: the server's delays at no other cost; efficiency: "
		"ideal / elapsed; speed-up: over %s, block by block.",
		summary->reference);
	write_ideal(out, summary);
	if (floor)
		fprintf(out,
			"%s transfers nothing: its time is that of the "
			"harness itself.\n",
			SUMMARY_FLOOR);
	if (programs)
		fprintf(out,
			"samples (witness): a program; only the server "
			"measured its requests.\n");
	write_remedies(out, summary);
	if (!intervals)
		fprintf(out,
			"A 95 %% interval needs at least 6 valid "
			"trials; with fewer, the order may be chance.\n");
	if (summary->torn)
		fprintf(out,
			"%s ends in an incomplete row, which was left out.\n",
			trial_schema.file);
}
