/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GIF89a, 24: a comment extension is 21 FE; blocks of 1 to 255 bytes, each
 * after a byte with its length; and 00. It may stand before the trailer 3B. One
 * without a block would be valid, but giflib fails on it: so 5 bytes at least.
 */
#include "mock_server/payload.h"

#include <string.h>

enum { FRAME = 3, BLOCK_MIN = 2, BLOCK_MAX = 256 }; /* with its length */

bool payload_fits(size_t length, size_t wanted)
{
	return wanted == length || wanted >= length + FRAME + BLOCK_MIN;
}

void payload_pad(unsigned char *out, size_t wanted, const unsigned char *gif,
	size_t length)
{
	unsigned char *end = out + wanted - 1;
	size_t left = wanted - length;

	memcpy(out, gif, length - 1);
	out += length - 1;
	*end = gif[length - 1];
	if (!left)
		return;
	left -= FRAME;
	*out++ = 0x21;
	*out++ = 0xfe;
	while (left) {
		size_t block = left < BLOCK_MAX ? left : BLOCK_MAX;

		/* A block has two bytes at least, so one must not be left. */
		if (left - block == 1)
			block--;
		*out = (unsigned char)(block - 1);
		memset(out + 1, '.', block - 1);
		out += block;
		left -= block;
	}
	*out = 0;
}
