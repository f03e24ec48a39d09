/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a member to the struct it is embedded in. */
#ifndef MOCK_SERVER_CONTAINER_OF_H
#define MOCK_SERVER_CONTAINER_OF_H

#include <stddef.h>

#define container_of(pointer, type, member) \
	((type *)(void *)((char *)(pointer)-offsetof(type, member)))

#endif
