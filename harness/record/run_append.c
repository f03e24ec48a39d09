/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The functions of run_folder.h that write trials. */
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "harness/record/intact.h"
#include "harness/record/run_folder.h"

/* A file of the folder, and the length that it should have. */
struct holding {
	int fd;
	off_t bytes;
	char path[RUN_FOLDER_PATH_MAX];
	enum intact state;
};

static void look(
	struct holding *holding, const struct run_folder *folder, bool requests)
{
	*holding = (struct holding){
		.fd = requests ? folder->requests : folder->trials,
		.bytes = requests ? folder->requests_end : folder->trials_bytes,
	};
	run_folder_path(holding->path, folder,
		requests ? request_schema.file : trial_schema.file);
	holding->state =
		intact_look(holding->fd, holding->path, holding->bytes);
}

/* Reports what another process has done to a file. Returns 0 or -1. */
static int refuse_state(const struct holding *holding, struct fr_error *err)
{
	int rc;

	switch (holding->state) {
	case INTACT_WHOLE:
		return 0;
	case INTACT_REMOVED:
		rc = intact_copy(holding->fd, holding->path, 0);
		return fr_error_set(err, EXIT_INVALID,
			"%.300s was removed while the run was writing to it; "
			"%s%s",
			holding->path,
			rc ? "it cannot be put back: "
			   : "it was put back, and --resume goes on",
			rc ? strerror(-rc) : "");
	case INTACT_OTHER:
		return fr_error_set(err, EXIT_INVALID,
			"%.300s was replaced by another file while the run was "
			"writing to it; nothing more was written",
			holding->path);
	case INTACT_CHANGED:
		return fr_error_set(err, EXIT_INVALID,
			"%.300s was changed by another process while the run "
			"was writing to it: it should have %lld bytes; nothing "
			"more was written",
			holding->path, (long long)holding->bytes);
	case INTACT_UNKNOWN:
		break;
	}
	return fr_error_set(err, EXIT_INVALID, "%.300s: %s", holding->path,
		strerror(errno));
}

int run_folder_check(const struct run_folder *folder, struct fr_error *err)
{
	struct holding trials, requests;

	look(&trials, folder, false);
	look(&requests, folder, true);
	/* The whole folder was removed, so its files are not put back. */
	if (trials.state == INTACT_REMOVED && requests.state == INTACT_REMOVED)
		return fr_error_set(err, EXIT_INVALID,
			"the output folder %.300s was removed or moved while "
			"the run was writing to it",
			folder->path);
	return refuse_state(&requests, err) < 0 ? -1
						: refuse_state(&trials, err);
}

/* Cuts off the rows of a trial that cannot be written completely. */
static int give_up(struct run_folder *folder, int rc, struct fr_error *err)
{
	if (ftruncate(folder->requests, folder->requests_bytes) < 0 ||
		ftruncate(folder->trials, folder->trials_bytes) < 0)
		return fr_error_set(err, EXIT_INVALID,
			"cannot write to %.300s: %s; its last row is torn",
			folder->path, strerror(-rc));
	return fr_error_set(err, EXIT_INVALID,
		"cannot write to %.300s: %s; what was measured before is kept",
		folder->path, strerror(-rc));
}

int run_folder_add_requests(struct run_folder *folder,
	struct csv_text *requests, struct fr_error *err)
{
	off_t length = (off_t)requests->length;
	int rc = csv_text_write(requests, folder->requests);

	folder->requests_end += length;
	return rc ? give_up(folder, rc, err) : 0;
}

int run_folder_append(struct run_folder *folder, struct csv_text *requests,
	struct csv_text *trial, struct fr_error *err)
{
	off_t length = (off_t)trial->length;
	int rc;

	if (run_folder_check(folder, err) < 0 ||
		run_folder_add_requests(folder, requests, err) < 0)
		return -1;
	/* A trial's row means that its requests are complete, also on disk. */
	rc = intact_sync(folder->requests);
	if (!rc)
		rc = csv_text_write(trial, folder->trials);
	if (!rc)
		rc = intact_sync(folder->trials);
	if (rc)
		return give_up(folder, rc, err);
	folder->trials_bytes += length;
	folder->requests_bytes = folder->requests_end;
	return 0;
}
