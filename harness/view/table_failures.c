/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a ranked table says of failed requests: how many, why, what to do. */
#include <inttypes.h>
#include <string.h>

#include "harness/judge/cause.h"
#include "harness/view/table_line.h"

enum { CAUSES_SHOWN = 4 };

/* Appends ": 12 × reset, 3 × no local port" to text of that size. */
static void append_causes(
	char *text, size_t size, const struct summary_row *row)
{
	struct causes causes = {.count = 0};
	const char *lead = ": ";
	uint64_t others = 0;
	size_t used = strlen(text);

	causes_read(&causes, row->failures);
	for (size_t i = 0; i < causes.count; i++) {
		if (i >= CAUSES_SHOWN) {
			others += causes.list[i].times;
			continue;
		}
		(void)snprintf(text + used, size - used, "%s%" PRIu64 " × %s",
			lead, causes.list[i].times,
			cause_words(causes.list[i].cause));
		used = strlen(text);
		lead = ", ";
	}
	if (others)
		(void)snprintf(text + used, size - used, ", %" PRIu64 " others",
			others);
}

void table_failures(
	char failures[TABLE_FAILURES_MAX], const struct summary_row *row)
{
	uint64_t all = row->requests_ok + row->requests_failed;
	char share[FORMAT_MAX];

	failures[0] = '\0';
	if (row->requests_ok == FR_UNKNOWN || !row->requests_failed)
		return;
	format_percent(share, (double)row->requests_failed / (double)all);
	if (summary_all_failed(row))
		(void)snprintf(failures, TABLE_FAILURES_MAX,
			"all %" PRIu64 " requests failed, not ranked", all);
	else
		(void)snprintf(failures, TABLE_FAILURES_MAX,
			"%" PRIu64 " of %" PRIu64 " requests failed (%s)%s",
			row->requests_failed, all, share,
			row->fails_more_than[0] ? ", not ranked" : "");
	append_causes(failures, TABLE_FAILURES_MAX, row);
}

void table_write_remedies(FILE *out, const struct summary *summary)
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
