/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Runs gnuplot on the scripts of plots/, which the build embeds as
 * plots_scripts.h. gnuplot reads a script from a memfd rather than a pipe, so
 * that a gnuplot that dies early causes no SIGPIPE. gnuplot writes the picture
 * into a memfd, too: gnuplot reports no failed write, so this file checks that
 * the picture is complete and writes it to its place.
 */
#include "harness/plot/plots.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/base/confine.h"
#include "harness/base/files.h"
#include "harness/base/spawn.h"
#include "harness/plot/plots_rows.h"
#include "harness/runs/trials.h"
#include "plots_scripts.h"

static const struct format {
	enum plots_format format;
	const char *name; /* what the scripts call it, and the file's ending */
	const char *end;  /* what a whole picture has near its end */
} formats_known[] = {
	{PLOTS_SVG, "svg", "</svg>"},
	{PLOTS_PNG, "png", "IEND"},
	{PLOTS_PDF, "pdf", "%%EOF"},
};

#define FORMATS (sizeof(formats_known) / sizeof(formats_known[0]))

/* The script that draws one picture in one format, to be read from the fd. */
static int script_open(
	const char *picture, const char *format, const char *data)
{
	int fd = files_in_memory("script");

	if (fd < 0)
		return -errno;
	if (dprintf(fd, "format = \"%s\"\nfile = \"%s\"\n%s\n%s", format, data,
		    plots_common_gp, picture) < 0 ||
		lseek(fd, 0, SEEK_SET) < 0) {
		int error = errno;

		(void)close(fd);
		return -error;
	}
	return fd;
}

/*
 * Waits for gnuplot. Returns 0, 1 when it was not content, or -1 with *err:
 * the user has interrupted.
 */
static int gnuplot_wait(pid_t pid, int stop_fd, struct fr_error *err)
{
	struct pollfd fds[] = {
		{.fd = pidfd_open(pid, 0), .events = POLLIN},
		{.fd = stop_fd, .events = POLLIN},
	};
	bool interrupted;
	int status = 1;

	while (fds[0].fd >= 0 && poll(fds, 2, -1) < 0 && errno == EINTR)
		;
	interrupted = fds[1].revents && !fds[0].revents;
	if (interrupted)
		(void)kill(-pid, SIGKILL);
	if (fds[0].fd >= 0)
		(void)close(fds[0].fd);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (interrupted)
		return fr_error_set(err, EXIT_INTERRUPTED, "interrupted");
	return status != 0;
}

/* What gnuplot complains of in a format that it was built without. */
static const char unknown_terminal[] = "unknown or ambiguous terminal type";
static const char no_terminal[] = "this gnuplot has no terminal for it";

/* The last complaint of gnuplot that is not empty, cleaned. Returns -1. */
static int report(int complaints, const char *file, struct fr_error *err)
{
	char text[4096], line[ROWS_TEXT_MAX];
	ssize_t n = pread(complaints, text, sizeof(text) - 1, 0);
	char *start;
	bool lacks;

	text[n > 0 ? n : 0] = '\0';
	lacks = strstr(text, unknown_terminal) != NULL;
	for (n = (ssize_t)strlen(text); n && strchr(" \n", text[n - 1]); n--)
		text[n - 1] = '\0';
	start = strrchr(text, '\n');
	start = start ? start + 1 : text;
	start += strspn(start, " \t");
	(void)row_text(line, sizeof(line), start, strlen(start));
	if (lacks)
		(void)snprintf(line, sizeof(line), "%s", no_terminal);
	return fr_error_set(err, EXIT_INVALID, "gnuplot could not draw %s: %s",
		file, line[0] ? line : "it gave no reason");
}

/* Whether the picture ends as one of its format does, give or take a few. */
static bool is_whole(const char *bytes, size_t length, const char *end)
{
	size_t last = length < 16 ? length : 16;

	return memmem(bytes + length - last, last, end, strlen(end)) != NULL;
}

/* Moves the finished picture to its place. Returns 0, or -1 with *err. */
static int deliver(int picture, const struct format *format, const char *file,
	struct fr_error *err)
{
	off_t end = lseek(picture, 0, SEEK_END);
	size_t length = end > 0 ? (size_t)end : 0;
	char *bytes = length
		? mmap(NULL, length, PROT_READ, MAP_PRIVATE, picture, 0)
		: MAP_FAILED;
	int rc;

