/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Runs gnuplot on the scripts of plots/, which are part of the program as
 * plots_scripts.h, made by the build. A script goes in by a file without a
 * name rather than a pipe: a gnuplot that dies early then breaks nothing.
 */
#include "harness/view/plots.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/record/rows.h"
#include "harness/view/plots_data.h"
#include "harness/view/plots_rows.h"
#include "plots_scripts.h"

extern char **environ;

static const struct {
	enum plots_format format;
	const char *name; /* what the scripts call it, and the file's ending */
} formats_known[] = {
	{PLOTS_SVG, "svg"},
	{PLOTS_PNG, "png"},
	{PLOTS_PDF, "pdf"},
	{PLOTS_TERM, "term"},
};

/* The script that draws one picture in one format, to be read from the fd. */
static int script_open(const char *picture, const char *format)
{
	int fd = memfd_create("script", MFD_CLOEXEC);

	if (fd < 0)
		return -errno;
	if (dprintf(fd, "format = \"%s\"\n%s\n%s", format, plots_common_gp,
		    picture) < 0 ||
		lseek(fd, 0, SEEK_SET) < 0) {
		int error = errno;

		(void)close(fd);
		return -error;
	}
	return fd;
}

/*
 * Starts gnuplot in `directory` on a script; what it complains of goes to
 * `complaints`. Returns 0 or an errno, ENOENT when there is no gnuplot.
 */
static int gnuplot_start(
	pid_t *pid, const char *directory, int script, int complaints)
{
	/* -d: the user's own settings would change the picture. */
	char name[] = "gnuplot", defaults[] = "-d";
	char *argv[] = {name, defaults, NULL};
	posix_spawn_file_actions_t actions;
	int rc = posix_spawn_file_actions_init(&actions);

	if (rc)
		return rc;
	rc = posix_spawn_file_actions_addchdir_np(&actions, directory);
	if (!rc)
		rc = posix_spawn_file_actions_adddup2(
			&actions, script, STDIN_FILENO);
	if (!rc)
		rc = posix_spawn_file_actions_adddup2(
			&actions, complaints, STDERR_FILENO);
	if (!rc)
		rc = posix_spawnp(pid, name, &actions, NULL, argv, environ);
	(void)posix_spawn_file_actions_destroy(&actions);
	return rc;
}

/* Waits for gnuplot; returns whether it was content. */
static bool gnuplot_wait(pid_t pid)
{
	int status = 0;

	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			return false;
	}
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* The last complaint of gnuplot that is not empty, cleaned, in *err. */
static void report(int complaints, struct fr_error *err)
{
	char text[4096], line[ROWS_TEXT_MAX];
	ssize_t n = pread(complaints, text, sizeof(text) - 1, 0);
	char *start;

	text[n > 0 ? n : 0] = '\0';
	for (n = (ssize_t)strlen(text); n && strchr(" \n", text[n - 1]); n--)
		text[n - 1] = '\0';
	start = strrchr(text, '\n');
	start = start ? start + 1 : text;
	start += strspn(start, " \t");
	(void)row_text(line, sizeof(line), start, strlen(start));
	(void)fr_error_set(err, EXIT_INVALID, "gnuplot could not draw: %s",
		line[0] ? line : "it gave no reason");
}

static enum plots_outcome draw(const char *plots_dir, const char *picture,
	const char *format, struct fr_error *err)
{
	enum plots_outcome outcome = PLOTS_FAILED;
	int complaints = memfd_create("complaints", MFD_CLOEXEC);
	int script = script_open(picture, format);
	pid_t pid;
	int rc;

	if (complaints < 0 || script < 0) {
		(void)fr_error_set(
			err, EXIT_INVALID, "cannot make a file in memory");
		goto out;
	}
	rc = gnuplot_start(&pid, plots_dir, script, complaints);
	if (rc == ENOENT) {
		outcome = PLOTS_NO_GNUPLOT;
		(void)fr_error_set(err, EXIT_INVALID,
			"gnuplot is not installed, and draws the plots");
	} else if (rc) {
		(void)fr_error_set(err, EXIT_INVALID,
			"gnuplot could not be started: %s", strerror(rc));
	} else if (gnuplot_wait(pid)) {
		outcome = PLOTS_DRAWN;
	} else {
		report(complaints, err);
	}
out:
	if (complaints >= 0)
		(void)close(complaints);
	if (script >= 0)
		(void)close(script);
	return outcome;
}

static enum plots_outcome draw_all(const char *plots_dir, unsigned formats,
	bool sweep, struct fr_error *err)
{
	const char *const pictures[] = {plots_elapsed_gp, plots_gantt_gp,
		plots_completion_gp, plots_scaling_gp};
	const size_t count = sweep ? 4 : 3;
	enum plots_outcome outcome = PLOTS_DRAWN;

	/* In characters gnuplot writes where this program does. */
	(void)fflush(stdout);
	for (size_t f = 0; f < sizeof(formats_known) / sizeof(formats_known[0]);
		f++) {
		if (!(formats & formats_known[f].format))
			continue;
		for (size_t p = 0; p < count && outcome == PLOTS_DRAWN; p++)
			outcome = draw(plots_dir, pictures[p],
				formats_known[f].name, err);
	}
	return outcome;
}

enum plots_outcome plots_draw(
	const char *run_dir, unsigned formats, struct fr_error *err)
{
	enum plots_outcome outcome = PLOTS_FAILED;
	char *plots_dir = NULL;
	bool sweep;

	if (asprintf(&plots_dir, "%s/plots", run_dir) < 0) {
		(void)fr_error_set(err, EXIT_INVALID, "out of memory");
		return PLOTS_FAILED;
	}
	if (mkdir(plots_dir, 0777) && errno != EEXIST)
		(void)fr_error_set(
			err, EXIT_USAGE, "%s: %s", plots_dir, strerror(errno));
	else if (plots_data_write(run_dir, plots_dir, &sweep, err) == 0)
		outcome = draw_all(plots_dir, formats, sweep, err);
	free(plots_dir);
	return outcome;
}

enum plots_outcome plots_history_run(
	const char *directory, const char *format, struct fr_error *err)
{
	return draw(directory, plots_history_gp, format, err);
}
