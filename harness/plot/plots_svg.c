/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What an SVG picture of gnuplot lacks: a title of its own, colours that follow
 * the reader's light or dark scheme, and values that a browser shows without a
 * script.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/base/text_stream.h"
#include "harness/plot/plots_rows.h"
#include "plots_scripts.h"

/*
 * How gnuplot writes a hypertext between its two ends: as an argument of a script
 * that no picture has, and whose quotes it does not escape.
 */
static const char value_start[] =
	"<g onmousemove=\"gnuplot_svg.showHypertext(evt,'";
static const char value_end[] =
	"')\" onmouseout=\"gnuplot_svg.hideHypertext()\"><title> </title>";
/* The title of a curve, which says nothing: "gnuplot_plot_1". */
static const char curve_start[] = "<title>gnuplot_plot_";
static const char title_end[] = "</title>";

/* Writes the text, each value in a group of its own as its title. */
static void write_values(FILE *out, const char *text)
{
	for (;;) {
		const char *value = strstr(text, value_start);
		const char *curve = strstr(text, curve_start);
		bool is_curve = curve && (!value || curve < value);
		const char *start = is_curve ? curve : value;
		const char *end = !start ? NULL
			: is_curve       ? strstr(start, title_end)
					 : strstr(start, value_end);

		if (!end)
			break;
		(void)fwrite(text, 1, (size_t)(start - text), out);
		text = end + (is_curve ? strlen(title_end) : strlen(value_end));
		start += strlen(value_start);
		if (!is_curve)
			fprintf(out, "<g class=\"value\"><title>%.*s</title>",
				(int)(end - start), start);
	}
	fputs(text, out);
}

/* The title is the text of the largest size, as the picture has it. */
static void write_styled(FILE *out, const char *picture)
{
	static const char named[] = "<title>Gnuplot</title>";
	static const char large[] = "font-size=\"19.00\"", text[] = "<text>";
	const char *head = strstr(picture, named);
	const char *title = head ? strstr(head, large) : NULL;

	title = title ? strstr(title, text) : NULL;
	if (!title) {
		write_values(out, picture);
		return;
	}
	title += strlen(text);
	fprintf(out, "%.*s<title>%.*s</title>\n<style>\n%s</style>",
		(int)(head - picture), picture, (int)strcspn(title, "<"), title,
		plots_svg_css);
	write_values(out, head + strlen(named));
}

int plots_svg_save(const char *bytes, size_t length, const char *file,
	struct fr_error *err)
{
	char *picture = strndup(bytes, length), *text = NULL;
	size_t size = 0;
	FILE *out = picture ? open_memstream(&text, &size) : NULL;
	int rc;

	if (out)
		write_styled(out, picture);
	rc = !out || text_stream_close(out, &text)
		? fr_error_memory(err)
		: plots_replace(file, text, size, err);
	free(text);
	free(picture);
	return rc;
}
