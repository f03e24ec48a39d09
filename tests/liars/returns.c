/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong on purpose: asks in set-up, under the name of its trial before. */
#include "liar.h"

/* The name, noted for the next trial. */
static const char *const note = "name";

static int setup(struct fr_job *job)
{
	FILE *file = fopen(note, "re");
	char name[32] = "", line[80];

	if (file) {
		if (fgets(name, sizeof(name), file)) {
			(void)snprintf(line, sizeof(line),
				"X-Flagrace-Item: %s/0/1\r\n", name);
			(void)liar_ask(job, 0, line);
		}
		(void)fclose(file);
	}
	file = fopen(note, "we");
	if (!file)
		return -1;
	(void)fputs(job->trial, file);
	return fclose(file) ? -1 : fr_clients_open(job);
}

static int download_many(struct fr_job *job)
{
	liar_download_all(job);
	return 0;
}

LIAR(returns, "returns", setup, "asks under its earlier trial's name", 0);