	if (bytes == MAP_FAILED)
		return fr_error_set(
			err, EXIT_INVALID, "gnuplot wrote nothing to %s", file);
	if (!is_whole(bytes, length, format->end))
		rc = fr_error_set(err, EXIT_INVALID,
			"gnuplot wrote only a part of %s", file);
	else if (format->format == PLOTS_SVG)
		rc = plots_svg_save(bytes, length, file, err);
	else
		rc = plots_replace(file, bytes, length, err);
	(void)munmap(bytes, length);
	return rc;
}

/*
 * Runs a script on `data` in plots_dir, and saves the picture as file.
 * Returns 0, or -1 with *err.
 */
static int draw(const char *plots_dir, const char *script, const char *data,
	const struct format *format, const char *file, int stop_fd,
	struct fr_error *err)
{
	/* -d: the user's own settings would change the picture. */
	char name[] = "gnuplot", defaults[] = "-d";
	char *words[] = {name, defaults, NULL};
	/* Files without a name: the script, the picture and complaints. */
	const int fds[] = {script_open(script, format->name, data),
		files_in_memory("picture"), files_in_memory("complaints")};
	pid_t pid;
	int rc;

	if (fds[0] < 0 || fds[1] < 0 || fds[2] < 0)
		rc = fr_error_set(
			err, EXIT_INVALID, "cannot make a file in memory");
	else if ((rc = spawn_apart(&pid, words, plots_dir, fds,
			  confine_drawing)) == ENOENT)
		rc = fr_error_set(err, EXIT_INVALID,
			"gnuplot, which draws the plots, is not installed; "
			"install gnuplot-nox (Debian)");
	else if (rc)
		rc = fr_error_set(err, EXIT_INVALID,
			"gnuplot could not be started: %s", strerror(rc));
	else if ((rc = gnuplot_wait(pid, stop_fd, err)) == 0)
		rc = deliver(fds[1], format, file, err);
	else if (rc > 0)
		rc = report(fds[2], file, err);
	for (int i = 0; i < 3; i++)
		if (fds[i] >= 0)
			(void)close(fds[i]);
	return rc;
}

/* The pictures, in the order in which they are drawn. */
static const struct picture {
	const char *name, *file; /* drawn if there is the file */
	const char *script;
} pictures[] = {
	{"elapsed", "elapsed.csv", plots_elapsed_gp},
	{"cost", "cost.csv", plots_cost_gp},
	{"gantt", "panels.csv", plots_gantt_gp},
	{"completion", "completion.csv", plots_completion_gp},
	{"in-flight", "in-flight.csv", plots_in_flight_gp},
	{"latency", "latency.csv", plots_latency_gp},
	{"throughput", "throughput.csv", plots_throughput_gp},
	{"crossover", "crossing.csv", plots_crossover_gp},
	{"winners", "winners.csv", plots_winners_gp},
	{"scaling", "scaling.csv", plots_scaling_gp},
	{"forest", "forest.csv", plots_forest_gp},
	/* A picture of the name of each file that begins so. */
	{NULL, "sweep-", plots_sweep_gp},
};

#define PICTURES (sizeof(pictures) / sizeof(pictures[0]))

/* Draws plots_dir/NAME.FORMAT from a file; NAME is the file's, or the picture's. */
static int draw_picture(const char *plots_dir, const struct picture *picture,
	const struct plots_file *data, const struct format *format, int stop_fd,
	struct fr_error *err)
{
	const char *name = picture->name ? picture->name : data->name;
	char *file = NULL;
	int rc;

	if (asprintf(&file, "%s/%.*s.%s", plots_dir, (int)strcspn(name, "."),
		    name, format->name) < 0)
		return fr_error_memory(err);
	rc = draw(plots_dir, picture->script, data->name, format, file, stop_fd,
		err);
	free(file);
	return rc;
}

/* Whether the picture is drawn from the file. */
static bool is_drawn_from(
	const struct picture *picture, const struct plots_file *file)
{
	return picture->name
		? !strcmp(picture->file, file->name)
		: !strncmp(picture->file, file->name, strlen(picture->file));
}

