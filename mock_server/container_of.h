/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The struct of which a member is known. */
#ifndef MOCK_SERVER_CONTAINER_OF_H
#define MOCK_SERVER_CONTAINER_OF_H

#include <stddef.h>

#define container_of(pointer, type, member) \
	((type *)(void *)((char *)(pointer)-offsetof(type, member)))

#endif
