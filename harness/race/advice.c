/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/race/advice.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/record/columns.h"

/* A simpler cell is named if it takes longer by at most one of these shares. */
static const double SLACK[] = {0.05, 0.25};
/* A cell that costs less is named if it takes longer by at most this share. */
static const double THRIFTY_SLACK = 0.10;
/* A cell that costs less by this factor is worth a word. */
static const double THRIFT = 1.25, FEWER = 2;
/* Delays so many times as long, or as short, are near by. */
static const double NEAR_BY = 20;
/* The share by which a cell loses visibly. */
static const double LOSS = 0.05;

const char *const advice_state_names[ADVICE_STATE_COUNT] = {
	[ADVICE_FASTEST] = "fastest",
	[ADVICE_CLOSE] = "close",
	[ADVICE_LEVEL] = "level",
	[ADVICE_SLOWER] = "slower",
	[ADVICE_FAILING] = "failing",
	[ADVICE_INVALID] = "invalid",
	[ADVICE_BEYOND] = "beyond",
};

_Static_assert(sizeof(enum advice_state) == sizeof(unsigned),
	"a word is stored as an unsigned");

#define ROW struct advice_row
static const struct column advice_columns[] = {
	COLUMN_AS(COLUMN_WORD, "state", state, "", .words = advice_state_names,
		.word_count = ADVICE_STATE_COUNT,
		.meaning =
			"`fastest`; `close`: shown to be within 1 % of it; "
			"`level`: neither shown; `slower`: shown to be slower "
			"by more than 1 %, and dropped; `failing`, "
			"`invalid`: dropped; `beyond`: not raced, because "
			"the delays alone take longer."),
	COLUMN(recommended, "", "1: the cell that is recommended."),
	COLUMN(strategy, "", "The cell's strategy."),
	COLUMN(concurrency, "requests", "The most requests in flight."),
	COLUMN(place, "", "Place in the order of simplicity, from 1."),
	COLUMN(blocks, "blocks", "Blocks that it was raced in."),
	COLUMNS_OF_ESTIMATE("time", "_ns", time, "ns", "Median time."),
	COLUMNS_OF_ESTIMATE("ratio", "", ratio, "ratio",
		"Its time divided by the fastest's, paired by block."),
	COLUMN(least_ns, "ns",
		"What the delays and the work alone take, in the first block."),
	COLUMN(ideal_ns, "ns", "Median ideal_ns."),
	COLUMN(cpu_ns, "ns", "Median cpu_ns."),
	COLUMN(memory_bytes, "bytes",
		"Median memory_peak_bytes, or peak_rss_bytes."),
	COLUMN(connections, "connections", "Median connections_opened."),
	COLUMN(bound_by, "", "The most frequent bound_by of its trials."),
	COLUMN(slower_than, "", "What it lost to when it was dropped."),
	COLUMN(reason, "", "The first reason of a trial that is not valid."),
};
const struct row_schema advice_schema = SCHEMA_OF(advice_columns, "advice.csv");
#undef ROW

int advice_init(struct advice *advice, size_t count)
{
	*advice = (struct advice){
		.count = count,
		.rows = calloc(count + 1, sizeof(*advice->rows)),
		.chosen = count,
	};
	for (size_t i = 0; advice->rows && i < count; i++)
		row_init(&advice_schema, &advice->rows[i]);
	return advice->rows ? 0 : -ENOMEM;
}

void advice_release(struct advice *advice)
{
	free(advice->rows);
	*advice = (struct advice){0};
}

void advice_label(char label[SUMMARY_LABEL_MAX], const struct advice_row *row)
{
	(void)snprintf(label, SUMMARY_LABEL_MAX, "%s@%" PRIu64, row->strategy,
		row->concurrency);
}

bool advice_is_in(const struct advice_row *row)
{
	return row->state <= ADVICE_LEVEL;
}

bool advice_is_timed(const struct advice_row *row)
{
	return row->state <= ADVICE_SLOWER;
}

static int compare(const void *a, const void *b)
{
	const struct advice_row *x = a, *y = b;
	/* Cells that are in are sorted by their times alone. */
	int state_x =
		advice_is_in(x) && x->state ? ADVICE_LEVEL : (int)x->state;
	int state_y =
		advice_is_in(y) && y->state ? ADVICE_LEVEL : (int)y->state;

	if (state_x != state_y)
		return state_x - state_y;
	if (x->ratio.value < y->ratio.value || x->ratio.value > y->ratio.value)
		return x->ratio.value < y->ratio.value ? -1 : 1;
	if (x->place != y->place)
		return x->place < y->place ? -1 : 1;
	return (x->concurrency > y->concurrency) -
		(x->concurrency < y->concurrency);
}

