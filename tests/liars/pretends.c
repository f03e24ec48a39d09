/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong on purpose: says that it cannot keep a connection, and does. */
#include "liar.h"

static int download_many(struct fr_job *job)
{
	liar_download_all(job);
	return 0;
}

LIAR(pretends, "pretends", fr_clients_open, "calls a kept connection fresh",
	FR_FRESH_CONNECTIONS);
