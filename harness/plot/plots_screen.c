/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/plot/plots_screen.h"

#include <stdio.h>
#include <string.h>

enum { NAME_MAX_SHOWN = 28 };

void screen_divide(struct screen *screen, size_t figures)
{
	size_t width = screen->term->width, longest = 8;

	for (size_t row = 1; row < screen->grid->rows; row++) {
		const char *cell = grid_text(screen->grid, row, "cell");
		const char *sweep = grid_text(screen->grid, row, "sweep");
		size_t length = strlen(cell[0] ? cell : sweep);

		longest = length > longest ? length : longest;
	}
	if (longest > NAME_MAX_SHOWN)
		longest = NAME_MAX_SHOWN;
	screen->name = longest < width / 3 ? longest : width / 3;
	screen->strip = width - screen->name - figures - 2;
}

void screen_head(
	const struct screen *screen, const char *question, const char *key)
{
	const char *work = grid_text(screen->grid, 1, "work");

	term_lines(screen->term, TERM_BOLD, question);
	term_lines(screen->term, TERM_GREY, key);
	if (work[0])
		term_lines(screen->term, TERM_GREY, work);
}

void screen_name(const struct screen *screen, const char *text)
{
	term_field(screen->term, text, screen->name);
	term_text(screen->term, TERM_PLAIN, " ");
}

void screen_figure(const struct screen *screen, double ms)
{
	char text[32];

	(void)snprintf(text, sizeof(text),
		ms < 10             ? " %.2f ms"
			: ms < 1000 ? " %.1f ms"
				    : " %.0f ms",
		ms);
	term_text(screen->term, TERM_PLAIN, text);
}

void screen_end_line(const struct screen *screen)
{
	(void)fputc('\n', screen->term->out);
}

int screen_axis_length(const char *axis)
{
	return (int)(strstr(axis, "\342\200\232")
			? (size_t)(strstr(axis, "\342\200\232") - axis)
			: strlen(axis));
}
