/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a member to the struct it is embedded in. */
#ifndef MOCK_SERVER_OWNER_H
#define MOCK_SERVER_OWNER_H

#include <stddef.h>

#define owner_of(pointer, type, member) \
	((type *)(void *)((char *)(pointer)-offsetof(type, member)))

#endif
