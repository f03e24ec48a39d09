/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/record/confine_check.h"

#include <stdio.h>

#include "harness/base/confine.h"

struct finding confine_check(void)
{
	struct finding finding = {
		.check = "confinement",
		.state = FINDING_OK,
		.spoils =
			"a fault in the server or in gnuplot is worth more to "
			"an attacker (SECURITY.md)",
		.remedy = "a release build, Linux 5.13 or later that has been "
			  "booted with lsm=landlock,.., and a container whose "
			  "profile allows seccomp(2) and "
			  "landlock_create_ruleset(2)",
	};
	struct confinement here = confine_here();
	char files[40] = "no Landlock";

	if (here.files)
		(void)snprintf(files, sizeof(files), "Landlock %d", here.files);
	(void)snprintf(finding.here, sizeof(finding.here), "%s, %s", files,
		here.calls ? "seccomp" : "no seccomp filters");
	if (!here.files || !here.calls)
		finding.state = FINDING_WARNS;
	return finding;
}
