/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/runs/latest.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "harness/record/run_folder.h"
#include "harness/runs/trials.h"

#define RESULTS "results"

/* Writes when the run in dir began; "": dir is not the folder of a run. */
static void read_start(char start[32], const char *dir)
{
	char path[RUN_FOLDER_PATH_MAX];
	struct fr_error ignored;
	json_error_t where;
	json_t *facts = NULL;
	const char *text;
	int fd;

	start[0] = '\0';
	(void)snprintf(path, sizeof(path), "%s/run.json", dir);
	fd = trials_find(dir, &ignored) < 0 ? -1
					    : open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		facts = run_facts_read(fd, 0, &where);
		(void)close(fd);
	}
	text = json_string_value(json_object_get(facts, "started_at"));
	if (text)
		(void)snprintf(start, 32, "%s", text);
	json_decref(facts);
}

static int find_latest(char latest[LATEST_MAX], struct fr_error *err)
{
	char newest[32] = "", start[32], dir[LATEST_MAX];
	DIR *results = opendir(RESULTS);
	const struct dirent *entry;

	latest[0] = '\0';
	while (results && (entry = readdir(results))) {
		if (entry->d_name[0] == '.')
			continue;
		(void)snprintf(dir, sizeof(dir), RESULTS "/%s", entry->d_name);
		read_start(start, dir);
		if (strcmp(start, newest) <= 0)
			continue;
		memcpy(newest, start, sizeof(newest));
		memcpy(latest, dir, sizeof(dir));
	}
	if (results)
		(void)closedir(results);
	return latest[0]
		? 0
		: fr_error_set(err, EXIT_USAGE,
			  "latest: the folder " RESULTS " holds no run");
}

int latest_replace(const char **dirs, size_t count, char latest[LATEST_MAX],
	struct fr_error *err)
{
	bool found = false;

	for (size_t i = 0; i < count; i++) {
		if (strcmp(dirs[i], "latest") != 0)
			continue;
		if (!found && find_latest(latest, err) < 0)
			return -1;
		found = true;
		dirs[i] = latest;
	}
	return 0;
}
