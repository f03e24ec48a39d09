/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/options/color.h"

#include "harness/base/screen.h"
#include "harness/options/choose.h"

const struct option_spec option_color = {
	.name = "color",
	.argument = "WHEN",
	.help = "Show colours: auto (on a terminal, unless NO_COLOR is set), "
		"always or never (default auto).",
	.words = screen_colour_names,
};

int color_choose(const char *word, struct fr_error *err)
{
	int choice = choose_word("--color", word, screen_colour_names, err);

	if (choice < 0)
		return -1;
	screen_choose_colours((enum screen_colours)choice);
	return 0;
}
