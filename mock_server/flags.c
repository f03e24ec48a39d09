/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Twenty flags, all of the canvas's size. Proportions and emblems are
 * simplified as far as the flags can still be told apart at 120 by 80 pixels.
 */
#include "mock_server/flags.h"

#include <math.h>

#define W ((double)CANVAS_WIDTH)
#define H ((double)CANVAS_HEIGHT)

static const double turn = 6.283185307179586;

/* Equal stripes from the top down. */
static void three_rows(
	struct canvas *c, enum colour a, enum colour b, enum colour d)
{
	canvas_fill(c, b);
	canvas_rectangle(c, 0, 0, W, H / 3, a);
	canvas_rectangle(c, 0, H * 2 / 3, W, H / 3, d);
}

/* Equal stripes from the hoist on. */
static void three_columns(
	struct canvas *c, enum colour a, enum colour b, enum colour d)
{
	canvas_fill(c, b);
	canvas_rectangle(c, 0, 0, W / 3, H, a);
	canvas_rectangle(c, W * 2 / 3, 0, W / 3, H, d);
}

static void five_pointed(struct canvas *c, double x, double y, double radius,
	double tilt, enum colour colour)
{
	canvas_star(c, x, y, radius, radius * 0.382, 5, tilt, colour);
}

/* A disc with a smaller one of the ground's colour laid over it. */
static void crescent(struct canvas *c, double x, double y, double radius,
	double bite_x, double bite_y, double bite_radius, enum colour colour,
	enum colour ground)
{
	canvas_disc(c, x, y, radius, colour);
	canvas_disc(c, bite_x, bite_y, bite_radius, ground);
}

static void draw_cn(struct canvas *c)
{
	static const struct canvas_point small[] = {
		{40, 8}, {48, 16}, {48, 28}, {40, 36}};

	canvas_fill(c, RED);
	five_pointed(c, 20, 21, 13, 0, YELLOW);
	for (int i = 0; i < 4; i++)
		five_pointed(c, small[i].x, small[i].y, 4.6,
			atan2(20 - small[i].x, small[i].y - 21), YELLOW);
}

static void draw_in(struct canvas *c)
{
	three_rows(c, SAFFRON, WHITE, GREEN);
	canvas_ring(c, 60, 40, 9.4, 11.4, NAVY);
	canvas_disc(c, 60, 40, 2.4, NAVY);
	for (int i = 0; i < 24; i++) {
		double angle = turn * i / 24;

		canvas_line(c, 60, 40, 60 + 10 * cos(angle),
			40 + 10 * sin(angle), 0.7, NAVY);
	}
}

static void draw_us(struct canvas *c)
{
	canvas_fill(c, WHITE);
	for (int i = 0; i < 13; i += 2)
		canvas_rectangle(c, 0, H * i / 13, W, H / 13, CRIMSON);
	canvas_rectangle(c, 0, 0, 50, H * 7 / 13, NAVY);
	for (int row = 0; row < 9; row++)
		for (int column = row % 2; column < 11; column += 2)
			five_pointed(c, 4.2 * (column + 1), 4.35 * (row + 1),
				2.4, 0, WHITE);
}

static void draw_id(struct canvas *c)
{
	canvas_fill(c, WHITE);
	canvas_rectangle(c, 0, 0, W, H / 2, RED);
}

static void draw_br(struct canvas *c)
{
	static const struct canvas_point rhombus[] = {
		{10, 40}, {60, 7}, {110, 40}, {60, 73}};
	static const struct canvas_point southern[] = {{50, 46}, {54, 51},
		{61, 47}, {66, 52}, {71, 48}, {58, 53}, {47, 42}, {62, 34}};

	canvas_fill(c, LEAF);
	canvas_polygon(c, rhombus, 4, YELLOW);
	canvas_disc(c, 60, 40, 18, NAVY);
	/* The motto's band: an arc that ends at the globe's edge. */
	for (double angle = 0; angle < turn / 4; angle += 0.02) {
		double x = 52 + 37 * sin(angle), y = 72 - 37 * cos(angle);

		if (hypot(x - 60, y - 40) < 16.4)
			canvas_disc(c, x, y, 2, WHITE);
	}
	canvas_disc(c, 44.5, 36.5, 2, WHITE);
	for (int i = 0; i < 8; i++)
		canvas_disc(c, southern[i].x, southern[i].y, 1, WHITE);
}

