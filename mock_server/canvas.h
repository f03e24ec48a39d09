/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A small picture with a fixed palette, shapes to draw on it, and the GIF made
 * of it. Coordinates are pixels, x to the right, y down; what lies outside is
 * not drawn. A pixel belongs to a shape when its centre does.
 */
#ifndef MOCK_SERVER_CANVAS_H
#define MOCK_SERVER_CANVAS_H

#include <stddef.h>

enum { CANVAS_WIDTH = 120, CANVAS_HEIGHT = 80 };

enum colour {
	WHITE,
	BLACK,
	RED,
	CRIMSON,
	GREEN,
	DARK_GREEN,
	LEAF,
	BLUE,
	NAVY,
	SKY,
	YELLOW,
	GOLD,
	SAFFRON,
	BROWN,
	COLOURS,
};

struct canvas {
	unsigned char pixels[CANVAS_HEIGHT][CANVAS_WIDTH]; /* enum colour */
};

struct canvas_point {
	double x, y;
};

void canvas_fill(struct canvas *canvas, enum colour colour);
void canvas_rectangle(struct canvas *canvas, double x, double y, double width,
	double height, enum colour colour);
void canvas_disc(struct canvas *canvas, double x, double y, double radius,
	enum colour colour);
/* The disc without the part within `inner` of its centre. */
void canvas_ring(struct canvas *canvas, double x, double y, double inner,
	double radius, enum colour colour);
/* Inside by the even-odd rule; count >= 3. */
void canvas_polygon(struct canvas *canvas, const struct canvas_point *points,
	size_t count, enum colour colour);
/* A band of the given width along the straight line between two points. */
void canvas_line(struct canvas *canvas, double x, double y, double to_x,
	double to_y, double width, enum colour colour);
/* `points` rays (2..16), the first of them `turn` radians right of up. */
void canvas_star(struct canvas *canvas, double x, double y, double radius,
	double inner, unsigned points, double turn, enum colour colour);

/*
 * Makes a GIF of the picture, with every step-th pixel of every step-th row. At
 * full size (1) each colour has a few shades, as cloth in the wind. *bytes is
 * the caller's to free. Returns 0, -ENOMEM or -EIO.
 */
int canvas_to_gif(const struct canvas *canvas, int step, unsigned char **bytes,
	size_t *length);

/*
 * Where the entries of such a GIF's palette begin that no pixel uses. Returns
 * how many bytes they have, at least 6.
 */
size_t canvas_unused(const unsigned char *gif, size_t *at);

#endif
