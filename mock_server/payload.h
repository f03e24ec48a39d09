/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes a GIF exactly as long as wanted, by a comment that nobody sees. Pure. */
#ifndef MOCK_SERVER_PAYLOAD_H
#define MOCK_SERVER_PAYLOAD_H

#include <stdbool.h>
#include <stddef.h>

/* Whether a GIF of that length can be brought to the other. */
bool payload_fits(size_t length, size_t wanted);

/* Writes `wanted` bytes; payload_fits holds. */
void payload_pad(unsigned char *out, size_t wanted, const unsigned char *gif,
	size_t length);

#endif
