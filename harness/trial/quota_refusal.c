/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/trial/quota_refusal.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "harness/base/cpus.h"

/* The options, for messages. */
static const char *const options[QUOTA_CONTROLLERS] = {
	"cpus", "pids", "memory"};

/* Writes the limit as a user would, "cpus '0.5'". */
static void name_limit(char *text, size_t size,
	const struct quota_limits *limits, enum quota_controller c)
{
	if (c == QUOTA_CPU)
		(void)snprintf(text, size, "%s '%g'", options[c], limits->cpus);
	else
		(void)snprintf(text, size, "%s '%" PRIu64 "'", options[c],
			c == QUOTA_PIDS ? limits->pids : limits->memory_bytes);
}

static const char *remedy_of(int error, bool v2)
{
	switch (error) {
	case EROFS:
		return "a container has it read-only, unless it is started "
		       "with docker run --privileged";
	case ENODEV:
		return "no such controller is mounted (mount -t cgroup2 none "
		       "/sys/fs/cgroup, as root)";
	case EACCES:
	case EPERM:
	case EBUSY:
		return v2 ? "run it as root, or as: systemd-run --user --scope "
			    "-p Delegate=yes flagrace ..."
			  : "run it as root";
	default:
		return "see cgroups(7)";
	}
}

int quota_refuse(struct fr_error *err, const struct quota *quota,
	enum quota_controller c, const struct cgroup *parent, int error)
{
	char limit[64];

	name_limit(limit, sizeof(limit), &quota->limits, c);
	return fr_error_set(err, EXIT_INVALID,
		"%s: no control group can be made for the trial%s%.200s: %s; "
		"%s",
		limit, parent->path[0] ? " in " : "", parent->path,
		error == EBUSY ? "it has no controllers to hand on"
			       : strerror(error),
		remedy_of(error, parent->v2));
}

int quota_check_limits(const struct quota_limits *limits, const char *root,
	struct fr_error *err)
{
	const struct {
		double wanted, most;
		const char *one, *many;
	} pairs[QUOTA_CONTROLLERS] = {
		{limits->cpus, fmin(cpus_allowed(), cgroup_cpus(root)), "CPU",
			"CPUs"},
		{(double)limits->pids, cgroup_pids(root), "process",
			"processes"},
		{(double)limits->memory_bytes, cgroup_memory(root), "byte",
			"bytes"},
	};
	char limit[64];

	for (enum quota_controller c = QUOTA_CPU; c <= QUOTA_MEMORY; c++) {
		if (pairs[c].wanted <= pairs[c].most)
			continue;
		name_limit(limit, sizeof(limit), limits, c);
		return fr_error_set(err, EXIT_INVALID,
			"%s: flagrace itself may use no more than %.15g %s "
			"here (flagrace doctor); ask for less",
			limit, pairs[c].most,
			pairs[c].most == 1 ? pairs[c].one : pairs[c].many);
	}
	return 0;
}
