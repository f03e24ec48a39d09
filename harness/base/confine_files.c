/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/base/confine_files.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Of later versions than the headers' own, which may be those of Linux 5.19. */
#ifndef LANDLOCK_ACCESS_FS_TRUNCATE
#define LANDLOCK_ACCESS_FS_TRUNCATE (1ULL << 14)
#endif
#ifndef LANDLOCK_ACCESS_FS_IOCTL_DEV
#define LANDLOCK_ACCESS_FS_IOCTL_DEV (1ULL << 15)
#endif

/* The first version of the interface that has the last right of a mask. */
static uint64_t rights_known(int version)
{
	uint64_t first = LANDLOCK_ACCESS_FS_MAKE_SYM;

	if (version >= 2)
		first = LANDLOCK_ACCESS_FS_REFER;
	if (version >= 3)
		first = LANDLOCK_ACCESS_FS_TRUNCATE;
	if (version >= 5)
		first = LANDLOCK_ACCESS_FS_IOCTL_DEV;
	return first * 2 - 1;
}

static uint64_t rights_of(enum files_use use)
{
	switch (use) {
	case FILES_READ:
		return LANDLOCK_ACCESS_FS_READ_FILE;
	case FILES_WRITE:
		return ~(uint64_t)(LANDLOCK_ACCESS_FS_READ_FILE |
			LANDLOCK_ACCESS_FS_READ_DIR |
			LANDLOCK_ACCESS_FS_EXECUTE);
	case FILES_ALL:
		break;
	}
	return UINT64_MAX;
}

/* What can be done with something that is no folder. */
static const uint64_t rights_of_a_file = LANDLOCK_ACCESS_FS_EXECUTE |
	LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_READ_FILE |
	LANDLOCK_ACCESS_FS_TRUNCATE | LANDLOCK_ACCESS_FS_IOCTL_DEV;

static void allow(
	int ruleset, const struct files_allowed *allowed, uint64_t handled)
{
	struct landlock_path_beneath_attr beneath = {
		.allowed_access =
			rights_of(allowed->use) & handled & rights_of_a_file,
		.parent_fd = open(allowed->path, O_PATH | O_CLOEXEC),
	};

	if (beneath.parent_fd < 0)
		return;
	(void)syscall(SYS_landlock_add_rule, ruleset,
		LANDLOCK_RULE_PATH_BENEATH, &beneath, 0);
	(void)close(beneath.parent_fd);
}

int confine_files_version(void)
{
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0,
		LANDLOCK_CREATE_RULESET_VERSION);

	return version > 0 ? (int)version : 0;
}

void confine_files(enum files_use refused, const struct files_allowed *allowed,
	size_t count)
{
	int version = confine_files_version(), ruleset;
	struct landlock_ruleset_attr attr = {
		.handled_access_fs = rights_of(refused) & rights_known(version),
	};

	if (!version)
		return;
	ruleset = (int)syscall(
		SYS_landlock_create_ruleset, &attr, sizeof(attr), 0);
	if (ruleset < 0)
		return;
	for (size_t i = 0; i < count; i++)
		allow(ruleset, &allowed[i], attr.handled_access_fs);
	(void)syscall(SYS_landlock_restrict_self, ruleset, 0);
	(void)close(ruleset);
}
