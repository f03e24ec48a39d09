/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which cells a picture of few panels shows. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/plot/plots_rows.h"

/* Whether the row is called by the word, as pthread-map or pthread-map@20. */
static bool is_called(
	const struct summary_row *row, const char *word, size_t length)
{
	char label[SUMMARY_LABEL_MAX];

	summary_label(label, row);
	return (strlen(label) == length && !memcmp(label, word, length)) ||
		(strlen(row->strategy) == length &&
			!memcmp(row->strategy, word, length));
}

/* Whether one of the words, with commas between, is the row. */
static bool is_named(const struct summary_row *row, const char *cells)
{
	for (const char *word = cells;; word++) {
		size_t length = strcspn(word, ",");

		if (is_called(row, word, length))
			return true;
		word += length;
		if (!*word)
			return false;
	}
}

int plots_check_cells(
	const struct summary *summary, const char *cells, struct fr_error *err)
{
	for (const char *word = cells;; word++) {
		size_t length = strcspn(word, ",");
		bool found = false;

		for (size_t i = 0; i < summary->count && !found; i++)
			found = summary->rows[i].rank != FR_UNKNOWN &&
				is_called(&summary->rows[i], word, length);
		if (!found)
			return fr_error_set(err, EXIT_USAGE,
				"--cells: the run has no figure of '%.*s'",
				(int)(length < 60 ? length : 60), word);
		word += length;
		if (!*word)
			return 0;
	}
}

/* How much two times differ; a time that is unknown is like any other. */
static double distance(const struct summary_row *a, const struct summary_row *b)
{
	double d = fabs(log(a->elapsed.value / b->elapsed.value));

	return isnan(d) ? 0 : d;
}

/* The candidate that is farthest from all that are taken; the first of equals. */
static size_t farthest(
	const struct summary_row *const *rows, size_t count, const bool *taken)
{
	double most = -1;
	size_t best = count;

	for (size_t i = 0; i < count; i++) {
		double nearest = INFINITY;

		for (size_t j = 0; j < count; j++)
			if (taken[j])
				nearest = fmin(
					nearest, distance(rows[i], rows[j]));
		if (!taken[i] && nearest > most) {
			most = nearest;
			best = i;
		}
	}
	return best;
}

/* Takes max of the rows, beginning with the first one, which is the fastest. */
static size_t take_telling(
	const struct summary_row **rows, size_t count, size_t max)
{
	bool *taken = calloc(count + 1, sizeof(*taken));
	size_t kept = 0;

	for (size_t n = 0; taken && n < max && n < count; n++)
		taken[n ? farthest(rows, count, taken) : 0] = true;
	for (size_t i = 0; i < count && kept < max; i++)
		if (!taken || taken[i])
			rows[kept++] = rows[i];
	free(taken);
	return kept;
}

/* By the work, and then by the time that the panels show. */
static int by_time(const void *a, const void *b)
{
	const struct summary_row *x = *(const struct summary_row *const *)a;
	const struct summary_row *y = *(const struct summary_row *const *)b;
	double u = x->elapsed.value, v = y->elapsed.value;

	if (x->group != y->group)
		return x->group < y->group ? -1 : 1;
	return (u > v) - (u < v);
}

size_t plots_choose(const struct summary_row **rows, size_t max,
	const struct summary *summary, const char *cells)
{
	const struct summary_row **found =
		calloc(summary->count + 1, sizeof(const struct summary_row *));
	size_t count = 0, kept = 0;

	for (size_t i = 0; found && i < summary->count; i++) {
		const struct summary_row *row = &summary->rows[i];

		if (row->rank != FR_UNKNOWN && (!cells || is_named(row, cells)))
			found[count++] = row;
	}
	if (found && !cells)
		count = take_telling(found, count, max);
	if (found)
		qsort(found, count, sizeof(*found), by_time);
	for (; kept < count && kept < max; kept++)
		rows[kept] = found[kept];
	free(found);
	return kept;
}
