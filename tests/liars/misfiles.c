/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Wrong on purpose: spoils the saved file of an item, which is at
 * $MISFILES_PATH: removes it, or writes $MISFILES_TEXT over its beginning, and
 * cuts it there if $MISFILES_CUT is set.
 */
#include "liar.h"

#include <fcntl.h>
#include <stdlib.h>

static int download_many(struct fr_job *job)
{
	const char *path = getenv("MISFILES_PATH");
	const char *text = getenv("MISFILES_TEXT");
	int fd;

	liar_download_all(job);
	if (!path)
		return 0;
	if (!text)
		return unlink(path);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || liar_write(fd, text, strlen(text)) < 0)
		return -1;
	if (getenv("MISFILES_CUT") && ftruncate(fd, (off_t)strlen(text)) < 0)
		return -1;
	return close(fd);
}

LIAR(misfiles, "misfiles", fr_clients_open, "spoils a saved body", 0);
