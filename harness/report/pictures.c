/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The pictures, which `flagrace plot` draws into a folder for the moment. Those
 * that would make the page too large are named instead.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/plot/plots.h"
#include "harness/race/scratch.h"
#include "harness/report/html.h"
#include "harness/report/parts.h"

/* The order of the pictures; a name that ends in - is the beginning of several. */
static const char *const order[] = {"elapsed.", "forest.", "sweep-", "winners.",
	"crossover.", "scaling.", "cost.", "latency.", "gantt.", "completion.",
	"in-flight.", "throughput.", NULL};

/* The text of a file in the folder; NULL: it cannot be read. */
static char *read_text(int folder, const char *name)
{
	int fd = openat(folder, name, O_RDONLY | O_CLOEXEC);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "r");
	struct stat what;
	char *text = NULL;

	if (fd >= 0 && !file)
		close(fd);
	if (!file)
		return NULL;
	if (fstat(fd, &what) == 0)
		text = calloc(1, (size_t)what.st_size + 1);
	if (text &&
		fread(text, 1, (size_t)what.st_size, file) !=
			(size_t)what.st_size) {
		free(text);
		text = NULL;
	}
	(void)fclose(file);
	return text;
}

/* Names a picture that is too large for the page. */
static void write_too_large(FILE *out, const char *name, size_t size)
{
	fputs("<p class=\"note\">", out);
	html_say(out, "%.*s is left out: the picture has %zu kB. Draw it with ",
		(int)strcspn(name, "."), name, size / 1000);
	fputs("<code>flagrace plot</code>.</p>\n", out);
}

static void write_picture(struct report *report, int folder, const char *name)
{
	char *svg = read_text(folder, name);
	size_t size = svg ? strlen(svg) : 0;
	char prefix[32];

	if (!svg)
		return;
	if (size > REPORT_PICTURE_MAX || size > report->pictures_left) {
		write_too_large(report->out, name, size);
		free(svg);
		return;
	}
	report->pictures_left -= size;
	(void)snprintf(prefix, sizeof(prefix), "p%zu-", ++report->pictures);
	fputs("<figure class=\"picture\">\n", report->out);
	html_svg(report->out, svg, prefix);
	fputs("</figure>\n", report->out);
	free(svg);
}

static bool is_svg(const char *name, const char *start)
{
	size_t length = strlen(name);

	return !strncmp(name, start, strlen(start)) && length > 4 &&
		!strcmp(name + length - 4, ".svg");
}

/* Writes the pictures in their order. */
static void write_pictures(struct report *report, const char *path)
{
	struct dirent **entries;
	int count = scandir(path, &entries, NULL, alphasort);
	int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	for (size_t i = 0; order[i]; i++)
		for (int e = 0; e < count; e++)
			if (is_svg(entries[e]->d_name, order[i]))
				write_picture(
					report, folder, entries[e]->d_name);
	for (int e = 0; e < count; e++)
		free(entries[e]);
	if (count >= 0)
		free(entries);
	if (folder >= 0)
		close(folder);
}

int report_pictures(
	struct report *report, const char *source, struct fr_error *err)
{
	struct scratch scratch;
	struct fr_error failure = {.text = ""};
	int rc = scratch_open(&scratch, NULL, &failure);
	const struct plots_terms terms = {.run_dir = source,
		.out_dir = scratch.path,
		.formats = PLOTS_SVG,
		.stop_fd = report->terms->stop_fd};

	if (!rc)
		rc = plots_draw(&terms, &failure);
	if (rc && failure.status == EXIT_INTERRUPTED) {
		scratch_close(&scratch);
		*err = failure;
		return -1;
	}
	if (scratch.path[0])
		write_pictures(report, scratch.path);
	scratch_close(&scratch);
	if (rc) {
		fputs("<p class=\"note\">Not all pictures could be drawn: ",
			report->out);
		html_text(report->out, failure.text);
		fputs(".</p>\n", report->out);
		if (!report->note->text[0])
			*report->note = failure;
	}
	return 0;
}
