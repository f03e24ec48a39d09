/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Shapes that are not drawn, for targets whose input may have the flags drawn
 * again: pictures are no input, and drawing them takes 10 ms. The linker puts
 * these functions in the place of those of mock_server/canvas.h (ld(1), --wrap).
 */
#include "mock_server/canvas.h"

void __wrap_canvas_disc(struct canvas *canvas, double x, double y,
	double radius, enum colour colour);
void __wrap_canvas_ring(struct canvas *canvas, double x, double y, double inner,
	double radius, enum colour colour);
void __wrap_canvas_polygon(struct canvas *canvas,
	const struct canvas_point *points, size_t count, enum colour colour);

void __wrap_canvas_line(struct canvas *canvas, double x, double y, double to_x,
	double to_y, double width, enum colour colour);
void __wrap_canvas_star(struct canvas *canvas, double x, double y,
	double radius, double inner, unsigned points, double turn,
	enum colour colour);

void __wrap_canvas_disc(struct canvas *canvas, double x, double y,
	double radius, enum colour colour)
{
	(void)canvas, (void)x, (void)y, (void)radius, (void)colour;
}

void __wrap_canvas_ring(struct canvas *canvas, double x, double y, double inner,
	double radius, enum colour colour)
{
	(void)canvas, (void)x, (void)y, (void)inner, (void)radius, (void)colour;
}

void __wrap_canvas_polygon(struct canvas *canvas,
	const struct canvas_point *points, size_t count, enum colour colour)
{
	(void)canvas, (void)points, (void)count, (void)colour;
}

void __wrap_canvas_line(struct canvas *canvas, double x, double y, double to_x,
	double to_y, double width, enum colour colour)
{
	(void)canvas, (void)x, (void)y, (void)to_x, (void)to_y, (void)width;
	(void)colour;
}

void __wrap_canvas_star(struct canvas *canvas, double x, double y,
	double radius, double inner, unsigned points, double turn,
	enum colour colour)
{
	(void)canvas, (void)x, (void)y, (void)radius, (void)inner, (void)points;
	(void)turn, (void)colour;
}