/* Draws the pictures in one format. As draw_all. */
static int draw_format(const char *plots_dir, const struct format *format,
	const struct plots_files *files, int stop_fd, struct fr_error *err)
{
	int rc = 0;

	for (size_t i = 0; i < PICTURES * files->count; i++) {
		const struct picture *picture = &pictures[i / files->count];
		const struct plots_file *file = &files->file[i % files->count];
		struct fr_error failure;

		if (!is_drawn_from(picture, file) ||
			!draw_picture(plots_dir, picture, file, format, stop_fd,
				&failure))
			continue;
		if (!rc || failure.status == EXIT_INTERRUPTED)
			*err = failure;
		rc = -1;
		if (failure.status == EXIT_INTERRUPTED ||
			strstr(failure.text, no_terminal))
			break;
	}
	return rc;
}

/*
 * Draws every picture that there is data for. One that fails leaves the others
 * to be drawn. Returns 0, or -1 with *err saying why the first one failed.
 */
static int draw_all(const char *plots_dir, const struct plots_files *files,
	unsigned formats, int stop_fd, struct fr_error *err)
{
	int rc = 0;

	for (size_t f = 0; f < FORMATS; f++) {
		struct fr_error failure;

		if (!(formats & formats_known[f].format) ||
			!draw_format(plots_dir, &formats_known[f], files,
				stop_fd, &failure))
			continue;
		if (!rc || failure.status == EXIT_INTERRUPTED)
			*err = failure;
		rc = -1;
		if (failure.status == EXIT_INTERRUPTED)
			break;
	}
	return rc;
}

static int write_files(const char *plots_dir, const struct plots_files *files,
	struct fr_error *err)
{
	if (mkdir(plots_dir, 0777) && errno != EEXIST)
		return plots_file_error(err, plots_dir, errno);
	for (size_t i = 0; i < files->count; i++) {
		const struct plots_file *file = &files->file[i];
		char *path = NULL;
		int rc;

		if (asprintf(&path, "%s/%s", plots_dir, file->name) < 0)
			return fr_error_memory(err);
		rc = plots_replace(
			path, file->text.bytes, file->text.length, err);
		free(path);
		if (rc)
			return rc;
	}
	return 0;
}

/* The folder for the pictures, which the caller frees; NULL: no memory. */
static char *choose_dir(const struct plots_terms *terms, bool is_report)
{
	const char *slash = strrchr(terms->run_dir, '/');
	char *dir = NULL;
	int rc;

	if (terms->out_dir)
		return strdup(terms->out_dir);
	if (is_report && !slash)
		return strdup(".");
	rc = is_report
		? asprintf(&dir, "%.*s", (int)(slash - terms->run_dir) + 1,
			  terms->run_dir)
		: asprintf(&dir, "%s/plots", terms->run_dir);
	return rc < 0 ? NULL : dir;
}

static int draw_files(const struct plots_terms *terms, bool is_report,
	const struct plots_files *files, struct fr_error *err)
{
	char *plots_dir;
	int rc;

	if (terms->formats == PLOTS_TERM)
		return plots_term_show(files, err);
	plots_dir = choose_dir(terms, is_report);
	if (!plots_dir)
		return fr_error_memory(err);
	rc = write_files(plots_dir, files, err);
	if (!rc)
		rc = draw_all(
			plots_dir, files, terms->formats, terms->stop_fd, err);
	free(plots_dir);
	return rc;
}

int plots_draw(const struct plots_terms *terms, struct fr_error *err)
{
	struct plots_files *files = calloc(1, sizeof(*files));
	struct fr_error failure;
	struct stat what;
	bool is_report = !stat(terms->run_dir, &what) && S_ISREG(what.st_mode);
	int rc;

	if (!files)
		return fr_error_memory(err);
	if (is_report)
		rc = plots_forest_make(files, terms->run_dir, err);
	else if (!(rc = trials_find(terms->run_dir, err)))
		rc = plots_data_make(files, terms->run_dir, terms->cells, err);
	if (files->count && draw_files(terms, is_report, files, &failure)) {
		if (!rc || failure.status == EXIT_INTERRUPTED)
			*err = failure;
		rc = -1;
	}
	plots_files_release(files);
	free(files);
	return rc;
}

int plots_history_run(const char *directory, const char *file, int stop_fd,
	struct fr_error *err)
{
	const char *ending = strrchr(file, '.');

	for (size_t f = 0; f < FORMATS; f++) {
		if (ending && !strcmp(ending + 1, formats_known[f].name))
			return draw(directory, plots_history_gp, "history.csv",
				&formats_known[f], file, stop_fd, err);
	}
	return fr_error_set(
		err, EXIT_USAGE, "%s: must end in .svg, .png or .pdf", file);
}