static void draw_pk(struct canvas *c)
{
	canvas_fill(c, DARK_GREEN);
	canvas_rectangle(c, 0, 0, W / 4, H, WHITE);
	crescent(c, 74, 41, 24, 81, 34, 22, WHITE, DARK_GREEN);
	five_pointed(c, 87, 28, 9, 0.8, WHITE);
}

static void draw_ng(struct canvas *c)
{
	three_columns(c, GREEN, WHITE, GREEN);
}

static void draw_bd(struct canvas *c)
{
	canvas_fill(c, DARK_GREEN);
	canvas_disc(c, 54, 40, 26, RED);
}

static void draw_ru(struct canvas *c)
{
	three_rows(c, WHITE, BLUE, RED);
}

static void draw_jp(struct canvas *c)
{
	canvas_fill(c, WHITE);
	canvas_disc(c, 60, 40, 24, CRIMSON);
}

/* An eagle on a cactus, over half a wreath. */
static void draw_mx(struct canvas *c)
{
	static const struct canvas_point eagle[] = {{53, 34}, {57, 29},
		{62, 27}, {66, 30}, {63, 33}, {69, 38}, {66, 46}, {60, 47},
		{55, 50}, {57, 43}, {53, 41}};

	three_columns(c, DARK_GREEN, WHITE, RED);
	canvas_ring(c, 60, 40, 13, 15.5, LEAF);
	canvas_rectangle(c, 44, 24, 32, 18, WHITE);
	canvas_polygon(c, eagle, 11, BROWN);
	canvas_disc(c, 56, 50, 2.5, LEAF);
	canvas_disc(c, 64, 50, 2.5, LEAF);
	canvas_rectangle(c, 58, 47, 4, 6, LEAF);
	canvas_line(c, 52, 36, 57, 33, 1.6, GOLD);
	canvas_rectangle(c, 55, 53, 10, 2, SKY);
}

static void draw_ph(struct canvas *c)
{
	static const struct canvas_point hoist[] = {{0, 0}, {66, 40}, {0, 80}};

	canvas_fill(c, RED);
	canvas_rectangle(c, 0, 0, W, H / 2, BLUE);
	canvas_polygon(c, hoist, 3, WHITE);
	canvas_star(c, 23, 40, 14, 5, 8, 0, GOLD);
	canvas_disc(c, 23, 40, 8, GOLD);
	five_pointed(c, 6, 11, 4.6, 0.5, GOLD);
	five_pointed(c, 6, 69, 4.6, -0.5, GOLD);
	five_pointed(c, 55, 40, 4.6, turn / 4, GOLD);
}

static void draw_vn(struct canvas *c)
{
	canvas_fill(c, RED);
	five_pointed(c, 60, 42, 25, 0, YELLOW);
}

static void draw_et(struct canvas *c)
{
	three_rows(c, LEAF, YELLOW, RED);
	canvas_disc(c, 60, 40, 22, BLUE);
	five_pointed(c, 60, 41, 17, 0, YELLOW);
	five_pointed(c, 60, 41, 12.5, 0, BLUE);
	for (int i = 0; i < 5; i++) {
		double angle = turn * i / 5 + turn / 10;

		canvas_line(c, 60 + 6 * sin(angle), 41 - 6 * cos(angle),
			60 + 17 * sin(angle), 41 - 17 * cos(angle), 1.4,
			YELLOW);
	}
}

