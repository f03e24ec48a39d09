/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the link decides, in sentences. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "harness/view/format.h"
#include "harness/view/table.h"

static const char *link_of(const struct summary_row *row)
{
	return row->workload.link[0] ? row->workload.link : "loopback";
}

static bool is_fresh(const struct summary_row *row)
{
	return !strcmp(row->workload.connections, "fresh");
}

/* "http2@60", and whether each request had a connection. */
static void write_label(FILE *out, const struct summary_row *row)
{
	char label[SUMMARY_LABEL_MAX];

	summary_label(label, row);
	fprintf(out, "%s%s", label, is_fresh(row) ? " (fresh)" : "");
}

static double clock_of(
	const struct summary *summary, const struct summary_row *row)
{
	return summary_clock_of(summary, row)->value;
}

/* The row after the last one of the group that begins there. */
static size_t end_of(const struct summary *summary, size_t first)
{
	size_t end = first;

	while (end < summary->count &&
		summary->rows[end].group == summary->rows[first].group)
		end++;
	return end;
}

/* Whether cells that are ranked met different links. */
static bool has_links(const struct summary *summary)
{
	const struct summary_row *known = NULL;

	for (size_t i = 0; i < summary->count; i++) {
		const struct summary_row *row = &summary->rows[i];

		if (row->rank == FR_UNKNOWN)
			continue;
		if (known && strcmp(link_of(known), link_of(row)) != 0)
			return true;
		known = row;
	}
	return false;
}

/* The fastest cell of the group that begins there; NULL: none is ranked. */
static const struct summary_row *best_of(
	const struct summary *summary, size_t first)
{
	for (size_t i = first; i < end_of(summary, first); i++)
		if (summary->rows[i].rank == 1 &&
			!isnan(clock_of(summary, &summary->rows[i])))
			return &summary->rows[i];
	return NULL;
}

/* The group whose fastest cell is the next one after `ns`; count: none. */
static size_t next_group(const struct summary *summary, double ns)
{
	double next_ns = INFINITY;
	size_t next = summary->count;

	for (size_t first = 0; first < summary->count;
		first = end_of(summary, first)) {
		const struct summary_row *best = best_of(summary, first);

		if (!best || !(clock_of(summary, best) > ns) ||
			clock_of(summary, best) >= next_ns)
			continue;
		next_ns = clock_of(summary, best);
		next = first;
	}
	return next;
}

static void write_group(FILE *out, const struct summary *summary, size_t first)
{
	const struct summary_row *best = best_of(summary, first);
	char took[FORMAT_ESTIMATE_MAX];
	const char *before = ";\n    compared with that: ";
	unsigned shown = 0;

	format_estimate(took, summary_clock_of(summary, best));
	fprintf(out, "  %s: ", link_of(best));
	write_label(out, best);
	fprintf(out, " was fastest, %s ms", took + strspn(took, " "));
	for (size_t i = first; i < end_of(summary, first); i++) {
		const struct summary_row *row = &summary->rows[i];

		if (row == best || row->rank == FR_UNKNOWN)
			continue;
		fprintf(out, "%s", before);
		write_label(out, row);
		fprintf(out, " %.2f\303\227",
			clock_of(summary, row) / clock_of(summary, best));
		before = ++shown % 3 ? ", " : ",\n      ";
	}
	fprintf(out, ".\n");
}

static bool is_same_cell(
	const struct summary_row *a, const struct summary_row *b)
{
	return a->concurrency == b->concurrency && is_fresh(a) == is_fresh(b) &&
		!strcmp(a->strategy, b->strategy);
}

/* Whether a was faster than b: their intervals have nothing in common. */
static bool is_ahead(const struct summary *summary, const struct summary_row *a,
	const struct summary_row *b)
{
	return summary_clock_of(summary, a)->high <
		summary_clock_of(summary, b)->low;
}

/*
 * Writes the links over which the one cell was ahead of the other, at most one
 * row of each in a group. Returns how many; out may be NULL.
 */
static unsigned write_ahead(FILE *out, const struct summary *summary,
	const struct summary_row *a, const struct summary_row *b)
{
	unsigned count = 0;

	for (size_t i = 0; i < summary->count; i++) {
		const struct summary_row *row = &summary->rows[i];

		for (size_t k = 0; k < summary->count; k++) {
			const struct summary_row *other = &summary->rows[k];

			if (row->group != other->group ||
				!is_same_cell(row, a) ||
				!is_same_cell(other, b) ||
				!is_ahead(summary, row, other))
				continue;
			if (out)
				fprintf(out, "%s%s", count ? "; " : "",
					link_of(row));
			count++;
		}
	}
	return count;
}

/*
 * The pairs of cells whose order is not the same over all links; both keep their
 * connections, or neither does.
 */
static void write_turns(FILE *out, const struct summary *summary, size_t end)
{
	for (size_t i = 0; i < end; i++)
		for (size_t k = i + 1; k < end; k++) {
			const struct summary_row *a = &summary->rows[i];
			const struct summary_row *b = &summary->rows[k];

			if (is_fresh(a) != is_fresh(b) ||
				!write_ahead(NULL, summary, a, b) ||
				!write_ahead(NULL, summary, b, a))
				continue;
			fprintf(out, "  Their order turns: ");
			write_label(out, a);
			fprintf(out, " was faster than ");
			write_label(out, b);
			fprintf(out, " over ");
			write_ahead(out, summary, a, b);
			fprintf(out, ",\n    and slower over ");
			write_ahead(out, summary, b, a);
			fprintf(out, ".\n");
		}
}

/* What a connection for each request costs the same strategy. */
static void write_reuse(FILE *out, const struct summary *summary)
{
	const struct summary_row *least = NULL, *most = NULL;
	double least_times = INFINITY, most_times = 0;

	for (size_t i = 0; i < summary->count; i++)
		for (size_t k = 0; k < summary->count; k++) {
			const struct summary_row *fresh = &summary->rows[i];
			const struct summary_row *kept = &summary->rows[k];
			double times = clock_of(summary, fresh) /
				clock_of(summary, kept);

			if (!is_fresh(fresh) || is_fresh(kept) ||
				fresh->group != kept->group ||
				fresh->concurrency != kept->concurrency ||
				strcmp(fresh->strategy, kept->strategy) != 0)
				continue;
			if (times < least_times) {
				least_times = times;
				least = fresh;
			}
			if (times > most_times) {
				most_times = times;
				most = fresh;
			}
		}
	if (!least || least == most)
		return;
	fprintf(out,
		"  A new connection for each request took %.2f (%s@%" PRIu64
		", %s) to %.2f times\n    (%s@%" PRIu64 ", %s) as long.\n",
		least_times, least->strategy, least->concurrency,
		link_of(least), most_times, most->strategy, most->concurrency,
		link_of(most));
}

void links_write(FILE *out, const struct summary *summary)
{
	size_t first;
	double ns = 0;

	if (!has_links(summary))
		return;
	fprintf(out, "\nWhat the link decides:\n");
	while ((first = next_group(summary, ns)) < summary->count) {
		write_group(out, summary, first);
		ns = clock_of(summary, best_of(summary, first));
	}
	write_turns(out, summary, end_of(summary, 0));
	write_reuse(out, summary);
}
