/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Makes the GIF of a canvas, in memory, by giflib. A wave of SHADES shades
 * looks like folds of cloth, and gives the file the size of a real picture:
 * plain stripes would be compressed to a few hundred bytes.
 */
#include "mock_server/canvas.h"

#include <errno.h>
#include <gif_lib.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

enum { SHADES = 4, BITS_SHADED = 6, BITS_PLAIN = 4 };
_Static_assert(
	COLOURS *SHADES <= 1 << BITS_SHADED && COLOURS <= 1 << BITS_PLAIN,
	"every colour has its palette entries");

static const GifColorType palette[COLOURS] = {
	[WHITE] = {250, 250, 250},
	[BLACK] = {24, 24, 24},
	[RED] = {222, 41, 16},
	[CRIMSON] = {193, 18, 44},
	[GREEN] = {0, 140, 69},
	[DARK_GREEN] = {1, 90, 50},
	[LEAF] = {0, 156, 59},
	[BLUE] = {0, 82, 165},
	[NAVY] = {20, 40, 115},
	[SKY] = {0, 127, 255},
	[YELLOW] = {255, 222, 0},
	[GOLD] = {230, 175, 30},
	[SAFFRON] = {255, 143, 40},
	[BROWN] = {120, 72, 30},
};

static int write_to_file(GifFileType *gif, const GifByteType *bytes, int count)
{
	return (int)fwrite(bytes, 1, (size_t)count, gif->UserData);
}

static ColorMapObject *make_palette(int shades, int bits)
{
	GifColorType entries[1 << BITS_SHADED] = {0};

	for (int i = 0; i < COLOURS * shades; i++) {
		const GifColorType *base = &palette[i / shades];
		int light = 100 - 6 * (i % shades);

		entries[i].Red = (GifByteType)(base->Red * light / 100);
		entries[i].Green = (GifByteType)(base->Green * light / 100);
		entries[i].Blue = (GifByteType)(base->Blue * light / 100);
	}
	return GifMakeMapObject(1 << bits, entries);
}

/* Which shade the cloth has at a pixel. */
static int shade(int row, int column)
{
	double wave = sin(column / 11.0 + row / 19.0) + 0.4 * sin(row / 9.0);

	return (int)((wave + 1.4) / 2.8001 * (double)SHADES);
}

static int write_line(
	GifFileType *gif, const struct canvas *canvas, int row, int step)
{
	GifPixelType line[CANVAS_WIDTH];
	int n = 0;

	for (int column = 0; column < CANVAS_WIDTH; column += step) {
		int colour = canvas->pixels[row][column];

		line[n++] = (GifPixelType)(step > 1
				? colour
				: colour * SHADES + shade(row, column));
	}
	return EGifPutLine(gif, line, n);
}

static int write_picture(
	GifFileType *gif, const struct canvas *canvas, int step)
{
	const int width = CANVAS_WIDTH / step, height = CANVAS_HEIGHT / step;
	int bits = step > 1 ? BITS_PLAIN : BITS_SHADED;
	ColorMapObject *map = make_palette(step > 1 ? 1 : SHADES, bits);
	int ok;

	if (!map)
		return -ENOMEM;
	ok = EGifPutScreenDesc(gif, width, height, bits, 0, map) &&
		EGifPutImageDesc(gif, 0, 0, width, height, false, NULL);
	GifFreeMapObject(map);
	for (int row = 0; ok && row < CANVAS_HEIGHT; row += step)
		ok = write_line(gif, canvas, row, step);
	return ok ? 0 : -EIO;
}

/*
 * GIF89a, 17 and 18: a header of 13 bytes, whose 11th has the palette's size.
 */
size_t canvas_unused(const unsigned char *gif, size_t *at)
{
	const int bits = (gif[10] & 7) + 1;
	const int used = bits == BITS_PLAIN ? COLOURS : COLOURS * SHADES;

	*at = 13 + 3 * (size_t)used;
	return 3 * ((size_t)(1 << bits) - (size_t)used);
}

int canvas_to_gif(const struct canvas *canvas, int step, unsigned char **bytes,
	size_t *length)
{
	char *text = NULL;
	FILE *file = open_memstream(&text, length);
	GifFileType *gif = file ? EGifOpen(file, write_to_file, NULL) : NULL;
	int rc = gif ? 0 : -ENOMEM;

	*bytes = NULL;
	if (gif) {
		EGifSetGifVersion(gif, true);
		rc = write_picture(gif, canvas, step);
		if (!EGifCloseFile(gif, NULL) && !rc)
			rc = -EIO;
	}
	if (file && fclose(file) && !rc)
		rc = -ENOMEM;
	if (rc)
		free(text);
	else
		*bytes = (unsigned char *)text;
	return rc;
}
