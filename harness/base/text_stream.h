/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts that are written as streams, with open_memstream(3). */
#ifndef HARNESS_BASE_TEXT_STREAM_H
#define HARNESS_BASE_TEXT_STREAM_H

#include <stdio.h>

/*
 * Closes the stream of open_memstream(3) that makes *text. Returns 0, or -ENOMEM
 * if the stream has an error or *text could not be made, of which fclose(3) of
 * glibc says nothing; *text is then NULL. The caller frees *text. A write for
 * which there is no memory is left out by glibc without an error of the stream.
 */
int text_stream_close(FILE *stream, char **text);

#endif