void advice_sort(struct advice *advice)
{
	qsort(advice->rows, advice->count, sizeof(*advice->rows), compare);
	advice->chosen = advice->count;
	advice->decided = true;
	for (size_t i = 0; i < advice->count; i++) {
		if (advice->rows[i].recommended)
			advice->chosen = i;
		advice->decided &= advice->rows[i].state != ADVICE_LEVEL;
	}
}

static void add(struct advice *advice, enum advice_change_kind kind, size_t row,
	double value)
{
	if (row < advice->count)
		advice->changes[advice->change_count++] =
			(struct advice_change){kind, row, value};
}

/* The simplest cell that takes longer by at most `slack`; count: none. */
static size_t find_simpler(const struct advice *advice, double slack)
{
	uint64_t place = advice->rows[advice->chosen].place;
	size_t found = advice->count;

	for (size_t i = 0; i < advice->count; i++) {
		const struct advice_row *row = &advice->rows[i];

		if (!advice_is_timed(row) || row->place >= place ||
			row->ratio.value > 1 + slack)
			continue;
		place = row->place;
		found = i;
	}
	return found;
}

/*
 * The cell of about the same speed that has the least of a cost, whose offset in
 * the row is given, but at most `most`; count: none.
 */
static size_t find_thrifty(
	const struct advice *advice, size_t cost, double most)
{
	size_t found = advice->count;

	for (size_t i = 0; i < advice->count; i++) {
		const struct advice_row *row = &advice->rows[i];
		double its = *(
			const double *)(const void *)((const char *)row + cost);

		if (!advice_is_timed(row) ||
			row->ratio.value > 1 + THRIFTY_SLACK || !(its <= most))
			continue;
		most = its;
		found = i;
	}
	return found;
}

/*
 * How many times as long the delays have to be so that the cell takes 1 + share
 * times as long as the fastest, if what each costs besides stays the same: the
 * times are factor * ideal + own. NaN: never, or the delays do not decide.
 */
static double find_factor(const struct advice *advice, size_t row, double share)
{
	const struct advice_row *fastest = &advice->rows[0];
	const struct advice_row *its = &advice->rows[row];
	double time = fastest->time.value;
	double own = its->ratio.value * time - its->ideal_ns;
	double its_best = time - fastest->ideal_ns;
	double factor = ((1 + share) * its_best - own) /
		(its->ideal_ns - (1 + share) * fastest->ideal_ns);

	if (strcmp(fastest->bound_by, "latency") != 0 ||
		strcmp(its->bound_by, "latency") != 0 || !(factor > 0))
		return NAN;
	return factor;
}

/* What those can use who can wait longer, and those with longer delays. */
static void find_slack(struct advice *advice)
{
	size_t last = advice->count;
	double factor;

	for (size_t i = 0; i < sizeof(SLACK) / sizeof(SLACK[0]); i++) {
		size_t simpler = find_simpler(advice, SLACK[i]);

		if (simpler == last)
			continue;
		last = simpler;
		add(advice, ADVICE_IF_SLACK, simpler,
			advice->rows[simpler].ratio.value - 1);
	}
	if (last == advice->count)
		return;
	factor = find_factor(advice, last, ELIMINATION_CLOSE);
	if (factor > 1 && factor <= NEAR_BY)
		add(advice, ADVICE_IF_LONGER, last, factor);
}

void advice_find_changes(struct advice *advice)
{
	const struct advice_row *chosen = &advice->rows[advice->chosen];
	size_t thrifty;
	double factor;

	advice->change_count = 0;
	if (advice->chosen == advice->count)
		return;
	find_slack(advice);
	if (chosen != advice->rows) {
		factor = find_factor(advice, advice->chosen, LOSS);
		if (factor < 1 && factor >= 1 / NEAR_BY)
			add(advice, ADVICE_IF_SHORTER, 0, factor);
	}
	thrifty = find_thrifty(advice, offsetof(struct advice_row, cpu_ns),
		chosen->cpu_ns / THRIFT);
	if (thrifty < advice->count)
		add(advice, ADVICE_IF_CPU, thrifty,
			advice->rows[thrifty].cpu_ns);
	thrifty = find_thrifty(advice, offsetof(struct advice_row, connections),
		chosen->connections / FEWER);
	if (thrifty < advice->count)
		add(advice, ADVICE_IF_CONNECTIONS, thrifty,
			advice->rows[thrifty].connections);
}
