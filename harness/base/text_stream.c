/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/base/text_stream.h"

#include <errno.h>
#include <stdlib.h>

int text_stream_close(FILE *stream, char **text)
{
	int failed = ferror(stream);

	if (fclose(stream) == 0 && !failed && *text)
		return 0;
	free(*text);
	*text = NULL;
	return -ENOMEM;
}
