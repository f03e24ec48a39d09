/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shared by the files of the ranked table, as text and as Markdown. */
#ifndef HARNESS_VIEW_TABLE_LINE_H
#define HARNESS_VIEW_TABLE_LINE_H

#include <stdio.h>

#include "harness/runs/summary.h"
#include "harness/view/format.h"
#include "harness/view/text_table.h"

enum { TABLE_FAILURES_MAX = 256 };

/* What the lines of a table share. */
struct table {
	FILE *out;
	const struct summary *summary;
	struct text_table text;
	/* The group in hand: its rows, and what most of them have. */
	const struct summary_row *group;
	size_t group_size;
	const char *usual[WAY_COUNT];
};

/* The finding of the group in hand. */
void table_write_finding(const struct table *table);

/* A cell's line, each figure as it is shown. */
struct table_line {
	char rank[FORMAT_MAX];
	char label[SUMMARY_LABEL_MAX];
	char time[FORMAT_ESTIMATE_MAX]; /* by the summary's clock */
	char beside[FORMAT_MAX];        /* by the other one */
	char ideal[FORMAT_MAX], efficiency[FORMAT_MAX], speed_up[FORMAT_MAX];
	char cpu[FORMAT_MAX], valid[FORMAT_MAX];
	/* "3 of 160 requests failed (1.9 %): 3 × reset"; "": none did. */
	char failures[TABLE_FAILURES_MAX];
};

/* The trials that its figures are made of. */
static inline uint64_t table_trials(const struct summary_row *row)
{
	return row->verdicts[VERDICT_VALID] +
		row->verdicts[VERDICT_UNWITNESSED];
}

void table_line(struct table_line *line, const struct summary *summary,
	const struct summary_row *row);

/* Notes what delayed trials while neither client nor server was busy. */
void table_write_silent_causes(FILE *out, const struct summary_row *row);

/* Why all the figures can be trusted, and what they mean. */
void table_write_notes(FILE *out, const struct summary *summary);

/* "20 requests, latency 50ms": what the row's group did. */
void table_write_work(FILE *out, const struct summary *summary,
	const struct summary_row *row);

#endif
