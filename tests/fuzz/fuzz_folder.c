/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Fuzzes the folder of a run that is to be resumed. The input is run.json,
 * trials.csv, requests.csv, connections.csv and hosts.csv, with a line "----"
 * between them.
 * What recover has mended is whole: the same trials are found in it again, and nothing is cut.
 */
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/options/command.h"
#include "harness/options/settings.h"
#include "harness/record/recover.h"
#include "tests/fuzz/fuzz.h"

static const char *const names[] = {"run.json", "trials.csv", "requests.csv",
	"connections.csv", "hosts.csv"};
static const char between[] = "\n----\n";

enum { FILES = sizeof(names) / sizeof(names[0]) };

static char folder_path[64];

static void remove_folder(void)
{
	DIR *folder = opendir(folder_path);
	const struct dirent *entry;

	while (folder && (entry = readdir(folder)))
		if (entry->d_name[0] != '.' || strlen(entry->d_name) > 2)
			(void)unlinkat(dirfd(folder), entry->d_name, 0);
	if (folder)
		(void)closedir(folder);
	(void)rmdir(folder_path);
}

/* An empty folder, in memory if the machine has such a file system. */
static void make_folder(void)
{
	if (!folder_path[0]) {
		(void)snprintf(folder_path, sizeof(folder_path),
			"%s/flagrace-fuzz-%d",
			access("/dev/shm", W_OK) ? "/tmp" : "/dev/shm",
			(int)getpid());
		(void)atexit(remove_folder);
	}
	remove_folder();
	require(mkdir(folder_path, 0700) == 0);
}

static void write_file(const char *name, const uint8_t *bytes, size_t length)
{
	char path[PATH_MAX];
	int fd;

	(void)snprintf(path, sizeof(path), "%s/%s", folder_path, name);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	require(fd >= 0 && write(fd, bytes, length) == (ssize_t)length);
	(void)close(fd);
}

static void write_files(const uint8_t *data, size_t size)
{
	for (size_t i = 0; i < FILES; i++) {
		const uint8_t *end = i + 1 < FILES
			? memmem(data, size, between, strlen(between))
			: NULL;
		size_t length = end ? (size_t)(end - data) + 1 : size;

		write_file(names[i], data, length);
		if (!end)
			return;
		data = end + strlen(between);
		size -= length - 1 + strlen(between);
	}
}

static int any(void *ctx, size_t number, const struct trial_row *row,
	struct fr_error *err)
{
	(void)ctx;
	(void)err;
	require(number > 0 && row->trial[0] != '\0');
	return 0;
}

/* What the run was started with. */
static void recall(const json_t *run)
{
	const struct command_spec command = {
		.name = "run", .options = run_options, .operands_max = 1};
	char *words[] = {NULL};
	const struct command_line line = {.argv = words, .operands = words};
	const struct run_settings given = {0};
	struct run_settings settings = {0};
	struct fr_error err = {0};

	if (run_settings_recall(&settings, &given, run, &command, &line, &err) <
		0)
		require(err.text[0] != '\0');
	run_settings_release(&settings);
}

static void require_whole(struct run_folder *folder, size_t trials)
{
	struct recovered again;
	struct fr_error err = {0};

	require(recover_look(&again, folder, any, NULL, &err) == 0);
	require(again.trials == trials && !again.mended && !again.lost);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct run_folder folder = RUN_FOLDER_CLOSED;
	struct recovered recovered;
	struct fr_error err = {0};
	json_t *run = NULL;

	make_folder();
	write_files(data, size);
	if (run_folder_reopen(&folder, folder_path, &run, &err) < 0) {
		require(err.text[0] != '\0');
		return 0;
	}
	recall(run);
	if (recover(&recovered, &folder, any, NULL, &err) < 0)
		require(err.text[0] != '\0');
	else
		require_whole(&folder, recovered.trials);
	json_decref(run);
	run_folder_close(&folder);
	return 0;
}
