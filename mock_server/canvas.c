/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every shape is a polygon or a ring, and every pixel is tested for it: the
 * pictures are few, small and made once.
 */
#include "mock_server/canvas.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

enum { STAR_POINTS_MAX = 16 };

void canvas_fill(struct canvas *canvas, enum colour colour)
{
	memset(canvas->pixels, (int)colour, sizeof(canvas->pixels));
}

void canvas_ring(struct canvas *canvas, double x, double y, double inner,
	double radius, enum colour colour)
{
	for (int row = 0; row < CANVAS_HEIGHT; row++)
		for (int column = 0; column < CANVAS_WIDTH; column++) {
			double r = hypot(column + 0.5 - x, row + 0.5 - y);

			if (r >= inner && r < radius)
				canvas->pixels[row][column] =
					(unsigned char)colour;
		}
}

void canvas_disc(struct canvas *canvas, double x, double y, double radius,
	enum colour colour)
{
	canvas_ring(canvas, x, y, 0, radius, colour);
}

static bool inside(
	const struct canvas_point *points, size_t count, double x, double y)
{
	bool odd = false;

	for (size_t i = 0; i < count; i++) {
		const struct canvas_point *a = &points[i];
		const struct canvas_point *b = &points[(i + 1) % count];

		if ((a->y > y) != (b->y > y) &&
			x < a->x + (y - a->y) * (b->x - a->x) / (b->y - a->y))
			odd = !odd;
	}
	return odd;
}

void canvas_polygon(struct canvas *canvas, const struct canvas_point *points,
	size_t count, enum colour colour)
{
	for (int row = 0; row < CANVAS_HEIGHT; row++)
		for (int column = 0; column < CANVAS_WIDTH; column++)
			if (inside(points, count, column + 0.5, row + 0.5))
				canvas->pixels[row][column] =
					(unsigned char)colour;
}

void canvas_rectangle(struct canvas *canvas, double x, double y, double width,
	double height, enum colour colour)
{
	const struct canvas_point corners[] = {
		{x, y},
		{x + width, y},
		{x + width, y + height},
		{x, y + height},
	};

	canvas_polygon(canvas, corners, 4, colour);
}

void canvas_line(struct canvas *canvas, double x, double y, double to_x,
	double to_y, double width, enum colour colour)
{
	double length = hypot(to_x - x, to_y - y);
	double dx = (to_y - y) / length * width / 2;
	double dy = (x - to_x) / length * width / 2;
	const struct canvas_point corners[] = {
		{x + dx, y + dy},
		{to_x + dx, to_y + dy},
		{to_x - dx, to_y - dy},
		{x - dx, y - dy},
	};

	canvas_polygon(canvas, corners, 4, colour);
}

void canvas_star(struct canvas *canvas, double x, double y, double radius,
	double inner, unsigned points, double turn, enum colour colour)
{
	struct canvas_point corners[2 * STAR_POINTS_MAX];
	const double pi = acos(-1);

	for (unsigned i = 0; i < 2 * points; i++) {
		double r = i % 2 ? inner : radius;
		double angle = turn + pi * i / points;

		corners[i].x = x + r * sin(angle);
		corners[i].y = y - r * cos(angle);
	}
	canvas_polygon(canvas, corners, 2 * points, colour);
}
