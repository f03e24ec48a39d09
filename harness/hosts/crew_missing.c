/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/hosts/crew.h"

#include <stddef.h>

bool crew_enter(struct trial_hosts **hosts, int *status)
{
	*hosts = NULL;
	*status = 0;
	return true;
}

void crew_leave(struct trial_hosts *hosts, int status)
{
	(void)hosts;
	(void)status;
}
