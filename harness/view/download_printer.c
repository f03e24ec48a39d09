/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The observer's functions run in the strategy's workers, which are threads or
 * processes. Each prints with a single write(2), so lines never mix.
 */
#include "harness/view/download_printer.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "harness/base/files.h"

__attribute__((format(printf, 1, 2))) static void print_once(
	const char *format, ...)
{
	char text[256];
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (length >= (int)sizeof(text))
		length = sizeof(text) - 1;
	/* Where the terminal is closed, nothing can be printed. */
	if (write(STDOUT_FILENO, text, (size_t)length) < 0)
		return;
}

/* Saves the whole file or nothing: writes another name, then renames it. */
static int save(const struct download_printer *printer, const char *code,
	const char *body, size_t length)
{
	int folder = printer->folder;
	char name[16], part[48];
	int fd, rc;

	(void)snprintf(name, sizeof(name), "%c%c.gif", tolower(code[0]),
		tolower(code[1]));
	(void)snprintf(part, sizeof(part), ".%s.%d.%d.part", name,
		(int)printer->owner, (int)getpid());
	fd = openat(
		folder, part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (fd < 0)
		return -errno;
	rc = write_all(fd, body, length);
	if (close(fd) < 0 && !rc)
		rc = -errno;
	if (!rc && renameat(folder, part, folder, name) < 0)
		rc = -errno;
	if (rc)
		unlinkat(folder, part, 0);
	return rc;
}

static void arrived(void *ctx, size_t item, const struct fr_sample *sample,
	const void *body, size_t length)
{
	struct download_printer *printer = ctx;
	const char *code = printer->codes[item];
	int rc;

	if (sample->status != FR_OK)
		return;
	rc = save(printer, code, body, length);
	if (rc) {
		print_once(
			"\n%s could not be saved: %s\n", code, strerror(-rc));
		return;
	}
	printer->saved[item] = true;
	if (printer->verbose)
		print_once("Arrived %s: %zu bytes, worker %u\n", code, length,
			sample->worker);
	else
		print_once("%s ", code);
}

static void scheduled(void *ctx, size_t item, const char *future)
{
	const struct download_printer *printer = ctx;

	if (printer->verbose)
		print_once(
			"Scheduled for %s: %s\n", printer->codes[item], future);
}

static void completed(void *ctx, size_t item, const char *future)
{
	const struct download_printer *printer = ctx;

	if (!printer->verbose)
		return;
	if (printer->saved[item])
		print_once("%s result: '%s'\n", future, printer->codes[item]);
	else
		print_once("%s result: none for '%s'\n", future,
			printer->codes[item]);
}

struct fr_observer download_printer_observer(struct download_printer *printer)
{
	return (struct fr_observer){
		.scheduled = scheduled,
		.arrived = arrived,
		.completed = completed,
		.ctx = printer,
	};
}

void download_printer_clean(const struct download_printer *printer)
{
	int copy = openat(
		printer->folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *folder = copy < 0 ? NULL : fdopendir(copy);
	const struct dirent *entry;

	while (folder && (entry = readdir(folder))) {
		int owner = 0, length = 0;

		if (sscanf(entry->d_name, ".%*2[a-z].gif.%d.%*d.part%n", &owner,
			    &length) == 1 &&
			length && !entry->d_name[length] &&
			owner == (int)printer->owner)
			(void)unlinkat(dirfd(folder), entry->d_name, 0);
	}
	if (folder)
		(void)closedir(folder);
	else if (copy >= 0)
		close(copy);
}
