/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/analysis/scaling.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/record/columns.h"

#define ROW struct scaling_row
/* clang-format off */
#define OF_CELL(member, option, letter, argument, list, help, its_unit, \
	its_meaning, ...) \
	COLUMN_NAMED(#member, cell.workload.member, its_unit, its_meaning),
/* clang-format on */
static const struct column columns[] = {
	COLUMN(curve, "", "Rows of one curve differ in concurrency alone."),
	COLUMN_NAMED("strategy", cell.strategy, "", "As in trials.csv."),
	/* clang-format off */
	WORKLOAD_A(OF_CELL)
	WORKLOAD_B(OF_CELL)
	COLUMN_NAMED("protocol", cell.protocol, "", "As in trials.csv."),
	WORKLOAD_C(OF_CELL)
	COLUMN_NAMED("concurrency", cell.concurrency, "requests",
		"As in trials.csv."),
	WORKLOAD_D(OF_CELL)
	/* clang-format on */
	COLUMN_NAMED("trials", cell.verdicts[VERDICT_VALID], "trials",
		"Valid ones."),
	COLUMNS_OF_ESTIMATE("throughput", "", cell.throughput, "requests/s",
		"Median of requests / elapsed time."),
	COLUMN(fitted, "requests/s", "The curve at this concurrency."),
	COLUMN(residual, "ratio", "throughput / fitted - 1."),
	COLUMN(left_out, "ratio",
		"The error of predicting it from the other points."),
	COLUMN(gain, "ratio",
		"What twice the concurrency gained; empty: not measured."),
	COLUMN_NAMED("lambda", usl.lambda, "requests/s", "The curve's, at 1."),
	COLUMN_NAMED("sigma", usl.sigma, "ratio", "The curve's contention."),
	COLUMN_NAMED("kappa", usl.kappa, "ratio", "The curve's coherency."),
	COLUMN(knee, "requests",
		"Where the curve is highest; empty: it rises for ever."),
	COLUMN(pays_until, "requests",
		"Where the curve gains less than 10 % by doubling."),
	/* clang-format off */
	WORKLOAD_E(OF_CELL)
	/* clang-format on */
};
const struct row_schema scaling_schema = SCHEMA_OF(columns, "scaling.csv");
#undef ROW

/* Makes a row of each cell that has a throughput to fit. */
static void take_cells(struct scaling *scaling, const struct summary *summary)
{
	for (size_t i = 0; i < summary->count; i++) {
		const struct summary_row *cell = &summary->rows[i];

		/* In an open loop the arrivals decide the throughput. */
		if (cell->rank == FR_UNKNOWN || cell->workload.arrivals[0] ||
			!(cell->throughput.value > 0))
			continue;
		scaling->rows[scaling->count++].cell = *cell;
	}
}

/* By everything but concurrency: < 0, 0, > 0. */
static int compare_sweeps(
	const struct summary_row *a, const struct summary_row *b)
{
	int order = (a->group > b->group) - (a->group < b->group);

	if (!order)
		order = strcmp(a->strategy, b->strategy);
	for (int way = 0; way < WAY_COUNT && !order; way++)
		order = strcmp(summary_way(a, (enum summary_way)way),
			summary_way(b, (enum summary_way)way));
	return order;
}

static int by_sweep(const void *a, const void *b)
{
	const struct summary_row *x = &((const struct scaling_row *)a)->cell;
	const struct summary_row *y = &((const struct scaling_row *)b)->cell;
	int order = compare_sweeps(x, y);

	if (order)
		return order;
	return (x->concurrency > y->concurrency) -
		(x->concurrency < y->concurrency);
}

/* The relative gain measured from the row's concurrency to its double. */
static double gain_of(const struct scaling_row *rows, size_t count,
	const struct scaling_row *row)
{
	struct scaling_row twice = *row;
	const struct scaling_row *found;

	twice.cell.concurrency *= 2;
	found = bsearch(&twice, rows, count, sizeof(*rows), by_sweep);
	return found
		? found->cell.throughput.value / row->cell.throughput.value - 1
		: NAN;
}

static double finite_or_unknown(double x)
{
	return isfinite(x) ? x : NAN;
}

/* Scratch memory for the fits of a sweep. */
struct room {
	double *n, *x; /* its points */
	struct usl *without;
};

/* Fits one sweep. Returns 0 or -errno. */
static int fit_sweep(struct scaling_row *rows, size_t count, uint64_t curve,
	const struct room *room)
{
	struct usl usl;
	int rc;

	for (size_t i = 0; i < count; i++) {
		room->n[i] = (double)rows[i].cell.concurrency;
		room->x[i] = rows[i].cell.throughput.value;
	}
	rc = usl_fit(&usl, room->n, room->x, count);
	if (!rc)
		rc = usl_fit_others(room->without, room->n, room->x, count);
	for (size_t i = 0; i < count && !rc; i++) {
		double at = room->n[i], measured = room->x[i];

		rows[i].curve = curve;
		rows[i].usl = usl;
		rows[i].knee = finite_or_unknown(usl_knee(&usl));
		rows[i].pays_until = finite_or_unknown(usl_pays_until(&usl));
		rows[i].fitted = usl_throughput(&usl, at);
		rows[i].residual = measured / rows[i].fitted - 1;
		rows[i].left_out =
			usl_throughput(&room->without[i], at) / measured - 1;
		rows[i].gain = gain_of(rows, count, &rows[i]);
	}
	return rc;
}

/*
 * Fits the sweeps among the sorted rows and moves them to the front. *longest
 * is the number of concurrencies of the longest sweep. Returns 0 or -errno.
 */
static int fit_all(struct scaling *scaling, size_t *longest)
{
	const struct room room = {
		.n = calloc(scaling->count + 1, sizeof(*room.n)),
		.x = calloc(scaling->count + 1, sizeof(*room.x)),
		.without = calloc(scaling->count + 1, sizeof(*room.without)),
	};
	size_t kept = 0, first = 0;
	int rc = room.n && room.x && room.without ? 0 : -ENOMEM;

	*longest = 0;
	while (first < scaling->count && !rc) {
		struct scaling_row *rows = &scaling->rows[first];
		size_t count = 1;

		while (first + count < scaling->count &&
			!compare_sweeps(&rows->cell, &rows[count].cell))
			count++;
		if (count > *longest)
			*longest = count;
		first += count;
		if (count < USL_POINTS_MIN)
			continue;
		rc = fit_sweep(rows, count, ++scaling->curves, &room);
		memmove(&scaling->rows[kept], rows, count * sizeof(*rows));
		kept += count;
	}
	scaling->count = kept;
	free(room.n);
	free(room.x);
	free(room.without);
	return rc;
}

int scaling_create(struct scaling **out, const struct summary *summary,
	struct fr_error *err)
{
	struct scaling *scaling = calloc(1, sizeof(*scaling));
	size_t longest = 0;
	int rc = -ENOMEM;

	*out = NULL;
	if (scaling)
		scaling->rows = calloc(summary->count, sizeof(*scaling->rows));
	if (scaling && scaling->rows) {
		take_cells(scaling, summary);
		qsort(scaling->rows, scaling->count, sizeof(*scaling->rows),
			by_sweep);
		rc = fit_all(scaling, &longest);
	}
	if (rc)
		rc = fr_error_set(err, EXIT_INVALID, "%s",
			rc == -ENOMEM ? "out of memory"
				      : "the throughputs cannot be fitted");
	else if (!scaling->curves)
		rc = fr_error_set(err, EXIT_INCONCLUSIVE,
			"a fit needs one strategy at %d or more "
			"concurrencies; the most found is %zu",
			USL_POINTS_MIN, longest);
	if (rc) {
		scaling_free(scaling);
		return -1;
	}
	*out = scaling;
	return 0;
}

void scaling_free(struct scaling *scaling)
{
	if (!scaling)
		return;
	free(scaling->rows);
	free(scaling);
}

size_t scaling_curve(const struct scaling *scaling, size_t curve,
	const struct scaling_row **first)
{
	size_t count = 0;

	*first = scaling->rows;
	for (size_t i = 0; i < scaling->count; i++) {
		if (scaling->rows[i].curve != curve)
			continue;
		if (!count++)
			*first = &scaling->rows[i];
	}
	return count;
}

uint64_t scaling_stops_at(const struct scaling_row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (rows[i].gain < USL_PAYS)
			return rows[i].cell.concurrency;
	}
	return 0;
}
