/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pads a GIF to an exact length, by a comment extension. Pure. */
#ifndef MOCK_SERVER_PAYLOAD_H
#define MOCK_SERVER_PAYLOAD_H

#include <stdbool.h>
#include <stddef.h>

/* Whether a GIF of `length` bytes can be padded to `wanted`. */
bool payload_fits(size_t length, size_t wanted);

/* Writes `wanted` bytes; payload_fits holds. */
void payload_pad(unsigned char *out, size_t wanted, const unsigned char *gif,
	size_t length);

#endif
