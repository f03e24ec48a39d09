/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Gantt chart as characters: a line for each worker. */
#include "harness/plot/plots_term_gantt.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/plot/plots_screen.h"

enum { LANES_SHOWN = 8 };

/* A download. */
struct bar {
	double panel, worker, start, first_byte, end;
	bool failed;
};

/* Of bars that take turns in a lane: what is done from one time to another. */
static const char *doing(const struct bar *bars, size_t count, double from,
	double to, enum term_colour *colour)
{
	const char *shown = " ";

	*colour = TERM_PLAIN;
	for (size_t i = 0; i < count; i++) {
		const struct bar *bar = &bars[i];

		if (bar->start >= to || bar->end < from)
			continue;
		if (bar->end < to) {
			*colour = bar->failed ? TERM_RED : TERM_PLAIN;
			return bar->failed ? "x" : "\342\226\210";
		}
		*colour = TERM_BLUE;
		shown = bar->first_byte < to ? "\342\226\223" : "\342\226\221";
	}
	return shown;
}

static void show_lane(const struct screen *screen, const struct bar *bars,
	size_t count, double span)
{
	double step = span / (double)screen->strip;
	char number[32];

	(void)snprintf(number, sizeof(number), "%6.0f", bars[0].worker);
	screen_name(screen, number);
	for (size_t i = 0; i < screen->strip; i++) {
		enum term_colour colour;
		const char *shown = doing(bars, count, step * (double)i,
			step * (double)(i + 1), &colour);

		term_text(screen->term, colour, shown);
	}
	screen_end_line(screen);
}

static int by_lane(const void *a, const void *b)
{
	const struct bar *x = a, *y = b;

	if (x->panel != y->panel)
		return x->panel < y->panel ? -1 : 1;
	if (x->worker != y->worker)
		return x->worker < y->worker ? -1 : 1;
	return (x->start > y->start) - (x->start < y->start);
}

/* The bars in the order of panel, lane and time; NULL: memory is short. */
static struct bar *read_bars(const struct grid *items)
{
	struct bar *bars = calloc(items->rows + 1, sizeof(*bars));

	for (size_t row = 1; bars && row < items->rows; row++)
		bars[row - 1] = (struct bar){
			.panel = grid_number(items, row, "panel"),
			.worker = grid_number(items, row, "worker"),
			.start = grid_number(items, row, "start_ms"),
			.first_byte = grid_number(items, row, "first_byte_ms"),
			.end = grid_number(items, row, "end_ms"),
			.failed = grid_number(items, row, "failed") > 0,
		};
	if (bars)
		qsort(bars, items->rows - 1, sizeof(*bars), by_lane);
	return bars;
}

/* Shows the first lanes of a panel. */
static void show_lanes(const struct screen *screen, const struct bar *bars,
	size_t count, double panel, double span)
{
	size_t lanes = 0;

	for (size_t i = 0, end; i < count; i = end) {
		end = i + 1;
		while (end < count && bars[end].panel == bars[i].panel &&
			bars[end].worker == bars[i].worker)
			end++;
		if (bars[i].panel != panel)
			continue;
		if (lanes++ < LANES_SHOWN)
			show_lane(screen, bars + i, end - i, span);
	}
	if (lanes > LANES_SHOWN) {
		char more[64];

		(void)snprintf(more, sizeof(more), "... %zu more workers",
			lanes - LANES_SHOWN);
		term_lines(screen->term, TERM_GREY, more);
	}
}

/* Of panels.csv; the items are in a file of their own. */
static int show_gantt(struct screen *screen, const struct grid *items)
{
	const struct grid *panels = screen->grid;
	struct bar *bars = read_bars(items);

	if (!bars)
		return -ENOMEM;
	screen_divide(screen, SCREEN_FIGURE);
	screen_head(screen, "Who downloads which flag when?",
		"A line for each worker: \342\226\221 waits for the answer, "
		"\342\226\210 has it, x failed");
	for (size_t row = 1; row < panels->rows; row++) {
		double span = grid_number(panels, row, "elapsed_ms");

		term_field(screen->term, grid_text(panels, row, "cell"),
			screen->term->width - SCREEN_FIGURE);
		screen_figure(screen, span);
		screen_end_line(screen);
		show_lanes(screen, bars, items->rows - 1,
			grid_number(panels, row, "panel"), span);
	}
	free(bars);
	return 0;
}

static const struct plots_file *file_of(
	const struct plots_files *files, const char *name)
{
	for (size_t i = 0; i < files->count; i++)
		if (!strcmp(files->file[i].name, name))
			return &files->file[i];
	return NULL;
}

int plots_term_gantt(const struct term *term, const struct plots_files *files)
{
	struct grid panels = {.rows = 0}, items = {.rows = 0};
	struct screen screen = {.term = term, .grid = &panels};
	const struct plots_file *file = file_of(files, "panels.csv");
	int rc = 0;

	if (!file)
		return 0;
	rc = grid_init(&panels, file);
	if (!rc)
		rc = grid_init(&items, file_of(files, "gantt.csv"));
	if (!rc && panels.rows > 1) {
		(void)fputc('\n', term->out);
		rc = show_gantt(&screen, &items);
	}
	grid_release(&panels);
	grid_release(&items);
	return rc;
}
