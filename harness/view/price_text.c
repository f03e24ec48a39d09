/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What failures cost those who try again, in sentences. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "harness/view/format.h"
#include "harness/view/table.h"

/* By how much cells of a group take longer than without failures. */
struct price {
	const struct summary_row *least, *most; /* the cells */
	double least_times, most_times;         /* by the clock */
	double least_p99, most_p99;             /* by the p99 latency */
	double retries;                         /* the most of a trial */
	uint64_t failed;                        /* items that ended so */
};

/* Whether nothing makes the server answer with an error. */
static bool is_clean(const struct summary_row *row)
{
	return !row->workload.fault[0] && !row->workload.limit[0];
}

/* Whether the cell is the same but for faults, limit and retries. */
static bool is_same(const struct summary_row *a, const struct summary_row *b)
{
	struct workload workload = b->workload;

	memcpy(workload.fault, a->workload.fault, sizeof(workload.fault));
	memcpy(workload.limit, a->workload.limit, sizeof(workload.limit));
	memcpy(workload.retry, a->workload.retry, sizeof(workload.retry));
	return a->concurrency == b->concurrency &&
		!strcmp(a->strategy, b->strategy) &&
		!strcmp(a->workload.connections, b->workload.connections) &&
		!workload_compare_work(&a->workload, &workload);
}

static const struct summary_row *find_clean(
	const struct summary *summary, const struct summary_row *row)
{
	for (size_t i = 0; i < summary->count; i++)
		if (is_clean(&summary->rows[i]) &&
			is_same(row, &summary->rows[i]))
			return &summary->rows[i];
	return NULL;
}

static void add(struct price *price, const struct summary *summary,
	const struct summary_row *row)
{
	const struct summary_row *clean = find_clean(summary, row);
	double times, p99;

	if (!clean)
		return;
	times = summary_clock_of(summary, row)->value /
		summary_clock_of(summary, clean)->value;
	p99 = row->latency_p99.value / clean->latency_p99.value;
	if (isnan(times) || isnan(p99))
		return;
	if (!price->least || times < price->least_times) {
		price->least = row;
		price->least_times = times;
	}
	if (!price->most || times > price->most_times) {
		price->most = row;
		price->most_times = times;
	}
	price->least_p99 = fmin(price->least_p99, p99);
	price->most_p99 = fmax(price->most_p99, p99);
	price->retries = fmax(price->retries, row->retries.value);
	if (row->requests_failed != FR_UNKNOWN)
		price->failed += row->requests_failed;
}

static void write_price(FILE *out, const struct price *price)
{
	char fault[SETTING_TEXT_MAX] = "", limit[SETTING_TEXT_MAX] = "";
	char least[SUMMARY_LABEL_MAX], most[SUMMARY_LABEL_MAX];

	for (const struct setting *s = workload_settings; s->name; s++) {
		if (!strcmp(s->name, "fault"))
			setting_label(fault, s, &price->least->workload);
		if (!strcmp(s->name, "limit"))
			setting_label(limit, s, &price->least->workload);
	}
	summary_label(least, price->least);
	summary_label(most, price->most);
	fprintf(out, "\nWith %s%s%s, ", fault, fault[0] && limit[0] ? ", " : "",
		limit);
	if (price->failed)
		fprintf(out, "%" PRIu64 " items failed for good",
			price->failed);
	else
		fprintf(out, "every item ended well");
	fprintf(out,
		", after up to %.4g retries a trial.\n  Compared with no such "
		"failures, it took %.2f (%s) to %.2f times (%s) as long,\n"
		"  and the %s latency was %.2f to %.2f times as long.\n",
		price->retries, price->least_times, least, price->most_times,
		most,
		format_is_slowest(
			"latency-p99", (double)price->least->workload.requests)
			? "longest"
			: "p99",
		price->least_p99, price->most_p99);
}

void prices_write(FILE *out, const struct summary *summary)
{
	size_t end;

	for (size_t first = 0; first < summary->count; first = end) {
		struct price price = {.least_p99 = INFINITY};

		for (end = first; end < summary->count &&
			summary->rows[end].group == summary->rows[first].group;
			end++)
			if (summary->rows[end].rank != FR_UNKNOWN &&
				summary->rows[end].workload.retry[0] &&
				!is_clean(&summary->rows[end]))
				add(&price, summary, &summary->rows[end]);
		if (price.least)
			write_price(out, &price);
	}
}
