/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pictures as characters, from the same files that gnuplot would read. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "harness/plot/plots_screen.h"
#include "harness/plot/plots_term_gantt.h"
#include "harness/plot/plots_term_sweeps.h"

enum { COLUMNS_WIDTH = 46 }; /* of the percentiles */

static double greatest(const struct grid *grid, const char *column)
{
	double most = 0;

	for (size_t row = 1; row < grid->rows; row++)
		most = fmax(most, grid_number(grid, row, column));
	return most > 0 ? most : 1;
}

static void show_elapsed(struct screen *screen)
{
	const struct grid *grid = screen->grid;
	double most =
		fmax(greatest(grid, "total_ms"), greatest(grid, "elapsed_ms"));

	screen_divide(screen, SCREEN_FIGURE);
	screen_head(screen, "How long does it take?",
		"\342\226\210 downloads (elapsed)  \342\226\222 set-up and "
		"clean-up; the figure is the total, which ranks the table");
	for (size_t row = 1; row < grid->rows; row++) {
		double scale = (double)screen->strip / most;
		double total = grid_number(grid, row, "total_ms");
		double elapsed = grid_number(grid, row, "elapsed_ms") * scale;
		double rest = fmax(0, total * scale - ceil(elapsed));

		screen_name(screen, grid_text(grid, row, "cell"));
		term_bar(screen->term, TERM_BLUE, elapsed);
		for (long i = lround(rest); i > 0; i--)
			term_text(screen->term, TERM_GREY, "\342\226\222");
		screen_figure(screen, total);
		screen_end_line(screen);
	}
}

static void show_cost(struct screen *screen)
{
	const struct grid *grid = screen->grid;
	double most = greatest(grid, "cpu_ms");

	screen_divide(screen, SCREEN_FIGURE + 2);
	screen_head(screen, "Who is fast, and what does that cost?",
		"CPU time, in the order of the total time; * no other cell "
		"needs less of both");
	for (size_t row = 1; row < grid->rows; row++) {
		double cpu = grid_number(grid, row, "cpu_ms");

		screen_name(screen, grid_text(grid, row, "cell"));
		term_bar(screen->term, TERM_BLUE,
			cpu / most * (double)screen->strip);
		screen_figure(screen, cpu);
		if (grid_number(grid, row, "front") > 0)
			term_text(screen->term, TERM_RED, " *");
		screen_end_line(screen);
	}
}

/*
 * A strip of levels: the column's value over time_column, from zero to span,
 * where a row holds until the next one of its group.
 */
static void show_levels(const struct screen *screen, size_t first, size_t last,
	const char *time_column, const char *column, double span, double most)
{
	for (size_t i = 0; i < screen->strip; i++) {
		double to = span * (double)(i + 1) / (double)screen->strip;
		double value = 0;

		for (size_t row = first; row < last &&
			grid_number(screen->grid, row, time_column) < to;
			row++)
			value = grid_number(screen->grid, row, column);
		term_text(screen->term, TERM_BLUE, term_level(value / most));
	}
}

/* The row behind the last one with the same value in the column. */
static size_t group_end(const struct grid *grid, size_t row, const char *column)
{
	const char *first = grid_text(grid, row, column);

	while (row < grid->rows && !strcmp(grid_text(grid, row, column), first))
		row++;
	return row;
}

static void show_groups(struct screen *screen, const char *group,
	const char *time_column, const char *column, bool of_all)
{
	const struct grid *grid = screen->grid;
	double all = greatest(grid, time_column);

	screen_divide(screen, SCREEN_FIGURE);
	for (size_t row = 1, end; row < grid->rows; row = end) {
		double most = 0, last;

		end = group_end(grid, row, group);
		last = grid_number(grid, end - 1, time_column);
		for (size_t i = row; i < end; i++)
			most = fmax(most, grid_number(grid, i, column));
		screen_name(screen, grid_text(grid, row, "cell"));
		show_levels(screen, row, end, time_column, column,
			of_all ? all : last, most > 0 ? most : 1);
		screen_figure(screen, last);
		screen_end_line(screen);
	}
}

static void show_completion(struct screen *screen)
{
	screen_divide(screen, SCREEN_FIGURE);
	screen_head(screen, "When did the results come?",
		"Height: the share of the items that had ended");
	show_groups(screen, "curve", "end_ms", "share_percent", true);
}

static void show_in_flight(struct screen *screen)
{
	screen_divide(screen, SCREEN_FIGURE);
	screen_head(screen, "How many requests are in flight?",
		"Height: requests at the client, of its most");
	show_groups(screen, "panel", "time_ms", "client", false);
}

static void show_throughput(struct screen *screen)
{
	screen_divide(screen, SCREEN_FIGURE);
	screen_head(screen, "How fast do the bodies come?",
		"Height: the speed, of its most");
	show_groups(screen, "panel", "time_ms", "speed", false);
}

/* The latency of a share of a cell's requests, in rows up to end. */
static double percentile(
	const struct grid *grid, size_t row, size_t end, double percent)
{
	for (; row < end; row++)
		if (grid_number(grid, row, "percent") >= percent - 1e-6)
			return grid_number(grid, row, "latency_ms");
	return NAN;
}