/* The eagle of Saladin with a shield on its breast. */
static void draw_eg(struct canvas *c)
{
	static const struct canvas_point wings[] = {{60, 33}, {65, 33},
		{69, 29}, {72, 44}, {66, 42}, {64, 50}, {56, 50}, {54, 42},
		{48, 44}, {51, 29}, {55, 33}};

	three_rows(c, RED, WHITE, BLACK);
	canvas_polygon(c, wings, 11, GOLD);
	canvas_disc(c, 60, 31, 3, GOLD);
	canvas_line(c, 61, 31, 65, 32, 2, GOLD);
	canvas_rectangle(c, 57, 35, 2, 9, RED);
	canvas_rectangle(c, 59, 35, 2, 9, WHITE);
	canvas_rectangle(c, 61, 35, 2, 9, BLACK);
	canvas_rectangle(c, 53, 49, 14, 3, GOLD);
}

static void draw_de(struct canvas *c)
{
	three_rows(c, BLACK, RED, YELLOW);
}

/* The emblem as two pairs of crescents about a sword, and the bands' script. */
static void draw_ir(struct canvas *c)
{
	three_rows(c, GREEN, WHITE, RED);
	for (int i = 0; i < 22; i++) {
		double x = 1.5 + i * 5.5;

		canvas_rectangle(c, x, 24, 3, 2, WHITE);
		canvas_rectangle(c, x, 54, 3, 2, WHITE);
	}
	canvas_ring(c, 60, 40, 7.5, 10, RED);
	canvas_ring(c, 60, 39, 3.5, 6, RED);
	canvas_rectangle(c, 57, 29, 6, 5, WHITE);
	canvas_rectangle(c, 59, 32, 2, 18, RED);
	canvas_disc(c, 60, 30.5, 1.5, RED);
}

static void draw_tr(struct canvas *c)
{
	canvas_fill(c, RED);
	crescent(c, 44, 40, 21, 49, 40, 17, WHITE, RED);
	five_pointed(c, 70, 40, 10.5, -turn / 4, WHITE);
}

static void draw_cd(struct canvas *c)
{
	canvas_fill(c, SKY);
	canvas_line(c, -10, 80, 130, 0, 25, YELLOW);
	canvas_line(c, -10, 80, 130, 0, 18, CRIMSON);
	five_pointed(c, 21, 20, 15, 0, YELLOW);
}

static void draw_fr(struct canvas *c)
{
	three_columns(c, BLUE, WHITE, RED);
}

void flag_draw_plain(struct canvas *c, const char *code)
{
	static const enum colour choice[] = {WHITE, BLACK, CRIMSON, DARK_GREEN,
		NAVY, SKY, YELLOW, SAFFRON, BROWN};
	const unsigned n = sizeof(choice) / sizeof(*choice);
	/* 0..675, written in base 9 as three stripes and in base 2 as a way. */
	unsigned number =
		(unsigned)(code[0] - 'A') * 26 + (unsigned)(code[1] - 'A');
	enum colour first = choice[number % n];
	enum colour second = choice[number / n % n];
	enum colour third = choice[(number / n / n + number) % n];

	if (number % 2)
		three_rows(c, first, second, third);
	else
		three_columns(c, first, second, third);
}

const struct flag flags[] = {
	{"CN", "China", draw_cn},
	{"IN", "India", draw_in},
	{"US", "United States of America", draw_us},
	{"ID", "Indonesia", draw_id},
	{"BR", "Brazil", draw_br},
	{"PK", "Pakistan", draw_pk},
	{"NG", "Nigeria", draw_ng},
	{"BD", "Bangladesh", draw_bd},
	{"RU", "Russian Federation", draw_ru},
	{"JP", "Japan", draw_jp},
	{"MX", "Mexico", draw_mx},
	{"PH", "Philippines", draw_ph},
	{"VN", "Viet Nam", draw_vn},
	{"ET", "Ethiopia", draw_et},
	{"EG", "Egypt", draw_eg},
	{"DE", "Germany", draw_de},
	{"IR", "Iran", draw_ir},
	{"TR", "Turkey", draw_tr},
	{"CD", "Democratic Republic of the Congo", draw_cd},
	{"FR", "France", draw_fr},
};
const size_t flags_count = sizeof(flags) / sizeof(*flags);
