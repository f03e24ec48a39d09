/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The functions of run_folder.h that write trials. */
#include <errno.h>
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
	struct holding *holding, const struct run_folder *folder, unsigned kind)
{
	*holding = (struct holding){
		.fd = folder->files[kind].fd,
		.bytes = folder->files[kind].end,
	};
	run_folder_path(holding->path, folder, run_file_schema(kind)->file);
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
	struct holding holdings[RUN_FILES];
	unsigned removed = 0;
	int rc = 0;

	for (unsigned kind = 0; kind < RUN_FILES; kind++) {
		look(&holdings[kind], folder, kind);
		removed += holdings[kind].state == INTACT_REMOVED;
	}
	/* The whole folder was removed, so its files are not put back. */
	if (removed == RUN_FILES)
		return fr_error_set(err, EXIT_INVALID,
			"the output folder %.300s was removed or moved while "
			"the run was writing to it",
			folder->path);
	/* Of several files, each is put back, and one is named. */
	for (unsigned kind = RUN_FILES; kind-- > 0;)
		if (refuse_state(&holdings[kind], rc ? NULL : err) < 0)
			rc = -1;
	return rc;
}

/* Cuts off the rows of a trial that cannot be written completely. */
static int give_up(struct run_folder *folder, int error, struct fr_error *err)
{
	int rc = 0;

	for (unsigned kind = 0; kind < RUN_FILES; kind++)
		if (ftruncate(folder->files[kind].fd,
			    folder->files[kind].whole) < 0)
			rc = -1;
	return fr_error_set(err, EXIT_INVALID, "cannot write to %.300s: %s; %s",
		folder->path, strerror(-error),
		rc ? "its last row is torn"
		   : "what was measured before is kept");
}

int run_folder_add(struct run_folder *folder, enum run_file_kind kind,
	struct csv_text *rows, struct fr_error *err)
{
	struct run_file *file = &folder->files[kind];
	off_t length = (off_t)rows->length;
	int rc;

	if (run_folder_check(folder, err) < 0)
		return -1;
	rc = csv_text_write(rows, file->fd);
	file->end += length;
	return rc ? give_up(folder, rc, err) : 0;
}

/* Waits until the disk has the rows of the current trial in the file. */
static int sync_rows(const struct run_file *file)
{
	return file->end == file->whole ? 0 : intact_sync(file->fd);
}

int run_folder_append(
	struct run_folder *folder, struct csv_text *trial, struct fr_error *err)
{
	struct run_file *trials = &folder->files[RUN_TRIALS];
	off_t length = (off_t)trial->length;
	int rc = 0;

	if (run_folder_check(folder, err) < 0)
		return -1;
	/* A trial's row means that its others are complete, also on disk. */
	for (unsigned kind = RUN_TRIALS + 1; kind < RUN_FILES && !rc; kind++)
		rc = sync_rows(&folder->files[kind]);
	if (!rc)
		rc = csv_text_write(trial, trials->fd);
	trials->end += length;
	if (!rc)
		rc = sync_rows(trials);
	if (rc)
		return give_up(folder, rc, err);
	for (unsigned kind = 0; kind < RUN_FILES; kind++)
		folder->files[kind].whole = folder->files[kind].end;
	return 0;
}