static void show_latency(struct screen *screen)
{
	static const double shares[] = {50, 90, 99, 99.9, 100};
	const struct grid *grid = screen->grid;

	screen_divide(screen, SCREEN_FIGURE);
	if (screen->name > screen->term->width - COLUMNS_WIDTH)
		screen->name = screen->term->width - COLUMNS_WIDTH;
	screen_head(screen,
		"How long does a request take, and how long do the slowest?",
		"Milliseconds that so many requests do not exceed; -: too few "
		"requests");
	screen_name(screen, "");
	term_text(screen->term, TERM_PLAIN,
		"     50 %     90 %     99 %   99.9 %      all\n");
	for (size_t row = 1, end; row < grid->rows; row = end) {
		double requests = grid_number(grid, row, "requests");

		end = group_end(grid, row, "curve");
		screen_name(screen, grid_text(grid, row, "cell"));
		for (size_t s = 0; s < sizeof(shares) / sizeof(shares[0]);
			s++) {
			char text[32] = "        -";

			if (shares[s] == 100 ||
				requests * (100 - shares[s]) >= 100 - 1e-6)
				(void)snprintf(text, sizeof(text), "%9.4g",
					percentile(grid, row, end, shares[s]));
			term_text(screen->term, TERM_PLAIN, text);
		}
		screen_end_line(screen);
	}
}

static void show_sweep(struct screen *screen)
{
	const struct grid *grid = screen->grid;
	double most = greatest(grid, "elapsed_ms");
	char question[ROWS_TEXT_MAX + 64];

	screen_divide(screen, SCREEN_FIGURE + 15);
	(void)snprintf(question, sizeof(question),
		"How does the time change with the %s?",
		grid_text(grid, 1, "axis"));
	screen_head(screen, question, "Elapsed time at each value");
	for (size_t row = 1; row < grid->rows; row++) {
		double elapsed = grid_number(grid, row, "elapsed_ms");

		screen_name(screen, grid_text(grid, row, "cell"));
		term_field(screen->term, grid_text(grid, row, "value"), 14);
		term_text(screen->term, TERM_PLAIN, " ");
		term_bar(screen->term, TERM_BLUE,
			elapsed / most * (double)screen->strip);
		screen_figure(screen, elapsed);
		screen_end_line(screen);
	}
}

static void show_winners(struct screen *screen)
{
	const struct grid *grid = screen->grid;
	const char *x = grid_text(grid, 1, "x_axis");
	const char *y = grid_text(grid, 1, "y_axis");
	char text[4 * ROWS_TEXT_MAX];

	screen_divide(screen, SCREEN_FIGURE);
	(void)snprintf(text, sizeof(text),
		"Which is fastest, at which %.*s and %.*s?",
		screen_axis_length(x), x, screen_axis_length(y), y);
	screen_head(screen, text,
		"By the median total time; ~ which of the two is "
		"faster is not certain");
	for (size_t row = 1; row < grid->rows; row++) {
		bool tied = grid_number(grid, row, "tied") > 0;

		(void)snprintf(text, sizeof(text), "%.*s %s, %.*s %s: %s%s%s",
			screen_axis_length(x), x,
			grid_text(grid, row, "x_level"), screen_axis_length(y),
			y, grid_text(grid, row, "y_level"),
			grid_text(grid, row, "fastest"),
			tied ? " ~ " : ", then ",
			grid_text(grid, row, "second"));
		term_lines(screen->term, TERM_PLAIN, text);
	}
}

static void show_forest(struct screen *screen)
{
	const struct grid *grid = screen->grid;
	char text[2 * ROWS_TEXT_MAX];

	screen_divide(screen, 0);
	(void)snprintf(text, sizeof(text),
		"Did head become slower than base? %s",
		grid_text(grid, 1, "outcome"));
	screen_head(screen, text,
		"Change from base to head, its interval, and "
		"the margin");
	for (size_t row = 1; row < grid->rows; row++) {
		(void)snprintf(text, sizeof(text),
			"%+.1f %% [%+.1f, %+.1f], margin %.0f %%: %s %s",
			grid_number(grid, row, "change_percent"),
			grid_number(grid, row, "low_percent"),
			grid_number(grid, row, "high_percent"),
			grid_number(grid, row, "margin_percent"),
			grid_text(grid, row, "verdict"),
			grid_text(grid, row, "cell"));
		term_lines(screen->term, TERM_PLAIN, text);
	}
}

static const struct {
	const char *file; /* or how its name begins, if it ends in '-' */
	void (*show)(struct screen *screen);
} pictures[] = {
	{"elapsed.csv", show_elapsed},
	{"cost.csv", show_cost},
	{"completion.csv", show_completion},
	{"in-flight.csv", show_in_flight},
	{"latency.csv", show_latency},
	{"throughput.csv", show_throughput},
	{"winners.csv", show_winners},
	{"sweep-", show_sweep},
	{"scaling.csv", plots_term_scaling},
	{"crossing.csv", plots_term_crossover},
	{"forest.csv", show_forest},
};

static int show_file(const struct term *term, const struct plots_file *file,
	void (*show)(struct screen *screen), bool first)
{
	struct grid grid;
	struct screen screen = {.term = term, .grid = &grid};
	int rc = grid_init(&grid, file);

	if (!rc && grid.rows > 1) {
		if (!first)
			(void)fputc('\n', term->out);
		show(&screen);
	}
	grid_release(&grid);
	return rc;
}

int plots_term_show(const struct plots_files *files, struct fr_error *err)
{
	const struct term term = term_open();
	bool first = true;
	int rc = 0;

	for (size_t p = 0; p < sizeof(pictures) / sizeof(pictures[0]); p++)
		for (size_t i = 0; i < files->count && !rc; i++) {
			const struct plots_file *file = &files->file[i];

			if (strncmp(file->name, pictures[p].file,
				    strlen(pictures[p].file)) != 0)
				continue;
			rc = show_file(&term, file, pictures[p].show, first);
			first = false;
		}
	if (!rc)
		rc = plots_term_gantt(&term, files);
	if (rc)
		return fr_error_memory(err);
	if (fflush(term.out) || ferror(term.out))
		return plots_file_error(err, "standard output", errno);
	return 0;
}
