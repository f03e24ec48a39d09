/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pictures of characters of what was swept: a bar for each point. */
#include "harness/plot/plots_term_sweeps.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { LEVEL_WIDTH = 9, THROUGHPUT_WIDTH = 11 };

/* Whether the row is the first of its curve. */
static bool begins(const struct grid *grid, size_t row)
{
	return row == 1 ||
		strcmp(grid_text(grid, row, "curve"),
			grid_text(grid, row - 1, "curve")) != 0;
}

/* The names of a point: the curve's, once, and the value. */
static void name_point(const struct screen *screen, size_t row,
	const char *curve_column, const char *level_column)
{
	const struct grid *grid = screen->grid;

	screen_name(screen,
		begins(grid, row) ? grid_text(grid, row, curve_column) : "");
	term_field(screen->term, grid_text(grid, row, level_column),
		LEVEL_WIDTH - 1);
	term_text(screen->term, TERM_PLAIN, " ");
}

static double greatest(const struct grid *grid, const char *column)
{
	double most = 0;

	for (size_t row = 1; row < grid->rows; row++)
		most = fmax(most, grid_number(grid, row, column));
	return most > 0 ? most : 1;
}

static void bar(const struct screen *screen, double value, double most)
{
	if (value > 0)
		term_bar(screen->term, TERM_BLUE,
			value / most * (double)screen->strip);
}

void plots_term_scaling(struct screen *screen)
{
	const struct grid *grid = screen->grid;
	double most = greatest(grid, "throughput");

	screen_divide(screen, LEVEL_WIDTH + THROUGHPUT_WIDTH);
	screen_head(screen, "How does the throughput grow with concurrency?",
		"Requests per second at each concurrency; * the most of its "
		"curve");
	for (size_t row = 1; row < grid->rows; row++) {
		double throughput = grid_number(grid, row, "throughput");
		double best = throughput;
		char text[32];

		for (size_t i = 1; i < grid->rows; i++)
			if (!strcmp(grid_text(grid, i, "curve"),
				    grid_text(grid, row, "curve")))
				best = fmax(best,
					grid_number(grid, i, "throughput"));
		name_point(screen, row, "sweep", "concurrency");
		bar(screen, throughput, most);
		(void)snprintf(text, sizeof(text), " %.4g/s", throughput);
		term_text(screen->term, TERM_PLAIN, text);
		if (throughput >= best)
			term_text(screen->term, TERM_RED, " *");
		screen_end_line(screen);
	}
}

void plots_term_crossover(struct screen *screen)
{
	const struct grid *grid = screen->grid;
	double most = greatest(grid, "total_ms");
	const char *axis = grid_text(grid, 1, "axis");
	char text[4 * ROWS_TEXT_MAX];

	screen_divide(screen, LEVEL_WIDTH + SCREEN_FIGURE);
	(void)snprintf(text, sizeof(text),
		"From which %.*s on do others lose to %s?",
		screen_axis_length(axis), axis, grid_text(grid, 1, "winner"));
	screen_head(screen, text, "Total time at each value");
	for (size_t row = 1; row < grid->rows; row++) {
		bool is_last = row + 1 == grid->rows || begins(grid, row + 1);

		name_point(screen, row, "cell", "level");
		bar(screen, grid_number(grid, row, "total_ms"), most);
		screen_figure(screen, grid_number(grid, row, "total_ms"));
		screen_end_line(screen);
		if (!is_last || !grid_text(grid, row, "said")[0])
			continue;
		(void)snprintf(text, sizeof(text), "%s loses from %s on",
			grid_text(grid, row, "cell"),
			grid_text(grid, row, "said"));
		term_lines(screen->term, TERM_GREY, text);
	}
}
